"""What there is to see of samples: live before a pass, in a pass only what is known.

All numbers of one row, the answers and losses of many, and the classes that they stand for. A view
never computes a number of the network; it asks for it here.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.data import Data, Rows
from engine.errors import Refused
from engine.experiment.curve import is_classification
from engine.experiment.experiment import Experiment
from engine.experiment.stepping import batch_of
from engine.experiment.trace import Trace, known_at, losses_of
from engine.experiment.walk import Context
from engine.functions import Floats, frozen
from engine.functions.losses import classes_of, loss, middle_of
from engine.network import Place
from engine.program.plan import Indices
from engine.program.program import Program, Runner, why_not_run
from engine.settings import Settings, without_rounding

BLOCK = 256  # rows that are answered together
MOST_BLOCKS = 64


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


class _ForwardRunner:
    """Keeps one runner while the network, its settings and the number of rows stay the same."""

    def __init__(self) -> None:
        self._of: tuple[Program, Settings, int] | None = None
        self._runner: Runner | None = None

    def after(self, experiment: Experiment, rows: Rows) -> Runner:
        """The runner, once these rows have gone forward through it."""
        program, settings, data = experiment.program, experiment.settings, experiment.data
        of, now = self._of, (program, settings, len(rows))
        if self._runner is None or of is None or of[0] is not program or of[1:] != now[1:]:
            self._runner, self._of = program.forward_runner(settings, len(rows)), now
        self._runner.load(experiment.parameters)
        with np.errstate(all="ignore"):
            self._runner.forward(program.heads(data.input_rows(rows), data.target_rows(rows)))
        return self._runner


class SampleView:
    """Finds what to show of one sample."""

    def __init__(self) -> None:
        self._forward = _ForwardRunner()
        self._targets: tuple[Context, int, Floats] | None = None

    def shown(self, experiment: Experiment, row: int | None = None) -> SampleNumbers:
        """What to show of this row, or of the first row of the batch."""
        chosen, trace = chosen_row(experiment, row), experiment.trace
        inside = np.flatnonzero(batch_of(experiment) == chosen)
        if trace is None:
            return self._live(experiment, chosen, bool(len(inside)))[0]
        if not len(inside):
            return self._beside(experiment, trace, chosen)
        known, sample = known_at(trace, experiment.cursor), int(inside[0])
        losses = known.losses[:, sample]
        total, batch_loss = _told_losses(experiment, trace, float(losses[trace.outputs].sum()))
        return SampleNumbers(
            chosen, True, True,
            known.sums[:, sample], known.values[:, sample], known.errors[:, sample],
            known.derivatives[:, sample], self._targets_of(experiment, chosen), losses,
            known.gradients, known.updated, total, batch_loss,
        )  # fmt: skip

    def running(self, experiment: Experiment, row: int | None = None) -> SampleNumbers:
        """What to show while it is trained: forward values and their loss, exactly as Train does.

        Error terms and gradients are left empty; they belong to the updates that went by.
        """
        chosen = chosen_row(experiment, row)
        inside = bool(np.isin(chosen, batch_of(experiment)))
        exact = without_rounding(experiment.settings)
        trained = replace(experiment, context=replace(experiment.context, settings=exact))
        found, runner = self._live(trained, chosen, inside)
        if why_not_run(experiment.network, exact) is not None:
            return found
        losses, total = _losses(trained, runner)
        return replace(found, losses=losses, total=total)

    def _live(
        self, experiment: Experiment, row: int, in_batch: bool
    ) -> tuple[SampleNumbers, Runner]:
        """The forward values of a row and nothing else, and the runner it went through."""
        network, runner = experiment.network, self._forward.after(experiment, np.array([row]))
        nothing, nowhere = np.full(len(network.nodes), np.nan), np.full(len(network.places), np.nan)
        neurons = np.array([node.kind == "neuron" for node in network.nodes], dtype=np.bool_)
        sums = frozen(np.where(neurons, runner.sums()[:, 0], np.nan))
        return SampleNumbers(
            row, in_batch, False, sums, runner.values()[:, 0], nothing, nothing,
            self._targets_of(experiment, row), nothing, nowhere, nowhere, np.nan, np.nan,
        ), runner  # fmt: skip

    def _beside(self, experiment: Experiment, trace: Trace, row: int) -> SampleNumbers:
        """A row that is not in the batch: its own numbers, as far as the pass has told them."""
        live, runner = self._live(experiment, row, in_batch=False)
        with np.errstate(all="ignore"):
            runner.backward()
        since, errors = trace.script.since, runner.record().error[:, 0]
        losses, total = _losses(experiment, runner)
        total, batch_loss = _told_losses(experiment, trace, total)

        def told(array: Floats, since: Indices) -> Floats:
            return frozen(np.where(since <= experiment.cursor, array, np.nan))

        return replace(
            live,
            sums=told(live.sums, since.sums),
            values=told(live.values, since.values),
            errors=told(errors, since.errors),
            losses=told(losses, since.losses),
            total=total,
            batch_loss=batch_loss,
        )

    def _targets_of(self, experiment: Experiment, row: int) -> Floats:
        """The targets of a row, by node: the same at every step."""
        context, kept = experiment.context, self._targets
        if kept is None or kept[0] is not context or kept[1] != row:
            network = experiment.network
            found = np.full(len(network.nodes), np.nan)
            if loss(experiment.settings.loss).has_targets and network.outputs:
                outputs = [network.index[node_id] for node_id in network.outputs]
                found[outputs] = experiment.data.target_rows(np.array([row]))[0]
            kept = self._targets = (context, row, frozen(found))
        return kept[2]


def _losses(experiment: Experiment, runner: Runner) -> tuple[Floats, float]:
    """The loss at every output of the row that has gone forward, by node, and their sum."""
    network = experiment.network
    with np.errstate(all="ignore"):  # a run that diverges is shown to its end
        found = losses_of(runner, experiment.data.middle)
        total = float(found.sum())
    losses = np.full(len(network.nodes), np.nan)
    losses[[network.index[node_id] for node_id in network.outputs]] = found[:, 0]
    return frozen(losses), total


def _told_losses(experiment: Experiment, trace: Trace, total: float) -> tuple[float, float]:
    """The loss of a sample (of its one output, or of all together) and that of the batch, which
    has more than one sample; NaN where a pass has not told them yet."""
    steps = trace.script.steps[: experiment.cursor]
    told = {step.whole for step in steps if step.what == "loss"}
    own = "sample" if len(trace.outputs) > 1 else ""
    return total if own in told else np.nan, trace.total if "batch" in told else np.nan


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


@dataclass(frozen=True, slots=True, eq=False)
class RowAnswer:
    """What the outputs say to one row, and the row's loss; NaN where it is not known."""

    outputs: Floats
    loss: float


class Answers:
    """Finds the answers to many rows; keeps them until something changes that they depend on."""

    def __init__(self) -> None:
        self._of: tuple[object, ...] = ()
        self._blocks: dict[int, tuple[Floats, Floats]] = {}
        self._forward = _ForwardRunner()

    def row(self, experiment: Experiment, row: int) -> RowAnswer:
        trace = experiment.trace
        if trace is not None and row in trace.rows:
            return _known(experiment, trace, int(np.argmax(trace.rows == row)))
        of = (experiment.program, experiment.settings, experiment.data, experiment.parameters)
        if [id(one) for one in of] != [id(one) for one in self._of]:
            self._blocks.clear()
            self._of = of
        number = row // BLOCK
        if number not in self._blocks:
            if len(self._blocks) >= MOST_BLOCKS:
                self._blocks.clear()
            data, size = experiment.data, min(BLOCK, experiment.data.count)
            rows = np.minimum(np.arange(number * BLOCK, number * BLOCK + size), data.count - 1)
            runner = self._forward.after(experiment, rows)
            losses = np.full(size, np.nan)
            if why_not_run(experiment.network, experiment.settings) is None:
                with np.errstate(all="ignore"):
                    losses = losses_of(runner, data.middle).sum(axis=0)
            self._blocks[number] = runner.outputs(), losses
        outputs, losses = self._blocks[number]
        return RowAnswer(frozen(outputs[:, row % BLOCK]), float(losses[row % BLOCK]))


def _known(experiment: Experiment, trace: Trace, sample: int) -> RowAnswer:
    """What the pass has told of this sample so far."""
    since, at = trace.script.since, trace.outputs
    outputs = np.where(since.values[at] <= experiment.cursor, trace.numbers.a[at, sample], np.nan)
    told = len(at) > 0 and bool((since.losses[at] <= experiment.cursor).all())
    return RowAnswer(frozen(outputs), float(trace.losses[:, sample].sum()) if told else np.nan)


def class_count(data: Data) -> int:
    """One class for each output; one output tells two classes apart."""
    return 2 if len(data.targets) == 1 else len(data.targets)


def class_names(data: Data) -> tuple[str, ...]:
    """The names of all classes, or none."""
    return data.classes if data.targets and len(data.classes) == class_count(data) else ()


def has_output_per_class(experiment: Experiment) -> bool:
    """Whether it is a classification in which the largest of several outputs says the class."""
    data, network = experiment.data, experiment.network
    several = len(network.outputs) > 1 and set(network.outputs) <= set(data.targets)
    return several and is_classification(experiment.context)


def class_of(values: Floats, middle: float) -> int | None:
    """The class that the outputs, or the targets, of one row say; None while one is not known."""
    if not len(values) or np.isnan(values).any():
        return None
    return int(classes_of(values[:, None], middle)[0])


def targets_of(data: Data, which: int) -> tuple[float, ...]:
    """The targets that say this class, with 0 or −1 for no as the other rows have it."""
    low = -1.0 if middle_of(data.target_rows()) == 0 else 0.0
    if len(data.targets) == 1:
        return (1.0 if which else low,)
    return tuple(1.0 if place == which else low for place in range(len(data.targets)))


def with_class(data: Data, row: int, which: int) -> Data:
    """The row with the targets of this class."""
    for place, value in enumerate(targets_of(data, which), len(data.inputs)):
        data = data.with_cell(row, place, value)
    return data


def with_class_names(data: Data, names: Sequence[str]) -> Data:
    """The same rows; their classes are called so. Without any name the classes have none."""
    given = tuple(name.strip() for name in names)
    if not any(given):
        return replace(data, classes=())
    if len(given) != class_count(data) or not all(given):
        raise Refused("Give every class a name, or none.")
    if len(set(given)) < len(given):
        raise Refused("Two classes cannot have the same name.")
    return replace(data, classes=given)
