import json
import subprocess
import sys

import pandas as pd
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from cdisc_pom.xpt import (
    Variable,
    missing_value,
    read_dataset_json,
    read_xport,
    special_missing,
    write_xport,
)
from cdisc_pom.xpt.commands import app

FRAME = pd.DataFrame(
    {
        "SUBJ": ["001", "002", None],
        "TERM": ["头痛", "发热", "咳,嗽"],
        "DOSE": [0.1, missing_value(".N"), 1e75],
        "DT": [23436.0, None, -1.0],
    }
)
VARIABLES = [
    Variable("SUBJ", "text", 3),
    Variable("TERM", "text", 9, label="术语"),
    Variable("DOSE", "number", 8),
    Variable("DT", "number", 8, format="DATE9."),
]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "ae.xpt"
    write_xport(path, FRAME, name="AE", label="事件", variables=VARIABLES)
    return path


def run(*arguments, code=0):
    result = CliRunner().invoke(app, [str(each) for each in arguments])
    assert result.exit_code == code, result.output
    return result.output


def test_info_shows_data_set_and_variables(file):
    output = run("info", file)
    for text in ("AE  事件", "TERM", "术语", "DATE9.", "version 5, utf-8, 3 records of 28 bytes"):
        assert text in output


def test_info_is_there_for_programs(file):
    content = json.loads(run("info", file, "--json"))
    assert content["members"][0]["records"] == 3
    assert content["members"][0]["variables"][1]["label"] == "术语"


def test_head_shows_the_first_records(file):
    assert run("head", file, "-n", "1", "-c", "TERM,DT").split() == [
        "TERM",
        "DT",
        "头痛",
        "2024-03-01",
    ]


def test_csv_goes_out_and_comes_back_to_the_same_bytes(file, tmp_path):
    csv = tmp_path / "ae.csv"
    assert "3 records" in run("to-csv", file, "-o", csv)
    assert csv.read_text("utf-8").splitlines()[:3] == [
        "SUBJ,TERM,DOSE,DT",
        "001,头痛,0.1,23436.0",
        "002,发热,.N,",
    ]
    back = tmp_path / "back.xpt"
    run("from-csv", csv, "-o", back, "--name", "AE", "--label", "事件", "--like", file)
    assert back.read_bytes() == file.read_bytes()


def test_dates_in_csv_come_back_by_the_format(file, tmp_path):
    csv, back = tmp_path / "ae.csv", tmp_path / "back.xpt"
    run("to-csv", file, "-o", csv, "--dates", "-c", "SUBJ,TERM,DT")
    assert "2024-03-01" in csv.read_text("utf-8")
    frame = pd.read_csv(csv, dtype="str").assign(DOSE="1")
    frame[["SUBJ", "TERM", "DOSE", "DT"]].to_csv(csv, index=False)
    run("from-csv", csv, "-o", back, "--name", "AE", "--like", file)
    assert read_xport(back)["DT"].tolist()[::2] == [23436, -1]


def test_nothing_is_guessed_in_a_csv(tmp_path):
    csv, out = tmp_path / "x.csv", tmp_path / "x.xpt"
    csv.write_text("ID,N\n001,1\nNA,\n")
    run("from-csv", csv, "--number", "N")
    back = read_xport(out)
    assert back["ID"].tolist() == ["001", "NA"]
    assert back["N"].tolist()[0] == 1


def test_a_number_column_with_text_is_an_error_with_its_line(tmp_path):
    csv = tmp_path / "x.csv"
    csv.write_text("N\n1\n<5\n")
    assert "line 3: N is '<5', no number" in run("from-csv", csv, "--number", "N", code=1)


def test_parquet_has_labels_and_special_missing_values(file, tmp_path):
    out = tmp_path / "ae.parquet"
    run("to-parquet", file, "-o", out)
    schema = pq.read_schema(out)
    assert schema.metadata[b"label"].decode("utf-8") == "事件"
    assert json.loads(schema.field("TERM").metadata[b"xport"])["label"] == "术语"
    back = pd.read_parquet(out)
    assert special_missing(back["DOSE"])[1] == ".N"
    assert pq.read_table(out)["DT"].null_count == 1


def test_json_is_written(tmp_path):
    path, out = tmp_path / "x.xpt", tmp_path / "x.ndjson"
    write_xport(path, FRAME[["SUBJ", "TERM"]], name="AE")
    run("to-json", path, "-o", out)
    assert read_dataset_json(out)["TERM"].tolist() == ["头痛", "发热", "咳,嗽"]
    assert "has no place" in run("to-json", file_with_code(tmp_path), code=1)


def file_with_code(tmp_path):
    path = tmp_path / "code.xpt"
    write_xport(path, FRAME[["DOSE"]], name="AE")
    return path


def test_check_tells_problems_by_its_exit_code(file, tmp_path):
    assert "0 problems" in run("check", file)
    bad = tmp_path / "gb.xpt"
    write_xport(bad, FRAME[["TERM"]], name="AE", encoding="gb18030")
    assert "AE.TERM: holds bytes that are no utf-8" in run("check", bad, code=1)


def test_a_folder_is_recoded_with_its_subfolders(file, tmp_path):
    source, out = tmp_path / "in", tmp_path / "out"
    (source / "sub").mkdir(parents=True)
    for name in ("a.xpt", "sub/b.xpt"):
        (source / name).write_bytes(file.read_bytes())
    (source / "c.xpt").write_bytes(b"no such file")
    output = run("recode", source, "--to", "gb18030", "-o", out, code=1)
    assert "c.xpt: byte 0: expected" in output
    assert "2 of 3 files written in gb18030" in output
    assert read_xport(out / "sub/b.xpt", encoding="gb18030")["TERM"].tolist()[0] == "头痛"


def test_errors_are_messages_not_tracebacks(tmp_path):
    path = tmp_path / "x.xpt"
    path.write_bytes(b"x" * 400)
    assert "expected 'HEADER RECORD*******LIBRARY'" in run("info", path, code=1)


def test_help_loads_no_pandas():
    program = (
        "import sys; from cdisc_pom.xpt.commands import app\n"
        "try: app(['--help'])\nexcept SystemExit: pass\n"
        "sys.exit(any(name in sys.modules for name in ('pandas', 'numpy', 'pyarrow')))"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
