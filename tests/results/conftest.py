import pytest
import reference_study

from cdisc_pom.results.adam_files import read_adam
from cdisc_pom.results.figures import draw_figures
from cdisc_pom.results.outputs import render_files
from cdisc_pom.results.reproduction import reproduce_results


@pytest.fixture(scope="session")
def adam_folder(tmp_path_factory):
    """Transport files of the reference study's subjects, made in the test."""
    folder = tmp_path_factory.mktemp("adam")
    reference_study.write_files(folder, reference_study.frames())
    return folder


@pytest.fixture(scope="session")
def adam(adam_folder):
    return read_adam(adam_folder, list(reference_study.frames()))


@pytest.fixture(scope="session")
def study(adam_folder):
    """All displays of the study beside the published figures."""
    return reproduce_results(reference_study.display_rows(), adam_folder, reference_study.PUBLISHED)


@pytest.fixture(scope="session")
def pictures(study):
    """The study's figures in both languages."""
    return {language: draw_figures(study.results, language) for language in ("en", "zh")}


@pytest.fixture(scope="session")
def files(study):
    """All files of the results folder."""
    return render_files(study, reference_study.facts())
