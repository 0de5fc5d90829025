"""The registry of rules: one function a rule, its docstring is its page.

A rule function takes the `Context` and yields what it found. The first line of its docstring is
the rule's title; what follows says why, and how to mend it. Rules for what the compiler or the
reader finds by itself name the pattern of its message instead of looking again.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cdisc_pom.errors import Severity

if TYPE_CHECKING:
    from cdisc_pom.lint.context import Context
    from cdisc_pom.lint.model import Found

Check = Callable[["Context"], Iterable["Found"]]

FAMILIES: Mapping[str, str] = {
    "BOOK": "Sheets, columns and cells",
    "NAME": "Names that lead nowhere",
    "UNUSED": "What nothing uses",
    "TWICE": "What stands twice",
    "MAP": "Rows that give variables their values",
    "EXPR": "Expressions",
    "DEFINE": "Study, data sets, variables, value level",
    "IG": "Implementation guides",
    "LABEL": "Labels",
    "CT": "Code lists and controlled terminology",
    "TERMS": "Terms, Units, Visits",
    "ADAM": "Parameters, Events, Displays",
    "SPEC": "Everything else",
}


@dataclass(frozen=True)
class Rule:
    """A registered rule."""

    id: str
    severity: Severity
    check: Check
    faults: re.Pattern[str] | None = None

    @property
    def family(self) -> str:
        """The id up to its dot."""
        return self.id.partition(".")[0]

    @property
    def title(self) -> str:
        """First line of the docstring."""
        return self._lines[0].rstrip(".")

    @property
    def help(self) -> str:
        """The docstring behind its first line."""
        return "\n".join(self._lines[1:]).strip()

    @property
    def _lines(self) -> list[str]:
        return (inspect.getdoc(self.check) or self.id).splitlines()


_RULES: dict[str, Rule] = {}


def rule(
    identifier: str, *, severity: Severity = "error", faults: str | None = None
) -> Callable[[Check], Check]:
    """Register a function as a rule.

    Args:
        identifier: FAMILY.NAME.
        severity: of all that it finds.
        faults: pattern of the messages of reader and compiler that are this rule's.

    Raises:
        ValueError: the id is taken, or its family is none.
    """

    def register(check: Check) -> Check:
        if identifier in _RULES:
            raise ValueError(f"rule '{identifier}' is registered twice")
        if identifier.partition(".")[0] not in FAMILIES:
            raise ValueError(f"rule '{identifier}' is of no family")
        pattern = re.compile(faults) if faults is not None else None
        _RULES[identifier] = Rule(identifier, severity, check, pattern)
        return check

    return register


def rules() -> Mapping[str, Rule]:
    """All rules by id, family by family; the modules that hold them are imported once."""
    package = importlib.import_module("cdisc_pom.lint.rules")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"cdisc_pom.lint.rules.{module.name}")
    order = list(FAMILIES)
    return dict(sorted(_RULES.items(), key=lambda item: (order.index(item[1].family), item[0])))
