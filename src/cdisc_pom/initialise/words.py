"""The words by which raw forms, columns and values are recognised; tables in `data/`."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from cdisc_pom.algorithms.values import fold

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PARTS = re.compile(r"[^0-9A-Za-z\u0370-\u03ff\u3400-\u9fff]+")


def squash(name: str) -> str:
    """A name in the form in which it is compared: no blanks, signs or case.

    Example:
        >>> squash("aeStartDate"), squash("AE_START DATE"), squash("开始 日期")
        ('AESTARTDATE', 'AESTARTDATE', '开始日期')
    """
    return "".join(parts(name))


def parts(name: str) -> list[str]:
    """The words of a name, in upper case.

    Example:
        >>> parts("AEPT_ZH"), parts("labTestName")
        (['AEPT', 'ZH'], ['LAB', 'TEST', 'NAME'])
    """
    plain = _CAMEL.sub(" ", unicodedata.normalize("NFKC", name))
    return [part.upper() for part in _PARTS.split(plain) if part]


@dataclass(frozen=True)
class FormWords:
    """Words of the forms of a domain; what a laboratory form of such a name holds."""

    domain: str
    words: frozenset[str]
    category: str
    specimen: str


@dataclass(frozen=True)
class TestWords:
    """Words of a test, its usual unit and the category of a laboratory test."""

    domain: str
    testcd: str
    words: frozenset[str]
    unit: str
    category: str


@dataclass(frozen=True)
class TermWords:
    """A term, its decodes and the further words that stand in raw data for it."""

    term: str
    decode: str
    decode_zh: str
    words: tuple[str, ...]


@cache
def form_words() -> tuple[FormWords, ...]:
    """Lines of `domains.csv`."""
    return tuple(
        FormWords(row["Domain"], _words(row["Words"]), row["Category"], row["Specimen"])
        for row in _table("domains.csv")
    )


@cache
def test_words() -> tuple[TestWords, ...]:
    """Lines of `tests.csv`."""
    return tuple(
        TestWords(row["Domain"], row["Testcd"], _words(row["Words"]), row["Unit"], row["Category"])
        for row in _table("tests.csv")
    )


@cache
def variable_words() -> Mapping[str, frozenset[str]]:
    """Words by variable (`AETERM`), pattern (`--TERM`) or part (`#SITE`)."""
    return {row["Variable"]: _words(row["Words"]) for row in _table("variables.csv")}


@cache
def term_words() -> Mapping[str, tuple[TermWords, ...]]:
    """Terms with their words by short name of the code list."""
    found: dict[str, list[TermWords]] = {}
    for row in _table("terms.csv"):
        words = tuple(word for word in row["Words"].split("|") if word)
        term = TermWords(row["Term"], row["Decode"], row["Decode (zh)"], words)
        found.setdefault(row["Codelist"], []).append(term)
    return {name: tuple(group) for name, group in found.items()}


@cache
def key_names() -> Mapping[str, tuple[str, ...]]:
    """Key variables by data set or class."""
    return {row["Dataset"]: tuple(row["Keys"].split()) for row in _table("keys.csv")}


def meanings(codelist: str) -> dict[str, str]:
    """Terms by folded word: what a collected word of a code list may mean."""
    found: dict[str, str] = {}
    for item in term_words().get(codelist, ()):
        for word in (item.term, item.decode, item.decode_zh, *item.words):
            if word:
                found.setdefault(fold(word), item.term)
    return found


def _words(cell: str) -> frozenset[str]:
    return frozenset(squash(word) for word in cell.split("|") if word)


def _table(name: str) -> list[dict[str, str]]:
    file = resources.files(__package__).joinpath("data", name)
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))
