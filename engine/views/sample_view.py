"""What there is to see of one sample: live before a pass, in a pass only what is known.

A view never computes a number of the network; it asks for it here.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from engine.experiment.experiment import Experiment
from engine.experiment.stepping import batch_of
from engine.experiment.trace import Trace, known_at, losses_of
from engine.experiment.walk import Context
from engine.functions import Floats, frozen
from engine.functions.losses import loss
from engine.network import Place
from engine.program.plan import Indices
from engine.program.program import Program, why_not_run
from engine.program.runner import Runner
from engine.settings import Settings, without_rounding


@dataclass(frozen=True, slots=True, eq=False)
class SampleNumbers:
    """The numbers of one row, by node or by place; NaN where a number is not computed yet.

    `total` is the loss of the row, `batch_loss` that of the batch of the pass.
    """

    row: int
    in_batch: bool
    in_pass: bool
    sums: Floats
    values: Floats
    errors: Floats
    derivatives: Floats
    targets: Floats
    losses: Floats
    gradients: Floats
    updated: Floats
    total: float
    batch_loss: float


def chosen_row(experiment: Experiment, row: int | None) -> int:
    """The row that is looked at: the one chosen, or the first of the batch."""
    if row is None or row >= experiment.data.count:
        return int(batch_of(experiment)[0])
    return row


class SampleView:
    """Finds what to show; keeps one runner while the network and its settings stay the same."""

    def __init__(self) -> None:
        self._program: Program | None = None
        self._settings: Settings | None = None
        self._runner: Runner | None = None
        self._targets: tuple[Context, int, Floats] | None = None

    def shown(self, experiment: Experiment, row: int | None = None) -> SampleNumbers:
        """What to show of this row, or of the first row of the batch."""
        batch = batch_of(experiment)
        chosen = chosen_row(experiment, row)
        inside = np.flatnonzero(batch == chosen)
        if experiment.trace is None:
            return self._live(experiment, chosen, bool(len(inside)))
        if not len(inside):
            return self._beside(experiment, experiment.trace, chosen)
        targets = self._targets_of(experiment, chosen)
        return _in_pass(experiment, experiment.trace, targets, chosen, int(inside[0]))

    def running(self, experiment: Experiment, row: int | None = None) -> SampleNumbers:
        """What to show while it is trained: forward values and their loss, exactly as Train does.

        Error terms and gradients are left empty; they belong to the updates that went by.
        """
        chosen = chosen_row(experiment, row)
        inside = bool(np.isin(chosen, batch_of(experiment)))
        exact = without_rounding(experiment.settings)
        trained = replace(experiment, context=replace(experiment.context, settings=exact))
        found = self._live(trained, chosen, inside)
        if self._runner is None or why_not_run(experiment.network, exact) is not None:
            return found
        losses, total = self._losses(trained, self._runner)
        return replace(found, losses=losses, total=total)

    def _live(self, experiment: Experiment, row: int, in_batch: bool) -> SampleNumbers:
        """The forward values of a row."""
        runner, targets = self._gone_through(experiment, row), self._targets_of(experiment, row)
        return _forward_values(experiment, row, in_batch, runner, targets)

    def _beside(self, experiment: Experiment, trace: Trace, row: int) -> SampleNumbers:
        """A row that is not in the batch: its own numbers, as far as the pass has told them."""
        runner = self._gone_through(experiment, row)
        targets = self._targets_of(experiment, row)
        live = _forward_values(experiment, row, False, runner, targets)
        with np.errstate(all="ignore"):
            runner.backward()
        script, errors = trace.script, runner.record().error[:, 0]
        losses, total = self._losses(experiment, runner)

        def told(array: Floats, since: Indices) -> Floats:
            return frozen(np.where(since <= experiment.cursor, array, np.nan))

        return replace(
            live,
            sums=told(live.sums, script.sums),
            values=told(live.values, script.values),
            errors=told(errors, script.errors),
            losses=told(losses, script.losses),
            total=total if _tells_total(experiment, trace) else np.nan,
            batch_loss=trace.total if _tells_batch(experiment, trace) else np.nan,
        )

    def _gone_through(self, experiment: Experiment, row: int) -> Runner:
        """The runner, once this row has gone forward through it."""
        runner, data = self._runner_for(experiment), experiment.data
        rows = np.array([row])
        runner.load(experiment.parameters)
        with np.errstate(all="ignore"):
            runner.forward(experiment.program.heads(data.input_rows(rows), data.target_rows(rows)))
        return runner

    def _targets_of(self, experiment: Experiment, row: int) -> Floats:
        """The targets of a row, by node: the same at every step."""
        kept = self._targets
        if kept is None or kept[0] is not experiment.context or kept[1] != row:
            kept = self._targets = (experiment.context, row, _targets(experiment, row))
        return kept[2]

    def _losses(self, experiment: Experiment, runner: Runner) -> tuple[Floats, float]:
        network = experiment.network
        with np.errstate(all="ignore"):  # a run that diverges is shown to its end
            found = losses_of(runner, experiment.data.middle)
            total = float(found.sum())
        losses = np.full(len(network.nodes), np.nan)
        losses[[network.index[node_id] for node_id in network.outputs]] = found[:, 0]
        return frozen(losses), total

    def _runner_for(self, experiment: Experiment) -> Runner:
        settings, program = experiment.settings, experiment.program
        if self._runner is None or self._program is not program or self._settings != settings:
            self._runner = program.forward_runner(settings, 1)
            self._program, self._settings = program, settings
        return self._runner


def _in_pass(
    experiment: Experiment, trace: Trace, targets: Floats, row: int, sample: int
) -> SampleNumbers:
    known = known_at(trace, experiment.cursor)
    losses = known.losses[:, sample]
    return SampleNumbers(
        row, True, True, known.sums[:, sample], known.values[:, sample], known.errors[:, sample],
        known.derivatives[:, sample], targets, losses,
        known.gradients, known.updated,
        float(losses[trace.outputs].sum()) if _tells_total(experiment, trace) else np.nan,
        trace.total if _tells_batch(experiment, trace) else np.nan,
    )  # fmt: skip


def _tells_total(experiment: Experiment, trace: Trace) -> bool:
    """Whether the loss of a sample has been told: of its one output, or of all together."""
    return _tells_loss(experiment, trace, "sample" if len(trace.outputs) > 1 else "")


def _tells_batch(experiment: Experiment, trace: Trace) -> bool:
    """Whether the loss of the batch has been told, which has more than one sample."""
    return _tells_loss(experiment, trace, "batch")


def _tells_loss(experiment: Experiment, trace: Trace, whole: str) -> bool:
    steps = trace.script.steps[: experiment.cursor]
    return any(step.what == "loss" and step.whole == whole for step in steps)


def _forward_values(
    experiment: Experiment, row: int, in_batch: bool, runner: Runner, targets: Floats
) -> SampleNumbers:
    """What a row that has just gone forward through a runner comes to, and nothing else."""
    network, numbers = experiment.network, runner.record()
    nothing, nowhere = np.full(len(network.nodes), np.nan), np.full(len(network.places), np.nan)
    neurons = np.array([node.kind == "neuron" for node in network.nodes], dtype=np.bool_)
    sums = frozen(np.where(neurons, numbers.z[:, 0], np.nan))
    return SampleNumbers(
        row, in_batch, False, sums, numbers.a[:, 0], nothing, nothing,
        targets, nothing, nowhere, nowhere, np.nan, np.nan,
    )  # fmt: skip


def _targets(experiment: Experiment, row: int) -> Floats:
    """The targets of a row, by node."""
    network, data = experiment.network, experiment.data
    found = np.full(len(network.nodes), np.nan)
    if loss(experiment.settings.loss).has_targets and network.outputs:
        outputs = [network.index[node_id] for node_id in network.outputs]
        found[outputs] = data.target_rows(np.array([row]))[0]
    return frozen(found)


def local_slope(experiment: Experiment, shown: SampleNumbers, edge: int) -> float:
    """How fast what a neuron combines grows with the value that comes over one of its edges.

    Sum: w. Product: w times the other factors. Max and min: w for the first that wins, else 0.
    """
    network, weights = experiment.network, experiment.parameters
    drawn = network.edges[edge]
    combine = network.node(drawn.target).combine
    weight = float(weights[edge])
    if combine == "sum":
        return weight
    arriving = network.arriving[drawn.target]
    places = [network.place_index[Place("weight", e.target, e.source)] for e in arriving]
    parts = [
        float(weights[place] * shown.values[network.index[e.source]])
        for place, e in zip(places, arriving, strict=True)
    ]
    if combine == "product":
        others = (p for p, place in zip(parts, places, strict=True) if place != edge)
        return weight * math.prod(others)
    best = max(parts) if combine == "max" else min(parts)
    return weight if places[parts.index(best)] == edge else 0.0
