"""Pairs of a code and its text: --TESTCD and --TEST, PARAMCD and PARAM, AVISITN and AVISIT.

Where the code list has decoded values, the text must be the decode of the code. Where it has
none, a test or parameter code and its text still stand one to one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from cdisc_pom.spec.metadata import DatasetMeta
from cdisc_pom.spec.workbook import Codelist

_ONE_TO_ONE = ("TESTCD", "PARAMCD", "PARMCD")


@dataclass(frozen=True)
class CodePair:
    """A code variable and its text variable.

    `decodes` gives the texts that a code may have; `aliases` the texts that a text variable's own
    terms mean, so that SEXN 1 "Male" goes with SEX "M".
    """

    code: str
    text: str
    codelist: str = ""
    decodes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    aliases: Mapping[str, frozenset[str]] = field(default_factory=dict)


def code_pairs(meta: DatasetMeta, codelists: Mapping[str, Codelist]) -> Iterator[CodePair]:
    """The pairs of a data set that can be checked."""
    variables = {variable.name: variable for variable in meta.variables}
    for name, variable in variables.items():
        partner = _partner(name)
        if partner not in variables or variables[partner].kind != "text":
            continue
        decodes = _decodes(codelists.get(variable.codelist or ""))
        if decodes:
            aliases = _decodes(codelists.get(variables[partner].codelist or ""))
            yield CodePair(name, partner, variable.codelist or "", decodes, aliases)
        elif name.endswith(_ONE_TO_ONE):
            yield CodePair(name, partner)


def _partner(name: str) -> str:
    special = {"ETCD": "ELEMENT", "VISITNUM": "VISIT"}
    if name in special:
        return special[name]
    if name.endswith("CD"):
        return name.removesuffix("CD")
    return name.removesuffix("N") if name.endswith("N") else ""


def _decodes(codelist: Codelist | None) -> dict[str, frozenset[str]]:
    if codelist is None:
        return {}
    return {
        row.term: frozenset(text for text in (row.decode, row.decode_zh) if text)
        for row in codelist.rows
        if row.decode
    }


def pair_holds(pair: CodePair) -> Callable[[pd.DataFrame], pd.Series]:
    """The test of a pair; records with one of the two missing pass."""

    def test(frame: pd.DataFrame) -> pd.Series:
        if not {pair.code, pair.text} <= set(frame.columns):
            return pd.Series(True, index=frame.index)
        codes, code_values = pd.factorize(frame[pair.code])
        texts, text_values = pd.factorize(frame[pair.text])
        joint, distinct = pd.factorize(codes.astype(np.int64) * (len(text_values) + 1) + texts + 1)
        at_code, at_text = np.divmod(distinct, len(text_values) + 1)
        both = (at_code >= 0) & (at_text > 0)
        rows = list(zip(at_code, at_text - 1, both, strict=True))
        if pair.decodes:
            right = [
                not known or _agree(code_values[code], text_values[text], pair)
                for code, text, known in rows
            ]
        else:
            right = _one_to_one(at_code, at_text, both)
        return pd.Series(np.array(right, dtype=np.bool_)[joint], index=frame.index)

    return test


def _agree(code: Any, text: str, pair: CodePair) -> bool:
    wanted = pair.decodes.get(_term(code))
    if wanted is None:  # a code that is not in the list is a finding of its own
        return True
    return text in wanted or bool(wanted & pair.aliases.get(text, frozenset()))


def _term(code: Any) -> str:
    return f"{code:g}" if isinstance(code, (int, float, np.number)) else str(code)


def _one_to_one(
    codes: np.ndarray[Any, Any], texts: np.ndarray[Any, Any], both: np.ndarray[Any, Any]
) -> list[bool]:
    """Which distinct pairs have a code and a text that occur in no other pair."""
    pairs = pd.DataFrame({"code": codes[both], "text": texts[both]})
    several = pairs.duplicated("code", keep=False) | pairs.duplicated("text", keep=False)
    right = np.ones(len(both), dtype=np.bool_)
    right[both] = ~several.to_numpy()
    return [bool(each) for each in right]
