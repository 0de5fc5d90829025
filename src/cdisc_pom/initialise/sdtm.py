"""The SDTM workbook of a new study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cdisc_pom.initialise.codelists import Lists
from cdisc_pom.initialise.domain import Domain, draft_domain
from cdisc_pom.initialise.forms import FormOf, forms_of
from cdisc_pom.initialise.proposal import Proposal
from cdisc_pom.initialise.rules import (
    add_demographics,
    add_dictionary_terms,
    add_disposition,
    add_elements,
    add_ongoing,
    add_results,
    add_subject_forms,
    add_timing,
    subject_parts,
)
from cdisc_pom.initialise.setting import Setting, pins_of
from cdisc_pom.initialise.survey import SUBJECT, VISIT, Survey
from cdisc_pom.initialise.visits import visit_rows
from cdisc_pom.initialise.words import key_names
from cdisc_pom.package.profile import read_profile
from cdisc_pom.spec.writer import Cells
from cdisc_pom.standards import (
    StandardVariable,
    Store,
    Terminology,
    standard_datasets,
    standard_variables,
)

_WHOLE = ("SEQ", "DY", "NUM", "ORD", "CD")
_DICTIONARIES = {"MedDRA": "Medical Dictionary for Regulatory Activities"}


@dataclass
class Draft:
    """A workbook before it is written: rows by sheet, what is at hand beside it."""

    sheets: dict[str, list[Cells]]
    contents: dict[str, tuple[list[str], list[list[str | None]]]] = field(default_factory=dict)
    permissible: list[Cells] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    used: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    open_forms: dict[str, str] = field(default_factory=dict)


def draft_sdtm(setting: Setting, survey: Survey, store: Store) -> Draft:
    """All rows of the SDTM workbook, as far as the guide and the raw forms give them."""
    lists = Lists(Terminology(pins_of(setting), store=store))
    found = forms_of(survey)
    chosen = {name: _forms(name, found) for name in setting.domains}
    subject = subject_parts(
        [form.table for forms in chosen.values() for form in forms if SUBJECT in form.table.parts]
    )
    domains = _domains(setting, chosen, lists, subject, store)
    _add_rules(domains, survey, chosen, lists, setting, subject)
    draft = _rows(setting, domains, lists, store)
    draft.open_forms = {
        name: found[name].domain if name in found else ""
        for name in survey.forms
        if not any(name in domain.used or name in domain.aliases for domain in domains.values())
    }
    return draft


def _forms(domain: str, found: Mapping[str, FormOf]) -> tuple[FormOf, ...]:
    """Forms of a domain; doubtful ones only when there is no sure one."""
    mine = [form for form in found.values() if form.domain == domain]
    sure = tuple(form for form in mine if form.sure)
    return sure or tuple(mine[:1])


def _domains(
    setting: Setting, chosen: Mapping[str, tuple[FormOf, ...]], lists: Lists,
    subject: tuple[str, ...], store: Store,
) -> dict[str, Domain]:  # fmt: skip
    known = standard_datasets("SDTMIG", setting.sdtmig, store=store)
    names = frozenset(known)
    return {
        name: draft_domain(
            name, known[name].dataset_class,
            standard_variables("SDTMIG", setting.sdtmig, name, store=store), chosen[name], lists,
            language=setting.language, subject=subject, names=names,
        )
        for name in known
        if name in setting.domains
    }  # fmt: skip


def _add_rules(
    domains: Mapping[str, Domain], survey: Survey, chosen: Mapping[str, tuple[FormOf, ...]],
    lists: Lists, setting: Setting, subject: Sequence[str],
) -> None:  # fmt: skip
    """What follows from the guide; DM and SV first, since the others look at them."""
    dm = domains.get("DM")
    if dm is not None and dm.forms:
        taken = {form.table.name for forms in chosen.values() for form in forms}
        rest = [table for name, table in survey.forms.items() if name not in taken]
        add_subject_forms(dm, rest, lists, language=setting.language, subject=subject)
        add_demographics(dm, domains)
    for name in sorted(domains, key=lambda name: ("DM", "SV").index(name) if name in ("DM", "SV")
                       else len(domains)):  # fmt: skip
        domain = domains[name]
        if name == "DS" and domain.forms:
            add_disposition(domain, lists)
        if name == "SE" and "TE" in domains:
            add_elements(domain)
        add_dictionary_terms(domain)
        add_results(domain, lists)
        add_ongoing(domain, dm)
        add_timing(domain, domains)


def _rows(
    setting: Setting, domains: Mapping[str, Domain], lists: Lists, store: Store
) -> Draft:  # fmt: skip
    standard = f"SDTMIG {setting.sdtmig}"
    known = standard_datasets("SDTMIG", setting.sdtmig, store=store)
    draft = Draft({"Define": define_rows(setting, "SDTMIG", setting.sdtmig, "SDTM",
                                         setting.sdtm_ct)})  # fmt: skip
    variables: list[Cells] = []
    datasets: list[Cells] = []
    for name, domain in domains.items():
        rows, others = _variables(domain, setting, lists)
        variables += rows
        draft.permissible += others
        there = {str(row["Variable"]) for row in rows}
        keys = _keys(domain, there)
        datasets.append({
            "Dataset": name, "Label": known[name].label, "Label (zh)": known[name].label_zh,
            "Class": known[name].dataset_class, "Structure": known[name].structure,
            "Structure (zh)": known[name].structure_zh, "Key Variables": ", ".join(keys),
            "Standard": standard, "Has No Data": "No",
            "Repeating": "No" if name == "DM" else "Yes",
            "Reference Data": "Yes" if domain.dataset_class == "TRIAL DESIGN" else "No",
            "Developer Notes": "guess: keys after the guide's examples, check them",
        })  # fmt: skip
        draft.remarks += domain.remarks
        if domain.dataset_class == "TRIAL DESIGN":
            domain.sources.append({"Dataset": name, "Source": name, "From": f"sheet:{name}"})
            header = [v for v in there if v not in ("STUDYID", "DOMAIN")]
            columns = [v.name for v in domain.variables if v.name in header]
            dates = ["Start", "End"] if name == "TE" else []  # expressions that SE follows from
            draft.contents[name] = ([*columns, *dates], [])
        for form, used in domain.used.items():
            for column in used:
                names = [f"{name}.{made.variable}" for made in domain.proposals
                         if column in made.columns]  # fmt: skip
                draft.used.setdefault(form, {}).setdefault(column, []).extend(names)
        for form_of, tests in _tested(domain):
            for column in tests:
                draft.used.setdefault(form_of, {}).setdefault(column, []).append(f"{name} tests")
    draft.sheets |= {
        "Datasets": datasets, "Variables": variables,
        "Sources": [row for domain in domains.values() for row in domain.sources],
        "Mapping": [row for domain in domains.values() for row in mapping_rows(domain.name,
                    _ordered(domain))],
        "Findings": [row for d in domains.values() for tests in d.tests for row in tests.rows],
        "Codelists": lists.rows(_test_names(domains)), "Terms": lists.term_rows(),
        "Visits": _visits(domains), "Dictionaries": _dictionaries(variables),
    }  # fmt: skip
    return draft


def _tested(domain: Domain) -> list[tuple[str, frozenset[str]]]:
    forms = {alias: form for form, alias in domain.aliases.items()}
    return [(forms[str(tests.rows[0]["Source"])], tests.columns) for tests in domain.tests]


def define_rows(
    setting: Setting, standard: str, version: str, package: str, terminology: str
) -> list[Cells]:
    """Rows of Define."""
    values = {
        "StudyName": setting.study_id, "StudyDescription": None, "ProtocolName": setting.study_id,
        "StandardName": standard, "StandardVersion": version, "CT Publishing Set": package,
        "CT Version": terminology, "Language": setting.language, "Agency": setting.agency,
        "Encoding": read_profile(setting.agency).encodings[0],
    }  # fmt: skip
    return [{"Attribute": name, "Value": value} for name, value in values.items()]


def _variables(domain: Domain, setting: Setting, lists: Lists) -> tuple[list[Cells], list[Cells]]:
    """Rows for Variables, and those that the guide permits and nothing fills yet."""
    rows: list[Cells] = []
    others: list[Cells] = []
    constant = {"STUDYID": setting.study_id, "DOMAIN": domain.name}
    tested = {f"{domain.name}{end}" for end in ("TESTCD", "TEST")} if domain.tests else set()
    cells = [row for tests in domain.tests for row in tests.rows]
    for end, header in (("CAT", "Category"), ("SPEC", "Specimen")):
        if any(row.get(header) for row in cells):
            tested.add(f"{domain.name}{end}")
    for variable in domain.variables:
        name = variable.name
        made = next((p for p in domain.proposals if p.variable == name), None)
        sheet = domain.dataset_class == "TRIAL DESIGN" and variable.core != "Perm"
        filled = made is not None or name in constant or name in tested or sheet
        coded = name in tested or (
            made is not None and (made.algorithm == "term" or _is_flag(made))
        )
        row = variable_row(variable, domain.name)
        row |= {
            "Data Type": _data_type(variable, made), "Assigned Value": constant.get(name),
            "Codelist": _codelist(variable, lists, coded=coded or sheet or not filled, named=filled
                                  or variable.core != "Perm"),
            "Origin": "Assigned" if name in tested or name == "DOMAIN" else
            "Protocol" if name == "STUDYID" or sheet else made.origin if made is not None else None,
        }  # fmt: skip
        row["Source"] = "Investigator" if row["Origin"] == "Collected" else (
            "Sponsor" if row["Origin"] else None)  # fmt: skip
        (rows if filled or variable.core != "Perm" else others).append(row)
        if coded and made is not None and lists.known(variable):
            lists.use_terms(variable, _constants(domain, name))
    return numbered(rows), others


def numbered(rows: Sequence[Cells]) -> list[Cells]:
    """Rows of Variables with their Order."""
    return [{**row, "Order": order} for order, row in enumerate(rows, start=1)]


def variable_row(variable: StandardVariable, dataset: str) -> dict[str, str | float | None]:
    """What the guide says of a variable."""
    return {
        "Order": variable.order, "Dataset": dataset, "Variable": variable.name,
        "Label": variable.label, "Label (zh)": variable.label_zh,
        "Mandatory": "Yes" if variable.core == "Req" else "No", "Role": variable.role,
        "Core": variable.core, "Has No Data": "No",
    }  # fmt: skip


def _is_flag(made: Proposal) -> bool:
    return made.algorithm in ("constant", "baseline_flag", "range_indicator", "assign")


def _constants(domain: Domain, name: str) -> list[str]:
    """Terms that rows of Mapping write themselves."""
    found = [made.arguments.removeprefix("value=") for made in domain.proposals
             if made.variable == name and made.algorithm == "constant"]  # fmt: skip
    flags = [made for made in domain.proposals
             if made.variable == name and made.algorithm == "baseline_flag"]  # fmt: skip
    return found + (["Y"] if flags else [])


def _codelist(variable: StandardVariable, lists: Lists, *, coded: bool, named: bool) -> str | None:
    """The list's ID; a list is written out when a variable of Variables names it."""
    if variable.values in _DICTIONARIES:
        return variable.values
    if not coded or not lists.known(variable):
        return None
    return lists.use(variable) if named else lists.short_name(variable)


def _data_type(variable: StandardVariable, made: Proposal | None) -> str:
    """The Data Type of Define-XML."""
    if variable.values.startswith("ISO 8601 datetime"):
        return (made.data_type if made is not None else "") or "partialDatetime"
    if "duration" in variable.values:
        return "durationDatetime"
    if variable.type == "Char":
        return "text"
    whole = variable.name.endswith(_WHOLE) and variable.name != "VISITNUM"
    return "integer" if whole or variable.name == "AGE" else "float"


def _keys(domain: Domain, there: set[str]) -> list[str]:
    known = key_names()
    names = known.get(domain.name, known.get(domain.dataset_class, ()))
    keys = [name.replace("--", domain.name) for name in names]
    filled = {made.variable for made in domain.proposals} | {
        f"{domain.name}{end}" for end in ("TESTCD", "SPEC", "CAT") if domain.tests
    }
    first = [name for name in ("STUDYID", "USUBJID") if name in there]
    return first + [name for name in keys if name in there and (name in filled or not domain.forms)]


def _ordered(domain: Domain) -> list[Proposal]:
    """Rows in the guide's order of variables; work variables stand before their users."""
    place = {variable.name: variable.order for variable in domain.variables}
    return sorted(domain.proposals, key=lambda made: place.get(made.variable, 3.5))


def mapping_rows(dataset: str, proposals: Sequence[Proposal]) -> list[Cells]:
    """Rows of Mapping or Derivations."""
    return [
        {
            "Dataset": dataset, "Variable": made.variable, "Source": made.source or None,
            "Algorithm": made.algorithm, "Inputs": made.inputs or None,
            "Arguments": made.arguments or None, "When": made.when or None, "Note": made.note,
        }
        for made in proposals
    ]  # fmt: skip


def _test_names(domains: Mapping[str, Domain]) -> dict[str, dict[str, str]]:
    """Names of tests, the decoded values of the lists of test codes."""
    return {
        f"{name}TESTCD": {code: test for tests in domain.tests for code, test in
                          tests.codes.items()}
        for name, domain in domains.items()
        if domain.tests
    }  # fmt: skip


def _visits(domains: Mapping[str, Domain]) -> list[Cells]:
    numbered = [domain for domain in domains.values()
                if any(made.algorithm == "visit" for made in domain.proposals)]  # fmt: skip
    forms = [form.table for domain in numbered for form in domain.forms
             if VISIT in form.table.parts]  # fmt: skip
    return visit_rows(forms)


def _dictionaries(variables: Sequence[Cells]) -> list[Cells]:
    used = {str(row["Codelist"]) for row in variables} & set(_DICTIONARIES)
    return [
        {"ID": name, "Name": _DICTIONARIES[name], "Data Type": "text", "Dictionary": name}
        for name in sorted(used)
    ]
