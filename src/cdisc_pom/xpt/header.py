"""Header records of a transport file, as bytes.

All header records have 80 bytes. Integers are big-endian. Source: SAS TS-140 for version 5, and
"Record layout of a SAS version 8 or 9 data set in SAS transport format" for version 8.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import datetime

from cdisc_pom.xpt.model import Member, Variable, parse_format

RECORD = 80
NAMESTR = 140
#: Record names by version: library, member, descriptor, variables, records.
NAMES = {
    5: (b"LIBRARY ", b"MEMBER  ", b"DSCRPTR ", b"NAMESTR ", b"OBS     "),
    8: (b"LIBV8   ", b"MEMBV8  ", b"DSCPTV8 ", b"NAMSTV8 ", b"OBSV8   "),
}
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
#: type, hash, length, number, name, label, format, width, decimals, justify, 2 filler bytes,
#: informat, width, decimals, position; the rest differs by version.
NAMESTR_HEAD = struct.Struct(">4h8s40s8s3h2x8s2hi")
NAMESTR_TAIL = {5: struct.Struct(">52x"), 8: struct.Struct(">32s3h14x")}
_SAS_RELEASE = b"9.4     "
_SYSTEM = b"PYTHON  "
_SHORT_NAME, _SHORT_LABEL = 8, 40
#: The field has 16 bits; the number is not used to read a record.
_LAST_NUMBER = 32_767


def header_record(name: bytes, tail: bytes = b"0" * 30) -> bytes:
    """One ``HEADER RECORD`` line.

    Args:
        name: 8 bytes, e.g. ``OBS`` and five blanks.
        tail: what follows the exclamation marks.

    Returns:
        80 bytes.
    """
    return (b"HEADER RECORD*******" + name + b"HEADER RECORD!!!!!!!" + tail).ljust(RECORD)


def library_header(version: int, created: datetime | None, modified: datetime | None) -> bytes:
    """The three records at the start of a file."""
    first = b"SAS     SAS     SASLIB  " + _SAS_RELEASE + _SYSTEM + b" " * 24 + stamp(created)
    return header_record(NAMES[version][0]) + first + stamp(modified).ljust(RECORD)


def member_header(member: Member, *, encoding: str, version: int, records: int | None) -> bytes:
    """All records of one data set that stand before its data.

    Args:
        member: metadata that ``check_member`` has passed.
        encoding: codec of names and labels.
        version: 5 or 8.
        records: number of records, told in version 8 only; None when not known yet.

    Returns:
        A multiple of 80 bytes; its length does not depend on ``records``.
    """
    _, member_name, descriptor, namestr, observations = NAMES[version]
    count = b"%010d" % len(member.variables)
    parts = [
        header_record(member_name, b"0" * 17 + b"160" + b"0" * 7 + b"140"),
        header_record(descriptor),
        _descriptor(member, encoding, version),
        header_record(namestr, count.ljust(30, b"0")),
        _padded(b"".join(_namestrs(member.variables, encoding, version))),
    ]
    if version == 8:  # noqa: PLR2004
        parts.append(_long_labels(member.variables, encoding))
        parts.append(header_record(observations, b"%15d" % (records or 0)))
    else:
        parts.append(header_record(observations))
    return b"".join(parts)


def stamp(moment: datetime | None) -> bytes:
    """A moment as ``ddMMMyy:hh:mm:ss``; the year has two digits, as the format has it."""
    if moment is None:
        return b" " * 16
    month = MONTHS[moment.month - 1]
    return f"{moment:%d}{month}{moment.year % 100:02d}:{moment:%H:%M:%S}".encode("ascii")


def _padded(content: bytes) -> bytes:
    return content + b" " * (-len(content) % RECORD)


def _descriptor(member: Member, encoding: str, version: int) -> bytes:
    name = member.name.encode(encoding)
    if version == 5:  # noqa: PLR2004
        first = b"SAS     %-8bSASDATA " % name + _SAS_RELEASE + _SYSTEM + b" " * 24
    else:
        first = b"SAS     %-32bSASDATA " % name + _SAS_RELEASE + _SYSTEM
    second = stamp(member.modified) + b" " * 16
    second += b"%-40b%-8b" % (member.label.encode(encoding), member.type.encode(encoding))
    return first + stamp(member.created) + second


def _namestrs(variables: Sequence[Variable], encoding: str, version: int) -> list[bytes]:
    blocks, position = [], 0
    for number, variable in enumerate(variables, start=1):
        blocks.append(_namestr(variable, number, position, encoding, version))
        position += variable.length
    return blocks


def _namestr(variable: Variable, number: int, position: int, encoding: str, version: int) -> bytes:
    shown, read = parse_format(variable.format), parse_format(variable.informat)
    name, label = variable.name.encode(encoding), variable.label.encode(encoding)
    head = NAMESTR_HEAD.pack(
        1 if variable.type == "number" else 2,
        0,
        variable.length,
        number if number <= _LAST_NUMBER else 0,
        _cut(variable.name, _SHORT_NAME, encoding).ljust(_SHORT_NAME),
        _cut(variable.label, _SHORT_LABEL, encoding).ljust(_SHORT_LABEL),
        shown.name.encode("ascii")[:8].ljust(8),
        shown.width,
        shown.decimals,
        0,
        read.name.encode("ascii")[:8].ljust(8),
        read.width,
        read.decimals,
        position,
    )
    if version == 5:  # noqa: PLR2004
        return head + NAMESTR_TAIL[5].pack()
    return head + NAMESTR_TAIL[8].pack(name.ljust(32), len(label), len(str(shown)), len(str(read)))


def _cut(text: str, limit: int, encoding: str) -> bytes:
    """The short form that version 8 keeps beside a long name or label: whole characters."""
    size = len(text.encode(encoding))
    while size > limit:
        text = text[:-1]
        size = len(text.encode(encoding))
    return text.encode(encoding)


def _long_labels(variables: Sequence[Variable], encoding: str) -> bytes:
    """The section for labels over 40 bytes, or (version 9 form) formats over 8."""
    long_format = any(_has_long_format(each) for each in variables)
    entries = []
    for number, variable in enumerate(variables, start=1):
        name, label = variable.name.encode(encoding), variable.label.encode(encoding)
        if len(label) <= _SHORT_LABEL and not _has_long_format(variable):
            continue
        if long_format:
            texts = [str(parse_format(variable.format)), str(parse_format(variable.informat))]
            shown, read = (each.encode("ascii") for each in texts)
            sizes = struct.pack(">5H", number, len(name), len(label), len(shown), len(read))
            entries.append(sizes + name + label + shown + read)
        else:
            entries.append(struct.pack(">3H", number, len(name), len(label)) + name + label)
    if not entries:
        return b""
    title = b"LABELV9 " if long_format else b"LABELV8 "
    return header_record(title, b"%-5d" % len(entries)) + _padded(b"".join(entries))


def _has_long_format(variable: Variable) -> bool:
    names = (parse_format(variable.format).name, parse_format(variable.informat).name)
    return any(len(name) > _SHORT_NAME for name in names)
