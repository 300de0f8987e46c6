"""What asks the program to end from outside: SIGTERM, SIGHUP, SIGINT, logging out of the desktop.

Python hears of a signal only when it runs, and an idle window runs nothing; so the system writes
the signal's number into a socket that Qt's loop watches.
"""

import os
import signal
import socket
import time
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier, Signal

NAMES = ("SIGTERM", "SIGHUP", "SIGINT", "SIGBREAK")  # those that this system has
PATIENCE = 2.0  # seconds in which a window that answers has begun to end
SIGNALLED = 128  # the exit code of a program that a signal has ended, less the signal's number


class EndRequests(QObject):
    """Says `asked` in the turn of the loop after a signal; `code` is what to end with then."""

    asked = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.code = 0
        self._since = 0.0
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)
        self._descriptor = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        numbers = [getattr(signal, name) for name in NAMES if hasattr(signal, name)]
        self._before = {
            number: signal.signal(number, self._heard) for number in numbers
            if signal.getsignal(number) not in (None, signal.SIG_IGN)  # as nohup and & have it
        }  # fmt: skip

    def close(self) -> None:
        """As it was before."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._descriptor)
        self._notifier.setEnabled(False)
        self._reader.close()
        self._writer.close()

    def _heard(self, number: int, _frame: FrameType | None) -> None:
        """Ctrl+C pressed again a while later ends a window at once that does not answer."""
        if self.code != SIGNALLED + number:
            self.code, self._since = SIGNALLED + number, time.monotonic()
        elif number == signal.SIGINT and time.monotonic() - self._since > PATIENCE:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)

    def _read(self) -> None:
        number = self._reader.recv(1)[0]
        self._notifier.setEnabled(False)  # once is enough
        self.asked.emit(number)
