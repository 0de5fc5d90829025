"""The report of the displays as a Word file (DOCX), written with python-docx.

Tables have a table style of their own and header rows that repeat on each page; titles are
headings, so that Word's navigation lists them; figures are pictures with a description. The same
document gives the same bytes.
"""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from cdisc_pom.files import stable_zip
from cdisc_pom.results.document import Block, Document, Grid, Image, Line
from cdisc_pom.results.words import word

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

FONTS = {"en": ("Times New Roman", "SimSun"), "zh": ("Times New Roman", "SimSun")}
_TABLE, _NOTE = "Display Table", "Display Note"
_STAMP = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed stamp, no clock
# Centimetres.
_PAGE, _MARGIN, _TEXT, _TALLEST = (21.0, 29.7), 2.2, 16.6, 19.5
_INDENT = 0.4
_TABLE_STYLE = """
<w:style xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
  w:type="table" w:customStyle="1" w:styleId="DisplayTable">
  <w:name w:val="Display Table"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="59"/>
  <w:qFormat/>
  <w:pPr><w:spacing w:before="30" w:after="30" w:line="240" w:lineRule="auto"/></w:pPr>
  <w:tblPr><w:tblBorders>
    <w:top w:val="single" w:sz="12" w:space="0" w:color="000000"/>
    <w:bottom w:val="single" w:sz="12" w:space="0" w:color="000000"/>
  </w:tblBorders></w:tblPr>
  <w:tblStylePr w:type="firstRow">
    <w:rPr><w:b/></w:rPr>
    <w:tcPr><w:tcBorders>
      <w:bottom w:val="single" w:sz="6" w:space="0" w:color="000000"/>
    </w:tcBorders></w:tcPr>
  </w:tblStylePr>
</w:style>
"""


def render_word(document: Document) -> bytes:
    """The document as a Word file.

    Args:
        document: titles, tables, figures and notes.

    Returns:
        The bytes of a .docx file, A4 upright.
    """
    import docx  # noqa: PLC0415 - heavy

    file = docx.Document()
    _set_up(file, document)
    for number, block in enumerate(document.blocks):
        _add_block(file, block, first=number == 0)
    target = BytesIO()
    file.save(target)
    return stable_zip(target.getvalue())


# Page, styles, header and footer ----------------------------------------------------------------


def _set_up(file: WordDocument, document: Document) -> None:
    from docx.shared import Cm  # noqa: PLC0415 - heavy

    page = file.sections[0]
    page.page_width, page.page_height = Cm(_PAGE[0]), Cm(_PAGE[1])
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(_MARGIN)
    _set_styles(file, document.language)
    properties = file.core_properties
    properties.title, properties.subject = document.title, document.subtitle
    properties.author = properties.last_modified_by = "cdisc_pom"
    properties.comments, properties.keywords = "", ""
    properties.created = properties.modified = _STAMP
    properties.language = {"en": "en-US", "zh": "zh-CN"}[document.language]
    page.header.paragraphs[0].text = document.title
    _number_pages(page.footer.paragraphs[0], word("page", document.language))
    file.add_paragraph(document.title, style="Title")
    if document.subtitle:
        file.add_paragraph(document.subtitle, style="Subtitle")


def _set_styles(file: WordDocument, language: str) -> None:
    from docx.enum.style import WD_STYLE_TYPE  # noqa: PLC0415 - heavy
    from docx.oxml import parse_xml  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import Pt, RGBColor  # noqa: PLC0415

    note: Any = file.styles.add_style(_NOTE, WD_STYLE_TYPE.PARAGRAPH)
    note.base_style = file.styles["Normal"]
    sizes = {"Normal": 10, "Title": 18, "Subtitle": 11, "Heading 1": 12, "Header": 9, "Footer": 9}
    for name, size in (sizes | {_NOTE: 8.5}).items():
        style: Any = file.styles[name]
        style.font.size = Pt(size)
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.font.italic = False
        _name_fonts(style, *FONTS[language])
        _make_plain(style)
    heading: Any = file.styles["Heading 1"]
    heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(8), Pt(6)
    heading.paragraph_format.keep_with_next = True
    note.paragraph_format.space_after = Pt(2)
    normal: Any = file.styles["Normal"]
    normal.paragraph_format.space_after = Pt(0)
    file.styles.element.append(parse_xml(_TABLE_STYLE))
    for language_of_text in file.styles.element.iter(qn("w:lang")):
        language_of_text.set(qn("w:eastAsia"), "zh-CN")  # else a reader may take Japanese letters


def _make_plain(style: Any) -> None:
    """Without the lines and spread letters that the template gives to titles."""
    from docx.oxml.ns import qn  # noqa: PLC0415 - heavy

    properties = [style.element.pPr, style.element.rPr]
    for holder in (each for each in properties if each is not None):
        for name in ("pBdr", "kern") if holder is properties[0] else ("spacing", "kern"):
            for found in holder.findall(qn(f"w:{name}")):
                holder.remove(found)


def _name_fonts(style: Any, latin: str, chinese: str) -> None:
    from docx.oxml.ns import qn  # noqa: PLC0415 - heavy

    style.font.name = latin
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for place, name in (("ascii", latin), ("hAnsi", latin), ("cs", latin), ("eastAsia", chinese)):
        fonts.set(qn(f"w:{place}"), name)


def _number_pages(paragraph: Any, words: str) -> None:
    """`Page {page} of {pages}` with fields that Word fills in."""
    before, _, rest = words.partition("{page}")
    between, _, after = rest.partition("{pages}")
    for text, instruction in ((before, "PAGE"), (between, "NUMPAGES"), (after, "")):
        if text:
            paragraph.add_run(text)
        if instruction:
            _add_field(paragraph, instruction)


def _add_field(paragraph: Any, instruction: str) -> None:
    from docx.oxml import OxmlElement  # noqa: PLC0415 - heavy
    from docx.oxml.ns import qn  # noqa: PLC0415

    for kind in ("begin", "instruction", "separate", "value", "end"):
        run = paragraph.add_run("1" if kind == "value" else None)
        if kind == "instruction":
            made = OxmlElement("w:instrText")
            made.text = instruction
            run._r.append(made)  # noqa: SLF001 - python-docx has no fields of its own
        elif kind != "value":
            made = OxmlElement("w:fldChar")
            made.set(qn("w:fldCharType"), kind)
            run._r.append(made)  # noqa: SLF001


# Displays ---------------------------------------------------------------------------------------


def _add_block(file: WordDocument, block: Block, *, first: bool) -> None:
    heading = file.add_paragraph(block.title, style="Heading 1")
    heading.paragraph_format.page_break_before = not first
    for grid in block.grids:
        if grid.caption:
            caption = file.add_paragraph(grid.caption)
            caption.paragraph_format.keep_with_next = True
        _add_table(file, grid)
        file.add_paragraph("", style=_NOTE)
    for image in block.images:
        _add_image(file, image)
    for note in block.notes:
        file.add_paragraph(note, style=_NOTE)


def _add_table(file: WordDocument, grid: Grid) -> None:
    from docx.shared import Cm  # noqa: PLC0415 - heavy

    table = file.add_table(rows=0, cols=len(grid.header))
    table.style = file.styles[_TABLE]
    table.autofit = False
    _add_row(table, Line(grid.header), header=True)
    for line in grid.lines:
        _add_row(table, line, header=False)
    for column, share in zip(table.columns, grid.widths, strict=True):
        column.width = Cm(_TEXT * share)  # readers differ in which of the two widths they take
        for cell in column.cells:
            cell.width = Cm(_TEXT * share)


def _add_row(table: Any, line: Line, *, header: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415 - heavy
    from docx.oxml import OxmlElement  # noqa: PLC0415
    from docx.shared import Cm  # noqa: PLC0415

    row = table.add_row()
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx has no name for these
    properties.append(OxmlElement("w:cantSplit"))
    if header:
        properties.append(OxmlElement("w:tblHeader"))
    for place, (cell, text) in enumerate(zip(row.cells, line.cells, strict=True)):
        paragraph = cell.paragraphs[0]
        run = paragraph.add_run(text)
        run.bold = True if header or line.kind == "heading" else None
        if place:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        elif line.kind == "sub":
            paragraph.paragraph_format.left_indent = Cm(_INDENT)
        if line.kind == "heading" or header:
            paragraph.paragraph_format.keep_with_next = True


def _add_image(file: WordDocument, image: Image) -> None:
    from docx.shared import Cm  # noqa: PLC0415 - heavy

    width = min(_TEXT, _TALLEST * image.width / image.height)
    shape = file.add_picture(BytesIO(image.png), width=Cm(width))
    shape._inline.docPr.set("descr", image.words)  # noqa: SLF001 - the words for who cannot see
    shape._inline.docPr.set("name", image.words)  # noqa: SLF001
