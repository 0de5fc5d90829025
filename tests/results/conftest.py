import pytest
import reference_study

from cdisc_pom.results.adam_files import read_adam


@pytest.fixture(scope="session")
def adam_folder(tmp_path_factory):
    """Transport files of the reference study's subjects, made in the test."""
    folder = tmp_path_factory.mktemp("adam")
    reference_study.write_files(folder, reference_study.frames())
    return folder


@pytest.fixture(scope="session")
def adam(adam_folder):
    return read_adam(adam_folder, ["ADSL", "ADRS", "ADTTE", "ADAE"])
