from __future__ import annotations

import sys
from pathlib import Path

import pytest

# The small study is the one of the define tests.
sys.path.insert(0, str(Path(__file__).parents[1] / "define"))

from sample_standard import sample_adam, sample_sdtm


@pytest.fixture
def sdtm():
    return sample_sdtm()


@pytest.fixture
def adam():
    return sample_adam()
