"""How the command line shows progress and outcomes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Self

import typer

from cdisc_pom.progress import Progress

if TYPE_CHECKING:
    from cdisc_pom.errors import Finding
    from cdisc_pom.pipeline import Built

_SHOWN = 12


class LineProgress(Progress):
    """One plain line a step, for logs."""

    def ended(self, name: str) -> None:
        """Say what the step took."""
        typer.echo(f"{name}: {self.seconds[name]:.2f} s", err=True)


class BarProgress(Progress):
    """A bar for the step that goes on."""

    def __enter__(self) -> Self:
        """Draw the bar."""
        from rich.console import Console
        from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        self._bar = Bar(
            SpinnerColumn(),
            TextColumn("{task.description:<24}"),
            BarColumn(),
            TextColumn("{task.fields[what]:<10}"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
        )
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """Leave the finished bars."""
        self._bar.stop()

    def started(self, name: str, total: int) -> None:
        """A new bar."""
        self._task = self._bar.add_task(name, total=total or None, what="")

    def tick(self, what: str) -> None:
        """One further part."""
        self._bar.update(self._task, advance=1, what=what)

    def ended(self, name: str) -> None:
        """Fill the bar."""
        del name
        task = self._bar.tasks[self._task]
        self._bar.update(self._task, total=task.total or 1, completed=task.total or 1, what="done")


def outcome_text(built: Built) -> str:
    """What was made and found, in a few lines."""
    lines = []
    for standard in built.standards:
        names = ", ".join(f"{d.meta.name} {len(d.frame)}" for d in standard.datasets)
        lines.append(f"{standard.workbook.kind.upper()}: {names}")
    told = [finding for finding in built.findings if finding.severity != "note"]
    lines += [f"{finding.severity}: {finding}" for finding in told[:_SHOWN]]
    if len(told) > _SHOWN:
        lines.append(f"… and {len(told) - _SHOWN} more in the report")
    counts = Counter(finding.severity for finding in built.findings)
    shown = ", ".join(f"{counts[kind]} {kind}s" for kind in ("error", "warning", "note"))
    lines.append(f"Findings: {shown}")
    if built.package is not None:
        lines.append(f"Package: {built.project.build / 'package'}")
        lines.append(f"Report: {built.project.build / 'checks' / 'report.html'}")
    else:
        folder = built.project.build.with_name(f"{built.project.build.name}-findings")
        lines.append(f"Report: {folder / 'report.html'}")
    return "\n".join(lines)


def outcome_facts(built: Built) -> dict[str, object]:
    """What was made and found, as plain values."""
    counts = Counter(finding.severity for finding in built.findings)
    return {
        "ok": not counts["error"],
        "study": built.project.study,
        "datasets": {
            standard.workbook.kind: {d.meta.name: len(d.frame) for d in standard.datasets}
            for standard in built.standards
        },
        "findings": {kind: counts[kind] for kind in ("error", "warning", "note")},
        "errors": [_plain(f) for f in built.findings if f.severity == "error"],
    }


def outcome_json(facts: Mapping[str, object], seconds: Mapping[str, float]) -> str:
    """The facts as JSON, with the seconds of each step that was taken."""
    taken = {name: round(value, 3) for name, value in seconds.items()}
    return json.dumps({**facts, "seconds": taken}, ensure_ascii=False, indent=2) + "\n"


def _plain(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule, "dataset": finding.dataset, "variable": finding.variable,
        "message": finding.message, "place": finding.place, "origin": finding.origin,
        "value": finding.value, "count": finding.count, "text": str(finding),
    }  # fmt: skip
