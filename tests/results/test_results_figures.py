import os
import re
import subprocess
import sys
from io import BytesIO

import pytest
import reference_study
from fontTools.ttLib import TTFont
from lxml import etree, html
from PIL import Image

from cdisc_pom.results.displays import evaluate_displays
from cdisc_pom.results.facts import Facts
from cdisc_pom.results.figures import DRAWERS, FONT, draw_figures
from cdisc_pom.results.outputs import render_files
from cdisc_pom.results.page import render_page
from cdisc_pom.results.registry import STATISTICS
from cdisc_pom.results.reproduction import reproduce_results
from cdisc_pom.results.words import _CHINESE, _ENGLISH, _STATUS

ROWS = reference_study.display_rows()
FIGURES = [row for row in ROWS if row.display.startswith("Figure")]


def curve_row(**cells):
    plain = {
        "Display": "Curves",
        "Order": 1,
        "Row label": "Months",
        "Statistic": "km_curve",
        "Dataset": "ADTTE",
        "Parameter": "OS",
        "Variable": "AVAL / 30.4375",
        "Population": "FASFL = 'Y'",
    }
    return reference_study.display_row(**(plain | cells))


def test_each_drawn_statistic_has_a_drawer():
    assert {name for name, one in STATISTICS.items() if one.drawn} == set(DRAWERS)


def test_the_same_results_give_the_same_bytes(study, files):
    again = render_files(study, reference_study.facts())
    assert list(again) == list(files)
    assert [name for name in files if again[name] != files[name]] == []


def test_bytes_do_not_depend_on_the_process(adam_folder):
    # another hash seed, time zone and locale; a table, two figures and a table of two raters
    program = (
        "import sys, hashlib; from pathlib import Path; import reference_study as r;"
        "from cdisc_pom.results.reproduction import reproduce_results;"
        "from cdisc_pom.results.outputs import render_files;"
        "kept = ('Table 1', 'Figure 1', 'Figure 3b', 'Table 4');"
        "rows = [row for row in r.display_rows() if row.display.startswith(kept)];"
        "x = reproduce_results(rows, Path(sys.argv[1]), r.PUBLISHED);"
        "files = render_files(x, r.facts(), languages=['zh']);"
        "print(hashlib.sha256(b''.join(files.values())).hexdigest())"
    )
    path = ":".join(["tests/results", *sys.path])
    sums = [
        subprocess.run(
            [sys.executable, "-c", program, str(adam_folder)],
            check=True,
            capture_output=True,
            text=True,
            cwd=reference_study.DESIGN.parents[2],
            env={**os.environ, "PYTHONPATH": path, **settings},
        ).stdout
        for settings in (
            {"PYTHONHASHSEED": "1", "TZ": "Asia/Shanghai", "LC_ALL": "C"},
            {"PYTHONHASHSEED": "7", "TZ": "America/New_York", "LC_ALL": "C.UTF-8"},
        )
    ]
    assert sums[0] == sums[1]


def test_a_figure_comes_as_svg_and_png_in_both_languages(files):
    names = [name for name in files if name.startswith("figures/")]
    assert sorted(names) == sorted(
        f"figures/{name}.{language}.{kind}"
        for name in (
            "figure-1-flow-of-subjects",
            "figure-4-course-of-each-subject",
            "figure-5-best-change-of-the-measurable-component",
            "figure-2-objective-response-in-subgroups",
            "figure-3a-progression-free-survival",
            "figure-3b-overall-survival",
        )
        for language in ("en", "zh")
        for kind in ("png", "svg")
    )
    for name in names:
        if name.endswith(".svg"):
            assert etree.fromstring(files[name]).tag == "{http://www.w3.org/2000/svg}svg"
            assert b"<dc:date>" not in files[name]
        else:
            image = Image.open(BytesIO(files[name]))
            assert image.width == 1520
            assert image.info.keys() <= {"dpi"}


def test_the_font_has_every_character_that_a_figure_may_show():
    known = set(TTFont(FONT).getBestCmap())
    words = [*_ENGLISH.values(), *_CHINESE.values()]
    words += [word for pair in _STATUS.values() for word in pair]
    words += [
        f"{r.display}{r.display_zh}{r.label}{r.label_zh}{r.section}{r.section_zh}"
        for r in reference_study.display_rows()
    ]
    assert {character for character in "".join(words) if ord(character) not in known} == set()


def test_the_font_is_small_and_comes_with_its_licence():
    assert FONT.stat().st_size < 3_000_000
    licence = (FONT.parent / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence


def test_curves_of_groups_stand_in_one_figure(adam):
    results = evaluate_displays([curve_row(Group="CYTORSK")], adam)
    assert [result.level for result in results] == ["HIGH", "STANDARD"]
    (picture,) = draw_figures(results, "en")["Curves"]
    assert picture.svg.count(b"stroke: #1f5a94") > 0
    assert picture.svg.count(b"stroke: #b5482a") > 0


def test_two_figures_never_share_a_file_name(adam):
    rows = [curve_row(Order=1), curve_row(Order=2), curve_row(Display="Curves!")]
    pictures = draw_figures(evaluate_displays(rows, adam), "en")
    names = [one.name for group in pictures.values() for one in group]
    assert names == ["curves", "curves-2", "curves-3"]


def test_a_dollar_sign_in_a_label_is_no_formula(adam):
    results = evaluate_displays([curve_row(**{"Row label": "US$ and $\\bad$"})], adam)
    assert draw_figures(results, "en")["Curves"][0].svg.startswith(b"<?xml")


def test_a_curve_of_nobody_is_drawn_empty(adam):
    results = evaluate_displays([curve_row(Population="AGE > 200")], adam)
    assert draw_figures(results, "zh")["Curves"][0].png.startswith(b"\x89PNG")


def test_a_display_with_a_chinese_title_only_still_gets_a_file_name(adam):
    results = evaluate_displays([curve_row(Display="总生存期")], adam)
    assert draw_figures(results, "zh")["总生存期"][0].name == "display-1"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_holds_every_figure_and_inconsistency(files, study, language):
    page = html.fromstring(files[f"results.{language}.html"].decode())
    assert page.get("lang") == {"en": "en", "zh": "zh-CN"}[language]
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    for one in (*study.published.entries, *study.published.inconsistencies):
        assert one.id in ids
    assert len(page.findall(".//figure/svg")) == 6


def test_the_page_needs_no_network(files):
    for language in ("en", "zh"):
        page = files[f"results.{language}.html"].decode()
        links = set(re.findall(r'(?:href|src)="([^"#][^"]*)"|url\("?([^#")]+)"?\)', page))
        other = {"en": "zh", "zh": "en"}[language]
        assert {one for pair in links for one in pair if one} == {
            f"results.{other}.html",
            "NotoSansSC-subset.ttf",
            "records.js",
        }


def test_references_inside_a_picture_stay_inside_it(files):
    page = files["results.en.html"].decode()
    ids = set(re.findall(r'\bid="([^"]+)"', page))
    used = set(re.findall(r'href="#([^"]+)"', page)) | set(re.findall(r"url\(#([^)]+)\)", page))
    assert used <= ids


def test_markup_in_the_workbook_is_shown_as_text(adam_folder):
    row = reference_study.display_row(
        **{
            "Display": "<b>T</b>",
            "Order": 1,
            "Row label": "<script>alert(1)</script>",
            "Statistic": "count",
            "Dataset": "ADSL",
            "Published": "disp.screened",
        }
    )
    found = reproduce_results([row], adam_folder, reference_study.PUBLISHED)
    page = render_page(found, {}, "en", facts=Facts(title="<i>"))
    assert "<script>alert" not in page
    assert "<i>" not in page.partition("<main>")[0].partition("<body>")[2]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<b>T</b>" not in page


def test_a_page_tells_what_differs_and_what_is_missing(adam_folder):
    row = reference_study.display_row(
        **{
            "Display": "T",
            "Order": 1,
            "Row label": "R",
            "Statistic": "count",
            "Dataset": "ADSL",
            "Where": "SEX = 'F'",
            "Published": "disp.screened",
        }
    )
    found = reproduce_results([row], adam_folder, reference_study.PUBLISHED)
    page = render_page(found, {}, "en")
    assert 'class="status differs"' in page
    assert "published 84" in page
    assert page.count("no display row") == 61 + 1  # each figure, and the tile that counts them
