"""The workbook says whose rules hold and in which encoding files are written; options win over it."""

import json

EXAMPLES = "Examples: utf-8, gb18030, us-ascii."


def packed(study):
    return json.loads((study.build / "package/manifest.json").read_text(encoding="utf-8"))


def test_without_attributes_the_nmpa_and_utf_8_hold(mini, run):
    mini.write()
    run("build", expect=0)
    assert (packed(mini)["agency"], packed(mini)["encoding"]) == ("nmpa", "utf-8")


def test_the_workbook_names_agency_and_encoding(mini, run):
    mini.sdtm.add("Define", "Attribute | Value\nAgency | FDA\nEncoding | gb18030")
    mini.write()
    run("build", "--language", "en", expect=0)
    assert (packed(mini)["agency"], packed(mini)["encoding"]) == ("fda", "gb18030")


def test_options_win_over_the_workbook(mini, run):
    mini.sdtm.add("Define", "Attribute | Value\nAgency | FDA\nEncoding | gb18030")
    mini.write()
    run("build", "--agency", "nmpa", "--encoding", "utf-8", expect=0)
    assert (packed(mini)["agency"], packed(mini)["encoding"]) == ("nmpa", "utf-8")


def test_an_unknown_agency_and_encoding_are_told_at_their_cells(mini, run):
    mini.sdtm.add("Define", "Attribute | Value\nAgency | fdaa\nEncoding | utf-9")
    mini.write()
    told = run("build", expect=1)
    first = len(mini.sdtm.sheets["Define"])
    assert told.stderr.splitlines()[-3:] == [
        f"sdtm.xlsx › Define!B{first}: unknown agency 'fdaa'. Did you mean 'fda'?",
        f"sdtm.xlsx › Define!B{first + 1}: unknown encoding 'utf-9'. {EXAMPLES}",
        "2 problems.",
    ]
