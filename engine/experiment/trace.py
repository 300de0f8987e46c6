"""One training pass, step by step: the order it is told in, its numbers, what does not exist."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from engine.data import Rows
from engine.errors import Refused
from engine.experiment.walk import Context, Position
from engine.functions import Floats, frozen
from engine.functions.activations import activation
from engine.functions.losses import l1_penalty, l2_penalty, loss, softmax
from engine.functions.optimizers import State, empty_state
from engine.network import Network, Node, Place
from engine.numerals import Role
from engine.program.plan import Indices
from engine.program.program import Pass, Program, Runner
from engine.settings import Settings

_WHAT_NOW = " Go back a step, take smaller weights or a lower learning rate."


def why_not_finite(
    network: Network,
    passed: Pass,
    call: Callable[[str], str] = str,
    samples: Sequence[int] | None = None,
    losses: Floats | None = None,
) -> str | None:
    """None where every number of the pass exists, else the sentence about the first that does not.

    `samples` are the rows of the data behind the columns of the pass, counted from 0; `losses`
    (outputs × samples) are looked at too where they are given.
    """
    if not _all_finite(passed):
        return _pass_sentence(network, passed, call, samples)
    if losses is not None and not np.isfinite(losses).all():
        row, column = np.argwhere(~np.isfinite(losses))[0].tolist()
        return (f"The loss of {call(network.outputs[row])} is too large for a number "
                f"(sample {_number_of(column, samples)}).{_WHAT_NOW}")  # fmt: skip
    return None


def _pass_sentence(
    network: Network, passed: Pass, call: Callable[[str], str], samples: Sequence[int] | None
) -> str:
    found = _first(network, passed.a) or _first(network, passed.z)
    if found is not None:
        node, column = found
        z = float(passed.z[network.index[node.id], column])
        return _value_sentence(node, z, call, _number_of(column, samples))
    found = _first(network, passed.error)
    if found is not None:
        node, column = found
        return (f"The error term of {call(node.id)} is too large for a number "
                f"(sample {_number_of(column, samples)}).{_WHAT_NOW}")  # fmt: skip
    return _gradient_sentence(network, passed.gradient, call)


def _all_finite(passed: Pass) -> bool:
    """The slope by a value may be infinite where that by the sum is not: a saturated sigmoid."""
    numbers = (passed.a, passed.z, passed.error, passed.gradient)
    return all(bool(np.isfinite(array).all()) for array in numbers)


def _first(network: Network, values: Floats) -> tuple[Node, int] | None:
    """The first node in the order of the pass with a number that is none, and its column."""
    bad = ~np.isfinite(values)
    if not bad.any():
        return None
    node = next(node for node in network.order if bad[network.index[node.id]].any())
    return node, int(np.argmax(bad[network.index[node.id]]))


def _number_of(column: int, samples: Sequence[int] | None) -> int:
    return 1 + (column if samples is None else int(samples[column]))


def _value_sentence(node: Node, z: float, call: Callable[[str], str], sample: int) -> str:
    name = call(node.id)
    missing = activation(node.activation).missing(z)
    if missing is not None:
        what, wanted = missing
        return (f"{what} does not exist: neuron {name}, sample {sample}. "
                f"Change what arrives at {name}, so that its sum is {wanted}.")  # fmt: skip
    return f"The value of {name} is too large for a number (sample {sample}).{_WHAT_NOW}"


def _gradient_sentence(network: Network, gradient: Floats, call: Callable[[str], str]) -> str:
    place = network.places[int(np.argmax(~np.isfinite(gradient)))]
    what = {
        "weight": f"the weight from {call(place.source)} to {call(place.target)}",
        "bias": f"the bias of {call(place.target)}",
        "value": call(place.target),
    }[place.what]
    return f"The gradient of {what} is too large for a number.{_WHAT_NOW}"


Phase = Literal["forward", "loss", "backward", "gradient", "update"]
What = Literal[
    "sum", "activation", "exp", "probability", "loss", "penalty", "error", "derivative",
    "gradient", "value",
]  # fmt: skip
PHASES: tuple[Phase, ...] = ("forward", "loss", "backward", "gradient", "update")
PHASE_TITLES: dict[Phase, str] = {
    "forward": "Forward",
    "loss": "Loss",
    "backward": "Error terms",
    "gradient": "Gradients",
    "update": "Update",
}
PHASE_ROLES: dict[Phase, Role] = {
    "forward": Role.FORWARD,
    "loss": Role.TRUTH,
    "backward": Role.BACKWARD,
    "gradient": Role.BACKWARD,
    "update": Role.MEMORY,
}
NEVER = np.iinfo(np.intp).max


class MicroStep(NamedTuple):
    """One number that becomes known: of a node, of a place in the vector, or of the whole."""

    phase: Phase
    what: What
    node: str = ""
    place: int = -1
    whole: Literal["", "sample", "batch"] = ""


@dataclass(frozen=True, slots=True, eq=False)
class Script:
    """The micro-steps, and for every number the step (from 1) at which it becomes known."""

    steps: tuple[MicroStep, ...]
    sums: Indices
    values: Indices
    errors: Indices
    derivatives: Indices
    losses: Indices
    gradients: Indices
    updates: Indices

    def phase_ends(self) -> dict[Phase, int]:
        """How many steps are done when each phase that there is has ended."""
        return {step.phase: i for i, step in enumerate(self.steps, 1)}


def script_of(network: Network, settings: Settings, samples: int) -> Script:
    """The script of a pass with so many samples."""
    return _indexed(network, tuple(_steps(network, settings, samples)))


def phase_counts(network: Network, settings: Settings, samples: int) -> dict[Phase, int]:
    """How many steps each phase of such a pass has, without making them."""
    neurons = [node for node in network.nodes if node.kind == "neuron"]
    trained = network.locks.count(False)
    derivatives = 0 if loss(settings.loss).has_targets else len(network.inputs)
    return {
        "forward": len(neurons) + sum(node.activation != "identity" for node in neurons),
        "loss": sum(1 for _ in _loss_steps(network, settings, samples)),
        "backward": len(neurons) + derivatives,
        "gradient": trained,
        "update": trained,
    }


def _steps(network: Network, settings: Settings, samples: int) -> Iterator[MicroStep]:
    neurons = [node for node in network.order if node.kind == "neuron"]
    for node in neurons:
        yield MicroStep("forward", "sum", node.id)
        if node.activation != "identity":
            yield MicroStep("forward", "activation", node.id)
    yield from _loss_steps(network, settings, samples)
    for node in reversed(neurons):
        yield MicroStep("backward", "error", node.id)
    if not loss(settings.loss).has_targets:
        for node in reversed(network.order):
            if node.kind == "input":
                yield MicroStep("backward", "derivative", node.id)
    places, locks = network.places, network.locks
    trained = [(places[k].target, k) for k in told_places(network) if not locks[k]]
    for owner, place in trained:
        yield MicroStep("gradient", "gradient", owner, place)
    for owner, place in trained:
        yield MicroStep("update", "value", owner, place)


def _loss_steps(network: Network, settings: Settings, samples: int) -> Iterator[MicroStep]:
    if loss(settings.loss).shares:
        yield from (MicroStep("loss", "exp", node_id) for node_id in network.outputs)
        yield from (MicroStep("loss", "probability", node_id) for node_id in network.outputs)
    for node_id in network.outputs:
        yield MicroStep("loss", "loss", node_id)
    if len(network.outputs) > 1:
        yield MicroStep("loss", "loss", whole="sample")
    if samples > 1:
        yield MicroStep("loss", "loss", whole="batch")
    if settings.l1 or settings.l2:
        yield MicroStep("loss", "penalty", whole="batch")


def told_places(network: Network) -> list[int]:
    """The places of the vector as they are told: for each target in backward order its edges in
    order of creation, then its bias; parameters last."""
    places: list[int] = []
    index, into = network.place_index, network.places_into
    for node in reversed(network.order):
        places += into[node.id]
        if node.bias:
            places.append(index[Place("bias", node.id)])
    return places + [index[Place("value", n.id)] for n in network.order if n.kind == "parameter"]


def _indexed(network: Network, steps: tuple[MicroStep, ...]) -> Script:
    """Note when each number becomes known; inputs and parameters are from the start."""
    nodes, places = len(network.nodes), len(network.places)
    known = {
        what: np.full(nodes, NEVER) for what in ("sum", "activation", "error", "derivative", "loss")
    }
    updates, gradients = np.full(places, NEVER), np.full(places, NEVER)
    for i, step in enumerate(steps, 1):
        if step.what == "gradient":
            gradients[step.place] = i
        elif step.what == "value":
            updates[step.place] = i
        elif step.node and step.what in known:
            known[step.what][network.index[step.node]] = i
    ground = np.array([node.kind != "neuron" for node in network.nodes], dtype=np.bool_)
    plain = np.array([_is_plain(node) for node in network.nodes], dtype=np.bool_)
    values = np.where(plain, known["sum"], known["activation"])
    values[ground] = 0
    arrays = (known["sum"], values, known["error"], known["derivative"], known["loss"],
              gradients, updates)  # fmt: skip
    return Script(steps, *map(frozen, arrays))


def _is_plain(node: Node) -> bool:
    return node.kind == "neuron" and node.activation == "identity"


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
def record(context: Context, position: Position, rows: Rows) -> Trace:
    """Run the program once on these rows, exactly as training does, and keep every number."""
    program, settings, data = context.program, context.settings, context.data
    parameters, epoch = position.parameters, position.turn.epoch
    rate = settings.rate_in(epoch)
    runner = program.runner(settings, len(rows), inputs_too=True)
    runner.load(parameters, position.state, position.count)
    runner.set_rate(rate)
    runner.update(program.heads(data.input_rows(rows), data.target_rows(rows)))
    numbers = runner.record()
    outputs = _output_indices(program)
    losses = losses_of(runner, data.middle)
    reason = why_not_finite(
        program.network, numbers, context.layout.name, rows.tolist(), np.asarray(losses)
    )
    if reason is not None:
        raise Refused(reason)
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
        state_before=position.state or empty_state(settings.optimizer, parameters),
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


def losses_of(runner: Runner, middle: float) -> Floats:
    """The loss of each output and sample, wherever it is shown: told, in a table, on the curve.

    Rounded as the lecture writes it where that is on; a sample's loss is the sum over its outputs.
    """
    row = loss(runner.settings.loss)
    values = row.value(runner.outputs(), runner.targets(), runner.output_sums(), middle)
    if not runner.settings.rounding:
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
    index, outputs = program.network.index, program.network.outputs
    return frozen(np.array([index[node_id] for node_id in outputs], dtype=np.intp))
