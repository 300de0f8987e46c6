"""One training pass, step by step: the order it is told in, its numbers, what does not exist."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, NamedTuple, TypeVar

import numpy as np

from engine.data import Rows
from engine.errors import Refused
from engine.experiment.walk import Context, Position
from engine.functions import Floats, frozen
from engine.functions.activations import activation
from engine.functions.losses import loss, softmax
from engine.functions.optimizers import State, empty_state
from engine.network import Network, Node, Place
from engine.numerals import NumberRole
from engine.program.plan import Indices
from engine.program.program import OutputNumbers, Pass, Program, Runner
from engine.settings import Settings


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
    # The slope by a value may be infinite where that by the sum is not: a saturated sigmoid.
    numbers = (passed.a, passed.z, passed.error, passed.gradient)

    def sample(column: int) -> str:
        return f"sample {1 + (column if samples is None else int(samples[column]))}"

    if all(bool(np.isfinite(array).all()) for array in numbers):
        bad = [] if losses is None else np.argwhere(~np.isfinite(losses)).tolist()
        if not bad:
            return None
        row, column = bad[0]
        return _too_large(f"loss of {call(network.outputs[row])}", sample(column))
    found = _first(network, passed.a) or _first(network, passed.z)
    if found is not None:
        node, column = found
        name, z = call(node.id), float(passed.z[network.index[node.id], column])
        missing = activation(node.activation).missing(z)
        if missing is None:
            return _too_large(f"value of {name}", sample(column))
        what, wanted = missing
        return (f"{what} does not exist: neuron {name}, {sample(column)}. "
                f"Change what arrives at {name}, so that its sum is {wanted}.")  # fmt: skip
    found = _first(network, passed.error)
    if found is not None:
        return _too_large(f"error term of {call(found[0].id)}", sample(found[1]))
    place = network.places[int(np.argmax(~np.isfinite(passed.gradient)))]
    return _too_large(f"gradient of {place.called(call)}")


def _first(network: Network, values: Floats) -> tuple[Node, int] | None:
    """The first node in the order of the pass with a number that is none, and its column."""
    bad = ~np.isfinite(values)
    if not bad.any():
        return None
    node = next(node for node in network.order if bad[network.index[node.id]].any())
    return node, int(np.argmax(bad[network.index[node.id]]))


def _too_large(what: str, sample: str = "") -> str:
    where = f" ({sample})" if sample else ""
    return (f"The {what} is too large for a number{where}. "
            "Go back a step, take smaller weights or a lower learning rate.")  # fmt: skip


Phase = Literal["forward", "loss", "backward", "gradient", "update"]
What = Literal[
    "sum", "activation", "exp", "probability", "loss", "penalty", "error", "derivative",
    "gradient", "value",
]  # fmt: skip
PHASE_TITLES: dict[Phase, str] = {
    "forward": "Forward",
    "loss": "Loss",
    "backward": "Error terms",
    "gradient": "Gradients",
    "update": "Update",
}
PHASES = tuple(PHASE_TITLES)
PHASE_ROLES: dict[Phase, NumberRole] = {
    "forward": NumberRole.FORWARD,
    "loss": NumberRole.TRUTH,
    "backward": NumberRole.BACKWARD,
    "gradient": NumberRole.BACKWARD,
    "update": NumberRole.MEMORY,
}
NEVER = np.iinfo(np.intp).max


class MicroStep(NamedTuple):
    """One number that becomes known: of a node, of a place in the vector, or of the whole."""

    phase: Phase
    what: What
    node: str = ""
    place: int = -1
    whole: Literal["", "sample", "batch"] = ""


Array = TypeVar("Array", Floats, Indices)


class PassNumbers(NamedTuple, Generic[Array]):
    """The numbers of a pass, by node and from the gradients on by place, or what is known of them.

    At a cursor NaN stands where a number is not computed yet.
    """

    sums: Array
    values: Array
    errors: Array
    derivatives: Array
    losses: Array
    gradients: Array
    updated: Array


@dataclass(frozen=True, slots=True, eq=False)
class Script:
    """The micro-steps, and for every number the step (from 1) at which it becomes known."""

    steps: tuple[MicroStep, ...]
    since: PassNumbers[Indices]

    def phase_ends(self) -> dict[Phase, int]:
        """How many steps are done when each phase that there is has ended."""
        return {step.phase: i for i, step in enumerate(self.steps, 1)}


def script_of(network: Network, settings: Settings, samples: int) -> Script:
    """The script of a pass with so many samples; inputs and parameters are known from the start."""
    steps = tuple(_steps(network, settings, samples))
    nodes, places = len(network.nodes), len(network.places)
    sizes = (*[nodes] * 5, places, places)
    since: PassNumbers[Indices] = PassNumbers(*(np.full(size, NEVER) for size in sizes))
    of_nodes = {
        "sum": since.sums, "activation": since.values, "error": since.errors,
        "derivative": since.derivatives, "loss": since.losses,
    }  # fmt: skip
    for i, step in enumerate(steps, 1):
        if step.place >= 0:
            (since.gradients if step.what == "gradient" else since.updated)[step.place] = i
        elif step.node and step.what in of_nodes:
            of_nodes[step.what][network.index[step.node]] = i
    for row, node in enumerate(network.nodes):
        if node.kind != "neuron":
            since.values[row] = 0
        elif node.activation == "identity":
            since.values[row] = since.sums[row]
    return Script(steps, PassNumbers(*map(frozen, since)))


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


ROUND_LOSS = 4
LARGEST_POWER = 700.0  # beyond it, e^(score - largest) stands for e^score


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
        return len(self.script.steps)


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
    index = program.network.index
    outputs = frozen(np.array([index[i] for i in program.network.outputs], dtype=np.intp))
    losses = losses_of(runner, data.middle)
    reason = why_not_finite(
        program.network, numbers, context.layout.name, rows.tolist(), np.asarray(losses)
    )
    if reason is not None:
        raise Refused(reason)
    scores = exps = probabilities = frozen(numbers.a[outputs])
    if loss(settings.loss).shares:
        shift = scores.max(axis=0) if scores.max(initial=0) > LARGEST_POWER else 0.0
        exps, probabilities = frozen(np.exp(scores - shift)), frozen(softmax(scores))
    after, state, counted = runner.parameters(), runner.state(), runner.count
    program.give_back([runner])
    return Trace(
        script=script_of(program.network, settings, len(rows)),
        rows=rows,
        numbers=numbers,
        outputs=outputs,
        losses=losses,
        exps=exps,
        probabilities=probabilities,
        total=reduced(losses, settings),
        penalty=penalty_of(program, settings, parameters),
        rate=rate,
        epoch=epoch,
        before=parameters,
        after=after,
        state_before=position.state or empty_state(settings.optimizer, parameters),
        state=state,
        count=counted,
    )


def known_at(trace: Trace, cursor: int) -> PassNumbers[Floats]:
    of = trace.numbers
    losses = np.full(of.a.shape, np.nan)
    losses[trace.outputs] = trace.losses

    def shown(array: Floats, since: Indices) -> Floats:
        mask = since <= cursor
        visible = mask if array.ndim == 1 else mask[:, None]
        return frozen(np.where(visible, array, np.nan))

    arrays = (of.z, of.a, of.error, of.back, losses, of.gradient, trace.after)
    return PassNumbers(*map(shown, arrays, trace.script.since))


def value_of(trace: Trace, program: Program, step: MicroStep, sample: int) -> float:
    """The number that a micro-step computes, for one sample (column) of the batch."""
    numbers, network = trace.numbers, program.network
    if step.place >= 0:
        return float((numbers.gradient if step.what == "gradient" else trace.after)[step.place])
    if step.what == "penalty":
        return trace.penalty
    if not step.node:
        return trace.total if step.whole == "batch" else float(trace.losses[:, sample].sum())
    by_node = {
        "sum": numbers.z, "activation": numbers.a, "error": numbers.error,
        "derivative": numbers.back,
    }  # fmt: skip
    if step.what in by_node:
        return float(by_node[step.what][network.index[step.node], sample])
    by_output = {"loss": trace.losses, "exp": trace.exps, "probability": trace.probabilities}
    return float(by_output[step.what][network.outputs.index(step.node), sample])


def losses_of(runner: Runner, middle: float) -> Floats:
    """The loss of each output and sample, wherever it is shown: told, in a table, on the curve.

    Rounded as the lecture writes it where that is on; a sample's loss is the sum over its outputs.
    """
    return losses_at(runner.settings, runner.output_numbers(), middle)


def losses_at(settings: Settings, numbers: OutputNumbers, middle: float) -> Floats:
    values = loss(settings.loss).value(*numbers, middle)
    if not settings.rounding:
        return frozen(values)
    flat = [round(float(value), ROUND_LOSS) for value in values.ravel()]
    return frozen(np.array(flat).reshape(values.shape))


def reduced(losses: Floats, settings: Settings) -> float:
    """Summed over the outputs, then the mean or the sum over the samples, which come last."""
    return float(reduced_each(losses[:, None], settings)[0])


def reduced_each(losses: Floats, settings: Settings) -> Floats:
    """The same for each of several passes: (outputs × passes × samples)."""
    total: Floats = losses.sum(axis=0).sum(axis=-1)
    if settings.reduction == "mean":
        total /= losses.shape[-1]
    if settings.rounding:
        return np.array([round(float(each), ROUND_LOSS) for each in total])
    return total


def penalty_of(program: Program, settings: Settings, parameters: Floats) -> float:
    """What the L1 and L2 penalties add, on unlocked weights only: λ1·Σ|w| + λ2/2·Σw²"""
    if not settings.l1 and not settings.l2:
        return 0.0
    weights = parameters[program.plan.penalised[program.plan.slot_of]]
    l1, l2 = settings.l1 * float(np.abs(weights).sum()), 0.5 * settings.l2
    return l1 + l2 * float(np.dot(weights, weights))
