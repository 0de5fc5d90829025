"""The small grammars inside cells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdisc_pom.spec.arguments import split_arguments, split_inputs


@pytest.mark.parametrize(
    ("cell", "names"),
    [("LBDAT, LBTIM", ("LBDAT", "LBTIM")), (" A ,, B,", ("A", "B")), ("", ()), (None, ())],
)
def test_inputs_are_names_between_commas(cell, names):
    assert split_inputs(cell) == names


@pytest.mark.parametrize(
    ("cell", "arguments"),
    [
        ("separator=-", {"separator": "-"}),
        ("date=yyyy-MM-dd|yyyyMMdd; time=HH:mm", {"date": "yyyy-MM-dd|yyyyMMdd", "time": "HH:mm"}),
        ("value=a=b", {"value": "a=b"}),
        (r"value=a\; b; yes=Y", {"value": "a; b", "yes": "Y"}),
        ("value=", {"value": ""}),
        ("by = USUBJID , LBTESTCD ;", {"by": "USUBJID , LBTESTCD"}),
        (None, {}),
        ('separator=" "', {"separator": " "}),
        ('separator=" - "; x=1', {"separator": " - ", "x": "1"}),
        ('value="yes"', {"value": '"yes"'}),  # no blanks to keep: the quotes are meant
    ],
)
def test_arguments_are_named_values_between_semicolons(cell, arguments):
    assert split_arguments(cell) == arguments


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("yes", "'yes' is not of the form name=value."),
        ("=Y", "'=Y' is not of the form name=value."),
        ("a=1; a=2", "argument 'a' stands twice."),
    ],
)
def test_what_is_no_named_value_is_refused(cell, message):
    with pytest.raises(ValueError, match="^" + message.replace(".", r"\.")):
        split_arguments(cell)


NAMES = st.text("abc_", min_size=1, max_size=4)
VALUES = st.text("xyz;=|, 中", max_size=6).map(str.strip)


@given(st.dictionaries(NAMES, VALUES, max_size=4))
def test_arguments_that_were_written_are_read_again(arguments):
    cell = "; ".join(
        f"{name}={value.replace(';', chr(92) + ';')}" for name, value in arguments.items()
    )
    assert split_arguments(cell) == arguments
