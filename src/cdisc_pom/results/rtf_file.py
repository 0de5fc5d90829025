r"""The report of the displays as an RTF file.

Rich Text Format 1.9 in ASCII: characters beyond it are written as `\uN`, so that the file reads
alike on every machine. Tables are real ones with header rows that repeat; figures are PNG pictures.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from cdisc_pom.results.document import Block, Document, Grid, Image, Line
from cdisc_pom.results.words import word

# Twentieths of a point.
_PAGE, _MARGIN, _TEXT, _TALLEST = (11906, 16838), 1247, 9412, 11055
_INDENT, _PAD = 227, 80
_HEAD = (
    r"{\rtf1\ansi\ansicpg1252\uc1\deff0\deflang1033\deflangfe2052"
    "\n"
    r"{\fonttbl{\f0\froman\fcharset0 Times New Roman;}{\f1\fnil\fcharset134 SimSun;}}"
    "\n"
    r"{\colortbl;\red0\green0\blue0;}"
    "\n"
    r"{\stylesheet{\s0\fs20 Normal;}{\s1\sbasedon0\outlinelevel0\b\fs24 heading 1;}"
    r"{\s2\sbasedon0\fs17 Display Note;}{\s3\sbasedon0\b\fs36 Title;}}"
    "\n"
)


def render_rtf(document: Document) -> bytes:
    """The document as an RTF file, A4 upright.

    Args:
        document: titles, tables, figures and notes.
    """
    parts = [_HEAD, _information(document), _page(document)]
    parts.append(_paragraph(document.title, r"\s3\sa120\b\fs36"))
    if document.subtitle:
        parts.append(_paragraph(document.subtitle, r"\sa240\fs22"))
    for number, block in enumerate(document.blocks):
        parts += _block(block, first=number == 0)
    return ("".join(parts) + "}\n").encode("ascii")


def escaped(text: str) -> str:
    r"""A text in RTF: ASCII, with other characters as `\uN?` and Chinese ones in their font.

    Example:
        >>> print(escaped("a{1}–"), escaped("疗效"))
        a\{1\}\u8211? {\f1 \u30103?\u25928?}
    """
    runs = []
    for wide, characters in groupby(text, key=_is_wide):
        run = "".join(_escape(character) for character in characters)
        runs.append(rf"{{\f1 {run}}}" if wide else run)
    return "".join(runs)


def _is_wide(character: str) -> bool:
    """Whether a character belongs to the Chinese font: ideographs, and full-width signs."""
    return ord(character) >= 0x2E80  # noqa: PLR2004 - where the CJK blocks begin


def _escape(character: str) -> str:
    if character in "\\{}":
        return "\\" + character
    if character == "\n":
        return r"\line "
    if ord(character) < 128:  # noqa: PLR2004 - ASCII
        return character
    # RTF counts in UTF-16, as signed numbers
    units = character.encode("utf-16-le")
    codes = (int.from_bytes(units[at : at + 2], "little") for at in range(0, len(units), 2))
    return "".join(rf"\u{code - 65536 if code > 32767 else code}?" for code in codes)  # noqa: PLR2004


def _information(document: Document) -> str:
    stamp = r"{\creatim\yr2000\mo1\dy1\hr0\min0}"  # fixed, so that files are alike
    return rf"{{\info{{\title {escaped(document.title)}}}{{\author cdisc_pom}}{stamp}}}" + "\n"


def _page(document: Document) -> str:
    width, height = _PAGE
    size = rf"\paperw{width}\paperh{height}"
    edges = rf"\margl{_MARGIN}\margr{_MARGIN}\margt{_MARGIN}\margb{_MARGIN}" + "\n"
    header = rf"{{\header\pard\plain\fs18 {escaped(document.title)}\par}}" + "\n"
    before, _, rest = word("page", document.language).partition("{page}")
    between, _, after = rest.partition("{pages}")
    numbers = "".join(
        escaped(text) + (rf"{{\field{{\*\fldinst {field}}}{{\fldrslt 1}}}}" if field else "")
        for text, field in ((before, "PAGE"), (between, "NUMPAGES"), (after, ""))
    )
    return size + edges + header + rf"{{\footer\pard\plain\fs18 {numbers}\par}}" + "\n"


def _paragraph(text: str, form: str) -> str:
    return rf"\pard\plain{form} {escaped(text)}\par" + "\n"


def _block(block: Block, *, first: bool) -> Iterator[str]:
    break_before = "" if first else r"\pagebb"
    yield _paragraph(block.title, rf"\s1\keepn{break_before}\sa120\b\fs24")
    for grid in block.grids:
        if grid.caption:
            yield _paragraph(grid.caption, r"\keepn\sa60\fs20")
        yield from _table(grid)
        yield r"\pard\plain\s2\fs17\par" + "\n"
    for image in block.images:
        yield _picture(image)
    for note in block.notes:
        yield _paragraph(note, r"\s2\sa40\fs17")


def _table(grid: Grid) -> Iterator[str]:
    yield _row(Line(grid.header), grid, header=True, last=not grid.lines)
    for number, line in enumerate(grid.lines, start=1):
        yield _row(line, grid, header=False, last=number == len(grid.lines))


def _row(line: Line, grid: Grid, *, header: bool, last: bool) -> str:
    head = r"\trhdr" if header else ""
    parts = [rf"\trowd\trgaph{_PAD}\trleft0\trkeep{head}\trpaddfl3\trpaddfr3"]
    top = r"\clbrdrt\brdrs\brdrw30" if header else ""
    bottom = r"\clbrdrb\brdrs\brdrw15" if header else r"\clbrdrb\brdrs\brdrw30" if last else ""
    right = 0.0
    for share in grid.widths:
        right += _TEXT * share
        parts.append(rf"{top}{bottom}\cellx{round(right)}")
    bold = r"\b" if header or line.kind == "heading" else ""
    keep = r"\keepn" if header or line.kind == "heading" else ""
    for place, text in enumerate(line.cells):
        indent = rf"\li{_INDENT}" if line.kind == "sub" and not place else ""
        align = r"\qc" if place else r"\ql"
        form = rf"\pard\plain\intbl{align}{indent}{keep}\sb30\sa30\fs20{bold}"
        parts.append(rf"{form} {escaped(text)}\cell")
    return "\n".join(parts) + "\n" + r"\row" + "\n"


def _picture(image: Image) -> str:
    width = min(_TEXT, _TALLEST * image.width / image.height)
    height = width * image.height / image.width
    size = rf"\picw{image.width}\pich{image.height}\picwgoal{round(width)}\pichgoal{round(height)}"
    digits = image.png.hex()
    lines = "\n".join(digits[at : at + 128] for at in range(0, len(digits), 128))
    return rf"\pard\plain{{\pict\pngblip{size}" + "\n" + lines + "}" + r"\par" + "\n"
