"""The list of a package's files, with sizes and checksums."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from cdisc_pom.package.layout import MANIFEST

_BLOCK = 1 << 20


@dataclass(frozen=True)
class PackedFile:
    """One file: its path from the package's root, and what proves that it is whole."""

    path: str
    bytes: int
    sha256: str
    md5: str


def list_files(root: Path) -> list[PackedFile]:
    """All files under a folder but the manifest, by path.

    MD5 is what the index of an eCTD asks for; SHA-256 is what one should trust.
    """
    paths = sorted(path for path in root.rglob("*") if path.is_file())
    return [
        _packed(path, path.relative_to(root).as_posix())
        for path in paths
        if path.relative_to(root).as_posix() != MANIFEST
    ]


def _packed(path: Path, name: str) -> PackedFile:
    sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
    size = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            sha256.update(block)
            md5.update(block)
            size += len(block)
    return PackedFile(name, size, sha256.hexdigest(), md5.hexdigest())


def write_manifest(root: Path, files: Sequence[PackedFile], facts: Mapping[str, str]) -> None:
    """Write `manifest.json`: facts about the package, then its files. It holds no clock."""
    content = {**facts, "files": [asdict(file) for file in files]}
    text = json.dumps(content, ensure_ascii=False, indent=1)
    (root / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")
