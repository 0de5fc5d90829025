from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree, html

from cdisc_pom.define import render_define, write_define, write_stylesheet
from cdisc_pom.define.names import defineutils
from cdisc_pom.define.stylesheet import shown_words, stylesheet, words

PUBLIC = defineutils("definehtml", "define2-1.xsl")
KEPT_COPY = Path(__file__).parents[2] / "define" / "define2-1-zh.xsl"


def canonical(content):
    return etree.tostring(etree.fromstring(content), method="c14n")


def page_of(tmp_path, standard, language):
    write_define(tmp_path / "define.xml", standard, language=language, encoding="utf-8")
    render_define(tmp_path / "define.xml", tmp_path / "define.html", language=language)
    return (tmp_path / "define.html").read_text(encoding="utf-8")


def test_every_word_of_the_public_stylesheet_is_translated_or_kept_on_purpose():
    """A new edition of the stylesheet shows here what it says anew."""
    table = words()
    shown = {" ".join(text.split()) for _, text in shown_words(etree.parse(PUBLIC).getroot())}
    assert shown - set(table["words"]) - set(table["kept"]) == set()


def test_every_word_of_the_table_stands_in_the_public_stylesheet():
    shown = {" ".join(text.split()) for _, text in shown_words(etree.parse(PUBLIC).getroot())}
    table = words()
    assert {*table["words"], *table["kept"]} - shown == set()


def test_the_derived_stylesheet_is_the_reviewed_one():
    assert canonical(stylesheet("zh")) == canonical(KEPT_COPY.read_bytes())


def test_the_derived_stylesheet_keeps_the_licence_and_says_what_was_changed():
    text = stylesheet("zh").decode()
    assert "Copyright (c) 2013-2018 Lex Jansen" in text
    assert "Changed for cdisc_pom." in text
    licence = KEPT_COPY.with_name(f"{KEPT_COPY.name}.LICENSE").read_bytes()
    assert licence == PUBLIC.with_name(f"{PUBLIC.name}.LICENSE").read_bytes()


def test_packages_in_english_hold_the_public_stylesheet(tmp_path):
    assert write_stylesheet(tmp_path, language="en").read_bytes() == PUBLIC.read_bytes()


def test_the_define_file_names_the_stylesheet_beside_it(tmp_path, sdtm):
    """Pain: no stylesheet, so a browser shows nothing."""
    write_define(tmp_path / "define.xml", sdtm, language="zh", encoding="utf-8")
    path = write_stylesheet(tmp_path, language="zh")
    assert f'href="{path.name}"' in (tmp_path / "define.xml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text",
    [
        "变量 Variable",
        "受试者参照开始日期",  # a label
        "Subject Reference Start Date",
        "每位受试者一条记录",  # a structure
        "出生至知情同意的整年数",  # a derivation
        "Whole years from birth",
        "女",  # a decode
        "Female",
        "治疗期间出现标志",  # a supplemental qualifier
        "仅中心实验室。",  # a comment
        "人口学 / Demographics",  # a heading
        "采用UTF-8编码",
    ],
)
def test_a_page_in_chinese_shows_chinese_and_english(tmp_path, sdtm, text):
    assert text in page_of(tmp_path, sdtm, "zh")


def test_a_page_in_english_shows_the_public_words(tmp_path, sdtm):
    page = page_of(tmp_path, sdtm, "en")
    assert "Label / Description" in page
    assert "变量" not in page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_on_the_page_is_unresolved(tmp_path, sdtm, language):
    assert (
        "unresolved"
        not in html.fromstring(page_of(tmp_path, sdtm, language))
        .text_content()
        .split("/* CSS")[0]
        .split("-->")[-1]
    )


def test_the_page_says_its_encoding_in_its_head(tmp_path, sdtm):
    """Pain: HTML made of define files breaks Chinese."""
    page = page_of(tmp_path, sdtm, "zh")
    assert page.index("charset=utf-8") < page.index("<title>")


def test_links_of_a_page_elsewhere_lead_to_the_files_beside_the_define_file(tmp_path, sdtm):
    (tmp_path / "m5").mkdir()
    (tmp_path / "pages").mkdir()
    write_define(tmp_path / "m5" / "define.xml", sdtm, language="zh", encoding="utf-8")
    render_define(tmp_path / "m5" / "define.xml", tmp_path / "pages" / "sdtm.html", language="zh")
    links = html.parse(tmp_path / "pages" / "sdtm.html").xpath("//a/@href")
    assert "../m5/dm.xpt" in links
    assert "dm.xpt" not in links
