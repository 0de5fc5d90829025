"""The script of the page, in a real Chromium: filters, search and the change of language."""

import os
import shutil
import subprocess

import pytest
from checks_by_hand import AE_RECORDS, adverse_events, standard
from lxml import html

from cdisc_pom.checks.catalogue import Catalogue, own_catalogue
from cdisc_pom.checks.report import to_html
from cdisc_pom.checks.runner import check_standards

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--virtual-time-budget=10000",
    "--dump-dom",
)

pytestmark = pytest.mark.skipif(
    BROWSER is None and not os.environ.get("CI"), reason="needs Chromium; in CI it must be there"
)


@pytest.fixture
def after(tmp_path):
    """The page as a reader sees it after some lines of script."""
    table = AE_RECORDS.replace("| Fever ", "| .     ").replace("| FATAL", "| DEAD")
    catalogue = Catalogue(own_catalogue().schema_rules)
    page = to_html(check_standards([standard(adverse_events(table))], catalogue=catalogue))

    def run(script):
        path = tmp_path / "page.html"
        script = f"<script>const get = (id) => document.getElementById(id); {script}</script>"
        path.write_text(page.replace("</body>", f"{script}</body>"), encoding="utf-8")
        command = [BROWSER, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", path.as_uri()]
        done = subprocess.run(command, capture_output=True, check=True, timeout=120)
        return html.fromstring(done.stdout.decode("utf-8"))

    return run


def shown(tree, rows="rows"):
    """Rule ids of the rows that are not hidden."""
    return [
        row.findtext(".//code")
        for row in tree.get_element_by_id(rows).iterchildren("tr")
        if row.get("hidden") is None
    ]


def test_all_findings_are_shown_at_first(after):
    assert shown(after("")) == ["WB-TERM", "FB1502"]


def test_a_tile_filters_by_severity_and_a_second_click_shows_all_again(after):
    click = "document.querySelector('.tile.warning').click();"
    tree = after(click)
    assert shown(tree) == ["FB1502"]
    assert tree.get_element_by_id("shown").text == "1"
    assert tree.find_class("tile warning")[0].get("aria-pressed") == "true"
    assert shown(after(click * 2)) == ["WB-TERM", "FB1502"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("dead", ["WB-TERM"]),
        ("代码表", ["WB-TERM"]),
        ("ae.aeterm", ["FB1502"]),
        ("ae.csv:4", ["WB-TERM"]),
        ("no such thing", []),
    ],
)
def test_search_looks_at_rule_variable_value_record_and_both_languages(after, words, expected):
    tree = after(
        f"get('search').value = '{words}'; get('search').dispatchEvent(new Event('input'))"
    )
    assert shown(tree) == expected
    assert (tree.get_element_by_id("none").get("hidden") is None) is (not expected)


def test_rules_are_filtered_by_how_they_ended(after):
    tree = after("get('status').value = 'failed'; get('status').dispatchEvent(new Event('change'))")
    assert shown(tree, "rule-rows") == ["FB1502", "WB-TERM"]


def test_the_button_changes_the_language_of_all_texts(after):
    tree = after("get('language').click()")
    assert (tree.get("data-language"), tree.get("lang")) == ("zh", "zh-CN")
    assert tree.get_element_by_id("severity")[0].text == "全部级别"
    assert tree.get_element_by_id("search").get("placeholder").startswith("搜索")
    assert after("get('language').click(); get('language').click()").get("lang") == "en"
