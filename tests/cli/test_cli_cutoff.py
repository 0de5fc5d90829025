"""A data cut-off: what lies after it is left out of SDTM, and a report accounts for it.

Counts are by hand from the raw records of the small study (`mini_study.py`) and those below.
"""

import json

import pyreadstat
import pytest


@pytest.fixture
def visits(mini):
    """The small study with history (no dates), visits and laboratory results."""
    mini.form("history", "SITE,SUBJECT,TERM\n01,001,Gout\n01,002,Asthma\n01,002,Gout\n")
    mini.form(
        "visits",
        """
        SITE,SUBJECT,NUM,DATE
        01,001,1,2024-02-21
        01,001,2,2024-03-01
        01,001,3,2024-03-29
        01,002,2,2024-03-02
        """,
    )
    mini.form(
        "lab",
        """
        SITE,SUBJECT,NUM,DATE,RESULT
        01,001,1,2024-02-21,5
        01,001,2,,
        01,001,3,,
        01,001,3,2024-03-29,7
        01,002,2,2024-03-02,6
        """,
    )
    book = mini.sdtm
    for name, keys, variables in (
        ("MH", "USUBJID, MHTERM", "MHTERM"),
        ("SV", "USUBJID, VISITNUM", "VISITNUM, SVSTDTC"),
        ("LB", "USUBJID, VISITNUM, LBDTC", "VISITNUM, LBDTC, LBORRES"),
    ):
        book.add("Datasets", f"Dataset | Key Variables | Class\n{name} | {keys} | FINDINGS")
        text = "Dataset | Variable | Data Type"
        for variable in ("USUBJID", *variables.split(", ")):
            kind = {"VISITNUM": "float"}.get(variable, "datetime" if "DTC" in variable else "text")
            text += f"\n{name} | {variable} | {kind}"
        book.add("Variables", text)
    book.add(
        "Sources",
        """
        Dataset | Source | From         | Join | On
        MH      | M      | form:history |      |
        SV      | V      | form:visits  |      |
        LB      | L      | form:lab     |      |
        LB      | SV     | SV           | left | USUBJID, _NUM=VISITNUM
        """,
    )
    book.add(
        "Mapping",
        """
        Dataset | Variable | Source | Algorithm | Inputs               | Arguments
        MH      | USUBJID  | M      | concat    | _MINI, SITE, SUBJECT | separator=-
        MH      | _MINI    | M      | constant  |                      | value=MINI
        MH      | MHTERM   | M      | assign    | TERM                 |
        SV      | USUBJID  | V      | concat    | _MINI, SITE, SUBJECT | separator=-
        SV      | _MINI    | V      | constant  |                      | value=MINI
        SV      | VISITNUM | V      | number    | NUM                  |
        SV      | SVSTDTC  | V      | datetime  | DATE                 |
        LB      | USUBJID  | L      | concat    | _MINI, SITE, SUBJECT | separator=-
        LB      | _MINI    | L      | constant  |                      | value=MINI
        LB      | _NUM     | L      | number    | NUM                  |
        LB      | VISITNUM |        | assign    | SV.VISITNUM          |
        LB      | LBDTC    | L      | datetime  | DATE                 |
        LB      | LBORRES  | L      | assign    | RESULT               |
        """,
    )
    return mini


def report(study, run, day, command="validate"):
    """The report in the folder of the command's reports."""
    study.write()
    run(command, "--quiet", "--cutoff", day)
    build = study.build / "checks"
    folder = build if command == "build" else study.build.with_name("mini-findings")
    found = json.loads((folder / "cutoff.json").read_text(encoding="utf-8"))
    counts = {each.pop("dataset"): tuple(each.values()) for each in found["datasets"]}
    records = {
        (each["dataset"], each["variable"]): [tuple(r.values()) for r in each["records"]]
        for each in found["removed"]
    }
    return found, counts, records


ONE, TWO = "MINI-01-001", "MINI-01-002"


def test_a_build_tells_what_the_cut_off_removed(mini, run):
    found, counts, records = report(mini, run, "2024-03-20", "build")
    assert found["cutoff"] == "2024-03-20"
    # before, removed, after, dates left out, subjects
    assert counts == {"EX": (3, 1, 2, 2, 2)}
    assert records == {
        ("EX", "EXSTDTC"): [(ONE, "2024-03-29", "exposure.csv:3")],
        ("EX", "EXENDTC"): [
            (ONE, "2024-03-21", "exposure.csv:2"),
            (TWO, "2024-03-22", "exposure.csv:4"),
        ],
    }
    folder = mini.build / "package/m5/datasets/mini/tabulations/sdtm"
    ex, _ = pyreadstat.read_xport(folder / "ex.xpt")
    assert ex[["USUBJID", "EXSTDTC", "EXENDTC"]].values.tolist() == [
        [ONE, "2024-03-01", ""], [TWO, "2024-03-02", ""],
    ]  # fmt: skip
    ae, _ = pyreadstat.read_xport(folder / "ae.xpt")
    assert len(ae) == 3, "March 2024 may lie before the cut-off, so it stays"


def test_records_leave_with_their_subject_their_date_or_their_visit(visits, run):
    # 2024-02-21: subject 002 consented a day later.
    _, counts, records = report(visits, run, "2024-02-21")
    assert counts == {
        "DM": (2, 1, 1, 0, 1),
        "EX": (3, 3, 0, 0, 2),
        "AE": (3, 3, 0, 0, 2),
        "MH": (3, 2, 1, 0, 1),
        "SV": (4, 3, 1, 0, 2),
        "LB": (5, 4, 1, 0, 2),
    }
    assert records["DM", "RFICDTC"] == [(TWO, "2024-02-22", "demographics.csv:3")]
    assert records["MH", "USUBJID"] == [(TWO, "", "history.csv:3"), (TWO, "", "history.csv:4")]
    assert records["AE", "AESTDTC"] == [
        (ONE, "2024-03", "events.csv:3"),  # not before 1 March
        (ONE, "2024-03-05", "events.csv:2"),
        (TWO, "2024-03-09", "events.csv:4"),
    ]
    assert records["LB", "VISITNUM"] == [(ONE, "", "lab.csv:3"), (ONE, "", "lab.csv:4")]
    assert [line for _, _, line in records["LB", "LBDTC"]] == ["lab.csv:5", "lab.csv:6"]


def test_a_cut_off_after_everything_removes_nothing(visits, run):
    found, counts, _ = report(visits, run, "2024-12-31")
    assert (found["removed"], counts) == ([], {})
    page = (visits.build.with_name("mini-findings") / "cutoff.html").read_text(encoding="utf-8")
    assert "数据截止日 2024-12-31" in page
    assert "截止日之后没有数据。" in page


def test_the_page_is_in_the_language_of_the_build(mini, run):
    mini.write()
    run("build", "--quiet", "--cutoff", "2024-03-20", "--language", "en", expect=0)
    page = (mini.build / "checks/cutoff.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in page
    for text in (
        "EX: EXSTDTC after the cut-off: record removed (1)",
        "EX: EXENDTC after the cut-off: date left out, record stays (2)",
        "<td>EX</td><td>3</td><td>1</td><td>2</td><td>2</td><td>2</td>",
        "<td>MINI-01-001</td><td>2024-03-29</td><td>exposure.csv:3</td>",
    ):
        assert text in page


def test_without_a_cut_off_there_is_no_report(mini, run):
    mini.write()
    run("build", "--quiet", expect=0)
    assert not list(mini.build.rglob("cutoff.*"))


def test_a_cut_off_that_is_no_date(mini, run):
    mini.write()
    result = run("build", "--cutoff", "2024-02-30", expect=1)
    assert "--cutoff: '2024-02-30' is no date such as 2020-12-31." in result.stderr
