"""The key of a data set: as given, or a likely one that makes records unique."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from cdisc_pom.compare.columns import Codes
from cdisc_pom.compare.pairs import combine_codes

#: Gives the numbers of a variable's values in base and in compare; None when types differ.
CodesOf = Callable[[str], tuple[Codes, Codes] | None]

_SUBJECTS = (("USUBJID",), ("SITEID", "SUBJID"), ("SUBJID",), ("SUBJECT",), ("ID",))
#: Keys of data sets that are not about subjects' observations. Source: SDTMIG 3.4, keys in the
#: domain specifications; the order is from special to general.
_SPECIAL = (
    ("RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "QNAM"),
    ("USUBJID", "IDVAR", "IDVARVAL", "QNAM"),
    ("USUBJID", "QNAM"),
    ("RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "RELID"),
    ("ARMCD", "TAETORD"),
    ("ETCD",),
    ("TSPARMCD", "TSSEQ"),
    ("IETESTCD",),
    ("ARMCD", "VISITNUM"),
    ("VISITNUM",),
    ("OIPARMCD", "OISEQ"),
)
#: Variables that tell a subject's records apart, by name or, after a dash, by the end of the name.
_PARTS = (
    "PARAMCD", "-TESTCD", "QNAM", "PARAM", "-TRT", "-TERM", "-DECOD", "-CAT", "-SCAT", "-SPEC",
    "-LOC", "-LAT", "-METHOD", "-EVAL", "-LNKID", "-LNKGRP", "-GRPID", "-SPID", "-REFID", "ETCD",
    "TAETORD", "EPOCH", "BASETYPE", "DTYPE", "AVISITN", "AVISIT", "VISITNUM", "VISIT", "ADTM",
    "ADT", "ATM", "ASTDTM", "ASTDT", "AENDTM", "AENDT", "-DTC", "-STDTC", "-ENDTC", "ATPTN",
    "ATPT", "-TPTNUM", "-TPT",
)  # fmt: skip
_PREFIX = 2
#: A key that one side repeats in more of its records than this is no key.
_NEARLY = 0.5


def find_key(
    names: Sequence[str], told: Sequence[tuple[str, ...]], codes_of: CodesOf
) -> tuple[str, ...]:
    """A likely key that makes records unique.

    Tried in order: the key that a file tells, subject, subject with a sequence number, keys of
    special data sets; the first that is unique on both sides is taken. If there is none, the first
    with the subject that is unique on one side and for at least half of the records of the other,
    so that repeated records are found. At last the subject with one likely variable after the
    other.

    Args:
        names: variables that both data sets have, as base spells them.
        told: keys that the files tell.
        codes_of: numbers of a variable's values.

    Returns:
        Names as in ``names``; empty when there is no such key.
    """
    spelled = {each.upper(): each for each in names}
    counter = _Counter(spelled, codes_of)
    nearly: tuple[str, ...] = ()
    for candidate in _candidates(spelled, told):
        repeats = counter.repeats(candidate)
        if repeats == (0.0, 0.0):
            return tuple(spelled[each] for each in candidate)
        is_near = min(repeats) == 0.0 and max(repeats) <= _NEARLY
        if is_near and not nearly and set(_subject(spelled)) & set(candidate):
            nearly = candidate
    return tuple(spelled[each] for each in nearly or _grow(counter, spelled))


def _candidates(
    spelled: dict[str, str], told: Sequence[tuple[str, ...]]
) -> Iterator[tuple[str, ...]]:
    seen: set[tuple[str, ...]] = set()
    for candidate in _all_candidates(spelled, told):
        if candidate and candidate not in seen and set(candidate) <= set(spelled):
            seen.add(candidate)
            yield candidate


def _all_candidates(
    spelled: dict[str, str], told: Sequence[tuple[str, ...]]
) -> Iterator[tuple[str, ...]]:
    yield from sorted({tuple(name.upper() for name in key) for key in told})
    subject = _subject(spelled)
    if subject:
        yield subject
        sequences = [name for name in spelled if name.endswith("SEQ") and len(name) > len("SEQ")]
        for sequence in sequences:
            yield (*subject, sequence)
        for sequence in sequences:
            yield (*subject, "PARAMCD", sequence)
    yield from _SPECIAL


def _subject(spelled: dict[str, str]) -> tuple[str, ...]:
    return next((each for each in _SUBJECTS if set(each) <= set(spelled)), ())


def _grow(counter: _Counter, spelled: dict[str, str]) -> tuple[str, ...]:
    """The subject with likely variables until records are unique, then without idle ones."""
    grown = [*_subject(spelled)]
    if not grown:
        return ()
    for name in _likely(spelled):
        grown.append(name)
        if counter.repeats(tuple(grown)) == (0.0, 0.0):
            break
    else:
        return ()
    for name in grown[1:-1]:
        fewer = tuple(each for each in grown if each != name)
        if counter.repeats(fewer) == (0.0, 0.0):
            grown.remove(name)
    return tuple(grown)


def _likely(spelled: dict[str, str]) -> list[str]:
    found: list[str] = []
    for part in _PARTS:
        end = part.removeprefix("-")
        found += [
            name for name in spelled if name == end or (part[0] == "-" and name[_PREFIX:] == end)
        ]
    return list(dict.fromkeys(found))


class _Counter:
    """Tells how many records share a key with another; each variable is numbered once."""

    def __init__(self, spelled: dict[str, str], codes_of: CodesOf) -> None:
        self._spelled = spelled
        self._codes_of = codes_of
        self._codes: dict[str, tuple[Codes, Codes] | None] = {}
        self._last: tuple[tuple[str, ...], Codes] = ((), np.empty(0, dtype=np.int64))

    def repeats(self, names: tuple[str, ...]) -> tuple[float, float]:
        """The share of records of base and of compare whose key another record has too.

        A variable of different types makes no key: all records count.
        """
        codes = [self._of(name) for name in names]
        known = [each for each in codes if each is not None]
        if len(known) < len(codes):
            return 1.0, 1.0
        split = len(known[0][0])
        start = self._last[0] == names[:-1] and len(names) > 1
        parts = [np.concatenate(each) for each in (known[-1:] if start else known)]
        joint = combine_codes(self._last[1], *parts) if start else combine_codes(*parts)
        self._last = (names, joint)
        return _repeated(joint[:split]), _repeated(joint[split:])

    def _of(self, name: str) -> tuple[Codes, Codes] | None:
        if name not in self._codes:
            self._codes[name] = self._codes_of(self._spelled[name])
        return self._codes[name]


def _repeated(codes: Codes) -> float:
    counts = np.bincount(codes)
    return float(counts[counts > 1].sum()) / max(len(codes), 1)
