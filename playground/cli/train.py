"""The command `train`: a bar on a terminal, plain lines elsewhere, and the result in a file."""

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from engine.editing import draw_again, with_settings
from engine.experiment import Experiment
from engine.files.documents import save
from engine.files.saving import refuse_place
from engine.initializers import AS_DRAWN
from engine.numerals import count, short
from engine.settings import Stops
from engine.training import Command, Goal, Progress, train
from playground.cli.arguments import Arguments, positive, whole, whole_or_zero
from playground.cli.opening import open_experiment
from playground.cli.streams import json_line, leave_unheard, one_line

DEFAULT_EPOCHS = 100
BAR = 30
LINES = 10
ENDS = ("SIGINT", "SIGTERM", "SIGHUP")


def run(arguments: list[str]) -> int:
    """Train until the goal, a stop rule, Ctrl+C or the like; what is learnt until then is kept."""
    parser = Arguments("train", "Train, and write the result if asked.")
    parser.add_argument("experiment", metavar="FILE|LESSON")
    parser.add_argument("--epochs", type=whole, metavar="N", help="how many epochs")
    parser.add_argument("--rate", type=positive, metavar="R", help="the learning rate")
    parser.add_argument("--seed", type=whole_or_zero, metavar="S", help="the seed")
    parser.add_argument("--out", metavar="OUT.json", help="write the trained document here")
    parser.add_argument("--json", action="store_true", help="one JSON object per report")
    chosen = parser.parse_args(arguments)
    experiment = _prepared(open_experiment(chosen.experiment), chosen.rate, chosen.seed)
    goal = _goal(experiment, chosen.epochs)
    if chosen.out is not None:
        refuse_place(chosen.out)
    report = _Report(
        chosen.json, goal.epochs or experiment.settings.stops.epochs, chosen.out is not None
    )
    done = _trained(experiment, goal, report)
    report.end(done)
    if chosen.out is not None:
        save(chosen.out, done)
        report.say(f"Wrote {one_line(chosen.out)}.")
    return 0


def _prepared(experiment: Experiment, rate: float | None, seed: int | None) -> Experiment:
    settings = experiment.settings
    if rate is not None:
        settings = replace(settings, rate=rate)
    if seed is not None:
        settings = replace(settings, seed=seed)
    prepared = with_settings(experiment, settings)
    redraw = seed is not None and settings.initializer.kind != AS_DRAWN
    return draw_again(prepared) if redraw else prepared


def _goal(experiment: Experiment, epochs: int | None) -> Goal:
    """What was asked for; else the document's own rules; else a hundred epochs."""
    if epochs is not None:
        return Goal(epochs=epochs)
    return Goal(epochs=DEFAULT_EPOCHS) if experiment.settings.stops == Stops() else Goal()


def _trained(experiment: Experiment, goal: Goal, report: "_Report") -> Experiment:
    """Pull the training to its end; Ctrl+C asks it to stop at the end of an update."""
    training = train(experiment, goal)
    with _interrupts() as interrupted:
        progress = next(training)
        try:
            while True:
                report.progress(progress)
                progress = training.send(Command(stop=bool(interrupted)))
        except StopIteration as stopped:
            done: Experiment = stopped.value
            return done


@contextmanager
def _interrupts() -> Iterator[list[int]]:
    """A list that fills when a signal asks to end, instead of an exception in mid-update."""
    pressed: list[int] = []
    numbers = [getattr(signal, name) for name in ENDS if hasattr(signal, name)]
    before = {
        number: signal.signal(number, lambda number, _frame: pressed.append(number))
        for number in numbers
        if signal.getsignal(number) not in (None, signal.SIG_IGN)
    }
    try:
        yield pressed
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Report:
    """Tells how far training is: a bar with the time left on a terminal, else a few lines."""

    def __init__(self, as_json: bool, epochs: int | None, goes_on: bool) -> None:
        self._as_json = as_json
        self._goes_on = goes_on
        self._epochs = epochs
        self._live = sys.stdout.isatty() and not as_json
        self._began = time.monotonic()
        self._shown = 0.0
        self._first_epoch: int | None = None
        self._next_line = 0

    def say(self, sentence: str) -> None:
        """A line for a person; a program that reads JSON gets none."""
        if not self._as_json:
            self._write(f"{sentence}\n")

    def progress(self, progress: Progress) -> None:
        """Show it if it is time to."""
        epoch = progress.turn.epoch
        if self._first_epoch is None:
            self._first_epoch = self._next_line = epoch
        if self._live:
            now = time.monotonic()
            if now - self._shown > 0.1:
                self._shown = now
                self._write(f"\r{self._bar(epoch - self._first_epoch, now)}{_told(progress)}  ")
        elif epoch >= self._next_line:
            self._next_line = epoch + self._pause(epoch - self._first_epoch)
            self._line(progress)

    def end(self, experiment: Experiment) -> None:
        """The last numbers, and why it ended."""
        ending = experiment.ending
        sentence = ending.sentence if ending else f"Stopped at update {count(experiment.updates)}."
        point = experiment.curve.last
        digits = experiment.settings.digits
        loss = short(point.loss, digits) if point and point.update == experiment.updates else ""
        if self._as_json:
            self._write(json_line({"update": experiment.updates, "epoch": experiment.turn.epoch,
                                   "ended": ending.rule if ending else "stopped",
                                   "sentence": sentence}))  # fmt: skip
            return
        told = f"{sentence}{f' Training loss {loss}.' if loss else ''}"
        self._write(f"\r{told:<78}\n" if self._live else f"{told}\n")

    def _write(self, text: str) -> None:
        """Tell it at once; where a result is to be written, a reader who left changes nothing."""
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except OSError:  # also of a terminal that has been closed
            if not self._goes_on:
                raise
            leave_unheard()

    def _pause(self, done: int) -> int:
        """Ten lines in all where the end is known; else rarer and rarer."""
        if self._epochs is not None:
            return max(1, -(-self._epochs // LINES))
        return max(1, done)

    def _line(self, progress: Progress) -> None:
        if not self._as_json:
            self._write(f"{_told(progress)}\n")
            return
        point = progress.point._asdict() if progress.point else {}
        known = {name: value for name, value in point.items() if value == value}
        self._write(json_line({**known, "update": progress.update, "epoch": progress.turn.epoch}))

    def _bar(self, done: int, now: float) -> str:
        if self._epochs is None:
            return ""
        share = min(1.0, done / self._epochs)
        left = f"{(now - self._began) * (1 - share) / share:.0f} s left" if share else "…"
        full = round(share * BAR)
        return f"[{'#' * full}{'.' * (BAR - full)}] {left}  "


def _told(progress: Progress) -> str:
    point, digits = progress.point, progress.settings.digits
    told = f"epoch {count(progress.turn.epoch)}, update {count(progress.update)}"
    if point is None:
        return told
    told += f", loss {short(point.loss, digits)}"
    test = short(point.test_loss, digits)
    return f"{told}, test {test}" if test else told
