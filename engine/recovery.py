"""The ways on from a run that became infinite: back to where it was good, with half the rate."""

from dataclasses import replace

import numpy as np

from engine.editing import with_settings
from engine.experiment import Experiment
from engine.stepping import go_to

LARGEST = 1e30  # a loss beyond it is as good as infinite


def paused_at_infinity(experiment: Experiment) -> bool:
    """Whether the experiment stands at the last finite update of a run that became infinite."""
    ending = experiment.ending
    infinite = ending is not None and ending.rule == "infinite"
    return infinite and experiment.updates == experiment.newest


def way_back(experiment: Experiment) -> tuple[int, str]:
    """The update to go back to, and why there.

    The numbers of the last finite update are as good as infinite: training on from there fails at
    once, at any rate. The lowest loss is where learning was still learning.
    """
    updates = experiment.curve.column("update")
    losses = experiment.curve.column("loss")
    known = (np.abs(losses) <= LARGEST) & (updates >= _same_since(experiment))
    known &= updates <= experiment.updates
    if not known.any():
        return experiment.updates, "the last update with finite numbers"
    best = int(updates[known][losses[known].argmin()])
    return best, "the update with the lowest loss"


def gone_back(experiment: Experiment) -> Experiment:
    """Back there; a lower rate that was set since stays, else the same would happen again."""
    back, settings = go_to(experiment, way_back(experiment)[0], 0), experiment.settings
    return with_settings(back, settings) if settings.rate < back.settings.rate else back


def halved(experiment: Experiment) -> Experiment:
    """Back there, with half the rate that led astray."""
    settings = replace(experiment.settings, rate=experiment.settings.rate / 2)
    return with_settings(go_to(experiment, way_back(experiment)[0], 0), settings)


def _same_since(experiment: Experiment) -> int:
    """The first update with the network and the samples of now."""
    first = experiment.updates
    for segment in reversed(experiment.history):
        then = segment.context
        if then.network is not experiment.network or then.data is not experiment.data:
            break
        first = segment.first
    return first
