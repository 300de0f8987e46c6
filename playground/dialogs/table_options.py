"""What becomes of the rows of a table: scaling, loss, and the share for testing with its seed."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from engine.errors import Refused
from engine.files.table_use import TableUse
from engine.functions.datasets import MOST_TEST, split
from engine.numerals import count
from playground.widgets.form import Form, NumberRow, SliderRow, SwitchRow

MOST_SEED = 2**31


class TableOptions(Form):
    """Changes the use of a table; `changed` is called with the new one."""

    def __init__(self, changed: Callable[[TableUse], object], parent: QWidget) -> None:
        super().__init__("What becomes of the rows", parent)
        self._changed = changed
        self._use = TableUse({})
        self.scaled = SwitchRow(
            "Standardise",
            "Shift and scale each input so that its training rows have mean 0 and standard "
            "deviation 1. Labels stay as they are.",
            self._scale, self,
        )  # fmt: skip
        self.scored = SwitchRow(
            "Softmax loss",
            "Softmax cross-entropy as the loss: each output is the score of one label, "
            "without an activation.",
            self._score, self,
        )  # fmt: skip
        self.share = SliderRow(
            "Test share", "The part that is only tested, never learnt from.",
            (0, round(100 * MOST_TEST)), 0.01, self._share, self,
        )  # fmt: skip
        self.seed = NumberRow("Seed", "Which rows are drawn for testing.", self._seed, self)
        self.seed.field.setAlignment(Qt.AlignmentFlag.AlignRight)

    def show_use(self, use: TableUse, labels: bool) -> None:
        """Show what is chosen; where a column marks the rows for testing, none are drawn.

        A loss for labels can be chosen where labels are learnt.
        """
        self._use = use
        self.scaled.show_states([use.standardise])
        self.scored.show_states([use.scores])
        self.scored.field.setEnabled(labels)
        self.share.show_number(use.share)
        self.seed.field.show_text(str(use.seed))
        drawn = not use.names("test")
        for field in (self.share.slider, self.share.field, self.seed.field):
            field.setEnabled(drawn)

    def _scale(self, on: bool) -> None:
        self._changed(replace(self._use, standardise=on))

    def _score(self, on: bool) -> None:
        self._changed(replace(self._use, scores=on))

    def _share(self, value: float) -> None:
        split(1, value, 0)  # refuses a share that cannot be
        self._changed(replace(self._use, share=value))

    def _seed(self, value: float) -> None:
        if value != round(value) or not 0 <= value <= MOST_SEED:
            raise Refused(f"The seed must be a whole number from 0 to {count(MOST_SEED)}.")
        self._changed(replace(self._use, seed=int(value)))
