"""Validating a define file: the schema, and what a schema cannot say."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from lxml import etree

from cdisc_pom.define.checks import CHECKS, DefineFile
from cdisc_pom.define.names import Element, schema_file
from cdisc_pom.errors import Line, SpecError


def validate_define(path: str | os.PathLike[str], *, encoding: str = "utf-8") -> list[SpecError]:
    """All faults of a define file, each with its line.

    Args:
        path: the file.
        encoding: codec of the transport files, in which labels are counted.

    Returns:
        Faults that the schema of Define-XML 2.1 finds, then those of our checks; empty when the
        file is valid. A file that is no XML has one fault.

    Source: CDISC Define-XML 2.1, the schema as the package `defineutils` ships it.
    """
    name = Path(path).name
    try:
        tree = etree.parse(path, _parser())
    except OSError as error:
        return [SpecError(Line(name), f"cannot be read: {error.strerror or error}.")]
    except etree.XMLSyntaxError as error:
        return [SpecError(Line(name, error.lineno or 0), f"is no XML: {error.msg}.")]
    schema = _schema()
    schema.validate(tree)
    found = [
        SpecError(Line(name, entry.line), _readable(entry.message)) for entry in schema.error_log
    ]
    file = DefineFile(name, tree.getroot(), encoding)
    for check in CHECKS:
        found += check(file)
    return list(dict.fromkeys(found))


def _parser() -> Element:
    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)


@cache
def _schema() -> Element:
    return etree.XMLSchema(etree.parse(schema_file()))


def _readable(message: str) -> str:
    """The schema's message without its namespaces."""
    for uri, prefix in (("odm/v1.3", ""), ("def/v2.1", "def:"), ("arm/v1.0", "arm:")):
        message = message.replace(f"{{http://www.cdisc.org/ns/{uri}}}", prefix)
    return message
