"""Settings and helpers of the XPORT tests."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from cdisc_pom.xpt import write_xport

settings.register_profile(
    "xpt",
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
settings.load_profile("xpt")


@pytest.fixture
def written(tmp_path):
    """Write a frame and give the file's bytes."""

    def write(frame, **options):
        path = tmp_path / "file.xpt"
        write_xport(path, frame, **{"name": "LB", "durable": False, **options})
        return path

    return write


def data_of(path: Path, start: int, count: int) -> bytes:
    """Bytes of a file."""
    return path.read_bytes()[start : start + count]
