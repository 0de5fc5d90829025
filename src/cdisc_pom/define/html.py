"""A define file as one HTML page, for browsers that no longer show XML with a stylesheet."""

from __future__ import annotations

import os
from pathlib import Path

from lxml import etree

from cdisc_pom.define.draft import Language
from cdisc_pom.define.names import XLINK
from cdisc_pom.define.stylesheet import stylesheet
from cdisc_pom.files import write_bytes


def render_define(
    define: str | os.PathLike[str], html: str | os.PathLike[str], *, language: Language
) -> None:
    """Write the page that the stylesheet makes of a define file.

    Browsers refuse to apply a stylesheet to a file opened from the disk, and Chromium is about to
    drop stylesheets for XML altogether; the page needs neither. Agencies do not accept HTML in
    module 5, so it belongs outside. Its links to data sets and documents lead to the files beside
    the define file.

    Args:
        define: the define file.
        html: the page; its folder must exist.
        language: which stylesheet shows it.

    Source: the stylesheet of Define-XML 2.1.
    """
    tree = etree.parse(define, etree.XMLParser(resolve_entities=False, no_network=True))
    way = Path(os.path.relpath(Path(define).parent, Path(html).parent)).as_posix()
    for leaf in tree.iterfind(".//{*}leaf"):
        href = leaf.get(f"{{{XLINK}}}href")
        if href and ":" not in href.split("/")[0] and way != ".":
            leaf.set(f"{{{XLINK}}}href", f"{way}/{href}")
    transform = etree.XSLT(etree.fromstring(stylesheet(language)))
    write_bytes(Path(html), bytes(transform(tree)))
