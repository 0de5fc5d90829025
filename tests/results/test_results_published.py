import pytest
from reference_study import PUBLISHED, display_row

from cdisc_pom.errors import Collector, Problems
from cdisc_pom.results.comparison import check_published, compare_published, count_statuses
from cdisc_pom.results.displays import Records, Result
from cdisc_pom.results.published import read_published
from cdisc_pom.results.registry import STATISTICS
from cdisc_pom.results.report import label_of, reason_of


@pytest.fixture
def read(tmp_path):
    def write_and_read(text):
        path = tmp_path / "published.yaml"
        path.write_text(text, encoding="utf-8")
        return read_published(path)

    return write_and_read


def faults(read, text):
    with pytest.raises(Problems) as problems:
        read(text)
    return [str(error) for error in problems.value.errors]


SHARE = """\
source: A paper
entries:
- {id: a, section: t1, label: Men, stat: n_pct, n: 9, denom: 74, printed_pct: '12.1', expected_pct: '12.2', note: 9/74 is 12.16}
- {id: b, section: t1, label: Women, stat: n_pct, n: 30, denom: 74, printed_pct: '40.5'}
"""
MEDIANS = """\
source: A paper
entries:
- {id: fu, section: text, label: Follow-up, stat: median, printed: 33.0(31.10-34.8), values: {median: 33.0, lcl: 31.10, ucl: 34.8}}
- {id: months, section: text, label: Window, stat: range, printed: February to March 2017, values: {first: 2017-02, last: 2017-03}}
- {id: n, section: text, label: All, stat: count, printed: All, values: {n: 74}}
"""


def result(published, statistic="count", **values):
    row = display_row(
        **{
            "Display": "T",
            "Order": 1,
            "Row label": "R",
            "Statistic": statistic,
            "Dataset": "ADSL",
            "Published": published,
        }
    )
    return Result(row, STATISTICS[statistic], values, "text", Records("ADSL", (), ()))


def test_the_reference_file_has_all_its_figures():
    published = read_published(PUBLISHED)
    assert (len(published.entries), len(published.inconsistencies)) == (63, 17)


def test_parts_keep_the_printed_decimals_that_yaml_drops(read):
    follow_up, window, everyone = read(MEDIANS).entries
    assert follow_up.expected() == {"median": "33.0", "lcl": "31.10", "ucl": "34.8"}
    assert window.expected() == {"first": "2017-02", "last": "2017-03"}
    assert everyone.expected() == {"n": "74"}


def test_where_the_print_contradicts_its_counts_the_counts_are_expected(read):
    men, women = read(SHARE).entries
    assert men.expected() == {"n": "9", "denom": "74", "pct": "12.2"}
    assert (men.text, men.corrected) == ("9 (12.1)", True)
    assert (women.text, women.corrected) == ("30 (40.5)", False)


@pytest.mark.parametrize(
    ("values", "status", "reason"),
    [
        ({"n": 9, "denom": 74, "pct": 900 / 74}, "expected", "9/74 is 12.16"),
        (
            {"n": 10, "denom": 74, "pct": 1000 / 74},
            "differs",
            "n 10, published 9; percentage 13.5, published 12.2",
        ),
        ({"n": 9, "denom": 74}, "differs", "percentage not given, published 12.2"),
        ({"n": 9, "denom": 74, "pct": float("nan")}, "differs", "percentage NE, published 12.2"),
    ],
)
def test_a_share_is_compared_with_what_its_counts_give(read, values, status, reason):
    comparison = compare_published([result("a", "n_percent", **values)], read(SHARE))[0]
    assert (comparison.status, reason_of(comparison, "en")) == (status, reason)


@pytest.mark.parametrize(
    ("median", "lower", "status"),
    [
        (32.95, 31.1, "equal"),  # rounds half up to 33.0
        (32.949, 31.1, "differs"),
        (33.04, 31.095, "equal"),  # the print has two decimals: 31.10
        (33.04, 31.08, "differs"),
    ],
)
def test_numbers_are_rounded_to_the_print(read, median, lower, status):
    found = result("fu", "km_median_ci", median=median, lcl=lower, ucl=34.8)
    assert compare_published([found], read(MEDIANS))[0].status == status


def test_text_is_compared_as_it_is(read):
    found = result("months", "month_range", first="2017-02", last="2017-04")
    comparison = compare_published([found], read(MEDIANS))[1]
    assert (comparison.status, reason_of(comparison, "en")) == (
        "differs",
        "last 2017-04, published 2017-03",
    )


BILINGUAL = """
source: Someone, 2022
source_zh: 某人，2022
entries:
- {id: a, section: t, label: Size, label_zh: 样本量, stat: s, printed: '59', values: {n: 59},
   tolerance: not checked, derived_from: an assumption, derived_from_zh: 假设,
   note: 59 is rounded, note_zh: 59经舍入}
- {id: b, section: t, label: Women, stat: s, printed: '9', values: {n: 9}, tolerance: not checked,
   derived_from: not printed}
inconsistencies:
- {id: i, text: It does not fit., text_zh: 不符。, decision: Leave it.}
"""


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("en", ("Size", "an assumption; 59 is rounded", "not printed", "It does not fit.", "Leave it.")),
        # what has no Chinese text is told in English
        ("zh", ("样本量", "假设；59经舍入", "not printed", "不符。", "Leave it.")),
    ],
)  # fmt: skip
def test_texts_of_the_file_may_be_in_both_languages(read, language, texts):
    published = read(BILINGUAL)
    size, women = compare_published([], published)
    (item,) = published.inconsistencies
    assert texts == (
        label_of(size, language), reason_of(size, language), reason_of(women, language),
        item.said("text", language), item.said("decision", language),
    )  # fmt: skip


def test_the_studys_file_says_everything_in_both_languages():
    published = read_published(PUBLISHED)
    for item in published.inconsistencies:
        assert "" not in (item.text_zh, item.decision_zh), item.id
    for figure in published.entries:
        assert bool(figure.note) == bool(figure.note_zh), figure.id


def test_every_figure_is_listed_also_without_a_display_row(read):
    text = SHARE + (
        "- {id: c, section: t, label: C, stat: s, printed: '1', values: {n: 1}, tolerance: not checked, derived_from: not an ADaM figure}\n- {id: d, section: t, label: D, stat: s, printed: '1', values: {n: 1}, tolerance: 'not attainable', note: 2.35 is no whole number of days}\n"
    )
    comparisons = compare_published([], read(text))
    assert [(one.figure.id, one.status, reason_of(one, "en")) for one in comparisons] == [
        ("a", "no_display_row", ""),
        ("b", "no_display_row", ""),
        ("c", "not_checked", "not an ADaM figure"),
        ("d", "not_attainable", "2.35 is no whole number of days"),
    ]
    assert count_statuses(comparisons) == {
        "equal": 0,
        "expected": 0,
        "differs": 0,
        "not_checked": 1,
        "not_attainable": 1,
        "no_display_row": 2,
    }


def test_ids_of_display_rows_are_checked_at_their_cells(read):
    collector = Collector()
    rows = [result("a").row, result("bb").row, result("a").row, result(None).row]
    check_published(rows, read(SHARE.replace("id: b", "id: b.b")), collector)
    assert [str(error) for error in collector.errors] == [
        "adam.xlsx › Displays!N2: unknown published figure 'bb'. Did you mean 'b.b'?",
        "adam.xlsx › Displays!N2: 'a' is also the figure of adam.xlsx › Displays!N2.",
    ]


def test_all_faults_of_the_file_are_told_at_their_lines(read):
    text = """\
source: A paper
entries:
- id: a
  section: t1
  label: Men
  stat: n_pct
  n: nine
  denom: 74
  printed_pct: '12.1'
- id: b
  section: t1
  label: Median
  stat: median
  printed: '3'
- id: a
  section: t1
  lable: Women
  label: Women
  stat: count
  printed: '1'
  values: {n: 1}
"""
    assert faults(read, text) == [
        "published.yaml:7: entries.0.n: Input should be a valid integer, unable to parse string as an integer.",
        "published.yaml:10: entries.1: Value error, a figure with stat median needs values.",
        "published.yaml:17: entries.2.lable: Extra inputs are not permitted.",
        "published.yaml:15: entries has the id 'a' a second time.",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "entries: [",
            "published.yaml:1: not YAML: expected the node content, but found '<stream end>'.",
        ),
        ("- a\n", "published.yaml: holds no keys (source, entries …)."),
        ("", "published.yaml: holds no keys (source, entries …)."),
        ("entries: []\n", "published.yaml:1: source: Field required."),
    ],
)
def test_a_file_that_is_no_such_file_is_told(read, text, fault):
    assert faults(read, text) == [fault]


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(
        Problems, match=r"nowhere\.yaml: the file of published figures is not there"
    ):
        read_published(tmp_path / "nowhere.yaml")
