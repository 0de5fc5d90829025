"""Two folders."""

import pandas as pd
import pytest

from cdisc_pom.compare import Settings, UnreadableFile, WrongOption, compare_files
from cdisc_pom.compare.settings import read_settings
from cdisc_pom.xpt import write_xport

DM = pd.DataFrame({"USUBJID": ["01", "02"], "AGE": [63.0, 64.0]})
AE = pd.DataFrame({"USUBJID": ["01", "01"], "AESEQ": [1.0, 2.0], "AETERM": ["a", "b"]})


@pytest.fixture
def folders(tmp_path):
    """Folders with some data sets; the frames of `compare` replace those of `base`."""

    def make(base, compare):
        for name, frames in (("base", base), ("compare", compare)):
            (tmp_path / name).mkdir(exist_ok=True)
            for file, frame in frames.items():
                stem, _, suffix = file.partition(".")
                path = tmp_path / name / file
                if suffix == "xpt":
                    write_xport(path, frame, name=stem.upper())
                else:
                    frame.to_csv(path, index=False)
        return tmp_path / "base", tmp_path / "compare"

    return make


def names(found):
    return [each.name for each in found.comparisons]


def test_data_sets_of_the_same_name_are_compared_and_others_listed(folders):
    paths = folders(
        {"dm.xpt": DM, "ae.xpt": AE, "ex.xpt": AE},
        {"dm.xpt": DM, "ae.xpt": AE.assign(AETERM=["a", "c"]), "vs.xpt": AE},
    )
    found = compare_files(*paths)
    assert [(each.name, each.equal) for each in found.comparisons] == [("AE", False), ("DM", True)]
    assert (found.only_base, found.only_compare) == (("EX",), ("VS",))
    assert (found.equal, found.exit_code) == (False, 1)


def test_equal_folders_are_equal(folders):
    found = compare_files(*folders({"dm.xpt": DM, "ae.xpt": AE}, {"dm.xpt": DM, "ae.xpt": AE}))
    assert (found.equal, found.exit_code) == (True, 0)


def test_a_data_set_on_one_side_only_makes_folders_different(folders):
    found = compare_files(*folders({"dm.xpt": DM}, {"dm.xpt": DM, "ae.xpt": AE}))
    assert found.exit_code == 1


def test_formats_may_differ_and_other_files_are_left_alone(folders):
    base, compare = folders({"dm.xpt": DM}, {"DM.csv": DM})
    (base / "define.xml").write_text("<x/>")
    (base / "notes.txt").write_text("x")
    found = compare_files(base, compare)
    assert found.equal
    assert names(found) == ["DM"]


def test_a_broken_file_is_told_and_the_others_are_compared(folders):
    base, compare = folders({"dm.xpt": DM, "ae.xpt": AE}, {"dm.xpt": DM, "ae.xpt": AE})
    (compare / "ae.xpt").write_bytes(b"broken")
    found = compare_files(base, compare)
    assert names(found) == ["DM"]
    (told,) = found.unreadable
    assert told.startswith(f"{compare / 'ae.xpt'}: byte 0: expected ")
    assert (found.equal, found.exit_code) == (False, 3)


def test_a_file_whose_records_are_broken_is_told_too(folders):
    base, compare = folders({"dm.csv": DM, "ae.csv": AE}, {"dm.csv": DM, "ae.csv": AE})
    (compare / "ae.csv").write_text("USUBJID,AESEQ\n01\n")
    found = compare_files(base, compare)
    assert names(found) == ["DM"]
    assert len(found.unreadable) == 1
    assert found.exit_code == 3


def test_two_files_for_one_data_set_are_told(folders):
    base, compare = folders(
        {"dm.xpt": DM, "dm.csv": DM, "ae.xpt": AE}, {"dm.xpt": DM, "ae.xpt": AE}
    )
    found = compare_files(base, compare)
    assert found.unreadable == (f"{base}: dm.csv and dm.xpt both hold DM; name the files.",)
    assert names(found) == ["AE"]


def test_a_folder_without_data_sets_is_an_error(tmp_path):
    with pytest.raises(UnreadableFile, match="holds no data set"):
        compare_files(tmp_path, tmp_path)


def test_a_folder_and_a_file_are_compared_by_name(folders):
    base, compare = folders({"dm.xpt": DM, "ae.xpt": AE}, {"dm.xpt": DM})
    found = compare_files(base, compare / "dm.xpt")
    assert names(found) == ["DM"]
    assert found.only_base == ("AE",)


def test_two_files_of_other_names_are_compared(folders):
    base, compare = folders({"dm.xpt": DM}, {"qc_dm.csv": DM})
    found = compare_files(base / "dm.xpt", compare / "qc_dm.csv")
    assert found.equal


def test_a_key_for_all_holds_where_it_fits(folders):
    ta = pd.DataFrame({"ARMCD": ["A"], "TAETORD": [1.0]})
    paths = folders({"dm.xpt": DM, "ta.xpt": ta}, {"dm.xpt": DM, "ta.xpt": ta})
    dm, trial = compare_files(*paths, Settings(keys={"": ("USUBJID",)})).comparisons
    assert (dm.keys, dm.key_origin) == (("USUBJID",), "given")
    assert (trial.keys, trial.key_origin) == (("ARMCD", "TAETORD"), "found")
    assert str(trial.warnings[0]) == "--keys does not fit: no USUBJID here. A key was looked for."


def test_a_key_for_one_data_set_holds_for_it_alone(folders):
    paths = folders({"dm.xpt": DM, "ae.xpt": AE}, {"dm.xpt": DM, "ae.xpt": AE})
    wanted = read_settings(keys=["AE=USUBJID,AETERM"])
    ae, dm = compare_files(*paths, wanted).comparisons
    assert ae.keys == ("USUBJID", "AETERM")
    assert dm.key_origin == "found"
    with pytest.raises(WrongOption, match=r"has no variable 'AETRM'. Did you mean 'AETERM'"):
        compare_files(*paths, read_settings(keys=["AE=AETRM"]))
    with pytest.raises(WrongOption, match=r"there is no data set 'AEE'. Did you mean 'AE'"):
        compare_files(*paths, read_settings(keys=["AEE=USUBJID"]))


def test_a_variable_that_no_data_set_has_is_told(folders):
    paths = folders({"dm.xpt": DM, "ae.xpt": AE}, {"dm.xpt": DM, "ae.xpt": AE})
    found = compare_files(*paths, read_settings(absolute=["AGE=1", "AEG=1"], exclude=["X"]))
    assert [str(each) for each in found.warnings] == [
        "--tolerance: no data set has a variable AEG.",
        "--exclude: no data set has a variable X.",
    ]


def test_between_two_files_such_a_variable_is_an_error(folders):
    base, compare = folders({"dm.xpt": DM}, {"dm.xpt": DM})
    with pytest.raises(WrongOption, match=r"--relative: .*dm.xpt has no variable 'AEG'"):
        compare_files(base / "dm.xpt", compare / "dm.xpt", read_settings(relative=["AEG=1"]))


def test_progress_is_told_by_name(folders):
    told = []
    paths = folders({"dm.xpt": DM, "ae.xpt": AE}, {"dm.xpt": DM, "ae.xpt": AE})
    compare_files(*paths, progress=told.append)
    assert told == ["AE", "DM"]
