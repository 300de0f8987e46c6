"""The tool bar, 56 high: lessons, undo and redo; the palette; arrange and check gradients."""

from PySide6.QtCore import QByteArray, QMimeData, QPoint, QSize, Qt
from PySide6.QtGui import QAction, QDrag, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolBar,
    QToolButton,
    QWidget,
)

from playground.theme import icons
from playground.theme.palette import tokens_of
from playground.widgets.buttons import act_on
from playground.widgets.plain_text import set_name
from playground.window.menus import Menus

HEIGHT = 56
MARGIN = 12
BUTTON = 36
CELL, CELL_HEIGHT = 62, 48
WIDE_PITCH, NARROW_PITCH = 62, 66
WITH_WORDS = 60
LINE_ROOM = 4
NARROW = 1200
BESIDE_ICON = "\u2002"  # Qt leaves 4 pixels; this makes it 10
LINES_BEFORE = ("tool-input", "connect")


class ToolButton(QToolButton):
    """A tool: click it, then the canvas, or drag it there."""

    def __init__(self, action: QAction, tool: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._tool = tool
        self._pressed = QPoint()
        self.setDefaultAction(action)
        self.setProperty("look", "cell")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setIconSize(QSize(icons.SIZE, icons.SIZE))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keyboard at the canvas
        self.setAccessibleName(action.iconText())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        far = (event.position().toPoint() - self._pressed).manhattanLength()
        held = event.buttons() & Qt.MouseButton.LeftButton
        if not held or not self._tool or far < QApplication.startDragDistance():
            super().mouseMoveEvent(event)
            return
        from playground.model.stage import (
            DRAGGED_TOOL,  # the first paint does not wait for the engine
        )

        self.setDown(False)
        drag = QDrag(self)
        mime = QMimeData()
        mime.setData(DRAGGED_TOOL, QByteArray(self._tool.encode()))
        drag.setMimeData(mime)
        drag.setPixmap(self.icon().pixmap(icons.SIZE, icons.SIZE))
        drag.exec(Qt.DropAction.CopyAction)


class ToolRow(QWidget):
    """Lays its parts out by hand: the palette stands in the middle of the window."""

    def __init__(self, window: QMainWindow, menus: Menus, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT - 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._lines: list[int] = []
        self.lessons = self._button(menus.actions["lessons-list"], "Lessons")
        self.left = [self._icon_button(menus.actions[name]) for name in ("undo", "redo")]
        tools = {tool.id: str(tool.choice) for tool in menus.table.tools} | {"connect": ""}
        self.cells = [ToolButton(menus.actions[name], tool, self) for name, tool in tools.items()]
        self.right = [
            self._button(menus.actions["arrange"], "Arrange"),
            self._button(menus.actions["check-gradients"], "Check gradients"),
        ]
        self.more = self._more(menus)

    def _button(self, action: QAction, text: str) -> QPushButton:
        """A button with words, drawn for the first paint."""
        button = act_on(QPushButton(BESIDE_ICON + text, self), action, icon=False)
        button.setAccessibleName(text)
        icons.sketch(button, action.data(), self.palette())
        return button

    def _icon_button(self, action: QAction) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setIconSize(QSize(icons.SIZE, icons.SIZE))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setAccessibleName(action.iconText())
        return button

    def _more(self, menus: Menus) -> QToolButton:
        button = QToolButton(self)
        icons.sketch(button, "more", self.palette())
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        set_name(button, "More", "More: arrange, check gradients")
        menu = QMenu(button)
        menu.addActions([menus.actions["arrange"], menus.actions["check-gradients"]])
        button.setMenu(menu)
        return button

    def _place(self, part: QWidget, x: int, wide: int = BUTTON, high: int = BUTTON) -> int:
        part.setGeometry(x, (self.height() - high) // 2, wide, high)
        return x + wide

    def _lay_out(self) -> None:
        wide = self.lessons.sizeHint().width() + 8
        x = self._place(self.lessons, MARGIN, wide) + (8 if self.width() < NARROW else 12)
        for button in self.left:
            x = self._place(button, x)
        narrow = self.width() < NARROW
        end = self._show_right(narrow)
        lines = 2 * len(LINES_BEFORE) * LINE_ROOM
        pitch = WIDE_PITCH
        if narrow:
            room = self.width() - MARGIN - BUTTON - x - 16 - lines
            pitch = min(NARROW_PITCH, room // len(self.cells))
        whole = pitch * len(self.cells) + lines
        words = Qt.ToolButtonStyle.ToolButtonTextUnderIcon
        if pitch < WITH_WORDS:  # the tools have no names then; their tips have
            words = Qt.ToolButtonStyle.ToolButtonIconOnly
        middle = min((self.width() - whole) // 2, end - 12 - whole)
        x = x + 8 if narrow else max(middle, x + 8)
        self._lines = []
        for cell in self.cells:
            cell.setToolButtonStyle(words)
            if cell.defaultAction().objectName() in LINES_BEFORE:
                self._lines.append(x + LINE_ROOM)
                x += 2 * LINE_ROOM
            wide = min(CELL, pitch)
            self._place(cell, x + (pitch - wide) // 2, wide, CELL_HEIGHT)
            x += pitch

    def _show_right(self, narrow: bool) -> int:
        """Place what stands at the right, or what opens it; where that begins."""
        right = self.width() - MARGIN
        for button in reversed(self.right):
            button.setVisible(not narrow)
            wide = button.sizeHint().width() + 8
            right -= wide
            self._place(button, right, wide)
            right -= 8
        self.more.setVisible(narrow)
        self._place(self.more, self.width() - MARGIN - BUTTON)
        return right + 8

    def sizeHint(self) -> QSize:
        return QSize(NARROW, HEIGHT - 1)

    def minimumSizeHint(self) -> QSize:
        return QSize(600, HEIGHT - 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setPen(QPen(tokens_of(self.palette()).line, 1))
            for x in self._lines:
                painter.drawLine(x, 8, x, self.height() - 8)


class ToolBar(QToolBar):
    """It can be neither moved nor closed."""

    def __init__(self, window: QMainWindow, menus: Menus) -> None:
        super().__init__("Tools", window)
        self.setObjectName("tools")
        self.setAccessibleName("Tools")
        self.setMovable(False)
        self.setFloatable(False)
        self.setFixedHeight(HEIGHT)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.toggleViewAction().setVisible(False)
        tools = (tool.id for tool in menus.table.tools)
        for name in (*tools, "connect", "undo", "redo", "arrange", "check-gradients"):
            icons.sketch(menus.actions[name], menus.commands[name].icon, window.palette())
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(0, 0, 0, 0)
        self.row = ToolRow(window, menus, self)
        self.addWidget(self.row)
