"""From a broken promise to a finding: the facts that its message tells, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cdisc_pom.checks.catalogue import Rule
from cdisc_pom.checks.records import Records, show
from cdisc_pom.checks.values import as_texts, byte_lengths
from cdisc_pom.errors import Finding, did_you_mean, nearest
from cdisc_pom.spec.workbook import Codelist

if TYPE_CHECKING:
    from cdisc_pom.checks.validate import Fault

_FEW: Final = 3
Facts = dict[str, str]


def finding_of(
    fault: Fault, rule: Rule, records: Records, codelists: Mapping[str, Codelist]
) -> Finding:
    """The finding of a fault: message, workbook cell, and the first records."""
    facts = _facts(fault, records, codelists)
    message = rule.message or rule.text
    where = fault.promise.where if fault.promise else ""
    examples = records.examples(fault.rows, _teller(fault, records))
    first = examples[0] if examples else None
    cell = (fault.promise.cell if fault.promise else None) or records.cell(fault.variable)
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        dataset=records.meta.name,
        variable=fault.variable,
        message=message.en.format_map(facts) + (f" (where {where})" if where else ""),
        message_zh=message.zh.format_map(facts) + (f"（条件 {where}）" if where else ""),
        hint=rule.hint.en.format_map(facts).strip() if rule.hint else "",
        hint_zh=rule.hint.zh.format_map(facts).strip() if rule.hint else "",
        key=first.key if first else "",
        value=first.value if first else "",
        origin=first.origin if first else "",
        count=max(len(fault.rows), 1),
        place=str(cell) if cell is not None else "",
        examples=examples,
    )


def _facts(fault: Fault, records: Records, codelists: Mapping[str, Codelist]) -> Facts:
    facts: Facts = {"dataset": records.meta.name, "variable": fault.variable, **fault.facts}
    more = _MORE.get(fault.rule)
    if more is not None:
        facts |= more(fault, records, codelists)
    return facts


def _values(fault: Fault, records: Records, _: Mapping[str, Codelist]) -> Facts:
    """The wrong values with their counts, the most frequent first."""
    counts = records.counts(fault.variable, fault.rows)
    rest = len(counts) - _FEW
    english = ", ".join(f"'{value}' ({count})" for value, count in counts[:_FEW])
    chinese = "、".join(f"“{value}”（{count} 条）" for value, count in counts[:_FEW])
    if rest > 0:
        english += f" and {rest} other{'s' if rest > 1 else ''}"
        chinese += f"，另有 {rest} 个值"
    return {"values": english, "values_zh": chinese}


def _term(fault: Fault, records: Records, codelists: Mapping[str, Codelist]) -> Facts:
    facts = _values(fault, records, codelists)
    terms = codelists[fault.facts["codelist"]].terms
    worst = records.counts(fault.variable, fault.rows)[0][0]
    near = nearest(worst, terms)
    facts["near"] = did_you_mean(worst, terms)
    facts["near_zh"] = f"是否应为“{near}”？" if near else ""
    return facts


def _length(fault: Fault, records: Records, _: Mapping[str, Codelist]) -> Facts:
    texts = as_texts(records.frame[fault.variable].take(fault.rows))
    if texts is None:
        return {"longest": ""}
    lengths = byte_lengths(texts.distinct, fault.facts["encoding"])
    used = np.unique(texts.codes)
    return {"longest": str(int(lengths[used[used >= 0]].max()))}


def _characters(fault: Fault, records: Records, _: Mapping[str, Codelist]) -> Facts:
    encoding = fault.facts["encoding"]
    found: dict[str, None] = {}
    for value, _count in records.counts(fault.variable, fault.rows):
        found |= dict.fromkeys(each for each in value if not _fits(each, encoding))
    return {"characters": "".join(sorted(found)[:20])}


def _fits(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _duplicates(fault: Fault, records: Records, _: Mapping[str, Codelist]) -> Facts:
    keys = fault.facts["keys"].split(", ")
    groups = len(records.frame.loc[fault.rows, keys].drop_duplicates())
    return {"groups": str(groups)}


_MORE: Final[dict[str, Callable[[Any, Records, Mapping[str, Codelist]], Facts]]] = {
    "WB-TERM": _term,
    "WB-LENGTH": _length,
    "WB-ENCODING": _characters,
    "WB-KEY": _duplicates,
    **dict.fromkeys(
        ("WB-DATE", "WB-PRECISION", "WB-WHOLE", "WB-VALUETYPE", "WB-CLOCK", "WB-RDOMAIN"), _values
    ),
}


def _teller(fault: Fault, records: Records) -> Callable[[int], str]:
    """What a finding shows of a record."""
    if fault.rule == "WB-PAIR":
        names = (fault.facts["code"], fault.facts["partner"])
        return lambda row: ", ".join(
            f"{name}={show(records.frame[name].iloc[row])}" for name in names
        )
    if fault.variable in records.frame.columns:
        return records.value(fault.variable)
    return lambda _: ""
