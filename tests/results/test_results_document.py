"""The study report: what it shows, and the Word and RTF files read again by other programs."""

import re
import shutil
import subprocess
import zipfile
from io import BytesIO

import docx
import numpy as np
import pytest
import reference_study
from docx.oxml.ns import qn
from PIL import Image as Picturing
from reference_study import display_row

from cdisc_pom.results.displays import evaluate_displays
from cdisc_pom.results.document import Block, Document, Grid, Line, compose_document
from cdisc_pom.results.facts import Facts
from cdisc_pom.results.rtf_file import escaped, render_rtf
from cdisc_pom.results.word_file import render_word

T1, T2 = "Table 1. Baseline characteristics", "Table 2. Response by independent review"
F1, F3B = "Figure 1. Flow of subjects", "Figure 3b. Overall survival"
T4 = "Table 4. Concordance of evaluators"


@pytest.fixture(scope="module")
def documents(study, pictures):
    return {
        language: compose_document(
            study.results, pictures[language], reference_study.facts(), language
        )
        for language in ("en", "zh")
    }


@pytest.fixture(scope="module")
def blocks(documents):
    return {block.title: block for block in documents["en"].blocks}


@pytest.fixture(scope="module")
def words(documents):
    return {language: render_word(document) for language, document in documents.items()}


@pytest.fixture(scope="module")
def texts(documents):
    return {language: render_rtf(document) for language, document in documents.items()}


# What it shows ----------------------------------------------------------------------------------


def test_tables_one_to_three_show_what_the_paper_prints(blocks):
    (grid,) = blocks[T1].grids
    assert grid.header == ("Characteristic", "Full Analysis Set Population (N\u00a0=\u00a074)")
    assert grid.lines[:5] == (
        Line(("Demographics", ""), "heading"),
        Line(("Age, years, median (range)", "61 (44–77)"), "sub"),
        Line(("Age ≥ 65 years", "28 (37.8)"), "sub"),
        Line(("Male", "44 (59.5)"), "sub"),
        Line(("Female", "30 (40.5)"), "sub"),
    )
    (grid,) = blocks["Table 3. Safety"].grids
    assert grid.header[1] == "Safety Population (N\u00a0=\u00a074)"
    assert Line(("Any adverse event of grade ≥ 3", "66 (89.2)"), "sub") in grid.lines


def test_rows_of_several_populations_show_the_subjects_of_each(blocks):
    (grid,) = blocks[T2].grids
    assert grid.header == ("Characteristic", "n/N", "Value")
    cells = {line.cells[0]: line.cells[1:] for line in grid.lines}
    assert cells["Objective response rate, % (95% CI)"] == ("28/74", "37.8 (26.8–49.9)")
    assert cells["Objective response rate, evaluable patients, % (95% CI)"][0] == "28/65"
    assert cells["Duration of response, months, median (95% CI)"] == ("22/28", "8.8 (6.0–14.7)")


def test_a_display_with_a_figure_shows_the_figure(blocks):
    assert blocks[F1].grids == ()
    (image,) = blocks[F1].images
    with Picturing.open(BytesIO(image.png)) as picture:
        assert picture.size == (image.width, image.height) == (1520, picture.height)
    assert image.words == F1


def test_a_figure_comes_without_its_title(pictures, blocks):
    (picture,) = pictures["en"][F3B]
    with Picturing.open(BytesIO(picture.png)) as full:
        height = full.height
        dark = np.asarray(full.convert("L"))[:84].min()
    (image,) = blocks[F3B].images
    assert image.height == height - 84
    assert dark < 100  # the title was in the part that is cut


def test_a_table_of_two_raters_has_totals(blocks):
    cross, *_, values = blocks[T4].grids
    assert len(blocks[T4].grids) == 4  # three pairs of evaluators, and how they agree
    assert cross.header == ("IRAC \\ INVESTIGATOR", "CR", "VGPR", "PR", "SD", "PD", "NE", "Total")
    assert cross.lines[0].cells == ("CR", "3", "0", "0", "0", "0", "0", "3")
    assert cross.lines[-1].cells == ("Total", "4", "4", "21", "31", "5", "9", "74")
    assert values.lines[1].cells == (
        "Same best response, n/N (%): committee and investigator",
        "70/74 (94.6)",
    )


def test_notes_tell_populations_methods_footnotes_and_data_sets(blocks):
    assert blocks[T1].notes == (
        "Full Analysis Set Population: ADSL where FASFL = 'Y', N = 74.",
        "Medians and quartiles follow SAS QNTLDEF=5.",
        "Values are numbers of subjects (percentages) where a row says nothing else.",
        ("CrCl, creatinine clearance; ECOG, Eastern Cooperative Oncology Group performance status; "
        "R-ISS, Revised International Staging System."),
        "Analysis data sets: ADSL.",
    )  # fmt: skip
    assert any("shaded" in note.casefold() for note in blocks[F3B].notes)
    assert any("Kappa is Cohen’s" in note for note in blocks[T4].notes)


def test_the_chinese_report_is_in_chinese(documents):
    document = documents["zh"]
    assert document.title == "POM · 表与图"
    assert document.subtitle == "一项试验。"
    (grid,) = next(block for block in document.blocks if block.title == "表1 基线特征").grids
    assert grid.header == ("指标", "全分析集（N\u00a0=\u00a074）")
    assert grid.lines[0].cells[0] == "人口学特征"


def test_groups_stand_under_their_row(adam):
    row = display_row(
        **{
            "Display": "T",
            "Order": 1,
            "Row label": "Refractory",
            "Statistic": "n_percent",
            "Dataset": "ADSL",
            "Population": "FASFL = 'Y'",
            "Where": "LENREFFL = 'Y'",
            "Group": "SEX",
        }
    )
    results = evaluate_displays([row], adam)
    (block,) = compose_document(results, {}, Facts(), "en").blocks
    (grid,) = block.grids
    assert [(line.cells[0], line.kind) for line in grid.lines] == [
        ("Refractory", "row"),
        ("F", "sub"),
        ("M", "sub"),
    ]
    assert block.notes[0] == "ADSL: FASFL = 'Y', N = 74."


@pytest.mark.parametrize(
    ("condition", "english", "chinese"),
    [
        (None, "All subjects", "全部受试者"),
        ("FASFL = 'Y'", "Full Analysis Set Population", "全分析集"),
        (
            "FASFL = 'Y' AND SAFFL = 'Y'",
            "Full Analysis Set Population, Safety Population",
            "全分析集、安全性分析集",
        ),
        ("FASFL = 'N'", "FASFL = 'N'", "FASFL = 'N'"),
        ("FASFL = 'Y' AND AGE > 65", "FASFL = 'Y' AND AGE > 65", "FASFL = 'Y' AND AGE > 65"),
        ("SEX = 'Y'", "SEX = 'Y'", "SEX = 'Y'"),
    ],
)
def test_populations_are_named_by_the_labels_of_their_flags(condition, english, chinese):
    facts = reference_study.facts()
    assert facts.population(condition, "en") == english
    assert facts.population(condition, "zh") == chinese


# The Word file ----------------------------------------------------------------------------------


def test_word_tables_have_a_style_and_headers_that_repeat(words):
    file = docx.Document(BytesIO(words["en"]))
    # disposition, three tables, follow-up, and four of the concordance
    assert len(file.tables) == 9
    for table in file.tables:
        assert table.style.name == "Display Table"
        headers = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
        assert headers == [True] + [False] * (len(table.rows) - 1)
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


def test_word_tables_hold_the_cells_of_the_document(words, documents):
    file = docx.Document(BytesIO(words["en"]))
    grids = [grid for block in documents["en"].blocks for grid in block.grids]
    for table, grid in zip(file.tables, grids, strict=True):
        rows = [tuple(cell.text for cell in row.cells) for row in table.rows]
        assert rows == [grid.header, *(line.cells for line in grid.lines)]


def test_word_titles_are_headings_and_each_begins_a_page(words, documents):
    file = docx.Document(BytesIO(words["en"]))
    headings = [p for p in file.paragraphs if p.style.name == "Heading 1"]
    assert [p.text for p in headings] == [block.title for block in documents["en"].blocks]
    assert [bool(p.paragraph_format.page_break_before) for p in headings] == [False] + [True] * 11


def test_word_figures_are_embedded_with_words_for_who_cannot_see(words):
    file = docx.Document(BytesIO(words["zh"]))
    described = [shape._inline.docPr.get("descr") for shape in file.inline_shapes]
    assert len(described) == 6
    assert "图1 受试者流程" in described
    page = file.sections[0]
    inside = page.page_width - page.left_margin - page.right_margin
    assert all(shape.width <= inside for shape in file.inline_shapes)


def test_word_names_a_chinese_font_and_numbers_pages(words):
    with zipfile.ZipFile(BytesIO(words["zh"])) as archive:
        styles = archive.read("word/styles.xml").decode()
        footer = archive.read("word/footer1.xml").decode()
        stamps = {info.date_time for info in archive.infolist()}
    assert 'w:eastAsia="SimSun"' in styles
    assert 'w:eastAsia="zh-CN"' in styles
    assert "PAGE" in footer
    assert "NUMPAGES" in footer
    assert stamps == {(1980, 1, 1, 0, 0, 0)}


def test_the_same_document_gives_the_same_bytes(words, texts, documents):
    for language, document in documents.items():
        assert render_word(document) == words[language]
        assert render_rtf(document) == texts[language]


# The RTF file -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rtf"),
    [
        ("plain", "plain"),
        ("a\\b{c}", r"a\\b\{c\}"),
        ("1–2", r"1\u8211?2"),
        ("疗效", r"{\f1 \u30103?\u25928?}"),
        ("（n）", r"{\f1 \u-248?}n{\f1 \u-247?}"),  # signed 16 bits: U+FF08 is -248
        ("鿿", r"{\f1 \u-24577?}"),  # U+9FFF
        ("𠮷", r"{\f1 \u-10174?\u-8265?}"),  # beyond 16 bits: two halves
        ("a\nb", r"a\line b"),
    ],
)
def test_characters_beyond_ascii_are_escaped(text, rtf):
    assert escaped(text) == rtf


def plain_text(rtf):
    """The text of an RTF file without its marks: a small reader of our own subset."""
    body = re.sub(rb"\{\\pict.*?\}", b"", rtf, flags=re.DOTALL).decode("ascii")
    body = body[body.index(r"\pard") :]
    body = re.sub(r"\\u(-?\d+)\?", lambda m: chr(int(m[1]) % 65536), body)
    body = re.sub(r"\\(?:cell|row|par)\b ?", "\n", body)
    return re.sub(r"\\[a-z]+-?\d* ?|[{}]", "", body)


def test_rtf_holds_all_texts_in_both_languages(texts, documents):
    for language, document in documents.items():
        text = plain_text(texts[language])
        for block in document.blocks:
            assert block.title in text
            for grid in block.grids:
                for line in grid.lines:
                    for cell in line.cells:
                        assert cell in text


def test_rtf_is_ascii_with_balanced_braces_and_header_rows(texts):
    for rtf in texts.values():
        text = rtf.decode("ascii")
        marks = re.sub(r"\\[\\{}]", "", text)
        assert marks.count("{") == marks.count("}")
        assert text.startswith(r"{\rtf1\ansi")
        assert text.count(r"\trhdr") == 9
        assert text.count(r"\pngblip") == 6


def test_rtf_cells_and_their_edges_are_as_many(texts):
    for row in re.findall(r"\\trowd.*?\\row", texts["en"].decode("ascii"), flags=re.DOTALL):
        assert len(re.findall(r"\\cellx\d", row)) == len(re.findall(r"\\cell\b(?!x)", row))


def test_rtf_pictures_are_the_documents(texts, documents):
    (image,) = next(b for b in documents["en"].blocks if b.title == F3B).images
    digits = re.findall(r"\\pichgoal\d+\n([0-9a-f\n]+)\}", texts["en"].decode("ascii"))
    assert image.png in [bytes.fromhex(each.replace("\n", "")) for each in digits]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_reads_both_files_alike(tmp_path, texts, words):
    (tmp_path / "word.docx").write_bytes(words["zh"])
    (tmp_path / "rich.rtf").write_bytes(texts["zh"])
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    for name in ("word.docx", "rich.rtf"):
        subprocess.run(
            ["soffice", home, "--headless", "--convert-to", "txt:Text (encoded):UTF8", "--outdir",
             str(tmp_path), str(tmp_path / name)],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
    read = [
        re.sub(r"\s+", " ", (tmp_path / name).read_text(encoding="utf-8-sig"))
        for name in ("word.txt", "rich.txt")
    ]
    assert read[0] == read[1]
    assert "客观缓解率，%（95% CI） 28/74 37.8 (26.8–49.9)" in read[0]


def test_an_empty_document_is_a_file_too():
    document = Document("en", "Nothing", "", ())
    assert docx.Document(BytesIO(render_word(document))).paragraphs[0].text == "Nothing"
    assert render_rtf(document).endswith(b"}\n")


def test_a_table_without_lines_is_its_header():
    grid = Grid(("A", "B"), (), (0.5, 0.5))
    document = Document("en", "T", "", (Block("D", (grid,), (), ()),))
    (table,) = docx.Document(BytesIO(render_word(document))).tables
    assert [cell.text for cell in table.rows[0].cells] == ["A", "B"]
    assert render_rtf(document).count(rb"\row") == 1
