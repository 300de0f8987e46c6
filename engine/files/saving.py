"""Saving, all or nothing: a new file is written whole beside the old one, then takes its place.

A document that is a symbolic link is followed, and the link stays; a file of the program's own is
never written through one. A file that also has other names (hard links) is replaced under this name
only; the others keep what they had.
"""

import contextlib
import errno
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from engine.files.file_names import is_temporary, temporary_name, temporary_start
from engine.files.holding import is_held, lock
from engine.files.refusals import NotSaved
from engine.files.save_refusals import (
    READ_ONLY_FOLDER,
    disk_refusal,
    refuse_read_only,
    refuse_unfit,
    unencodable,
    unsure,
)

_FLAGS: Final = (
    os.O_WRONLY
    | os.O_CREAT
    | os.O_EXCL
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_BINARY", 0)
)
_NO_FOLDER_SYNC: Final = {errno.EINVAL, errno.ENOTSUP, errno.EBADF}


def save_text(path: str | Path, text: str) -> None:
    """Save `text` as UTF-8; what cannot be encoded is refused before the disk is touched."""
    save_bytes(path, _encoded(text))


def save_private(path: Path, text: str) -> None:
    """The same for a file of the program's own: for this user alone; a link there gives way."""
    data = _encoded(text)
    _save(*_place(path, len(data), private=True), data, private=True)


def save_bytes(path: str | Path, data: bytes) -> None:
    """Put `data` in the place of the file: on return it is on the disk, else NotSaved is raised."""
    _save(*_place(path, len(data)), data)


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise unencodable(error) from error


def _save(target: Path, before: os.stat_result | None, data: bytes, private: bool = False) -> None:
    _sweep(target)
    try:
        _replace(target, data, before, private)
    except OSError as error:
        raise disk_refusal(error, target, len(data), existed=before is not None) from error


def refuse_place(path: str | Path) -> None:
    """Refuse at once what a later save to this place would be refused for."""
    _place(path, 0)


def _place(
    path: str | Path, size: int, private: bool = False
) -> tuple[Path, os.stat_result | None]:
    """Where to write, and what stands there; a link is followed, or counts as nothing."""
    try:
        target = Path(path) if private else Path(os.path.realpath(path))
        before = _status(target, through_links=not private)
        refuse_unfit(Path(path).name, target, before)
    except (OSError, ValueError) as error:
        raise disk_refusal(error, Path(path), size, existed=False) from error
    refuse_read_only(Path(path).name, target, before)
    return target, before


def _status(target: Path, through_links: bool) -> os.stat_result | None:
    try:
        status = target.stat(follow_symlinks=through_links)
    except FileNotFoundError:
        return None
    return None if stat.S_ISLNK(status.st_mode) else status


def _replace(target: Path, data: bytes, before: os.stat_result | None, private: bool) -> None:
    temporary = target.with_name(temporary_name(target.name))
    try:
        _write(temporary, data, before, private)
        if os.name == "nt":
            temporary.replace(target)
        else:
            _swap(temporary, target, before)
    finally:
        _remove(temporary)


def _write(temporary: Path, data: bytes, before: os.stat_result | None, private: bool) -> None:
    """Write all of it to a new file and wait until it is on the disk."""
    try:
        new = before is None and not private
        descriptor = os.open(temporary, _FLAGS, 0o666 if new else 0o600)
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EPERM):
            raise NotSaved(*READ_ONLY_FOLDER) from error
        raise
    try:
        _hold(descriptor)
        view = memoryview(data)
        while view:
            written = os.write(descriptor, view)
            if written <= 0:
                raise OSError(errno.EIO, "nothing was written")
            view = view[written:]
        if before is not None and not private:
            _make_like(descriptor, before)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_like(descriptor: int, before: os.stat_result) -> None:
    """Give the new file the owner and the permissions of the old one, as far as allowed."""
    if os.name == "nt":
        return
    now = os.fstat(descriptor)
    if (now.st_uid, now.st_gid) != (before.st_uid, before.st_gid):
        with contextlib.suppress(PermissionError):
            os.fchown(descriptor, before.st_uid, before.st_gid)
    with contextlib.suppress(PermissionError):
        os.fchmod(descriptor, stat.S_IMODE(before.st_mode) & 0o777)


def _swap(temporary: Path, target: Path, before: os.stat_result | None) -> None:
    """Rename and wait until the folder is on the disk; if it cannot be, take the rename back."""
    with _folder(target.parent) as folder, _second_name(target, before) as second:
        temporary.replace(target)
        try:
            os.fsync(folder)
        except OSError as error:
            if error.errno in _NO_FOLDER_SYNC:
                return
            _take_back(target, before, second, error)
            raise


@contextlib.contextmanager
def _folder(folder: Path) -> Iterator[int]:
    descriptor = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    try:
        yield descriptor
    finally:
        with contextlib.suppress(OSError):
            os.close(descriptor)


@contextlib.contextmanager
def _second_name(target: Path, before: os.stat_result | None) -> Iterator[Path | None]:
    """A second name for the old file while it is replaced; None where there can be none."""
    second = target.with_name(temporary_name(target.name))
    linked = False
    if before is not None:
        with contextlib.suppress(OSError):
            os.link(target, second)
            linked = True
    try:
        yield second if linked else None
    finally:
        if linked:
            _remove(second)


def _take_back(
    target: Path, before: os.stat_result | None, second: Path | None, error: OSError
) -> None:
    try:
        if second is not None:
            second.replace(target)
        elif before is None:
            target.unlink()
        else:
            raise unsure(error)
    except OSError as worse:
        raise unsure(error) from worse


def _remove(file: Path) -> None:
    with contextlib.suppress(OSError):
        file.unlink()


def _sweep(target: Path) -> None:
    """Remove what a killed save of this file left behind, unless it is being written just now."""
    with contextlib.suppress(OSError):
        for left in target.parent.glob(temporary_start(target.name) + "*"):
            if is_temporary(left.name) and is_held(left) is False:
                _remove(left)


def _hold(descriptor: int) -> None:
    """Mark the file as being written, as long as it is open; Windows does so for every open one."""
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            lock(descriptor)
