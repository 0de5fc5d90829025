"""What the implementation guides ask of variables: order, role, type, label, code list."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from cdisc_pom.errors import nearest
from cdisc_pom.lint.context import Context
from cdisc_pom.lint.guide import Guide, guided_datasets, guided_variables
from cdisc_pom.lint.model import Found
from cdisc_pom.lint.registry import rule
from cdisc_pom.plan.model import Source
from cdisc_pom.spec.sheets import DatasetRow, ValueLevelRow, VariableRow
from cdisc_pom.spec.workbook import Workbook

_ISO = frozenset(
    {"date", "time", "datetime", "partialDate", "partialTime", "partialDatetime",
     "incompleteDatetime", "durationDatetime", "intervalDatetime"}
)  # fmt: skip


@rule("IG.UNKNOWN", severity="warning")
def variable_is_not_of_the_guide(context: Context) -> Iterator[Found]:
    """An SDTM data set has a variable that no data set of its class has.

    SDTM allows no variables of one's own in a domain: give it the Role Supplemental Qualifier, so
    that it goes to SUPP--.
    """
    for _, guide, row, variable in guided_variables(context):
        if not guide.tabulation or variable.supplemental or not guide.tables(row):
            continue
        found = guide.variable(row, variable.variable) or guide.general(row, variable.variable)
        known = found is not None or _right_prefix(guide, row, variable.variable) is not None
        if not known and not _continuation(context, row, variable):
            near = nearest(variable.variable, [v.name for v in guide.variables(row)])
            hint = f"Did you mean '{near}'? " if near else ""
            hint += "If it is your own, set Role to Supplemental Qualifier."
            text = f"{variable.variable} is no variable of {row.dataset} in {guide.standard}."
            yield Found(variable.cell("variable"), text, hint)


@rule("IG.PREFIX")
def variable_has_another_prefix(context: Context) -> Iterator[Found]:
    """A variable of a domain has the prefix of another domain."""
    for _, guide, row, variable in guided_variables(context):
        if not guide.tabulation or variable.supplemental or len(guide.domain(row.dataset)) != 2:  # noqa: PLR2004
            continue
        name = variable.variable
        if guide.variable(row, name) is not None or guide.general(row, name) is not None:
            continue
        right = _right_prefix(guide, row, name)
        if right is not None:
            text = f"{name} has the prefix of {name[:2]} and stands in {row.dataset}."
            yield Found(variable.cell("variable"), text, f"Did you mean '{right}'?")


@rule("IG.ORDER", severity="warning")
def variables_stand_in_another_order(context: Context) -> Iterator[Found]:
    """The variables of an SDTM data set stand in another order than in the guide."""
    for book, guide, row in guided_datasets(context):
        if not guide.tabulation or not guide.tables(row):
            continue
        placed = [
            (found.order, variable)
            for variable in book.variables(row.dataset)
            if not variable.supplemental
            and (found := guide.variable(row, variable.variable)) is not None
        ]
        kept = _rising([order for order, _ in placed])
        for at, (order, variable) in enumerate(placed):
            if at in kept:
                continue
            after = [other.variable for o, other in placed if o < order]
            where = f"behind {after[-1]}" if after else "first"
            text = f"{variable.variable} stands at another place than in the guide."
            hint = f"The guide has it {where}: number Order like that."
            yield Found(variable.cell("order"), text, hint)


@rule("IG.ROLE", severity="warning")
def role_is_not_the_guides(context: Context) -> Iterator[Found]:
    """A variable of SDTM has no Role, or another one than in the guide."""
    for _, guide, row, variable in guided_variables(context):
        if not guide.tabulation or variable.supplemental:
            continue
        found = guide.variable(row, variable.variable)
        if found is not None and found.role and variable.role != found.role:
            given = f"'{variable.role}'" if variable.role else "empty"
            text = f"the role of {variable.variable} is '{found.role}', not {given}."
            yield Found(variable.cell("role"), text, f"Write {found.role}.")


@rule("IG.CORE", severity="warning")
def core_is_not_the_guides(context: Context) -> Iterator[Found]:
    """A Core of SDTM, where it is filled, is not the guide's.

    In ADaM a variable's core depends on the structure that it was copied from; it is not checked.
    """
    for _, guide, row, variable in guided_variables(context):
        found = guide.variable(row, variable.variable) if guide.tabulation else None
        if found is not None and variable.core is not None and variable.core != found.core:
            text = f"the core of {variable.variable} is {found.core}, not {variable.core}."
            yield Found(variable.cell("core"), text, f"Write {found.core}, or clear the cell.")


@rule("IG.MANDATORY", severity="warning")
def required_variable_is_not_mandatory(context: Context) -> Iterator[Found]:
    """A Required variable of SDTM is not Mandatory: it may never be missing."""
    for _, guide, row, variable in guided_variables(context):
        found = guide.variable(row, variable.variable) if guide.tabulation else None
        if found is not None and found.core == "Req" and not variable.mandatory:
            text = f"{variable.variable} is Required, but not Mandatory."
            yield Found(variable.cell("mandatory"), text, "Write Yes.")


@rule("IG.NODATA")
def required_variable_has_no_data(context: Context) -> Iterator[Found]:
    """A Required variable has Has No Data."""
    for _, guide, row, variable in guided_variables(context):
        found = guide.variable(row, variable.variable)
        if found is not None and found.core == "Req" and variable.has_no_data:
            text = f"{variable.variable} is Required and cannot be without data."
            yield Found(variable.cell("has_no_data"), text, "Fill it from a source.")


@rule("IG.TYPE")
def type_is_not_the_guides(context: Context) -> Iterator[Found]:
    """A variable is text where the guide has a number, or a number where it has text."""
    for _, guide, row, variable in guided_variables(context):
        name = variable.variable
        found = guide.variable(row, name) or guide.general(row, name)
        number = variable.data_type in ("integer", "float")
        if found is None or number == (found.type == "Num"):
            continue
        wanted = "a number (integer or float)" if found.type == "Num" else "text"
        text = f"{name} is {wanted} in {guide.standard}, not {variable.data_type}."
        yield Found(variable.cell("data_type"), text, "Change the Data Type.")


@rule("IG.ISO", severity="warning")
def date_is_plain_text(context: Context) -> Iterator[Found]:
    """A date, time or duration of SDTM has the Data Type text.

    Define-XML has types for ISO 8601: datetime, date, partialDatetime, durationDatetime.
    """
    for _, guide, row, variable in guided_variables(context):
        if not guide.tabulation or variable.supplemental:
            continue
        found = guide.variable(row, variable.variable) or guide.general(row, variable.variable)
        iso = found is not None and found.values.startswith("ISO 8601")
        if iso and variable.data_type == "text":
            text = f"{variable.variable} holds ISO 8601 values, but its Data Type is text."
            wanted = "durationDatetime" if found and "duration" in found.values else "datetime"
            yield Found(variable.cell("data_type"), text, f"Write {wanted}.")
        elif not iso and found is not None and variable.data_type in _ISO:
            text = f"{variable.variable} holds no ISO 8601 values, but is {variable.data_type}."
            yield Found(variable.cell("data_type"), text, "Write text.")


@rule("IG.LABEL", severity="warning")
def label_is_not_the_guides(context: Context) -> Iterator[Found]:
    """A variable's label is not the guide's.

    Labels of SDTM are fixed; those of ADaM too, where the guide does not leave them open. A
    variable that ADaM copies from SDTM keeps its label.
    """
    for _, guide, row, variable in guided_variables(context):
        found = guide.variable(row, variable.variable)
        if found is None or variable.supplemental or found.label[:1] in ("", "{"):
            continue  # the guide leaves the label open
        if not guide.tabulation and _origin(context, row, variable) is not None:
            continue  # IG.COPY looks at it
        if variable.label != found.label:
            text = f"the label of {variable.variable} is '{found.label}', not '{variable.label}'."
            yield Found(variable.cell("label"), text, "Write the guide's label.")


@rule("IG.COPY", severity="warning")
def copy_differs_from_its_origin(context: Context) -> Iterator[Found]:
    """A variable with the name of an ADSL or SDTM variable has another label or type than that.

    The same name means the same variable, throughout a study.
    """
    for _, guide, row, variable in guided_variables(context):
        if guide.tabulation:
            continue
        origin = _origin(context, row, variable)
        if origin is None:
            continue
        name = f"{origin.dataset}.{origin.variable}"
        if origin.label != variable.label:
            text = f"the label of {name} is '{origin.label}', not '{variable.label}'."
            yield Found(
                variable.cell("label"), text, "One name, one label.", (origin.cell("label"),)
            )
        if (origin.kind == "text") != (variable.kind == "text"):
            text = f"{name} is {origin.data_type}, this one {variable.data_type}."
            hint = "One name, one type."
            yield Found(variable.cell("data_type"), text, hint, (origin.cell("data_type"),))


@rule("IG.PAIR", severity="warning")
def number_without_its_text(context: Context) -> Iterator[Found]:
    """A numeric code of ADaM stands without the text that it codes (AGEGR1N without AGEGR1)."""
    for _, guide, row, variable in guided_variables(context):
        name = variable.variable
        found = guide.variable(row, name) if not guide.tabulation and name.endswith("N") else None
        if found is None or not found.label.endswith("(N)"):
            continue
        stem = name[:-1]
        pair = {"AVALCA": "AVALCAT", "PCHGCA": "PCHGCAT", "BASECA": "BASECAT"}.get(stem[:6])
        text_name = f"{pair}{stem[6:]}" if pair else stem
        if text_name not in context.variables[row.dataset] and guide.variable(row, text_name):
            text = f"{name} codes {text_name}, which is not in {row.dataset}."
            yield Found(variable.cell("variable"), text, f"Add {text_name}.")


@rule("IG.CODELIST", severity="warning")
def codelist_is_missing(context: Context) -> Iterator[Found]:
    """A variable has no code list where the guide has controlled terminology, or another one.

    A code list of one's own beside an extensible one is allowed; one with another NCI code is not.
    """
    for book, guide, row, variable in guided_variables(context):
        found = guide.variable(row, variable.variable)
        if found is None or not found.codelists or variable.has_no_data:
            continue
        if _valued(book, variable):
            continue
        if found.role == "Result Qualifier" and variable.codelist is None:
            continue  # its terms are those of one test; a value level row says which
        listed = book.codelists.get(variable.codelist or "")
        code = listed.rows[0].nci_codelist_code if listed is not None else None
        wanted = ", ".join(found.codelists)
        if variable.codelist is None:
            text = f"{variable.variable} has no code list; {guide.standard} asks for {wanted}."
            yield Found(variable.cell("codelist"), text, "Add the code list with the used terms.")
        elif code is not None and code not in found.codelists:
            text = (
                f"{variable.variable} has the code list {code}; {guide.standard} asks for {wanted}."
            )
            yield Found(variable.cell("codelist"), text, "Take the guide's code list.")


def _right_prefix(guide: Guide, row: DatasetRow, name: str) -> str | None:
    """The variable of this domain that a variable with another domain's prefix must be."""
    prefix = guide.domain(row.dataset)
    right = f"{prefix}{name[2:]}"
    other = name[:2] in guide.datasets and not name.startswith(prefix)
    return right if other and guide.variable(row, right) is not None else None


def _rising(numbers: list[int]) -> set[int]:
    """Positions of a longest rising run: what is not in it stands out of order."""
    ends: list[int] = []  # smallest last number of a run of each length, by position
    before = [-1] * len(numbers)
    for at, number in enumerate(numbers):
        length = bisect_left([numbers[end] for end in ends], number)
        before[at] = ends[length - 1] if length else -1
        ends[length : length + 1] = [at]
    found: set[int] = set()
    at = ends[-1] if ends else -1
    while at >= 0:
        found.add(at)
        at = before[at]
    return found


def _continuation(context: Context, row: DatasetRow, variable: VariableRow) -> bool:
    """Whether the variable continues another one (COVAL1 after COVAL, TSVAL1 after TSVAL)."""
    stem = variable.variable.rstrip("0123456789")
    return stem != variable.variable and stem in context.variables[row.dataset]


def _origin(context: Context, row: DatasetRow, variable: VariableRow) -> VariableRow | None:
    """The variable of ADSL, or of SDTM, that a variable of ADaM has its name from."""
    name = variable.variable
    homes = ["DM"] if row.dataset == "ADSL" else ["ADSL", "DM"]
    if len(name) > 2:  # noqa: PLR2004
        homes.append(name[:2])
    origins = {source.origin[1] for source in _sources(context, row.dataset)}
    homes += sorted(origins - {row.dataset})
    for home in homes:
        found = context.variables.get(home, {}).get(name)
        if found is not None and (home != name[:2] or context.datasets[home].kind == "sdtm"):
            return found
    return None


def _sources(context: Context, dataset: str) -> list[Source]:
    plan = context.plan.datasets.get(dataset)
    return [s for s in plan.sources.values() if s.origin[0] == "dataset"] if plan else []


def _valued(book: Workbook, variable: VariableRow) -> bool:
    """Whether value level rows say the variable's code lists."""
    return any(
        row.dataset == variable.dataset and row.variable == variable.variable and row.codelist
        for row in book.rows(ValueLevelRow)
    )
