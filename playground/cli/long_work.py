"""What may last says after a second how far it is: a bar on a terminal, elsewhere a line now and
then, always on standard error."""

import sys
import threading
import time
from types import TracebackType

from engine.files.limits import called
from playground.cli.streams import STREAM, one_line, width, wipe

SILENCE = 1.0  # s; what is over by then is not worth a word
BETWEEN_BARS, BETWEEN_LINES = 0.1, 2.0  # s
BAR = 20  # signs, so that the words beside it fit into 80


class LongWork:
    """A piece of work to be told of by a thread of its own, which no long call can silence."""

    def __init__(self, what: str, shown: bool = True) -> None:
        self._stream = sys.stderr
        self._live = self._stream.isatty()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._tell, daemon=True) if shown else None
        self.begin(what)

    def __enter__(self) -> "LongWork":
        if self._thread is not None:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def begin(self, what: str) -> None:
        """From here on it is another stretch, of which nothing is done yet."""
        self._began, self._share, self._what = time.monotonic(), 0.0, what

    def at(self, share: float, what: str) -> None:
        """So much of this stretch is done, from 0 to 1; 0 is also where that cannot be known."""
        self._share, self._what = share, what

    def _tell(self) -> None:
        pause, told = SILENCE, False
        while not self._over.wait(pause):
            pause, told = BETWEEN_BARS if self._live else BETWEEN_LINES, True
            if not self._write(f"{wipe(self._stream)}{self._bar()}" if self._live
                               else f"{self._words()}\n"):  # fmt: skip
                return
        if told and self._live:
            self._write(wipe(self._stream))

    def _write(self, text: str) -> bool:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):  # nobody listens any more
            return False
        return True

    def _bar(self) -> str:
        full, left = round(min(1.0, self._share) * BAR), self._left()
        bar = f"[{'#' * full}{'.' * (BAR - full)}] " if self._share else ""
        return f"{bar}{f'{left}. ' if left else ''}{one_line(self._what)}"[: width()]

    def _words(self) -> str:
        left = self._left()
        return f"{one_line(self._what)}{f', {left}' if left else ''}"

    def _left(self) -> str:
        share, spent = self._share, time.monotonic() - self._began
        return f"{spent * (1 - share) / share:,.0f} s left" if 0 < share < 1 else ""


def reading(name: str) -> LongWork:
    """The work of a command, which begins with reading what is named."""
    return LongWork(f"Reading {'standard input' if name == STREAM else called(name)}")
