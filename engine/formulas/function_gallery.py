"""Any activation or loss as a function to look at: where learning stands on it, and what is told.

An activation runs over the weighted sum of a neuron, a loss over the value of an output.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.experiment.experiment import Experiment
from engine.formulas.notation import notation_of
from engine.functions import Floats, activations, losses
from engine.functions.activations import ACTIVATIONS, Remark
from engine.functions.losses import LOSSES
from engine.network import Node
from engine.numerals import short
from engine.views.runs import LARGEST, drawable
from engine.views.samples import SampleNumbers

UNKNOWN = float("nan")
HALF = 4.0  # of an axis around 0, enough for every bend
LEFT_OVER = 1.2  # of the way to what has to be seen
FLAT = 1e-3
JUMP = 0.2  # of the height: a straight line that misses by more leads over a gap
BULK = (5, 95)
POLE = 3.0  # times the bulk: beyond it the rest is cut off
BESIDE = 1.5  # times the height of a function: so far its slope may stand out of it
ROOM = 0.08  # above and below the curves, of their height

Ends = tuple[float, float]
Function = Callable[[Floats], tuple[Floats, Floats]]
Curves = tuple[Floats, Floats, Floats]


@dataclass(frozen=True, slots=True, eq=False)
class GalleryFunction:
    """A function with its slope; `here` is the present place on it, NaN where there is none yet."""

    title: str
    formula: str
    function: Function
    home: Ends
    here: float = UNKNOWN
    x_name: str = ""
    what: str = "value"
    target: float = UNKNOWN
    waits_for: str = ""
    remark: Remark = lambda x: ""

    def at(self, x: float) -> tuple[float, float]:
        """Value and slope at one place."""
        values, slopes = self.function(np.array([x]))
        return float(values[0]), float(slopes[0])

    def sampled(self, ends: Ends, count: int) -> Curves:
        """So many places, and value and slope there as they can be drawn."""
        xs = np.linspace(*ends, count)
        values, slopes = self.function(xs)
        return xs, drawable(values), drawable(slopes)

    def words(self, x: float, digits: int) -> str:
        """Value and slope at a place, and what they mean for learning."""
        if np.isnan(x):
            return self.waits_for
        value, slope = self.at(x)
        if np.isnan(value) or np.isnan(slope):
            return f"At {self.x_name} = {short(x, digits)} there is no value."
        told = (
            f"At {self.x_name} = {short(x, digits)} the {self.what} is {short(value, digits)}, "
            f"the slope {short(slope, digits)}."
        )
        remark = self.remark(x)
        if not remark and abs(slope) < FLAT:
            remark = "It is flat here: hardly anything is learnt through it."
        return f"{told} {remark}".rstrip()


def subject_of(
    experiment: Experiment, shown: SampleNumbers, selected: tuple[str, ...], chosen: tuple[str, str]
) -> GalleryFunction:
    """The chosen "activation" or "loss" of that name; without one, what belongs to the neuron.

    That is the neuron that is selected, else that at work, else the first that bends its sum. An
    output is held against its target, so it shows the loss; any other neuron its activation.
    """
    network, step = experiment.network, experiment.last_step
    at_work = "" if step is None else step.node
    selected = tuple(i for i in selected if i in network.index and network.node(i).kind == "neuron")
    bent = [n.id for n in network.nodes if n.kind == "neuron" and n.activation != "identity"]
    known = [i for i in (*selected[:1], at_work, *bent[:1]) if i in network.index]
    node = network.node(known[0]) if known else None
    kind, name = chosen
    if not any(chosen):
        kind, name = "loss", experiment.settings.loss
        if node is not None and node.kind == "neuron":
            told = at_work == node.id and step is not None and step.what in ("sum", "activation")
            if not node.output or (told and node.activation != "identity"):
                kind, name = "activation", node.activation
    make = _activation if kind == "activation" else _loss
    return make(name, experiment, shown, node)


def _activation(
    name: str, experiment: Experiment, shown: SampleNumbers, node: Node | None
) -> GalleryFunction:
    """An activation, with the weighted sum of a neuron on it, whichever activation that has."""
    row, letter, here, waits = ACTIVATIONS[name], "z", UNKNOWN, "Select a neuron."
    title, leak = row.title, activations.LEAK
    if node is not None and node.kind == "neuron":
        here, leak = float(shown.sums[experiment.network.index[node.id]]), node.leak
        called = experiment.layout.name(node.id)
        if node.activation == name:
            title = f"{title} of {called}"
        waits = f"The weighted sum of {called} is not computed yet."
        letter = notation_of(experiment.context).total(node.id).plain
    half = max(HALF, LEFT_OVER * abs(here)) if abs(here) <= LARGEST else HALF
    return GalleryFunction(
        title, row.plain.format(z=letter, a="", leak=short(leak)),
        lambda z: activations.evaluate(name, z, leak), (-half, half),
        here if np.isfinite(here) else UNKNOWN, letter, waits_for=waits, remark=row.remark,
    )  # fmt: skip


def _loss(
    name: str, experiment: Experiment, shown: SampleNumbers, node: Node | None
) -> GalleryFunction:
    """A loss over the value of one output, the other outputs as they are."""
    row, network = LOSSES[name], experiment.network
    letter, target, waits = "a", "t", "Mark a neuron as output."
    a, t, which = np.array([UNKNOWN]), np.array([1.0]), 0
    if network.outputs:
        outputs = [network.index[output] for output in network.outputs]
        a, t = shown.values[outputs], shown.targets[outputs]
        node_id = node.id if node is not None and node.output else network.outputs[0]
        which = network.outputs.index(node_id)
        notation = notation_of(experiment.context)
        letter, target = notation.value(node_id).plain, notation.target(node_id).plain
        waits = f"The value of {experiment.layout.name(node_id)} is not computed yet."
    here = float(a[which])
    a, t = np.where(np.isfinite(a), a, 0.0), np.where(np.isfinite(t), t, 1.0)
    if row.shares and len(a) == 1:  # softmax needs a second one to compare
        a, t = np.append(a, 0.0), np.append(t, 1 - t)
    target_at = float(t[which]) if row.has_targets and not row.grouped else UNKNOWN
    if np.isfinite(here):
        waits = f"It takes answers between 0 and 1; {letter} is {short(here)}."
    possible = np.isfinite(here) and (not row.by_sum or 0 <= here <= 1)
    return GalleryFunction(
        row.title, row.plain.format(a=letter, t=target, p="p"),
        lambda x: losses.evaluate(name, a, t, which, x, experiment.data.middle),
        (0.0, 1.0) if row.by_sum else _home(here, target_at),
        here if possible else UNKNOWN, letter, "loss", target_at, waits, lambda x: row.remark,
    )  # fmt: skip


def _home(here: float, target: float) -> Ends:
    """Both the present place and the target, with room around."""
    middle = target if abs(target) <= LARGEST else 0.0
    half = 2.0 if np.isfinite(target) else HALF
    if abs(here) <= LARGEST:
        half = max(half, LEFT_OVER * abs(here - middle))
    return middle - half, middle + half


def heights_of(values: Floats, slopes: Floats, here: float) -> Ends:
    """The heights that an axis should hold: a slope never presses its function flat.

    `here` is the present value, NaN where there is none; the slopes may be left out.
    """
    ends = np.concatenate([_inner(values), drawable(np.array([here])), [0.0]])
    low, high = float(np.nanmin(ends)), float(np.nanmax(ends))
    more = BESIDE * (high - low) or 1.0
    if len(slopes):
        beside = np.clip(_inner(slopes), low - more, high + more)
        low, high = min(low, *beside.tolist()), max(high, *beside.tolist())
    room = ROOM * (high - low) or 1.0
    return low - room, high + room


def with_gaps(xs: Floats, values: Floats, slopes: Floats) -> Curves:
    """With a gap where the function jumps, or its slope: no line leads from side to side."""
    with np.errstate(invalid="ignore", over="ignore"):
        missed = np.abs(np.diff(values) - slopes[:-1] * (xs[1] - xs[0]))
        # how far the bulk reaches; a flat function never jumps
        tall, steep = (float(np.ptp(_inner(part))) or np.inf for part in (values, slopes))
        torn, bent = missed > JUMP * tall, np.abs(np.diff(slopes)) > JUMP * steep
    jumps = np.flatnonzero(torn | bent) + 1
    joined = np.where(torn[jumps - 1], np.nan, values[jumps])
    xs, values = np.insert(xs, jumps, xs[jumps]), np.insert(values, jumps, joined)
    return xs, values, np.insert(slopes, jumps, np.nan)


def _inner(values: Floats) -> Floats:
    """The least and the largest number, without a pole that would press all else flat."""
    known = values[np.isfinite(values)]
    if not len(known):
        return np.zeros(1)
    ends, bulk = np.array([known.min(), known.max()]), np.percentile(known, BULK)
    wide = bulk[1] - bulk[0]
    return bulk if 0 < POLE * wide < ends[1] - ends[0] else ends
