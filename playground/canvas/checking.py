"""The gradient check beside the numbers: computed a few parameters at a time, never all at once."""

from collections.abc import Callable, Iterator, Mapping

import numpy as np
from PySide6.QtCore import QObject, QTimer

from engine.data import Rows
from engine.errors import Refused
from engine.experiment import Experiment
from engine.gradcheck import Agreement
from engine.network import Place
from engine.numerals import short
from engine.program import why_not_run
from engine.stepping import batch_of

MOST_ROWS = 200
MOST_PLACES = 5_000


class Checking(QObject):
    """Holds the agreements of one experiment, and finds them out while nothing else is to do.

    `refuse` is told why there are none where a number does not exist.
    """

    def __init__(
        self, found: Callable[[], object], refuse: Callable[[str], object], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._found, self._refuse = found, refuse
        self._of: tuple[object, ...] = ()
        self._parts: Iterator[tuple[Agreement, ...]] | None = None
        self._marks: dict[int, Agreement] = {}
        self._rows: Rows = np.zeros(0, dtype=np.intp)
        self._index: Mapping[Place, int] = {}
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self.go_on)

    @property
    def marks(self) -> Mapping[int, Agreement]:
        """What is known so far, by the place in the vector."""
        return self._marks

    def check(self, experiment: Experiment, wanted: bool) -> None:
        """Check this one from now on, or none; what is known of the same numbers is kept."""
        value = experiment
        rows = batch_of(value)
        of: tuple[object, ...] = (value.network, value.parameters, value.data, value.settings)
        if not wanted or why_not_run(value.network, value.settings) is not None:
            of = ()
        same = len(of) == len(self._of) and all(a is b for a, b in zip(of, self._of, strict=True))
        if same and np.array_equal(rows, self._rows):
            return
        self._rows = rows
        self._of, self._marks, self._parts = of, {}, None
        self._timer.stop()
        if of and len(value.network.places) <= MOST_PLACES:
            self._parts, self._index = _parts(value), value.network.place_index
            self._timer.start()

    def go_on(self) -> None:
        """A few more."""
        part = self._next()
        if part is None:
            self._timer.stop()
            self._parts = None
            return
        self._marks = self._marks | {self._index[one.place]: one for one in part}
        self._found()

    def _next(self) -> tuple[Agreement, ...] | None:
        if self._parts is None:
            return None
        try:
            with np.errstate(all="ignore"):
                return next(self._parts, None)
        except Refused as refused:
            self._refuse(refused.sentence)
            return None


def told(agreement: Agreement) -> str:
    """What the tip of a mark says."""
    if agreement.remark:
        return agreement.remark
    word = "agrees with" if agreement.agrees else "differs from"
    return (
        f"The gradient {word} the numeric one: {short(agreement.analytic, 6)} and "
        f"{short(agreement.numeric, 6)}, relative difference {short(agreement.difference, 2)}"
    )


def _parts(value: Experiment) -> Iterator[tuple[Agreement, ...]]:
    from engine.gradcheck import agreements
    from engine.losses import middle_of

    data = value.data
    rows = batch_of(value)[:MOST_ROWS]
    return agreements(
        value.program,
        value.settings,
        value.parameters,
        data.input_rows(rows),
        data.target_rows(rows),
        middle_of(data.target_rows(data.training)),
        call=value.layout.name,
    )
