"""Training as the window shows it: Train and Stop, one epoch, the pace, and the facts of a run."""

import time
from collections import deque
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from engine.experiment.curve import has_point
from engine.experiment.experiment import Experiment
from engine.experiment.stepping import epoch_left
from engine.experiment.training import Goal, RunProgress, as_of, remark
from engine.program.program import why_not_run
from playground.model.document import Document
from playground.model.trainer import Trainer
from playground.panels.transport import (
    Transport,
    end_of_run,
    ending,
    interrupted,
    run_text,
    why_not_train,
)
from playground.widgets.buttons import STAYS
from playground.widgets.plain_text import set_tip
from playground.widgets.status_bar import StatusBar
from playground.window.facts import facts_of, facts_of_run
from playground.window.menus import Menus, tip

WATCHED = 0.3  # seconds between two looks of the lesson
FELT = 1.0  # seconds over which the speed is taken
TOLD_ELSEWHERE = ("goal", "infinite")  # not at all, and with the ways on from there
AT_ONCE = 40_000  # microseconds, more or less, that an epoch of steps may take the window


class TrainDesk(QObject):
    """Starts and ends runs, and tells transport, menu and strip how they go.

    `run_seen` tells what a run has come to, a few times a second.
    """

    run_seen = Signal(object)

    def __init__(
        self,
        document: Document,
        trainer: Trainer,
        transport: Transport,
        strip: StatusBar,
        menus: Menus,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document, self._trainer, self._transport = document, trainer, transport
        self._strip, self._menus = strip, menus
        self._watched, self._ended, self._ends_epoch = 0.0, False, False
        self._odd, self._odd_at = "", 0.0
        self._seen: deque[tuple[float, int]] = deque()
        trainer.progressed.connect(self._show)
        trainer.running_changed.connect(self._show_running)
        document.changed.connect(self._tell_ending)
        document.interrupted.connect(self._tell_interrupted)
        menus.choose("pace", None)

    def train(self) -> None:
        """Update after update, until a rule or Stop ends it."""
        self._start(None, why_not_train(self._document.value))

    def toggle(self) -> None:
        """Train, or stop."""
        if self._trainer.is_running:
            self._trainer.stop()
        else:
            self.train()

    def epoch(self) -> None:
        """To the end of the epoch: as steps where they are few, as a run where they are many.

        Both come to the same. While such a run goes on, it is on its way there already.
        """
        if self._ends_epoch:
            return
        self._document.stop_run()
        value = self._document.value
        if _cost_of_steps(value) <= AT_ONCE:
            self._transport.step_epoch()
        else:
            self._start(
                Goal(epoch_end=True), why_not_run(value.network, value.settings, value.layout.name)
            )
            self._ends_epoch = self._trainer.is_running

    def set_pace(self, updates_per_second: float | None) -> None:
        """So many updates a second, or as fast as it goes; also while a run goes on."""
        self._trainer.set_pace(updates_per_second)
        self._menus.choose("pace", updates_per_second)

    def _start(self, goal: Goal | None, reason: str | None) -> None:
        if reason is not None:
            self._document.report(reason)
            return
        self._transport.player.stop()
        self._seen.clear()
        self._odd = ""
        self._strip.refusal.end()
        self._trainer.start(goal)

    def _show(self, progress: RunProgress) -> None:
        if not self._trainer.is_of_run(progress):
            return
        speed = self._speed(progress.update)
        begun = self._document.value
        end = end_of_run(progress, begun, self._ends_epoch)
        odd = remark(progress.curve, progress.history, progress.settings, begun.data)
        now = time.monotonic()
        if odd or now - self._odd_at > STAYS / 1000:  # what was said stays until it has been read
            self._odd, self._odd_at = odd, now
        told = self._odd or run_text(progress, speed)  # its numbers are in the strip
        self._transport.show_run(progress, told, end)
        self._strip.show_facts(facts_of_run(progress, speed))
        if time.monotonic() - self._watched > WATCHED:
            self._watched = time.monotonic()
            self.run_seen.emit(as_of(begun, progress))

    def _speed(self, update: int) -> float:
        """Updates a second over the last moments; 0 before that is known."""
        now = time.monotonic()
        self._seen.append((now, update))
        while len(self._seen) > 2 and now - self._seen[0][0] > FELT:
            self._seen.popleft()
        before, first = self._seen[0]
        return (update - first) / (now - before) if now > before else 0.0

    def _show_running(self, running: bool) -> None:
        self._transport.show_running(running)
        action, known = self._menus.actions["train"], self._menus.commands["train"]
        if running:
            known = replace(known, text="&Stop", help="End the run after this update.")
        action.setText(known.text)
        action.setIconText(known.name)
        set_tip(action, tip(known))
        self._ended, self._ends_epoch = not running, False
        if not running:
            self._strip.show_facts(facts_of(self._document.value))

    def _tell_ending(self, before: Experiment, after: Experiment) -> None:
        """What the run has come to is in the document a moment after it is over."""
        ended, self._ended = self._ended, False
        if ended and (after.ending is None or after.ending.rule not in TOLD_ELSEWHERE):
            told = ending(after) or self._odd
            seen = after.ending is not None and self._transport.tells_whole(after)
            if told and not seen:  # else transport and curve say it
                self._strip.note(told)
        elif before.ending is not None and after.ending is None:
            self._strip.refusal.end()

    def _tell_interrupted(self, before: Experiment, after: Experiment) -> None:
        """Where it is an edit that has ended the run: nobody asked for that."""
        told = interrupted(before, after)
        if told:
            self._strip.note(told)


def _cost_of_steps(value: Experiment) -> int:
    """Microseconds, more or less, that the updates left in the epoch take as steps.

    What is recorded already costs next to nothing.
    """
    parameters, data = len(value.parameters), value.data
    left = epoch_left(value)
    point = parameters * data.count // 500 if has_point(value.context, value.newest, False) else 0
    return left * (500 + 2 * parameters + point)
