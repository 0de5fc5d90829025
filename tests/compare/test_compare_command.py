"""The command: what it prints and its exit codes."""

import io
import json
import subprocess
import sys

import pandas as pd
import pytest
from rich.console import Console
from typer.testing import CliRunner

from cdisc_pom.cli import app
from cdisc_pom.compare import compare_files
from cdisc_pom.compare.settings import read_settings
from cdisc_pom.compare.terminal import print_tables
from cdisc_pom.xpt import Variable, write_xport

BASE = pd.DataFrame(
    {
        "USUBJID": ["01", "02", "03"],
        "AGE": [63.0, 64.0, 65.0],
        "SEX": ["M", "F", "F"],
        "TERM": ["头痛", "发热", "a"],
    }
)
VARIABLES = [
    Variable("USUBJID", "text", 2, label="Subject"),
    Variable("AGE", "number", 8, label="Age"),
    Variable("SEX", "text", 1),
    Variable("TERM", "text", 6),
]


@pytest.fixture
def files(tmp_path):
    """Two files; the second with other values."""

    def make(**changed):
        paths = tmp_path / "dm.xpt", tmp_path / "qc.xpt"
        for path, frame in zip(paths, (BASE, BASE.assign(**changed)), strict=True):
            write_xport(path, frame, name="DM", label="Demographics", variables=VARIABLES)
        return paths

    return make


def run(*arguments):
    result = CliRunner().invoke(app, ["compare", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def plain(text):
    """Without the frame that typer draws around its errors."""
    return " ".join(text.replace("│", " ").split())


def test_equal_files_have_exit_code_0(files):
    result = run(*files())
    assert result.exit_code == 0
    assert result.output.startswith("DM: equal.\n")
    assert result.output.count("equal.") == 1


def test_different_files_have_exit_code_1_and_are_told_in_full(files):
    base, compare = files(AGE=[63.0, 64.5, 65.0], TERM=["头痛", "发热", None])
    result = run(base, compare)
    assert result.exit_code == 1
    assert (
        result.output
        == f"""\
DM: different: 2 unequal values.
  base     {base}  Demographics  XPT  3 records, 4 variables
  compare  {compare}  Demographics  XPT  3 records, 4 variables
  key      USUBJID (found)
  records  3 matched, 1 equal, 2 with unequal values, 0 only in base, 0 only in compare

Values: 2 of 4 variables with unequal values
  Variable  Type    Unequal  Of  One missing  Tolerated  Max difference  Max relative
  AGE       number        1   3            0          0             0.5    0.00778210
  TERM      text          1   3            1          0

AGE: 1 unequal
  Base row  Compare row  USUBJID  Base  Compare  Difference   Relative
         2            2  02         64     64.5         0.5  0.0077821

TERM: 1 unequal
  Base row  Compare row  USUBJID  Base  Compare
         3            3  03       a     (blank)

DM: different: 2 unequal values.
""".replace("0.00778210", " 0.0077821")
    )


def test_a_tolerance_of_the_command_line_holds(files):
    paths = files(AGE=[63.0, 64.5, 65.0])
    assert run(*paths, "--tolerance", "0.5").exit_code == 0
    assert run(*paths, "-t", "AGE=0.5").exit_code == 0
    assert run(*paths, "-t", "AGE=0.4").exit_code == 1
    assert run(*paths, "-t", "0.5", "-t", "AGE=0.4").exit_code == 1
    assert run(*paths, "--relative", "AGE=0.01").exit_code == 0
    assert run(*paths, "--percent", "1").exit_code == 0
    assert "1  " in run(*paths, "-t", "0.5").output


def test_attributes_and_order_can_be_ignored(tmp_path, files):
    base, compare = files()
    other = [VARIABLES[0], VARIABLES[2], VARIABLES[1], Variable("TERM", "text", 9, label="Term")]
    frame = BASE[[each.name for each in other]]
    write_xport(compare, frame, name="DM", label="Demographics", variables=other)
    assert run(base, compare).exit_code == 1
    assert run(base, compare, "--ignore", "attributes").exit_code == 1
    result = run(base, compare, "--ignore", "attributes,order")
    assert result.exit_code == 0
    kinds = "format, informat, label, length, name, order"
    assert f"ignored  3 differences ({kinds})" in result.output
    assert run(base, compare, "--ignore", "attributes", "--ignore", "order").exit_code == 0


def test_variables_are_chosen_and_left_out(files):
    paths = files(AGE=[1.0, 2.0, 3.0])
    assert run(*paths, "--exclude", "age").exit_code == 0
    assert run(*paths, "--variables", "SEX,TERM", "-k", "USUBJID").exit_code == 0
    assert run(*paths, "--variables", "AGE", "-k", "USUBJID").exit_code == 1


def test_keys_of_the_command_line_are_used(files):
    paths = files()
    assert "key      USUBJID, SEX\n" in run(*paths, "--keys", "USUBJID,SEX").output
    assert "key      USUBJID\n" in run(*paths, "--keys", "DM=USUBJID").output


def test_json_holds_everything(tmp_path):
    base, compare = tmp_path / "dm.parquet", tmp_path / "qc.parquet"
    BASE.to_parquet(base)
    BASE.assign(AGE=[63.0, 64.5, float("inf")]).to_parquet(compare)
    result = run(base, compare, "--json")
    assert result.exit_code == 1
    content = json.loads(result.output)
    assert (content["equal"], content["exit_code"]) == (False, 1)
    (found,) = content["data_sets"]
    assert found["differences"]["values"] == 2
    age = next(each for each in found["values"] if each["variable"] == "AGE")
    assert (age["unequal"], age["max_difference"]) == (2, "inf")
    assert age["first"][0] == {
        "base_row": 2, "compare_row": 2, "key": ["02"], "base": "64", "compare": "64.5",
        "base_value": 64.0, "compare_value": 64.5, "difference": 0.5, "relative": 0.5 / 64.25,
    }  # fmt: skip
    assert age["first"][1]["compare_value"] == "inf"
    assert age["first"][1]["difference"] == "inf"


def test_quiet_prints_nothing(files):
    result = run(*files(AGE=[1.0, 2.0, 3.0]), "--quiet")
    assert (result.exit_code, result.output) == (1, "")


def test_the_number_of_shown_records_is_chosen(files):
    paths = files(AGE=[1.0, 2.0, 3.0])
    assert "AGE: the first 2 of 3 unequal" in run(*paths, "-n", "2").output
    assert "AGE:" not in run(*paths, "-n", "0").output


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--keys", "USUBJD"], "has no variable 'USUBJD'. Did you mean 'USUBJID'?"),
        (["--keys", ","], "names no variable"),
        (["--keys", "XX=USUBJID"], "there is no data set 'XX'."),
        (["--tolerance", "abc"], "'abc' is no limit: a number from 0 on, as 1e-8, or AVAL=1e-8."),
        (["--tolerance", "-1"], "is no limit"),
        (["--tolerance", "AGE=nan"], "is no limit"),
        (["--relative", "=1"], "is no limit"),
        (["--tolerance", "AEG=1"], "has no variable 'AEG'. Did you mean 'AGE'?"),
        (["--exclude", "AEG"], "has no variable 'AEG'. Did you mean 'AGE'?"),
        (["--ignore", "labels"], "'labels' is no kind of difference. Did you mean 'label'?"),
        (["--encoding", "utf8000"], "unknown encoding 'utf8000'."),
        (["--rows", "-1"], "greater than or equal to 0"),
        (["--language", "fr"], "fr"),
    ],
)
def test_what_is_not_understood_has_exit_code_2(files, arguments, text):
    result = run(*files(), *arguments)
    assert result.exit_code == 2
    assert text.replace(" ", "") in plain(result.output).replace(" ", "")
    assert arguments[0] in result.output


def test_an_argument_less_has_exit_code_2(files):
    assert run(files()[0]).exit_code == 2


def test_a_missing_file_is_one_line_and_exit_code_3(files, tmp_path):
    result = run(files()[0], tmp_path / "none.xpt")
    assert result.exit_code == 3
    assert result.stderr == f"{tmp_path / 'none.xpt'}: no such file.\n"
    assert result.stdout == ""


def test_a_broken_file_is_one_line_and_exit_code_3(files, tmp_path):
    path = tmp_path / "broken.sas7bdat"
    path.write_bytes(b"x" * 2000)
    result = run(files()[0], path)
    assert result.exit_code == 3
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith(f"{path}: ")


def test_a_page_that_cannot_be_written_is_one_line_and_exit_code_3(files, tmp_path):
    (tmp_path / "file").write_text("x")
    result = run(*files(), "--html", tmp_path / "file" / "page.html")
    assert result.exit_code == 3
    assert "cannot be written" in result.stderr


def test_a_page_is_written(files, tmp_path):
    page = tmp_path / "out" / "page.html"
    result = run(*files(AGE=[1.0, 2.0, 3.0]), "--html", page, "--language", "zh")
    assert result.exit_code == 1
    text = page.read_text("utf-8")
    assert "AGE" in text
    assert 'data-language="zh"' in text


def test_folders_are_told_in_one_table_and_only_different_ones_in_full(files, tmp_path):
    base, compare = files(AGE=[1.0, 64.0, 65.0])
    for name, file in (("a", base), ("b", compare)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "dm.xpt").write_bytes(file.read_bytes())
        (tmp_path / name / "dm2.csv").write_text("USUBJID\n01\n")
    (tmp_path / "b" / "broken.xpt").write_bytes(b"x")
    result = run(tmp_path / "a", tmp_path / "b")
    assert result.exit_code == 3
    lines = [line.split() for line in result.output.splitlines()[:4]]
    assert lines[0] == ["Data", "sets"]
    assert lines[1][-4:] == ["Types", "Records", "Values", "Key"]
    assert lines[2] == ["DM", "different", "3", "3", "1", "USUBJID"]
    assert lines[3] == ["DM2", "equal", "1", "1", "USUBJID"]
    assert "Only in compare\n  BROKEN\n" in result.output
    assert "Could not be read\n" in result.output
    assert "DM: different: 1 unequal value.\n" in result.output
    assert "DM2: equal" not in result.output
    assert result.output.endswith(
        "Not equal: 2 data sets compared, 1 different, 1 on one side only, 1 could not be read.\n"
    )
    quiet = run(tmp_path / "a", tmp_path / "b", "--quiet")
    assert quiet.stdout == ""
    assert "broken.xpt" in quiet.stderr


def test_equal_folders_end_with_their_verdict(files, tmp_path):
    base, _ = files()
    (tmp_path / "a").mkdir()
    for name in ("dm", "dm2"):
        (tmp_path / "a" / f"{name}.xpt").write_bytes(base.read_bytes())
    result = run(tmp_path / "a", tmp_path / "a")
    assert result.exit_code == 0
    assert result.output.endswith("\n\nEqual: 2 data sets compared, 0 different.\n")


def test_a_terminal_gets_tables_with_the_verdict_last(files):
    base, compare = files(AGE=[63.0, 64.5, 65.0], TERM=["头痛", "[b]", "a"])
    screen = io.StringIO()
    found = compare_files(base, compare, read_settings())
    print_tables(found, Console(file=screen, force_terminal=True, width=100, color_system=None))
    lines = [line.strip() for line in screen.getvalue().splitlines()]
    assert lines[0] == lines[-1] == "DM: different: 2 unequal values."
    assert any("AGE" in line and "0.5" in line for line in lines)
    assert any("[b]" in line for line in lines)  # data are no markup


def test_a_terminal_gets_folders_in_one_table(files, tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for data_set in ("dm", "dm2"):
            (tmp_path / name / f"{data_set}.csv").write_text("X\n1\n")
    (tmp_path / "b" / "ae.xpt").write_bytes(files()[0].read_bytes())
    screen = io.StringIO()
    found = compare_files(tmp_path / "a", tmp_path / "b")
    print_tables(found, Console(file=screen, width=120, color_system=None))
    lines = [line.strip() for line in screen.getvalue().splitlines()]
    assert lines[0] == "Data sets"
    assert "Only in compare" in lines
    assert lines[-1] == "Not equal: 2 data sets compared, 0 different, 1 on one side only."


def test_help_loads_no_pandas():
    program = (
        "import sys; from cdisc_pom.cli import app\n"
        "try: app(['compare', '--help'])\nexcept SystemExit: pass\n"
        "sys.exit(any(name in sys.modules for name in ('pandas', 'numpy', 'pyarrow')))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert b"Exit codes: 0 equal; 1 different" in done.stdout
