"""The simulator: the same bytes everywhere, subjects apart, mistakes of a design all at once."""

import csv
import os
import shutil
import subprocess
import sys

import pytest
import yaml
from raw_export import DESIGN, RAW, ROOT

from cdisc_pom.simulate import DesignError, simulate_study

PROGRAM = (
    "import sys; from pathlib import Path; from cdisc_pom.simulate import simulate_study;"
    "simulate_study(Path(sys.argv[1]), Path(sys.argv[2]))"
)


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder, told = tmp_path_factory.mktemp("made"), []
    paths = simulate_study(DESIGN, folder, progress=lambda *step: told.append(step))
    return folder, paths, told


@pytest.fixture
def design(tmp_path):
    """A copy of the design that a test may spoil."""
    folder = tmp_path / "design"
    shutil.copytree(DESIGN, folder)
    for path in folder.iterdir():
        path.chmod(0o644)
    return folder


def change(path, **keys):
    """Change keys of a YAML file; a dotted name goes down, None removes."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    for dotted, value in keys.items():
        *way, last = dotted.split("__")
        place = content
        for step in way:
            place = place[step]
        if value is None:
            del place[last]
        else:
            place[last] = value
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


def change_subject(design, key, **cells):
    path = design / "subjects.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    next(row for row in rows if row["subjid"] == key).update(cells)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def rows_of_others(folder, key):
    return {
        name: [line for line in data.splitlines() if line.split(b",")[2] != key.encode()]
        for name, data in contents(folder).items()
    }


def test_the_design_gives_the_committed_export_bit_for_bit(made):
    assert contents(made[0]) == contents(RAW)


def test_the_files_are_returned_in_the_order_of_the_design(made):
    forms = yaml.safe_load((DESIGN / "forms.yaml").read_text(encoding="utf-8"))["forms"]
    assert [path.name for path in made[1]] == list(forms)


def test_hash_seed_time_zone_and_locale_change_nothing(tmp_path):
    place = {"PYTHONHASHSEED": "4242", "TZ": "America/St_Johns", "LC_ALL": "C", "PYTHONUTF8": "0"}
    environment = {**os.environ, **place, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-c", PROGRAM, str(DESIGN), str(tmp_path / "out")]
    subprocess.run(command, check=True, env=environment)
    assert contents(tmp_path / "out") == contents(RAW)


def test_lines_end_as_on_unix_and_the_text_is_utf8(made):
    for data in contents(made[0]).values():
        assert b"\r" not in data
        assert data.endswith(b"\n")
        data.decode("utf-8")


def test_another_seed_gives_another_study_with_the_same_fixed_facts(tmp_path, made):
    simulate_study(DESIGN, tmp_path, seed=1)
    other, ours = contents(tmp_path), contents(made[0])
    assert other["vitals.csv"] != ours["vitals.csv"]

    def column(data, name):
        return [row[name] for row in csv.DictReader(data.decode("utf-8").splitlines())]

    for form, name in (("response_irac.csv", "RSRESP"), ("death.csv", "DTHDAT")):
        assert sorted(column(other[form], name)) == sorted(column(ours[form], name))


def test_a_subject_does_not_disturb_the_others(tmp_path, made, design):
    change_subject(design, "002", age="59", weight_kg="70.0", g34_neut="N", dose_int="N")
    simulate_study(design, tmp_path / "out")
    assert contents(tmp_path / "out") != contents(made[0])
    assert rows_of_others(tmp_path / "out", "002") == rows_of_others(made[0], "002")


def test_a_form_does_not_disturb_the_others(tmp_path, made, design):
    change(design / "clinical.yaml", vitals__weight_drift=0.05)
    simulate_study(design, tmp_path / "out")
    ours = contents(made[0])
    differing = [name for name, data in contents(tmp_path / "out").items() if data != ours[name]]
    assert differing == ["vitals.csv"]


def test_progress_is_told_form_by_form(made):
    told = made[2]
    assert told[0] == ("demographics.csv", 1, len(told))
    assert told[-1][1:] == (len(told), len(told))


def test_a_good_design_leaves_no_temporary_files(made):
    assert not [path for path in made[0].iterdir() if path.name.startswith(".")]


def problems(design, tmp_path):
    with pytest.raises(DesignError) as caught:
        simulate_study(design, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert str(caught.value).splitlines()[1:] == list(caught.value.problems)
    return caught.value.problems


def test_all_mistakes_of_a_design_are_told_at_once(tmp_path, design):
    (design / "agents.csv").unlink()
    text = (design / "regimens.csv").read_text(encoding="utf-8")
    (design / "regimens.csv").write_text(text.replace("weight", "wieght", 1), encoding="utf-8")
    change(design / "forms.yaml", **{"forms__vitals.csv__generator": "vital_sign"})
    change(design / "forms.yaml", **{"forms__ecog.csv__columns__ECOG": "stauts"})
    change(design / "forms.yaml", **{"forms__death.csv__columns__DTHREL": "related @deth_related"})
    change_subject(design, "002", visit_days="31", visit_resp="PR;PR")
    assert set(problems(design, tmp_path)) == {
        "agents.csv: the file is missing.",
        "regimens.csv: the column weight is missing. Did you mean 'wieght'?",
        "forms.vitals.csv.generator: 'vital_sign' is not known. Did you mean 'vital_signs'?",
        (
            "forms.ecog.csv.columns.ECOG: performance_status has no field 'stauts'."
            " Did you mean 'status'?"
        ),
        (
            "forms.death.csv.columns.DTHREL: the word list 'deth_related' is not known."
            " Did you mean 'death_related'?"
        ),
        "subjects.csv:3 002: visit_days has 1 entries, visit_resp 2.",
    }


def test_unknown_and_missing_keys_are_told_with_their_place(tmp_path, design):
    change(design / "design.yaml", visits__cycle_dayz=28, visits__cycle_days=None, seed="x")
    found = problems(design, tmp_path)
    assert "visits.cycle_dayz: the key is not known." in found
    assert "visits.cycle_days: the key is missing." in found
    assert any(problem.startswith("seed: ") and "'x'" in problem for problem in found)


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda d: (d / "design.yaml").unlink(), "design.yaml: the file is missing."),
        (lambda d: (d / "words.yaml").unlink(), "words.yaml: the file is missing."),
        (
            lambda d: change_subject(d, "004", startdt="2017-13-02"),
            "subjects.csv:5 004: startdt is no date: '2017-13-02'.",
        ),
        (
            lambda d: change_subject(d, "004", cycles="many"),
            "subjects.csv:5 004: cycles is no number: 'many'.",
        ),
        (
            lambda d: change_subject(d, "004", bor_irac="XR"),
            "subjects.csv:5 004: bor_irac is no response: 'XR'.",
        ),
        (
            lambda d: change(d / "words.yaml", words__bone={"STABLE": "稳定", "NEW": "新发"}),
            "forms.imaging.csv.columns.BONE: the word list 'bone' has no word for 'INCREASED'.",
        ),
        (
            lambda d: change(d / "design.yaml", habits__repeated={"aes.csv": {"rate": 0.1}}),
            "habits.repeated.aes.csv: there is no such form. Did you mean 'vitals.csv'?",
        ),
        (
            lambda d: change(d / "design.yaml", tables__event="ae_terms.csv"),
            "tables: event is not known. Did you mean 'events'?",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path, design, spoil, expected):
    spoil(design)
    assert expected in problems(design, tmp_path)


def test_a_failed_run_leaves_an_earlier_export_whole(tmp_path, design, made):
    out = tmp_path / "out"
    shutil.copytree(made[0], out)
    change(design / "words.yaml", words__bone={"STABLE": "稳定"})
    with pytest.raises(DesignError):
        simulate_study(design, out)
    assert contents(out) == contents(made[0])


def test_the_program_knows_no_study():
    names = ("pomalidomide", "dexameth", "rrmm")
    for path in (ROOT / "src" / "cdisc_pom" / "simulate").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not any(name in text.lower() for name in names), path
        assert not any("\u4e00" <= sign <= "\u9fff" for sign in text), path
