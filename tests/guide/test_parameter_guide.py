"""The guide says of each parameter what its rows of the workbook say."""

from typer.testing import CliRunner

from cdisc_pom.cli import app
from cdisc_pom.guide.parameters import parameter_guide
from cdisc_pom.plan.opening import compile_project
from cdisc_pom.progress import Progress
from cdisc_pom.project import find_project


def with_times(study):
    """The study of two subjects with a time to event."""
    study.adam.add("Define", "Attribute | Value\nStudyName | MINI\nProtocolName | MINI-01")
    study.adam.add(
        "Datasets",
        """
        Dataset | Label         | Label (zh)   | Class               | Key Variables
        ADTTE   | Time to Event | 至事件时间   | BASIC DATA STRUCTURE | USUBJID, PARAMCD
        """,
    )
    study.adam.add(
        "Variables",
        """
        Dataset | Variable | Label          | Label (zh) | Data Type | Format | Predecessor
        ADTTE   | USUBJID  | Subject        | 受试者     | text      |        |
        ADTTE   | PARAMCD  | Parameter Code | 参数代码   | text      |        |
        ADTTE   | PARAM    | Parameter      | 参数       | text      |        |
        ADTTE   | STARTDT  | Start Date     | 开始日期   | integer   | DATE9. |
        ADTTE   | ADT      | Analysis Date  | 分析日期   | integer   | DATE9. |
        ADTTE   | CNSR     | Censor         | 删失       | integer   |        |
        ADTTE   | AVAL     | Days           | 天数       | float     |        |
        """,
    )
    study.adam.add(
        "Sources",
        """
        Dataset | Source | From | Join | On      | Where
        ADTTE   | SUBJ   | DM   | many | USUBJID |
        ADTTE   | EVENT  | AE   | many | USUBJID | AETERM <> '恶心'
        """,
    )
    study.adam.add(
        "Parameters",
        """
        Dataset | PARAMCD | PARAM                  | PARAM (zh)       | Source | Algorithm     | Inputs           | Note
        ADTTE   | TSAE    | Time to Serious Event  | 至严重事件时间   | SUBJ   | time_to_event | USUBJID, RFSTDTC | first event only
        """,
    )
    study.adam.add(
        "Events",
        """
        Dataset | PARAMCD | Order | Kind   | Source | Date    | Where              | EVNTDESC      | CNSDTDSC | CNSR
        ADTTE   | TSAE    | ##1   | EVENT  | EVENT  | AESTDTC | AESEQ < 9 | SERIOUS EVENT |          | ##0
        ADTTE   | TSAE    | ##2   | CENSOR | SUBJ   | RFENDTC |                    |               | LAST DAY | ##1
        """,
    )
    study.adam.add(
        "Derivations",
        """
        Dataset | Variable | Algorithm | Arguments
        ADTTE   | AVAL     | sql       | ADT - STARTDT
        """,
    )
    return study


def guide(study, language):
    study.write()
    books, plan, _ = compile_project(find_project(), Progress())
    return parameter_guide(books, plan, language=language)


def test_a_time_to_event_has_its_censoring_table(mini):
    study = with_times(mini)
    text = guide(study, "en")
    assert text.startswith("# Parameters of MINI-01\n")
    assert "### TSAE: Time to Serious Event" in text
    assert "Records: DM.\n" in text
    assert "Note: first event only." in text
    assert (
        "| 1 | event | AE where `AETERM <> '恶心' AND AESEQ < 9` | AESTDTC | SERIOUS EVENT | 0 |"
        in text
    )
    assert "| 2 | censoring | DM | RFENDTC | LAST DAY | 1 |" in text
    assert "| AVAL | Days | ADT - STARTDT |" in text
    assert "| PARAM | Parameter | Parameters |" in text


def test_the_guide_speaks_chinese(mini):
    text = guide(with_times(mini), "zh")
    assert "### TSAE: 至严重事件时间" in text
    assert "| 2 | 删失 | DM | RFENDTC | LAST DAY | 1 |" in text
    assert "| AVAL | 天数 | ADT - STARTDT |" in text


def test_a_study_without_parameters_has_a_heading_alone(mini):
    mini.write()
    outcome = CliRunner().invoke(app, ["guide", "--language", "en"])
    assert outcome.exit_code == 0, outcome.output
    assert outcome.stdout.startswith("# Parameters of mini")
    assert "##" not in outcome.stdout.replace("# Parameters", "", 1)


def test_the_guide_goes_to_a_file(mini, tmp_path):
    with_times(mini).write()
    outcome = CliRunner().invoke(app, ["guide", "--language", "en", "--out", "guide.md"])
    assert outcome.exit_code == 0, outcome.output
    assert "TSAE" in (tmp_path / "guide.md").read_text(encoding="utf-8")


def test_a_broken_workbook_is_told_without_a_traceback(mini):
    study = with_times(mini)
    study.adam.sheets["Events"][0]["Source"] = "EVNT"
    study.write()
    outcome = CliRunner().invoke(app, ["guide"])
    assert outcome.exit_code == 1
    assert "adam.xlsx › Events!" in outcome.stderr
    assert "Did you mean 'EVENT'?" in outcome.stderr
