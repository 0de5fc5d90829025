"""SAS transport files (XPORT version 5 and 8): read and written with numpy, any encoding."""

from cdisc_pom.xpt.dataset_json import (
    DatasetJsonFile,
    read_dataset_json,
    write_dataset_json,
)
from cdisc_pom.xpt.errors import Problem, XportError
from cdisc_pom.xpt.infer import infer_variables
from cdisc_pom.xpt.missing import missing_value, special_missing
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
    "special_missing",
    "split_text",
    "split_to_supplement",
    "write_dataset_json",
    "write_library",
    "write_xport",
]
