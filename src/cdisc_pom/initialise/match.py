"""Which column of a form a variable is: by its name, by its label, by known words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from cdisc_pom.initialise.survey import RawTable
from cdisc_pom.initialise.words import squash, variable_words
from cdisc_pom.standards import StandardVariable

Sureness = Literal["", "likely", "guess"]
_LANGUAGES = {"ZH": "zh", "CN": "zh", "EN": "en"}


@dataclass(frozen=True)
class Match:
    """A column that a variable may be. Rank 0 is the variable's own name, 3 a word for many."""

    column: str
    rank: int
    others: tuple[str, ...] = ()

    @property
    def sureness(self) -> Sureness:
        """Whether the name leaves doubt."""
        return "likely" if self.others or self.rank > _ALONE else ""

    @property
    def reason(self) -> str:
        """Why, in words."""
        also = f"; also possible: {', '.join(self.others)}" if self.others else ""
        return f"by name {self.column}{also}"


_NAME, _SPECIAL, _PREFIXED, _ALONE = 0, 1, 2, 2


def match_columns(
    table: RawTable,
    domain: str,
    variables: Sequence[StandardVariable],
    *,
    language: str,
    taken: Iterable[str] = (),
) -> dict[str, Match]:
    """Columns by variable; a column serves one variable, the better match wins.

    Args:
        table: the form.
        domain: the domain, whose code may stand before a word.
        variables: the variables that are looked for.
        language: `zh` or `en`; of a pair such as AEPT_ZH, AEPT_EN the column of this language.
        taken: columns that serve something else.

    Example:
        The column AESTDAT of a form of adverse events is AESTDTC: STDAT is a word for --STDTC.
    """
    found: list[tuple[int, int, int, str, str]] = []
    free = [name for name in table.columns if name not in set(taken)]
    names = {name: _spoken(name, language) for name in free}
    words = {variable.name: _words(variable, domain) for variable in variables}
    for order, variable in enumerate(variables):
        ranks = words[variable.name]
        for place, column in enumerate(free):
            rank = min((ranks[name] for name in names[column] if name in ranks), default=None)
            if rank is not None:
                found.append((rank, order, place, variable.name, column))
    chosen: dict[str, Match] = {}
    used: set[str] = set()
    for rank, _, _, variable_name, column in sorted(found):
        if variable_name not in chosen and column not in used:
            chosen[variable_name] = Match(column, rank)
            used.add(column)
    return {name: _with_others(name, match, found, used) for name, match in chosen.items()}


def _with_others(
    name: str, match: Match, found: Sequence[tuple[int, int, int, str, str]], used: set[str]
) -> Match:
    """The match with the other columns of nearly the same rank that nothing else took."""
    others = tuple(
        column
        for rank, _, _, variable, column in sorted(found)
        if variable == name and column not in used and rank <= match.rank + 1 and match.rank
    )
    return Match(match.column, match.rank, others)


def _spoken(column: str, language: str) -> tuple[str, ...]:
    """A column's name as it is compared; without a suffix of the language, if it is ours."""
    plain = squash(column)
    stem, _, suffix = column.replace(" ", "_").rpartition("_")
    said = _LANGUAGES.get(suffix.upper())
    if not stem or said is None:
        return (plain,)
    return (squash(stem), plain) if said == language else (plain,)


def _words(variable: StandardVariable, domain: str) -> Mapping[str, int]:
    """Rank of each word that a variable may be called by."""
    known = variable_words()
    ranks: dict[str, int] = {}
    stem = variable.name.removeprefix(domain) if variable.name.startswith(domain) else ""
    general = known.get(f"--{stem}", frozenset()) if stem else frozenset()
    if stem == "STDTC" and domain not in _DATED:  # a form with one date: that of the event
        general |= known["--DTC"]
    for word in general:
        ranks.setdefault(word, _PREFIXED + 1)
        ranks[squash(f"{domain}{word}")] = _PREFIXED
    for word in known.get(variable.name, frozenset()):
        ranks[word] = _SPECIAL
        ranks[squash(f"{domain}{word}")] = _SPECIAL
    for label in (variable.label, variable.label_zh):
        ranks[squash(label)] = _SPECIAL
    for part, name in _PARTS.items():
        if variable.name == name:
            ranks |= dict.fromkeys(known[part], _SPECIAL)
    ranks[variable.name] = _NAME
    return ranks


# Domains whose --DTC is the date of collection; elsewhere a lone date is the start.
_DATED = frozenset({"AE", "CM", "EX", "MH"})
_PARTS = {"@SITE": "SITEID", "@SUBJECT": "SUBJID"}
