"""The command `train`: how far it is, why it ended, and the result in a file."""

import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from engine.errors import Refused
from engine.experiment.editing import draw_again
from engine.experiment.experiment import Experiment
from engine.experiment.training import Goal, RunCommand, RunProgress, train
from engine.files.disk import refuse_place
from engine.files.document import document_text
from engine.files.loading import save
from engine.functions.initializers import AS_DRAWN
from engine.numerals import count, counted, short
from engine.settings import Stops
from playground.cli.shared import (
    Arguments,
    LongWork,
    open_experiment,
    positive,
    reading,
    whole,
    whole_or_zero,
)
from playground.cli.streams import (
    STREAM,
    complain,
    json_line,
    lead_nowhere,
    one_line,
    wipe,
    write_output,
)

DEFAULT_EPOCHS = 100
LINES = 10
DIVERGED = 3  # the exit code
ENDS = ("SIGINT", "SIGTERM", "SIGHUP")


def run(arguments: list[str]) -> int:
    """Train until the goal, a stop rule, Ctrl+C or the like; what is learnt until then is kept."""
    parser = Arguments("train", "Train, and write the result if asked.")
    parser.add_argument("--epochs", type=whole, metavar="N", help="how many epochs")
    parser.add_argument("--rate", type=positive, metavar="R", help="the learning rate")
    parser.add_argument("--seed", type=whole_or_zero, metavar="S", help="the seed")
    parser.add_argument("--out", metavar="OUT.json",
                        help="write the trained document here; - is standard output")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="one JSON object per report")
    chosen = parser.parse_args(arguments)
    if chosen.json and chosen.out == STREAM:
        parser.error("--json and --out - would both write to standard output")
    with reading(chosen.experiment) as work:
        experiment = open_experiment(chosen.experiment, rate=chosen.rate, seed=chosen.seed)
        if chosen.seed is not None and experiment.settings.initializer.kind != AS_DRAWN:
            experiment = draw_again(experiment)
        # What was asked for; else the document's own rules; else a hundred epochs.
        own = chosen.epochs is None and experiment.settings.stops != Stops()
        goal = Goal() if own else Goal(epochs=chosen.epochs or DEFAULT_EPOCHS)
        if chosen.out not in (None, STREAM):
            refuse_place(chosen.out)
        epochs = goal.epochs or experiment.settings.stops.epochs
        report = _Report(chosen.json, epochs, chosen.out, work)
        with interrupts() as interrupted:
            done = _pulled(experiment, goal, report.progress, interrupted)
        report.end(done)
        if chosen.out is not None:
            work.begin("Writing the document")
            if chosen.out == STREAM:
                write_output(document_text(done).encode())
            else:
                save(chosen.out, done)
                report.say(f"Wrote {one_line(chosen.out)}.")
    if done.ending is None or done.ending.rule != "infinite":
        return 0
    complain(f"{done.ending.sentence} The numbers of update {count(done.updates)} are kept.")
    return DIVERGED


def updated(experiment: Experiment, updates: int, work: LongWork) -> Experiment:
    """So many updates on, as so many steps would come to it, and as fast as training."""
    if not updates:
        return experiment
    work.begin("Making updates")

    def tell(progress: RunProgress) -> None:
        done = progress.done
        work.at(done / updates, f"Made {count(done)} of {counted(updates, 'update')}")

    moved = _pulled(experiment, Goal(updates=updates, as_steps=True), tell)
    if moved.ending is not None:
        raise Refused(moved.ending.sentence)
    return moved


def _pulled(
    experiment: Experiment, goal: Goal, tell: Callable[[RunProgress], None],
    interrupted: Sequence[int] = (),
) -> Experiment:  # fmt: skip
    """The experiment after the whole run; what interrupts it stops it at the end of an update."""
    training = train(experiment, goal)
    progress = next(training)
    try:
        while True:
            tell(progress)
            progress = training.send(RunCommand(stop=bool(interrupted)))
    except StopIteration as stopped:
        done: Experiment = stopped.value
        return done


@contextmanager
def interrupts() -> Iterator[list[int]]:
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
    """Tells how far training is: as a bar where a person watches, else in a few lines."""

    def __init__(self, as_json: bool, epochs: int | None, out: str | None, work: LongWork) -> None:
        self._as_json, self._epochs, self._out, self._work = as_json, epochs, out, work
        watched = sys.stdout.isatty() and sys.stderr.isatty()
        self._lines = as_json or not (watched or out == STREAM)
        self._first_epoch: int | None = None
        self._next_line = 0
        work.begin("Training")

    def say(self, sentence: str) -> None:
        """A line for a person; a program that reads what is written gets none."""
        if self._out == STREAM:
            complain(sentence)
        elif not self._as_json:
            self._write(f"{sentence}\n")

    def progress(self, progress: RunProgress) -> None:
        epoch = progress.position.turn.epoch
        if self._first_epoch is None:
            self._first_epoch = self._next_line = epoch
        share = (epoch - self._first_epoch) / self._epochs if self._epochs else 0.0
        self._work.at(share, f"Training: {_told(progress)}")
        if self._lines and epoch >= self._next_line:
            # Ten lines in all where the end is known; else rarer and rarer.
            known = -(-self._epochs // LINES) if self._epochs is not None else None
            self._next_line = epoch + max(1, epoch - self._first_epoch if known is None else known)
            self._line(progress)

    def end(self, experiment: Experiment) -> None:
        """The last numbers, and why it ended; a divergence is told where refusals are."""
        ending, point, digits = experiment.ending, experiment.curve.last, experiment.settings.digits
        sentence = ending.sentence if ending else _stopped(experiment)
        if self._as_json:
            self._write(json_line({"update": experiment.updates, "epoch": experiment.turn.epoch,
                                   "ended": ending.rule if ending else "stopped",
                                   "sentence": sentence}))  # fmt: skip
            return
        if ending is not None and ending.rule == "infinite":
            sentence = _stopped(experiment)
        loss = short(point.loss, digits) if point and point.update == experiment.updates else ""
        self.say(f"{sentence}{f' Training loss {loss}.' if loss else ''}")

    def _write(self, text: str) -> None:
        """Tell it at once; where a result is to be written, a reader who left changes nothing."""
        try:
            sys.stdout.write(f"{wipe(sys.stdout)}{text}")
            sys.stdout.flush()
        except OSError:  # also of a terminal that has been closed
            if self._out is None:
                raise
            lead_nowhere(sys.stdout)

    def _line(self, progress: RunProgress) -> None:
        if not self._as_json:
            self._write(f"{_told(progress)}\n")
            return
        last = progress.curve.last
        point = last._asdict() if last is not None and last.update == progress.update else {}
        known = {name: value for name, value in point.items() if value == value}
        epoch = progress.position.turn.epoch
        self._write(json_line({**known, "update": progress.update, "epoch": epoch}))


def _stopped(experiment: Experiment) -> str:
    return f"Stopped at update {count(experiment.updates)}."


def _told(progress: RunProgress) -> str:
    point, digits = progress.curve.last, progress.settings.digits
    told = f"epoch {count(progress.position.turn.epoch)}, update {count(progress.update)}"
    if point is None:
        return told
    told += f", loss {short(point.loss, digits)}"
    if point.update != progress.update:  # where a point costs much
        told += f" at update {count(int(point.update))}"
    test = short(point.test_loss, digits)
    return f"{told}, test {test}" if test else told
