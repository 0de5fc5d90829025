"""Where a study lies on disk: workbooks, raw forms, design, published figures, build.

A project is a folder with `specs/<study>/` and `data/<study>/raw/`; what is built goes to
`build/<study>/`. A file `cdisc-pom.toml` in it may name the study that commands take by default,
and in `[raw.<study>]` the `folder` of raw forms that lie elsewhere.
Outside of any project the reference study that is packed with the program is taken.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cdisc_pom.errors import Line, Problems, SpecError, did_you_mean

SETTINGS = "cdisc-pom.toml"
EXAMPLE = Path(__file__).parent / "example"


@dataclass(frozen=True)
class Project:
    """The folders of one study."""

    study: str
    specs: Path
    raw: Path
    design: Path
    build: Path

    @property
    def published(self) -> Path:
        """Figures that were published, to compare with."""
        return self.design / "published.yaml"


def find_project(
    study: str | None = None, *, root: Path | None = None, raw: Path | None = None
) -> Project:
    """The folders of a study.

    Args:
        study: a study's name, or the folder of its workbooks; None takes the default one.
        root: the project's folder; the current one by default.
        raw: folder of the raw forms, where it is not `data/<study>/raw`.

    Raises:
        Problems: there is no such study.
    """
    root = root or Path.cwd()
    if study is not None and Path(study).is_dir() and any(Path(study).glob("*.xlsx")):
        folder = Path(study).resolve()
        base = folder.parent.parent
        return _project(base, folder.name, root, raw, _settings(base))
    base = root if (root / "specs").is_dir() or study is not None else EXAMPLE
    known, settings = _studies(base), _settings(base)
    name = study or _default(base, known, settings)
    if name not in known:
        where = base / "specs" / name
        hint = did_you_mean(name, known) or "A study is a folder with sdtm.xlsx in specs/."
        raise Problems([SpecError(Line(str(where)), "study folder is missing.", hint)])
    return _project(base, name, root, raw, settings)


def _project(
    base: Path, name: str, root: Path, raw: Path | None, settings: dict[str, Any]
) -> Project:
    data = base / "data" / name
    specs, build = base / "specs" / name, root / "build" / name
    named = _raw(base, name, settings)
    return Project(name, specs, raw or named or data / "raw", data / "design", build)


def _raw(base: Path, name: str, settings: dict[str, Any]) -> Path | None:
    """The raw folder that the settings name for a study, from the project's folder."""
    found = settings.get("raw", {})
    own = found.get(name, {}) if isinstance(found, dict) else {}
    folder = own.get("folder") if isinstance(own, dict) else None
    return base / folder if isinstance(folder, str) else None


def _studies(base: Path) -> list[str]:
    folder = base / "specs"
    return sorted(p.name for p in folder.iterdir() if p.is_dir()) if folder.is_dir() else []


def _settings(base: Path) -> dict[str, Any]:
    path = base / SETTINGS
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise Problems([SpecError(Line(SETTINGS), f"cannot be read ({error}).")]) from error


def _default(base: Path, known: list[str], settings: dict[str, Any]) -> str:
    found = settings.get("study")
    if isinstance(found, str):
        return found
    if len(known) == 1:
        return known[0]
    hint = f"Name one: {', '.join(known)}." if known else "Put one into specs/<study>/sdtm.xlsx."
    raise Problems([SpecError(Line(str(base / "specs")), "no study is named.", hint)])
