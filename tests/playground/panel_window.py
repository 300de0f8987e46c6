"""A window with one panel in it, and the walk through its controls that every panel must stand."""

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from engine.experiment.experiment import Experiment
from playground.model.document import Document
from playground.model.stage import Stage
from tests.playground.dressed import dressed as dressed

P = TypeVar("P", bound=QWidget)


class PanelWindow(QMainWindow, Generic[P]):
    """The document, the stage and the panel under test."""

    def __init__(
        self,
        make: Callable[[Document, Stage, QWidget], P],
        experiment: Experiment,
        size: tuple[int, int] = (336, 500),
    ) -> None:
        super().__init__()
        self.document = Document(experiment, self)
        self.stage = Stage(self)
        self.refused: list[str] = []
        self.document.refused.connect(self.refused.append)
        self.panel = make(self.document, self.stage, self)
        self.setCentralWidget(self.panel)
        self.resize(*size)

    @property
    def value(self) -> Experiment:
        """The experiment now."""
        return self.document.value


def opened(
    qtbot: QtBot,
    make: Callable[[Document, Stage, QWidget], P],
    experiment: Experiment,
    size: tuple[int, int] = (336, 500),
) -> PanelWindow[P]:
    """The window, dressed and on screen."""
    dressed()
    window = PanelWindow(make, experiment, size)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    return window


def enter(field: QLineEdit, text: str) -> None:
    """Type over what is there and press Enter."""
    field.setFocus(Qt.FocusReason.TabFocusReason)
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def walked(window: QMainWindow, first: QWidget) -> list[QWidget]:
    """The controls that Tab comes to, until it is back at the first."""
    first.setFocus(Qt.FocusReason.TabFocusReason)
    found = [first]
    for _ in range(200):
        now = window.focusWidget()
        QTest.keyClick(now, Qt.Key.Key_Tab)
        after = window.focusWidget()
        assert after is not now
        if after is first:
            return found
        found.append(after)
    raise AssertionError("Tab never comes back to the first control")


def unnamed(controls: list[QWidget]) -> list[str]:
    """The controls without a name or a tip."""
    return [
        f"{type(control).__name__} {control.accessibleName()}"
        for control in controls
        if not control.accessibleName() or not control.toolTip()
    ]
