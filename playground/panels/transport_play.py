"""Playing: one micro-step after the other, so many a second, until the pass ends or a hand acts."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

SPEEDS = (1, 2, 3, 5, 8, 12, 20)


class Player(QObject):
    """A clock that takes steps; `step` answers whether there is one more to take."""

    def __init__(self, step: Callable[[], bool], told: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._step = step
        self._told = told
        self.speed = SPEEDS[0]
        self.stepping = False
        self._clock = QTimer(self)
        self._clock.timeout.connect(self._tick)

    @property
    def playing(self) -> bool:
        """Whether it plays."""
        return self._clock.isActive()

    def play(self) -> None:
        """The first step at once, the others as the clock says."""
        self._clock.start(1000 // self.speed)
        self._tick()
        self._told()

    def toggle(self) -> None:
        """Play, or pause."""
        if self.playing:
            self.stop()
        else:
            self.play()

    def stop(self) -> None:
        """No further step."""
        if self.playing:
            self._clock.stop()
            self._told()

    def set_speed(self, speed: int) -> None:
        """So many steps a second."""
        self.speed = speed
        if self.playing:
            self._clock.setInterval(1000 // speed)
        self._told()

    def turn_speed(self, turn: int) -> None:
        """The next speed up or down."""
        place = SPEEDS.index(self.speed) + turn
        self.set_speed(SPEEDS[min(max(place, 0), len(SPEEDS) - 1)])

    def _tick(self) -> None:
        self.stepping = True
        try:
            goes_on = self._step()
        finally:
            self.stepping = False
        if not goes_on:
            self.stop()
