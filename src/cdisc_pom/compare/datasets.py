"""Two data sets compared: the steps in their order."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
import pandas as pd

from cdisc_pom.compare.attributes import Common, Structure, compare_structure
from cdisc_pom.compare.columns import Codes, Column, Rows
from cdisc_pom.compare.errors import WrongOption
from cdisc_pom.compare.keys import find_key
from cdisc_pom.compare.match import Matching, match_by_key, match_by_position
from cdisc_pom.compare.pairs import Mismatch, Pair, combine_codes, joint_codes, pair_columns
from cdisc_pom.compare.records import KeyTexts, duplicates, unmatched
from cdisc_pom.compare.results import Comparison, KeyOrigin, TypeDifference, VariableValues, Warned
from cdisc_pom.compare.settings import Settings
from cdisc_pom.compare.sources import DataSet, VariableInfo, data_set_of
from cdisc_pom.compare.values import compare_values

Columns = dict[str, Column]

_WORKERS = 4
#: Fewer pairs of records are compared sooner than threads are started.
_PARALLEL = 10_000
#: About the bytes of columns of one side that are held at once.
_BUDGET = 1 << 30
_BY_POSITION = Warned(
    "Compared by position: no key that makes records unique was found. One record more or less "
    "makes all after it differ; name the key with --keys.",
    "按记录位置比较：未找到能唯一标识记录的关键变量。多一条或少一条记录，其后的记录都会不同；"
    "请用 --keys 指定关键变量。",
)


def compare_frames(
    base: pd.DataFrame, compare: pd.DataFrame, settings: Settings | None = None
) -> Comparison:
    """Compare two frames; see ``compare_data_sets``.

    Example:
        >>> one = pd.DataFrame({"USUBJID": ["01", "02"], "AGE": [63, 64]})
        >>> other = pd.DataFrame({"USUBJID": ["02", "01"], "AGE": [64, 65]})
        >>> found = compare_frames(one, other)
        >>> found.keys, found.equal, [(v.variable, v.unequal) for v in found.values]
        (('USUBJID',), False, [('USUBJID', 0), ('AGE', 1)])
    """
    return compare_data_sets(data_set_of(base), data_set_of(compare), settings)


def compare_data_sets(
    base: DataSet, compare: DataSet, settings: Settings | None = None
) -> Comparison:
    """Compare two data sets.

    Attributes and variables are compared first, then records are matched by key (or by position),
    then values. Columns are read in groups, so that memory does not grow with their number.

    Args:
        base: what is expected.
        compare: what is judged.
        settings: what the user wants; None is an exact comparison by a key that is looked for.

    Raises:
        WrongOption: a key that the data sets do not have.
        UnreadableFile: records that are broken.

    Source: SAS 9.4 Procedures Guide, COMPARE procedure.
    """
    wanted = settings or Settings()
    keys = _given_key(base, compare, wanted)
    only = wanted.only | {each.upper() for each in keys} if wanted.only else frozenset[str]()
    structure = compare_structure(base, compare, only, wanted.exclude - set(map(str.upper, keys)))
    return _Run(base, compare, wanted, structure).compare(keys)


def _given_key(base: DataSet, compare: DataSet, settings: Settings) -> tuple[str, ...]:
    """The key that was given, as base spells it."""
    given = settings.keys_of(base.name)
    sides = [{each.name.upper(): each.name for each in side.variables} for side in (base, compare)]
    for name in given:
        for data, known in zip((base, compare), sides, strict=True):
            if name.upper() not in known:
                place = data.path or data.name or "the data set"
                raise WrongOption.unknown_variable("--keys", name, known.values(), place=place)
    return tuple(sides[0][each.upper()] for each in given)


class _Run:
    """One comparison: what is read and known while its steps go on."""

    def __init__(
        self, base: DataSet, compare: DataSet, settings: Settings, structure: Structure
    ) -> None:
        self._base = base
        self._compare = compare
        self._settings = settings
        self._structure = structure
        self._common = {one.name: (one, other) for one, other in structure.common}
        self._warnings: list[Warned] = []

    def compare(self, given: tuple[str, ...]) -> Comparison:
        """All steps."""
        keys, origin = self._key(given)
        pairs = self._key_pairs(keys)
        codes = self._key_codes(pairs)
        matching = self._matching(codes)
        texts = KeyTexts(tuple(pairs.values()))
        values, types, unequal = self._values(matching, texts)
        self._check_criteria(values, keys)
        shown = self._settings.shown
        return Comparison(
            base=self._base.side,
            compare=self._compare.side,
            keys=keys,
            key_origin=origin,
            attributes=self._structure.attributes,
            other_order=self._structure.other_order,
            only_base=self._structure.only_base,
            only_compare=self._structure.only_compare,
            types=types,
            matched=matching.matched.count,
            records_only_base=unmatched(matching.only_base, texts.of_base, shown),
            records_only_compare=unmatched(matching.only_compare, texts.of_compare, shown),
            duplicates=duplicates(codes, matching.repeated, texts, shown),
            records_unequal=unequal,
            values=values,
            ignored=self._settings.ignore,
            warnings=tuple(self._warnings),
        )

    def _key(self, given: tuple[str, ...]) -> tuple[tuple[str, ...], KeyOrigin]:
        if given:
            return given, "given"
        told = [tuple(each) for each in (self._base.keys, self._compare.keys) if each]
        found = find_key(list(self._common), told, self._codes_of)
        if found:
            return found, "found"
        self._warnings.append(_BY_POSITION)
        return (), "position"

    def _codes_of(self, name: str) -> tuple[Codes, Codes] | None:
        pair = self._pair(name, *self._read([self._common[name]]))
        return None if isinstance(pair, Mismatch) else joint_codes(pair)

    def _read(self, group: Sequence[Common]) -> tuple[Columns, Columns]:
        """The columns of a group, both sides at a time."""
        with ThreadPoolExecutor(2) as pool:
            base = pool.submit(self._base.read, [one.name for one, _ in group])
            compare = pool.submit(self._compare.read, [other.name for _, other in group])
            return base.result(), compare.result()

    def _pair(self, name: str, base: Columns, compare: Columns) -> Pair | Mismatch:
        one, other = self._common[name]
        return pair_columns(
            base[one.name],
            compare[other.name],
            base_format=one.format or "",
            compare_format=other.format or "",
        )

    def _key_pairs(self, keys: tuple[str, ...]) -> dict[str, Pair]:
        columns = self._read([self._common[name] for name in keys])
        pairs: dict[str, Pair] = {}
        for name in keys:
            pair = self._pair(name, *columns)
            if isinstance(pair, Mismatch):
                types = f"{pair.base} in base and {pair.compare} in compare"
                raise WrongOption("--keys", f"{name} is {types}.")
            pairs[name] = pair
        return pairs

    def _key_codes(self, pairs: dict[str, Pair]) -> tuple[Codes, Codes] | None:
        if not pairs:
            return None
        parts = [np.concatenate(joint_codes(pair)) for pair in pairs.values()]
        joint = combine_codes(*parts)
        return joint[: self._base.records], joint[self._base.records :]

    def _matching(self, codes: tuple[Codes, Codes] | None) -> Matching:
        if codes is None:
            return match_by_position(self._base.records, self._compare.records)
        return match_by_key(*codes, self._tie_break)

    def _tie_break(self, base: Rows, compare: Rows) -> tuple[Codes, Codes]:
        """A number for each record: the same where all common variables are the same."""
        joint = np.zeros(len(base) + len(compare), dtype=np.int64)
        for group in self._groups():
            columns = self._read(group)
            for one, _ in group:
                pair = self._pair(one.name, *columns)
                if not isinstance(pair, Mismatch):
                    codes = joint_codes(pair)
                    taken = np.concatenate([codes[0][base], codes[1][compare]])
                    joint = combine_codes(joint, taken)
        return joint[: len(base)], joint[len(base) :]

    def _groups(self) -> Iterator[list[Common]]:
        """Common variables in groups that fit into memory together."""
        records = max(self._base.records, self._compare.records, 1)
        group: list[Common] = []
        used = 0
        for one, other in self._structure.common:
            needed = max(one.bytes, other.bytes) * records
            if group and used + needed > _BUDGET:
                yield group
                group, used = [], 0
            group.append((one, other))
            used += needed
        if group:
            yield group

    def _values(
        self, matching: Matching, texts: KeyTexts
    ) -> tuple[tuple[VariableValues, ...], tuple[TypeDifference, ...], int]:
        outcomes: list[VariableValues | TypeDifference] = []
        is_unequal = np.zeros(matching.matched.count, dtype=np.bool_)
        # Arrow and numpy work without the interpreter, so that threads do run side by side.
        workers = min(_WORKERS, os.cpu_count() or 1) if len(is_unequal) >= _PARALLEL else 1
        for group in self._groups():
            columns = self._read(group)

            def compare(
                common: Common, columns: tuple[Columns, Columns] = columns
            ) -> VariableValues | TypeDifference:
                return self._variable(common[0], columns, matching, texts, is_unequal)

            with ThreadPoolExecutor(workers) as pool:
                outcomes += pool.map(compare, group)
        return (
            tuple(each for each in outcomes if isinstance(each, VariableValues)),
            tuple(each for each in outcomes if isinstance(each, TypeDifference)),
            int(is_unequal.sum()),
        )

    def _variable(
        self,
        variable: VariableInfo,
        columns: tuple[Columns, Columns],
        matching: Matching,
        texts: KeyTexts,
        is_unequal: npt.NDArray[np.bool_],
    ) -> VariableValues | TypeDifference:
        pair = self._pair(variable.name, *columns)
        if isinstance(pair, Mismatch):
            return TypeDifference(variable.name, pair.base, pair.compare, pair.value)
        result, rows = compare_values(
            pair,
            matching.matched,
            self._settings.criteria_of(variable.name),
            variable=variable.name,
            label=variable.label or "",
            keys=texts.of_base,
            shown=self._settings.shown,
        )
        is_unequal[rows] = True
        return result

    def _check_criteria(self, values: Sequence[VariableValues], keys: tuple[str, ...]) -> None:
        """A tolerance that has no effect is told."""
        given = self._settings.criteria_by_variable
        for each in values:
            if each.variable.upper() in given and each.type == "text":
                self._warnings.append(
                    Warned(
                        f"{each.variable} is text: its tolerance has no effect.",
                        f"{each.variable} 为字符型变量，容差不起作用。",
                    )
                )
            elif each.variable.upper() in given and each.variable in keys:
                self._warnings.append(
                    Warned(
                        f"{each.variable} is a key: it is matched exactly.",
                        f"{each.variable} 为关键变量，按精确值匹配。",
                    )
                )
