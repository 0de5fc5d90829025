"""Simulates a study: reads the design, tells each subject's story, writes the forms."""

from collections.abc import Callable
from pathlib import Path

from cdisc_pom.simulate.design import Design, DesignError, read_design
from cdisc_pom.simulate.dosing import plan_doses, plan_needs
from cdisc_pom.simulate.events import plan_events
from cdisc_pom.simulate.export import form_lines, write_form
from cdisc_pom.simulate.failure import complete_failure
from cdisc_pom.simulate.story import Story
from cdisc_pom.simulate.timeline import begin_story, name_visits

Progress = Callable[[str, int, int], None]


def simulate_study(
    design: Path, out: Path, *, seed: int | None = None, progress: Progress | None = None
) -> list[Path]:
    """Write the synthetic raw export of a study.

    The same design and seed give the same bytes on every machine.

    Args:
        design: Folder of the design files.
        out: Folder for the export; it is made when it is not there.
        seed: Seed of all random values; by default the one in the design.
        progress: Called after each form with its file name, its place and the number of forms.

    Returns:
        The files written, in the order of the design.

    Raises:
        DesignError: the design has mistakes; it holds all of them.
    """
    plan = read_design(design)
    if seed is not None:
        study = plan.study.model_copy(update={"seed": seed})
        plan = Design(study, plan.tables, plan.subjects)
    stories = [tell_story(plan, row) for row in plan.subjects]
    filled = _fill_forms(plan, stories, progress)
    out.mkdir(parents=True, exist_ok=True)
    for name, form in plan.study.forms.items():
        columns = [*plan.study.front, *form.columns, *plan.study.back]
        write_form(out / name, columns, filled[name])
    return [out / name for name in plan.study.forms]


def _fill_forms(
    plan: Design, stories: list[Story], progress: Progress | None
) -> dict[str, list[dict[str, str]]]:
    """All lines of all forms, before the first byte is written."""
    filled: dict[str, list[dict[str, str]]] = {}
    problems: dict[str, None] = {}
    for place, name in enumerate(plan.study.forms, 1):
        filled[name] = []
        for story in stories:
            try:
                filled[name] += form_lines(story, name)
            except DesignError as error:
                problems |= dict.fromkeys(error.problems)
        if progress is not None:
            progress(name, place, len(plan.study.forms))
    if problems:
        raise DesignError(problems)
    return filled


def tell_story(design: Design, row: dict[str, str]) -> Story:
    """Everything that happened to one subject, before any form is filled."""
    if row["screenfail"] == "Y":
        row = complete_failure(design, row)
    story = begin_story(design, row)
    if story.subject.treated:
        plan_events(story, plan_needs(story))
        plan_doses(story)
    name_visits(story)
    return story
