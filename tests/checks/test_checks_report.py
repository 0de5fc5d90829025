import dataclasses
import io
import json
import re

import pytest
from checks_by_hand import AE_RECORDS, adverse_events, standard
from rich.console import Console

from cdisc_pom.checks.catalogue import Catalogue, own_catalogue
from cdisc_pom.checks.report import (
    fingerprint,
    print_report,
    summary_line,
    to_html,
    to_json,
)
from cdisc_pom.checks.runner import Outcome, check_standards
from cdisc_pom.errors import Example, Finding

HOSTILE = "<script>alert('头痛')</script>"


@pytest.fixture(scope="module")
def checked():
    """Schema findings only: a term, a key twice, and a text that wants to be markup."""
    table = AE_RECORDS.replace("| Fever ", f"| {HOSTILE}").replace("| FATAL", "| DEAD")
    built = adverse_events(table.replace("01-001  | 2 ", "01-001  | 1 "))
    return check_standards([standard(built)], catalogue=Catalogue(own_catalogue().schema_rules))


@pytest.fixture(scope="module")
def clean():
    built = adverse_events()
    return check_standards([standard(built)], catalogue=Catalogue(own_catalogue().schema_rules))


def test_json_holds_inputs_counts_findings_and_rules(checked):
    data = json.loads(to_json(checked))
    assert list(data) == ["tool", "encoding", "standards", "summary", "findings", "rules"]
    [sdtm] = data["standards"]
    assert (sdtm["workbook"], sdtm["attributes"]) == ("sdtm.xlsx", {"StudyName": "TINY"})
    [ae] = sdtm["datasets"]
    assert (ae["name"], ae["records"], ae["variables"]) == ("AE", 3, 8)
    assert ae["findings"] == {"error": 3, "warning": 0, "note": 0}
    assert data["summary"]["exit_code"] == 1
    assert data["summary"]["findings"] == {"error": 3, "warning": 0, "note": 0}
    assert data["summary"]["records"] == {"error": 4, "warning": 0, "note": 0}
    assert data["summary"]["rules"] == {
        "errored": 0, "failed": 3, "passed": len(checked.rules) - 3, "not_applicable": 0,
    }  # fmt: skip


def test_json_tells_all_of_a_finding(checked):
    term = next(f for f in json.loads(to_json(checked))["findings"] if f["rule"] == "WB-TERM")
    assert re.fullmatch("[0-9a-f]{12}", term.pop("fingerprint"))
    assert term == {
        "rule": "WB-TERM",
        "severity": "error",
        "dataset": "AE",
        "variable": "AEOUT",
        "message": "has values that are not in code list OUT: 'DEAD' (1).",
        "message_zh": "有不在代码表 OUT 中的值：“DEAD”（1 条）。",
        "hint": "Known: FATAL, RECOVERED/RESOLVED. Else add the term to Codelists or the collected "
        "value to Terms.",
        "hint_zh": "否则请在 Codelists 中增加术语，或在 Terms 中增加收集值。",
        "count": 1,
        "key": "USUBJID=01-002, AESEQ=1",
        "value": "DEAD",
        "origin": "ae.csv:4",
        "place": "sdtm.xlsx › Variables!G7",
        "examples": [{"key": "USUBJID=01-002, AESEQ=1", "value": "DEAD", "origin": "ae.csv:4"}],
    }


def test_reports_are_the_same_bytes_whatever_the_order_of_findings(checked):
    turned = dataclasses.replace(checked, findings=checked.findings[::-1])
    assert to_json(turned) == to_json(checked)
    assert to_html(turned) == to_html(checked)


def test_a_fingerprint_stays_while_the_fault_stays(checked):
    finding = checked.findings[0]
    assert fingerprint(dataclasses.replace(finding, count=99, place="x")) == fingerprint(finding)
    assert fingerprint(dataclasses.replace(finding, value="x")) != fingerprint(finding)
    joined = dataclasses.replace(finding, dataset="A", variable="BC")
    assert fingerprint(joined) != fingerprint(
        dataclasses.replace(finding, dataset="AB", variable="C")
    )


def test_the_page_escapes_what_comes_from_data(checked):
    page = to_html(checked)
    assert HOSTILE not in page
    assert "&lt;script&gt;alert(&#39;头痛&#39;)&lt;/script&gt;" in page
    assert page.count("<script>") == 1


def test_the_page_needs_no_other_file(checked):
    page = to_html(checked)
    assert re.findall(r"(?:src|href)\s*=", page) == []
    assert "url(" not in page
    assert "http" not in page.replace("http-equiv", "")


@pytest.mark.parametrize(
    ("language", "title"), [("en", "Validation report"), ("zh", "数据核查报告")]
)
def test_the_page_opens_in_the_language_asked_for_and_holds_both(checked, language, title):
    page = to_html(checked, language=language)
    assert f"<title>{title} · TINY</title>" in page
    assert f'data-language="{language}"' in page
    for text in (
        "has values that are not in code list OUT",
        "有不在代码表 OUT 中的值",
        "A value is a term of the variable&#39;s code list.",
        "变量的值是其代码表中的术语。",
    ):
        assert text in page


def test_the_page_lists_findings_with_record_cell_and_all_rules(checked):
    page = to_html(checked)
    for text in (
        "USUBJID=01-002, AESEQ=1", "ae.csv:4", "sdtm.xlsx › Variables!G7", "Not ready: 3 errors.",
        "First 2 records", *(rule.id for rule in checked.rules),
    ):  # fmt: skip
        assert text in page


def test_the_page_says_when_all_is_well(clean):
    page = to_html(clean)
    assert "No errors." in page
    assert "Nothing found." in page
    assert clean.exit_code == 0


def test_findings_of_other_steps_are_shown_although_no_rule_is_known(clean):
    other = Finding("unmapped", "warning", "LB", "has no term.", message_zh="没有术语。")
    more = dataclasses.replace(clean, findings=(other,))
    assert "has no term." in to_html(more)
    assert json.loads(to_json(more))["summary"]["findings"]["warning"] == 1


def lines(checked, **options):
    out = io.StringIO()
    print_report(checked, Console(file=out, width=60, force_terminal=False), **options)
    return out.getvalue().splitlines()


def test_without_a_terminal_a_finding_is_one_plain_line(checked):
    shown = lines(checked)
    assert len(shown) == 4
    assert shown[1].startswith(
        "error   WB-TERM      sdtm.xlsx › Variables!G7: AE.AEOUT: has values that are not in code "
        "list OUT: 'DEAD' (1). (1 record; first: ae.csv:4, USUBJID=01-002, AESEQ=1)"
    )
    assert (
        shown[-1] == f"3 errors; {len(checked.rules) - 3} rules passed, 3 failed, 0 not applicable."
    )


def test_lines_may_be_chinese(checked):
    shown = lines(checked, language="zh")
    assert "AE.AEOUT：有不在代码表 OUT 中的值" in shown[1]
    assert "（1 条记录；首条：ae.csv:4，USUBJID=01-002, AESEQ=1）" in shown[1]
    assert shown[-1].startswith("错误 3，警告 0")


def test_square_brackets_in_data_are_no_markup(checked):
    finding = dataclasses.replace(checked.findings[0], message="[bold]x[/bold]", key="[red]")
    assert "[bold]x[/bold]" in lines(dataclasses.replace(checked, findings=(finding,)))[0]


def test_errored_rules_are_told(clean):
    outcome = Outcome("WB-TERM", "AE", "errored", "Binder Error: no such column")
    broken = dataclasses.replace(clean, outcomes=(*clean.outcomes, outcome))
    assert broken.exit_code == 1
    assert lines(broken)[0] == "errored WB-TERM      AE: Binder Error: no such column"
    assert summary_line(broken).endswith("0 not applicable, 1 errored.")
    assert "Binder Error: no such column" in to_html(broken)


def test_one_example_more_than_the_first_is_shown_in_full(checked):
    key = next(f for f in checked.findings if f.rule == "WB-KEY")
    assert key.examples == (
        Example("USUBJID=01-001, AESEQ=1", "", "ae.csv:2"),
        Example("USUBJID=01-001, AESEQ=1", "", "ae.csv:3"),
    )
