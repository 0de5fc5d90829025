"""The API reference of docs/xport.md, made from docstrings.

``python -m cdisc_pom.xpt.reference docs/xport.md`` replaces the part between its two marks.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

BEGIN, END = "<!-- reference -->", "<!-- end reference -->"
#: What a reader looks for, in the order of use.
SECTIONS = {
    "Write": ("write_xport", "write_library", "DataSet", "check_frame", "infer_variables"),
    "Read": ("read_xport", "XportFile", "check_file"),
    "Describe": ("Variable", "Member", "Problem", "XportError"),
    "Missing values": ("missing_value", "set_missing", "special_missing"),
    "Texts over the limit": ("split_text", "join_text", "split_to_supplement", "SplitText"),
    "Encodings": ("recode_xport",),
    "Dataset-JSON": ("write_dataset_json", "read_dataset_json", "DatasetJsonFile"),
}
_HEADS = ("Args:", "Attributes:", "Returns:", "Raises:", "Example:")
_ENTRY = re.compile(r"([A-Za-z_][\w, .]*): (.*)")


def reference() -> str:
    """The whole reference as Markdown."""
    package = import_module("cdisc_pom.xpt")
    parts = []
    for section, names in SECTIONS.items():
        parts.append(f"### {section}")
        parts += [entry(name, getattr(package, name)) for name in names]
    return "\n\n".join(parts)


def entry(name: str, thing: object) -> str:
    """One public name: its call and its docstring, for a class those of its methods too."""
    lines = [f"#### `{name}`", "", f"```python\n{_call(name, thing)}\n```", ""]
    lines += _markdown(inspect.getdoc(thing) or "")
    if inspect.isclass(thing) and not issubclass(thing, Exception):
        for method, function in inspect.getmembers(thing, inspect.isfunction):
            if not method.startswith("_") and function.__qualname__.startswith(name):
                lines += ["", f"`{_call(method, function)}`", ""]
                lines += _markdown(inspect.getdoc(function) or "")
    return "\n".join(lines).rstrip()


def _call(name: str, thing: object) -> str:
    """The call with its arguments, without types: the docstring tells them."""
    if not callable(thing):
        return name
    parameters = []
    previous = None
    for each in inspect.signature(thing).parameters.values():
        if each.name == "self":
            continue
        if each.kind is each.KEYWORD_ONLY and previous is not each.KEYWORD_ONLY:
            parameters.append("*")
        previous = each.kind
        is_plain = each.default is each.empty or "factory" in repr(each.default)
        parameters.append(each.name if is_plain else f"{each.name}={each.default!r}")
    one_line = f"{name}({', '.join(parameters)})"
    if len(one_line) <= 92:  # noqa: PLR2004 - the width of a page
        return one_line
    return f"{name}(\n    " + ",\n    ".join(parameters) + ",\n)"


def _markdown(docstring: str) -> Iterable[str]:
    """Google sections as bold words with lists, examples as code."""
    section = ""
    for line in docstring.splitlines():
        text = line.strip()
        if text in _HEADS:
            section = text
            yield f"**{text[:-1]}**" + ("\n\n```python" if text == "Example:" else "\n")
        elif section == "Example:":
            yield line.removeprefix("    ")
        elif section in ("Args:", "Attributes:", "Raises:") and line.startswith("    "):
            found = None if line.startswith("     ") else _ENTRY.fullmatch(text)
            yield f"- `{found[1]}`: {found[2]}" if found else f"  {text}"
        else:
            if text and not line.startswith("    "):
                section = ""
            yield text
    if section == "Example:":
        yield "```"


def insert(page: Path) -> None:
    """Put the reference of today into a page."""
    before, rest = page.read_text("utf-8").split(BEGIN)
    after = rest.split(END)[1]
    page.write_text(f"{before}{BEGIN}\n\n{reference()}\n\n{END}{after}", "utf-8")


if __name__ == "__main__":
    insert(Path(sys.argv[1]))
