"""A window with one plot panel in it, its document, its stage and a trainer of its own."""

import gc
from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from engine.experiment.experiment import Experiment
from playground.model.document import Document
from playground.model.stage import Stage
from playground.model.trainer import Trainer
from playground.plots.panel import PlotPanel
from tests.playground.dressed import dressed

P = TypeVar("P", bound=PlotPanel)
LEFT = Qt.MouseButton.LeftButton
Make = Callable[[Document, Stage, Trainer, QWidget], P]


class PlotWindow(QMainWindow, Generic[P]):
    """The panel under test, and all that it talks to."""

    def __init__(self, make: Make[P], experiment: Experiment, size: tuple[int, int]) -> None:
        super().__init__()
        self.document = Document(experiment, self)
        self.stage = Stage(self)
        self.trainer = Trainer(self.document, self)
        self.refused: list[str] = []
        self.document.refused.connect(self.refused.append)
        self.panel = make(self.document, self.stage, self.trainer, self)
        self.setCentralWidget(self.panel)
        self.resize(*size)

    @property
    def value(self) -> Experiment:
        """The experiment now."""
        return self.document.value


def opened(
    qtbot: QtBot, make: Make[P], experiment: Experiment, size: tuple[int, int] = (700, 400)
) -> PlotWindow[P]:
    """The window, dressed in light and on screen; its worker ends with it."""
    gc.collect()  # what earlier plots left: in the thread of the worker it would be noise
    dressed()
    window = PlotWindow(make, experiment, size)
    qtbot.addWidget(window, before_close_func=lambda widget: window.trainer.close())
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    return window


def theme(name: str) -> None:
    """Dress the application."""
    dressed("dark" if name == "dark" else "light")


def seen(widget: QWidget) -> QImage:
    """What stands on the screen."""
    return widget.grab().toImage()


def taker(widget: QWidget) -> QWidget:
    """Who takes the mouse of a widget: what scrolls has a viewport for it."""
    return widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget


def click(
    widget: QWidget, place: QPointF, button: Qt.MouseButton = Qt.MouseButton.LeftButton
) -> None:
    """Press and release there."""
    QTest.mouseClick(taker(widget), button, pos=place.toPoint())


def double_click(widget: QWidget, place: QPointF) -> None:
    """All four events of it: Qt's own helper sends but one."""
    click(widget, place)
    QTest.mouseDClick(taker(widget), LEFT, pos=place.toPoint())
    QTest.mouseRelease(taker(widget), LEFT, pos=place.toPoint())


def turn_wheel(widget: QWidget, place: QPointF, notches: int) -> None:
    """The wheel, over this place."""
    event = QWheelEvent(
        place, widget.mapToGlobal(place), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(taker(widget), event)


def press_and_move(widget: QWidget, start: QPointF, ends: list[QPointF]) -> None:
    """Press, move with the button held, release at the last place."""
    widget = taker(widget)
    QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=start.toPoint())
    for end in ends:
        _move(widget, end.toPoint(), Qt.MouseButton.LeftButton)
    QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=ends[-1].toPoint())


def point_at(widget: QWidget, place: QPointF) -> None:
    """The pointer is here, no button pressed."""
    _move(taker(widget), place.toPoint(), Qt.MouseButton.NoButton)


def _move(widget: QWidget, place: QPoint, button: Qt.MouseButton) -> None:
    event = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(place), widget.mapToGlobal(QPointF(place)),
        Qt.MouseButton.NoButton, button, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)
