"""Names of Define-XML: namespaces, OIDs, elements, and the words that its schema allows."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

ODM = "http://www.cdisc.org/ns/odm/v1.3"
DEF = "http://www.cdisc.org/ns/def/v2.1"
XLINK = "http://www.w3.org/1999/xlink"
XML = "http://www.w3.org/XML/1998/namespace"
ARM = "http://www.cdisc.org/ns/arm/v1.0"

DECLARED = {None: ODM, "def": DEF, "xlink": XLINK}
_PREFIXES = {"odm": ODM, "def": DEF, "xlink": XLINK, "xml": XML, "arm": ARM}
_SCHEMAS = Path("validate", "schema")

# An lxml element; lxml has no types of its own.
Element = Any


def qualified(name: str) -> str:
    """Name with its namespace: `def:Class`; an attribute or element without prefix stays."""
    prefix, _, local = name.rpartition(":")
    return f"{{{_PREFIXES[prefix]}}}{local}" if prefix else local


def element(name: str, attributes: Mapping[str, str | None] | None = None) -> Element:
    """An element; attributes without a value are left out."""
    tag = qualified(name if ":" in name else f"odm:{name}")
    # the prefix arm is declared where it is used: a file without analysis results has none
    spaces = DECLARED | {"arm": ARM} if name.startswith("arm:") else DECLARED
    made = etree.Element(tag, nsmap=spaces)
    for key, value in (attributes or {}).items():
        if value is not None:
            made.set(qualified(key), value)
    return made


def oid(prefix: str, *parts: str) -> str:
    """An OID: letters, digits, dots and hyphens, so that it can be a link in a browser."""
    return ".".join([prefix, *(re.sub(r"[^A-Za-z0-9_.-]", "_", part) for part in parts)])


def sas_name(name: str) -> str | None:
    """The name where it is a name of SAS, else None."""
    return name if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,7}", name) else None


def yes_no(value: bool) -> str:
    """Yes or No."""
    return "Yes" if value else "No"


def yes_only(value: bool) -> str | None:
    """Yes, or no attribute at all."""
    return "Yes" if value else None


def defineutils(*parts: str) -> Path:
    """A file of the package `defineutils`, found without importing it (that is slow).

    Raises:
        FileNotFoundError: the package is not installed.
    """
    spec = importlib.util.find_spec("defineutils")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the package defineutils is not installed")
    return Path(spec.submodule_search_locations[0]).joinpath(*parts)


def schema_file() -> Path:
    """The schema of Define-XML 2.1 with analysis results metadata 1.0.

    Raises:
        FileNotFoundError: the package is not installed.
    """
    return defineutils(*_SCHEMAS.parts, "cdisc-arm-1.0", "arm1-0-0.xsd")


@cache
def allowed(type_name: str) -> tuple[str, ...]:
    """Words that the schema lists for an attribute, such as `ItemGroupClass`."""
    path = defineutils(*_SCHEMAS.parts, "cdisc-define-2.1", "define-enumerations.xsd")
    schema = {"xs": "http://www.w3.org/2001/XMLSchema"}
    found = etree.parse(path).xpath(
        "//xs:simpleType[@name=$name]//xs:enumeration/@value", namespaces=schema, name=type_name
    )
    return tuple(str(value) for value in found)
