"""The lower row of the transport bar: play, the six ways to step, an epoch, training."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import (
    QAbstractButton,
    QGridLayout,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QSlider,
    QToolButton,
    QWidget,
)

from engine.numerals import Role, counted
from playground import icons
from playground.fonts import HINT
from playground.panels.transport_play import SPEEDS
from playground.widgets.buttons import fill, flatten, icon_button, push_button, restyle
from playground.widgets.elided_label import ElidedLabel
from playground.widgets.plain_text import set_tip
from playground.widgets.wheel import turn_only_in_hand

STEP_WIDTH, BACK_WIDTH, CHEVRON_WIDTH, SPEED_WIDTH = 96, 40, 24, 72
AT_THE_START = "This is the start; there is nothing before it."
BESIDE_ICON = "\u2002"  # Qt leaves 4 pixels between an icon and its word
WHILE_TRAINING = "Not while training runs."


class Moves(Protocol):
    """What the buttons ask for."""

    def step(self) -> None: ...
    def step_back(self) -> None: ...
    def step_phase(self) -> None: ...
    def step_phase_back(self) -> None: ...
    def step_update(self) -> None: ...
    def step_update_back(self) -> None: ...
    def step_epoch(self) -> None: ...
    def step_epoch_back(self) -> None: ...
    def toggle_play(self) -> None: ...
    def set_speed(self, speed: int) -> None: ...


class TransportButtons(QWidget):
    """Play at the left, the steps in the middle, training at the right."""

    def __init__(
        self,
        moves: Moves,
        parent: QWidget,
        train: Callable[[], None] | None,
        stop: Callable[[], None] | None,
        epoch: Callable[[], None],
    ) -> None:
        super().__init__(parent)
        self._moves = moves
        self._train, self._stop, self._epoch = train, stop, epoch
        self._running, self._playing, self._tight = False, False, False
        self._make_play()
        self._make_steps()
        self._make_train()
        self._lay_out()
        self.set_room(False, False)

    def offer(self, paces: QMenu) -> None:
        """Let the speed of training be chosen beside Train too."""
        self._train_menu.addSeparator()
        self._train_menu.addActions(paces.actions())

    def show_place(
        self, role: Role, first: bool, why_not_step: str | None, why_not_train: str | None
    ) -> None:
        """Show the colour of the phase, and what there is to go back or on to."""
        fill(self.step, role)
        for button in (self.play, self.step, self.phase, self.whole_update):
            reason = WHILE_TRAINING if self._running else why_not_step
            _allow(button, reason is None, reason or "")
        for button in self._backs:
            _allow(button, not (first or self._running), AT_THE_START if first else WHILE_TRAINING)
        for button in (self.epoch, self.train):
            _allow(button, why_not_train is None, why_not_train or "")
        self._epoch_action.setEnabled(why_not_train is None)
        self._epoch_back_action.setEnabled(not first)

    def show_play(self, playing: bool, speed: int) -> None:
        """Show whether it plays, and how fast."""
        if playing != self._playing:
            self._playing = playing
            icons.wear(self.play, "pause" if playing else "play", self.palette())
            self._name()
        self.speed.blockSignals(True)
        self.speed.setValue(SPEEDS.index(speed))
        self.speed.blockSignals(False)
        self.speed.setAccessibleDescription(f"{counted(speed, 'step')} a second")
        self._speed_word.set_text(f"{speed}/s")
        self._speeds[SPEEDS.index(speed)].setChecked(True)

    def show_running(self, running: bool) -> None:
        """While training runs, Train is Stop."""
        self._running = running
        self._name()
        icons.wear(self.train, "stop" if running else "train", self.palette())
        if running:
            fill(self.train, Role.MEMORY)
        else:
            restyle(self.train, "look", None)
        for button in (self.play, self.step, *self._others, self.epoch):
            _allow(button, not running, WHILE_TRAINING)
        for action in (self._epoch_action, self._epoch_back_action):
            action.setEnabled(not running)

    def set_room(self, narrow: bool, tight: bool) -> None:
        """Where room is short, the speed and the epoch are in menus beside their buttons.

        Where it is shorter still, Play and Train are icons alone.
        """
        self._tight = tight
        self._name()
        for row in self._rows:
            row.setSpacing(4 if tight else 8)
        self.speed.setVisible(not narrow)
        self._speed_word.setVisible(not narrow)
        self.speed_menu_button.setVisible(narrow)
        has_train = self._train is not None
        self.train.setVisible(has_train)
        self.epoch.setVisible(not (narrow and has_train))
        self.train_menu_button.setVisible(has_train)

    def _name(self) -> None:
        """Play or Pause, Train or Stop, in words where there is room."""
        play, train = "Pause" if self._playing else "Play", "Stop" if self._running else "Train"
        for button, word in ((self.play, play), (self.train, train)):
            button.setText("" if self._tight else BESIDE_ICON + word)
            button.setAccessibleName(word)
            wide = _width_of(
                button, ("Play", "Pause") if button is self.play else ("Train", "Stop")
            )
            button.setFixedWidth(BACK_WIDTH if self._tight else wide)

    def _make_play(self) -> None:
        tip = "Play (Ctrl+Space): step by itself to the end of the pass"
        self.play = push_button("Play", tip, self._moves.toggle_play, self, "play")
        self._speed_menu = QMenu(self)
        self._speed_menu.setAccessibleName("Speed")
        group = QActionGroup(self)
        self._speeds = [self._speed_action(speed, group) for speed in SPEEDS]
        self.speed_menu_button = self._chevron("Speed", "Speed of playing", self._speed_menu)
        self.speed = QSlider(Qt.Orientation.Horizontal, self)
        self.speed.setRange(0, len(SPEEDS) - 1)
        self.speed.setPageStep(1)
        self.speed.setFixedSize(SPEED_WIDTH, 28)
        self.speed.setAccessibleName("Speed")
        set_tip(self.speed, "Speed: how many steps a second Play takes")
        turn_only_in_hand(self.speed)
        self.speed.valueChanged.connect(lambda place: self._moves.set_speed(SPEEDS[place]))
        self._speed_word = ElidedLabel("20/s", HINT, "text2", self)
        self._speed_word.setFixedWidth(self._speed_word.sizeHint().width())

    def _speed_action(self, speed: int, group: QActionGroup) -> QAction:
        steps = f"{counted(speed, 'step')} a second"
        action = self._speed_menu.addAction(steps)
        action.setCheckable(True)
        action.triggered.connect(lambda: self._moves.set_speed(speed))
        group.addAction(action)
        return action

    def _make_steps(self) -> None:
        moves = self._moves
        self.update_back = icon_button(
            "update-back", "Update back",
            "Update back (Ctrl+Shift+←): to the beginning of this update, or of the one before",
            moves.step_update_back, self,
        )  # fmt: skip
        self.phase_back = icon_button(
            "phase-back", "Phase back",
            "Phase back (Ctrl+←): to the end of the phase before", moves.step_phase_back, self,
        )  # fmt: skip
        self.back = push_button(
            "", "Back (Shift+Space): one number less", moves.step_back, self, "back"
        )
        self.back.setAccessibleName("Back")
        self.back.setFixedWidth(BACK_WIDTH)
        self.step = push_button(
            BESIDE_ICON + "Step", "Step (Space): one number further", moves.step, self, "step"
        )
        self.step.setAccessibleName("Step")
        self.step.setFixedWidth(STEP_WIDTH)
        self.phase = icon_button(
            "phase-forward", "Phase",
            "Phase (Ctrl+→): to the end of this phase", moves.step_phase, self,
        )  # fmt: skip
        self.whole_update = icon_button(
            "update-forward", "Update",
            "Update (Ctrl+Shift+→): to the end of this update, which is made",
            moves.step_update, self,
        )  # fmt: skip
        self._backs = (self.update_back, self.phase_back, self.back)
        self._others = (*self._backs, self.phase, self.whole_update)
        for button in self._others:
            button.setProperty("tip", button.toolTip())

    def _make_train(self) -> None:
        self.epoch = push_button(
            "1 epoch", "1 epoch (Ctrl+PgDown): updates until every sample has had its turn",
            self._epoch, self,
        )  # fmt: skip
        flatten(self.epoch)
        self.train = push_button("Train", "Train: update after update", self._press, self, "train")
        self._train_menu = menu = QMenu(self)
        menu.setAccessibleName("Training")
        self._epoch_action = menu.addAction("1 epoch")
        self._epoch_action.triggered.connect(lambda: self._epoch())
        self._epoch_back_action = menu.addAction("Back 1 epoch")
        self._epoch_back_action.triggered.connect(lambda: self._moves.step_epoch_back())
        self.train_menu_button = self._chevron(
            "Training", "One epoch, on or back, and how fast training goes", menu
        )

    def _chevron(self, name: str, tip: str, menu: QMenu) -> QToolButton:
        def open_menu() -> None:
            menu.popup(button.mapToGlobal(QPoint(0, -menu.sizeHint().height() - 2)))

        button = icon_button("chevron-down", name, tip, open_menu, self)
        button.setFixedWidth(CHEVRON_WIDTH)
        return button

    def _press(self) -> None:
        act = self._stop if self._running else self._train
        if act is not None:
            act()

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        left = (self.play, self.speed_menu_button, self.speed, self._speed_word)
        middle = (
            self.update_back, self.phase_back, self.back, self.step, self.phase, self.whole_update,
        )  # fmt: skip
        right = (self.epoch, self.train, self.train_menu_button)
        sides = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignCenter,
                 Qt.AlignmentFlag.AlignRight)  # fmt: skip
        self._rows = [_row(parts) for parts in (left, middle, right)]
        for column, (row, side) in enumerate(zip(self._rows, sides, strict=True)):
            grid.addLayout(row, 0, column, side)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(2, 1)


def _row(parts: tuple[QWidget, ...]) -> QHBoxLayout:
    row = QHBoxLayout()
    for part in parts:
        row.addWidget(part)
    return row


def _width_of(button: QPushButton, words: tuple[str, str]) -> int:
    """As wide as the longer of its words needs, so that nothing moves when it changes."""
    letters = max(button.fontMetrics().horizontalAdvance(BESIDE_ICON + word) for word in words)
    return letters + icons.SIZE + 4 + 2 * 12 + 2


def _allow(button: QAbstractButton, allowed: bool, reason: str) -> None:
    """Let a button be pressed, or have its tip say why it cannot be."""
    told = button.property("tip")
    if not isinstance(told, str):
        told = button.toolTip()
        button.setProperty("tip", told)
    button.setEnabled(allowed)
    set_tip(button, told if allowed else reason)
