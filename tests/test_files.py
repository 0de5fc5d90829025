"""Files: whole or not at all, and the same bytes each time."""

import io
import stat
import zipfile

import pytest

from cdisc_pom import files
from cdisc_pom.files import stable_zip, write_bytes, write_text


def test_text_is_utf8_with_line_feeds(tmp_path):
    write_text(tmp_path / "new" / "file.txt", "行\n列\n")
    assert (tmp_path / "new" / "file.txt").read_bytes() == "行\n列\n".encode()


def test_a_file_may_be_read_as_the_users_mask_says(tmp_path):
    write_bytes(tmp_path / "file", b"x")
    (tmp_path / "other").write_bytes(b"x")
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("file", "other")]
    assert modes[0] == modes[1]


def test_a_write_that_fails_leaves_the_former_file_and_nothing_beside_it(tmp_path, monkeypatch):
    path = tmp_path / "file.txt"
    write_text(path, "former")

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_text(path, "new")
    assert path.read_text() == "former"
    assert [found.name for found in tmp_path.iterdir()] == ["file.txt"]


def test_an_archive_has_the_same_bytes_whenever_it_was_made():
    def made(stamp):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr(zipfile.ZipInfo("a.xml", stamp), "<a/>")
            archive.writestr(zipfile.ZipInfo("b.xml", stamp), "<b/>")
        return stream.getvalue()

    first, second = made((2020, 1, 1, 0, 0, 0)), made((2026, 5, 5, 5, 5, 4))
    assert first != second
    assert stable_zip(first) == stable_zip(second)
    with zipfile.ZipFile(io.BytesIO(stable_zip(first))) as archive:
        assert archive.namelist() == ["a.xml", "b.xml"]
        assert archive.read("b.xml") == b"<b/>"
