"""Fixtures that tests of several folders share."""

import pytest
from hypothesis import settings

from mini_study import mini_study
from studies import SmallStudy

# A busy machine is no fault of the code: examples take the time they take.
settings.register_profile("steady", settings(), deadline=None)
settings.load_profile("steady")


@pytest.fixture
def study(tmp_path):
    """An empty study in a folder of its own."""
    return SmallStudy(tmp_path)


@pytest.fixture
def mini(tmp_path, monkeypatch):
    """A study that builds without an error; the test runs in its folder."""
    monkeypatch.chdir(tmp_path)
    return mini_study(tmp_path)
