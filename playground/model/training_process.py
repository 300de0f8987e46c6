"""The process that trains beside the window, so that neither has to wait for the other.

It is begun once and then waits for work. What it makes is recorded here, update by update: should
it be killed, nothing that it has told is lost.
"""

import atexit
import pickle
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace
from queue import Empty, Full, Queue

from engine.experiment.experiment import Ending, Experiment
from engine.experiment.record import Record
from engine.experiment.training import Goal, LocalRun, TrainingRun
from engine.functions import frozen
from engine.numerals import count
from engine.settings import Settings
from playground.model.training_server import (
    Back,
    Begin,
    Failed,
    Go,
    Halt,
    Keep,
    Made,
    News,
    NewSettings,
    Order,
    Ready,
    Seen,
    told,
)

#: The same places to import from, and nothing of the folder it is begun in.
PROGRAM = (
    "import sys; sys.path[:] = sys.argv[1:]; "
    "from playground.model.training_server import main; main()"
)
# Bytes, where the system lets one say it. After each part that is read the thread waits for its
# turn again; with parts of 64 KB a busy window would keep the process waiting.
PIPE = 1 << 20
MOST_NEWS = 8  # that wait to be recorded; then the process waits
A_MOMENT, PATIENCE = 0.004, 10.0
GONE = "Stopped at update {}: the process that trains has ended. Train goes on from there."


class TrainingProcess:
    """Begun at once; it ends with its standard input, and so whatever becomes of the window."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", PROGRAM, *sys.path],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            pipesize=PIPE,
        )  # fmt: skip
        self._news: Queue[News | Failed | None] = Queue(MOST_NEWS)
        self._closed = False
        self.is_ready = False
        self._reader = threading.Thread(target=self._read, name="news of training", daemon=True)
        self._reader.start()
        atexit.register(self.close)  # later its pipes can be closed no more

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def send(self, order: Order) -> None:
        """That nobody hears it any more is told by `news`."""
        assert self._process.stdin is not None
        with suppress(OSError):
            pickle.dump(order, self._process.stdin, pickle.HIGHEST_PROTOCOL)
            self._process.stdin.flush()

    def news(self, seconds: float) -> News | Failed | None:
        """The next, if it comes within that time; EOFError where none will come."""
        try:
            found = self._news.get(timeout=seconds) if seconds else self._news.get_nowait()
        except Empty:
            return None
        if found is None:
            raise EOFError
        return found

    def close(self) -> None:
        """Wherever it is."""
        if self._closed:
            return
        self._closed = True
        atexit.unregister(self.close)
        self._process.kill()
        self._reader.join()
        with suppress(OSError):  # what was not said yet is not said any more
            self._process.communicate()

    def _read(self) -> None:
        assert self._process.stdout is not None
        found: News | Failed | Ready | None = Ready()
        while found is not None and not self._closed:
            try:
                found = pickle.load(self._process.stdout)
            except Exception:  # it has ended, within a word maybe
                found = None
            if isinstance(found, Ready):
                self.is_ready = True
            else:
                self._put(found)

    def _put(self, found: News | Failed | None) -> None:
        while not self._closed:
            with suppress(Full):
                self._news.put(found, timeout=0.1)
                return


_idle: list[TrainingProcess] = []  # one at most


def prepare() -> None:
    """Begin one that will be needed; not while the window waits for the processor."""
    process = None if _idle else _begun()
    if process is not None:
        _give_back(process)


def begin(record: Record, goal: Goal) -> TrainingRun:
    """A run in the other process; in this one where there can be no other."""
    while _idle:
        process = _idle.pop()
        if process.is_alive:
            return RemoteRun(process, record, goal)
        process.close()
    made = _begun()
    return LocalRun(record, goal) if made is None else RemoteRun(made, record, goal)


def _begun() -> TrainingProcess | None:
    try:
        return TrainingProcess()
    except OSError:
        return None


def _give_back(process: TrainingProcess) -> None:
    if _idle:
        process.close()
    else:
        _idle.append(process)


def close() -> None:
    while _idle:
        _idle.pop().close()


class RemoteRun(TrainingRun):
    """A run whose updates are made by the other process; here they are recorded."""

    def __init__(self, process: TrainingProcess, record: Record, goal: Goal) -> None:
        super().__init__(record)
        record.begin_curve()
        self._process, self._asked, self._is_over = process, record.settings, False
        self._by_itself, self._awaited = False, self.updates
        self._changes, self._kept = 0, Keep(self.updates, 1, 0)
        process.send(Begin(told(record), goal))
        self._say_what_to_keep()

    def slice(self, most: int | None, seen: bool) -> None:
        if most is None and not self._by_itself:
            self._process.send(Go(None))
        elif most and (self._by_itself or self._awaited <= self.updates):
            self._process.send(Go(most))
            self._awaited = self.updates + most
        self._by_itself = most is None
        self._take(A_MOMENT)

    def change(self, settings: Settings) -> None:
        if settings != self._asked:
            self._asked = settings
            self._process.send(NewSettings(settings))

    def experiment(self) -> Experiment:
        if not self._is_over and self._process.is_ready:
            self._process.send(Halt())
            self._hear_the_end()
        elif not self._is_over and self._asked != self.record.settings:
            self.record = self.record.changed(self._asked, self.position, self.updates)
        return super().experiment()

    def close(self) -> None:
        if self._is_over and self._process.is_alive:
            _give_back(self._process)
        else:
            self._process.close()

    def _hear_the_end(self) -> None:
        end = time.monotonic() + PATIENCE
        while not self._is_over and time.monotonic() < end:
            self._take(PATIENCE)

    def _take(self, seconds: float) -> None:
        """What there is to hear, after waiting so long for the first of it."""
        try:
            found = self._process.news(seconds)
            while found is not None:
                self._hear(found)
                found = None if self._is_over else self._process.news(0)
        except EOFError:
            self._is_over = True
            sentence = GONE.format(count(self.updates))
            self.ending = Ending("refused", sentence, self.updates)

    def _hear(self, found: News | Failed) -> None:
        if isinstance(found, Failed):
            self._is_over = True
            raise found.error
        for event in found.events:
            if isinstance(event, Made):
                due = self.record.keyframes_due(event.updates)
                rows = [(update - event.first) // event.spacing for update in due]
                self.record.add_updates(event.updates, event.keyframes[rows])
            elif isinstance(event, Seen):
                self.record.add_points(event.points)
            elif isinstance(event, Back):
                self.record.go_back(event.update)
            else:
                self.record = self.record.changed(event.settings, self.position, self.updates)
                self._changes += 1
        state = tuple(map(frozen, found.position.state))
        parameters = frozen(found.position.parameters)
        self.position = replace(found.position, parameters=parameters, state=state)
        self.updates, self.now, self.ending = found.updates, found.now, found.ending
        self._is_over = found.halted or found.ending is not None
        self._say_what_to_keep()

    def _say_what_to_keep(self) -> None:
        segment = self.record.history[-1]
        keep = Keep(segment.first, segment.spacing, self._changes)
        if keep != self._kept:
            self._kept = keep
            self._process.send(keep)
