"""What the build of ALDER-201 makes and tells."""

import json
import re
from pathlib import Path

import pytest
import yaml
from alder_study import ROOT, SDTM, STUDY

import cdisc_pom

# Records of each data set, counted in the raw files.
COUNTS = {
    "TA": 6,  # two arms of three elements
    "TE": 4,
    "TI": 5,
    "TS": 43,
    "TV": 7,
    "DM": 20,
    "SUPPDM": 19,  # 18 randomization numbers, one other race
    "SE": 50,  # 20 screened, 17 treated, 13 followed up
    "SV": 100,  # 101 rows, one exported twice
    "CM": 30,
    "EX": 19,  # 17 treated, one interrupted, one reduced
    "AE": 18,  # 19 rows, one event saved twice
    "SUPPAE": 18,
    "DS": 59,  # 20 consents, 19 randomizations, 20 ends
    "IE": 2,
    # 52 samples: one not taken is ten tests not done; the others ten tests each, less 6 empty
    # cells of one unscheduled sample and 9 of each of two
    "LB": 10 + 51 * 10 - 6 - 18,
    "VS": 71 * 5 + 20 - 1,  # height at 20 screenings, one weight not taken
}


def test_each_data_set_has_the_records_of_its_forms(build, xpt):
    assert {name: len(xpt(name)) for name in COUNTS} == COUNTS


def test_no_other_data_set_is_written(build, folder):
    assert {path.stem.upper() for path in (folder / SDTM).glob("*.xpt")} == set(COUNTS)


def test_lint_has_nothing_to_say(command):
    outcome = command("lint", STUDY, "--format", "json")
    assert outcome.returncode == 0
    assert json.loads(outcome.stdout)["messages"] == []


def test_the_checks_tell_one_thing_and_it_was_meant(build):
    # LBORRES keeps '1,250' and '1,010' as the laboratory wrote them: the rule wants a number there
    told = [line for line in build.stdout.splitlines() if line.startswith(("error", "warning"))]
    assert len(told) == 1
    assert "LB.LBORNRHI: breaks CG0181" in told[0]
    assert "(2 records; first: labs.csv:5, USUBJID=ALDER-201-101-002" in told[0]
    assert "Findings: 0 errors, 1 warnings, 4 notes" in build.stdout


@pytest.mark.parametrize(
    ("place", "how"),
    [
        ("rand.csv:7", "SUBJECT; last by RANDDTTM stays"),
        ("visits.csv:32", "the whole record; the first stays"),
        ("ae.csv:5", "SUBJECT, AENO; last by SAVED stays"),
        ("labs.csv:45", "SUBJ, VISIT, COLLDT; last by REPORTED stays"),
    ],
)
def test_what_was_left_out_is_told_with_its_line(build, folder, place, how):
    report = (folder / "build" / STUDY / "checks" / "report.json").read_text(encoding="utf-8")
    notes = json.dumps(json.loads(report), ensure_ascii=False)
    said = f"duplicate of another record in {how}"
    assert re.search(rf"{re.escape(said)}.{{0,600}}?{re.escape(place)}\b", notes, re.DOTALL)


def test_the_later_of_two_saved_records_is_not_the_greater_text(folder):
    # if it were, the dates of Distinct would prove nothing here
    saved = ["1/24/2014 9:30 AM", "1/24/2014 1:15 PM"]
    text = (folder / "data" / STUDY / "raw" / "ae.csv").read_text(encoding="utf-8")
    assert all(f",{stamp}\n" in text for stamp in saved)
    assert max(saved) == saved[0]


def test_nothing_is_chinese(build, folder):
    raw = folder / "data" / STUDY / "raw"
    assert all(path.read_bytes().isascii() for path in raw.glob("*.csv"))
    define = (folder / SDTM / "define.xml").read_text(encoding="utf-8")
    assert 'xml:lang="en"' in define
    assert "zh-CN" not in define
    assert not re.search(r"[\u4e00-\u9fff]", define)


def test_the_package_is_that_of_the_agency_which_the_workbook_names(build, folder):
    report = (folder / "build" / STUDY / "checks" / "report.json").read_text(encoding="utf-8")
    assert json.loads(report)["encoding"] == "US-ASCII"
    define = (folder / SDTM / "define.xml").read_text(encoding="utf-8")
    assert "is encoded in US-ASCII" in define


def test_the_mirror_is_that_of_the_workbook(command, folder):
    outcome = command("spec", "to-yaml", f"specs/{STUDY}/sdtm.xlsx", "mirror.yaml")
    assert outcome.returncode == 0, outcome.stderr
    kept = (ROOT / "specs" / STUDY / "sdtm.yaml").read_text(encoding="utf-8")
    assert yaml.safe_load((folder / "mirror.yaml").read_text(encoding="utf-8")) == yaml.safe_load(
        kept
    )


def test_the_tool_does_not_know_the_study():
    words = re.compile(r"\balder\b|aldegliptin|ALDER-201", re.IGNORECASE)
    source = Path(cdisc_pom.__file__).parent
    found = [
        str(path.relative_to(source))
        for path in sorted(source.rglob("*"))
        if path.suffix in (".py", ".yaml", ".j2", ".csv", ".xsl", ".toml", ".md", ".json")
        and words.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []
