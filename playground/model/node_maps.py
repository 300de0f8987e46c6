"""What every node answers over the plane of two inputs, as small tiles for the canvas.

The numbers are computed by a generator, so that it can be done beside the window.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtGui import QImage

from engine.data import Data
from engine.errors import Refused
from engine.experiment.experiment import Experiment
from engine.functions import Floats, frozen
from engine.functions.activations import activation
from engine.network import Network
from engine.views.decision_map import AnswerMap, InputPlane, Mapper
from playground.theme.colour_bands import BANDS, Bytes, bands_of, image_of
from playground.theme.palette import Tokens, map_ramp

SIDE = 52
ROOM = 0.1
UNIT = 1.0
MOST_INPUTS = 2
AT_ONCE = 16
LARGEST = 1e30


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """The answer of one node: bands over the plane, and with one input its course, 0 to 1."""

    bands: Bytes
    course: Floats | None = None
    _images: dict[str, QImage] = field(default_factory=dict)

    def image(self, tokens: Tokens) -> QImage:
        """Nine bands from orange over the canvas to blue; low rows are at the bottom."""
        if tokens.name not in self._images:
            self._images[tokens.name] = image_of(self.bands, map_ramp(tokens, BANDS))
        return self._images[tokens.name]


Tiles = Mapping[str, Tile]


def why_no_maps(network: Network) -> str | None:
    """None, or why its nodes have no maps of their own."""
    count = len(network.inputs)
    if 1 <= count <= MOST_INPUTS:
        return None
    return (
        f"Needs one or two inputs: this network has {count or 'none'}, so its nodes have no maps."
    )


class TileMaker:
    """Keeps one mapper, so that the same plane can be drawn again and again while training runs.

    What it is asked for is computed wherever its generator is pulled, in one thread only.
    """

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._mapper: Mapper | None = None

    def tiles(
        self, experiment: Experiment, parameters: Floats, nodes: Sequence[str]
    ) -> Generator[Tiles, None, None]:
        """A tile for each of these nodes over the first two inputs; complete at the end only."""
        network = experiment.network
        found: AnswerMap | None = None
        for picture in self._mapper_for(experiment, tuple(nodes)).pictures(parameters):
            found = picture
            yield {}
        tiles: dict[str, Tile] = {}
        if found is not None:
            for k, node_id in enumerate(found.nodes):
                tiles[node_id] = tile_of(found.values[k], span_for(network, node_id, found, k))
                if k % AT_ONCE == AT_ONCE - 1:
                    yield {}
        yield tiles

    def _mapper_for(self, experiment: Experiment, nodes: tuple[str, ...]) -> Mapper:
        key = (experiment.program, experiment.data, experiment.settings.rounding, nodes)
        if self._mapper is None or self._key != key:
            plane = plane_of(experiment.data)
            made = Mapper(experiment.program, experiment.settings, plane, nodes)
            self._key, self._mapper = key, made
        return self._mapper


def tile_of(values: Floats, span: tuple[float, float]) -> Tile:
    """The values of one node, (ys × xs); a single row is a course."""
    bands = bands_of(values, span)
    if len(bands) > 1:
        return Tile(bands)
    low, high = span
    with np.errstate(all="ignore"):
        shares = np.clip((values[0].astype(np.float64) - low) / (high - low), 0.0, 1.0)
    return Tile(np.repeat(bands, SIDE, axis=0), frozen(np.nan_to_num(shares, nan=0.5)))


def plane_of(
    data: Data, first: str | None = None, second: str | None = None, points: int = SIDE
) -> InputPlane:
    """The plane of two inputs, the first two unless named, as far as the samples reach.

    Every other input is held at its mean.
    """
    if not data.inputs:
        raise Refused("Needs one or two inputs")
    first = first if first in data.inputs else data.inputs[0]
    others = [name for name in data.inputs if name != first]
    if second not in others:
        second = others[0] if others else None
    held = tuple(float(value) for value in data.input_rows().mean(axis=0))
    up = range_of(data, second) if second is not None else (0.0, 0.0)
    return InputPlane(first, second, range_of(data, first), up, points, held)


def range_of(data: Data, name: str) -> tuple[float, float]:
    """From the least to the largest value of an input, with some room."""
    return with_room(data.input_rows()[:, data.inputs.index(name)])


def with_room(values: Floats) -> tuple[float, float]:
    """From the least to the largest of some numbers, and a little further."""
    low, high = float(values.min()), float(values.max())
    wide = (high - low) * ROOM if high > low else UNIT
    return low - wide, high + wide


def span_for(network: Network, node_id: str, found: AnswerMap, k: int) -> tuple[float, float]:
    """What is shown orange and what blue: the ends of the activation, else as far as 0 is away."""
    node = network.node(node_id)
    ends = activation(node.activation).ends
    if ends is not None:
        return ends
    sizes = np.abs(found.values[k])
    far = float(sizes.max(initial=0.0, where=sizes <= LARGEST))
    return (-far, far) if far > 0 else (-UNIT, UNIT)
