"""The examples of the page on response and of the functions run and print what they say."""

import doctest
from pathlib import Path

import pandas as pd
import pytest

from cdisc_pom.adam import confirmation, confirmation_checks, imwg, imwg_criteria
from cdisc_pom.adam.imwg_levels import CONDITIONS
from cdisc_pom.adam.imwg_records import CODES

PAGE = Path(__file__).parents[2] / "docs" / "response.md"


def test_examples_of_the_page_run():
    with pd.option_context("display.width", 200):
        failed, tried = doctest.testfile(str(PAGE), module_relative=False)
    assert tried > 8
    assert failed == 0


@pytest.mark.parametrize("module", [confirmation, confirmation_checks, imwg, imwg_criteria])
def test_examples_of_the_functions_run(module):
    assert doctest.testmod(module).failed == 0


def test_the_page_names_all_components_and_rules():
    page = PAGE.read_text(encoding="utf-8")
    rules = "PD-SMP PD-SMP-HIGH PD-UMP PD-DFLC PD-BMPC PD-PLAS-NEW PD-PLAS-GROWN PD-PLAS-SPD"
    for name in [*CODES, *rules.split(), "PD-BONE", "PD-CACORR", "PD-CPC"]:
        assert name in page
    assert "MARROW" in CONDITIONS
