"""Texts over the limit, split at a character boundary into continuation variables or SUPP-- rows.

The pieces of a text joined together are the text again: no piece ends with a blank, because the
format does not keep blanks at the end of a value.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from cdisc_pom.xpt import text
from cdisc_pom.xpt.check import check_columns
from cdisc_pom.xpt.columns import content_of
from cdisc_pom.xpt.errors import Problem, XportError
from cdisc_pom.xpt.model import Variable

_JOINERS = "\u200d\ufe0e\ufe0f"
#: A piece is cut after one of these, or before a blank, if that costs less than a third of it.
_STOPS = frozenset(",;:.!?)]}，；：。！？、）】》")
_SHARE = 2 / 3


@dataclass(frozen=True)
class SplitText:
    """A frame without texts over the limit.

    Attributes:
        frame: the columns of the caller, each followed by its continuation columns.
        variables: one a column.
        continued: continuation variables by their first variable, in order.
    """

    frame: pd.DataFrame
    variables: tuple[Variable, ...]
    continued: Mapping[str, tuple[str, ...]]


def split_text(
    frame: pd.DataFrame,
    variables: Sequence[Variable],
    *,
    encoding: str = "utf-8",
    limit: int = 200,
    name_bytes: int = 8,
) -> SplitText:
    """Move what is over the limit into continuation variables, as COVAL, COVAL1, COVAL2.

    Args:
        frame: has a column for each variable.
        variables: what the record looks like.
        encoding: codec in which bytes are counted.
        limit: bytes that a text may have.
        name_bytes: bytes that a name may have; a name of full length loses its last letter for
            the number.

    Returns:
        The frame with the pieces; ``join_text`` is the way back. Continuation variables have the
        label of their first variable.

    Raises:
        XportError: columns and variables are not the same set, a name of a continuation variable
            is taken, or a run of blanks is longer than the limit.

    Source: SDTMIG 3.4, section 4.5.3 (text over 200 characters).

    Example:
        >>> frame = pd.DataFrame({"CO": ["a b c"]})
        >>> split_text(frame, [Variable("CO", "text", 5)], limit=2).frame.loc[0].tolist()
        ['a', ' b', ' c']
    """
    if unknown := check_columns(frame, variables):
        raise XportError.of_problems(unknown, path="split")
    columns: dict[str, pd.Series] = {}
    described: list[Variable] = []
    continued: dict[str, tuple[str, ...]] = {}
    problems: list[Problem] = []
    taken = {each.name.upper() for each in variables}
    for variable in variables:
        values = frame[variable.name]
        described.append(variable)
        columns[variable.name] = values
        pieces, found = _pieces(values, variable, text.codec_name(encoding), limit)
        problems += found
        if not pieces:
            continue
        names = [variable.name, *_names(variable.name, len(pieces) - 1, name_bytes)]
        problems += [_taken(variable, name) for name in names[1:] if name.upper() in taken]
        taken.update(name.upper() for name in names)
        continued[variable.name] = tuple(names[1:])
        described[-1] = replace(variable, length=min(variable.length, limit))
        for name, piece in zip(names, pieces, strict=True):
            columns[name] = piece
            if name != variable.name:
                length = _longest(piece, encoding)
                described.append(replace(variable, name=name, length=length))
    if problems:
        raise XportError.of_problems(problems, path="split")
    return SplitText(pd.DataFrame(columns), tuple(described), continued)


def join_text(frame: pd.DataFrame, continued: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """The way back from ``split_text``: pieces joined, continuation columns removed.

    Args:
        frame: has all pieces; missing pieces are empty.
        continued: continuation variables by their first variable.

    Returns:
        A new frame; the joined columns are ``str``.
    """
    joined = frame.copy()
    for name, more in continued.items():
        whole = frame[name].astype("str")
        for each in more:
            whole = whole + frame[each].astype("str").fillna("")
        joined[name] = whole
    return joined.drop(columns=[each for more in continued.values() for each in more])


def split_to_supplement(
    frame: pd.DataFrame,
    variables: Sequence[Variable],
    *,
    encoding: str = "utf-8",
    limit: int = 200,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Move what is over the limit into rows for a SUPP-- data set.

    Args:
        frame: has a column for each variable.
        variables: what the record looks like.
        encoding: codec in which bytes are counted.
        limit: bytes that a text may have.

    Returns:
        The frame with first pieces only, and the rest: one row a piece with ``row`` (position of
        the record), ``QNAM``, ``QLABEL`` and ``QVAL``, by record and then by variable. The caller
        adds the identifiers of its SUPP-- data set.

    Raises:
        XportError: as ``split_text``.
    """
    parts = split_text(frame, variables, encoding=encoding, limit=limit)
    labels = {each.name: each.label for each in parts.variables}
    names = [name for more in parts.continued.values() for name in more]
    pieces = (
        parts.frame[names]
        .reset_index(drop=True)
        .melt(ignore_index=False, var_name="QNAM", value_name="QVAL")
    )
    rows = pieces[pieces["QVAL"].notna()].rename_axis("row").reset_index()
    rows["QNAM"] = pd.Categorical(rows["QNAM"], categories=names)
    rows = rows.sort_values(["row", "QNAM"], kind="stable", ignore_index=True)
    rows["QNAM"] = rows["QNAM"].astype("str")
    rows["QLABEL"] = rows["QNAM"].map(labels).astype("str")
    rows["QVAL"] = rows["QVAL"].astype("str")
    return parts.frame.drop(columns=names), rows[["row", "QNAM", "QLABEL", "QVAL"]]


def _pieces(
    values: pd.Series, variable: Variable, codec: str, limit: int
) -> tuple[list[pd.Series], list[Problem]]:
    """Columns of pieces; none when all texts fit. Each distinct long text is split once."""
    if variable.type != "text" or content_of(values) != "text":
        return [], []
    encoded = text.encode_column(values, codec, room=limit)
    is_long = text.byte_lengths(encoded.texts) > limit
    positions = encoded.used(np.flatnonzero(is_long))
    if not positions.size:
        return [], []
    plain = values.astype("str")
    rows = {int(at): encoded.row_of(int(at)) for at in positions}
    split = {plain.iloc[row]: _split_one(plain.iloc[row], codec, limit) for row in rows.values()}
    for whole, pieces in split.items():
        if not pieces:
            row = int(np.flatnonzero((plain == whole).to_numpy())[0])
            message = f"cannot be split: more than {limit} bytes of blanks in a row."
            return [], [Problem("no_place_to_split", message, variable.name, row, text=whole)]
    count = max(len(pieces) for pieces in split.values())
    is_split = plain.isin(list(split))
    columns = []
    for number in range(count):
        nth = {whole: pieces[number] for whole, pieces in split.items() if number < len(pieces)}
        piece = plain.map(nth).astype("str")
        columns.append(piece if number else piece.where(is_split, plain))
    return columns, []


def _split_one(whole: str, codec: str, limit: int) -> list[str]:
    """Pieces of at most ``limit`` bytes; none when a piece would end with a blank."""
    pieces, rest = [], whole.rstrip(" ")
    while rest:
        fit = _fitting(rest, codec, limit)
        cut = fit if fit == len(rest) else _best_cut(rest, fit)
        if not cut:
            return []
        pieces.append(rest[:cut])
        rest = rest[cut:]
    return pieces


def _fitting(rest: str, codec: str, limit: int) -> int:
    """Number of whole characters that fit into ``limit`` bytes."""
    size = 0
    for count, character in enumerate(rest):
        size += len(character.encode(codec))
        if size > limit:
            return count
    return len(rest)


def _best_cut(rest: str, fit: int) -> int:
    """The last good place up to ``fit`` characters: at a word, else between characters."""
    allowed = [at for at in range(fit, 0, -1) if rest[at - 1] != " " and not _clings(rest[at])]
    for at in allowed:
        if at < fit * _SHARE:
            break
        if rest[at] == " " or rest[at - 1] in _STOPS:
            return at
    return allowed[0] if allowed else 0


def _clings(character: str) -> bool:
    """True for marks that belong to the character before them."""
    return character in _JOINERS or unicodedata.combining(character) != 0


def _names(name: str, count: int, name_bytes: int) -> list[str]:
    return [f"{name[: name_bytes - len(str(n))]}{n}" for n in range(1, count + 1)]


def _taken(variable: Variable, name: str) -> Problem:
    message = f"needs a continuation variable {name}, but there is one of that name already."
    return Problem("name_taken", message, variable=variable.name, text=name)


def _longest(piece: pd.Series, encoding: str) -> int:
    encoded = text.encode_column(piece, text.codec_name(encoding))
    return int(text.byte_lengths(encoded.texts).max(initial=1))
