"""What the function plot shows: an activation or a loss, and where the present numbers stand."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine import activations, losses
from engine.activations import ACTIVATIONS
from engine.calls import Floats
from engine.experiment import Experiment
from engine.formulas import notation_of
from engine.losses import LOSSES, middle_of
from engine.network import Node
from engine.numerals import short
from engine.showing import Shown
from playground.plots.scales import Span

HALF = 4.0
LEFT_OVER = 1.2
FLAT = 1e-3
SOFTMAX = "softmax cross-entropy"
NOTHING = float("nan")

Function = Callable[[Floats], tuple[Floats, Floats]]


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """A function with its slope; `here` is the present place on it, NaN where there is none yet.

    `color` is the token of the curve: blue for what travels forward, violet for a loss.
    """

    title: str
    formula: str
    function: Function
    home: Span
    here: float = NOTHING
    x_name: str = ""
    color: str = "fwd"
    what: str = "value"
    target: float = NOTHING
    waits_for: str = ""
    remark: Callable[[float], str] = lambda x: ""

    def at(self, x: float) -> tuple[float, float]:
        """Value and slope at one place."""
        values, slopes = self.function(np.array([x]))
        return float(values[0]), float(slopes[0])


def words(subject: Subject, x: float, digits: int) -> str:
    """Value and slope at a place, and what they mean for learning."""
    if np.isnan(x):
        return subject.waits_for
    value, slope = subject.at(x)
    if np.isnan(value) or np.isnan(slope):
        return f"At {subject.x_name} = {short(x, digits)} there is no value."
    told = (
        f"At {subject.x_name} = {short(x, digits)} the {subject.what} is {short(value, digits)}, "
        f"the slope {short(slope, digits)}."
    )
    remark = subject.remark(x)
    if not remark and abs(slope) < FLAT:
        remark = "It is flat here: hardly anything is learnt through it."
    return f"{told} {remark}".rstrip()


def of_activation(name: str, experiment: Experiment, shown: Shown, node: Node | None) -> Subject:
    """An activation, with the weighted sum of a neuron on it, whichever activation that has."""
    row, letter, here, whose, waits = ACTIVATIONS[name], "z", NOTHING, "", "Select a neuron."
    leak = activations.LEAK
    if node is not None and node.kind == "neuron":
        place = experiment.network.index[node.id]
        here, leak = float(shown.sums[place]), node.leak
        called = experiment.layout.name(node.id)
        whose = f" of {called}" if node.activation == name else ""
        waits = f"The weighted sum of {called} is not computed yet."
        letter = notation_of(experiment.context).total(node.id).plain
    half = max(HALF, LEFT_OVER * abs(here)) if np.isfinite(here) else HALF
    return Subject(
        row.title + whose,
        row.plain.format(z=letter, a="", leak=short(leak)),
        lambda z: activations.evaluate(name, z, leak),
        Span(-half, half),
        here if np.isfinite(here) else NOTHING,
        letter,
        waits_for=waits,
        remark=row.remark,
    )


def of_loss(name: str, experiment: Experiment, shown: Shown, node: Node | None) -> Subject:
    """A loss over the value of one output, the other outputs as they are."""
    row, network = LOSSES[name], experiment.network
    outputs = [network.index[output] for output in network.outputs]
    a, t, which = shown.values[outputs], shown.targets[outputs], 0
    letter, target, waits = "a", "t", "Mark a neuron as output."
    if outputs:
        own = node is not None and node.output
        node_id = node.id if own and node is not None else network.outputs[0]
        which = network.outputs.index(node_id)
        notation = notation_of(experiment.context)
        letter, target = notation.value(node_id).plain, notation.target(node_id).plain
        waits = f"The value of {experiment.layout.name(node_id)} is not computed yet."
    else:
        a, t = np.array([NOTHING]), np.array([1.0])
    here = float(a[which])
    known = np.isfinite(here)
    a, t, target_at = *_fitted(name, a, t, which), NOTHING
    if row.has_targets and not row.grouped:
        target_at = float(t[which])
    middle = middle_of(experiment.data.target_rows(experiment.data.training))
    possible = not row.by_sum or 0 <= here <= 1
    return Subject(
        row.title,
        row.plain.format(a=letter, t=target, p="p"),
        lambda x: losses.evaluate(name, a, t, which, x, middle),
        Span(0.0, 1.0) if row.by_sum else _home(here, target_at),
        here if known and possible else NOTHING,
        letter,
        "truth",
        "loss",
        target_at,
        waits if not known else f"It takes answers between 0 and 1; {letter} is {short(here)}.",
        lambda x: row.remark,
    )


def _fitted(name: str, a: Floats, t: Floats, which: int) -> tuple[Floats, Floats]:
    """Without a target it is 1; softmax against one output alone needs a second one to compare."""
    t = np.where(np.isfinite(t), t, 1.0)
    a = np.where(np.isfinite(a), a, 0.0)
    if name == SOFTMAX and len(a) == 1:
        return np.append(a, 0.0), np.append(t, 1 - t)
    return a, t


def _home(here: float, target: float) -> Span:
    """Both the present place and the target, with room around."""
    middle = target if np.isfinite(target) else 0.0
    half = 2.0 if np.isfinite(target) else HALF
    if np.isfinite(here):
        half = max(half, LEFT_OVER * abs(here - middle))
    return Span(middle - half, middle + half)


def followed(experiment: Experiment, node: Node | None) -> tuple[str, str]:
    """The kind and the name of what belongs to a neuron, or to the step at work.

    An output is held against its target, so it shows the loss; any other neuron its activation.
    """
    trace, cursor = experiment.trace, experiment.cursor
    step = trace.script.steps[cursor - 1] if trace is not None and cursor else None
    told = step is not None and node is not None and step.node == node.id
    activates = step is not None and told and step.what in ("sum", "activation")
    if node is None or node.kind != "neuron" or (node.output and not activates):
        return "loss", experiment.settings.loss
    if node.activation == "identity" and node.output:
        return "loss", experiment.settings.loss
    return "activation", node.activation


def node_of(experiment: Experiment, chosen: tuple[str, ...]) -> Node | None:
    """The neuron that is selected; without one that at work, else the first that bends its sum."""
    network = experiment.network
    here = [network.node(n) for n in chosen if n in network.index]
    neurons = [node for node in here if node.kind == "neuron"]
    if neurons:
        return neurons[0]
    trace, cursor = experiment.trace, experiment.cursor
    if trace is not None and cursor:
        step = trace.script.steps[cursor - 1]
        if step.node and step.node in network.index:
            return network.node(step.node)
    bent = (n for n in network.nodes if n.kind == "neuron" and n.activation != "identity")
    return next(bent, None)
