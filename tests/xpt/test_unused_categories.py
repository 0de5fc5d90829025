"""Categories that no record holds are no text of the file."""

import pandas as pd
import pyreadstat
import pytest

from cdisc_pom.xpt import Variable, write_xport


@pytest.mark.parametrize("longer", ["much longer than the variable", "被子很长"])
def test_an_unused_category_may_be_longer_than_the_variable(tmp_path, longer):
    values = pd.Series(pd.Categorical(["ab", None, "c"], categories=["c", longer, "ab"]))
    path = tmp_path / "qs.xpt"
    frame = pd.DataFrame({"QSCAT": values})
    write_xport(path, frame, name="QS", variables=[Variable("QSCAT", "text", 2)])
    found, _ = pyreadstat.read_xport(str(path))
    assert found["QSCAT"].tolist() == ["ab", "", "c"]
