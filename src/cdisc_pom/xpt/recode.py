"""A transport file in another encoding, with lengths recomputed."""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np

from cdisc_pom.xpt import text
from cdisc_pom.xpt.errors import XportError
from cdisc_pom.xpt.model import LIMITS, Member, Variable
from cdisc_pom.xpt.parse import Layout
from cdisc_pom.xpt.reader import XportFile
from cdisc_pom.xpt.verify import check_records
from cdisc_pom.xpt.writer import DataSet, write_library

_RUN = 200_000


def recode_xport(
    source: str | os.PathLike[str],
    target: str | os.PathLike[str],
    *,
    source_encoding: str,
    target_encoding: str,
) -> tuple[Member, ...]:
    """Write a copy of a file in another encoding; memory does not grow with the file.

    The length of each text variable becomes that of its longest value, as agencies ask for.
    Names, labels, formats, stamps, number lengths and special missing values stay.

    Args:
        source: the file to read.
        target: the file to write; may be the same.
        source_encoding: codec of the source.
        target_encoding: codec of the target.

    Returns:
        The metadata as written.

    Raises:
        XportError: a text or label has no bytes in the target's encoding or is over a limit
            there, or a number has bits that would be lost; nothing is written.
    """
    file = XportFile(source, encoding=source_encoding)
    codec = text.codec_name(target_encoding)
    for layout in file.layouts:
        found = check_records(file, layout)
        if found:
            named = [replace(each, data_set=layout.member.name) for each in found]
            raise XportError.of_problems(named, path=file.path)
    return write_library(
        target,
        (_recoded(file, layout, codec) for layout in file.layouts),
        encoding=target_encoding,
        version=8 if file.version == 8 else 5,  # noqa: PLR2004
        created=file.created,
        modified=file.modified,
    )


def _recoded(file: XportFile, layout: Layout, codec: str) -> DataSet:
    member, names = layout.member, [each.name for each in layout.member.variables]
    longest = dict.fromkeys(names, 1)
    texts = [each.name for each in member.variables if each.type == "text"]
    for frame in file.chunks(member.name, rows=_RUN, columns=texts):
        for name in texts:
            encoded = text.encode_column(frame[name], codec)
            used = encoded.used(np.arange(len(encoded.texts)))
            size = text.byte_lengths(encoded.texts)[used].max(initial=1)
            longest[name] = max(longest[name], int(size))
    limit = LIMITS[file.version].text
    variables = [_with_length(each, min(longest[each.name], limit)) for each in member.variables]
    return DataSet(
        member.name,
        file.chunks(member.name, rows=_RUN),
        member.label,
        variables,
        member.created,
        member.modified,
        member.type,
    )


def _with_length(variable: Variable, length: int) -> Variable:
    return replace(variable, length=length) if variable.type == "text" else variable
