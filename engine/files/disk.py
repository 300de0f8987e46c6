"""The disk: files read within a limit, saved whole or not at all, and held while open."""

import contextlib
import errno
import os
import re
import shutil
import stat
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO, Final, Literal

from engine.errors import brief, clean_name
from engine.files import limits
from engine.files.limits import (
    DocumentError,
    FileGone,
    NotReadable,
    NotSaved,
    called,
    error_code,
    megabytes,
)
from engine.numerals import count

LONGEST: Final = 255  # bytes, on every system in use

_DEVICE = re.compile(r"(con|prn|aux|nul|com[1-9¹²³]|lpt[1-9¹²³])(\..*)?", re.IGNORECASE)
_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*]')


def why_not(name: str) -> str | None:
    """Why a new file should not be called so, in a sentence; None where the name is fine."""
    if not name or name in (".", ".."):
        return "The file needs a name."
    if (size := len(name.encode("utf-8", "replace"))) > LONGEST:
        has = f"it has {count(size)} bytes, the limit is {LONGEST}"
        return f"The name is too long: {has}. Choose a shorter one."
    if clean_name(name)[1]:
        return f"The name “{brief(name)}” holds an invisible character. Choose another one."
    if _DEVICE.fullmatch(name):
        return f"Windows does not allow the name “{brief(name)}”. Choose another one."
    if found := _NOT_IN_NAMES.search(name):
        return f"Windows does not allow “{found[0]}” in a name. Choose another one."
    if name.endswith((" ", ".")):
        return "Windows does not allow a name to end with a space or a full stop. Choose another."
    return None


def as_name(title: str) -> str:
    """A title as the name of a file: what no system allows in names is left out."""
    return _NOT_IN_NAMES.sub("", title).strip(" .") or "Untitled"


def temporary_name(name: str, end: str = "") -> str:
    """A name for the file that is written before it takes the place of the file `name`."""
    return f".saving-{zlib.crc32(name.encode('utf-8', 'replace')):08x}-{end or token_hex(4)}"


def _flags(*names: str) -> int:
    """Those of these flags of `os.open` that this system has."""
    return sum(getattr(os, f"O_{name}", 0) for name in names)


if sys.platform == "win32":
    import msvcrt

    def lock(descriptor: int) -> None:
        """Hold an open file, or raise OSError where another program does."""
        os.lseek(descriptor, _FAR, os.SEEK_SET)  # what is locked cannot be read by others
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def lock(descriptor: int) -> None:
        """Hold an open file, or raise OSError where another program does."""
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


_FAR = 1 << 30  # behind the end of every file that is held
_HOLDING = os.O_RDWR | _flags("CLOEXEC", "NOFOLLOW")


class FileLock:
    """Holds a file from now on; raises OSError where another program holds it already.

    With `data` it is a new file that holds just this, and OSError is raised where anything stands:
    nothing is ever written into a file that was there, or through a link.
    """

    def __init__(self, path: Path, data: bytes | None = None) -> None:
        self.path = path
        new = 0 if data is None else os.O_EXCL
        self._descriptor = os.open(path, _HOLDING | os.O_CREAT | new, 0o600)
        try:
            lock(self._descriptor)
            if data:
                os.lseek(self._descriptor, 0, os.SEEK_SET)
                if os.write(self._descriptor, data) != len(data):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError:
            self.release() if new else self.close()
            raise

    def release(self) -> None:
        """Let go of it and remove it, unless another one stands there now; once is enough."""
        if self._descriptor >= 0:
            with contextlib.suppress(OSError):
                ours = os.path.samestat(os.fstat(self._descriptor), self.path.lstat())
                self.close()
                if ours:
                    self.path.unlink()
        if self._descriptor >= 0:
            self.close()

    def close(self) -> None:
        """Let go of it and leave it there, as a program does that is killed."""
        descriptor, self._descriptor = self._descriptor, -1
        os.close(descriptor)


def is_held(path: Path) -> bool | None:
    """Whether a program that lives holds this file; None where it cannot be opened."""
    try:
        descriptor = os.open(path, _HOLDING)
    except (OSError, ValueError):
        return None
    try:
        lock(descriptor)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


NOT_ORDINARY: Final = "This is not an ordinary file."
_GONE = {errno.ENOENT, errno.ENOTDIR, errno.ESTALE}
_FORBIDDEN = {errno.EACCES, errno.EPERM}
_NO_FILE = {errno.EISDIR, errno.ENXIO, errno.ENODEV, errno.ELOOP}
_READING = os.O_RDONLY | _flags("NONBLOCK", "NOCTTY", "CLOEXEC", "BINARY")


def kind_of(path: str | Path) -> Literal["file", "folder", "other", ""]:
    """What stands there, links followed; "" for nothing and for what cannot be known."""
    if path == "":  # as a Path it would be the folder we are in
        return ""
    try:
        mode = Path(path).stat().st_mode
    except (OSError, ValueError):
        return ""
    return "file" if stat.S_ISREG(mode) else "folder" if stat.S_ISDIR(mode) else "other"


def means_file(name: str) -> bool:
    """Whether a file is meant: by a separator, by an ending, or by being there."""
    separated = os.sep in name or (os.altsep or os.sep) in name
    return separated or bool(Path(name).suffix) or kind_of(name) == "file"


def whole(path: str | Path) -> Path:
    """The path from the root on; as it is where the folder we are in has gone."""
    try:
        return Path(path).absolute()
    except OSError:
        return Path(path)


def read_bytes(
    path: str | Path, limit: int = limits.FILE_BYTES, through_links: bool = True
) -> bytes:
    """All bytes of an ordinary file that is not larger than `limit`."""
    with opened_file(path, through_links) as (stream, size):
        data = b"" if size > limit else stream.read(limit + 1)
    refuse_large(max(size, len(data)), limit)
    return data


def refuse_large(size: int, limit: int = limits.FILE_BYTES) -> None:
    """Refuse so many bytes if they are more than the limit."""
    if size > limit:
        raise DocumentError(
            f"The file is larger than {count(limit // limits.MEGABYTE)} MB.", f"{count(size)} bytes"
        )


@contextlib.contextmanager
def opened_file(path: str | Path, through_links: bool = True) -> Iterator[tuple[BinaryIO, int]]:
    """An ordinary file to read from, and its size; a FIFO or a device is refused."""
    try:
        if os.name == "nt" and kind_of(path) == "folder":
            raise DocumentError(NOT_ORDINARY)
        descriptor = os.open(path, _READING | (0 if through_links else _flags("NOFOLLOW")))
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise DocumentError(NOT_ORDINARY)
        except BaseException:
            os.close(descriptor)
            raise
    except (OSError, ValueError) as error:
        raise _refusal(error, path) from error
    with os.fdopen(descriptor, "rb") as stream:
        try:
            yield stream, status.st_size
        except OSError as error:
            raise _refusal(error, path) from error


def _refusal(error: OSError | ValueError, path: str | Path) -> DocumentError:
    """The sentence for an error of the system while a file is opened or read."""
    number = error.errno if isinstance(error, OSError) else None
    if number in _GONE:
        return FileGone(f"“{called(path)}” is not there.", str(error))
    if number in _FORBIDDEN:
        return NotReadable("You are not allowed to read this file.", str(error))
    if number in _NO_FILE:
        return DocumentError(NOT_ORDINARY)
    if isinstance(error, ValueError) or number in (None, errno.ENAMETOOLONG):
        return DocumentError("There can be no file of this name.", str(error))
    return NotReadable(
        f"The file could not be read: the disk reported an error ({error_code(error)}).", str(error)
    )


_SAFE: Final = "Your work is safe in memory and in the backup."
_READ_ONLY_FOLDER: Final = f"This folder is read-only. {_SAFE}"

_ANY_WRITE: Final = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
_NOT_ALLOWED = "you are not allowed to replace this file, or another program holds it open"
_FAULTS: Final = {
    errno.ENOSPC: "the disk is full (needs {size}{free})",
    errno.EDQUOT: "your share of the disk is used up (needs {size})",
    errno.EACCES: _NOT_ALLOWED,
    errno.EPERM: _NOT_ALLOWED,
}


def _refuse_read_only(name: str, target: Path, before: os.stat_result | None) -> None:
    """Refuse what is read-only, by permission or, where permissions do not bind, by intent."""
    folder = target.parent
    try:
        mode = folder.stat().st_mode
    except OSError as error:
        gone = f"The folder “{brief(folder.name)}” is not there. Choose another one."
        raise NotSaved(gone, str(error)) from error
    if not stat.S_ISDIR(mode):
        raise NotSaved(f"“{brief(folder.name)}” is not a folder. Choose one.")
    if before and not (before.st_mode & _ANY_WRITE and os.access(target, os.W_OK)):
        raise NotSaved(f"The file “{brief(name)}” is read-only. {_SAFE}")
    if os.name != "nt" and not (mode & _ANY_WRITE and os.access(folder, os.W_OK | os.X_OK)):
        raise NotSaved(_READ_ONLY_FOLDER)


def _disk_refusal(
    error: OSError | ValueError, target: Path, size: int, *, existed: bool
) -> NotSaved:
    """The sentence for an error of the system during a save."""
    number = error.errno if isinstance(error, OSError) else None
    old = " The old file is unchanged." if existed else ""
    if number == errno.EROFS:
        return NotSaved(_READ_ONLY_FOLDER)
    if isinstance(error, ValueError) or number in (None, errno.ENAMETOOLONG):
        sentence = why_not(target.name) or "There can be no file of this name. Choose another one."
    elif number in _FAULTS:
        free = ""
        with contextlib.suppress(OSError):
            free = f", {megabytes(shutil.disk_usage(target.parent).free)} free"
        fault = _FAULTS[number].format(size=megabytes(size), free=free)
        sentence = f"Not saved: {fault}.{old}"
    else:
        told = f"Not saved: the disk reported an error ({error_code(error)}).{old}"
        return NotSaved(told, str(error), None)
    return NotSaved(sentence, str(error))


_WRITING: Final = os.O_WRONLY | _flags("CREAT", "EXCL", "CLOEXEC", "NOFOLLOW", "BINARY")
_NO_FOLDER_SYNC: Final = {errno.EINVAL, errno.ENOTSUP, errno.EBADF}


def save_private(path: Path, text: str) -> None:
    """A file of the program's own: for this user alone; a link there gives way."""
    save_text(path, text, private=True)


def save_text(path: str | Path, text: str, private: bool = False) -> None:
    """Save `text` as UTF-8; what cannot be encoded is refused before the disk is touched."""
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:
        code = ord(error.object[error.start])
        raise NotSaved(
            f"Not saved: the text holds half a character (U+{code:04X}), which no file can hold.",
            str(error.reason),
            None,
        ) from error
    save_bytes(path, data, private)


def save_bytes(path: str | Path, data: bytes, private: bool = False) -> None:
    """Put `data` in the place of the file: on return it is on the disk, else NotSaved is raised."""
    target, before = _place(path, len(data), private)
    with contextlib.suppress(OSError):  # what a killed save of this file left behind
        for left in target.parent.glob(temporary_name(target.name, "[0-9a-f]" * 8)):
            if is_held(left) is False:  # another one may be writing it just now
                _remove(left)
    temporary = target.with_name(temporary_name(target.name))
    try:
        try:
            _write_temporary(temporary, data, before, private)
            if os.name == "nt":
                temporary.replace(target)
            else:
                _swap(temporary, target, before)
        finally:
            _remove(temporary)
    except OSError as error:
        raise _disk_refusal(error, target, len(data), existed=before is not None) from error


def refuse_place(path: str | Path) -> None:
    """Refuse at once what a later save to this place would be refused for."""
    _place(path, 0)


def _place(
    path: str | Path, size: int, private: bool = False
) -> tuple[Path, os.stat_result | None]:
    """Where to write, and what stands there; a link is followed, or counts as nothing."""
    name, before = Path(path).name, None
    try:
        target = Path(path) if private else Path(os.path.realpath(path))
        with contextlib.suppress(FileNotFoundError):
            before = target.stat(follow_symlinks=not private)
        if before is not None and stat.S_ISLNK(before.st_mode):
            before = None
    except (OSError, ValueError) as error:
        raise _disk_refusal(error, Path(path), size, existed=False) from error
    if before is None:  # a file that exists may keep its name
        if sentence := why_not(name) or why_not(target.name):
            raise NotSaved(sentence)
    elif stat.S_ISDIR(before.st_mode):
        raise NotSaved(f"“{brief(name)}” is a folder. Choose a name for the file.")
    elif not stat.S_ISREG(before.st_mode):
        raise NotSaved(NOT_ORDINARY, str(target))
    _refuse_read_only(name, target, before)
    return target, before


def _write_temporary(
    temporary: Path, data: bytes, before: os.stat_result | None, private: bool
) -> None:
    """Write all of it to a new file and wait until it is on the disk."""
    try:
        new = before is None and not private
        descriptor = os.open(temporary, _WRITING, 0o666 if new else 0o600)
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EPERM):
            raise NotSaved(_READ_ONLY_FOLDER) from error
        raise
    try:
        if sys.platform != "win32":  # there every open file is marked as being written
            with contextlib.suppress(OSError):
                lock(descriptor)
        view = memoryview(data)
        while view:
            written = os.write(descriptor, view)
            if written <= 0:
                raise OSError(errno.EIO, "nothing was written")
            view = view[written:]
        if before is not None and not private and os.name != "nt":
            now = os.fstat(descriptor)  # owner and permissions of the old file, as far as allowed
            if (now.st_uid, now.st_gid) != (before.st_uid, before.st_gid):
                with contextlib.suppress(PermissionError):
                    os.fchown(descriptor, before.st_uid, before.st_gid)
            with contextlib.suppress(PermissionError):
                os.fchmod(descriptor, stat.S_IMODE(before.st_mode) & 0o777)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _swap(temporary: Path, target: Path, before: os.stat_result | None) -> None:
    """Rename and wait until the folder is on the disk; if it cannot be, take the rename back."""
    second: Path | None = None  # another name of the old file meanwhile, where there can be one
    folder = os.open(target.parent, os.O_RDONLY | _flags("DIRECTORY"))
    try:
        if before is not None:
            with contextlib.suppress(OSError):
                name = target.with_name(temporary_name(target.name))
                os.link(target, name)
                second = name
        temporary.replace(target)
        try:
            os.fsync(folder)
        except OSError as error:
            if error.errno not in _NO_FOLDER_SYNC:
                _take_back(target, before, second, error)
                raise
    finally:
        with contextlib.suppress(OSError):
            os.close(folder)
        if second is not None:
            _remove(second)


def _take_back(
    target: Path, before: os.stat_result | None, second: Path | None, error: OSError
) -> None:
    """Or tell that the old file is gone and the new one may not survive a power cut."""
    with contextlib.suppress(OSError):
        if second is not None:
            second.replace(target)
            return
        if before is None:
            target.unlink()
            return
    raise NotSaved(
        f"Not saved for certain: the disk reported an error ({error_code(error)}) after the file "
        "was replaced. Save it once more, on another disk.",
        str(error),
    ) from error


def _remove(file: Path) -> None:
    with contextlib.suppress(OSError):
        file.unlink()
