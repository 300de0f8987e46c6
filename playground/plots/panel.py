"""A dock with plots in it: one row of controls, the plots below, and the menu that every plot has.

Views open no dialogs: whoever makes the panel hears `place_asked` and asks for a name.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedLayout, QToolButton, QVBoxLayout, QWidget

from playground.plots.plot import SHARPER, ZOOM, Plot
from playground.widgets.buttons import icon_button, restyle
from playground.widgets.layout import lay_out
from playground.widgets.plain_text import set_name

KINDS = "PNG picture (*.png);;SVG picture (*.svg);;Numbers as CSV (*.csv)"
SIZES = (QSize(1200, 1200), QSize(1200, 700), QSize(2400, 2400), QSize(2400, 1400))
ROW = 28
SIDE = 16


def word_button(text: str, name: str, tip: str, parent: QWidget) -> QToolButton:
    """A small button of words that stays pressed."""
    button = QToolButton(parent)
    button.setText(text)
    button.setCheckable(True)
    button.setFixedHeight(24)
    set_name(button, name, tip)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    restyle(button, "look", "strip")
    return button


class PlotPanel(QWidget):
    """Controls in a row, then one of several plots, and beside it whatever a subclass adds.

    `place_asked` wants a file: title, suggested name, kinds of files, and what writes it.
    """

    place_asked = Signal(str, str, str, object)

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._size: QSize | None = None
        self._as_seen = False
        self.setAccessibleName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.plots = QStackedLayout()
        self.head = lay_out(QHBoxLayout(), spacing=4, margins=(SIDE - 6, 2, SIDE - 8, 0))
        self.body = lay_out(
            QHBoxLayout(), (self.plots, 1), spacing=12, margins=(SIDE, 6, SIDE - 4, 4)
        )
        self.column = lay_out(QVBoxLayout(self), self.head, (self.body, 1))
        self.more = self._more_button()

    def add_plot(self, plot: Plot) -> None:
        """One more plot; the first is shown."""
        self.plots.addWidget(plot)
        plot.menu_asked.connect(lambda at: self.menu().popup(at))

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
        picture = self.shown_plot().picture(self.picture_size())
        QGuiApplication.clipboard().setImage(picture)

    def copy_numbers(self) -> None:
        """The numbers of the plot that is shown, as CSV."""
        QGuiApplication.clipboard().setText(self.shown_plot().csv().decode())

    def save_picture(self, path: Path) -> None:
        """The plot that is shown, as PNG, SVG or CSV by the name; Refused where that cannot be."""
        self.shown_plot().save(path, self.picture_size())

    def picture_size(self) -> QSize | None:
        """How large pictures are; None for what suits the plot."""
        return self.shown_plot().size() * SHARPER if self._as_seen else self._size

    def menu(self) -> QMenu:
        """What can be done with the plot that is shown."""
        menu, plot = QMenu(self), self.shown_plot()
        menu.addAction("Copy picture", self.copy_picture)
        menu.addAction("Copy numbers", self.copy_numbers).setEnabled(plot.numbers() is not None)
        menu.addAction("Save…", self._ask_where)
        self._add_sizes(menu.addMenu("Picture size"))
        menu.addSeparator()
        menu.addAction("Zoom in\t+", lambda: plot.zoom(ZOOM))
        menu.addAction("Zoom out\t−", lambda: plot.zoom(1 / ZOOM))
        menu.addAction("View all\t0", plot.show_all)
        plot.fill_menu(menu)
        if plot.has_grid:
            _checkable(menu, "Grid", plot.left.lines, plot.show_lines)
        self.fill_menu(menu)
        menu.addSeparator()
        plot.axes_menu(menu)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def fill_menu(self, menu: QMenu) -> None:
        """More entries, by a subclass."""

    def _add_sizes(self, menu: QMenu) -> None:
        """What suits the plot, one of a few, or as it is seen."""

        def choose(size: QSize | None, on: bool = True) -> None:
            self._size, self._as_seen = size, False

        own = self.shown_plot().standard_size
        now = self._size or own
        for size in SIZES:
            words = f"{size.width()} × {size.height()} dots"
            chosen = not self._as_seen and size == now
            wanted = None if size == own else size
            _checkable(menu, words, chosen, partial(choose, wanted))
        _checkable(menu, "As it is seen", self._as_seen, self._show_as_seen)

    def _show_as_seen(self, on: bool) -> None:
        self._as_seen = on

    def _ask_where(self) -> None:
        name = self.accessibleName()
        self.place_asked.emit(f"Save {name}", f"{name.lower()}.png", KINDS, self.save_picture)

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


def _checkable(menu: QMenu, words: str, on: bool, turned: Callable[[bool], object]) -> None:
    action = menu.addAction(words)
    action.setCheckable(True)
    action.setChecked(on)
    action.triggered.connect(turned)
