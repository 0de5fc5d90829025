"""Compare the packed tables of the standards with the published files.

    python scripts/check_standards.py SDTM_VARIABLES ADAM_VARIABLES SDTM_CT ADAM_CT

The published files are not part of this repository: SDTM_VARIABLES and ADAM_VARIABLES are variable
tables as the CDISC Library exports them (CSV), SDTM_CT and ADAM_CT terminology as NCI publishes it
(tab-delimited text or CSV, also .xz). Prints what was compared and every difference; exit code 1
when there is one. What a published file has and we do not carry is counted, not a difference.
"""

from __future__ import annotations

import csv
import io
import lzma
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from cdisc_pom.standards import (
    StandardCodelist,
    StandardVariable,
    Terminology,
    standard_datasets,
    standard_variables,
)
from cdisc_pom.standards.store import Store
from cdisc_pom.standards.terminology import packed_pins

Row = Mapping[str, str]
NOWHERE = Store(Path("no-store"))  # compares what is packed, never what a user imported
STRUCTURES = {"Subject-Level Analysis Dataset": ("ADSL",), "Basic Data Structure": ("BDS", "TTE")}


def main(arguments: list[str]) -> int:
    """Run all comparisons."""
    if len(arguments) != 4:
        print(__doc__)
        return 2
    sdtm, adam, sdtm_ct, adam_ct = (read_rows(Path(argument)) for argument in arguments)
    differences = [
        *compare_guide("SDTMIG", "3.4", sdtm, "dataset"),
        *compare_guide("ADaMIG", "1.3", adam, "structure"),
        *compare_terminology("SDTM", sdtm_ct),
        *compare_terminology("ADaM", adam_ct),
    ]
    for difference in differences:
        print(difference)
    print(f"{len(differences)} differences")
    return 1 if differences else 0


def read_rows(path: Path) -> list[Row]:
    """Rows of a delimited text, its header names in lower case."""
    data = path.read_bytes()
    text = (lzma.decompress(data) if path.suffix == ".xz" else data).decode("utf-8-sig")
    delimiter = "\t" if "\t" in text.partition("\n")[0] else ","
    rows = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    return [{str(key).lower(): value or "" for key, value in row.items()} for row in rows]


def compare_guide(standard: str, version: str, rows: list[Row], column: str) -> Iterator[str]:
    """Variables of each data set that we carry, in order, with all their attributes."""
    published: dict[str, list[Row]] = {}
    for row in rows:
        published.setdefault(row[column], []).append(row)
    compared = skipped = 0
    names = STRUCTURES if column == "structure" else {n: (n,) for n in published}
    carried = standard_datasets(standard, version, store=NOWHERE)
    for name, ours in names.items():
        if ours[0] not in carried:
            skipped += len(published[name])
            continue
        packed = {
            variable.name: variable
            for own in ours
            for variable in standard_variables(standard, version, own, store=NOWHERE)
        }
        for row in published[name]:
            variable = packed.pop(row["variable"], None)
            compared += 1
            if variable is None:
                yield f"{standard} {name}.{row['variable']}: not carried"
            else:
                yield from compare_variable(f"{standard} {name}.{row['variable']}", variable, row)
        yield from (f"{standard} {name}.{left}: not published" for left in packed)
        if column == "dataset":
            yield from compare_order(standard, name, published[name])
    print(f"{standard} {version}: {compared} variables compared, {skipped} published not carried")


def compare_variable(place: str, ours: StandardVariable, row: Row) -> Iterator[str]:
    """One variable's attributes."""
    pairs = {
        "label": (ours.label, clean(row["label"])),
        "type": (ours.type, row["type"]),
        "core": (ours.core, row["core"]),
        "role": (ours.role, row.get("role") or row.get("set") or ""),
        "code list": (
            " ".join(ours.codelists),
            " ".join(row["codelist_code"].replace(";", " ").split()),
        ),
        "value domain": (ours.values, row.get("value_domain", "")),
    }
    for what, (mine, theirs) in pairs.items():
        if mine != theirs:
            yield f"{place}: {what} is '{mine}', published '{theirs}'"
    if len(ours.label_zh.encode()) > 40 or not ours.label_zh:
        yield f"{place}: Chinese label '{ours.label_zh}' is empty or has over 40 bytes"


def compare_order(standard: str, name: str, rows: list[Row]) -> Iterator[str]:
    """The order of a data set's variables."""
    ours = [v.name for v in standard_variables(standard, "3.4", name, store=NOWHERE)]
    theirs = [row["variable"] for row in sorted(rows, key=lambda row: int(row["order"]))]
    if ours != theirs:
        yield f"{standard} {name}: variables stand in another order"


def compare_terminology(package: str, rows: list[Row]) -> Iterator[str]:
    """Each code list that we carry; a complete one must have every term."""
    pin = next(pin for pin in packed_pins() if pin.name == package)
    ours = Terminology([pin], store=NOWHERE)
    heads = {row["code"]: row for row in rows if not row["codelist code"]}
    terms: dict[str, dict[str, str]] = {}
    for row in rows:
        if row["codelist code"]:
            terms.setdefault(row["codelist code"], {})[row["cdisc submission value"]] = row["code"]
    count = partial = 0
    for code in ours.known():
        packed = ours.codelist(code)
        assert packed is not None
        if code not in heads:
            yield f"{package} CT {code}: not published"
            continue
        count += len(packed.terms)
        partial += not packed.complete
        yield from compare_codelist(f"{package} CT {code}", packed, heads[code], terms[code])
    print(f"{pin} CT: {len(ours.known())} of {len(heads)} code lists carried ({partial} in part), "
          f"{count} terms compared")  # fmt: skip


def compare_codelist(
    place: str, ours: StandardCodelist, head: Row, terms: Mapping[str, str]
) -> Iterator[str]:
    """Name, extensibility and terms of a code list."""
    pairs = {
        "short name": (ours.short_name, head["cdisc submission value"]),
        "name": (ours.name, head["codelist name"]),
        "extensible": (ours.extensible, head["codelist extensible (yes/no)"] == "Yes"),
    }
    for what, (mine, theirs) in pairs.items():
        if mine != theirs:
            yield f"{place}: {what} is '{mine}', published '{theirs}'"
    for value, code in ours.codes.items():
        if terms.get(value) != code:
            yield f"{place}: '{value}' has code {code}, published {terms.get(value)}"
    if ours.complete:
        yield from (f"{place}: '{value}' is missing" for value in terms.keys() - ours.codes.keys())


def clean(text: str) -> str:
    """A label without the line breaks of an export."""
    return " ".join(text.replace("\\n", " ").split())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
