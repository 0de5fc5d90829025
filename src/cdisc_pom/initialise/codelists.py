"""Code lists of a new workbook: terms of controlled terminology, and what collected words mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from cdisc_pom.algorithms.values import fold
from cdisc_pom.initialise.words import meanings, term_words
from cdisc_pom.spec.writer import Cells
from cdisc_pom.standards import StandardCodelist, StandardVariable, Terminology

_SHORT = 12  # terms up to which a list is written whole


@dataclass
class Lists:
    """The code lists that variables of a workbook use, with the words they were used for."""

    terminology: Terminology
    _used: dict[str, dict[str, None]] = field(default_factory=dict)
    _terms: dict[str, dict[str, None]] = field(default_factory=dict)

    def codelist(self, variable: StandardVariable) -> StandardCodelist | None:
        """The variable's list of the pinned terminology."""
        found = (self.terminology.codelist(code) for code in variable.codelists)
        return next((item for item in found if item is not None and item.terms), None)

    def known(self, variable: StandardVariable) -> bool:
        """Whether the variable's list is at hand."""
        return self.codelist(variable) is not None

    def short_name(self, variable: StandardVariable) -> str:
        """The list's ID in the workbook, empty without a list."""
        found = self.codelist(variable)
        return found.short_name if found is not None else ""

    def meanings(self, variable: StandardVariable) -> dict[str, str]:
        """Terms by folded word: the project's words, and the submission values themselves."""
        found = self.codelist(variable)
        return self._words(found.short_name, found) if found is not None else {}

    def use(self, variable: StandardVariable, values: Iterable[str] = ()) -> str:
        """Take the variable's list into the workbook, with collected values; gives its ID."""
        name = self.short_name(variable)
        self._used.setdefault(name, {}).update(dict.fromkeys(values))
        return name

    def use_terms(self, variable: StandardVariable, values: Iterable[str]) -> str:
        """Take terms that the workbook itself writes."""
        name = self.use(variable)
        self._terms.setdefault(name, {}).update(dict.fromkeys(values))
        return name

    def rows(self, decodes: dict[str, dict[str, str]]) -> list[Cells]:
        """Rows of Codelists.

        A short list is written whole; of a long one the terms that collected values mean, and
        those that the workbook itself writes.

        Args:
            decodes: further decoded values by list and term, such as names of tests.
        """
        rows: list[Cells] = []
        for name in self._used:
            found = self.terminology.codelist(name)
            if found is None:
                continue
            wanted = self._wanted(name, found)
            words = {item.term: item for item in term_words().get(name, ())}
            own = decodes.get(name, {})
            decoded = any(own.get(term) or (term in words and words[term].decode)
                          for term in wanted)  # fmt: skip
            for order, term in enumerate(wanted, start=1):
                said = words.get(term)
                english = own.get(term) or (said.decode if said is not None else "")
                chinese = said.decode_zh if said is not None else ""
                rows.append({
                    "ID": name, "Name": found.name, "NCI Codelist Code": found.code,
                    "Data Type": "text", "Terminology": f"{found.package.name} CT "
                    f"{found.package.version}", "Order": order, "Term": term,
                    "NCI Term Code": found.codes.get(term),
                    "Decoded Value": (english or term) if decoded else None,
                    "Decoded Value (zh)": chinese or None,
                })  # fmt: skip
        return rows

    def _wanted(self, name: str, found: StandardCodelist) -> list[str]:
        own = list(self._terms.get(name, ()))
        if len(found.terms) <= _SHORT and found.complete:
            return [*found.codes, *(term for term in own if term not in found.codes)]
        words = self._words(name, found)
        met = {words[fold(value)] for value in self._used[name] if fold(value) in words}
        wanted = [term for term in found.codes if term in met or term in own]
        wanted += [term for term in own if term not in found.codes]
        return wanted or [item.term for item in term_words().get(name, ()) if
                          item.term in found.codes] or list(found.codes)[:_SHORT]  # fmt: skip

    def _words(self, name: str, found: StandardCodelist) -> dict[str, str]:
        known = {word: term for word, term in meanings(name).items() if term in found.codes}
        return known | {fold(value): value for value in found.codes}

    def term_rows(self) -> list[Cells]:
        """Rows of Terms: words that the list itself does not have; empty Term for unknown ones."""
        rows: list[Cells] = []
        for name, values in self._used.items():
            found = self.terminology.codelist(name)
            if found is None:
                continue
            words = self._words(name, found)
            rows += self._collected(name, words, list(values))
        return rows

    def _collected(self, name: str, words: dict[str, str], values: Sequence[str]) -> list[Cells]:
        said: dict[str, None] = {}
        for item in term_words().get(name, ()):
            said.update(dict.fromkeys(map(fold, (item.term, item.decode, item.decode_zh))))
        rows: list[Cells] = []
        seen: set[str] = set()
        for value in values:
            plain = fold(value)
            term = words.get(plain)
            if plain in seen or (term is not None and (plain in said or plain == fold(term))):
                continue
            seen.add(plain)
            note = f"likely: known word for {term}" if term else "guess: which term is this?"
            chinese = any(ord(character) > 0x2E7F for character in value)  # noqa: PLR2004
            rows.append({
                "Codelist": name, "Collected": value.strip(), "Term": term,
                "Language": "zh" if chinese else "en", "Note": note,
            })  # fmt: skip
        return rows
