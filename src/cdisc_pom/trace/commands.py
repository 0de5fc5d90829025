"""The command `cdisc-pom trace`. Logic lives beside it; libraries are imported when it runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from cdisc_pom.options import LabelLanguage

if TYPE_CHECKING:
    from pydantic import BaseModel

    from cdisc_pom.errors import Problems
    from cdisc_pom.trace.session import Onward, Session


Dataset = Annotated[
    str | None,
    typer.Argument(metavar="DATASET", help="A data set: ADTTE, AE, SUPPAE.", show_default=False),
]
Where = Annotated[
    str | None,
    typer.Option(help="Records of the data set: a SQL condition, \"USUBJID = '…' AND AESEQ = 3\"."),
]
Variable = Annotated[
    str | None, typer.Option(help="Variable whose value is traced.", show_default="all, one step")
]
Raw = Annotated[
    str | None, typer.Option(metavar="FILE:LINE", help="Raw record: what is made of it.")
]
FigureName = Annotated[
    str | None, typer.Option("--figure", metavar="ID", help="Published id, or display › row label.")
]
Forward = Annotated[bool, typer.Option("--forward", help="What uses the records, not what made.")]
Coverage = Annotated[
    bool, typer.Option("--coverage", help="Share of values with a complete chain; 1 unless all.")
]
Depth = Annotated[
    int | None, typer.Option(min=0, help="Steps from what is asked for.", show_default="all")
]
Everything = Annotated[bool, typer.Option("--all", help="All records, not the first few.")]
StudyName = Annotated[
    str | None, typer.Option(help="Study, or folder of its workbooks.", show_default="the default")
]
Words = Annotated[
    LabelLanguage | None, typer.Option(help="Language of words.", show_default="the workbook's")
]
Cutoff = Annotated[str | None, typer.Option(help="Data cut-off, as in a build.")]
Json = Annotated[bool, typer.Option("--json", help="Print nodes and edges as JSON.")]


def trace(
    dataset: Dataset = None,
    *,
    where: Where = None,
    variable: Variable = None,
    raw: Raw = None,
    figure: FigureName = None,
    forward: Forward = False,
    coverage: Coverage = False,
    depth: Depth = None,
    everything: Everything = False,
    study: StudyName = None,
    language: Words = None,
    cutoff: Cutoff = None,
    as_json: Json = False,
) -> None:
    """Show where a value comes from, down to raw file and line; or what a raw line became.

    The study is compiled and what is needed of it made in memory; no build is needed.

    Example: cdisc-pom trace ADTTE --where "PARAMCD = 'PFS'" --variable AVAL
    """
    asked = [dataset, raw, figure, coverage or None]
    if sum(item is not None for item in asked) != 1:
        text = "name one of: a data set, --raw FILE:LINE, --figure ID, --coverage."
        raise typer.BadParameter(text)
    if dataset is None and (where is not None or variable is not None or forward):
        raise typer.BadParameter("--where, --variable and --forward go with a data set.")
    if forward and variable is not None:
        raise typer.BadParameter("--forward takes records: leave --variable out.")
    with _plainly(as_json=as_json):
        from cdisc_pom.trace.session import open_session  # noqa: PLC0415

        chosen = language.value if language is not None else None
        session = open_session(study, language=chosen, cutoff=cutoff)
        limit = None if everything else session.few
        if coverage:
            _coverage(session, as_json=as_json)
        elif raw is not None:
            _forward(session, session.raw_forward(raw), limit, as_json=as_json)
        elif figure is not None:
            _figure(session, figure, limit, depth, as_json=as_json)
        elif dataset is not None and forward:
            _forward(session, session.record_forward(dataset, where), limit, as_json=as_json)
        elif dataset is not None:
            _values(session, dataset, where, variable, limit, depth, as_json=as_json)


def _values(
    session: Session, dataset: str, where: str | None, variable: str | None, limit: int | None,
    depth: int | None, *, as_json: bool,
) -> None:  # fmt: skip
    """Chains of records, or of one value of each."""
    from cdisc_pom.trace.documents import trace_document  # noqa: PLC0415
    from cdisc_pom.trace.show import print_branches, target_lines  # noqa: PLC0415
    from cdisc_pom.trace.words import WORDS  # noqa: PLC0415

    targets = session.targets(dataset, where, variable)
    shown = targets[:limit]
    graph = session.walk_targets(shown, depth)
    if as_json:
        whole = depth is None and variable is not None
        _print(trace_document(graph, session.labels, language=session.language, whole=whole))
        return
    if len(shown) < len(targets):
        said = WORDS[session.language]["some"].format(n=len(targets), shown=len(shown))
        typer.echo(said, err=True)
    print_branches(target_lines(graph, session.labels, shown, session.language))


def _figure(
    session: Session, name: str, limit: int | None, depth: int | None, *, as_json: bool
) -> None:
    """A figure, its records and their chains."""
    from cdisc_pom.trace.documents import trace_document  # noqa: PLC0415
    from cdisc_pom.trace.show import figure_lines, print_branches  # noqa: PLC0415

    figures = session.figures(name)
    graph = session.walk_figures(figures, limit, depth)
    if as_json:
        document = trace_document(
            graph, session.labels, language=session.language, whole=depth is None, figures=figures
        )
        _print(document)
        return
    print_branches(figure_lines(graph, session.labels, figures, limit, session.language))


def _forward(session: Session, found: Onward, limit: int | None, *, as_json: bool) -> None:
    """What uses a raw line or records, and the figures that hold it."""
    from cdisc_pom.trace.documents import forward_document  # noqa: PLC0415
    from cdisc_pom.trace.show import forward_lines, print_branches  # noqa: PLC0415

    if as_json:
        _print(forward_document(found, session.labels, language=session.language))
    else:
        print_branches(forward_lines(found, session.labels, limit, session.language))


def _coverage(session: Session, *, as_json: bool) -> None:
    """The share of values with a complete chain; exit code 1 unless it is all."""
    from cdisc_pom.trace.coverage import measure  # noqa: PLC0415
    from cdisc_pom.trace.documents import coverage_document  # noqa: PLC0415
    from cdisc_pom.trace.show import coverage_lines, print_branches  # noqa: PLC0415

    found = measure(session.run, session.uses)
    if as_json:
        _print(coverage_document(found, session.run.study.name))
    else:
        print_branches(coverage_lines(found, session.language))
    if any(item.complete < item.values for item in found):
        raise typer.Exit(1)


def _print(document: BaseModel) -> None:
    typer.echo(document.model_dump_json(indent=2, exclude_none=True, by_alias=True))


@contextmanager
def _plainly(*, as_json: bool) -> Iterator[None]:
    """Faults are told in plain words, all at once, with exit code 1 and no traceback."""
    from cdisc_pom.errors import Problems  # noqa: PLC0415

    try:
        yield
    except Problems as problems:
        if as_json:
            _print_problems(problems)
        _stop([str(error) for error in problems.errors])
    except BrokenPipeError:
        # The reader of a pipe has seen enough (`| head`).
        sys.stderr.close()
        raise typer.Exit(0) from None


def _print_problems(problems: Problems) -> None:
    import json  # noqa: PLC0415

    errors = [
        {"place": str(getattr(error, "place", "")), "text": str(error)} for error in problems.errors
    ]
    typer.echo(json.dumps({"ok": False, "errors": errors}, ensure_ascii=False, indent=2))


def _stop(lines: list[str]) -> NoReturn:
    for line in lines:
        typer.echo(line, err=True)
    raise typer.Exit(1)
