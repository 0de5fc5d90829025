"""SAS transport files (XPORT version 5 and 8): read and written with numpy, any encoding."""

from cdisc_pom.xpt.errors import Problem, XportError
from cdisc_pom.xpt.infer import infer_variables
from cdisc_pom.xpt.missing import missing_value, special_missing
from cdisc_pom.xpt.model import Member, Variable
from cdisc_pom.xpt.reader import XportFile, read_xport
from cdisc_pom.xpt.writer import write_xport

__all__ = [
    "Member",
    "Problem",
    "Variable",
    "XportError",
    "XportFile",
    "infer_variables",
    "missing_value",
    "read_xport",
    "special_missing",
    "write_xport",
]
