"""Settings that an experiment keeps under names, to switch between and to compare."""

from dataclasses import replace

from engine.editing import run_title, start_again, with_settings
from engine.errors import Refused, unknown
from engine.experiment import Experiment, with_run
from engine.settings import Settings


def keep(experiment: Experiment, name: str) -> Experiment:
    """The present settings under this name, in place of what had it before."""
    wanted = name.strip()
    if not wanted:
        raise Refused("Give the settings a name, so that you find them again.")
    if experiment.variants.get(wanted) == experiment.settings:
        return experiment
    kept = {**experiment.variants, wanted: experiment.settings}
    return replace(experiment, variants=kept)


def forget(experiment: Experiment, name: str) -> Experiment:
    """Without the settings of that name; what is in force stays."""
    settings_of(experiment, name)
    left = {key: kept for key, kept in experiment.variants.items() if key != name}
    return replace(experiment, variants=left)


def switch_to(experiment: Experiment, name: str) -> Experiment:
    """These settings before the first update, from the same numbers; the run stays in the list.

    The number of digits is that of now: it is no matter of learning.
    """
    digits = experiment.settings.digits
    settings = replace(settings_of(experiment, name), digits=digits)
    runs = with_run(experiment, run_title(experiment)).runs
    return replace(start_again(with_settings(experiment, settings)), runs=runs)


def settings_of(experiment: Experiment, name: str) -> Settings:
    """The settings of that name, or a refusal with the nearest name there is."""
    if name not in experiment.variants:
        raise unknown("The variant", name, experiment.variants)
    return experiment.variants[name]
