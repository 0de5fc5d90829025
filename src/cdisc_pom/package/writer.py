"""Writing a submission package: the public function, and its steps in order."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from cdisc_pom.define import Language, validate_define, write_define, write_stylesheet
from cdisc_pom.errors import Cell, Finding, Problems, SpecError
from cdisc_pom.package.checks import encoding_faults, name_faults, package_findings, path_faults
from cdisc_pom.package.labels import chosen_labels, label_faults, label_findings
from cdisc_pom.package.layout import (
    DEFINE,
    MANIFEST,
    standard_folder,
    study_faults,
    xpt_name,
)
from cdisc_pom.package.manifest import PackedFile, list_files, write_manifest
from cdisc_pom.package.profile import Profile, read_profile
from cdisc_pom.package.transport import write_transports
from cdisc_pom.spec.metadata import BuiltStandard


@dataclass(frozen=True)
class Package:
    """A package as written: its files, its define files by standard, and what was found."""

    root: Path
    files: tuple[PackedFile, ...]
    defines: dict[str, Path]
    findings: tuple[Finding, ...]

    def moved(self, root: Path) -> Package:
        """The package after its folder was renamed."""
        defines = {kind: root / path.relative_to(self.root) for kind, path in self.defines.items()}
        return replace(self, root=root, defines=defines)


@dataclass(frozen=True)
class Order:
    """What is to be packed, and how."""

    study_id: str
    standards: Sequence[BuiltStandard]
    profile: Profile
    language: Language
    encoding: str
    created: datetime | None
    documents: Mapping[str, Path]


def write_package(
    root: str | os.PathLike[str],
    study_id: str,
    standards: Sequence[BuiltStandard],
    *,
    language: Language,
    encoding: str = "utf-8",
    agency: str = "nmpa",
    created: datetime | None = None,
    documents: Mapping[str, Path] | None = None,
) -> Package:
    """Write the folder of module 5 for a study, with a manifest beside it.

    Everything is written to a new folder, checked, and renamed into place: a former package
    stays whole until then, and stays when something is wrong.

    Args:
        root: the package's folder; a former package there is replaced.
        study_id: name of the study's folder, lower case.
        standards: tabulation and analysis data, each at most once.
        language: whose labels stand in the transport files and first in the define files.
        encoding: codec of texts and labels.
        agency: whose profile holds.
        created: stamp in the files; None is the fixed one, so that builds can be compared.
        documents: further files by their path from the root, such as a reviewer's guide.

    Returns:
        Files, define files and findings. Findings are an agency's rules that are not met, but do
        not keep files from being written.

    Raises:
        Problems: labels that are missing or too long, texts that do not fit, faults of the define
            file, names and types of files; all at once, and nothing is written.

    Source: eCTD module 5 folder names; docs/package.md.
    """
    order = Order(
        study_id,
        standards,
        read_profile(agency),
        language,
        encoding,
        created,
        documents or {},
    )
    faults = [*study_faults(study_id), *encoding_faults(encoding), *_kind_faults(standards)]
    faults += _place_faults(Path(root))
    if faults:
        raise Problems(faults)
    target = Path(root)
    with _replacing(target) as folder:
        files = _fill(folder, order)
        facts = {"study": study_id, "agency": agency, "language": language, "encoding": encoding}
        write_manifest(folder, files, facts)
    kinds = [standard.workbook.kind for standard in standards]
    return Package(
        root=target,
        files=tuple(files),
        defines={kind: target / standard_folder(study_id, kind) / DEFINE for kind in kinds},
        findings=tuple(_findings(order, files)),
    )


def _fill(folder: Path, order: Order) -> list[PackedFile]:
    """Write and check all files of a package; all faults are told at once."""
    faults = list(name_faults(order.standards, order.profile))
    for standard in order.standards:
        labels = chosen_labels(standard, order.language)
        faults += label_faults(labels, order.profile, encoding=order.encoding)
        faults += _fill_standard(folder, standard, order)
    _stop(faults)
    for standard in order.standards:
        path = folder / standard_folder(order.study_id, standard.workbook.kind) / DEFINE
        faults += validate_define(path, encoding=order.encoding)
    faults += _copy_documents(folder, order.documents)
    files = list_files(folder)
    faults += path_faults(files, order.profile)
    _stop(faults)
    return files


def _fill_standard(folder: Path, standard: BuiltStandard, order: Order) -> list[SpecError]:
    place = folder / standard_folder(order.study_id, standard.workbook.kind)
    place.mkdir(parents=True)
    faults: list[SpecError] = []
    try:
        write_define(
            place / DEFINE,
            standard,
            language=order.language,
            encoding=order.encoding,
            created=order.created,
            files={built.meta.name: xpt_name(built.meta.name) for built in standard.datasets},
        )
    except Problems as problems:
        faults += [error for error in problems.errors if isinstance(error, SpecError)]
    write_stylesheet(place, language=order.language)
    faults += write_transports(
        place,
        standard,
        language=order.language,
        encoding=order.encoding,
        created=order.created,
    )
    return faults


def _copy_documents(folder: Path, documents: Mapping[str, Path]) -> list[SpecError]:
    faults = []
    for name, source in sorted(documents.items()):
        target = folder / name
        if not source.is_file():
            faults.append(SpecError(Cell(str(source)), "there is no such file."))
        elif not name.startswith("m5/") or ".." in Path(name).parts or target.exists():
            message = f"'{name}' is no free path in module 5."
            faults.append(SpecError(Cell(str(source)), message))
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    return faults


def _findings(order: Order, files: Sequence[PackedFile]) -> Iterator[Finding]:
    for standard in order.standards:
        yield from label_findings(chosen_labels(standard, order.language), order.profile)
    yield from package_findings(
        order.study_id,
        order.standards,
        files,
        order.profile,
        language=order.language,
        encoding=order.encoding,
    )


def _kind_faults(standards: Sequence[BuiltStandard]) -> list[SpecError]:
    kinds = [standard.workbook.kind for standard in standards]
    return [
        SpecError(Cell(standard.workbook.name), f"is the second workbook of kind '{kind}'.")
        for at, (kind, standard) in enumerate(zip(kinds, standards, strict=True))
        if kind in kinds[:at]
    ]


def _place_faults(root: Path) -> list[SpecError]:
    """A folder that holds other things than a package is not replaced."""
    if root.is_dir() and any(root.iterdir()) and not (root / MANIFEST).is_file():
        message = f"holds files, but no {MANIFEST}: it is no package."
        return [SpecError(Cell(str(root)), message, "Choose another folder, or empty this one.")]
    if root.exists() and not root.is_dir():
        return [SpecError(Cell(str(root)), "is no folder.")]
    return []


def _stop(faults: Sequence[SpecError]) -> None:
    if faults:
        raise Problems(list(dict.fromkeys(faults)))


@contextmanager
def _replacing(root: Path) -> Iterator[Path]:
    """A new folder that takes the place of `root` when the block ends without an error."""
    root.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{root.name}.new.", dir=root.parent))
    try:
        mask = os.umask(0)
        os.umask(mask)
        new.chmod(0o777 & ~mask)
        yield new
        _swap(new, root)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise


def _swap(new: Path, root: Path) -> None:
    if not root.exists():
        new.rename(root)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{root.name}.old.", dir=root.parent))
    root.rename(old / root.name)
    try:
        new.rename(root)
    except BaseException:
        (old / root.name).rename(root)
        old.rmdir()
        raise
    shutil.rmtree(old)
