"""Look-ups in tables of the workbook and in coding dictionaries."""

import pytest
from columns_by_hand import dates, integers, messages, numbers, plain, run, texts

from cdisc_pom.algorithms.lookups import LookupArgs, LookupTable

DOSES = LookupTable(
    "DOSES",
    {
        "Key": ("DRUG A", "DRUG A", "DRUG B"),
        "Key 2": ("1", "2", "1"),
        "Key 3": (None, None, None),
        "Value": ("4", "3", "20"),
        "Value 2": ("mg", "mg", "mg"),
    },
    ("Key", "Key 2", "Key 3"),
)


def test_a_value_is_found_by_one_key_or_several():
    keys = (texts("DRUG A", "DRUG B", "DRUG A"), texts("2", "1", "1"))
    assert plain(run("lookup", keys, DOSES)) == ["3", "20", "4"]


@pytest.mark.parametrize("written", ["drug a", " Drug  A ", "ＤＲＵＧ　Ａ"])
def test_keys_are_compared_as_collected_terms_are(written):
    assert plain(run("lookup", (texts(written), texts("1")), DOSES)) == ["4"]


def test_numbers_and_dates_are_keys_as_they_are_written():
    table = LookupTable("T", {"Key": ("1", "2024-03-01"), "Value": ("one", "first")}, ("Key",))
    assert plain(run("lookup", (integers(1, None),), table)) == ["one", None]
    assert plain(run("lookup", (numbers(1.0),), table)) == ["one"]
    assert plain(run("lookup", (dates("2024-03-01"),), table)) == ["first"]


def test_another_column_gives_the_value():
    keys = (texts("DRUG A"), texts("1"))
    assert plain(run("lookup", keys, DOSES, give="Value 2")) == ["mg"]


def test_a_sheet_of_its_own_is_keyed_by_the_columns_called_as_the_inputs():
    table = LookupTable("SITES", {"SITEID": ("001", "002"), "COUNTRY": ("CHN", "CHN")})
    assert plain(run("lookup", (texts("002", name="SITEID"),), table, "COUNTRY")) == ["CHN"]


def test_by_names_other_key_columns():
    table = LookupTable("SITES", {"SITE": ("001",), "COUNTRY": ("CHN",)})
    found = run("lookup", (texts("001", name="SITEID"),), table, "COUNTRY", by="SITE")
    assert plain(found) == ["CHN"]


def test_a_missing_key_gives_no_value_and_no_problem():
    found = run("lookup", (texts("DRUG A", None), texts(None, "1")), DOSES)
    assert plain(found) == [None, None]
    assert not found.problems


def test_a_key_without_a_row_is_a_problem_with_the_nearest_key():
    found = run("lookup", (texts("DRUG C", "DRUG A"), texts("1", "1")), DOSES)
    assert plain(found) == [None, "4"]
    assert messages(found) == ["table 'DOSES' has no row for '{value}'"]
    assert found.problems[0].rows.tolist() == [True, False]
    assert found.problems[0].hint("DRUG C / 1") == "Nearest: 'drug b / 1'."


def test_a_key_without_a_row_may_be_missing_or_something_else():
    keys = (texts("DRUG C"), texts("1"))
    for options, expected in (({"unmatched": "missing"}, None), ({"otherwise": "0"}, "0")):
        found = run("lookup", keys, DOSES, **options)
        assert plain(found) == [expected]
        assert not found.problems


def test_two_values_for_one_key_are_an_error():
    table = LookupTable("T", {"Key": ("A", "a "), "Value": ("1", "2")}, ("Key",))
    with pytest.raises(ValueError, match="table 'T' has two values of Value for 'a '"):
        run("lookup", (texts("A"),), table)


def test_the_same_row_twice_is_none():
    table = LookupTable("T", {"Key": ("A", "A"), "Value": ("1", "1")}, ("Key",))
    assert plain(run("lookup", (texts("A"),), table)) == ["1"]


# Made up in the shape of a MedDRA hierarchy file: one preferred term in two system organ classes,
# of which one is primary.
TERMS = LookupTable(
    "MedDRA 99.9",
    {
        "LLT_CODE": ("90001", "90002", "90002"),
        "PT_NAME": ("Term one", "Term two", "Term two"),
        "SOC_NAME": ("Class A", "Class A", "Class B"),
        "PRIMARY_SOC_FG": ("Y", "N", "Y"),
    },
)


def test_dictionary_gives_what_stands_beside_a_code():
    found = run("dictionary", (texts("90001", "90002"),), TERMS, "PT_NAME", "LLT_CODE")
    assert plain(found) == ["Term one", "Term two"]


def test_dictionary_takes_the_primary_class_where_a_term_has_several():
    found = run("dictionary", (texts("90002"),), TERMS, "SOC_NAME", "LLT_CODE", "PRIMARY_SOC_FG=Y")
    assert plain(found) == ["Class B"]


def test_dictionary_refuses_to_choose_by_itself():
    with pytest.raises(ValueError, match="two values of SOC_NAME for '90002'"):
        run("dictionary", (texts("90002"),), TERMS, "SOC_NAME", "LLT_CODE")


def test_dictionary_finds_terms_without_case():
    found = run("dictionary", (texts("TERM ONE"),), TERMS, "LLT_CODE", "PT_NAME")
    assert plain(found) == ["90001"]


def test_a_code_that_the_dictionary_does_not_have_is_a_problem():
    found = run("dictionary", (texts("99999"),), TERMS, "PT_NAME", "LLT_CODE")
    assert messages(found) == ["table 'MedDRA 99.9' has no row for '{value}'"]


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (
            {"keys": "X", "give": "Vaule"},
            ("give", "table 'DOSES' has no column 'Vaule'. Did you mean 'Value'?"),
        ),
        (
            {"keys": "X", "by": "Kee"},
            ("by", "table 'DOSES' has no column 'Kee'. Did you mean 'Key'?"),
        ),
        ({"keys": "X, Y", "by": "Key"}, ("by", "2 inputs, but 1 key columns of 'DOSES' in by=.")),
    ],
)
def test_arguments_that_do_not_fit_the_table_are_told_before_any_data(arguments, fault):
    model = LookupArgs(table="DOSES", **arguments)
    assert list(model.faults({"table": DOSES})) == [fault]
