"""Numbers that do not exist: finds the first one of a pass and says where it is, and why."""

from collections.abc import Callable, Sequence

import numpy as np

from engine.activations import activation
from engine.calls import Floats
from engine.network import Network, Node
from engine.runner import Pass

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
