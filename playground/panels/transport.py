"""The transport bar: time, one number at a time, forwards and backwards. It is never closed."""

from collections.abc import Mapping
from functools import partialmethod

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QVBoxLayout, QWidget

from engine.experiment import stepping
from engine.experiment.experiment import Experiment
from engine.experiment.history import start_of
from engine.experiment.training import RunProgress
from engine.numerals import Role
from playground.model.document import Document, Move
from playground.model.stage import Look, Stage
from playground.panels.rail_steps import RailSteps
from playground.panels.transport_buttons import TransportButtons
from playground.panels.transport_past import WORDS, PastSlider
from playground.panels.transport_play import Player
from playground.panels.transport_sample import SampleChooser
from playground.panels.transport_words import (
    shorter,
    title,
    until,
    where,
    where_in_run,
)
from playground.theme.fonts import BODY, BODY_STRONG
from playground.widgets.buttons import ElidedLabel
from playground.widgets.phase_rail import PhaseRail

HEIGHT = 108
NARROW, TIGHT = 760, 600
PADDING = 20
TITLE_ROW = 28


class Transport(QWidget):
    """Where in the pass we are, and every way to move: step, phase, update, epoch, play, scrub.

    Its buttons are the window's `actions`, of which those of time call it in turn.
    """

    def __init__(
        self,
        document: Document,
        stage: Stage,
        actions: Mapping[str, QAction],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._document, self._stage = document, stage
        self._steps = RailSteps()
        self.player = Player(self._play_on, self._show_play, self)
        self._where = ElidedLabel("", BODY, "text2", self)
        self._title = ElidedLabel("", BODY_STRONG, "text", self)
        self.past = PastSlider(self._go_to_update, self)
        self.sample = SampleChooser(stage.choose_row, self)
        self.rail = PhaseRail(self._scrub, self)
        self.buttons = TransportButtons(actions, self.player.set_speed, self)
        self.setAccessibleName("Transport")
        self.setFixedHeight(HEIGHT)
        self._lay_out()
        document.changed.connect(self._follow)
        stage.looked.connect(self._look)
        self.show_experiment(document.value)
        self._show_play()

    # moves in time

    def _move(self, move: Move) -> None:
        self.player.stop()
        self._document.step(move)

    step = partialmethod(_move, stepping.step)
    step_back = partialmethod(_move, stepping.step_back)
    step_phase = partialmethod(_move, stepping.step_phase)
    step_phase_back = partialmethod(_move, stepping.step_phase_back)
    step_update = partialmethod(_move, stepping.step_update)
    step_update_back = partialmethod(_move, stepping.step_update_back)
    step_epoch = partialmethod(_move, stepping.step_epoch)
    step_epoch_back = partialmethod(_move, stepping.step_epoch_back)

    def to_start(self) -> None:
        """Before the first recorded update."""
        self._go_to_update(start_of(self._document.value.history))

    def show_running(self, running: bool) -> None:
        """While training runs, Train is Stop, and nothing else moves; the past makes room."""
        self.player.stop()
        self.buttons.show_running(running)
        self.rail.setEnabled(not running)
        if running:
            self.past.hide()
        else:
            self.show_experiment(self._document.value)

    def show_run(self, progress: RunProgress, told: str, end: int | None) -> None:
        """Show how far the run has come, of how far it goes, and what is known of it."""
        self._where.set_text(where_in_run(progress))
        self._title.set_text(told)
        self._share_room()
        self.rail.show_run(progress.update, end, until(end, progress.settings.stops))

    # showing

    def show_experiment(self, experiment: Experiment) -> None:
        """Show where this experiment stands."""
        self._where.set_text(where(experiment, self._steps.count(experiment)))
        told = title(experiment)
        self._title.set_text(told, shorter(told, experiment))
        self.past.show_past(experiment)
        self.sample.show_sample(experiment, self._stage.look.row)
        self._share_room()
        self.rail.show_steps(self._steps.segments(experiment), experiment.cursor)
        role = self.rail.present().role if self.rail.segments else Role.FORWARD
        self.buttons.show_phase(role)

    def tells_whole(self, experiment: Experiment) -> bool:
        """Whether there is room for all that its title says of this experiment."""
        self.show_experiment(experiment)
        self._top.activate()
        return self._title.shown() == self._title.text

    def _follow(self, before: Experiment, after: Experiment) -> None:
        if not self.player.stepping:
            self.player.stop()
        self.show_experiment(after)

    def _look(self, before: Look, after: Look) -> None:
        if before.row != after.row:
            self.sample.show_sample(self._document.value, after.row)
            self._share_room()

    def _show_play(self) -> None:
        self.buttons.show_play(self.player.playing, self.player.speed)

    # asking

    def _go_to_update(self, update: int) -> None:
        value = self._document.value
        if update != value.updates or value.cursor:
            self.player.stop()
            self._document.go_to(update, 0)

    def _scrub(self, done: int) -> None:
        self.player.stop()
        self._document.go_to(self._document.value.updates, done)
        self.rail.setValue(self._document.value.cursor)  # if it was refused

    def _play_on(self) -> bool:
        """A step; whether there is another one before the pass is over."""
        if not self._document.step(stepping.step):
            return False
        value = self._document.value
        return value.trace is None or value.cursor < value.trace.length

    def _share_room(self) -> None:
        """The sentence comes first: words beside the slider, then the count of steps, give way."""
        most = WORDS - (self.width() < NARROW) - (self.width() < TIGHT)
        ways = [(words, True) for words in range(most, -1, -1)]
        if not self._document.value.cursor:
            ways.append((0, False))
        for words, counted in ways:
            self.past.show_words(words)
            self._where.setVisible(counted)
            self._top.invalidate()
            if self._top.sizeHint().width() <= self.width() - 2 * PADDING:
                break

    def _lay_out(self) -> None:
        top = self._top = QHBoxLayout()
        top.setSpacing(10)
        top.addStrut(TITLE_ROW)  # also where neither the past nor a sample is shown
        top.addWidget(self._where)
        top.addWidget(self._title, 1)
        top.addSpacing(8)
        top.addWidget(self.past)
        top.addWidget(self.sample)
        column = QVBoxLayout(self)
        column.setContentsMargins(PADDING, 4, PADDING, 8)
        column.setSpacing(0)
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        column.addLayout(top)
        column.addWidget(self.rail)
        column.addStretch(1)
        column.addWidget(self.buttons)
        for part in (self.past, self.sample):
            part.setFixedHeight(TITLE_ROW)

    def sizeHint(self) -> QSize:
        return QSize(830, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(480, HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        wide = event.size().width()
        self.past.set_room(wide < NARROW)
        self.buttons.set_room(wide < NARROW, wide < TIGHT)
        self._share_room()
        super().resizeEvent(event)
