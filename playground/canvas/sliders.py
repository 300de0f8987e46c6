"""Slim scroll bars over the edges of the canvas while a part of the network is out of sight."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRectF, Qt
from PySide6.QtWidgets import QScrollBar

from playground.widgets.plain_text import set_tip

if TYPE_CHECKING:
    from playground.canvas.view import CanvasView

THICK = 10
NEARLY = 1.0  # so little out of sight does not count
LINE = 40


class Sliders(QObject):
    """One sideways and one up and down; they move the view, and follow it when it moves."""

    def __init__(self, view: "CanvasView") -> None:
        super().__init__(view)
        self._view = view
        self.across = self._made(Qt.Orientation.Horizontal, "Scroll the canvas sideways")
        self.down = self._made(Qt.Orientation.Vertical, "Scroll the canvas up and down")
        self._at = QPointF()
        self.across.valueChanged.connect(self._scroll)
        self.down.valueChanged.connect(self._scroll)
        view.canvas.seen.connect(self.follow)

    def follow(self) -> None:
        """The view or the network has moved; a bar in the hand leads and does not follow."""
        if self.across.isSliderDown() or self.down.isSliderDown():
            return
        view, bounds = self._view, self._view.canvas.bounds()
        ground = QRectF(view.viewport().rect())
        seen = view.viewportTransform().inverted()[0].mapRect(ground)
        all_of_it, zoom = bounds.united(seen), view.zoom
        wide = all_of_it.width() * zoom - ground.width()
        high = all_of_it.height() * zoom - ground.height()
        left, top = (seen.left() - all_of_it.left()) * zoom, (seen.top() - all_of_it.top()) * zoom
        hides = not bounds.isEmpty()
        self._set(self.across, wide if hides else 0.0, left, ground.width())
        self._set(self.down, high if hides else 0.0, top, ground.height())
        self._at = QPointF(self.across.value(), self.down.value())

    def place(self) -> None:
        """Along the lower and the right edge."""
        width, height = self._view.width(), self._view.height()
        self.across.setGeometry(0, height - THICK, width - THICK, THICK)
        self.down.setGeometry(width - THICK, 0, THICK, height - THICK)

    def _made(self, orientation: Qt.Orientation, name: str) -> QScrollBar:
        bar = QScrollBar(orientation, self._view)
        bar.setAccessibleName(name)
        set_tip(bar, name)
        bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        bar.setCursor(Qt.CursorShape.ArrowCursor)
        bar.setSingleStep(LINE)
        bar.hide()
        return bar

    def _set(self, bar: QScrollBar, hidden: float, value: float, page: float) -> None:
        bar.blockSignals(True)
        bar.setRange(0, round(max(hidden, 0.0)))
        bar.setPageStep(round(page))
        bar.setValue(round(value))
        bar.blockSignals(False)
        bar.setVisible(hidden > NEARLY)

    def _scroll(self) -> None:
        """Move the view by as much as a bar was moved."""
        now = QPointF(self.across.value(), self.down.value())
        moved, self._at = now - self._at, now
        self._view.pan(-moved)
