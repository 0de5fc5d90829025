"""Checks the rows of the subjects' table before any story is told."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

NUMBERS = (
    *("age", "weight_kg", "height_cm", "ecog", "mbase", "dx_days_before_start", "prior_lines"),
    *("cycles", "last_cycle_start_day", "last_dose_day"),
)
DAY_LISTS = ("visit_days", "ne_visit_days")
OPTIONAL_DAYS = ("pd_day", "death_day")
RESPONSES = ("CR", "VGPR", "PR", "SD", "PD")
BEST_RESPONSES = (*RESPONSES, "NE")
BASES = ("SERUM", "URINE", "FLC", "IMAGING", "")
MEASURABLE = ("SERUM", "URINE", "FLC")
_YES_NO = ("Y", "N")

Row = dict[str, str]


def check_subjects(
    file: str, rows: Sequence[Row], *, flags: Sequence[str], reasons: Mapping[str, str]
) -> Iterator[str]:
    """Give one problem a wrong cell.

    Args:
        file: Name of the table, for the problem's place.
        rows: Rows of the table.
        flags: Columns that hold Y or N for treated subjects.
        reasons: Known reasons of screening failure.
    """
    seen: set[str] = set()
    for line, row in enumerate(rows, 2):
        place = f"{file}:{line} {row['subjid']}"
        if row["subjid"] in seen:
            yield f"{place}: the subject stands in the table twice."
        seen.add(row["subjid"])
        checks = _check_failure(row, reasons) if row["screenfail"] == "Y" else _check(row, flags)
        for problem in checks:
            yield f"{place}: {problem}"


def _check_failure(row: Row, reasons: Mapping[str, str]) -> Iterator[str]:
    yield from _check_dates(row, ("consentdt",))
    if row["sfreason"] not in reasons:
        yield f"sfreason is no known reason: {row['sfreason']!r}."


def _check(row: Row, flags: Sequence[str]) -> Iterator[str]:
    dates = ("consentdt", "startdt", "last_contact_dt")
    faults = list(_check_dates(row, dates))
    yield from faults
    if not faults and not row["consentdt"] < row["startdt"] <= row["last_contact_dt"]:
        yield "consentdt, startdt and last_contact_dt are not in this order."
    for column in NUMBERS:
        if not _is_number(row[column]):
            yield f"{column} is no number: {row[column]!r}."
    for column in OPTIONAL_DAYS:
        if row[column] and not row[column].isdigit():
            yield f"{column} is no study day: {row[column]!r}."
    for column in flags:
        if row[column] not in _YES_NO:
            yield f"{column} is neither Y nor N: {row[column]!r}."
    yield from _check_responses(row)


def _check_dates(row: Row, columns: Sequence[str]) -> Iterator[str]:
    for column in columns:
        try:
            date.fromisoformat(row[column])
        except ValueError:
            yield f"{column} is no date: {row[column]!r}."


def _check_responses(row: Row) -> Iterator[str]:
    for column in DAY_LISTS:
        parts = [part for part in row[column].split(";") if part]
        if not all(part.isdigit() for part in parts):
            yield f"{column} is no list of study days: {row[column]!r}."
    days = [part for part in row["visit_days"].split(";") if part]
    responses = [part for part in row["visit_resp"].split(";") if part]
    if len(days) != len(responses):
        yield f"visit_days has {len(days)} entries, visit_resp {len(responses)}."
    for response in responses:
        if response not in RESPONSES:
            yield f"visit_resp holds {response!r}, which is no response."
    for column in ("bor_irac", "bor_inv"):
        if row[column] not in BEST_RESPONSES:
            yield f"{column} is no response: {row[column]!r}."
    if row["pd_basis"] not in BASES:
        yield f"pd_basis is no basis of progression: {row['pd_basis']!r}."
    if row["measurable"] not in MEASURABLE:
        yield f"measurable is no kind of measurable disease: {row['measurable']!r}."


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal()
