"""Values that follow from a condition alone."""

from __future__ import annotations

import numpy as np

from cdisc_pom.algorithms.registry import Arguments, ColumnName, ColumnNames, Used, algorithm
from cdisc_pom.columns import Column, Mask, from_codes, group_codes


class ConditionArgs(Arguments):
    """Arguments of `condition`."""

    records: ColumnName = "*"
    yes: str = "Y"
    no: str = ""


@algorithm(
    "condition",
    arguments=ConditionArgs,
    text="'{yes}' where the condition holds, otherwise '{no}'.",
    text_zh="条件成立时为“{yes}”，否则为“{no}”。",
)
def condition(records: Column, yes: str = "Y", no: str = "", *, eligible: Mask) -> Column:
    """One text where the row's When holds, another where it does not.

    For criterion flags and for Y/N flags of a subject. A When that is missing (a comparison with
    a missing value) does not hold.

    Args:
        records: any column; gives the index.
        yes: text where the condition holds.
        no: text elsewhere; empty for missing.
        eligible: records that the row's When selects.

    Returns:
        Text.

    Source: ADaMIG 1.3, section 3.1.4 (flag variables: Y/N or Y/null); admiral,
        derive_vars_crit_flag.

    Example:
        >>> import pandas as pd
        >>> condition(pd.Series([1, 2]), no="N", eligible=np.array([True, False])).tolist()
        ['Y', 'N']
    """
    return from_codes(np.where(eligible, 0, 1), [yes, no or None], records.index)


class GroupFlagArgs(Arguments):
    """Arguments of `group_flag`."""

    by: ColumnNames
    yes: str = "Y"
    no: str = ""


def _used_group(by: tuple[Column, ...], *, eligible: Mask, **rest: object) -> Used:
    del eligible, rest
    return Used(compared=group_codes(by))


@algorithm(
    "group_flag",
    arguments=GroupFlagArgs,
    used=_used_group,
    whole=True,
    text="'{yes}' for all records within {by} when the condition holds for one of them, "
    "otherwise '{no}'.",
    text_zh="在 {by} 内任一记录满足条件时，其全部记录为“{yes}”，否则为“{no}”。",
)
def group_flag(by: tuple[Column, ...], yes: str = "Y", no: str = "", *, eligible: Mask) -> Column:
    """Flag of every record of a group in which a record fulfils the row's When.

    Args:
        by: columns that make a group.
        yes: text for the records of such a group.
        no: text for all others; empty for missing.
        eligible: records that the row's When selects.

    Returns:
        Text.

    Source: admiral, derive_var_merged_exist_flag with the data set itself as additional one.

    Example:
        >>> import pandas as pd
        >>> flag = group_flag((pd.Series(["01", "01", "02"]),),
        ...                   eligible=np.array([False, True, False]))
        >>> flag.tolist()
        ['Y', 'Y', nan]
    """
    index = by[0].index
    groups = group_codes(by, len(index))
    there = np.zeros(int(groups.max(initial=-1)) + 1, dtype=bool)
    there[groups[eligible]] = True
    return from_codes(np.where(there[groups], 0, 1), [yes, no or None], index)
