"""The transport bar: time, one number at a time, forwards and backwards, by hand or played."""

from collections.abc import Callable, Mapping
from functools import partialmethod
from math import isfinite, isnan

from PySide6.QtCore import QAbstractListModel, QObject, QPoint, QSignalBlocker, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QListView,
    QMenu,
    QPushButton,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.experiment import stepping
from engine.experiment.experiment import Experiment
from engine.experiment.history import start_of
from engine.experiment.stepping import batch_of
from engine.experiment.trace import PHASE_ROLES, PHASE_TITLES, PHASES, Phase, phase_counts
from engine.experiment.training import RunProgress, last_epoch, remark
from engine.experiment.walk import batch_size
from engine.formulas import explain
from engine.functions.losses import loss
from engine.network import Network
from engine.numerals import NumberRole, count, counted, short
from engine.program.program import why_not_run
from engine.settings import Settings, Stops
from playground.model.document import Document, Move
from playground.model.stage import Look, Stage
from playground.theme import icons
from playground.theme.fonts import BODY, BODY_STRONG, HINT
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
from playground.widgets.fields import QuietChoice
from playground.widgets.layout import lay_out
from playground.widgets.phase_rail import PhaseRail, Segment
from playground.widgets.plain_text import set_name
from playground.widgets.table import NOWHERE, Index

SLOPE_NAMES: dict[Phase, str] = {**PHASE_TITLES, "loss": "Output", "backward": "Slopes"}


def chip_of(phase: Phase, settings: Settings) -> tuple[str, NumberRole]:
    """The phase as a chip beside the panel's name."""
    word = "output" if phase == "loss" and _tells_slopes(settings) else phase
    return word.upper(), PHASE_ROLES[phase]


def _tells_slopes(settings: Settings) -> bool:
    return not loss(settings.loss).has_targets


FOLLOW, LEARNT = "Whichever is learnt now", "learnt now"
SAMPLE_TIP = (
    "Choose the sample that is shown. It never changes what is trained: that is the batch, the "
    "samples that one update learns from. How many these are stands in Settings."
)


class SampleList(QAbstractListModel):
    """One entry for "whichever is first", then one for each row; made when they are looked at."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows = 0
        self.batch: frozenset[int] = frozenset()

    def show_rows(self, rows: int, batch: frozenset[int]) -> None:
        if rows != self.rows:
            self.beginResetModel()
            self.rows, self.batch = rows, batch
            self.endResetModel()
        elif batch != self.batch:
            self.batch = batch
            self.dataChanged.emit(self.index(0), self.index(rows))

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else self.rows + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if index.row() == 0:
            return FOLLOW
        learnt = index.row() - 1 in self.batch and len(self.batch) < self.rows
        mark = f" · {LEARNT}" if learnt else ""
        return f"Sample {count(index.row())}{mark}"


class SampleChooser(QuietChoice):
    """Tells `choose` the row, or None for the first of those that are learnt."""

    def __init__(self, choose: Callable[[int | None], None], parent: QWidget) -> None:
        super().__init__("Sample", SAMPLE_TIP, parent)
        self._samples = SampleList(self)
        self.setModel(self._samples)
        self.setMaxVisibleItems(12)
        entries = self.view()
        assert isinstance(entries, QListView)
        # Else each is measured, and all are placed, whenever the theme changes.
        entries.setUniformItemSizes(True)
        entries.setLayoutMode(QListView.LayoutMode.Batched)
        self._entries = entries
        self.activated.connect(lambda entry: choose(entry - 1 if entry else None))

    def showPopup(self) -> None:
        self._entries.setLayoutMode(QListView.LayoutMode.SinglePass)  # or it would not scroll there
        self._entries.doItemsLayout()
        super().showPopup()
        self._entries.setLayoutMode(QListView.LayoutMode.Batched)

    def show_sample(self, experiment: Experiment, row: int | None) -> None:
        rows = experiment.data.count
        batch = batch_of(experiment)
        followed = row is None or row >= rows
        shown = int(batch[0]) if row is None or followed else row
        members = frozenset(batch.tolist())
        self._samples.show_rows(rows, members)
        self.setCurrentIndex(0 if followed else shown + 1)
        self.setEnabled(rows > 1)
        self.setVisible(bool(experiment.data.columns) or rows > 1)
        outside = "" if shown in members else " · not in this batch"
        self.show_word(f"sample {count(shown + 1)} of {count(rows)}{outside}")


NOTHING_TO_TRAIN = "There is nothing to train: no weight, bias or parameter is unlocked."


def noun(experiment: Experiment) -> str:
    """A pass that changes nothing is not called an update."""
    return "pass" if all(experiment.network.locks) else "update"


def where(experiment: Experiment, steps: int) -> str:
    """Update 1 · step 10 of 32."""
    told = f"{noun(experiment).capitalize()} {count(experiment.updates + 1)}"
    if not experiment.cursor:
        return f"{told} · {counted(steps, 'step')}"
    return f"{told} · step {count(experiment.cursor)} of {count(steps)}"


def title(experiment: Experiment) -> str:
    """What the last step told: error term of hidden 4; after a run, why it ended."""
    past = experiment.updates < experiment.newest
    told = ending(experiment) if not experiment.cursor and not past else ""
    if told:
        return told
    if experiment.trace is None or experiment.last_step is None:
        return "before the first step"
    told = explain(experiment.context, experiment.trace, experiment.last_step).title
    return told[:1].lower() + told[1:]


def ending(experiment: Experiment) -> str:
    """Why the run ended, and before that what is odd about its loss; nothing if nothing is."""
    end = experiment.ending
    if end is not None and end.rule == "infinite":
        return end.sentence
    odd = remark(experiment.curve, experiment.history, experiment.settings, experiment.data)
    return " ".join(filter(None, (odd, end.sentence if end else "")))


def interrupted(before: Experiment, after: Experiment) -> str:
    """Why a run is over that an edit has ended; nothing where a move in time has."""
    causes = (
        (after.network is not before.network, "the network was changed"),
        (after.data is not before.data, "the samples were changed"),
        (after.settings != before.settings, "the settings were changed"),
        (after.layout is not before.layout, "a name or a place was changed"),
        (after.updates == before.updates, "a number was set by hand"),
    )
    cause = next((words for so, words in causes if so), "")
    return f"The run ended at update {count(before.updates)}, because {cause}." if cause else ""


def run_text(progress: RunProgress, speed: float) -> str:
    """Test loss 0.0131 · 98 % of test right · 12,300/s, as far as they are known."""
    point, digits, told = progress.curve.last, progress.settings.digits, []
    if point is not None:
        measured, right = point.test_loss, point.test_accuracy
        words = ("test loss", measured) if isfinite(measured) else ("loss", point.loss)
        told += [f"{words[0]} {short(words[1], digits)}"] if isfinite(words[1]) else []
        part, right = ("", point.accuracy) if isnan(right) else (" of test", right)
        told += [f"{100 * right:.0f} %{part} right"] if isfinite(right) else []
    told += [f"{count(round(speed))}/s"] if speed >= 1 else []
    return " · ".join(told) or "training"


def end_of_run(progress: RunProgress, begun: Experiment, one_epoch: bool) -> int | None:
    """The update with which it is over at the latest; None where no number of epochs is set."""
    turn, wanted = progress.position.turn, progress.settings.stops.epochs
    if one_epoch:
        last = begun.turn.epoch + 1
    elif wanted is not None:
        last = last_epoch(wanted, begun.turn.epoch)
    else:
        return None
    size, rows = batch_size(progress.settings, begun.data), len(begun.data.training)
    left = -(-(rows - turn.row) // size) + (last - turn.epoch - 1) * -(-rows // size)
    return progress.update + max(0, left)


def why_not_step(experiment: Experiment) -> str | None:
    """None where anything is drawn; what else keeps it from stepping, a step tells itself."""
    network = experiment.network
    return None if network.nodes else why_not_run(network, experiment.settings)


def why_not_train(experiment: Experiment) -> str | None:
    """None, or the sentence that says why there is nothing to train."""
    reason = why_not_run(experiment.network, experiment.settings, experiment.layout.name)
    return NOTHING_TO_TRAIN if reason is None and all(experiment.network.locks) else reason


WIDE, SLIDER_NARROW = 110, 72
MOST_NOTCHES = 10**9  # what a slider can count; updates are counted further
PATIENCE = 30  # ms; while the slider is dragged, updates are looked at one in so long a time
PAST_TIP = "Drag to look at an earlier update, or use the arrow keys. Nothing is lost by looking."


class PastSlider(QWidget):
    """Asks for the update that the hand points at; hidden until there is a past."""

    def __init__(self, go_to: Callable[[int], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._go_to = go_to
        self._first, self._newest, self._notch = 0, 0, 1
        self.word = ElidedLabel("update", HINT, "text2", self)
        self.place = ElidedLabel("", HINT, "text2", self)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        set_name(self.slider, "Past updates", PAST_TIP)
        turn_only_in_hand(self.slider)
        self.slider.setFixedHeight(28)
        self.slider.valueChanged.connect(self._ask)
        self.slider.sliderReleased.connect(self._arrive)
        self._later = QTimer(self, interval=PATIENCE, singleShot=True)
        self._later.timeout.connect(self._arrive)
        lay_out(QHBoxLayout(self), self.word, self.slider, self.place, spacing=8)
        self.hide()

    def show_past(self, experiment: Experiment) -> None:
        self.word.set_text(noun(experiment))
        first, self._newest = start_of(experiment.history), experiment.newest
        if self.slider.isSliderDown():
            return
        self._later.stop()
        self._first, self._notch = first, 1 + (self._newest - first) // MOST_NOTCHES
        last = -(-(self._newest - first) // self._notch)
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, last)
            self.slider.setPageStep(max(1, last // 10))
            self.slider.setValue(-(-(experiment.updates - first) // self._notch))
        self._show_place(experiment.updates)
        self.setVisible(self._newest > first)

    def show_words(self, most: int) -> None:
        """So many of its words: first "update" goes, then "12 of 340"; the title names it too."""
        self.word.setVisible(most > 1)
        self.place.setVisible(most > 0)
        self.updateGeometry()

    def _show_place(self, update: int) -> None:
        self.place.set_text(f"{count(update)} of {count(self._newest)}")
        self.slider.setAccessibleDescription(f"{self.word.text} {self.place.text}")

    def update_at(self) -> int:
        return min(self._first + self.slider.value() * self._notch, self._newest)

    def _ask(self) -> None:
        self._show_place(self.update_at())
        if not self.slider.isSliderDown():
            self._arrive()
        elif not self._later.isActive():
            self._later.start()

    def _arrive(self) -> None:
        self._later.stop()
        self._go_to(self.update_at())


SPEEDS = (1, 2, 3, 5, 8, 12, 20)


class Player(QObject):
    """A clock that takes steps; `step` answers whether there is one more to take."""

    def __init__(self, step: Callable[[], bool], told: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._step, self._told = step, told
        self.speed = SPEEDS[0]
        self.stepping = False
        self._clock = QTimer(self)
        self._clock.timeout.connect(self._tick)

    @property
    def playing(self) -> bool:
        return self._clock.isActive()

    def toggle(self) -> None:
        """Stop, or play: the first step at once, the others as the clock says."""
        if self.playing:
            self.stop()
        else:
            self._clock.start(1000 // self.speed)
            self._tick()
            self._told()

    def stop(self) -> None:
        if self.playing:
            self._clock.stop()
            self._told()

    def set_speed(self, speed: int) -> None:
        self.speed = speed
        if self.playing:
            self._clock.setInterval(1000 // speed)
        self._told()

    def turn_speed(self, turn: int) -> None:
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
        self, actions: Mapping[str, QAction], set_speed: Callable[[int], None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._actions, self._set_speed = actions, set_speed
        self._playing, self._tight = False, False
        self._make_play()
        self.update_back, self.phase_back = self._icon("update-back"), self._icon("phase-back")
        self.back, self.step = self._button("step-back"), self._button("step")
        self.back.setFixedWidth(BACK_WIDTH)
        self.step.setText(BESIDE_ICON + self.step.accessibleName())
        self.step.setFixedWidth(STEP_WIDTH)
        self.phase, self.whole_update = self._icon("phase"), self._icon("update")
        self._make_train()
        middle = (self.update_back, self.phase_back, self.back, self.step, self.phase)
        self._rows = [
            lay_out(QHBoxLayout(), self.play, self.speed_menu_button, self.speed, self._speed_word),
            lay_out(QHBoxLayout(), *middle, self.whole_update),
            lay_out(QHBoxLayout(), self.epoch, self.train, self.train_menu_button),
        ]
        grid, side = QGridLayout(self), Qt.AlignmentFlag
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        for column, at in enumerate((side.AlignLeft, side.AlignCenter, side.AlignRight)):
            grid.addLayout(self._rows[column], 0, column, at)
            grid.setColumnStretch(column, int(at != side.AlignCenter))
        self.set_room(False, False)
        for name in ("play", "train"):
            actions[name].changed.connect(self._name)

    def offer(self, paces: QMenu) -> None:
        """Let the speed of training be chosen beside Train too."""
        self._train_menu.addSeparator()
        self._train_menu.addActions(paces.actions())

    def show_play(self, playing: bool, speed: int) -> None:
        if playing != self._playing:
            self._playing = playing
            icons.set_icon(self.play, "pause" if playing else "play", self.palette())
            self._actions["play"].setIconText("Pause" if playing else "Play")
        with QSignalBlocker(self.speed):
            self.speed.setValue(SPEEDS.index(speed))
        self.speed.setAccessibleDescription(f"{counted(speed, 'step')} a second")
        self._speed_word.set_text(f"{speed}/s")
        self._speeds.actions()[SPEEDS.index(speed)].setChecked(True)

    def show_running(self, running: bool) -> None:
        """While training runs, Train is Stop."""
        icons.set_icon(self.train, "stop" if running else "train", self.palette())
        if running:
            fill(self.train, NumberRole.MEMORY)
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
            # As wide as the longer of its words needs, so that nothing moves when it changes.
            measure = button.fontMetrics().horizontalAdvance
            letters = max(measure(BESIDE_ICON + word) for word in words)
            wide = letters + icons.SIZE + 4 + 2 * 12 + 2
            button.setFixedWidth(BACK_WIDTH if self._tight else wide)

    def _make_play(self) -> None:
        self.play = self._button("play")
        self._speeds = QActionGroup(self)
        for speed in SPEEDS:
            action = self._speeds.addAction(f"{counted(speed, 'step')} a second")
            action.setCheckable(True)
            action.setData(speed)
        self._speeds.triggered.connect(lambda action: self._set_speed(action.data()))
        menu = QMenu(self)
        menu.addActions(self._speeds.actions())
        self.speed_menu_button = self._chevron("Speed", "Speed of playing", menu)
        self.speed = QSlider(Qt.Orientation.Horizontal, self)
        self.speed.setRange(0, len(SPEEDS) - 1)
        self.speed.setPageStep(1)
        self.speed.setFixedSize(SPEED_WIDTH, 28)
        set_name(self.speed, "Speed", "Speed: how many steps a second Play takes")
        turn_only_in_hand(self.speed)
        self.speed.valueChanged.connect(lambda place: self._set_speed(SPEEDS[place]))
        self._speed_word = ElidedLabel("20/s", HINT, "text2", self)
        self._speed_word.setFixedWidth(self._speed_word.sizeHint().width())

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
        self._train_menu = QMenu(self)
        for name in ("train-epoch", "epoch-back"):
            self._train_menu.addAction(self._actions[name])
            icons.set_icon(self._actions[name], self._actions[name].data(), self.palette())
        tip = "One epoch, on or back, and how fast training goes"
        self.train_menu_button = self._chevron("Training", tip, self._train_menu)

    def _chevron(self, name: str, tip: str, menu: QMenu) -> QToolButton:
        menu.setAccessibleName(name)

        def open_menu() -> None:
            menu.popup(button.mapToGlobal(QPoint(0, -menu.sizeHint().height() - 2)))

        button = icon_button("chevron-down", name, tip, open_menu, self)
        button.setFixedWidth(CHEVRON_WIDTH)
        return button


HIGH = 108
NARROW, TIGHT = 760, 600
PADDING = 20
TITLE_ROW = 28


class Transport(QWidget):
    """Where in the pass we are, and every way to move: step, phase, update, epoch, play, scrub.

    Its buttons are the window's `actions`, of which those of time call it in turn.
    """

    def __init__(
        self, document: Document, stage: Stage, actions: Mapping[str, QAction], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._document, self._stage = document, stage
        self._segments_of: tuple[Network, tuple[object, ...]] | None = None
        self._segments: tuple[Segment, ...] = ()
        self.player = Player(self._play_on, self._show_play, self)
        self.where = ElidedLabel("", BODY, "text2", self)
        self.title = ElidedLabel("", BODY_STRONG, "text", self)
        self.past = PastSlider(self._go_to_update, self)
        self.sample = SampleChooser(stage.choose_row, self)
        self.rail = PhaseRail(self._scrub, self)
        self.buttons = TransportButtons(actions, self.player.set_speed, self)
        self.setAccessibleName("Transport")
        self.setFixedHeight(HIGH)
        self._top = QHBoxLayout()
        self._top.addStrut(TITLE_ROW)  # also where neither the past nor a sample is shown
        lay_out(self._top, self.where, (self.title, 1), 8, self.past, self.sample, spacing=10)
        column = QVBoxLayout(self)
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        lay_out(column, self._top, self.rail, None, self.buttons, margins=(PADDING, 4, PADDING, 8))
        for part in (self.past, self.sample):
            part.setFixedHeight(TITLE_ROW)
        document.changed.connect(self._on_changed)
        stage.looked.connect(self._on_looked)
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
        epoch = count(progress.position.turn.epoch + 1)  # counted from 1
        self.where.set_text(f"Update {count(progress.update)} · epoch {epoch}")
        self.title.set_text(told)
        self._share_room()
        until = "until Stop" if progress.settings.stops == Stops() else "until a rule or Stop"
        self.rail.show_run(progress.update, end, until if end is None else count(end))

    # showing

    def show_experiment(self, experiment: Experiment) -> None:
        settings, network = experiment.settings, experiment.network
        samples, kept = len(batch_of(experiment)), self._segments_of
        of = (settings.loss, bool(settings.l1 or settings.l2), min(samples, 2))
        if kept is None or kept[0] is not network or kept[1] != of:  # another structure
            self._segments_of, counts = (network, of), phase_counts(network, settings, samples)
            names = SLOPE_NAMES if _tells_slopes(settings) else PHASE_TITLES
            there = (phase for phase in PHASES if counts[phase])
            self._segments = tuple(Segment(names[p], PHASE_ROLES[p], counts[p]) for p in there)
        segments = self._segments
        self.where.set_text(where(experiment, sum(segment.steps for segment in segments)))
        told, short_of_it = title(experiment), ""
        if experiment.ending is not None and told.endswith(experiment.ending.sentence):
            # That the run ended, without the reason: Stopped at update 463.
            short_of_it = experiment.ending.sentence.partition(":")[0].rstrip(".")
        self.title.set_text(told, short_of_it)
        self.past.show_past(experiment)
        self.sample.show_sample(experiment, self._stage.look.row)
        self._share_room()
        self.rail.show_steps(segments, experiment.cursor)
        role = self.rail.present().role if segments else NumberRole.FORWARD
        fill(self.buttons.step, role)  # it has the colour of the phase

    def tells_whole(self, experiment: Experiment) -> bool:
        """Whether there is room for all that its title says of this experiment."""
        self.show_experiment(experiment)
        self._top.activate()
        return self.title.shown() == self.title.text

    def _on_changed(self, before: Experiment, after: Experiment) -> None:
        if not self.player.stepping:
            self.player.stop()
        self.show_experiment(after)

    def _on_looked(self, before: Look, after: Look) -> None:
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
        most = 2 - (self.width() < NARROW) - (self.width() < TIGHT)
        ways = [(words, True) for words in range(most, -1, -1)]
        if not self._document.value.cursor:
            ways.append((0, False))
        for words, with_count in ways:
            self.past.show_words(words)
            self.where.setVisible(with_count)
            self._top.invalidate()
            if self._top.sizeHint().width() <= self.width() - 2 * PADDING:
                break

    def sizeHint(self) -> QSize:
        return QSize(830, HIGH)

    def minimumSizeHint(self) -> QSize:
        return QSize(480, HIGH)

    def resizeEvent(self, event: QResizeEvent) -> None:
        wide = event.size().width()
        self.past.slider.setFixedWidth(SLIDER_NARROW if wide < NARROW else WIDE)
        self.buttons.set_room(wide < NARROW, wide < TIGHT)
        self._share_room()
        super().resizeEvent(event)
