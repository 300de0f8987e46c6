"""One training pass, all numbers known, shown up to a cursor; NaN stands for "not yet"."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.calls import Floats, frozen
from engine.data import Data, Rows
from engine.errors import Refused
from engine.exists import why_not_finite
from engine.losses import l1_penalty, l2_penalty, loss, middle_of, softmax
from engine.optimizers import State, empty_state
from engine.plan import Indices
from engine.program import Program
from engine.runner import Pass
from engine.script import MicroStep, Script, script_of
from engine.settings import Settings

ROUND_LOSS = 4
LARGEST_POWER = 700.0


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """What one update computes from one batch. Node arrays are (nodes × samples of the batch)."""

    script: Script
    rows: Rows
    numbers: Pass
    outputs: Indices
    losses: Floats
    exps: Floats
    probabilities: Floats
    total: float
    penalty: float
    rate: float
    epoch: int
    before: Floats
    after: Floats
    state_before: State
    state: State
    count: int

    @property
    def length(self) -> int:
        """How many micro-steps the pass has."""
        return len(self.script.steps)


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """The numbers of a pass that are known at a cursor; NaN where a number is not computed yet."""

    sums: Floats
    values: Floats
    errors: Floats
    derivatives: Floats
    losses: Floats
    gradients: Floats
    updated: Floats


@np.errstate(all="ignore")  # what is too large is told in a sentence
def record(
    program: Program, settings: Settings, data: Data, rows: Rows, epoch: int,
    parameters: Floats, state: State, count: int, call: Callable[[str], str] = str,
) -> Trace:  # fmt: skip
    """Run the program once on these rows, exactly as training does, and keep every number."""
    rate = settings.rate_in(epoch)
    runner = program.runner(settings, len(rows), inputs_too=True)
    runner.load(parameters, state, count)
    runner.set_rate(rate)
    runner.update(program.heads(data.input_rows(rows), data.target_rows(rows)))
    numbers = runner.record()
    losses = _record_losses(program, settings, data, numbers)
    reason = why_not_finite(
        program.network, numbers, call, samples=rows.tolist(), losses=np.asarray(losses)
    )
    if reason is not None:
        raise Refused(reason)
    outputs = _output_indices(program)
    scores = frozen(numbers.a[outputs])
    shares = loss(settings.loss).shares
    return Trace(
        script=script_of(program.network, settings, len(rows)),
        rows=rows,
        numbers=numbers,
        outputs=outputs,
        losses=losses,
        exps=_powers(scores) if shares else scores,
        probabilities=frozen(softmax(scores)) if shares else scores,
        total=reduced(losses, settings),
        penalty=penalty_of(program, settings, parameters),
        rate=rate,
        epoch=epoch,
        before=parameters,
        after=runner.parameters(),
        state_before=state or empty_state(settings.optimizer, parameters),
        state=runner.state(),
        count=runner.count,
    )


def known_at(trace: Trace, cursor: int) -> Known:
    """What the first `cursor` micro-steps have computed."""
    script, numbers = trace.script, trace.numbers

    def shown(array: Floats, since: Indices) -> Floats:
        mask = since <= cursor
        visible = mask if array.ndim == 1 else mask[:, None]
        return frozen(np.where(visible, array, np.nan))

    return Known(
        sums=shown(numbers.z, script.sums),
        values=shown(numbers.a, script.values),
        errors=shown(numbers.error, script.errors),
        derivatives=shown(numbers.back, script.derivatives),
        losses=shown(_by_node(trace), script.losses),
        gradients=shown(numbers.gradient, script.gradients),
        updated=shown(trace.after, script.updates),
    )


def value_of(trace: Trace, program: Program, step: MicroStep, sample: int) -> float:
    """The number that a micro-step computes, for one sample (column) of the batch."""
    if step.what == "gradient":
        return float(trace.numbers.gradient[step.place])
    if step.what == "value":
        return float(trace.after[step.place])
    if step.what == "penalty":
        return trace.penalty
    if step.what == "loss" and not step.node:
        return trace.total if step.whole == "batch" else float(trace.losses[:, sample].sum())
    return float(_array_of(trace, program, step)[sample])


def _array_of(trace: Trace, program: Program, step: MicroStep) -> Floats:
    """The samples' numbers of a micro-step that belongs to a node."""
    numbers, node = trace.numbers, program.network.index[step.node]
    by_node = {
        "sum": numbers.z, "activation": numbers.a, "error": numbers.error,
        "derivative": numbers.back,
    }  # fmt: skip
    if step.what in by_node:
        return np.asarray(by_node[step.what][node])
    by_output = {"loss": trace.losses, "exp": trace.exps, "probability": trace.probabilities}
    return np.asarray(by_output[step.what][program.network.outputs.index(step.node)])


def _by_node(trace: Trace) -> Floats:
    """The losses of the outputs, laid out like the nodes."""
    found = np.full(trace.numbers.a.shape, np.nan)
    found[trace.outputs] = trace.losses
    return found


def _record_losses(program: Program, settings: Settings, data: Data, numbers: Pass) -> Floats:
    outputs = _output_indices(program)
    middle = middle_of(data.target_rows(data.training))
    return losses_of(settings, numbers.a[outputs], numbers.targets, numbers.z[outputs], middle)


def losses_of(
    settings: Settings, outputs: Floats, targets: Floats, sums: Floats, middle: float
) -> Floats:
    """The loss of each output and sample, wherever it is shown: told, in a table, on the curve.

    Rounded as the lecture writes it where that is on; a sample's loss is the sum over its outputs.
    """
    return rounded(loss(settings.loss).value(outputs, targets, sums, middle), settings)


def rounded(values: Floats, settings: Settings) -> Floats:
    """Losses as the lecture writes them, where that is on."""
    if not settings.rounding:
        return frozen(values)
    exact = np.atleast_1d(values)
    flat = [round(float(value), ROUND_LOSS) for value in exact.ravel()]
    return frozen(np.array(flat).reshape(exact.shape))


def reduced(losses: Floats, settings: Settings) -> float:
    """Summed over the outputs, then the mean or the sum over the samples."""
    by_sample = losses.sum(axis=0)
    total = float(by_sample.sum())
    if settings.reduction == "mean":
        total /= len(by_sample)
    return round(total, ROUND_LOSS) if settings.rounding else total


def penalty_of(program: Program, settings: Settings, parameters: Floats) -> float:
    """What the L1 and L2 penalties add, on unlocked weights only."""
    if not settings.l1 and not settings.l2:
        return 0.0
    weights = parameters[program.plan.penalised[program.plan.slot_of]]
    return l1_penalty(weights, settings.l1) + l2_penalty(weights, settings.l2)


def _powers(scores: Floats) -> Floats:
    """e^score, or e^(score - largest) where that would be too large for a number."""
    shift = scores.max(axis=0) if scores.max(initial=0) > LARGEST_POWER else 0.0
    return frozen(np.exp(scores - shift))


def _output_indices(program: Program) -> Indices:
    network = program.network
    found = np.array([network.index[node_id] for node_id in network.outputs], dtype=np.intp)
    found.flags.writeable = False
    return found
