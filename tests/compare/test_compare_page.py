"""The page: complete, escaped, in both languages, and as a reader sees it in a real Chromium."""

import os
import re
import shutil
import subprocess

import pandas as pd
import pytest
from lxml import html
from tables_by_hand import table

from cdisc_pom.compare import LibraryComparison, Settings, compare_frames, to_html
from cdisc_pom.compare.results import Warned

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--virtual-time-budget=10000",
    "--dump-dom",
)
needs_browser = pytest.mark.skipif(
    BROWSER is None and not os.environ.get("CI"), reason="needs Chromium; in CI it must be there"
)

BASE = table(
    "USUBJID | AESEQ | AETERM | AESTDY\n01 | 1 | Feverish cold | 3\n01 | 2 | 头痛 | 5\n"
    "02 | 1 | Rash | 1",
    numbers=("AESEQ", "AESTDY"),
)
COMPARE = table(
    "USUBJID | AESEQ | AETERM | AESTDY\n01 | 1 | Feverish illness | 3\n01 | 2 | 头疼 |\n"
    "03 | 1 | <b>Rash</b> | 1",
    numbers=("AESEQ", "AESTDY"),
)


def found(base=BASE, compare=COMPARE, settings=None):
    return LibraryComparison("a", "b", (compare_frames(base, compare, settings),))


def texts(element):
    return " ".join(" ".join(element.itertext()).split())


def english(page):
    """The page as an English reader sees it, without its script."""
    tree = html.fromstring(page)
    for each in tree.xpath("//*[@class='zh'] | //script | //style"):
        each.drop_tree()
    return texts(tree.find("body"))


def test_the_page_tells_everything():
    text = english(to_html(found()))
    for each in (
        "Different: 2 records on one side only , 3 unequal values .",
        "Key : USUBJID, AESEQ",
        "2 records matched",
        "2 records with unequal values",
        "Records only in base 1 Row USUBJID AESEQ 3 02 1",
        "Records only in compare 1 Row USUBJID AESEQ 3 03 1",
        "AETERM text 2 2 0 0",
        "AESTDY number 1 2 1 0",
    ):
        assert each in text


def test_what_differs_is_marked():
    tree = html.fromstring(to_html(found()))
    marks = {
        side: [
            each.text
            for each in tree.xpath(f"//details[@open]//td[contains(@class, '{side}')]/mark")
        ]
        for side in ("base", "compare")
    }
    assert marks == {"base": ["cold", "痛", "5"], "compare": ["illness", "疼", "."]}


def test_records_are_told_with_all_their_unequal_variables():
    text = english(to_html(found()))
    assert "By record 2" in text
    assert "2 2 01 2 AETERM 头 痛 头 疼 AESTDY 5 ." in text


def test_equal_data_sets_have_a_short_page():
    text = english(to_html(found(BASE, BASE)))
    assert "Equal: no difference that counts in 1 data set." in text
    assert "Values by variable" not in text


def test_everything_that_comes_from_data_is_escaped():
    evil = "<script>alert(1)</script>"
    base = pd.DataFrame({"USUBJID": [evil], f"X{evil}": ["a"]})
    compare = pd.DataFrame({"USUBJID": [evil], f"X{evil}": [f"a{evil}"]})
    library = LibraryComparison(
        evil,
        evil,
        (compare_frames(base, compare),) * 2,
        (evil,),
        (evil,),
        (evil,),
        (Warned(evil, evil),),
    )
    page = to_html(library)
    assert page.count("<script>") == 1
    assert evil not in page


def test_the_page_needs_no_other_file_and_no_network():
    page = to_html(found())
    assert not re.search(r"""(src|href)=["'](?!#)""", page)
    assert "@import" not in page
    assert "url(" not in page
    assert "default-src 'none'" in page


def test_each_english_text_has_a_chinese_one():
    library = LibraryComparison(
        "a",
        "b",
        (
            compare_frames(BASE, COMPARE.drop(columns="AESTDY").assign(X=1.0)),
            compare_frames(BASE[["AETERM"]], COMPARE[["AETERM"]]),
            compare_frames(BASE, BASE, Settings(ignore=frozenset(["label"]))),
        ),
        ("EX",),
        ("VS",),
        ("x.xpt: broken.",),
    )
    tree = html.fromstring(to_html(library))
    for each in tree.xpath("//span[@class='en']"):
        other = each.getnext()
        assert other.get("class") == "zh"
        assert other.text_content().strip()
        if re.search("[a-z]{2,}", each.text_content()):
            assert other.text_content() != each.text_content() or other.text_content() == "English"


def test_the_same_outcome_gives_the_same_page():
    assert to_html(found()) == to_html(found())


@pytest.fixture
def after(tmp_path):
    """The page in a browser after some lines of script."""

    def run(page, script=""):
        path = tmp_path / "page.html"
        page = page.replace("</body>", f"<script>{script}</script></body>")
        path.write_text(page, encoding="utf-8")
        command = [BROWSER, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", path.as_uri()]
        done = subprocess.run(command, capture_output=True, check=True, timeout=120)
        return html.fromstring(done.stdout.decode("utf-8"))

    return run


#: Leaves what a reader sees, as the browser says, in an element of its own.
SEEN = """
document.body.insertAdjacentHTML("beforeend", "<pre id='seen'></pre>");
document.getElementById("seen").textContent = document.querySelector("main").innerText;
"""


@needs_browser
def test_a_reader_sees_one_language_and_changes_it(after):
    page = to_html(found())
    seen = after(page, SEEN).get_element_by_id("seen").text_content()
    assert "records matched" in seen
    assert "匹配的记录" not in seen
    tree = after(page, "document.getElementById('language').click();" + SEEN)
    seen = tree.get_element_by_id("seen").text_content()
    assert "匹配的记录" in seen
    assert "records matched" not in seen
    assert tree.get("lang") == "zh-CN"
    seen = after(to_html(found(), language="zh"), SEEN).get_element_by_id("seen").text_content()
    assert "匹配的记录" in seen


@needs_browser
def test_a_link_opens_the_values_of_its_variable(after):
    base = pd.DataFrame({"USUBJID": ["1"], **{f"V{n}": ["a"] for n in range(8)}})
    compare = base.replace("a", "b")
    page = to_html(found(base, compare))
    assert after(page).get_element_by_id("data-1-V7").get("open") is None
    tree = after(page, "document.querySelector(\"a[href='#data-1-V7']\").click();")
    assert tree.get_element_by_id("data-1-V7").get("open") is not None
