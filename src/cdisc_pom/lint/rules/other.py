"""What reader and compiler find and no other rule has a name for."""

from __future__ import annotations

from collections.abc import Iterator

from cdisc_pom.lint.context import Context
from cdisc_pom.lint.model import Found
from cdisc_pom.lint.registry import rule


@rule("SPEC.OTHER", faults=r"(?!)")
def other_fault(context: Context) -> Iterator[Found]:
    """Reader or compiler refuse something for another reason, which the message tells."""
    return context.found("SPEC.OTHER")
