"""What a step of a lesson makes of the experiment before the learner begins."""

from dataclasses import replace

from engine.errors import Refused
from engine.experiment.editing import with_settings
from engine.experiment.experiment import Experiment
from engine.experiment.stepping import go_to, step_update
from engine.files.lesson import Setup
from engine.files.lesson_checks import Moment, owner_of
from engine.lessons.opened import Opened, keeping_runs, with_variant
from engine.settings import Settings


def set_up(lesson: Opened, number: int, experiment: Experiment) -> Experiment:
    """The experiment as this step (from 0) wants it; the same object where it wants nothing.

    What else a step sets up (selection, docks, row) belongs to whoever shows the lesson.
    """
    setup = lesson.lesson.steps[number].setup
    if setup.variant is not None:
        experiment = with_variant(lesson, experiment, setup.variant)
    elif setup.again:
        experiment = keeping_runs(lesson, experiment, lesson.start)
    experiment = with_settings(experiment, _settings(experiment.settings, setup))
    for numeral in setup.numbers:
        experiment = numeral.put_into(experiment)
    return experiment if setup.at is None else moved_to(experiment, setup.at)


def moved_to(experiment: Experiment, moment: Moment) -> Experiment:
    """The experiment at that moment; updates that are not made yet are made."""
    wanted = moment.update - 1
    if wanted != experiment.updates or moment.what == "start":
        experiment = go_to(experiment, min(wanted, experiment.newest))
    while experiment.updates < wanted:
        experiment = step_update(experiment)
    cursor = moment.cursor(experiment)
    if cursor is None:
        raise Refused(f"No micro-step tells the {moment.what} of {owner_of(moment)}.")
    return go_to(experiment, wanted, cursor) if cursor else experiment


def _settings(settings: Settings, setup: Setup) -> Settings:
    if setup.rounding is not None:
        settings = replace(settings, rounding=setup.rounding)
    return settings if setup.digits is None else replace(settings, digits=setup.digits)
