"""The small study of these tests, made once."""

import pytest
from chains_by_hand import fill, opened

from studies import SmallStudy


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """The small study on disk."""
    return fill(SmallStudy(tmp_path_factory.mktemp("trace")))


@pytest.fixture(scope="session")
def session(small):
    """The small study opened."""
    return opened(small)
