"""SAS transport files (XPORT version 5 and 8): read and written with numpy, any encoding.

Names are imported when they are first used, so that ``cdisc-pom xpt --help`` loads no pandas.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cdisc_pom.xpt.dataset_json import (
        DatasetJsonFile,
        read_dataset_json,
        write_dataset_json,
    )
    from cdisc_pom.xpt.errors import Problem, XportError
    from cdisc_pom.xpt.infer import infer_variables
    from cdisc_pom.xpt.missing import missing_value, set_missing, special_missing
    from cdisc_pom.xpt.model import Member, Variable
    from cdisc_pom.xpt.reader import XportFile, read_xport
    from cdisc_pom.xpt.recode import recode_xport
    from cdisc_pom.xpt.split import SplitText, join_text, split_text, split_to_supplement
    from cdisc_pom.xpt.verify import check_file
    from cdisc_pom.xpt.writer import DataSet, check_frame, write_library, write_xport

__all__ = [
    "DataSet",
    "DatasetJsonFile",
    "Member",
    "Problem",
    "SplitText",
    "Variable",
    "XportError",
    "XportFile",
    "check_file",
    "check_frame",
    "infer_variables",
    "join_text",
    "missing_value",
    "read_dataset_json",
    "read_xport",
    "recode_xport",
    "set_missing",
    "special_missing",
    "split_text",
    "split_to_supplement",
    "write_dataset_json",
    "write_library",
    "write_xport",
]

_MODULES = {
    "dataset_json": ("DatasetJsonFile", "read_dataset_json", "write_dataset_json"),
    "errors": ("Problem", "XportError"),
    "infer": ("infer_variables",),
    "missing": ("missing_value", "set_missing", "special_missing"),
    "model": ("Member", "Variable"),
    "reader": ("XportFile", "read_xport"),
    "recode": ("recode_xport",),
    "split": ("SplitText", "join_text", "split_text", "split_to_supplement"),
    "verify": ("check_file",),
    "writer": ("DataSet", "check_frame", "write_library", "write_xport"),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
