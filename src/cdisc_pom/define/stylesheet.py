"""The stylesheet that shows a define file in a browser.

It is the public one of Define-XML 2.1 by Lex Jansen, as the package `defineutils` ships it (MIT
licence). For files in English it is copied byte for byte. For files in Chinese it is derived from
it at run time: the words of `stylesheet_zh.yaml` are put in, and where the public one shows only
the first text of several languages, the others follow in small print.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from lxml import etree

from cdisc_pom.define.draft import Language
from cdisc_pom.define.names import ODM, Element, defineutils

STYLESHEET = "define2-1.xsl"
_XSL = "http://www.w3.org/1999/XSL/Transform"
_SPACES = {"xsl": _XSL}
_TEXT = "odm:TranslatedText"
# Variables of the public stylesheet that hold all texts of a method or an origin.
_TEXT_VARIABLES = ("$MethodTranslatedText", "$OriginDescription")
_COMMENT_TEXT = "$CommentTranslatedText"
_HEADING = "concat(@Name, ' (', ./odm:Description/odm:TranslatedText)"
# Names of related data sets stand in brackets in the middle of a line: one text is enough.
_INLINE = "//odm:ItemGroupDef"
_NO_WORDS = {"style", "script"}
_CODE_ATTRIBUTES = {"class", "href", "id", "onclick", "style", "type"}
_FONTS = "Verdana, Arial"
_CHINESE_FONTS = (
    'Verdana, Arial, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC"'
)
_NOTE = """
  Changed for cdisc_pom. This is the public stylesheet of Define-XML 2.1 (Lex Jansen, version
  2019-02-11, MIT licence as above) with these changes: words of the page stand in Chinese and
  English; where a text stands in several languages, all of them are shown, that of the file's
  first language first; fonts with Chinese letters are named. Nothing else is changed.
"""
_TRANSLATIONS = f"""
<xsl:template xmlns:xsl="{_XSL}" name="displayTranslations">
  <xsl:param name="texts"/>
  <xsl:value-of select="$texts[1]"/>
  <xsl:for-each select="$texts[position() &gt; 1]">
    <span class="translation"><xsl:attribute name="lang"><xsl:value-of select="@xml:lang"
    /></xsl:attribute><xsl:value-of select="."/></span>
  </xsl:for-each>
</xsl:template>
"""
_MORE_HEADING = f"""
<xsl:for-each xmlns:xsl="{_XSL}" xmlns:odm="{ODM}"
  select="./odm:Description/odm:TranslatedText[position() &gt; 1]">
  <xsl:text> / </xsl:text><xsl:value-of select="."/>
</xsl:for-each>
"""
_CSS = """
      div.study-metadata div.description{
        clear: both;
      }
      .translation{
        display: block;
        color: #555555;
        font-size: 0.9em;
        font-weight: normal;
      }
"""


def write_stylesheet(folder: Path, *, language: Language) -> Path:
    """Write the stylesheet beside a define file.

    Args:
        folder: the define file's folder.
        language: `en` copies the public stylesheet, `zh` writes the derived one.

    Returns:
        The stylesheet's path; its name is the one that define files refer to.
    """
    path = folder / STYLESHEET
    path.write_bytes(stylesheet(language))
    return path


@cache
def stylesheet(language: Language) -> bytes:
    """The stylesheet's bytes."""
    public = defineutils("definehtml", STYLESHEET).read_bytes()
    return public if language == "en" else _derived(public)


def words() -> dict[str, Any]:
    """The table of words: `words` and `kept`."""
    text = resources.files(__package__).joinpath("stylesheet_zh.yaml").read_text(encoding="utf-8")
    table: dict[str, Any] = yaml.safe_load(text)
    return table


def shown_words(root: Element) -> list[tuple[Element, str]]:
    """Each element and text of a stylesheet that a reader may see on the page."""
    found = []
    for node in root.iter(etree.Element):
        if not _shows(node):
            continue
        texts = [node.text, *(child.tail for child in node)]
        found += [(node, text) for text in texts if text and re.search("[A-Za-z]{2}", text)]
    return found


def _shows(node: Element) -> bool:
    chain = [node, *node.iterancestors()]
    names = {etree.QName(each).localname for each in chain}
    attributes = {each.get("name") for each in chain if each.tag == f"{{{_XSL}}}attribute"}
    variable = next((each for each in chain if each.tag == f"{{{_XSL}}}variable"), None)
    constant = variable is not None and (variable.get("name") or "").startswith("REFTYPE_")
    return not (names & _NO_WORDS or attributes & _CODE_ATTRIBUTES or constant)


def _derived(public: bytes) -> bytes:
    root = etree.fromstring(public, etree.XMLParser(strip_cdata=False))
    _put_words(root)
    _show_all_languages(root)
    _name_fonts(root)
    page = root.find(".//html")
    page.set("lang", "zh-CN")
    root.addprevious(etree.Comment(_NOTE))
    written: bytes = etree.tostring(etree.ElementTree(root), xml_declaration=True, encoding="UTF-8")
    return written + b"\n"


def _put_words(root: Element) -> None:
    table = words()["words"]

    def put(text: str | None) -> str | None:
        plain = " ".join((text or "").split())
        if text is None or plain not in table:
            return text
        start = text[: len(text) - len(text.lstrip())]
        end = text[len(text.rstrip()) :]
        return f"{start}{table[plain]}{end}"

    for node in root.iter(etree.Element):
        if _shows(node):
            node.text = put(node.text)
            for child in node:
                child.tail = put(child.tail)


def _show_all_languages(root: Element) -> None:
    """Each place that shows a text shows it in all languages, except in attributes."""
    for node in root.iterfind(".//xsl:value-of", _SPACES):
        select = node.get("select") or ""
        if select == _HEADING:
            node.addnext(etree.fromstring(_MORE_HEADING))
            continue
        if select == _COMMENT_TEXT:
            select = f"$Comment/odm:Description/{_TEXT}"
        elif select.startswith(_INLINE) or not (
            select.endswith(_TEXT) or select in _TEXT_VARIABLES
        ):
            continue
        holders = {etree.QName(each).localname for each in node.iterancestors()}
        if holders & {"attribute", "variable", "with-param"}:
            continue
        call = etree.Element(f"{{{_XSL}}}call-template", {"name": "displayTranslations"})
        etree.SubElement(call, f"{{{_XSL}}}with-param", {"name": "texts", "select": select})
        call.tail = node.tail
        node.getparent().replace(node, call)
    root.append(etree.fromstring(_TRANSLATIONS))


def _name_fonts(root: Element) -> None:
    for style in root.iter("style"):
        for child in style:
            child.tail = (child.tail or "").replace(_FONTS, _CHINESE_FONTS)
        last = style[-1]
        last.tail = (last.tail or "") + _CSS
