"""Somebody who presses, drags, types and opens whatever is there, with real events."""

import random
import sys
import time
from collections import Counter, deque
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QHelpEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QPushButton, QWidget
from shiboken6 import isValid

from engine.files.loading import save
from engine.lessons.lesson import lesson_ids, open_lesson
from playground.dialogs.lesson_browser import LessonCard
from playground.dialogs.message_box import Question
from playground.window.workspace import Workspace

LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
LONG = 0.25  # seconds of the window's thread
ENDS = ("close", "quit")  # which would end the walk
KEYS = (
    Qt.Key.Key_Space, Qt.Key.Key_Space, Qt.Key.Key_Space, Qt.Key.Key_Escape, Qt.Key.Key_Tab,
    Qt.Key.Key_Return, Qt.Key.Key_Delete, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up,
    Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageDown, Qt.Key.Key_F2,
    Qt.Key.Key_F6, Qt.Key.Key_N, Qt.Key.Key_I, Qt.Key.Key_V, Qt.Key.Key_C, Qt.Key.Key_1,
    Qt.Key.Key_2, Qt.Key.Key_Minus, Qt.Key.Key_Plus, Qt.Key.Key_A, Qt.Key.Key_Z, Qt.Key.Key_Y,
)  # fmt: skip
TEXTS = ("0.5", "-1", "1/3", "abc", "1e9", "", "h", "<b>x</b>")
PASTES = ("1\t2\n3\t4\n", "x,y\n0.1,0.2\n", "nonsense", "0.5")
SIZES = ((1440, 900), (1366, 768), (1024, 700), (1600, 1000))


class Monkey:
    """`told` are the errors so far; `slowest` is the thread's time of one thing it did."""

    def __init__(self, workspace: Workspace, folder: Path, seed: int) -> None:
        self.workspace, self.window = workspace, workspace.window
        self.rng = random.Random(seed)
        self.told: list[BaseException] = []
        self.slowest, self.name_of_slowest = 0.0, ""
        self.slow: Counter[str] = Counter()  # what took over a quarter of a second, how often
        self._held: QWidget = self.window
        self.name = ""
        self.last: deque[str] = deque(maxlen=12)
        self.files = [self._written(folder, name) for name in lesson_ids()[::6]]
        self._closer = QTimer(self.window, interval=500)
        self._closer.timeout.connect(self._close_popup)
        self._closer.start()
        self.things: list[tuple[Callable[[], object], int]] = [
            (self.click, 30), (self.double_click, 6), (self.drag, 12), (self.wheel, 6),
            (self.rest, 4), (self.press, 24), (self.type, 4), (self.command, 20),
            (self.browse, 2), (self.open_file, 2), (self.turn_page, 5), (self.undo_often, 4),
            (self.train, 5), (self.toggle_panel, 8), (self.float_panel, 1), (self.resize, 2),
            (self.theme, 1), (self.paste, 2), (self.select, 6),
        ]  # fmt: skip

    def go(self, moves: int) -> None:
        """So many things, one after the other."""
        before, sys.excepthook = sys.excepthook, self._hear
        try:
            for number in range(moves):
                began = time.thread_time()
                name = self.act()
                QApplication.processEvents()
                QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # as a loop does
                took = time.thread_time() - began
                if took > LONG:
                    self.slow[name] += 1
                if took > self.slowest and number > 20:  # the first load fonts and formulas
                    self.slowest, self.name_of_slowest = took, f"{name} at {number}"
                if self.told:
                    raise AssertionError(f"after {list(self.last)}") from self.told[0]
        finally:
            sys.excepthook = before

    def act(self) -> str:
        """One of them; its name."""
        things, weights = zip(*self.things, strict=True)
        (thing,) = self.rng.choices(things, weights)
        self.name = str(thing.__name__)
        self.last.append(self.name)
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QFileDialog) or (dialog is not None and self.rng.random() < 0.2):
            self._leave(dialog)
        else:
            thing()
        return self.name

    def _close_popup(self) -> None:
        """Some menus of Qt's own (scroll bars, number fields) wait until they are closed."""
        over = QApplication.activePopupWidget()
        if over is not None:
            over.close()

    def _hear(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        self.told.append(error.with_traceback(trace))

    def _written(self, folder: Path, lesson: str) -> Path:
        path = folder / f"{lesson}.json"
        save(path, open_lesson(lesson).experiment)
        return path

    def _leave(self, dialog: QWidget) -> None:
        """Answer a question somehow; every other dialog is closed."""
        if isinstance(dialog, Question):
            self.last.append(f"question “{dialog.heading}”")
            QTest.mouseClick(self.rng.choice(dialog.findChildren(QPushButton)), LEFT)
        elif isinstance(dialog, QDialog):
            dialog.reject()

    # what lies under the mouse

    def ground(self) -> QWidget:
        """The window that has the mouse and the keyboard now."""
        over = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if over is not None:
            return over
        floating = [d for d in self.workspace.docks.docks.values() if d.isFloating()]
        shown = [dock for dock in floating if dock.isVisible()]
        return self.rng.choice(shown) if shown and self.rng.random() < 0.1 else self.window

    def somewhere(self) -> tuple[QWidget, QPoint]:
        """A widget and a place in it."""
        ground = self._held = self.ground()  # without it Python forgets what lies in it as well
        rng, room = self.rng, ground.size()
        at = QPoint(rng.randrange(max(1, room.width())), rng.randrange(max(1, room.height())))
        if ground is self.window and rng.random() < 0.4:  # the canvas, more often than it is large
            canvas = self.workspace.canvas
            inside = canvas.viewport().rect().center()
            spread = QPoint(rng.randint(-250, 250), rng.randint(-160, 160))
            at = canvas.viewport().mapTo(self.window, inside + spread)
        target = ground.childAt(at) or ground
        self.last.append(f"{type(target).__name__} “{target.accessibleName()}”")
        return target, target.mapFrom(ground, at)

    def click(self) -> None:
        target, at = self.somewhere()
        button = self.rng.choice((LEFT, LEFT, LEFT, LEFT, Qt.MouseButton.RightButton))
        keys = self.rng.choice((PLAIN, PLAIN, PLAIN, SHIFT, CONTROL))
        QTest.mouseMove(target, at)
        if isValid(target):  # to leave a field may close it
            QTest.mouseClick(target, button, keys, at)

    def double_click(self) -> None:
        target, at = self.somewhere()
        QTest.mouseDClick(target, LEFT, PLAIN, at)

    def drag(self) -> None:
        target, at = self.somewhere()
        if self.window.tool_bar.isAncestorOf(target):
            return  # a drag of Qt's own waits for a drop that no test can give
        far = QPoint(self.rng.randint(-300, 300), self.rng.randint(-200, 200))
        QTest.mousePress(target, LEFT, self.rng.choice((PLAIN, PLAIN, SHIFT)), at)
        for part in range(1, 6):
            QTest.mouseMove(target, at + far * part / 5)
            QApplication.processEvents()
            if self.rng.random() < 0.05:
                self.press()
            if not isValid(target):
                return
        QTest.mouseRelease(target, LEFT, PLAIN, at + far)

    def wheel(self) -> None:
        target, at = self.somewhere()
        keys = self.rng.choice((PLAIN, CONTROL, Qt.KeyboardModifier.AltModifier, SHIFT))
        turned = QPoint(0, self.rng.choice((-360, -120, 120, 360)))
        event = QWheelEvent(
            QPointF(at), QPointF(target.mapToGlobal(at)), QPoint(), turned,
            Qt.MouseButton.NoButton, keys, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(target, event)

    def rest(self) -> None:
        """Leave the mouse where it is, and a tip comes."""
        target, at = self.somewhere()
        tip = QHelpEvent(QHelpEvent.Type.ToolTip, at, target.mapToGlobal(at))
        QApplication.sendEvent(target, tip)

    # what is pressed and typed

    def press(self) -> None:
        keys = self.rng.choice((PLAIN, PLAIN, PLAIN, PLAIN, SHIFT, CONTROL))
        QTest.keyClick(self._focus(), self.rng.choice(KEYS), keys)

    def type(self) -> None:
        QTest.keyClicks(self._focus(), self.rng.choice(TEXTS))
        QTest.keyClick(self._focus(), self.rng.choice((Qt.Key.Key_Return, Qt.Key.Key_Escape)))

    def _focus(self) -> QWidget:
        return QApplication.focusWidget() or self.ground()

    def command(self) -> None:
        actions = self.window.menus.actions
        names = [n for n in self.window.menus.commands if n not in ENDS and actions[n].isEnabled()]
        name = self.rng.choice(names)
        self.last.append(name)
        if QApplication.activeModalWidget() is None:
            actions[name].trigger()
            self.name = name

    # what is opened and closed

    def browse(self) -> None:
        if QApplication.activeModalWidget() is not None:
            return
        self.window.menus.actions["lessons-list"].trigger()
        QApplication.processEvents()
        cards = [card for card in self.window.findChildren(LessonCard) if card.isVisible()]
        if cards and self.rng.random() < 0.7:
            QTest.mouseClick(self.rng.choice(cards), LEFT)
        else:
            QTest.keyClick(self._focus(), Qt.Key.Key_Escape)

    def open_file(self) -> None:
        if QApplication.activeModalWidget() is None:
            self.workspace.files.open_path(self.rng.choice(self.files))

    def turn_page(self) -> None:
        self.window.menus.actions[self.rng.choice(("lesson-next", "lesson-back"))].trigger()

    def undo_often(self) -> None:
        name = self.rng.choice(("undo", "undo", "redo"))
        for _ in range(self.rng.randint(2, 40)):
            self.window.menus.actions[name].trigger()

    def train(self) -> None:
        """Some of a run, or the end of one."""
        self.window.menus.actions["train"].trigger()
        until = time.monotonic() + self.rng.choice((0.0, 0.05, 0.2))
        while time.monotonic() < until:
            QApplication.processEvents()

    def toggle_panel(self) -> None:
        dock = self.rng.choice(list(self.workspace.docks.docks.values()))
        if dock.isVisible() and not dock.visibleRegion().isEmpty():
            dock.close()
        else:
            dock.show()
            dock.raise_()

    def float_panel(self) -> None:
        dock = self.rng.choice(list(self.workspace.docks.docks.values()))
        dock.setFloating(not dock.isFloating())

    def resize(self) -> None:
        self.window.resize(QSize(*self.rng.choice(SIZES)))

    def theme(self) -> None:
        self.window.menus.actions[self.rng.choice(("theme-light", "theme-dark"))].trigger()

    def paste(self) -> None:
        QGuiApplication.clipboard().setText(self.rng.choice(PASTES))
        QTest.keyClick(self._focus(), Qt.Key.Key_V, CONTROL)

    def select(self) -> None:
        network = self.workspace.document.value.network
        some = self.rng.sample(network.nodes, min(len(network.nodes), 2))
        self.workspace.stage.select(tuple(node.id for node in some))
