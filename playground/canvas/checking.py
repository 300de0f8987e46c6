"""The gradient check beside the numbers: computed beside the window, a few parameters at a time."""

from collections.abc import Callable, Generator, Mapping

import numpy as np

from engine.data import Rows
from engine.experiment.experiment import Experiment
from engine.experiment.stepping import batch_of
from engine.functions.losses import middle_of
from engine.numerals import short
from engine.program.program import why_not_run
from engine.views.gradient_check import Agreement, agreements
from playground.model.trainer import Job, LatestJob, Trainer

MOST_ROWS = 200
MOST_PLACES = 5_000

Agreements = Mapping[int, Agreement]  # what is known so far, by the place in the vector


class Checking:
    """Holds the agreements of one experiment; `found` is told them as they are found out."""

    def __init__(self, trainer: Trainer, found: Callable[[Agreements], object]) -> None:
        self._found = found
        self._value: Experiment | None = None
        self._of: tuple[object, ...] = ()
        self._marks: Agreements = {}
        self._rows: Rows = np.zeros(0, dtype=np.intp)
        self._job = LatestJob(trainer, "gradient check", self._make, self._take)

    def check(self, value: Experiment, wanted: bool) -> Agreements:
        """Check this one from now on, or none; what is known of the same numbers is kept."""
        rows = batch_of(value)
        of: tuple[object, ...] = (value.network, value.parameters, value.data, value.settings)
        if not wanted or why_not_run(value.network, value.settings) is not None:
            of = ()
        same = len(of) == len(self._of) and all(a is b for a, b in zip(of, self._of, strict=True))
        if not same or not np.array_equal(rows, self._rows):
            self._value, self._of, self._rows, self._marks = value, of, rows, {}
            self._job.start()
        return self._marks

    def _make(self) -> Job | None:
        value = self._value
        if not self._of or value is None or len(value.network.places) > MOST_PLACES:
            return None
        return _job(value)

    def _take(self, marks: Agreements, over: bool) -> None:
        self._marks = marks
        self._found(marks)


def told(agreement: Agreement) -> str:
    """What the tip of a mark says."""
    if agreement.remark:
        return agreement.remark
    word = "agrees with" if agreement.agrees else "differs from"
    return (
        f"The gradient {word} the numeric one: {short(agreement.analytic, 6)} and "
        f"{short(agreement.numeric, 6)}, relative difference {short(agreement.difference, 2)}"
    )


def _job(value: Experiment) -> Generator[Agreements, None, None]:
    """All that is known after every few parameters."""
    data, index = value.data, value.network.place_index
    rows = batch_of(value)[:MOST_ROWS]
    marks: dict[int, Agreement] = {}
    parts = agreements(
        value.program,
        value.settings,
        value.parameters,
        data.input_rows(rows),
        data.target_rows(rows),
        middle_of(data.target_rows(data.training)),
        call=value.layout.name,
    )
    while True:
        with np.errstate(all="ignore"):
            part = next(parts, None)
        if part is None:
            return
        marks = marks | {index[one.place]: one for one in part}
        yield marks
