"""Fixtures that tests of several folders share."""

import pytest

from mini_study import mini_study
from studies import SmallStudy


@pytest.fixture
def study(tmp_path):
    """An empty study in a folder of its own."""
    return SmallStudy(tmp_path)


@pytest.fixture
def mini(tmp_path, monkeypatch):
    """A study that builds without an error; the test runs in its folder."""
    monkeypatch.chdir(tmp_path)
    return mini_study(tmp_path)
