"""A dock with plots in it: one row of controls, the plots below, and the menu that every plot has.

Views open no dialogs: whoever makes the panel may set `choose_file`, which asks for a name.
"""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from playground.palette import tokens_of
from playground.plots.plot import ZOOM_A_NOTCH, Plot
from playground.widgets.buttons import icon_button, restyle
from playground.widgets.plain_text import set_tip

ROW = 28
SIDE = 16

#: title, suggested name, kinds of files, and what writes: True where it was asked.
ChooseFile = Callable[[str, str, str, Callable[[Path], object]], object]


def word_button(text: str, name: str, tip: str, parent: QWidget) -> QToolButton:
    """A small button of words that stays pressed."""
    button = QToolButton(parent)
    button.setText(text)
    button.setCheckable(True)
    button.setFixedHeight(24)
    button.setAccessibleName(name)
    set_tip(button, tip)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    restyle(button, "look", "strip")
    return button


class PlotPanel(QWidget):
    """Controls in a row, then one of several plots, and beside it whatever a subclass adds."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.choose_file: ChooseFile | None = None
        self.setAccessibleName(name)
        self.head = QHBoxLayout()
        self.head.setContentsMargins(SIDE - 6, 2, SIDE - 8, 0)
        self.head.setSpacing(4)
        self.body = QHBoxLayout()
        self.body.setContentsMargins(SIDE, 6, SIDE - 4, 4)
        self.body.setSpacing(12)
        self.plots = QStackedLayout()
        self.body.addLayout(self.plots, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self.head)
        column.addLayout(self.body, 1)
        self.more = self._more_button()

    def add_plot(self, plot: Plot) -> None:
        """One more plot; the first is shown."""
        self.plots.addWidget(plot)
        plot.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)

    def shown_plot(self) -> Plot:
        """The plot that is in front."""
        plot = self.plots.currentWidget()
        assert isinstance(plot, Plot)
        return plot

    def show_plot(self, plot: Plot) -> None:
        """Bring this plot to the front."""
        if self.plots.currentWidget() is not plot:
            self.plots.setCurrentWidget(plot)

    def end_head(self) -> None:
        """The row of controls is complete: the menu stands at its right end."""
        self.head.addWidget(self.more)

    def copy_picture(self) -> None:
        """The plot that is shown, into the clipboard."""
        self.shown_plot().copy_picture()

    def save_picture(self, path: Path) -> None:
        """The plot that is shown, as PNG or SVG by the name; Refused where that cannot be."""
        self.shown_plot().save_picture(path)

    def zoom_in(self) -> None:
        """Show less, larger."""
        self.shown_plot().zoom(ZOOM_A_NOTCH**2)

    def zoom_out(self) -> None:
        """Show more, smaller."""
        self.shown_plot().zoom(ZOOM_A_NOTCH**-2)

    def reset_zoom(self) -> None:
        """Show all."""
        self.shown_plot().reset_zoom()

    def menu(self) -> QMenu:
        """What can be done with the plot that is shown."""
        menu = QMenu(self)
        menu.addAction("Copy picture", self.copy_picture)
        if self.choose_file is not None:
            menu.addAction("Save as PNG…", lambda: self._ask_where("png"))
            menu.addAction("Save as SVG…", lambda: self._ask_where("svg"))
        menu.addSeparator()
        menu.addAction("Zoom in\t+", self.zoom_in)
        menu.addAction("Zoom out\t−", self.zoom_out)
        menu.addAction("Reset zoom\t0", self.reset_zoom)
        self.fill_menu(menu)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def fill_menu(self, menu: QMenu) -> None:
        """More entries, by a subclass."""

    def _ask_where(self, suffix: str) -> None:
        if self.choose_file is None:
            return
        name = self.accessibleName()
        kind = f"{suffix.upper()} picture (*.{suffix})"
        self.choose_file(f"Save {name}", f"{name.lower()}.{suffix}", kind, self.save_picture)

    def _more_button(self) -> QToolButton:
        button = icon_button(
            "more", "More", "More: copy, save or zoom this picture", self._show_menu, self
        )
        button.setFixedSize(ROW, ROW)
        return button

    def _show_menu(self) -> None:
        menu = self.menu()
        corner = QPoint(self.more.width() - menu.sizeHint().width(), self.more.height())
        menu.popup(self.more.mapToGlobal(corner))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu().popup(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), tokens_of(self.palette()).surface)
