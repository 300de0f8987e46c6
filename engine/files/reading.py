"""The bytes of an ordinary file: never more than the limit, and never waiting for any.

`kind_of` is how all of the program asks what stands at a place: `Path.exists`, `is_dir` and
`is_file` raise where a name is too long or a folder may not be entered.
"""

import errno
import os
import stat
from pathlib import Path
from typing import Literal

from engine.files import limits
from engine.files.names import called
from engine.files.refusals import DocumentError, FileGone, NotReadable, error_code
from engine.numerals import count

_GONE = {errno.ENOENT, errno.ENOTDIR, errno.ESTALE}
_FORBIDDEN = {errno.EACCES, errno.EPERM}
_NO_FILE = {errno.EISDIR, errno.ENXIO, errno.ENODEV, errno.ELOOP}
_PORTION = 1 << 20  # read at a time, so that a file that grows is noticed soon
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


def kind_of(path: str | Path) -> Literal["file", "folder", "other", ""]:
    """What stands there, links followed; "" for nothing and for what cannot be known."""
    if path == "":  # as a Path it would be the folder we are in
        return ""
    try:
        mode = Path(path).stat().st_mode
    except (OSError, ValueError):
        return ""
    if stat.S_ISREG(mode):
        return "file"
    return "folder" if stat.S_ISDIR(mode) else "other"


def means_file(name: str) -> bool:
    """Whether a file is meant: by a separator, by an ending, or by being there."""
    separators = (os.sep, os.altsep or os.sep)
    written = any(separator in name for separator in separators) or bool(Path(name).suffix)
    return written or kind_of(name) == "file"


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
    descriptor, size = open_ordinary(path, through_links)
    try:
        data = b"" if size > limit else _up_to(descriptor, limit + 1)
    except OSError as error:
        raise refusal(error, path) from error
    finally:
        os.close(descriptor)
    refuse_large(max(size, len(data)), limit)
    return data


def refuse_large(size: int, limit: int = limits.FILE_BYTES) -> None:
    """Refuse so many bytes if they are more than the limit."""
    if size > limit:
        raise DocumentError(
            f"The file is larger than {count(limit // limits.MEGABYTE)} MB.",
            f"{count(size)} bytes",
        )


def open_ordinary(path: str | Path, through_links: bool = True) -> tuple[int, int]:
    """A descriptor to read an ordinary file from, and its size; a FIFO or a device is refused."""
    try:
        if os.name == "nt" and kind_of(path) == "folder":
            raise _not_ordinary()
        descriptor = os.open(path, _FLAGS if through_links else _FLAGS | _NO_LINK)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise _not_ordinary()
        except BaseException:
            os.close(descriptor)
            raise
    except (OSError, ValueError) as error:
        raise refusal(error, path) from error
    return descriptor, status.st_size


def _up_to(descriptor: int, size: int) -> bytes:
    portions = []
    while size > 0 and (portion := os.read(descriptor, min(size, _PORTION))):
        portions.append(portion)
        size -= len(portion)
    return b"".join(portions)


def _not_ordinary() -> DocumentError:
    return DocumentError("This is not an ordinary file.")


def refusal(error: OSError | ValueError, path: str | Path) -> DocumentError:
    """The sentence for an error of the system while a file is opened or read."""
    number = error.errno if isinstance(error, OSError) else None
    if number in _GONE:
        return FileGone(f"“{called(path)}” is not there.", str(error))
    if number in _FORBIDDEN:
        return NotReadable("You are not allowed to read this file.", str(error))
    if number in _NO_FILE:
        return _not_ordinary()
    if isinstance(error, ValueError) or number in (None, errno.ENAMETOOLONG):
        return DocumentError("There can be no file of this name.", str(error))
    return NotReadable(
        f"The file could not be read: the disk reported an error ({error_code(error)}).", str(error)
    )
