"""Define-XML 2.1: written, validated, and shown in a browser in Chinese and English."""

from cdisc_pom.define.draft import Language
from cdisc_pom.define.html import render_define
from cdisc_pom.define.stylesheet import STYLESHEET, write_stylesheet
from cdisc_pom.define.texts import encoding_name
from cdisc_pom.define.validate import validate_define
from cdisc_pom.define.writer import write_define

__all__ = [
    "STYLESHEET",
    "Language",
    "encoding_name",
    "render_define",
    "validate_define",
    "write_define",
    "write_stylesheet",
]
