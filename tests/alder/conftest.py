"""ALDER-201, built once a session by the command in a folder of its own."""

import os
import shutil
import subprocess
import sys

import pyreadstat
import pytest
from alder_study import ROOT, SDTM, STUDY


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """A project that holds this study alone."""
    made = tmp_path_factory.mktemp(STUDY)
    shutil.copytree(ROOT / "specs" / STUDY, made / "specs" / STUDY)
    shutil.copytree(ROOT / "data" / STUDY / "raw", made / "data" / STUDY / "raw")
    return made


@pytest.fixture(scope="session")
def command(folder):
    """Run cdisc-pom in the folder."""

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "cdisc_pom", *arguments],
            cwd=folder, capture_output=True, text=True, env={**os.environ, "NO_COLOR": "1"},
            check=False,
        )  # fmt: skip

    return run


@pytest.fixture(scope="session")
def build(command):
    """The outcome of the build."""
    outcome = command("build", STUDY)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return outcome


@pytest.fixture(scope="session")
def xpt(build, folder):
    """Transport files as a foreign reader sees them."""
    read = {}

    def frame(name):
        if name not in read:
            read[name] = pyreadstat.read_xport(folder / SDTM / f"{name.lower()}.xpt")[0]
        return read[name]

    return frame
