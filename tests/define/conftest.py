from __future__ import annotations

import pytest
from sample_standard import sample_adam, sample_sdtm

from cdisc_pom.define import write_define


@pytest.fixture
def sdtm():
    return sample_sdtm()


@pytest.fixture
def adam():
    return sample_adam()


@pytest.fixture
def sdtm_define(tmp_path, sdtm):
    """The define file of the tabulation data in Chinese."""
    path = tmp_path / "define.xml"
    write_define(path, sdtm, language="zh", encoding="utf-8")
    return path


@pytest.fixture
def adam_define(tmp_path, adam):
    """The define file of the analysis data in English."""
    path = tmp_path / "define.xml"
    write_define(path, adam, language="en", encoding="utf-8")
    return path
