"""A file that is held while the program lives; the system lets go of it even when it is killed."""

import contextlib
import errno
import os
import sys
from pathlib import Path

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
_FLAGS = os.O_RDWR | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)


class Held:
    """Holds a file from now on; raises OSError where another program holds it already.

    With `data` it is a new file that holds just this, and OSError is raised where anything stands:
    nothing is ever written into a file that was there, or through a link.
    """

    def __init__(self, path: Path, data: bytes | None = None) -> None:
        self.path = path
        new = 0 if data is None else os.O_EXCL
        self._descriptor = os.open(path, _FLAGS | os.O_CREAT | new, 0o600)
        try:
            lock(self._descriptor)
            if data:
                _write(self._descriptor, data)
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


def _write(descriptor: int, data: bytes) -> None:
    os.lseek(descriptor, 0, os.SEEK_SET)
    if os.write(descriptor, data) != len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def is_held(path: Path) -> bool | None:
    """Whether a program that lives holds this file; None where it cannot be opened."""
    try:
        descriptor = os.open(path, _FLAGS)
    except (OSError, ValueError):
        return None
    try:
        lock(descriptor)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
