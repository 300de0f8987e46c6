"""Numbers that do not exist: which node and which sample asked for one, as a sentence."""

from collections.abc import Callable, Sequence

import numpy as np

from engine.calls import Floats
from engine.network import Network
from engine.numerals import short


def why_not_finite(
    network: Network,
    z: Floats,
    a: Floats,
    call: Callable[[str], str] = str,
    rows: Sequence[int] | None = None,
) -> str | None:
    """None where every value exists, else the sentence about the first, in the order of a pass.

    `z` and `a` are (nodes × samples) in order of creation; `rows` says which rows the samples are.
    """
    if np.isfinite(a).all() and np.isfinite(z).all():
        return None
    for node in network.order:
        i = network.index[node.id]
        bad = np.flatnonzero(~(np.isfinite(a[i]) & np.isfinite(z[i])))
        if len(bad):
            sample = int(bad[0])
            where = f"neuron {call(node.id)}, sample {(rows[sample] if rows else sample) + 1}"
            return _sentence(node.activation, float(z[i, sample]), where)
    return None


def _sentence(activation: str, z: float, where: str) -> str:
    if activation == "logarithm" and z <= 0:
        return (
            f"The logarithm of {short(z)} does not exist ({where}). "
            "Only numbers above 0 have one: change what arrives there, or the activation."
        )
    if activation == "reciprocal" and z == 0:
        return f"1/0 does not exist ({where}). Change what arrives there, or the activation."
    return f"The value is too large for a number ({where}). Try smaller weights or inputs."
