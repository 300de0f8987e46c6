"""The button that lets the axes of the surface be chosen by clicks on the canvas."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QToolButton, QWidget

from playground import icons
from playground.stage import Look, Stage
from playground.widgets.buttons import restyle
from playground.widgets.plain_text import set_tip

WIDE, HIGH = 24, 28


class ChooseButton(QToolButton):
    """Stays pressed as long as clicks on the canvas choose; Esc and hiding it end that."""

    def __init__(self, stage: Stage, parent: QWidget) -> None:
        super().__init__(parent)
        self._stage = stage
        self.setCheckable(True)
        self.setFixedSize(WIDE, HIGH)
        self.setIconSize(QSize(icons.SIZE, icons.SIZE))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Choose on canvas")
        set_tip(self, "Choose on canvas: click the two numbers there; Esc ends")
        icons.wear(self, "select", self.palette())
        restyle(self, "look", "strip")
        self.clicked.connect(stage.choose_axes)
        stage.looked.connect(self._looked)

    def _looked(self, before: Look, after: Look) -> None:
        self.setChecked(after.choosing is not None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.isChecked():
            self._stage.choose_axes(False)
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            self._stage.choose_axes(False)
