"""Bad input to a response: each fault is a finding with subject and record, on the command line.

The studies are those of `given_response.py`. A record is named by file and line.
"""

import json
import os

import pytest
from given_response import (
    DM,
    LB,
    RS,
    SUPPRS,
    given_study,
    measured_study,
    response_line,
    subject_line,
    write_lines,
)
from typer.testing import CliRunner

from cdisc_pom.cli import app

# One qualifier of each name, so that the columns are there; they say nothing of the faults.
QUALIFIERS = [
    SUPPRS,
    *(f"G,RS,09,RSSEQ,1,{name},{name},,CRF" for name in ("PDIFL", "DTHPDFL", "NACTDT")),
]
QUIET = [subject_line("09"), response_line("09", 1, "SD", "2024-01-29")]


@pytest.fixture
def validate(tmp_path, monkeypatch):
    """Findings of a study, each as (severity, rule, subject, record, count, message)."""
    monkeypatch.chdir(tmp_path)

    def run(study, **files):
        folder = tmp_path / "collected"
        folder.mkdir()
        write_lines(folder, **files)
        study.write()
        command = ["validate", str(study.specs), "--raw", str(folder), "--quiet"]
        result = CliRunner().invoke(app, command, env={**os.environ, "NO_COLOR": "1"})
        report = study.build.with_name("given-findings") / "report.json"
        assert report.is_file(), result.stderr
        found = json.loads(report.read_text(encoding="utf-8"))["findings"]
        return result.exit_code, [
            (f["severity"], f["rule"], f["key"], f["origin"], f["count"], f["message"])
            for f in found
        ]

    return run


def given(validate, tmp_path, *lines, death=""):
    """Findings of the responses of subject 01; line 2 of RS is the first of them."""
    return validate(
        given_study(tmp_path, "death=ADSL.DTHDT"),
        dm=[DM, subject_line("01", death), QUIET[0]],
        rs=[RS, *lines, QUIET[1]],
        supprs=QUALIFIERS,
    )


def test_responses_that_are_in_no_code_list(validate, tmp_path):
    code, found = given(
        validate, tmp_path,
        response_line("01", 1, "partial", "2024-01-29"),
        response_line("01", 2, "PR", "2024-02-26"),
        response_line("01", 3, "缓解", "2024-03-25"),
    )  # fmt: skip
    assert code == 1
    known = "is not a response (NE, SD, MR, PR, VGPR, CR, sCR, PD)"
    told = [f for f in found if f[1] == "response"]
    assert sorted(told, key=lambda f: f[3]) == [
        ("error", "response", "USUBJID=01", "rs.csv:2", 1, f"AVALC 'partial' {known}"),
        ("error", "response", "USUBJID=01", "rs.csv:4", 1, f"AVALC '缓解' {known}"),
    ]


def test_two_assessments_on_a_day(validate, tmp_path):
    code, found = given(
        validate, tmp_path,
        response_line("01", 1, "PR", "2024-01-29"),
        response_line("01", 2, "SD", "2024-01-29"),
    )  # fmt: skip
    message = "one of several assessments on 2024-01-29; the worst counts"
    assert ("warning", "response", "USUBJID=01", "rs.csv:2", 2, message) in found
    # and the two records of the parameter are alike in its keys
    assert code == 1
    assert any(f[1] == "WB-KEY" and f[3] in ("rs.csv:2", "rs.csv:3") for f in found)


def test_assessments_before_first_dose(validate, tmp_path):
    code, found = given(
        validate, tmp_path,
        response_line("01", 1, "SD", "2023-12-20"),
        response_line("01", 2, "PR", "2024-01-29"),
    )  # fmt: skip
    message = "ADT 2023-12-20 is before first dose; it does not count"
    assert ("warning", "response", "USUBJID=01", "rs.csv:2", 1, message) in found
    assert code == 0


def test_a_death_before_the_last_contact(validate, tmp_path):
    code, found = given(
        validate, tmp_path,
        response_line("01", 1, "SD", "2024-01-29"),
        response_line("01", 2, "PR", "2024-02-26"),
        death="2024-02-20",
    )  # fmt: skip
    assert code == 1
    message = "ADT 2024-02-26 is after DTHDT"
    assert ("error", "response", "USUBJID=01", "rs.csv:3", 1, message) in found
    (alive,) = [f for f in found if f[1] == "XD-ALIVE"]
    assert alive[:4] == ("error", "XD-ALIVE", "USUBJID=01", "dm.csv:2")


def test_a_confirmation_after_84_days(validate, tmp_path):
    code, found = given(
        validate, tmp_path,
        response_line("01", 1, "PR", "2024-01-29"),
        response_line("01", 2, "PR", "2024-04-23"),  # 85 days
    )  # fmt: skip
    message = "confirmed on 2024-04-23, more than 84 days later"
    assert ("warning", "response", "USUBJID=01", "rs.csv:2", 1, message) in found
    assert code == 0


def measured(validate, tmp_path, *results, people=("01",)):
    """Findings of serum M-protein: (subject, number, unit, day); line 2 of LB is the first."""
    return validate(
        measured_study(tmp_path),
        dm=[DM, *(subject_line(subject) for subject in people)],
        lb=[
            LB,
            *(
                f"G,LB,{subject},{at},MCPROT,{number},{unit},{day}"
                for at, (subject, number, unit, day) in enumerate(results, start=1)
            ),
        ],
    )


def test_units_that_are_absent_or_mixed(validate, tmp_path):
    code, found = measured(
        validate, tmp_path,
        ("01", 30, "g/L", "2023-12-28"),
        ("01", 1.4, "g/dL", "2024-01-29"),  # the workbook converts it
        ("01", 14, "", "2024-02-26"),
        ("01", 14, "mg/L", "2024-03-25"),
        ("01", 14, "g/L", "2024-04-22"),
    )  # fmt: skip
    assert code == 1
    told = sorted(f for f in found if f[1] == "unit")
    assert told == [
        ("error", "unit", "USUBJID=01", "lb.csv:4", 1, "SMP has unit '' and not g/dL"),
        ("error", "unit", "USUBJID=01", "lb.csv:5", 1, "SMP has unit 'mg/L' and not g/dL"),
    ]


def test_a_missing_baseline_is_told_at_the_subject(validate, tmp_path):
    code, found = measured(
        validate, tmp_path,
        ("01", 30, "g/L", "2023-12-28"),
        ("01", 14, "g/L", "2024-01-29"),
        ("02", 30, "g/L", "2024-01-29"),  # nothing on or before first dose
        people=("01", "02"),
    )  # fmt: skip
    assert code == 0
    (told,) = [f for f in found if "nothing is followed" in f[5]]
    assert told == (
        "warning", "response", "USUBJID=02", "dm.csv:3", 1,
        "no M-protein, free light chains or marrow on or before first dose: nothing is followed",
    )  # fmt: skip


def test_results_of_a_day_that_differ(validate, tmp_path):
    code, found = measured(
        validate, tmp_path,
        ("01", 30, "g/L", "2023-12-28"),
        ("01", 14, "g/L", "2024-01-29"),
        ("01", 16, "g/L", "2024-01-29"),
    )  # fmt: skip
    assert code == 1
    message = "several results of SMP on a day differ"
    assert [f[:2] + f[3:] for f in found if f[5] == message] == [
        ("error", "response", "lb.csv:3", 2, message)
    ]
