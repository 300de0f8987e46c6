"""Reading bytes: ordinary files only, within the limit, and never waiting."""

import errno
import os
import sys
from pathlib import Path

import pytest

from engine.files import limits
from engine.files.disk import kind_of, means_file, read_bytes, whole
from engine.files.limits import DocumentError, FileGone


def refused(path: Path, limit: int = limits.FILE_BYTES) -> str:
    with pytest.raises(DocumentError) as caught:
        read_bytes(path, limit)
    return caught.value.sentence


def test_all_bytes_of_a_file_come_back(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(bytes(range(256)) * 9000)
    assert read_bytes(file) == bytes(range(256)) * 9000


def test_row_30_the_limit_itself_is_allowed_and_one_byte_more_is_not(tmp_path: Path) -> None:
    megabyte, file = limits.MEGABYTE, tmp_path / "a.json"
    for size in (megabyte - 1, megabyte):
        file.write_bytes(b" " * size)
        assert len(read_bytes(file, megabyte)) == size
    file.write_bytes(b" " * (megabyte + 1))
    assert refused(file, megabyte) == "The file is larger than 1 MB."


def test_row_30_a_file_of_65_mb_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "big.json"
    with file.open("wb") as stream:
        stream.truncate(65 * limits.MEGABYTE)
    assert refused(file) == "The file is larger than 64 MB."


def test_row_30_a_file_that_grows_while_it_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, before = tmp_path / "growing.json", tmp_path / "before.json"
    before.write_bytes(b" ")
    file.write_bytes(b" " * (limits.MEGABYTE + 1))
    small = before.stat()
    monkeypatch.setattr(os, "fstat", lambda _: small)
    assert refused(file, limits.MEGABYTE) == "The file is larger than 1 MB."


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null", "/"])
def test_row_30_devices_and_folders_are_no_ordinary_files(path: str) -> None:
    assert refused(Path(path)) == "This is not an ordinary file."


def test_row_30_a_fifo_is_no_ordinary_file_and_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    assert refused(tmp_path / "fifo") == "This is not an ordinary file."


def test_a_link_in_a_circle_is_no_ordinary_file(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "a")
    assert refused(tmp_path / "a") == "This is not an ordinary file."


def test_row_32_a_file_that_vanished(tmp_path: Path) -> None:
    with pytest.raises(FileGone, match=r"^“xor.json” is not there\.$"):
        read_bytes(tmp_path / "xor.json")


def test_row_33_no_permission_to_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "open", raising(errno.EACCES))
    assert refused(tmp_path / "a.json") == "You are not allowed to read this file."


@pytest.mark.parametrize("call", ["open", "fstat"])
def test_an_error_of_the_disk_is_named(
    call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.json").write_bytes(b"{}")
    with monkeypatch.context() as patch:
        patch.setattr(os, call, raising(errno.EIO))
        try:
            read_bytes(tmp_path / "a.json")
        except DocumentError as error:
            sentence = error.sentence
    assert sentence == "The file could not be read: the disk reported an error (EIO)."


@pytest.mark.skipif(sys.platform != "linux", reason="a file that cannot be read at its start")
def test_an_error_of_the_disk_while_a_file_is_read_is_named() -> None:
    assert refused(Path("/proc/self/mem")) == (
        "The file could not be read: the disk reported an error (EIO)."
    )


@pytest.mark.parametrize("name", ["a\0b", "\ud800", "x" * 300])
def test_names_that_no_file_can_have(name: str, tmp_path: Path) -> None:
    assert refused(tmp_path / name) == "There can be no file of this name."


def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    before = len(os.listdir("/dev/fd"))  # noqa: PTH208
    for path in (tmp_path / "gone", Path("/dev/zero"), tmp_path):
        refused(path)
    assert len(os.listdir("/dev/fd")) == before  # noqa: PTH208


def raising(number: int) -> object:
    def call(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return call


def test_what_is_meant_by_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("here").write_text("")
    assert [means_file(name) for name in ("xor", "xor.json", "a/b", "here")] == [
        False, True, True, True,
    ]  # fmt: skip
    assert [kind_of(name) for name in ("here", ".", "", "gone", "/dev/null")] == [
        "file", "folder", "", "", "other",
    ]  # fmt: skip
    assert whole("here") == tmp_path / "here"
