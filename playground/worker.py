"""A thread that pulls generators: one job per kind, a few milliseconds each in turn.

Only frozen values pass between it and the window; each kind has a mailbox of one. While the window
paints the thread rests: two threads that take turns with every call are slow, both of them.
"""

import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

SLICE = 0.004
LONGEST_REST = 0.2
FAVOUR = 9  # training has so many times the time of other work
TRAIN, BACKUP = "train", "backup"

Job = Generator[Any, Any, Any]


@dataclass(slots=True)
class Letter:
    """What lies in a mailbox: the newest value, and the result or the error once it is over."""

    value: Any = None
    over: bool = False
    result: Any = None
    error: BaseException | None = None


@dataclass(slots=True)
class _Running:
    job: Job
    message: Callable[[], Any]
    begun: bool = False
    last: Any = None


class Worker:
    """Owns the thread. Whoever made it asks for letters; nothing is called back."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._jobs: dict[str, _Running] = {}
        self._letters: dict[str, Letter] = {}
        self._closing = False
        self.favour = FAVOUR
        self._awaited = ""
        self._awake = threading.Event()
        self._awake.set()
        self._thread = threading.Thread(target=self._work, name="worker", daemon=True)
        self._thread.start()

    def start(self, kind: str, job: Job, message: Callable[[], Any] = lambda: None) -> None:
        """Pull this job from now on; one of the same kind that still runs gives way.

        `message` is asked before each pull for what to send into the generator.
        """
        with self._condition:
            self._letters.pop(kind, None)
            self._jobs[kind] = _Running(job, message)
            self._condition.notify_all()

    def cancel(self, kind: str) -> None:
        """Forget the job of that kind and what it has said."""
        with self._condition:
            self._jobs.pop(kind, None)
            self._letters.pop(kind, None)

    def is_running(self, kind: str) -> bool:
        """Whether a job of that kind is not over yet."""
        with self._condition:
            return kind in self._jobs

    def take(self) -> dict[str, Letter]:
        """The newest letter of every kind since the last time."""
        with self._condition:
            found, self._letters = self._letters, {}
            return found

    @property
    def rests(self) -> bool:
        """Whether the thread stands still, or will at the end of what it is doing."""
        return not self._awake.is_set()

    def rest(self) -> None:
        """Begin nothing more until `go_on`; the window has the processor for itself."""
        self._awake.clear()

    def go_on(self) -> None:
        """The window has painted."""
        self._awake.set()

    def wait_for_end(self, kind: str, seconds: float) -> bool:
        """Wait until the job of that kind is over; False if it takes longer."""
        self.go_on()
        with self._condition:
            self._awaited = kind
            ended = self._condition.wait_for(lambda: kind not in self._jobs, seconds)
            self._awaited = ""
        return ended

    def close(self) -> None:
        """End the thread; jobs are dropped where they are."""
        with self._condition:
            self._closing = True
            self._jobs.clear()
            self._condition.notify_all()
        self.go_on()
        self._thread.join(timeout=2)

    def _work(self) -> None:
        trained = 0.0  # seconds of the last turn of training
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._jobs or self._closing)
                if self._closing:
                    return
                awaited = self._jobs.get(self._awaited)
                turn = [(self._awaited, awaited)] if awaited else list(self._jobs.items())
            training = next((running for kind, running in turn if kind == TRAIN), None)
            for kind, running in turn:
                if kind != TRAIN:
                    # A backup shares alike with training, however long a single update takes:
                    # else it would come too late.
                    favour, least = (1, trained) if kind == BACKUP else (self.favour, 0.0)
                    spent = self._pull_for(least, kind, running)
                    if training is not None:
                        trained = self._pull_for(favour * spent, TRAIN, training)
            if len(turn) == 1 and training is not None:
                self._pull(TRAIN, training)

    def _pull_for(self, seconds: float, kind: str, running: _Running) -> float:
        """Slices of a job for so long, one at least, unless another job's end is waited for."""
        spent = self._pull(kind, running)
        while spent < seconds and self.is_running(kind) and self._awaited in ("", kind):
            spent += self._pull(kind, running)
        return spent

    def _pull(self, kind: str, running: _Running) -> float:
        """One slice of a job, and its seconds; the newest value of the slice is kept."""
        self._awake.wait(LONGEST_REST)
        began = time.monotonic()
        until = began + SLICE
        letter = Letter()
        try:
            while True:
                running.last = letter.value = self._next(running)
                if self.rests or time.monotonic() >= until:
                    break
        except StopIteration as stopped:
            letter.over, letter.result = True, stopped.value
        except Exception as error:
            letter.over, letter.error = True, error
        spent = time.monotonic() - began
        with self._condition:
            if self._jobs.get(kind) is not running:
                return spent
            if letter.value is None:
                letter.value = running.last  # taken out already, perhaps, but not as the last one
            self._letters[kind] = letter
            if letter.over:
                del self._jobs[kind]
            self._condition.notify_all()
        return spent

    @staticmethod
    def _next(running: _Running) -> Any:
        if not running.begun:
            running.begun = True
            return next(running.job)
        return running.job.send(running.message())
