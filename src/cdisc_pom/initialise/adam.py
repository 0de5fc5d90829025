"""The ADaM workbook of a new study: what the guide asks for, taken from the SDTM workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cdisc_pom.initialise.codelists import Lists
from cdisc_pom.initialise.proposal import Proposal
from cdisc_pom.initialise.sdtm import Draft, define_rows, mapping_rows, numbered, variable_row
from cdisc_pom.initialise.setting import Setting, pins_of, structure_of
from cdisc_pom.spec.writer import Cells
from cdisc_pom.standards import (
    StandardVariable,
    Store,
    Terminology,
    standard_datasets,
    standard_variables,
)

_PLACES = (("xx", "01"), ("zz", "01"), ("y", "1"), ("w", "1"))
_ADAE = "ADVERSE EVENT"
_DATE = "DATE9."
_KEYS = {
    "ADSL": "STUDYID, USUBJID", "OCCDS": "STUDYID, USUBJID, {source}SEQ",
    "ADAE": "STUDYID, USUBJID, AESEQ", "BDS": "STUDYID, USUBJID, PARAMCD, ADT",
    "TTE": "STUDYID, USUBJID, PARAMCD",
}  # fmt: skip


def draft_adam(setting: Setting, sdtm: Draft, store: Store) -> Draft:
    """All rows of the ADaM workbook, as far as the guide and the SDTM workbook give them."""
    lists = Lists(Terminology(pins_of(setting), store=store))
    package = "ADaM, SDTM"
    versions = f"{setting.adam_ct}, {setting.sdtm_ct}"
    draft = Draft({"Define": define_rows(setting, "ADaMIG", setting.adamig, package, versions)})
    there = _variables_of(sdtm)
    datasets: list[Cells] = []
    variables: list[Cells] = []
    sources: list[Cells] = []
    derivations: list[Cells] = []
    for name in setting.analysis:
        structure = structure_of(name, setting.sdtmig, setting.adamig, store) or "BDS"
        source = "DM" if name == "ADSL" else name.removeprefix("AD")
        guide = _guide(structure, source, setting, store)
        rows, others, made = _variables(name, source, guide, there, lists)
        there[name] = {str(row["Variable"]): row for row in rows}
        variables += rows
        draft.permissible += others
        derivations += mapping_rows(name, made)
        sources += _sources(name, source, structure, there, setting)
        datasets.append(_dataset(name, source, structure, rows, setting, store))
    used = {str(row["Codelist"]) for row in variables if row.get("Codelist")}
    own = [row for row in sdtm.sheets["Codelists"] if row["ID"] in used]
    listed = {str(row["ID"]) for row in own}
    draft.sheets |= {
        "Datasets": datasets, "Variables": variables, "Sources": sources,
        "Derivations": derivations,
        "Codelists": own + [row for row in lists.rows({}) if row["ID"] not in listed],
        "Dictionaries": [row for row in sdtm.sheets["Dictionaries"] if row["ID"] in used],
    }  # fmt: skip
    return draft


def _variables_of(sdtm: Draft) -> dict[str, dict[str, Cells]]:
    found: dict[str, dict[str, Cells]] = {}
    for row in sdtm.sheets["Variables"]:
        found.setdefault(str(row["Dataset"]), {})[str(row["Variable"])] = row
    return found


def _guide(
    structure: str, source: str, setting: Setting, store: Store
) -> tuple[StandardVariable, ...]:
    """The structure's variables under names of this data set; identifiers first."""
    names = ["BDS", "TTE"] if structure == "TTE" else [structure]
    found: dict[str, StandardVariable] = {}
    for name in names:
        for variable in standard_variables("ADaMIG", setting.adamig, name, store=store):
            plain = _own_name(variable.name, source)
            if plain is not None and plain not in found:
                named = variable.named(plain) if variable.is_pattern else variable
                label = named.label or _label(plain, source, setting, store)
                found[plain] = replace(named, name=plain, label=label)
    first = [name for name in ("STUDYID", "USUBJID") if name in found]
    return tuple(found[name] for name in [*first, *(n for n in found if n not in first)])


def _own_name(name: str, source: str) -> str | None:
    """A pattern's first name: TRTxxP is TRT01P; None for patterns of any name."""
    if name.startswith("*"):
        return None
    plain = name.replace("--", source)
    for place, number in _PLACES:
        plain = plain.replace(place, number)
    return plain if plain.isupper() else None


def _label(name: str, source: str, setting: Setting, store: Store) -> str:
    known = standard_variables("SDTMIG", setting.sdtmig, source, store=store)
    return next((variable.label for variable in known if variable.name == name), name)


def _variables(
    name: str,
    source: str,
    guide: Sequence[StandardVariable],
    there: Mapping[str, Mapping[str, Cells]],
    lists: Lists,
) -> tuple[list[Cells], list[Cells], list[Proposal]]:
    """Rows of Variables, those that the guide permits beside, and rows of Derivations."""
    rows: list[Cells] = []
    others: list[Cells] = []
    derived: list[Proposal] = []
    made = {row.variable: row for row in _derivations(name, source, there)}
    for variable in guide:
        row = variable_row(variable, name)
        origin = _predecessor(name, source, variable, there)
        if origin is not None:
            above = there[origin[0]][origin[1]]
            row |= {"Predecessor": f"{origin[0]}.{origin[1]}", "Origin": "Predecessor",
                    "Data Type": _plain_type(str(above["Data Type"])),
                    "Format": above.get("Format"), "Codelist": above["Codelist"],
                    "Developer Notes": origin[2]}  # fmt: skip
        else:
            row |= {"Data Type": _type(variable), "Format": _format(variable),
                    "Codelist": lists.short_name(variable) or None}  # fmt: skip
        found = made.get(variable.name)
        if origin is None and found is not None:
            derived.append(found)
            row |= {"Origin": "Derived", "Source": "Sponsor"}
        filled = origin is not None or found is not None
        (rows if filled or variable.core == "Req" else others).append(row)
        if row in rows and origin is None and lists.known(variable):
            lists.use(variable)
    return numbered(rows), others, derived


def _predecessor(
    name: str, source: str, variable: StandardVariable, there: Mapping[str, Mapping[str, Cells]]
) -> tuple[str, str, str] | None:
    """Data set and variable that a variable is taken over from, and a note."""
    wanted = variable.name
    above = there.get(source, {}).get(wanted)
    if above is not None and (above["Origin"] or variable.core == "Req"):
        return source, wanted, "by name"
    if name == "ADSL":
        home, other = "DM", {"TRT01P": "ARM", "TRT01A": "ACTARM"}.get(wanted, "")
    else:
        home, other = "ADSL", {"TRTP": "TRT01P", "TRTA": "TRT01A"}.get(wanted, "")
        if wanted in _CARRIED and wanted in there.get("ADSL", {}):
            return "ADSL", wanted, "by name"
    if other in there.get(home, {}):
        return home, other, f"guess: {home}.{other} says the treatment"
    return None


_CARRIED = frozenset({"TRTSDT", "TRTEDT", "AGE", "SEX", "RACE", "SAFFL", "FASFL", "ITTFL"})


def _derivations(
    name: str, source: str, there: Mapping[str, Mapping[str, Cells]]
) -> list[Proposal]:
    """Derivations that nearly every study has, where their inputs are at hand."""
    own = {variable for variable, row in there.get(source, {}).items() if row["Origin"]}
    subject = there.get("ADSL", {})
    rows: list[Proposal] = []
    if name == "ADSL":
        for variable, origin in (("TRTSDT", "RFXSTDTC"), ("TRTEDT", "RFXENDTC"),
                                 ("DTHDT", "DTHDTC")):  # fmt: skip
            if origin in own:
                rows.append(_row(variable, "date", f"DM.{origin}"))
        if "RFXSTDTC" in own:
            rows.append(_row("SAFFL", "sql", arguments="CASE WHEN DM.RFXSTDTC IS NOT NULL THEN "
                             "'Y' ELSE 'N' END", note="guess: subjects with a dose"))  # fmt: skip
        return rows
    for variable, end in (("ADT", "DTC"), ("ASTDT", "STDTC"), ("AENDT", "ENDTC")):
        if f"{source}{end}" in own:
            rows.append(_row(variable, "date", f"{source}.{source}{end}",
                             note="guess: complete dates alone; see impute_date"))  # fmt: skip
    made = {row.variable for row in rows}
    if "TRTSDT" in subject:
        rows += [_row(day, "study_day", date, arguments="reference=ADSL.TRTSDT")
                 for day, date in (("ADY", "ADT"), ("ASTDY", "ASTDT"), ("AENDY", "AENDT"))
                 if date in made]  # fmt: skip
        if {"ASTDT", "AENDT"} <= made and source == "AE":
            rows.append(_row("TRTEMFL", "treatment_emergent", "ASTDT, AENDT, ADSL.TRTSDT",
                             note="guess: no window after the last dose"))  # fmt: skip
    if f"{source}STRESN" in own:
        rows += [
            _row("PARAMCD", "assign", f"{source}.{source}TESTCD", note="guess: one a test code"),
            _row("PARAM", "sql", arguments=f"CASE WHEN {source}.{source}STRESU IS NULL THEN "
                 f"{source}.{source}TEST ELSE {source}.{source}TEST || ' (' || "
                 f"{source}.{source}STRESU || ')' END", note="guess: test and unit"),
            _row("AVAL", "assign", f"{source}.{source}STRESN"),
            _row("AVALC", "assign", f"{source}.{source}STRESC"),
        ]  # fmt: skip
    return rows


def _row(
    variable: str, algorithm: str, inputs: str = "", *, arguments: str = "", note: str = "by rule"
) -> Proposal:
    guess = note.startswith("guess: ")
    return Proposal(variable, algorithm, "", inputs, arguments, sureness="guess" if guess else "",
                    reason=note.removeprefix("guess: "))  # fmt: skip


def _sources(
    name: str, source: str, structure: str, there: Mapping[str, Mapping[str, Cells]],
    setting: Setting,
) -> list[Cells]:  # fmt: skip
    rows: list[Cells] = []
    if structure != "TTE" and source in setting.domains:
        rows.append({"Dataset": name, "Source": source, "From": source})
    if name != "ADSL" and "ADSL" in there:
        rows.append({"Dataset": name, "Source": "ADSL", "From": "ADSL", "Join": "left",
                     "On": "USUBJID"})  # fmt: skip
    return rows


def _dataset(
    name: str, source: str, structure: str, rows: Sequence[Cells], setting: Setting, store: Store
) -> Cells:
    known = standard_datasets("ADaMIG", setting.adamig, store=store)[structure]
    domain = standard_datasets("SDTMIG", setting.sdtmig, store=store).get(source)
    title = domain.label if domain is not None else "Time to Event"
    title_zh = domain.label_zh if domain is not None else "至事件时间"
    keys = _KEYS[structure].format(source=source)
    there = {str(row["Variable"]) for row in rows}
    return {
        "Dataset": name, "Label": known.label if name == "ADSL" else f"{title} Analysis Dataset",
        "Label (zh)": known.label_zh if name == "ADSL" else f"{title_zh}分析数据集",
        "Class": known.dataset_class, "SubClass": _subclass(structure),
        "Structure": known.structure, "Structure (zh)": known.structure_zh,
        "Key Variables": ", ".join(key for key in keys.split(", ") if key in there),
        "Standard": f"ADaMIG {setting.adamig}", "Has No Data": "No",
        "Repeating": "No" if name == "ADSL" else "Yes", "Reference Data": "No",
        "Developer Notes": "guess: keys and label, check them",
    }  # fmt: skip


def _subclass(structure: str) -> str | None:
    return {"ADAE": _ADAE, "TTE": "TIME-TO-EVENT"}.get(structure)


def _type(variable: StandardVariable) -> str:
    if variable.type == "Char":
        return "text"
    whole = _format(variable) or variable.name.endswith(("DY", "SEQ", "N", "AGE"))
    return "integer" if whole else "float"


def _plain_type(data_type: str) -> str:
    return data_type if data_type in ("integer", "float") else "text"


def _format(variable: StandardVariable) -> str | None:
    return _DATE if variable.type == "Num" and variable.name.endswith("DT") else None
