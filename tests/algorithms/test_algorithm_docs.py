"""What every registered algorithm must say of itself."""

import doctest
import importlib
import inspect
import pkgutil
import re
import string
from pathlib import Path

import pytest

import cdisc_pom
from cdisc_pom.algorithms.registry import Arguments, algorithm, algorithms
from cdisc_pom.columns import constant_text

REGISTRY = algorithms()
HAN = re.compile(r"[\u4e00-\u9fff]")


def modules_with_doctests():
    """Modules of the package whose docstrings hold examples."""
    for module in pkgutil.walk_packages(cdisc_pom.__path__, "cdisc_pom."):
        if module.name.endswith("__main__"):
            continue
        path = Path(module.module_finder.find_spec(module.name).origin)
        if ">>>" in path.read_text(encoding="utf-8"):
            yield module.name


@pytest.mark.parametrize("name", list(modules_with_doctests()))
def test_the_examples_of_a_module_run(name):
    failed, tried = doctest.testmod(importlib.import_module(name))
    assert tried
    assert not failed


@pytest.mark.parametrize("name", list(REGISTRY))
def test_an_algorithm_has_a_model_a_docstring_and_texts_in_two_languages(name):
    found = REGISTRY[name]
    doc = inspect.getdoc(found.function)
    assert issubclass(found.arguments, Arguments)
    for section in ("Returns:\n", "Source: ", "Example:\n    >>> "):
        assert section in doc, section
    assert doc.split("\n")[0].endswith(".")
    assert found.text
    assert found.text == "{value}" or not HAN.search(found.text)
    assert found.text_zh == "{value}" or HAN.search(found.text_zh)
    assert found.origin in ("Collected", "Derived", "Assigned")


@pytest.mark.parametrize("name", list(REGISTRY))
def test_texts_name_arguments_of_the_model_and_both_the_same_ones(name):
    found = REGISTRY[name]
    english, chinese = (
        # `{order|value}` names two: the order, or the value where no order was given.
        {n for _, field, _, _ in string.Formatter().parse(text) if field for n in field.split("|")}
        for text in (found.text, found.text_zh)
    )
    assert english == chinese
    assert english <= set(found.arguments.model_fields)


@pytest.mark.parametrize("name", list(REGISTRY))
def test_the_function_takes_what_the_model_holds(name):
    found = REGISTRY[name]
    parameters = inspect.signature(found.function).parameters
    named = {n for n, p in parameters.items() if p.kind is not inspect.Parameter.VAR_KEYWORD}
    given = set(found.arguments.model_fields) - {"carry"}
    supplied = {"link", "eligible"}  # by the plan
    assert named - supplied <= given
    takes_any = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters.values())
    assert takes_any or given <= named


@pytest.mark.parametrize("name", list(REGISTRY))
def test_a_docstring_tells_of_every_argument_of_the_function(name):
    doc = inspect.getdoc(REGISTRY[name].function)
    for argument in inspect.signature(REGISTRY[name].function).parameters:
        assert re.search(rf"^    {argument}: ", doc, re.MULTILINE), argument


def test_a_name_is_registered_once():
    with pytest.raises(ValueError, match="algorithm 'concat' is registered twice"):
        algorithm("concat", arguments=Arguments, text="x", text_zh="字")(constant_text)
    assert algorithms()["concat"].function is REGISTRY["concat"].function


def test_inputs_fill_the_arguments_that_are_columns_in_order():
    assert REGISTRY["study_day"].inputs == ["date", "reference"]
    assert REGISTRY["convert_unit"].inputs == [
        "result", "unit", "testcd", "to", "factor", "digits",
    ]  # fmt: skip
    assert REGISTRY["time_to_event"].inputs == ["subject", "start"]
    assert REGISTRY["best_response"].inputs == [
        "response", "date", "by", "first", "therapy", "progression",
    ]  # fmt: skip


def test_arguments_that_no_model_knows_are_refused():
    for found in REGISTRY.values():
        assert found.arguments.model_config["extra"] == "forbid"
        assert found.arguments.model_config["frozen"]
