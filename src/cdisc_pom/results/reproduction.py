"""From analysis files and display rows to results that stand beside the published ones.

This is what the command `cdisc-pom results` calls. It reads files and writes none: `render_files`
gives the contents by file name, and who calls it decides where they go.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cdisc_pom.errors import Collector, Problems
from cdisc_pom.results.adam_files import read_adam
from cdisc_pom.results.comparison import Comparison, check_published, compare_published
from cdisc_pom.results.displays import Result, data_sets_of, evaluate_displays
from cdisc_pom.results.planning import Frames
from cdisc_pom.results.published import PublishedFile, read_published
from cdisc_pom.spec.sheets import DisplayRow


@dataclass(frozen=True)
class Reproduction:
    """All results of a study, each published figure with how it stands, and the data sets."""

    results: tuple[Result, ...]
    comparisons: tuple[Comparison, ...]
    published: PublishedFile
    frames: Frames = field(default_factory=dict, compare=False, repr=False)

    @property
    def ok(self) -> bool:
        """Whether no figure differs and none lacks a display row."""
        bad = ("differs", "no_display_row")
        return not any(comparison.status in bad for comparison in self.comparisons)


def reproduce_results(
    rows: Sequence[DisplayRow], adam: Path, published: Path, *, encoding: str = "utf-8"
) -> Reproduction:
    """Evaluate display rows on transport files and compare with published figures.

    Args:
        rows: rows of the Displays sheet.
        adam: folder of the analysis data sets, `adsl.xpt` and others.
        published: YAML file of published figures.
        encoding: of the text in the transport files.

    Raises:
        Problems: files that are missing or unreadable; rows that ask for what is not there; data
            that a row cannot be answered from. All of a step at once.
    """
    collector = Collector()
    figures = None
    try:
        figures = read_published(published)
        check_published(rows, figures, collector)
    except Problems as problems:
        faults = list(problems.errors)
    else:
        faults = list(collector.errors)
    frames: Frames = {}
    try:
        frames = read_adam(adam, data_sets_of(rows), encoding)
        results = evaluate_displays(rows, frames)
    except Problems as problems:
        faults += problems.errors
    if faults or figures is None:
        raise Problems(faults)
    return Reproduction(results, compare_published(results, figures), figures, frames)
