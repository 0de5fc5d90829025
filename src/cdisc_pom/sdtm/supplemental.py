"""Supplemental qualifiers: what is not a standard variable of its domain goes to SUPP--."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cdisc_pom.columns import Column, constant_text, from_codes, stack, take

VARIABLES = (
    ("STUDYID", "Study Identifier", "研究标识符", "Identifier", "Req"),
    ("RDOMAIN", "Related Domain Abbreviation", "相关域缩写", "Identifier", "Req"),
    ("USUBJID", "Unique Subject Identifier", "受试者唯一标识符", "Identifier", "Req"),
    ("IDVAR", "Identifying Variable", "识别变量", "Identifier", "Exp"),
    ("IDVARVAL", "Identifying Variable Value", "识别变量值", "Identifier", "Exp"),
    ("QNAM", "Qualifier Variable Name", "限定变量名称", "Topic", "Req"),
    ("QLABEL", "Qualifier Variable Label", "限定变量标签", "Synonym Qualifier", "Req"),
    ("QVAL", "Data Value", "数据值", "Result Qualifier", "Req"),
    ("QORIG", "Origin", "来源", "Record Qualifier", "Req"),
    ("QEVAL", "Evaluator", "评估者", "Record Qualifier", "Exp"),
)
KEYS = ("STUDYID", "RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "QNAM")


@dataclass(frozen=True)
class Qualifier:
    """A supplemental variable: its name, label, origin, evaluator and text values."""

    name: str
    label: str
    origin: str
    values: Column
    evaluator: str | None = None


def split_supplemental(
    domain: str, study: Column, subject: Column, sequence: Column | None,
    qualifiers: Sequence[Qualifier],
) -> tuple[pd.DataFrame, np.ndarray]:  # fmt: skip
    """The records of SUPP-- for a domain.

    Args:
        domain: domain abbreviation.
        study: STUDYID of each parent record.
        subject: USUBJID of each parent record.
        sequence: --SEQ of each parent record; None for DM, which has one record a subject.
        qualifiers: the supplemental variables.

    Returns:
        The records, sorted by their keys, and the position of each one's parent record.

    Source: SDTMIG 3.4, section 8.4 (SUPP--): no record where there is no value.
    """
    filled = [np.flatnonzero(item.values.notna().to_numpy()) for item in qualifiers]
    parents = np.concatenate([*filled, np.zeros(0, dtype=np.int64)])
    which = np.repeat(np.arange(len(qualifiers)), [len(at) for at in filled])
    index = pd.RangeIndex(len(parents))

    def each(values: list[str | None]) -> Column:
        return from_codes(which, values, index)

    frame = pd.DataFrame(
        {
            "STUDYID": take(study, parents, index),
            "RDOMAIN": constant_text(domain, index),
            "USUBJID": take(subject, parents, index),
            "IDVAR": constant_text(None if sequence is None else f"{domain}SEQ", index),
            "IDVARVAL": _numbers(sequence, parents, index),
            "QNAM": each([item.name for item in qualifiers]),
            "QLABEL": each([item.label for item in qualifiers]),
            "QVAL": stack([take(item.values, at, pd.RangeIndex(len(at)))
                           for item, at in zip(qualifiers, filled, strict=True)]),
            "QORIG": each([item.origin for item in qualifiers]),
            "QEVAL": each([item.evaluator for item in qualifiers]),
        }
    )  # fmt: skip
    return frame, parents


def _numbers(sequence: Column | None, parents: np.ndarray, index: pd.Index) -> Column:
    """Sequence numbers as text without decimals, so that they match the parent's number."""
    if sequence is None:
        return constant_text(None, index)
    numbers = take(sequence, parents, index).to_numpy(dtype=np.int64, na_value=0)
    codes, values = pd.factorize(numbers)
    return from_codes(codes.astype(np.int64), [str(value) for value in values], index)
