"""One domain of a new workbook: its sources, its rows, its variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from cdisc_pom.initialise.codelists import Lists
from cdisc_pom.initialise.findings import Tests, find_tests
from cdisc_pom.initialise.forms import FormOf
from cdisc_pom.initialise.proposal import Proposal, propose
from cdisc_pom.initialise.survey import SITE, SUBJECT, VISIT, RawTable
from cdisc_pom.initialise.words import squash, variable_words
from cdisc_pom.spec.writer import Cells
from cdisc_pom.standards import StandardVariable

# What identifies the parts of a subject in the forms that the domains are made of.
Subject = tuple[str, ...]


@dataclass
class Domain:
    """A domain while it is put together."""

    name: str
    dataset_class: str
    variables: tuple[StandardVariable, ...]
    forms: tuple[FormOf, ...]
    sources: list[Cells] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    tests: list[Tests] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    aliases: dict[str, str] = field(default_factory=dict)
    used: dict[str, set[str]] = field(default_factory=dict)

    @cached_property
    def by_name(self) -> Mapping[str, StandardVariable]:
        """Variables by name."""
        return {variable.name: variable for variable in self.variables}

    def has(self, name: str) -> bool:
        """Whether something fills a variable."""
        return any(made.variable == name for made in self.proposals)

    def add(self, made: Proposal) -> None:
        """Take a row, when the domain has the variable and nothing fills it yet."""
        work = made.variable.startswith("_")
        if (work or made.variable in self.by_name) and not self.has(made.variable):
            self.proposals.append(made)

    def fill(self, end: str, algorithm: str, **cells: Any) -> None:
        """Take a row for a variable of the domain by the end of its name: STDY, LOBXFL."""
        self.add(Proposal(f"{self.name}{end}", algorithm, **cells))

    def join(self, alias: str, kind: str, on: str, note: str) -> None:
        """Bring columns of another data set to every record."""
        row: Cells = {"Dataset": self.name, "Source": alias, "From": alias, "Join": kind,
                      "On": on, "Note": note}  # fmt: skip
        if row not in self.sources:
            self.sources.append(row)


def draft_domain(
    name: str,
    dataset_class: str,
    variables: tuple[StandardVariable, ...],
    forms: tuple[FormOf, ...],
    lists: Lists,
    *,
    language: str,
    subject: Subject,
    names: frozenset[str],
) -> Domain:
    """A domain from its forms alone; what joins other data sets comes later.

    Args:
        name: the domain's code.
        dataset_class: its class.
        variables: the guide's variables.
        forms: the forms that are taken for it.
        lists: code lists of the workbook.
        language: `zh` or `en`.
        subject: parts that a subject's identifier is made of.
        names: data sets of the study, which no alias may have.
    """
    domain = Domain(name, dataset_class, variables, forms)
    for form in forms:
        alias = _alias(domain, form.table, names)
        domain.aliases[form.table.name] = alias
        note = form.reason if form.sure else f"guess: {form.reason}"
        domain.sources.append({"Dataset": name, "Source": alias, "From":
                               f"form:{form.table.name}", "Note": note})  # fmt: skip
    domain.proposals += _unique_subject(domain, subject) if forms else []
    if dataset_class != "TRIAL DESIGN":  # their contents stand in a sheet, TSSEQ too
        domain.fill("SEQ", "sequence", arguments="order=Key Variables", reason="by rule")
    for form in forms:
        _from_form(domain, form, lists, language)
    return domain


def _alias(domain: Domain, table: RawTable, names: frozenset[str]) -> str:
    """A short name for a form; letters, so that it may stand in an expression."""
    plain = squash(table.name)
    if plain.isascii() and plain.isidentifier() and plain not in names:
        return plain
    return f"{domain.name}F{len(domain.aliases) + 1 if domain.aliases else ''}"


def _unique_subject(domain: Domain, subject: Subject) -> list[Proposal]:
    """USUBJID as it stands in the forms, or put together from its parts."""
    tables = [form.table for form in domain.forms]
    words = variable_words()["USUBJID"]
    own = [next((c for c in table.columns if squash(c) in words), None) for table in tables]
    if all(own) and len(set(own)) == 1:
        return [Proposal("USUBJID", "assign", "*", str(own[0]), reason=f"by name {own[0]}")]
    parts = [[table.parts.get(part) for part in subject] for table in tables]
    missing = [t.name for t, found in zip(tables, parts, strict=True) if None in found or not found]
    if missing:
        text = f"no column for the subject is recognised in {', '.join(missing)}"
        domain.remarks.append(f"{domain.name}: {text}")
        return []
    sure = SITE in subject
    base = Proposal(
        "USUBJID", "concat", arguments="separator=-", sureness="" if sure else "likely",
        reason=f"by name: study, {'site and ' if sure else ''}subject",
    )  # fmt: skip
    rows = [
        replace(base, source=domain.aliases[table.name],
                inputs=", ".join(["STUDYID", *map(str, found)]))
        for table, found in zip(tables, parts, strict=True)
    ]  # fmt: skip
    alike = len({row.inputs for row in rows}) == 1
    return [replace(rows[0], source="*")] if alike else rows


def _from_form(domain: Domain, form: FormOf, lists: Lists, language: str) -> None:
    """Rows for what a form's columns are recognised as."""
    table, alias = form.table, domain.aliases[form.table.name]
    taken = {column for part, column in table.parts.items()
             if domain.name != "DM" or part not in (SITE, SUBJECT)}  # fmt: skip
    system = variable_words()["@SYSTEM"]
    taken |= {column for column in table.columns if squash(column) in system}
    wanted = [v for v in domain.variables if v.name not in _RULED and v.name[2:] != "SEQ"]
    if domain.dataset_class == "FINDINGS":
        tests = find_tests(form, alias, domain.by_name, lists)
        if tests is not None:
            domain.tests.append(tests)
            taken |= tests.columns
            wanted = [v for v in wanted if v.name[2:] not in _TESTED]
    proposed = propose(
        table, domain.name, wanted, source=alias, lists=lists, language=language,
        taken=frozenset(taken),
    )  # fmt: skip
    for made in proposed.proposals:
        doubt = made if form.sure else replace(made, sureness="guess")
        domain.proposals.append(doubt)
        domain.used.setdefault(table.name, set()).update(made.columns)
    domain.remarks += [f"{domain.name}: {text}" for text in proposed.refused]
    if VISIT in table.parts and "VISITNUM" in domain.by_name and domain.name != "SV":
        name = table.parts[VISIT]
        domain.proposals.append(Proposal("_VISIT", "assign", alias, name, reason=f"by name {name}"))


# Filled by rules, not by columns of forms.
_RULED = frozenset({"STUDYID", "DOMAIN", "USUBJID", "VISITNUM", "VISIT", "VISITDY", "EPOCH",
                    "TAETORD"})  # fmt: skip
# Filled by the step that makes records of collected tests.
_TESTED = frozenset({"TESTCD", "TEST", "CAT", "SCAT", "SPEC", "ORRES", "ORRESU", "ORNRLO",
                     "ORNRHI", "STRESC", "STRESN", "STRESU", "STAT", "REASND"})  # fmt: skip
