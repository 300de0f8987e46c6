"""The buttons of the transport, and playing step after step."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QSlider,
    QToolButton,
    QWidget,
)

from engine.numerals import Role, counted
from playground.theme import icons
from playground.theme.fonts import HINT
from playground.widgets.buttons import (
    HEIGHT,
    ElidedLabel,
    act_on,
    fill,
    flatten,
    icon_button,
    restyle,
    turn_only_in_hand,
)
from playground.widgets.layout import lay_out
from playground.widgets.plain_text import set_tip

SPEEDS = (1, 2, 3, 5, 8, 12, 20)


class Player(QObject):
    """A clock that takes steps; `step` answers whether there is one more to take."""

    def __init__(self, step: Callable[[], bool], told: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._step = step
        self._told = told
        self.speed = SPEEDS[0]
        self.stepping = False
        self._clock = QTimer(self)
        self._clock.timeout.connect(self._tick)

    @property
    def playing(self) -> bool:
        """Whether it plays."""
        return self._clock.isActive()

    def play(self) -> None:
        """The first step at once, the others as the clock says."""
        self._clock.start(1000 // self.speed)
        self._tick()
        self._told()

    def toggle(self) -> None:
        """Play, or pause."""
        if self.playing:
            self.stop()
        else:
            self.play()

    def stop(self) -> None:
        """No further step."""
        if self.playing:
            self._clock.stop()
            self._told()

    def set_speed(self, speed: int) -> None:
        """So many steps a second."""
        self.speed = speed
        if self.playing:
            self._clock.setInterval(1000 // speed)
        self._told()

    def turn_speed(self, turn: int) -> None:
        """The next speed up or down."""
        place = SPEEDS.index(self.speed) + turn
        self.set_speed(SPEEDS[min(max(place, 0), len(SPEEDS) - 1)])

    def _tick(self) -> None:
        self.stepping = True
        try:
            goes_on = self._step()
        finally:
            self.stepping = False
        if not goes_on:
            self.stop()


STEP_WIDTH, BACK_WIDTH, CHEVRON_WIDTH, SPEED_WIDTH = 96, 40, 24, 72
BESIDE_ICON = "\u2002"  # Qt leaves 4 pixels between an icon and its word


class TransportButtons(QWidget):
    """Play at the left, the steps in the middle, training at the right.

    Each is one of the window's actions, and named, tipped and off as that is.
    """

    def __init__(
        self,
        actions: Mapping[str, QAction],
        set_speed: Callable[[int], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._actions, self._set_speed = actions, set_speed
        self._playing, self._tight = False, False
        self._make_play()
        self._make_steps()
        self._make_train()
        self._lay_out()
        self.set_room(False, False)
        for name in ("play", "train"):
            actions[name].changed.connect(self._name)

    def offer(self, paces: QMenu) -> None:
        """Let the speed of training be chosen beside Train too."""
        self._train_menu.addSeparator()
        self._train_menu.addActions(paces.actions())

    def show_phase(self, role: Role) -> None:
        """Step has the colour of the phase."""
        fill(self.step, role)

    def show_play(self, playing: bool, speed: int) -> None:
        """Show whether it plays, and how fast."""
        if playing != self._playing:
            self._playing = playing
            icons.wear(self.play, "pause" if playing else "play", self.palette())
            self._actions["play"].setIconText("Pause" if playing else "Play")
        self.speed.blockSignals(True)
        self.speed.setValue(SPEEDS.index(speed))
        self.speed.blockSignals(False)
        self.speed.setAccessibleDescription(f"{counted(speed, 'step')} a second")
        self._speed_word.set_text(f"{speed}/s")
        self._speeds[SPEEDS.index(speed)].setChecked(True)

    def show_running(self, running: bool) -> None:
        """While training runs, Train is Stop."""
        icons.wear(self.train, "stop" if running else "train", self.palette())
        if running:
            fill(self.train, Role.MEMORY)
        else:
            restyle(self.train, "look", None)

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
        self.epoch.setVisible(not narrow)

    def _name(self) -> None:
        """Play or Pause, Train or Stop, in words where there is room."""
        for button, name, words in (
            (self.play, "play", ("Play", "Pause")),
            (self.train, "train", ("Train", "Stop")),
        ):
            word = self._actions[name].iconText()
            button.setAccessibleName(word)
            button.setText("" if self._tight else BESIDE_ICON + word)
            button.setFixedWidth(BACK_WIDTH if self._tight else _width_of(button, words))

    def _make_play(self) -> None:
        self.play = self._button("play")
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
        self.speed.valueChanged.connect(lambda place: self._set_speed(SPEEDS[place]))
        self._speed_word = ElidedLabel("20/s", HINT, "text2", self)
        self._speed_word.setFixedWidth(self._speed_word.sizeHint().width())

    def _speed_action(self, speed: int, group: QActionGroup) -> QAction:
        steps = f"{counted(speed, 'step')} a second"
        action = self._speed_menu.addAction(steps)
        action.setCheckable(True)
        action.triggered.connect(lambda: self._set_speed(speed))
        group.addAction(action)
        return action

    def _make_steps(self) -> None:
        self.update_back = self._icon("update-back")
        self.phase_back = self._icon("phase-back")
        self.back = self._button("step-back")
        self.back.setFixedWidth(BACK_WIDTH)
        self.step = self._button("step")
        self.step.setText(BESIDE_ICON + self.step.accessibleName())
        self.step.setFixedWidth(STEP_WIDTH)
        self.phase = self._icon("phase")
        self.whole_update = self._icon("update")

    def _button(self, name: str, icon: bool = True) -> QPushButton:
        button = act_on(QPushButton(self), self._actions[name], icon)
        button.setFixedHeight(HEIGHT)
        return button

    def _icon(self, name: str) -> QToolButton:
        button = act_on(QToolButton(self), self._actions[name])
        button.setFixedSize(HEIGHT, HEIGHT)
        return button

    def _make_train(self) -> None:
        self.epoch = self._button("epoch", icon=False)
        self.epoch.setText(self.epoch.accessibleName())
        flatten(self.epoch)
        self.train = self._button("train")
        self._train_menu = menu = QMenu(self)
        menu.setAccessibleName("Training")
        for name in ("train-epoch", "epoch-back"):
            menu.addAction(self._actions[name])
            icons.wear(self._actions[name], self._actions[name].data(), self.palette())
        self.train_menu_button = self._chevron(
            "Training", "One epoch, on or back, and how fast training goes", menu
        )

    def _chevron(self, name: str, tip: str, menu: QMenu) -> QToolButton:
        def open_menu() -> None:
            menu.popup(button.mapToGlobal(QPoint(0, -menu.sizeHint().height() - 2)))

        button = icon_button("chevron-down", name, tip, open_menu, self)
        button.setFixedWidth(CHEVRON_WIDTH)
        return button

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
        self._rows = [lay_out(QHBoxLayout(), *parts) for parts in (left, middle, right)]
        for column, (row, side) in enumerate(zip(self._rows, sides, strict=True)):
            grid.addLayout(row, 0, column, side)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(2, 1)


def _width_of(button: QPushButton, words: tuple[str, str]) -> int:
    """As wide as the longer of its words needs, so that nothing moves when it changes."""
    letters = max(button.fontMetrics().horizontalAdvance(BESIDE_ICON + word) for word in words)
    return letters + icons.SIZE + 4 + 2 * 12 + 2
