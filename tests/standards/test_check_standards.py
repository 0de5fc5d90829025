"""The script that compares our tables with the published files: it sees every kind of difference."""

from __future__ import annotations

import csv
import importlib.util
from pathlib import Path

import pytest

from cdisc_pom.standards import Store, Terminology, standard_variables
from cdisc_pom.standards.terminology import packed_pins

ROOT = Path(__file__).parents[2]
NOWHERE = Store(Path("no-store"))


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location(
        "check_standards", ROOT / "scripts" / "check_standards.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _published(folder, change=lambda rows: rows):
    """RELREC as a published table would have it, after a change."""
    rows = [
        {"dataset": "RELREC", "order": str(v.order), "variable": v.name, "label": v.label,
         "type": v.type, "role": v.role, "core": v.core, "codelist_code": "; ".join(v.codelists),
         "value_domain": v.values}
        for v in standard_variables("SDTMIG", "3.4", "RELREC", store=NOWHERE)
    ]  # fmt: skip
    path = folder / "variables.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(change(rows))
    return path


def _label(rows):
    rows[0]["label"] = "Study"
    return rows


def _swapped(rows):
    rows[0]["order"], rows[1]["order"] = rows[1]["order"], rows[0]["order"]
    return rows


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda rows: rows, []),
        (_label, ["SDTMIG RELREC.STUDYID: label is 'Study Identifier', published 'Study'"]),
        (_swapped, ["SDTMIG RELREC: variables stand in another order"]),
        (lambda rows: rows[:-1], ["SDTMIG RELREC.RELID: not published",
                                  "SDTMIG RELREC: variables stand in another order"]),
        (lambda rows: [*rows, rows[0] | {"variable": "NEW", "order": "8"}],
         ["SDTMIG RELREC.NEW: not carried", "SDTMIG RELREC: variables stand in another order"]),
    ],
)  # fmt: skip
def test_a_difference_of_variables_is_told(script, tmp_path, change, expected):
    rows = script.read_rows(_published(tmp_path, change))
    assert list(script.compare_guide("SDTMIG", "3.4", rows, "dataset")) == expected


def test_a_difference_of_terms_is_told(script):
    pin = next(pin for pin in packed_pins() if pin.name == "ADaM")
    ours = Terminology([pin], store=NOWHERE)
    rows = []
    for code in ours.known():
        found = ours.codelist(code)
        rows.append({"code": code, "codelist code": "", "codelist name": found.name,
                     "codelist extensible (yes/no)": "Yes" if found.extensible else "No",
                     "cdisc submission value": found.short_name})  # fmt: skip
        rows += [
            {"code": term.code, "codelist code": code, "cdisc submission value": term.value}
            for term in found.terms
        ]
    assert list(script.compare_terminology("ADaM", rows)) == []
    dated = next(row for row in rows if row["cdisc submission value"] == "D")
    dated["code"] = "C1"
    assert list(script.compare_terminology("ADaM", rows)) == [
        "ADaM CT C81223: 'D' has code C81212, published C1"
    ]


def test_the_script_asks_for_its_four_files(script, capsys):
    assert script.main([]) == 2
    assert "SDTM_VARIABLES ADAM_VARIABLES SDTM_CT ADAM_CT" in capsys.readouterr().out
