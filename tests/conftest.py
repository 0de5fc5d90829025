"""Fixtures that tests of several folders share."""

import pytest

from studies import SmallStudy


@pytest.fixture
def study(tmp_path):
    """An empty study in a folder of its own."""
    return SmallStudy(tmp_path)
