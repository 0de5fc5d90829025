"""What an agency asks of names, files and folders."""

from __future__ import annotations

import codecs
import posixpath
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from cdisc_pom.define import Language
from cdisc_pom.errors import Cell, Finding, Line, SpecError
from cdisc_pom.package.layout import DEFINE, standard_folder, xpt_name
from cdisc_pom.package.manifest import PackedFile
from cdisc_pom.package.profile import Profile
from cdisc_pom.spec.metadata import BuiltStandard
from cdisc_pom.spec.sheets import DocumentRow

_FILE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*\.[a-z0-9]+")


def name_faults(standards: Sequence[BuiltStandard], profile: Profile) -> Iterator[SpecError]:
    """Names that a file cannot have, and data sets that would share a name in one study.

    Source: eCTD validation standard V1.0, rule 5.20; names of data sets and variables.
    """
    counts = Counter(built.meta.name for each in standards for built in each.datasets)
    for standard in standards:
        for built in standard.datasets:
            meta = built.meta
            row = standard.workbook.datasets.get(meta.name)
            own = row.cell("dataset") if row is not None else meta.cell
            place = own or Cell(standard.workbook.name, "Datasets")
            if not re.fullmatch(profile.dataset_name, meta.name.lower()):
                yield SpecError(place, f"'{meta.name}' is no data set name for {profile.name}.")
            if counts[meta.name] > 1:
                message = f"data set {meta.name} stands {counts[meta.name]} times in this study."
                yield SpecError(place, message, "Give each a name of its own.")
            for variable in meta.variables:
                if not re.fullmatch(profile.variable_name, variable.name):
                    cell = variable.cell or place
                    message = f"'{variable.name}' is no variable name for {profile.name}."
                    yield SpecError(cell, message)


def encoding_faults(encoding: str) -> list[SpecError]:
    """An encoding that nobody knows."""
    try:
        codecs.lookup(encoding)
    except LookupError:
        hint = "Known: utf-8, gb18030, gb2312, ascii."
        return [SpecError(Cell("package"), f"unknown encoding '{encoding}'.", hint)]
    return []


def path_faults(files: Sequence[PackedFile], profile: Profile) -> Iterator[SpecError]:
    """Files whose type, name or path an agency does not accept.

    Source: eCTD validation standard V1.0, rules 2.4 and 2.5; electronic dossier rules.
    """
    for file in files:
        name = posixpath.basename(file.path)
        place = Line(file.path)
        suffix = name.rpartition(".")[2]
        if not _FILE_NAME.fullmatch(name):
            hint = "Lower-case letters, digits, '-' and '_', and one extension."
            yield SpecError(place, f"'{name}' is no file name for module 5.", hint)
        elif suffix not in profile.file_types:
            types = ", ".join(profile.file_types)
            message = f"{profile.name} does not accept .{suffix}."
            yield SpecError(place, message, f"Accepted: {types}.")
        if len(name) > profile.file_name_length:
            message = f"the name has {len(name)} characters"
            yield SpecError(place, f"{message}, {profile.file_name_length} are allowed.")
        path = file.path if profile.path_from == "root" else file.path.removeprefix("m5/")
        if len(path) > profile.path_length:
            message = f"the path has {len(path)} characters"
            yield SpecError(place, f"{message}, {profile.path_length} are allowed.")


def package_findings(
    study_id: str,
    standards: Sequence[BuiltStandard],
    files: Sequence[PackedFile],
    profile: Profile,
    *,
    language: Language,
    encoding: str,
) -> Iterator[Finding]:
    """What a reviewer's validator would warn of: missing files, sizes, language, encoding."""
    if language != profile.label_language:
        message = f"labels are in '{language}', {profile.name} expects '{profile.label_language}'."
        yield _finding("LANGUAGE", message, "标签语言与机构要求不符。")
    allowed = {codecs.lookup(each).name for each in profile.encodings}
    if codecs.lookup(encoding).name not in allowed:
        expected = ", ".join(profile.encodings)
        message = f"texts are in {encoding}, {profile.name} expects {expected}."
        yield _finding("ENCODING", message, "文本编码与机构要求不符。")
    for file in files:
        if file.path.endswith(".xpt") and file.bytes > profile.xpt_bytes:
            message = f"{file.path} has {file.bytes} bytes, over {profile.xpt_bytes}."
            yield _finding("SIZE", message, "传输文件过大，须拆分。", place=file.path)
    known = {file.path for file in files}
    for standard in standards:
        folder = standard_folder(study_id, standard.workbook.kind)
        for name in profile.required.get(standard.workbook.kind, ()):
            if f"{folder}/{name}" not in known:
                message = f"{profile.name} expects {name} in {folder}."
                yield _finding("REQUIRED", message, f"缺少必需文件{name}。", place=folder)
        yield from _missing_documents(standard, folder, known)
    yield from _stray_data(study_id, standards, known)


def _missing_documents(standard: BuiltStandard, folder: str, known: set[str]) -> Iterator[Finding]:
    for row in standard.workbook.rows(DocumentRow):
        path = posixpath.normpath(f"{folder}/{row.href}")
        if not row.href.startswith(("http:", "https:")) and path not in known:
            message = f"{DEFINE} points to {row.href}, which is not in the package."
            place = str(row.cell("href"))
            yield _finding("DOCUMENT", message, f"文件包缺少{row.href}。", place=place)


def _stray_data(
    study_id: str, standards: Sequence[BuiltStandard], known: set[str]
) -> Iterator[Finding]:
    """Transport files that no data set stands for: the define file would not describe them."""
    for standard in standards:
        folder = standard_folder(study_id, standard.workbook.kind)
        described = {f"{folder}/{xpt_name(built.meta.name)}" for built in standard.datasets}
        for path in sorted(known - described):
            if path.startswith(f"{folder}/") and path.endswith(".xpt"):
                message = f"{path} is not described by {DEFINE}."
                yield _finding("STRAY", message, "数据说明文件未描述该数据集。", place=path)


def _finding(rule: str, message: str, message_zh: str, *, place: str = "") -> Finding:
    return Finding(
        rule=f"PKG.{rule}",
        severity="warning",
        dataset="package",
        message=message,
        message_zh=message_zh,
        place=place,
    )
