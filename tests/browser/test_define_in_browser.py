from __future__ import annotations

import matplotlib.image
import pytest
from lxml import html
from sample_standard import sample_adam, sample_sdtm

from cdisc_pom.define import render_define
from cdisc_pom.package import write_package

pytestmark = pytest.mark.browser


@pytest.fixture
def pages(tmp_path):
    """The pages of a package, in a folder outside module 5."""

    def make(language):
        standards = [sample_sdtm(), sample_adam()]
        package = write_package(tmp_path / "package", "tiny", standards, language=language)
        folder = tmp_path / "define"
        folder.mkdir()
        for kind, define in package.defines.items():
            render_define(define, folder / f"{kind}.html", language=language)
        return folder

    return make


def shown(browse, page):
    """What a reader sees: the text of the page's body without scripts, blanks folded."""
    body = html.fromstring(browse(page.as_uri(), "--dump-dom")).find("body")
    for script in body.iter("script", "style"):
        script.text = ""
    return " ".join(" ".join(body.itertext()).split())


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        (
            "sdtm",
            [
                "研究所用标准 Standards for Study TINY-01",
                "变量 Variable",
                "受试者参照开始日期 Subject Reference Start Date",
                "每位受试者每次不良事件一条记录",
                "女 Female",
                "治疗期间出现标志 Treatment Emergent Flag",
                "出生至知情同意的整年数",
                "采用UTF-8编码",
                "MedDRA",
            ],
        ),
        (
            "adam",
            ["受试者水平分析 Subject-Level Analysis", "至少用药一次的受试者为Y。", "首次用药日期"],
        ),
    ],
)
def test_a_page_in_chinese_opened_from_the_disk_shows_chinese_and_english(
    browse, pages, kind, texts
):
    """Pain: a define file opened in a browser shows nothing."""
    text = shown(browse, pages("zh") / f"{kind}.html")
    assert [each for each in texts if each not in text] == []
    assert "unresolved" not in text


def test_a_page_in_english_opened_from_the_disk_shows_the_public_words(browse, pages):
    text = shown(browse, pages("en") / "sdtm.html")
    assert "Subject Reference Start Date" in text
    assert "Label / Description" in text
    assert "变量" not in text


def test_the_page_is_drawn_and_not_blank(browse, pages, tmp_path):
    picture = tmp_path / "page.png"
    browse(
        (pages("zh") / "sdtm.html").as_uri(), "--window-size=1400,1000", f"--screenshot={picture}"
    )
    pixels = matplotlib.image.imread(picture)
    dark = (pixels[..., :3].mean(axis=2) < 0.5).mean()
    assert pixels.shape[:2] == (1000, 1400)
    assert 0.01 < dark < 0.5
