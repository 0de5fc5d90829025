"""Published data sets in the raw folder: found by name, with their supplemental qualifiers."""

import pandas as pd
import pytest

from cdisc_pom.errors import Problems
from cdisc_pom.raw.folder import RawFolder
from studies import plain

AE = """\
STUDYID,DOMAIN,USUBJID,AESEQ,AESPID,AETERM
S,AE,01,1,E1,NAUSEA
S,AE,01,2,E2,RASH
S,AE,02,1,E1,FALL
"""
HEADER = "STUDYID,RDOMAIN,USUBJID,IDVAR,IDVARVAL,QNAM,QLABEL,QVAL,QORIG,QEVAL\n"


def supplement(*rows):
    """Rows of USUBJID, IDVAR, IDVARVAL, QNAM, QVAL as a SUPP-- file."""
    cells = [row.split(",") for row in rows]
    return HEADER + "".join(
        f"S,AE,{who},{idvar},{value},{name},{name},{text},CRF,\n"
        for who, idvar, value, name, text in cells
    )


def folder(path, **files):
    for name, text in files.items():
        (path / f"{name}.csv").write_text(text, encoding="utf-8")
    return RawFolder(path)


def merged(path, *rows, names=("AETRTEM",)):
    form = folder(path, ae=AE, suppae=supplement(*rows)).form("ae")
    columns = [plain(form.columns[name]) for name in names]
    return columns[0] if len(names) == 1 else list(zip(*columns, strict=True))


def test_a_qualifier_stands_at_the_record_that_idvar_and_idvarval_name(tmp_path):
    rows = ("02,AESEQ,1,AETRTEM,N", "01,AESEQ,2,AETRTEM,Y")
    assert merged(tmp_path, *rows) == [None, "Y", "N"]


def test_qualifiers_come_behind_the_variables_in_the_order_in_which_they_occur(tmp_path):
    rows = ("01,AESEQ,1,ZZ,1", "01,AESEQ,1,AA,2")
    raw = folder(tmp_path, ae=AE, suppae=supplement(*rows))
    assert raw.header("ae") == (*AE.split("\n", 1)[0].split(","), "ZZ", "AA")
    assert tuple(raw.form("ae").columns) == raw.header("ae")


def test_a_qualifier_without_idvar_stands_at_each_record_of_its_subject(tmp_path):
    assert merged(tmp_path, "01,,,FAMILY,Y", names=("FAMILY",)) == ["Y", "Y", None]


def test_records_may_be_named_by_several_variables(tmp_path):
    rows = ("01,AESEQ,1,AETRTEM,Y", "01,AESPID,E2,AETRTEM,N", "02,,,AETRTEM,U")
    assert merged(tmp_path, *rows) == ["Y", "N", "U"]


@pytest.mark.parametrize("value", ["1", "1.0", " 1 ", "01"])
def test_a_numeric_idvar_is_compared_as_a_number(tmp_path, value):
    pd.DataFrame({"STUDYID": ["S", "S"], "USUBJID": ["01", "01"], "AESEQ": [1.0, 2.0]}).to_parquet(
        tmp_path / "ae.parquet"
    )
    raw = folder(tmp_path, SUPPAE=supplement(f"01,AESEQ,{value},AETRTEM,Y"))
    assert plain(raw.form("ae").columns["AETRTEM"]) == ["Y", None]


def test_a_missing_key_belongs_to_no_record(tmp_path):
    numbers = {"STUDYID": ["S", "S"], "USUBJID": ["01", "01"], "AESEQ": [1.0, None]}
    pd.DataFrame(numbers).to_parquet(tmp_path / "ae.parquet")
    raw = folder(tmp_path, suppae=supplement("01,AESEQ,,AETRTEM,Y", "01,AESEQ,one,AETRTEM,Y"))
    assert plain(raw.form("ae").columns["AETRTEM"]) == [None, None]
    assert raw.form("ae").told[0].count == 2


def test_the_order_of_qualifiers_does_not_matter(tmp_path):
    rows = ["02,AESEQ,1,AETRTEM,N", "01,AESEQ,2,AETRTEM,Y", "01,AESPID,E1,AETRTEM,Y"]
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir(), two.mkdir()
    assert merged(one, *rows) == merged(two, *reversed(rows)) == ["Y", "Y", "N"]


def test_the_file_of_the_qualifiers_stays_a_form_of_its_own(tmp_path):
    raw = folder(tmp_path, ae=AE, suppae=supplement("01,AESEQ,1,AETRTEM,Y"))
    assert plain(raw.form("suppae").columns["QVAL"]) == ["Y"]


def test_a_form_beside_a_form_of_another_kind_is_left_alone(tmp_path):
    raw = folder(tmp_path, ae=AE, suppae="USUBJID,COMMENT\n01,none\n")
    assert raw.header("ae") == tuple(AE.split("\n", 1)[0].split(","))


def test_a_qualifier_of_no_record_is_a_warning_with_its_record(tmp_path):
    rows = ("01,AESEQ,1,AETRTEM,Y", "01,AESEQ,7,AETRTEM,Y", "09,AESEQ,1,AETRTEM,Y")
    raw = folder(tmp_path, ae=AE, suppae=supplement(*rows))
    (told,) = raw.form("ae").told
    assert told.severity == "warning"
    assert str(told) == (
        "SUPPAE: a qualifier belongs to no record of ae.csv (2 records; first: suppae.csv:3) "
        "Compare USUBJID, IDVAR and IDVARVAL with the records."
    )
    assert plain(raw.form("ae").columns["AETRTEM"]) == ["Y", None, None]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (("01,AESEQ,1,AETERM,X",), "suppae.csv:2: qualifier 'AETERM' is a variable of ae.csv already."),
        (("01,AESQ,1,AETRTEM,X",), "suppae.csv:2: unknown variable of ae.csv 'AESQ'. Did you mean 'AESEQ'?"),
        (
            ("01,AESEQ,1,AETRTEM,Y", "01,AESEQ,1,AETRTEM,N"),
            "suppae.csv:2: a record has two values of qualifier 'AETRTEM'.",
        ),
        (
            ("01,AESEQ,1,AETRTEM,Y", "01,AESPID,E1,AETRTEM,N"),
            "suppae.csv:3: a record has two values of qualifier 'AETRTEM'.",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_brought_back_stops_with_its_line(tmp_path, rows, told):
    with pytest.raises(Problems) as caught:
        folder(tmp_path, ae=AE, suppae=supplement(*rows)).form("ae")
    assert [str(error) for error in caught.value.errors] == [told]


def test_a_value_that_is_said_twice_is_no_fault(tmp_path):
    rows = ("01,AESEQ,1,AETRTEM,Y", "01,AESEQ,1,AETRTEM,Y", "01,AESPID,E1,AETRTEM,Y")
    assert merged(tmp_path, *rows) == ["Y", None, None]


@pytest.mark.parametrize("name", ["dm", "DM", "Dm"])
def test_a_data_set_is_found_by_its_name_in_any_case(tmp_path, name):
    assert folder(tmp_path, **{name: "STUDYID,USUBJID\nS,01\n"}).given("DM") == (name,)


def test_a_file_without_studyid_is_no_published_data_set(tmp_path):
    assert folder(tmp_path, dm="SUBJECT,SEX\n01,M\n").given("DM") == ()
