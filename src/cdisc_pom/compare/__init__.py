"""Two data sets compared as PROC COMPARE does: attributes, variables, records by key, values.

Names are imported when they are first used, so that ``cdisc-pom compare --help`` loads no pandas.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cdisc_pom.compare.datasets import compare_data_sets, compare_frames
    from cdisc_pom.compare.errors import CompareError, UnreadableFile, WrongOption
    from cdisc_pom.compare.libraries import compare_files
    from cdisc_pom.compare.page import to_html
    from cdisc_pom.compare.report import to_json, to_text
    from cdisc_pom.compare.results import Comparison, LibraryComparison
    from cdisc_pom.compare.settings import Criterion, Settings
    from cdisc_pom.compare.sources import DataSet, VariableInfo, data_set_of

__all__ = [
    "CompareError",
    "Comparison",
    "Criterion",
    "DataSet",
    "LibraryComparison",
    "Settings",
    "UnreadableFile",
    "VariableInfo",
    "WrongOption",
    "compare_data_sets",
    "compare_files",
    "compare_frames",
    "data_set_of",
    "to_html",
    "to_json",
    "to_text",
]

_MODULES = {
    "datasets": ("compare_data_sets", "compare_frames"),
    "errors": ("CompareError", "UnreadableFile", "WrongOption"),
    "libraries": ("compare_files",),
    "page": ("to_html",),
    "report": ("to_json", "to_text"),
    "results": ("Comparison", "LibraryComparison"),
    "settings": ("Criterion", "Settings"),
    "sources": ("DataSet", "VariableInfo", "data_set_of"),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
