"""What a knob does: the slope along every number, and what a turn should do and really does."""

from dataclasses import dataclass

import numpy as np

from engine.data import Rows
from engine.experiment.experiment import Experiment
from engine.experiment.stepping import batch_of
from engine.functions.losses import middle_of
from engine.network import Place
from engine.op_list import Floats
from engine.program.program import why_not_run
from engine.views.loss_probe import loss_at, slope_at
from engine.views.sample_view import chosen_row

BATCH, SAMPLE, ALL = "batch", "sample", "all"
SPANS = {
    BATCH: "over the batch",
    SAMPLE: "over the chosen sample",
    ALL: "over all training samples",
}


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The loss and its slopes at one point, over these rows, exactly and without penalties."""

    experiment: Experiment
    rows: Rows
    loss: float
    slopes: Floats


@dataclass(frozen=True, slots=True)
class Effect:
    """A turn: by how much, what ∂·Δ predicts, and what really happened."""

    name: str
    turned: float
    slope: float
    really: float

    @property
    def predicted(self) -> float:
        """∂E/∂w · Δw"""
        return self.slope * self.turned


def rows_of(experiment: Experiment, span: str, row: int | None) -> Rows:
    """The samples that are meant."""
    if span == ALL:
        return experiment.data.training
    if span == SAMPLE:
        return np.array([chosen_row(experiment, row)])
    return batch_of(experiment)


def ground_of(experiment: Experiment, rows: Rows) -> Ground | None:
    """Loss and slopes now; None where the network cannot run."""
    if why_not_run(experiment.network, experiment.settings) is not None:
        return None
    data = experiment.data
    inputs, targets = data.input_rows(rows), data.target_rows(rows)
    with np.errstate(all="ignore"):
        slopes = slope_at(
            experiment.program, experiment.settings, experiment.parameters, inputs, targets
        )
        return Ground(experiment, rows, loss_of(experiment, rows), slopes)


def loss_of(experiment: Experiment, rows: Rows) -> float:
    """The data loss over these rows."""
    data = experiment.data
    middle = middle_of(data.target_rows(data.training))
    return loss_at(
        experiment.program, experiment.settings, experiment.parameters,
        data.input_rows(rows), data.target_rows(rows), middle,
    )  # fmt: skip


def effect_of(ground: Ground, now: Experiment, place: Place, name: str) -> Effect:
    """What a turn since then has done."""
    index = ground.experiment.network.place_index[place]
    turned = float(now.parameters[index] - ground.experiment.parameters[index])
    really = loss_of(now, ground.rows) - ground.loss
    return Effect(name, turned, float(ground.slopes[index]), really)


def turnable(experiment: Experiment) -> tuple[Place, ...]:
    """Every number that learning may change."""
    network = experiment.network
    return tuple(p for p, locked in zip(network.places, network.locks, strict=True) if not locked)
