"""Formulas as pictures: LaTeX set once by the formula library, then painted in any size and colour.

Setting a formula takes milliseconds. What can be set in a moment is set at once, so that it is
there when it is first painted; the rest one per turn of the event loop, the newest wish first.
Until then the place stays empty.
"""

import re
from collections.abc import Callable, Generator
from functools import lru_cache
from time import perf_counter
from typing import NamedTuple

from PySide6.QtCore import QByteArray, QObject, QPointF, QRectF, QTimer
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtSvg import QSvgRenderer

from playground.theme.fonts import stand_in

MOST_WANTED = 60  # older wishes are forgotten; who still needs one wishes again
MOST_KEPT = 1000  # formulas, a few kB each
MOST_DRAWN = 300  # pictures ready to be painted, about 60 kB each
AT_ONCE = 0.05  # s of a turn in which formulas are set at once; each takes 2 to 30 ms
UNIT = 64  # pixels a formula is set at; painting scales it
_TALL = re.compile(r"\\[dt]?frac")
_LARGE = re.compile(r"\\(sum|prod|int)")
_VIEW_BOX = re.compile(r'viewBox="(\S+) (\S+) (\S+) (\S+)"')


class Extent(NamedTuple):
    """The room a formula takes, measured from its left end on the baseline."""

    width: float
    ascent: float
    descent: float


def reserved(latex: str, pixels: float) -> tuple[float, float]:
    """The room kept above and below the baseline, told from the commands alone.

    All that lessons show stays within it, so that nothing moves when the picture comes.
    """
    tall, large = _TALL.search(latex), _LARGE.search(latex)
    above = 1.5 if tall else 1.1
    below = 2.1 if tall and large else 1.15 if large else 0.9 if tall else 0.35
    return above * pixels, below * pixels


class FormulaSetting(NamedTuple):
    """A formula set at UNIT pixels; the box is measured from its left end on the baseline."""

    svg: str
    box: QRectF


class FormulaPictures(QObject):
    """All formulas drawn so far: one per window, shared by canvas and panels."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._settings: dict[str, FormulaSetting | None] = {}  # None: it cannot be set
        self._renderers: dict[tuple[str, str], QSvgRenderer] = {}
        self._wanted: dict[str, None] = {}
        self._waiting = False
        self._spent = 0.0  # of AT_ONCE, in this turn
        self._next_turn = QTimer(self, singleShot=True, interval=0)
        self._next_turn.timeout.connect(self._begin_turn)
        self._turn = QTimer(self, interval=0)
        self._turn.timeout.connect(self._set_newest)

    def wait(self) -> None:
        """Set none until `go_on`: the library is being imported beside the window."""
        self._waiting = True

    def go_on(self) -> None:
        """Set what was wished for meanwhile."""
        self._waiting = False
        if self._wanted:
            self._turn.start()

    def follow(self, drawn: Callable[[], None]) -> None:
        """Call this method of a QObject after each picture that is drawn, while it lives."""
        self._turn.timeout.connect(drawn)

    @property
    def settled(self) -> bool:
        """Whether every formula that was wished for has its picture."""
        return not self._wanted

    def drawn(self) -> frozenset[str]:
        return frozenset(latex for latex, setting in self._settings.items() if setting)

    def ready(self, latex: str) -> bool:
        """Whether it can be painted; if not, it is wanted from now on, before all others."""
        if latex in self._settings:
            self._settings[latex] = self._settings.pop(latex)  # the one used last stands last
            return True
        if not self._waiting and self._spent < AT_ONCE:
            began = perf_counter()
            if self._wanted.pop(latex, ...) is None:
                self._turn.start()  # who waits for it elsewhere is told then
            self._put(latex)
            self._spent += perf_counter() - began
            self._next_turn.start()
            return True
        self._wanted.pop(latex, None)
        self._wanted[latex] = None
        if len(self._wanted) > MOST_WANTED:
            del self._wanted[next(iter(self._wanted))]
        if not self._waiting:
            self._turn.start()
        return False

    def extent(self, latex: str, plain: str, pixels: float) -> Extent:
        """The room for a formula at this size, or what is kept for it until it is there."""
        ready = self.ready(latex)
        setting = self._settings.get(latex)
        if setting is not None:
            box, scale = setting.box, pixels / UNIT
            return Extent(box.right() * scale, -box.top() * scale, box.bottom() * scale)
        metrics = QFontMetricsF(stand_in(round(pixels)))
        width = metrics.horizontalAdvance(plain)
        if ready:
            return Extent(width, metrics.ascent(), metrics.descent())
        return Extent(width, *reserved(latex, pixels))

    def paint(
        self,
        painter: QPainter,
        latex: str,
        plain: str,
        pixels: float,
        color: QColor,
        origin: QPointF,
    ) -> None:
        """Paint a formula with its left end on the baseline at `origin`, or nothing yet.

        The plain text stands for one that cannot be set.
        """
        if not self.ready(latex):
            return
        setting = self._settings[latex]
        if setting is None:
            painter.setFont(stand_in(round(pixels)))
            painter.setPen(color)
            painter.drawText(origin, plain)
            return
        key = latex, color.name()
        drawn = self._renderers.pop(key, None)
        if drawn is None:
            colored = setting.svg.replace('"black"', f'"{color.name()}"')  # so the library writes
            drawn = QSvgRenderer(QByteArray(colored.encode()), self)
            if len(self._renderers) >= MOST_DRAWN:
                self._renderers.pop(next(iter(self._renderers))).deleteLater()
        self._renderers[key] = drawn  # the one used last stands last
        scale = pixels / UNIT
        corner = origin + setting.box.topLeft() * scale
        drawn.render(painter, QRectF(corner, setting.box.size() * scale))

    def _begin_turn(self) -> None:
        self._spent = 0.0

    def _put(self, latex: str) -> None:
        """Set it, and let go of what was not used for longest, so that long sessions do not grow.

        One that cannot be set is tried once.
        """
        self._settings[latex] = None
        self._settings[latex] = set_formula(latex)
        while len(self._settings) > MOST_KEPT:
            oldest = next(iter(self._settings))
            del self._settings[oldest]
            for key in [key for key in self._renderers if key[0] == oldest]:
                self._renderers.pop(key).deleteLater()

    def _set_newest(self) -> None:
        if self._wanted:
            self._put(self._wanted.popitem()[0])
        if not self._wanted:
            self._turn.stop()


def library() -> Generator[bool, None, None]:
    """Work beside the window that ends when the formula library is there, and has its fonts."""
    set_formula("x")
    yield True


@lru_cache(MOST_KEPT)
def set_formula(latex: str) -> FormulaSetting:
    """Set a formula, once for every window; the library is imported with the first one, since that
    takes long."""
    from ziamath.config import config
    from ziamath.zmath import Latex

    config.svg2 = False  # else Qt draws almost nothing, and does not say so
    svg = Latex(latex, size=UNIT).svg()
    found = _VIEW_BOX.search(svg)
    assert found is not None
    left, top, width, height = map(float, found.groups())
    return FormulaSetting(svg, QRectF(left, top, width, height))
