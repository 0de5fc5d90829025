"""The results pages in a real browser: they open, their links lead somewhere, numbers open records.

The pages are those of the reference study's displays, with data sets made from its subjects' table.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from lxml import html

sys.path.insert(0, str(Path(__file__).parents[1] / "results"))

import reference_study  # of the tests of results

from cdisc_pom.results.outputs import render_files
from cdisc_pom.results.reproduction import reproduce_results

pytestmark = pytest.mark.browser

# Clicks each number as a reader does and writes down what opens.
PROBE = """
<script>
const opened = [...document.querySelectorAll("button.number")].map(button => {
  button.click();
  const rows = box.querySelectorAll("tbody tr").length, heads = box.querySelectorAll("thead th");
  const seen = {open: box.open, rows: rows, heads: [...heads].map(head => head.textContent),
    title: document.getElementById("records-title").textContent, text: button.textContent};
  box.close();
  return seen;
});
const note = document.createElement("pre");
note.id = "probe";
note.textContent = JSON.stringify(opened);
document.body.append(note);
</script>
</body>"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The results folder as the command writes it."""
    place = tmp_path_factory.mktemp("results")
    reference_study.write_files(place, reference_study.frames())
    found = reproduce_results(reference_study.display_rows(), place, reference_study.PUBLISHED)
    for name, content in render_files(found, reference_study.facts()).items():
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_bytes(content)
    return place


@pytest.mark.parametrize(
    ("language", "heading", "first", "last"),
    [
        ("en", "POM · Results", "Disposition", "Figure 5. Best change of the measurable component"),
        ("zh", "POM · 结果", "受试者分布", "图5 可测量指标的最佳变化"),
    ],
)
def test_the_page_opens_and_its_links_lead_somewhere(
    browse, folder, language, heading, first, last
):
    page = folder / f"results.{language}.html"
    shown = html.fromstring(browse(page.as_uri(), "--dump-dom"))
    assert shown.findtext(".//h1") == heading
    titles = [title.text for title in shown.findall(".//section/h2")]
    displays = titles[: titles.index(last) + 1]
    assert (displays[0], len(displays)) == (first, 12)
    assert len(shown.findall(".//figure/svg")) == 6
    ids = {node.get("id") for node in shown.iter() if node.get("id")}
    links = [link.get("href") for link in shown.iter("a")]
    assert [link for link in links if link.startswith("#")] == [
        f"#display-{number}" for number in range(1, 13)
    ]
    for link in links:
        inside = link[1:] in ids if link.startswith("#") else (folder / link).is_file()
        assert inside, link


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_number_opens_its_records(browse, folder, language):
    page = folder / f"results.{language}.html"
    probed = folder / f"probe.{language}.html"
    probed.write_text(page.read_text(encoding="utf-8").replace("</body>", PROBE), encoding="utf-8")
    shown = html.fromstring(browse(probed.as_uri(), "--dump-dom"))
    opened = json.loads(shown.get_element_by_id("probe").text)
    # 108 rows without 6 figures and 3 tables of raters; these have 9, 6 and 9 cells and a total each
    assert len(opened) == 99 + 9 + 6 + 9 + 3
    # nobody was lost and nobody had a thromboembolism: these have no record to show
    assert [one["text"] for one in opened if not one["rows"]] == ["0", "0 (0.0)"]
    for one in opened:
        assert one["open"], one
        assert one["heads"][:2] == ["OBS", "USUBJID"], one
        assert one["title"].endswith("— " + one["text"]), one
