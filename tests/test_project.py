"""Where a study lies on disk."""

import pytest

from cdisc_pom.errors import Problems
from cdisc_pom.project import find_project


@pytest.fixture
def root(tmp_path, monkeypatch):
    for name in ("alpha", "beta"):
        (tmp_path / "specs" / name).mkdir(parents=True)
        (tmp_path / "specs" / name / "sdtm.xlsx").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(*arguments, **more):
    with pytest.raises(Problems) as caught:
        find_project(*arguments, **more)
    return str(caught.value)


def test_a_study_by_its_name(root):
    found = find_project("beta")
    assert (found.study, found.specs) == ("beta", root / "specs" / "beta")
    assert found.raw == root / "data" / "beta" / "raw"
    assert found.design == root / "data" / "beta" / "design"
    assert found.published == root / "data" / "beta" / "design" / "published.yaml"
    assert found.build == root / "build" / "beta"


def test_a_study_by_the_folder_of_its_workbooks(root, tmp_path_factory, monkeypatch):
    other = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(other)
    found = find_project(str(root / "specs" / "beta"))
    assert found.raw == root / "data" / "beta" / "raw"
    assert found.build == other / "build" / "beta", "what is built lies where the command ran"


def test_the_only_study_is_the_default_one(root):
    (root / "specs" / "beta" / "sdtm.xlsx").unlink()
    (root / "specs" / "beta").rmdir()
    assert find_project().study == "alpha"


def test_of_several_studies_the_settings_name_the_default_one(root):
    assert told() == f"{root / 'specs'}: no study is named. Name one: alpha, beta."
    (root / "cdisc-pom.toml").write_text('study = "beta"\n', encoding="utf-8")
    assert find_project().study == "beta"
    (root / "cdisc-pom.toml").write_text('study = "betta"\n', encoding="utf-8")
    assert told() == (f"{root / 'specs' / 'betta'}: study folder is missing. Did you mean 'beta'?")
    (root / "cdisc-pom.toml").write_text("study = beta\n", encoding="utf-8")
    assert told().startswith("cdisc-pom.toml: cannot be read (")


def test_a_study_that_is_not_there_is_told_with_the_nearest_one(root):
    where = root / "specs" / "alhpa"
    assert told("alhpa") == f"{where}: study folder is missing. Did you mean 'alpha'?"


def test_no_study_at_all_is_told(tmp_path):
    assert told("x", root=tmp_path) == (
        f"{tmp_path / 'specs' / 'x'}: study folder is missing. "
        "A study is a folder with sdtm.xlsx in specs/."
    )
    (tmp_path / "specs").mkdir()
    assert told(root=tmp_path) == (
        f"{tmp_path / 'specs'}: no study is named. Put one into specs/<study>/sdtm.xlsx."
    )
