"""Confirmed and best response as algorithms of the workbook; the rules are in `confirmation`."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from cdisc_pom.adam.confirmation import confirmed_response as confirm
from cdisc_pom.adam.confirmation_best import best_response as best
from cdisc_pom.adam.confirmation_checks import (
    ResponseError,
    check_confirmation,
    check_responses,
    join_findings,
)
from cdisc_pom.adam.imwg import imwg_response
from cdisc_pom.adam.imwg_criteria import Criteria
from cdisc_pom.adam.parameters import subject_grid
from cdisc_pom.adam.response_problems import (
    no_records,
    problems_of,
    problems_of_both,
    subject_labels,
)
from cdisc_pom.algorithms.dates import dates_from_days, day_numbers
from cdisc_pom.algorithms.registry import (
    ColumnName,
    ColumnNames,
    ComponentsName,
    ComponentTable,
    ParameterArguments,
    Records,
    SubjectsName,
    algorithm,
)
from cdisc_pom.columns import Codes, Column, group_codes, text_column

_ROW = "_row"


class ConfirmedArgs(ParameterArguments):
    """Arguments of `confirmed_response`."""

    response: ColumnName
    date: ColumnName
    by: ColumnNames
    start: ColumnName = "TRTSDT"
    new_therapy: ColumnName = ""
    death: ColumnName = ""
    no_confirmation: ColumnName = ""
    myeloma_death: ColumnName = ""
    skip_ne: bool = True
    unconfirmed_to_sd: bool = True
    progression_needs_confirmation: bool = True
    use_mr: bool = False
    death_days: int = 84


@algorithm(
    "confirmed_response",
    arguments=ConfirmedArgs,
    shape="records",
    gives=("AVALC", "ADT", "UNCPDFL", "ANL01FL", "ANL02FL", "ANL03FL"),
    text="{response} confirmed by the next evaluable assessment and carried forward until "
    "confirmed progression; progression counts at the first of its two dates.",
    text_zh="{response} 经下一次可评估的疗效评价确认，并延续至确认的疾病进展；"
    "进展日期取两次中的首次。",
)
def confirmed_response(
    response: Column,
    date: Column,
    by: tuple[Column, ...],
    start: Column,
    new_therapy: Column | None = None,
    death: Column | None = None,
    no_confirmation: Column | None = None,
    myeloma_death: Column | None = None,
    **options: bool | int,
) -> Records:
    """One record for each overall response, with the confirmed response that holds at it.

    Args:
        response: overall responses (sCR, CR, VGPR, PR, MR, SD, PD, NE).
        date: dates of the assessments.
        by: USUBJID and what else makes a series (PARCAT1).
        start: date of first dose.
        new_therapy: date of new anti-myeloma therapy.
        death: date of death.
        no_confirmation: `Y` for a progression that needs no second assessment (imaging).
        myeloma_death: `Y` where the subject died of myeloma.
        options: skip_ne, unconfirmed_to_sd, progression_needs_confirmation, use_mr, death_days.

    Returns:
        The `by` variables, AVALC (confirmed response carried forward), ADT, UNCPDFL, ANL01FL
        (record of its day), ANL02FL (up to new therapy), ANL03FL (up to confirmed progression).
        Records without a confirmed response are left out. A response that is no code, a missing
        date, an assessment after death are problems, with which nothing is derived; several
        assessments on a day, one before first dose, one confirmed late are doubts.

    Source: IMWG uniform response criteria (Durie 2006, Rajkumar 2011): two consecutive assessments.

    Example:
        >>> dates = pd.Series(pd.to_datetime(["2024-01-29", "2024-02-26"]))
        >>> made = confirmed_response(pd.Series(["PR", "PR"]), dates,
        ...     (pd.Series(["01", "01"], name="USUBJID"),), pd.Series(["2024-01-01"] * 2))
        >>> made.columns["AVALC"].tolist()
        ['PR', 'PR']
    """
    optional = {"NACTDT": new_therapy, "DTHDT": death}
    flags = {"PDIFL": no_confirmation, "DTHPDFL": myeloma_death}
    frame = pd.DataFrame(
        {
            **{str(column.name): _plain(column) for column in by},
            "AVALC": _plain(response),
            "ADT": _dates(date),
            "TRTSDT": _dates(start),
            **{name: _dates(column) for name, column in optional.items() if column is not None},
            **{name: _plain(column) for name, column in flags.items() if column is not None},
        }
    )
    names = [str(column.name) for column in by]
    try:
        made = confirm(frame, by=names[1:], subject=names[0], **options)  # type: ignore[arg-type]
    except ResponseError as error:
        return no_records(problems_of(error.findings, len(frame)))
    doubts = [
        check_responses(frame, by=names[1:], subject=names[0]),
        check_confirmation(made, subject=names[0]),
    ]
    kept = np.flatnonzero(made["CARRRESP"].notna().to_numpy())
    looked = _deciding(made, names, kept)
    made = made.iloc[kept].reset_index(drop=True)
    columns = {name: text_column(made[name].astype(object)) for name in names}
    columns["AVALC"] = text_column(made["CARRRESP"].astype(object))
    columns["ADT"] = dates_from_days(day_numbers(made["ADT"]), made.index)
    for flag in ("UNCPDFL", "ANL01FL", "ANL02FL", "ANL03FL"):
        columns[flag] = text_column(made[flag].astype(object))
    problems = problems_of(join_findings(doubts), len(frame))
    return Records(kept.astype(np.int64), columns, problems, looked=looked)


def _deciding(made: pd.DataFrame, names: list[str], kept: np.ndarray) -> tuple[Codes, Codes]:
    """For each kept record the one that first reached its response, and the one confirming that."""
    series = group_codes([text_column(made[name]) for name in names])
    days = {name: day_numbers(made[name]) for name in ("ADT", "RESPDT", "CONFDT")}
    low, span = np.nanmin(days["ADT"], initial=0.0), np.nanmax(days["ADT"], initial=0.0)
    keys = {name: series * (span - low + 2) + column - low for name, column in days.items()}
    first = np.flatnonzero(made["ANL01FL"].eq("Y").to_numpy(dtype=bool))
    first = first[np.argsort(keys["ADT"][first], kind="stable")]

    def find(rows: np.ndarray, date: str) -> np.ndarray:
        at = np.searchsorted(keys["ADT"][first], keys[date][rows])
        found = np.append(first, -1)[at]
        same = (series[found] == series[rows]) & (days["ADT"][found] == days[date][rows])
        return np.where((found >= 0) & same, found, -1)

    reached = find(kept, "RESPDT")
    origin = np.where(reached < 0, kept, reached)
    rows = np.repeat(np.arange(len(kept)), 2)
    at = np.stack([origin, find(origin, "CONFDT")], axis=1).reshape(-1)
    told = (at >= 0) & (at != np.repeat(kept, 2))
    return rows[told], at[told].astype(np.int64)


class BestArgs(ParameterArguments):
    """Arguments of `best_response`."""

    response: ColumnName
    date: ColumnName
    by: ColumnNames
    first: ColumnName = "ANL01FL"
    therapy: ColumnName = "ANL02FL"
    progression: ColumnName = "ANL03FL"
    use_mr: bool = False
    subjects: SubjectsName = ""


@algorithm(
    "best_response",
    arguments=BestArgs,
    shape="records",
    gives=("AVALC", "ADT"),
    text="Best {response} of a subject (sCR, CR, VGPR, PR, SD, PD, NE) up to new therapy and "
    "progression; NE without any.",
    text_zh="受试者在新治疗及疾病进展前的最佳 {response}"
    "（sCR、CR、VGPR、PR、SD、PD、NE）；无记录者为 NE。",
)
def best_response(
    response: Column,
    date: Column,
    by: tuple[Column, ...],
    first: Column,
    therapy: Column,
    progression: Column,
    use_mr: bool = False,
    subjects: Column | None = None,
) -> Records:
    """The best response of each subject and the first date on which it was reached.

    Args:
        response: responses, confirmed or not.
        date: their dates.
        by: USUBJID and what else makes a series (PARCAT1).
        first: `Y` for the record that stands for its day.
        therapy: `Y` up to new therapy.
        progression: `Y` up to confirmed progression.
        use_mr: whether MR is a response of its own.
        subjects: every subject who gets a record; one without a response gets NE.

    Returns:
        The `by` variables, AVALC and ADT.

    Source: IMWG; a best response of SD needs one such assessment.

    Example:
        >>> yes = pd.Series(["Y", "Y"])
        >>> made = best_response(pd.Series(["SD", "PR"]), pd.to_datetime(pd.Series(["2024-02-01",
        ...     "2024-03-01"])), (pd.Series(["01", "01"], name="USUBJID"),), yes, yes, yes)
        >>> made.columns["AVALC"].tolist()
        ['PR']
    """
    names = [str(column.name) for column in by]
    frame = pd.DataFrame(
        {
            **{name: _plain(column) for name, column in zip(names, by, strict=True)},
            "CARRRESP": _plain(response),
            "ADT": _dates(date),
            "ANL01FL": _plain(first),
            "ANL02FL": _plain(therapy),
            "ANL03FL": _plain(progression),
        }
    )
    wanted = None if subjects is None else _frame_of(subject_grid(by, subjects), names)
    made = best(frame, by=names[1:], subject=names[0], use_mr=use_mr, subjects=wanted)
    rows = _rows(frame, made, names)
    columns = {name: text_column(made[name].astype(object)) for name in names}
    columns["AVALC"] = text_column(made["BOR"].astype(object))
    columns["ADT"] = dates_from_days(day_numbers(made["BORDT"]), made.index)
    return Records(rows, columns)


class ImwgArgs(ParameterArguments):
    """Arguments of `response_imwg`."""

    subject: ColumnName = "USUBJID"
    start: ColumnName = "TRTSDT"
    light_chain: ColumnName = ""
    new_therapy: ColumnName = ""
    death: ColumnName = ""
    components: ComponentsName = "Response"
    version: Literal["2006", "2011", "2016"] = "2011"
    nadir: Literal["confirmed", "any"] = "confirmed"
    serum_measurable: float = 0.5
    urine_measurable: float = 200.0
    flc_measurable: float = 100.0
    use_mr: bool = False


@algorithm(
    "response_imwg",
    arguments=ImwgArgs,
    shape="records",
    gives=("USUBJID", "AVALC", "ADT", "AVISIT", "RSPRULE", "PDIFL", "PDNCFL"),
    text="Overall response of each visit by the IMWG uniform response criteria, version {version}, "
    "nadir {nadir}, from the components of Response.",
    text_zh="按 IMWG 统一疗效标准（{version} 版，最低值取法 {nadir}），"
    "由 Response 所列各组分得出每次访视的总体疗效。",
)
def response_imwg(
    subject: Column,
    start: Column,
    light_chain: Column | None = None,
    new_therapy: Column | None = None,
    death: Column | None = None,
    *,
    components: ComponentTable,
    version: Literal["2006", "2011", "2016"] = "2011",
    **options: str | float | bool,
) -> Records:
    """One record for each visit with its response, derived from laboratory and imaging results.

    Args:
        subject: subjects who are assessed.
        start: date of first dose.
        light_chain: KAPPA or LAMBDA, where free light chains are followed.
        new_therapy: date of new anti-myeloma therapy.
        death: date of death.
        components: records that are components, in standard units (the Response sheet).
        version: version of the criteria.
        options: nadir, limits of measurable disease and use_mr.

    Returns:
        USUBJID, AVALC (sCR, CR, VGPR, PR, MR, SD, PD, NE), ADT, AVISIT, RSPRULE (the rule that
        gave it), PDIFL (progression by imaging), PDNCFL (progression that needs no second
        assessment). Doubtful input is a problem with its record; so is input that the criteria
        cannot be applied to, and then nothing is derived.

    Source: Durie 2006, Rajkumar 2011, Kumar 2016; rules in docs/response.md.

    Example:
        >>> text = lambda *items: pd.Series(list(items))
        >>> number = lambda *items: pd.Series(list(items), dtype=float)
        >>> table = ComponentTable({"USUBJID": text("1", "1"), "COMPONENT": text("SMP", "SMP"),
        ...     "DATE": pd.to_datetime(text("2024-02-27", "2024-03-29")), "VALUE": number(3, 1.4),
        ...     "TEXT": text(None, None), "LOW": number(None, None), "HIGH": number(None, None),
        ...     "VISIT": text("SCREENING", "CYCLE 2 DAY 1")})
        >>> made = response_imwg(text("1"), text("2024-03-01"), components=table)
        >>> made.columns["AVALC"].tolist(), made.columns["RSPRULE"].tolist()
        (['PR'], ['PR-SMP'])
    """
    frame = _components(components, subject)
    people = {"USUBJID": _plain(subject), "TRTSDT": _dates(start)}
    dates = {"NACTDT": new_therapy, "DTHDT": death}
    people |= {name: _dates(column) for name, column in dates.items() if column is not None}
    if light_chain is not None:
        people["MMLIGHT"] = _plain(light_chain)
    criteria = Criteria.of(version, **options)
    # A finding tells a record of the components from one of the subjects by its label.
    everyone = pd.DataFrame(people).set_axis(subject_labels(len(subject)))
    size = len(components.columns["USUBJID"])
    try:
        found = imwg_response(frame, everyone, criteria=criteria, visit="VISIT")
    except ResponseError as error:
        return no_records(problems_of_both(error.findings, size, len(subject)))
    visits = found.visits
    columns = {"ADT": dates_from_days(day_numbers(visits["ADT"]), visits.index)}
    names = {"USUBJID": "USUBJID", "AVALC": "AVALC", "AVISIT": "VISIT", "RSPRULE": "RULE",
             "PDIFL": "PDIFL", "PDNCFL": "PDNCFL"}  # fmt: skip
    for name, column in names.items():
        columns[name] = text_column(visits[column].astype(object))
    evidence = found.evidence[["VISITROW", "RECORD"]].drop_duplicates()
    used = (evidence["VISITROW"].to_numpy(np.int64), evidence["RECORD"].to_numpy(np.int64))
    rows = np.full(len(visits), -1, dtype=np.int64)
    return Records(rows, columns, problems_of_both(found.findings, size, len(subject)), used)


def _components(components: ComponentTable, subject: Column) -> pd.DataFrame:
    """The components of the subjects as the criteria take them, without those that say nothing."""
    given = components.columns
    frame = pd.DataFrame(
        {
            "USUBJID": _plain(given["USUBJID"]),
            "PARAMCD": _plain(given["COMPONENT"]),
            "ADT": _dates(given["DATE"]),
            "AVAL": given["VALUE"].to_numpy(dtype=float),
            "AVALC": _plain(given["TEXT"]),
            "ANRLO": given["LOW"].to_numpy(dtype=float),
            "ANRHI": given["HIGH"].to_numpy(dtype=float),
            "VISIT": _plain(given["VISIT"]),
        }
    )
    asked = given["USUBJID"].isin(subject.dropna()).to_numpy(dtype=bool)
    return frame[asked & (frame["AVAL"].notna() | frame["AVALC"].notna())]


def _plain(column: Column) -> pd.Series:
    """Text as plain objects without an index of its own."""
    return column.astype(object).where(column.notna(), None).reset_index(drop=True)


def _dates(column: Column) -> pd.Series:
    days = day_numbers(column)
    return pd.Series(dates_from_days(days, pd.RangeIndex(len(days))))


def _frame_of(columns: list[Column], names: list[str]) -> pd.DataFrame:
    return pd.DataFrame({name: _plain(column) for name, column in zip(names, columns, strict=True)})


def _rows(frame: pd.DataFrame, made: pd.DataFrame, names: list[str]) -> np.ndarray:
    """Position of the first record of each best response, or -1."""
    numbered = frame.assign(**{_ROW: np.arange(len(frame))})
    numbered = numbered.drop_duplicates([*names, "ADT"])[[*names, "ADT", _ROW]]
    merged = made.merge(
        numbered, how="left", left_on=[*names, "BORDT"], right_on=[*names, "ADT"], validate="m:1"
    )
    return merged[_ROW].fillna(-1).to_numpy(dtype=np.int64)
