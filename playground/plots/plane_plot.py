"""What all plots over a plane share: equal units both ways, and a range that can be moved.

A picture is computed for exactly the range that is seen. When that has moved, the old one is seen
in its new place at once, and the range is asked for.
"""

import numpy as np
from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QWidget

from playground.plots.plot import At, Plot

SIMILAR = 4.0  # times: axes of more different reach have units of their own
LARGEST, SMALLEST = 1e30, 1e-12  # of a range, and of its width beside its numbers
FINEST = 1e-30  # of a width

Ranges = tuple[At, At]


class PlanePlot(Plot):
    """`range_wanted` tells what the learner has moved to, or None for all there is;

    `room_changed` tells that another part of the plane has room now.
    """

    range_wanted = Signal(object)
    room_changed = Signal()

    standard_size = QSize(1200, 1200)

    def __init__(self, name: str, tip: str, parent: QWidget, least: float = 0.0) -> None:
        self.ranges: Ranges = ((-1.0, 1.0), (-1.0, 1.0))
        super().__init__(name, tip, parent, least, over=True)

    def fitted(self, ranges: Ranges, unit: float = 1.0) -> Ranges:
        """So much of the plane, widened to the shape of the plot; one up is `unit` to the right."""
        (left, right), (low, high) = ranges
        room = self.view.geometry()
        wide, tall = max(1.0, room.width()), max(1.0, room.height())
        across, up = right - left, (high - low) / unit
        share = max(across / wide, up / tall)
        x, y = (left + right) / 2, (low + high) / 2
        half_x, half_y = share * wide / 2, share * tall * unit / 2
        return (x - half_x, x + half_x), (y - half_y, y + half_y)

    def show_plane(self, ranges: Ranges) -> None:
        """Show exactly this range, which has the shape of the plot; its units stay locked."""
        self.ranges = ranges
        locked = bool(self.view.state["aspectLocked"])
        if locked and np.allclose(self.view.viewRange(), ranges, rtol=1e-12, atol=0):
            return
        with self.ranging():
            self.view.setAspectLocked(False)
            self.view.setRange(xRange=ranges[0], yRange=ranges[1], padding=0)
            self.view.setAspectLocked(True, ratio=None)  # as it is now
        self.place_marks()

    def moved(self) -> None:
        x, y = (tuple(ends) for ends in self.view.viewRange())
        if sound(x) and sound(y):
            self.range_wanted.emit((x, y))
        else:
            self.show_plane(self.ranges)

    def show_all(self) -> None:
        self.range_wanted.emit(None)

    def resized(self) -> None:
        self.room_changed.emit()

    def fit_picture(self) -> None:
        """What is quick is computed for the picture; of anything else a part is shown."""
        for _ in range(2):  # the numbers at the left may be wider then
            self.room_changed.emit()
            self.item.layout.activate()
        if self.saving and self.view.state["aspectLocked"]:
            (left, right), (low, high) = self.ranges
            room = self.view.geometry()
            unit = 1 / self.view.state["aspectLocked"]
            share = min((right - left) / room.width(), (high - low) / (unit * room.height()))
            x, y = (left + right) / 2, (low + high) / 2
            across, up = share * room.width() / 2, share * unit * room.height() / 2
            with self.ranging():
                self.view.setRange(
                    xRange=(x - across, x + across), yRange=(y - up, y + up), padding=0
                )


def unit_of(ranges: Ranges) -> float:
    """How many units up are as long as one to the right: one, unless they differ very much."""
    (left, right), (low, high) = ranges
    across, up = max(right - left, 1e-300), max(high - low, 1e-300)
    return 1.0 if 1 / SIMILAR <= up / across <= SIMILAR else up / across


def sound(ends: At) -> bool:
    """Whether numbers between these two can be told apart."""
    low, high = ends
    return abs(low) <= LARGEST and abs(high) <= LARGEST and high - low > _least(low, high)


def sound_ends(ends: At) -> At:
    """The same numbers, moved apart and brought near enough that they can be told apart."""
    low, high = (min(max(end, -LARGEST), LARGEST) for end in ends)
    least = _least(low, high)
    return (low, high) if high - low > least else (low - least, high + least)


def _least(low: float, high: float) -> float:
    return max(SMALLEST * max(abs(low), abs(high)), FINEST)
