"""Whether the former build still stands: same inputs, same tool, same options, outputs untouched.

The record lies beside the build, `build/.STUDY.built.json`, never in it: what is built stays the
same bytes on every machine. Only the command asks; the functions that build always build.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from cdisc_pom.files import write_text
from cdisc_pom.project import Project

_PACKAGE = Path(__file__).parent
_UNREAD = {"__pycache__", "example"}
_NAME = re.compile(r"[\w.-]+")  # of a requirement such as pandera[pandas]>=0.26


def fingerprint(project: Project, options: Mapping[str, str | None]) -> str:
    """What a build is made of, as one SHA-256.

    It counts the bytes of every workbook, raw file and file of this package, the versions of
    Python and of the libraries that the package asks for, and the options.

    Args:
        project: the study's folders.
        options: names and values as the command got them.
    """
    total = hashlib.sha256()
    tool = [sys.version, *_libraries()]
    total.update(json.dumps([tool, sorted(options.items()), project.study]).encode())
    for folder in (project.specs, project.raw, _PACKAGE):
        for path in _files(folder):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            total.update(f"{path.relative_to(folder).as_posix()}\0{content}\n".encode())
        total.update(b"\n")
    return total.hexdigest()


def remember(project: Project, mark: str, text: str, outcome: Mapping[str, Any]) -> None:
    """Keep what a finished build was made of, what it wrote and what it said.

    Args:
        project: the study's folders.
        mark: the fingerprint, taken before the build began.
        text: the outcome in lines.
        outcome: the same as plain values.
    """
    record = {
        "fingerprint": mark,
        "files": {str(path.relative_to(project.build)): _state(path)
                  for path in _files(project.build)},
        "text": text,
        "outcome": outcome,
    }  # fmt: skip
    write_text(_record(project), json.dumps(record, ensure_ascii=False, indent=1) + "\n")


def remembered(project: Project, mark: str) -> dict[str, Any] | None:
    """The outcome of the former build, or None where something differs from it.

    A build whose files were moved, changed or removed since does not stand; files that others put
    beside them, such as the results, do not matter.
    """
    try:
        record: dict[str, Any] = json.loads(_record(project).read_text(encoding="utf-8"))
        if record["fingerprint"] != mark:
            return None
        for name, state in record["files"].items():
            if _state(project.build / name) != state:
                return None
        return {"text": str(record["text"]), "outcome": dict(record["outcome"])}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _record(project: Project) -> Path:
    return project.build.with_name(f".{project.build.name}.built.json")


def _state(path: Path) -> list[int]:
    found = path.stat()
    return [found.st_size, found.st_mtime_ns]


def _files(folder: Path) -> Iterator[Path]:
    found = (path for path in folder.rglob("*") if path.is_file())
    for path in sorted(found):
        if not _UNREAD & set(path.relative_to(folder).parts):
            yield path


def _libraries() -> list[str]:
    """Names and versions of the libraries that the package asks for, extras aside."""
    try:
        asked = metadata.requires("cdisc_pom") or []
    except metadata.PackageNotFoundError:
        return []
    names = {found[0] for line in asked if "extra ==" not in line and (found := _NAME.match(line))}
    return [f"{name} {metadata.version(name)}" for name in sorted(names)]
