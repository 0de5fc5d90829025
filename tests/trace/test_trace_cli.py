"""The command: what it prints, as text and as JSON, and what it says to a wrong name."""

import json
import re
import sys

import pytest
from chains_by_hand import is_chain
from typer.testing import CliRunner

from cdisc_pom.cli import app
from cdisc_pom.trace.documents import CoverageDocument, ForwardDocument, TraceDocument
from cdisc_pom.trace.show import print_branches
from cdisc_pom.trace.tree import Branch


@pytest.fixture(scope="module")
def run(small):
    """Runs `cdisc-pom trace` on the small study."""
    small.write()

    def call(*arguments, language="en", code=0):
        options = ["trace", *arguments, "--study", str(small.specs)]
        found = CliRunner().invoke(app, [*options, "--language", language])
        assert found.exit_code == code, found.output
        return found

    return call


def test_a_value_is_printed_as_an_indented_tree(run):
    found = run("DM", "--where", "USUBJID = '01-001'", "--variable", "DTHFL")
    assert is_chain(
        found.stdout.rstrip(),
        """
        DM #1 (USUBJID=01-001)  DTHFL = Y
          ← When DTHDTC IS NOT NULL: Set to 'Y'.  [sdtm.xlsx › Mapping!B8]
          DTHDTC = 2024-06-30   (condition)
            ← DTHDAT  in ISO 8601 format.  [sdtm.xlsx › Mapping!B7]
            death.csv:2  DTHDAT='2024-06-30'   (DTH: form:death ON SUBJECT)
        """,
    )


def test_a_tree_speaks_chinese(run):
    found = run("DM", "--where", "USUBJID = '01-001'", "--variable", "DTHFL", language="zh")
    assert "  ← 当 DTHDTC IS NOT NULL 时：设为“Y”。  [sdtm.xlsx › Mapping!B8]" in found.stdout
    assert "  DTHDTC = 2024-06-30   (条件)" in found.stdout


def test_few_records_are_shown_and_it_says_so(run):
    found = run("RS", "--variable", "USUBJID", "--depth", "0")
    assert found.stdout.count("RS #") == 3
    assert found.stderr == "5 records; the first 3 are shown, --all shows all.\n"
    everything = run("RS", "--variable", "USUBJID", "--depth", "0", "--all")
    assert everything.stdout.count("RS #") == 5
    assert everything.stderr == ""


def test_a_figure_shows_the_records_that_count_its_population_and_their_chains(run):
    found = run("--figure", "t1.women", "--depth", "1")
    assert is_chain(
        found.stdout.rstrip(),
        """
        t1.women  Table 1 › Women = 1 (50.0)
          ← n_percent: Number of subjects with a record, and their share of the population in percent.  [adam.xlsx › Displays!D2]
          Counted: 1 records of ADSL, 1 subjects   (SEX = 'F')
            ADSL #2 (USUBJID=01-002)
              SEX = F
                ← DM: Equal to DM.SEX.  [adam.xlsx › Variables!C4]
                DM #2 (USUBJID=01-002)  SEX = F
                  … --depth ends here
          Population: 2 subjects of ADSL   (SAFFL = 'Y')
            ADSL #1 (USUBJID=01-001)
              SAFFL = Y
                ← EX: 'Y' when a related record with EXDOSE exists, otherwise 'N'.  [adam.xlsx › Derivations!B2]
                EX #2 (USUBJID=01-001, EXSTDTC=2024-03-28)  EXDOSE = 4   (related record: EX ON USUBJID)
                  … --depth ends here
                EX #1 (USUBJID=01-001, EXSTDTC=2024-03-01)  EXDOSE = 4   (related record: EX ON USUBJID)
                  … --depth ends here
            ADSL #2 (USUBJID=01-002)
              SAFFL = Y
                ← EX: 'Y' when a related record with EXDOSE exists, otherwise 'N'.  [adam.xlsx › Derivations!B2]
                EX #3 (USUBJID=01-002, EXSTDTC=2024-03-05)  EXDOSE = 4   (related record: EX ON USUBJID)
                  … --depth ends here
        """,
    )


@pytest.mark.parametrize(
    "name", ["t2.orr", "Responders", "table 2 › responders", "Table 2 / Responders"]
)
def test_a_figure_is_called_by_its_id_its_label_or_both(run, name):
    found = run("--figure", name, "--depth", "0")
    assert found.stdout.startswith("t2.orr  Table 2 › Responders = 1 (50.0)\n")


def test_a_raw_line_shows_what_became_of_it(run):
    found = run("--raw", "response.csv:6")
    assert is_chain(
        found.stdout.rstrip(),
        """
        response.csv:6
          SDTM RS: 1 record
            made from it: USUBJID, RSSEQ, RSSTRESC, VISITNUM, RSDTC
              RS #5 (USUBJID=01-002, RSDTC=2024-04-30)
          ADAM ADSL: 1 record
            uses it: LSTALVDT
              ADSL #2 (USUBJID=01-002)
          ADAM ADRS: 5 records
            made from it: USUBJID, AVALC, ADT, ANL01FL, ANL02FL, ANL03FL
              ADRS #8 (USUBJID=01-002, PARAMCD=COVR, ADT=2024-04-02)
            made from it: USUBJID, AVALC, ADT, ANL01FL, ANL02FL, ANL03FL, SRCSEQ
              ADRS #9 (USUBJID=01-002, PARAMCD=COVR, ADT=2024-04-30)
            made from it: USUBJID, AVALC, ADT, SRCSEQ
              ADRS #11 (USUBJID=01-002, PARAMCD=OVR, ADT=2024-04-30)
            made from it: USUBJID, AVALC
              ADRS #12 (USUBJID=01-002, PARAMCD=PD)
            made from it: USUBJID, AVALC, ADT
              ADRS #13 (USUBJID=01-002, PARAMCD=RSP, ADT=2024-04-02)
          ADAM ADTTE: 1 record
            made from it: USUBJID, AVAL, CNSR, STARTDT, ADT, CNSDTDSC, SRCDOM, SRCVAR
              ADTTE #2 (USUBJID=01-002, PARAMCD=PFS)
          Figures that hold these records
            t2.orr  Table 2 › Responders = 1 (50.0)   (counted: 1)
        """,
    )


def test_records_of_a_data_set_are_followed_onwards(run):
    found = run("EX", "--where", "USUBJID = '01-002'", "--forward")
    assert found.stdout.startswith(
        "EX #3 (USUBJID=01-002, EXSTDTC=2024-03-05)\n  SDTM DM: 1 record\n"
    )
    assert "    uses it: RFSTDTC\n      DM #2 (USUBJID=01-002)\n" in found.stdout


def test_the_coverage_is_printed_by_data_set(run):
    found = run("--coverage")
    lines = found.stdout.splitlines()
    assert len(lines) == 12
    assert lines[1].split() == ["DM", "19", "/", "19", "100.00%"]
    assert lines[-1].endswith(" values have a complete chain (100.00%).")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["ADTT"], "DATASET: unknown data set 'ADTT'. Did you mean 'ADTTE'?"),
        (["SUPPEX"], "DATASET: unknown data set 'SUPPEX'. EX has no supplemental qualifiers."),
        (["SUPPXX"], "DATASET: unknown data set 'SUPPXX'. Did you mean 'SUPPAE'?"),
        (
            ["ADTTE", "--variable", "AVALL"],
            "--variable: unknown variable of ADTTE 'AVALL'. Did you mean 'AVAL'?",
        ),
        (
            ["SUPPAE", "--variable", "QVALUE"],
            "--variable: unknown variable of SUPPAE 'QVALUE'. Did you mean 'QVAL'?",
        ),
        (
            ["ADTTE", "--where", "USUBJD = '1'"],
            "--where: unknown column 'USUBJD'. Did you mean 'USUBJID'?",
        ),
        (
            ["ADTTE", "--where", "USUBJID = 'x'"],
            "--where: no record of ADTTE fulfils USUBJID = 'x'.",
        ),
        (["DM", "--where", "SEX"], "--where: 'SEX' fails: 'SEX' is not a condition."),
        (
            ["--raw", "death.csv"],
            "--raw: 'death.csv' is not FILE:LINE. Example: demographics.csv:3.",
        ),
        (["--raw", "deth.csv:2"], "--raw: unknown raw file 'deth.csv'. Did you mean 'death.csv'?"),
        (["--raw", "death.csv:9"], "--raw: death.csv has no line 9. Its last line is 2."),
        (["--raw", "death.csv:1"], "--raw: line 1 of death.csv holds the names of the columns."),
        (["--figure", "t2.or"], "--figure: unknown figure 't2.or'. Did you mean 't2.orr'?"),
        (["DM", "--cutoff", "May"], "--cutoff: 'May' is no date such as 2020-12-31."),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest_one(run, arguments, text):
    found = run(*arguments, code=1)
    assert found.stderr == f"{text}\n"
    assert found.stdout == ""


def test_a_condition_that_is_no_sql_is_told(run):
    found = run("DM", "--where", "SEX =", code=1)
    assert found.stderr.startswith("--where: 'SEX =' is not a SQL expression (")


def test_a_fault_is_json_when_json_is_asked_for(run):
    found = run("ADTT", "--json", code=1)
    assert json.loads(found.stdout) == {
        "ok": False,
        "errors": [
            {
                "place": "DATASET",
                "text": "DATASET: unknown data set 'ADTT'. Did you mean 'ADTTE'?",
            }
        ],
    }


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["DM", "--raw", "death.csv:2"],
        ["--where", "SEX = 'F'", "--coverage"],
        ["--raw", "death.csv:2", "--forward"],
        ["DM", "--forward", "--variable", "SEX"],
    ],
)
def test_a_command_that_cannot_be_understood_ends_with_2(run, arguments):
    run(*arguments, code=2)


def test_json_of_a_value_has_nodes_and_edges(run):
    found = run("DM", "--where", "USUBJID = '01-001'", "--variable", "DTHFL", "--json")
    document = json.loads(found.stdout)
    assert document == {
        "ok": True,
        "study": "mini",
        "language": "en",
        "complete": True,
        "roots": ["n1"],
        "nodes": [
            {
                "id": "n1",
                "kind": "value",
                "dataset": "DM",
                "record": 1,
                "key": {"USUBJID": "01-001"},
                "variable": "DTHFL",
                "value": "Y",
                "rule": {
                    "cell": "sdtm.xlsx › Mapping!B8",
                    "algorithm": "constant",
                    "text": "When DTHDTC IS NOT NULL: Set to 'Y'.",
                },
                "walked": True,
            },
            {
                "id": "n2",
                "kind": "value",
                "dataset": "DM",
                "record": 1,
                "key": {"USUBJID": "01-001"},
                "variable": "DTHDTC",
                "value": "2024-06-30",
                "rule": {
                    "cell": "sdtm.xlsx › Mapping!B7",
                    "algorithm": "datetime",
                    "text": "DTHDAT  in ISO 8601 format.",
                },
                "walked": True,
            },
            {
                "id": "n3",
                "kind": "raw",
                "file": "death.csv",
                "line": 2,
                "column": "DTHDAT",
                "value": "2024-06-30",
            },
        ],
        "edges": [
            {"from": "n1", "to": "n2", "role": "condition"},
            {"from": "n2", "to": "n3", "role": "input", "note": "DTH: form:death ON SUBJECT"},
        ],
    }


def test_json_of_each_kind_keeps_its_schema(run):
    value = run("ADTTE", "--variable", "AVAL", "--json").stdout
    assert TraceDocument.model_validate_json(value).complete is True
    part = run("ADTTE", "--variable", "AVAL", "--depth", "2", "--json").stdout
    assert TraceDocument.model_validate_json(part).complete is None
    record = run("ADTTE", "--json").stdout
    assert {node.kind for node in TraceDocument.model_validate_json(record).nodes} >= {
        "record", "line", "value",
    }  # fmt: skip
    figure = TraceDocument.model_validate_json(run("--figure", "t2.orr", "--json").stdout)
    (item,) = figure.figures
    assert (item.id, item.text, item.values["n"]) == ("t2.orr", "1 (50.0)", 1)
    assert (item.counted.records, item.population.records) == (1, 2)
    assert set(item.counted.roots + item.population.roots) == set(figure.roots)
    forward = ForwardDocument.model_validate_json(run("--raw", "events.csv:3", "--json").stdout)
    assert [(one.dataset, one.record, one.made) for one in forward.records] == [
        ("AE", 1, True), ("ADAE", 1, True),
    ]  # fmt: skip
    lost = ForwardDocument.model_validate_json(run("--raw", "events.csv:2", "--json").stdout)
    assert [(one.dataset, one.cell) for one in lost.left_out] == [("AE", "sdtm.xlsx › Sources!B11")]
    coverage = CoverageDocument.model_validate_json(run("--coverage", "--json").stdout)
    assert coverage.ok
    assert coverage.share == 1.0


def test_the_same_question_has_the_same_answer(run):
    first, second = (run("--figure", "t2.orr", "--json").stdout for _ in range(2))
    assert first == second


def test_a_cut_off_is_that_of_a_build(run):
    found = run("ADTTE", "--where", "USUBJID = '01-001'", "--variable", "ADT", "--depth", "0",
                "--cutoff", "2024-04-15")  # fmt: skip
    assert found.stdout.splitlines()[0].endswith("ADT = 2024-03-29")


def test_on_a_terminal_the_tree_has_branches(run, monkeypatch, capsys):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    print_branches(
        [
            Branch(0, "A = 1", "value"), Branch(1, "← rule [x]", "rule"), Branch(2, "B = 2", "raw"),
            Branch(1, "C = 3", "raw"), Branch(0, "D = 4", "value"),
        ]
    )  # fmt: skip
    shown = re.sub("\x1b.*?m", "", capsys.readouterr().out)
    assert shown == "A = 1\n├── ← rule [x]\n│   └── B = 2\n└── C = 3\nD = 4\n"
