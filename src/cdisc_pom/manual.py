"""Generated pages: the catalogue of algorithms, the sheets of a workbook, the reference parameters.

`python -m cdisc_pom.manual docs` writes them; a test holds the files equal to the code.
"""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path

from pydantic_core import PydanticUndefined

from cdisc_pom.algorithms.registry import Algorithm, algorithms
from cdisc_pom.files import write_text
from cdisc_pom.guide.parameters import parameter_guide
from cdisc_pom.plan.opening import compile_project
from cdisc_pom.progress import Progress
from cdisc_pom.project import find_project
from cdisc_pom.spec.rows import SheetRow
from cdisc_pom.spec.sheets import DESCRIBING, SHEETS

_ROLES = {
    "column": "a column",
    "columns": "columns",
    "related": "a column of the related source",
    "relateds": "columns of the related source",
}


def algorithm_page() -> str:
    """The catalogue of algorithms in Markdown, one section each."""
    found = algorithms()
    lines = [
        "# Algorithms",
        "",
        "What an Algorithm cell may name. This page is generated from the code: the text of each",
        "section is the algorithm's own documentation, and its example is run as a test.",
        "",
        "Inputs fill the arguments marked *input*, in this order; Arguments give the others as",
        "`name=value; name=value`. An algorithm that looks at related records needs a Source with",
        "Join `many`. Algorithms marked *records* are for Parameters, all others for Mapping and",
        "Derivations.",
        "",
        "| algorithm | does | origin |",
        "|---|---|---|",
    ]
    lines += [
        f"| [{name}](#{name}) | {_first_line(item)} | {item.origin} |"
        for name, item in found.items()
    ]
    for name, item in found.items():
        lines += ["", f"## {name}", "", *_section(item)]
    return "\n".join(lines) + "\n"


def _first_line(item: Algorithm) -> str:
    return (inspect.getdoc(item.function) or "").splitlines()[0]


def _section(item: Algorithm) -> list[str]:
    kind = {"value": "gives a column", "records": "makes records of a parameter"}[item.shape]
    notes = [kind]
    if item.whole:
        notes.append("looks at all records of the data set at once")
    if item.related:
        notes.append("looks at related records")
    lines = [f"*{'; '.join(notes)}*", ""]
    doc = inspect.getdoc(item.function) or ""
    body, _, example = doc.partition("Example:")
    lines += _prose(body)
    lines += ["", "| argument | is | default |", "|---|---|---|"]
    for name, info in item.arguments.model_fields.items():
        marker = item.marker(name)
        what = "a value"
        if marker is not None:
            what = _ROLES.get(marker.role, f"a look-up ({marker.resource})")
        if name in item.inputs:
            what += ", *input*"
        default = "required" if info.default is PydanticUndefined else _shown(info.default)
        lines.append(f"| `{name}` | {what} | {default} |")
    lines += ["", f"Method text: {_escaped(item.text)}", "", f"方法说明：{_escaped(item.text_zh)}"]
    if example.strip():
        lines += ["", "```python", *inspect.cleandoc(example).splitlines(), "```"]
    return lines


def _prose(body: str) -> list[str]:
    """The docstring's sections as Markdown: Args become a list, headings bold."""
    lines = []
    for line in body.rstrip().splitlines():
        if re.fullmatch(r"(Args|Returns|Raises):", line):
            lines += [f"**{line[:-1]}**", ""]
        elif match := re.fullmatch(r"    (\w+): (.*)", line):
            lines.append(f"- `{match[1]}`: {match[2]}")
        else:
            lines.append(line.strip())
    return lines


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return f"`{', '.join(value)}`" if value else "none"
    return f"`{value}`" if value != "" else "none"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


def sheet_page() -> str:
    """The sheets of a workbook in Markdown, column by column."""
    lines = [
        "# Sheets and columns",
        "",
        "Generated from the code. Sheets of the first part have the names and columns of Pinnacle",
        "21's Excel specification with Chinese twins; those of the second part run. Sheets and",
        "columns that stand in no list are told once and ignored.",
    ]
    shown: dict[str, type[SheetRow]] = {}
    for rows in SHEETS.values():
        shown |= {row.sheet: row for row in rows}
    for name, row in shown.items():
        kind = "describes" if row in DESCRIBING else "runs"
        books = " and ".join(f"{book}.xlsx" for book, rows in SHEETS.items() if row in rows)
        need = "optional" if row.optional else "required"
        lines += ["", f"## {name}", "", f"*{kind}; {need} in {books}*", ""]
        lines += (inspect.getdoc(row) or "").splitlines()
        lines += ["", "| column | required | takes |", "|---|---|---|"]
        for header, field in row.headers().items():
            info = row.model_fields[field]
            required = "yes" if info.is_required() else ""
            lines.append(f"| {header} | {required} | {_takes(row, field)} |")
    return "\n".join(lines) + "\n"


def _takes(row: type[SheetRow], field: str) -> str:
    choices = row.choices(field)
    if choices:
        return ", ".join(choices)
    return "number" if row.takes_number(field) else "text"


def parameter_page(root: Path) -> str:
    """The parameters of the reference study in Markdown."""
    study, plan, _ = compile_project(find_project(root=root), Progress())
    return parameter_guide(study, plan, language="en")


def main(folder: str) -> None:
    """Write the pages."""
    write_text(Path(folder) / "parameters.md", parameter_page(Path(folder).resolve().parent))
    write_text(Path(folder) / "algorithms.md", algorithm_page())
    write_text(Path(folder) / "sheets.md", sheet_page())


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "docs")
