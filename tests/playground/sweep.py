"""Shows all there is to read: every tip of every widget, heading, item and entry, every label."""

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QKeySequence
from PySide6.QtGui import Qt as Html
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QLabel,
    QMenu,
    QTableView,
    QToolTip,
    QWidget,
)
from shiboken6 import isValid

from playground.canvas.view import CanvasView
from playground.panels.lesson import LessonRail
from playground.panels.matrix_view import MatrixView
from tests.playground.opens import Opens

MOST = 60  # items of one view


class Sweep:
    """What was found: who opened the watched file, and whose words Qt would take for HTML."""

    def __init__(self, opens: Opens) -> None:
        self._opens = opens
        self.opened: set[str] = set()
        self.rich: dict[str, str] = {}  # and where
        self.tips: set[str] = set()  # all that were shown
        self.keys: set[str] = set()  # foul names in which an "&" makes a letter a key

    def look(self) -> None:
        """At everything there is at this moment, on screen or not."""
        QApplication.processEvents()
        self._note("painting")
        for widget in QApplication.allWidgets():
            if isValid(widget) and not _is_tip(widget):
                self._look_at(widget)
        QToolTip.hideText()

    def _look_at(self, widget: QWidget) -> None:
        who = f"{type(widget).__name__} “{widget.accessibleName()}”"
        for text in (widget.toolTip(), widget.whatsThis(), widget.statusTip()):
            self._read(who, text)
        if isinstance(widget, QLabel):
            if widget.textFormat() == Qt.TextFormat.AutoText:
                self._read(who, widget.text())
            widget.sizeHint()  # lays the text out as painting does
            if widget.buddy() is not None:
                self._look_for_key(widget.text(), QKeySequence.mnemonic(widget.text()))
        if isinstance(widget, QAbstractButton):
            self._look_for_key(widget.text(), widget.shortcut())
        for at in places_of(widget):
            self._hover(who, widget, at)
        for action in widget.actions():
            self._read(f"entry of {who}", action.toolTip())

    def open_menu(self, menu: QMenu) -> None:
        """Open it, rest on every entry, close it."""
        menu.popup(QPoint(0, 0))
        for action in menu.actions():
            self._read("entry", action.toolTip())
            self._hover(f"entry “{action.text()}”", menu, menu.actionGeometry(action).center())
        menu.close()

    def _hover(self, who: str, widget: QWidget, at: QPoint) -> None:
        event = QHelpEvent(QEvent.Type.ToolTip, at, widget.mapToGlobal(at))
        QApplication.sendEvent(widget, event)
        if QToolTip.isVisible():
            self._read(who, QToolTip.text())
            self.tips.add(QToolTip.text())
        self._note(who)

    def _read(self, who: str, text: str) -> None:
        if Html.mightBeRichText(text):
            self.rich.setdefault(text, who)

    def _look_for_key(self, text: str, key: QKeySequence) -> None:
        if "<" in text and not key.isEmpty():
            self.keys.add(text)

    def _note(self, who: str) -> None:
        if self._opens.count():
            self.opened.add(who)


def menus_of(window: QWidget) -> list[QMenu]:
    """Every menu that can be opened in a window, with those inside of others."""
    return [menu for menu in window.findChildren(QMenu) if isValid(menu)]


def places_of(widget: QWidget) -> Iterator[QPoint]:
    """Where on a widget the mouse may rest and something else be told."""
    parent = widget.parentWidget()
    if isinstance(widget, QHeaderView):
        return
    if isinstance(parent, QHeaderView):
        yield from _on_header(parent)
    elif isinstance(parent, MatrixView) or isinstance(widget, LessonRail):
        yield from _on_grid(widget)
    elif isinstance(parent, QAbstractItemView) and parent.model() is not None:
        yield from _on_items(parent)
    elif isinstance(parent, CanvasView) and widget is parent.viewport():
        yield from _on_canvas(parent)
    else:
        yield widget.rect().center()


def _on_header(header: QHeaderView) -> Iterator[QPoint]:
    middle = header.height() // 2
    for section in range(min(header.count(), MOST)):
        yield QPoint(header.sectionViewportPosition(section) + 5, middle)


def _on_items(view: QAbstractItemView) -> Iterator[QPoint]:
    model, root = view.model(), view.rootIndex()
    columns = model.columnCount(root) if isinstance(view, QTableView) else 1
    for place in range(min(model.rowCount(root) * columns, MOST)):
        yield view.visualRect(model.index(*divmod(place, columns), root)).center()


def _on_canvas(view: CanvasView) -> Iterator[QPoint]:
    value, seen = view.document.value, view.transform
    middles = {node.id: QPointF(*value.layout.position(node.id)) for node in value.network.nodes}
    ends = ((middles[edge.source] + middles[edge.target]) / 2 for edge in value.network.edges)
    for middle in (*middles.values(), *ends):
        yield seen.map(middle).toPoint()


def _on_grid(widget: QWidget) -> Iterator[QPoint]:
    for across in range(1, 8):
        for down in range(1, 5):
            yield QPoint(widget.width() * across // 8, widget.height() * down // 5)


def _is_tip(widget: QWidget) -> bool:
    return bool(widget.windowFlags() & Qt.WindowType.ToolTip == Qt.WindowType.ToolTip)
