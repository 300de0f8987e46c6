"""What every node answers over the plane of two inputs, as small pictures for the canvas."""

from collections.abc import Mapping

import numpy as np
from PySide6.QtGui import QImage

from engine.calls import Floats
from engine.data import Data
from engine.errors import Refused
from engine.maps import AnswerMap, Mapper, Plane
from engine.network import Network
from engine.program import Program
from engine.settings import Settings
from playground.palette import Tokens, map_ramp
from playground.plots.heat import Bytes, image_of
from playground.plots.scales import drawable

SIDE = 52
BANDS = 9
ROOM = 0.1
UNIT = 1.0

#: The least and the largest answer of an activation, where it has both.
RANGES: Mapping[str, tuple[float, float]] = {
    "sigmoid": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "step": (0.0, 1.0),
    "sign": (-1.0, 1.0),
}


class NodeMaps:
    """Keeps one mapper, so that the same plane can be drawn again and again while training runs."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._mapper: Mapper | None = None

    def node_maps(
        self,
        program: Program,
        settings: Settings,
        parameters: Floats,
        plane: Plane,
        tokens: Tokens,
    ) -> dict[str, QImage]:
        """A picture for every node that is computed, by its id; `plane_of` makes a plane."""
        found = self.mapper(program, settings, plane).complete(parameters)
        network = program.network
        return {
            node_id: band_image(found.values[k], span_for(network, node_id, found, k), tokens)
            for k, node_id in enumerate(found.nodes)
        }

    def mapper(self, program: Program, settings: Settings, plane: Plane) -> Mapper:
        """The one that is kept, or a new one for another program or plane."""
        key = (program, settings.rounding, plane)
        if self._mapper is None or self._key != key:
            self._key, self._mapper = key, Mapper(program, settings, plane)
        return self._mapper


def plane_of(
    data: Data,
    first: str | None = None,
    second: str | None = None,
    held: tuple[float, ...] = (),
    points: int = SIDE,
) -> Plane:
    """The plane of two inputs, the first two unless named, as far as the samples reach."""
    if not data.inputs:
        raise Refused("Needs one or two inputs")
    first = first if first in data.inputs else data.inputs[0]
    others = [name for name in data.inputs if name != first]
    if second not in others:
        second = others[0] if others else None
    held = held if len(held) == len(data.inputs) else middle_of_inputs(data)
    up = range_of(data, second) if second is not None else (0.0, 0.0)
    return Plane(first, second, range_of(data, first), up, points, held)


def middle_of_inputs(data: Data) -> tuple[float, ...]:
    """The mean of every input, where those that are not on an axis are held."""
    return tuple(float(value) for value in data.input_rows().mean(axis=0))


def range_of(data: Data, name: str) -> tuple[float, float]:
    """From the least to the largest value of an input, with some room."""
    values = data.input_rows()[:, data.inputs.index(name)]
    low, high = float(values.min()), float(values.max())
    wide = (high - low) * ROOM if high > low else UNIT
    return low - wide, high + wide


def span_for(network: Network, node_id: str, found: AnswerMap, k: int) -> tuple[float, float]:
    """What is shown orange and what blue: the ends of the activation, else as far as 0 is away."""
    node = network.node(node_id)
    if node.kind == "neuron" and node.activation in RANGES:
        return RANGES[node.activation]
    values = drawable(found.values[k])
    far = float(np.nanmax(np.abs(values))) if np.isfinite(values).any() else UNIT
    return (-far, far) if far > 0 else (-UNIT, UNIT)


def bands_of(values: Floats, span: tuple[float, float]) -> Bytes:
    """The number of the band of every value, 0 to BANDS - 1; the middle one where none is known."""
    low, high = span
    wide = max(high - low, 1e-30)
    with np.errstate(all="ignore"):
        share = (np.asarray(values, dtype=np.float32) - np.float32(low)) / np.float32(wide)
        filled = np.where(np.isnan(share), np.float32(0.5), share)
        return np.asarray(np.clip(filled * BANDS, 0, BANDS - 1).astype(np.uint8))


def band_image(values: Floats, span: tuple[float, float], tokens: Tokens) -> QImage:
    """Nine bands from orange over the canvas to blue; low rows are at the bottom."""
    return image_of(bands_of(values, span), map_ramp(tokens, BANDS))
