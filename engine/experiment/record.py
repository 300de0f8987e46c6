"""What a run leaves: the numbers after each update, and the curve."""

from dataclasses import replace
from typing import Self

from engine.experiment.curve import Curve, Evaluator
from engine.experiment.editing import with_settings
from engine.experiment.experiment import Ending, Experiment, in_context, with_first_point
from engine.experiment.history import History, cut_after, keyframes_due, with_updates
from engine.experiment.walk import Context, Position
from engine.functions import Floats
from engine.settings import Settings, without_rounding


class Record:
    """Train always computes exactly, so a rounding experiment gets a stretch of its own.

    With `as_steps` what is rounded stays so.
    """

    def __init__(self, experiment: Experiment, as_steps: bool = False) -> None:
        wanted = experiment.settings
        in_force = wanted if as_steps else without_rounding(wanted)
        self.context: Context = replace(experiment.context, settings=in_force)
        if not experiment.history[-1].context.trains_like(self.context):
            experiment = in_context(experiment, self.context, experiment.position)
        self.settings, self._as_steps = wanted, as_steps
        self.evaluator = Evaluator(self.context)
        self.begun = experiment
        self.history: History = experiment.history
        self.curve: Curve = experiment.curve

    def begin_curve(self) -> None:
        """With the point where the run begins at once; else it comes with the first of the run."""
        self.curve = with_first_point(self.begun).curve

    def keyframes_due(self, updates: int) -> range:
        """After which of the next so many updates the numbers are to be told."""
        return keyframes_due(self.history, updates)

    def add_updates(self, updates: int, keyframes: Floats) -> None:
        """So many, with the numbers after those for which they are due."""
        self.history = with_updates(self.history, updates, keyframes)

    def add_points(self, points: Floats) -> None:
        self.curve = self.curve.with_points(points)

    def go_back(self, update: int) -> None:
        """What was made after that update is no longer told."""
        self.history = cut_after(self.history, update)

    def changed(self, settings: Settings, position: Position, updates: int) -> Self:
        """The record of what comes from there on, with other settings."""
        here = self._at(position, updates, self.curve)
        return type(self)(with_settings(here, settings), self._as_steps)

    def experiment(
        self, position: Position, updates: int, curve: Curve, ending: Ending | None
    ) -> Experiment:
        """The experiment as the run has left it, with the settings that were wanted."""
        context = replace(self.context, settings=self.settings)
        done = self._at(position, updates, curve)
        if not done.history[-1].context.trains_like(context):
            done = in_context(done, context, done.position)
        asked = self._as_steps and ending is not None and ending.rule == "goal"
        return replace(done, context=context, ending=None if asked else ending)

    def _at(self, position: Position, updates: int, curve: Curve) -> Experiment:
        return replace(
            self.begun, position=position, updates=updates, curve=curve, history=self.history
        )
