"""Flow chart, swimmer plot and waterfall plot: what their rows give, and what is drawn."""

import itertools

import numpy as np
import pandas as pd
import pytest
import reference_study
from reference_study import display_row

from cdisc_pom.errors import Problems
from cdisc_pom.results.canvas import ordered_colours, wrapped
from cdisc_pom.results.displays import evaluate_displays
from cdisc_pom.results.figure_flow import draw_flow
from cdisc_pom.results.figure_swimmer import _spans, draw_swimmer
from cdisc_pom.results.figure_waterfall import draw_waterfall
from cdisc_pom.results.figures import draw_figures
from cdisc_pom.results.registry import Points

ADSL = pd.DataFrame(
    {
        "USUBJID": ["A", "B", "C", "D"],
        "FASFL": ["Y", "Y", "Y", "N"],
        "REASON": ["PD", "PD", None, None],
        "MONTHS": [10.0, 4.0, 7.0, np.nan],
    }
)
ADRS = pd.DataFrame(
    [
        ("A", "OVR", 1, "SD", np.nan),
        ("A", "OVR", 3, "PR", np.nan),
        ("A", "OVR", 12, "PD", np.nan),
        ("B", "OVR", 2, "PD", np.nan),
        ("A", "BEST", np.nan, "PR", -60),
        ("B", "BEST", np.nan, "PD", 140),
        ("C", "BEST", np.nan, "SD", 5),
    ],
    columns=["USUBJID", "PARAMCD", "MONTH", "AVALC", "AVAL"],
)
FRAMES = {"ADSL": ADSL, "ADRS": ADRS}
FAS = "FASFL = 'Y'"


def row(statistic, dataset="ADSL", **cells):
    plain = {"Display": "F", "Display (zh)": "图", "Order": 1, "Row label": statistic}
    return display_row(**(plain | {"Statistic": statistic, "Dataset": dataset} | cells))


def results_of(*rows):
    return evaluate_displays(rows, FRAMES)


def texts(figure):
    """Everything that is written in a figure."""
    found = [text.get_text() for text in figure.texts]
    for axes in figure.axes:
        found += [text.get_text() for text in axes.texts]
        found += [axes.get_xlabel(), axes.get_ylabel()]
    for legend in figure.legends:
        found += [text.get_text() for text in legend.get_texts()]
    return [text for text in found if text]


def faults(*rows):
    with pytest.raises(Problems) as problems:
        evaluate_displays(rows, FRAMES)
    return [str(error) for error in problems.value.errors]


# Flow chart -------------------------------------------------------------------------------------

FLOW = (
    row("flow_chart", Order=1),
    row("flow_box", **{"Order": 2, "Row label": "Screened", "Row label (zh)": "筛选"}),
    row("flow_exit", **{"Order": 3, "Row label": "Left", "Where": "FASFL = 'N'"}),
    row("flow_box", **{"Order": 4, "Row label": "Treated", "Where": FAS}),
    row("flow_exit", **{"Order": 5, "Row label": "Stopped", "Where": "REASON IS NOT NULL"}),
    row("flow_reason", **{"Order": 6, "Row label": "Progression", "Where": "REASON = 'PD'"}),
    row("flow_box", **{"Order": 7, "Row label": "Efficacy", "Where": FAS}),
    row("flow_box", **{"Order": 7, "Row label": "Safety", "Where": FAS}),
)


def test_a_flow_chart_writes_each_count_in_its_box():
    results = results_of(*FLOW)
    assert [result.numerator for result in results] == [None, 4, 1, 3, 2, 2, 3, 3]
    assert texts(draw_flow(results[:1], results, "en")) == [
        "F",
        "Screened", "(n = 4)",
        "Left (n = 1)",
        "Treated", "(n = 3)",
        "Stopped (n = 2)", "•  Progression (n = 2)",
        "Efficacy", "(n = 3)",
        "Safety", "(n = 3)",
    ]  # fmt: skip


def test_a_chinese_flow_chart_has_chinese_brackets():
    results = results_of(*FLOW)
    assert texts(draw_flow(results[:1], results, "zh"))[:3] == ["图", "筛选", "（n = 4）"]


def boxes(figure):
    return [patch for patch in figure.axes[0].patches if patch.get_width() > 0]


def test_boxes_with_the_same_order_stand_side_by_side_and_exits_at_the_side():
    results = results_of(*FLOW)
    screened, left, treated, stopped, efficacy, safety = boxes(
        draw_flow(results[:1], results, "en")
    )
    assert screened.get_x() == treated.get_x()
    assert left.get_x() == stopped.get_x() > screened.get_x() + screened.get_width()
    assert efficacy.get_y() == safety.get_y()
    assert efficacy.get_x() + efficacy.get_width() < safety.get_x()
    tops = [box.get_y() + box.get_height() for box in (screened, left, treated, stopped, efficacy)]
    assert tops == sorted(tops, reverse=True)


def test_boxes_do_not_touch():
    results = results_of(*FLOW)
    drawn = boxes(draw_flow(results[:1], results, "en"))
    for one, other in itertools.pairwise(drawn[:-1]):
        assert other.get_y() + other.get_height() < one.get_y()


def test_a_flow_chart_without_boxes_is_its_title():
    results = results_of(FLOW[0])
    assert texts(draw_flow(results, results, "en")) == ["F"]


def test_long_labels_are_wrapped_between_words_and_chinese_characters():
    assert wrapped("Withdrawal of consent by subject", 16) == [
        "Withdrawal of",
        "consent by",
        "subject",
    ]
    assert wrapped("受试者撤回知情同意", 8) == ["受试者撤", "回知情同", "意"]
    assert wrapped("肿瘤 PD", 5) == ["肿瘤", "PD"]


# Swimmer plot -----------------------------------------------------------------------------------

SWIMMER = (
    row("swimmer_plot", Order=1, Variable="MONTHS", Population=FAS, Section="Drug"),
    row(
        "swimmer_state", "ADRS",
        Order=2, Parameter="OVR", Variable="MONTH", Population=FAS, Arguments="category=AVALC; levels=PR|SD|PD|NE",
    ),
    row(
        "swimmer_mark", "ADRS",
        **{"Order": 3, "Row label": "Progression", "Parameter": "OVR", "Variable": "MONTH",
           "Where": "AVALC = 'PD'", "Population": FAS, "Arguments": "marker=triangle"},
    ),
)  # fmt: skip


def test_rows_of_a_swimmer_plot_give_a_value_a_record():
    bars, states, marks = results_of(*SWIMMER)
    assert dict(zip(bars.points.subjects, bars.points.values, strict=True)) == {
        "A": 10,
        "B": 4,
        "C": 7,
    }
    assert states.points.categories == ("SD", "PR", "PD", "PD")
    assert marks.points.values.tolist() == [12, 2]
    assert [result.text for result in (bars, states, marks)] == ["3", "2", "2"]


def test_a_swimmer_plot_names_bar_states_and_marks():
    results = results_of(*SWIMMER)
    figure = draw_swimmer(results[:1], results, "en")
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert legend == ["Drug", "PR", "SD", "PD", "Progression (n = 2)"]  # NE does not occur


def test_the_longest_bar_stands_on_top():
    results = results_of(*SWIMMER)
    axes = draw_swimmer(results[:1], results, "en").axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["A", "C", "B"]
    assert axes.get_ylim()[0] > axes.get_ylim()[1]  # row 0 is the upper one


def test_a_state_holds_until_the_next_one_and_the_last_to_the_end_of_the_bar():
    points = Points(("A", "B", "A"), np.array([3.0, 2.0, 1.0]), ("PR", "PD", "SD"))
    bars = {"A": 10.0, "B": 1.0}
    spans = {level: _spans(points, level, bars, shortest=0.1) for level in ("SD", "PR", "PD")}
    assert spans == {
        "SD": [("A", 1, 3)],
        "PR": [("A", 3, 10)],
        "PD": [("B", 2, 2.1)],  # begins after the bar: shown as short as can be seen
    }


def test_a_state_that_is_no_level_is_a_finding():
    wrong = SWIMMER[1].model_copy(update={"arguments": "category=AVALC; levels=PR|SD"})
    assert faults(wrong) == [
        (
            "adam.xlsx › Displays!K2: ADRS: 'PD': none of the levels PR, SD. "
            "(2 records; first: USUBJID A) Display row 'swimmer_state'."
        )
    ]


def test_an_unknown_marker_is_told_at_the_cell():
    wrong = SWIMMER[2].model_copy(update={"arguments": "marker=heart"})
    (message,) = faults(wrong)
    assert message.startswith(
        "adam.xlsx › Displays!Q2: swimmer_mark: argument 'marker': Input should be"
    )


def test_a_swimmer_plot_of_nobody_is_drawn_empty():
    rows = [one.model_copy(update={"population": "FASFL = 'X'"}) for one in SWIMMER]
    results = evaluate_displays(rows, FRAMES)
    assert draw_figures(results, "zh")["F"][0].png.startswith(b"\x89PNG")


def test_the_study_has_a_bar_for_each_treated_subject(adam):
    results = evaluate_displays(reference_study.rows_of("Figure 4"), adam)
    counts = {result.label("en"): result.numerator for result in results}
    # 43 deaths and 31 alive, as calibrated; 56 progressions of 64 events, the other 8 deaths
    assert counts == {
        "Months from start of treatment": 74,
        "Assessed for response": 65,
        "Progressive disease": 56,
        "New anti-myeloma therapy": 44,
        "Death": 43,
        "Alive at last contact": 31,
    }


# Waterfall plot ---------------------------------------------------------------------------------

WATERFALL = (
    row(
        "waterfall_plot", "ADRS",
        **{"Order": 1, "Row label": "Best change (%)", "Parameter": "BEST", "Variable": "AVAL",
           "Population": FAS, "Arguments": "lines=25|-50; cap=100"},
    ),
    row(
        "subject_category", "ADRS",
        Order=2, Parameter="BEST", Variable="AVALC", Population=FAS, Arguments="levels=CR|PR|SD|PD|NE",
    ),
)  # fmt: skip


def test_bars_descend_and_the_highest_is_cut_and_numbered():
    results = results_of(*WATERFALL)
    axes = draw_waterfall(results[:1], results, "en").axes[0]
    assert [patch.get_height() for patch in axes.patches] == [100, 5, -60]
    assert [text.get_text() for text in axes.texts] == ["140", "25", "−50"]
    assert axes.get_ylabel() == "Best change (%)"


def test_bars_have_the_colour_of_their_category():
    results = results_of(*WATERFALL)
    figure = draw_waterfall(results[:1], results, "en")
    colours = ordered_colours(["CR", "PR", "SD", "PD", "NE"])
    from matplotlib.colors import to_hex  # noqa: PLC0415

    shown = [to_hex(patch.get_facecolor()) for patch in figure.axes[0].patches]
    assert shown == [colours["PD"], colours["SD"], colours["PR"]]
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert legend == ["PR (1)", "SD (1)", "PD (1)"]


def test_without_a_category_all_bars_are_alike():
    results = results_of(WATERFALL[0])
    figure = draw_waterfall(results, results, "en")
    assert len({patch.get_facecolor() for patch in figure.axes[0].patches}) == 1
    assert figure.legends == []


def test_a_parameter_that_is_not_there_is_told_at_its_cell():
    wrong = WATERFALL[0].model_copy(update={"parameter": "BPCHG"})
    assert faults(wrong) == [
        "adam.xlsx › Displays!H2: ADRS has no record with PARAMCD 'BPCHG'. Known: BEST, OVR."
    ]


def test_two_values_of_a_subject_are_a_finding():
    wrong = WATERFALL[0].model_copy(update={"parameter": "OVR", "variable": "MONTH"})
    assert faults(wrong) == [
        (
            "adam.xlsx › Displays!K2: ADRS: waterfall_plot takes one record a subject, some have more. "
            "(2 records; first: USUBJID A) Display row 'Best change (%)'."
        )
    ]


def test_the_study_has_a_bar_for_each_evaluable_subject(adam):
    results = evaluate_displays(reference_study.rows_of("Figure 5"), adam)
    bars, colours = results
    assert (bars.numerator, bars.denominator, colours.numerator) == (65, 74, 74)
    assert draw_figures(results, "zh").keys() == {bars.row.display}


def test_colours_of_levels_do_not_depend_on_which_of_them_occur():
    assert list(ordered_colours([])) == []
    three = ordered_colours(["good", "bad", "unknown"])
    assert list(three.values()) == ["#0b3d2e", "#b5482a", "#aeb7bf"]
    assert len(set(ordered_colours(list("abcdefgh")).values())) == 8


@pytest.mark.parametrize("language", ["en", "zh"])
def test_drawn_twice_they_are_the_same_bytes(language):
    results = results_of(*SWIMMER)
    first, second = (draw_figures(results, language)["F"][0] for _ in range(2))
    assert (first.svg, first.png) == (second.svg, second.png)
