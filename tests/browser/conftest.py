"""Tests with a real Chromium.

Without one they are left out on a developer's machine; in CI they fail, so that a missing browser
is never taken for a passed test. Debian: `apt-get install -y chromium fonts-noto-cjk`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "define"))

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--hide-scrollbars",
    "--virtual-time-budget=10000",
)


def found_browser():
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def pytest_configure(config):
    config.addinivalue_line("markers", "browser: needs a Chromium")


def pytest_collection_modifyitems(config, items):
    if found_browser() or os.environ.get("CI"):
        return
    left_out = [item for item in items if item.get_closest_marker("browser")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture
def browse(tmp_path):
    """A function that opens an address in Chromium with more flags and gives what it prints."""
    browser = found_browser()
    if browser is None:
        pytest.fail("no Chromium: apt-get install -y chromium fonts-noto-cjk")

    def run(address, *flags):
        profile = tmp_path / "browser-profile"
        command = [browser, *FLAGS, f"--user-data-dir={profile}", *flags, address]
        done = subprocess.run(command, capture_output=True, check=True, timeout=120)
        return done.stdout.decode("utf-8")

    return run
