"""Two files or two folders compared, each data set with the one of the same name."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from cdisc_pom.compare.datasets import compare_data_sets
from cdisc_pom.compare.errors import UnreadableFile, WrongOption
from cdisc_pom.compare.readers import READERS, Open, open_file
from cdisc_pom.compare.results import Comparison, LibraryComparison, Warned
from cdisc_pom.compare.settings import Settings, named_variables
from cdisc_pom.compare.sources import DataSet
from cdisc_pom.errors import did_you_mean

Path_ = str | os.PathLike[str]

_JSON = (".json", ".ndjson")
_SNIFFED = 65_536


def compare_files(
    base: Path_,
    compare: Path_,
    settings: Settings | None = None,
    *,
    encoding: str = "utf-8",
    compare_encoding: str | None = None,
    progress: Callable[[str], None] | None = None,
) -> LibraryComparison:
    """Compare two data set files, or all data sets of the same name of two folders.

    Two files with one data set each are compared whatever their names; otherwise names decide.

    Args:
        base: XPT, SAS7BDAT, Parquet, CSV or Dataset-JSON, or a folder of these.
        compare: the same; both sides may have different formats.
        settings: what the user wants; None is an exact comparison.
        encoding: of transport and CSV files.
        compare_encoding: of those of ``compare``, when it is another.
        progress: called with the name of each data set before it is compared.

    Raises:
        UnreadableFile: a file or folder that is not there or, when two files are compared, broken.
            In a folder, broken files are listed in the outcome and the others are compared.
        WrongOption: an option that does not fit the data.
    """
    wanted = settings or Settings()
    _check_encoding("--encoding", encoding)
    _check_encoding("--compare-encoding", compare_encoding or encoding)
    sides = (
        _open_library(Path(base), encoding),
        _open_library(Path(compare), compare_encoding or encoding),
    )
    if all(each.is_single for each in sides):
        return _single(*sides, wanted, progress or _silently)
    return _by_name(*sides, wanted, progress or _silently)


def _check_encoding(option: str, name: str) -> None:
    try:
        codecs.lookup(name)
    except LookupError:
        known = "Examples: utf-8, gb18030, windows-1252."
        raise WrongOption(option, f"unknown encoding '{name}'. {known}") from None


def _silently(name: str) -> None:
    del name


@dataclass
class _Library:
    path: str
    is_folder: bool
    data_sets: dict[str, Open] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)

    @property
    def is_single(self) -> bool:
        """A file with one data set."""
        return not self.is_folder and len(self.data_sets) == 1

    @property
    def names(self) -> set[str]:
        """Data sets, readable or not."""
        return set(self.data_sets) | set(self.unreadable)


def _open_library(path: Path, encoding: str) -> _Library:
    if not path.is_dir():
        return _Library(str(path), False, open_file(path, encoding=encoding))
    library = _Library(str(path), True)
    origin: dict[str, str] = {}
    for file in sorted(path.iterdir()):
        if file.suffix.lower() not in READERS or not file.is_file() or _is_other_json(file):
            continue
        try:
            found = open_file(file, encoding=encoding)
        except UnreadableFile as error:
            library.unreadable[file.stem.upper()] = str(error)
            continue
        for name, opened in found.items():
            if name in origin:
                both = f"{path}: {origin[name]} and {file.name} both hold {name}; name the files."
                library.unreadable[name] = both
                library.data_sets.pop(name, None)
            else:
                origin[name] = file.name
                library.data_sets[name] = opened
    if not library.names:
        raise UnreadableFile(str(path), f"holds no data set ({', '.join(READERS)}).")
    return library


def _is_other_json(file: Path) -> bool:
    """A folder of a package holds other JSON files too, e.g. its manifest."""
    if file.suffix.lower() not in _JSON:
        return False
    with file.open("rb") as content:
        return b"datasetJSON" not in content.read(_SNIFFED)


def _single(
    base: _Library, compare: _Library, settings: Settings, progress: Callable[[str], None]
) -> LibraryComparison:
    (name, open_base), (other, open_compare) = (
        next(iter(each.data_sets.items())) for each in (base, compare)
    )
    progress(name)
    sides = open_base(), open_compare()
    names = [name, other, *(each.name.upper() for each in sides)]
    _check_key_names(settings, names)
    known = {each.name for side in sides for each in side.variables}
    upper = {each.upper() for each in known}
    for option, variable in named_variables(settings):
        if variable not in upper:
            raise WrongOption.unknown_variable(option, variable, known, place=base.path)
    named = next((each for each in names if each in settings.keys), "")
    keys = settings.keys_of(named)
    found = compare_data_sets(*sides, replace(settings, keys={"": keys}))
    return LibraryComparison(base.path, compare.path, (found,))


def _by_name(
    base: _Library, compare: _Library, settings: Settings, progress: Callable[[str], None]
) -> LibraryComparison:
    common = sorted(base.names & compare.names)
    _check_key_names(settings, base.names | compare.names)
    unreadable = [
        library.unreadable[name]
        for library in (base, compare)
        for name in sorted(library.unreadable)
    ]
    comparisons: list[Comparison] = []
    seen: set[str] = set()
    for name in common:
        if name not in base.data_sets or name not in compare.data_sets:
            continue
        progress(name)
        try:
            sides = (
                replace(base.data_sets[name](), name=name),
                replace(compare.data_sets[name](), name=name),
            )
            seen |= {each.name.upper() for side in sides for each in side.variables}
            comparisons.append(_one_of_many(name, *sides, settings))
        except UnreadableFile as error:
            unreadable.append(str(error))
    return LibraryComparison(
        base=base.path,
        compare=compare.path,
        comparisons=tuple(comparisons),
        only_base=tuple(sorted(base.names - compare.names)),
        only_compare=tuple(sorted(compare.names - base.names)),
        unreadable=tuple(unreadable),
        warnings=tuple(
            Warned(
                f"{option}: no data set has a variable {variable}.",
                f"{option}：所有数据集均无变量 {variable}。",
            )
            for option, variable in named_variables(settings)
            if variable not in seen
        ),
    )


def _one_of_many(name: str, base: DataSet, compare: DataSet, settings: Settings) -> Comparison:
    """A key for all data sets holds where it can; one for this data set must hold."""
    keys = settings.keys_of(name)
    missing: set[str] = set()
    if name not in settings.keys:
        sides = [{each.name.upper() for each in side.variables} for side in (base, compare)]
        missing = {each for each in keys if each.upper() not in sides[0] & sides[1]}
    chosen = () if missing else keys
    found = compare_data_sets(base, compare, replace(settings, keys={"": chosen}))
    if not missing:
        return found
    names = ", ".join(sorted(missing))
    told = Warned(
        f"--keys does not fit: no {names} here. A key was looked for.",
        f"--keys 不适用：此数据集无 {names}，已自动查找关键变量。",
    )
    return replace(found, warnings=(told, *found.warnings))


def _check_key_names(settings: Settings, known: Iterable[str]) -> None:
    names = sorted(known)
    for name in settings.keys:
        if name and name not in names:
            hint = did_you_mean(name, names)
            raise WrongOption("--keys", f"there is no data set '{name}'. {hint}".strip())
