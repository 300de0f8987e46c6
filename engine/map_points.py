"""The samples on a map of answers: which rows of the data, where they stand, and their classes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.calls import Floats
from engine.data import Data, Rows
from engine.losses import looks_like_classes, middle_of

CLASS = "largest output"  # asked for instead of the answer of one node
MOST = 2000  # marks: more hide each other, and take too long to draw


@dataclass(frozen=True, slots=True, eq=False)
class MapPoints:
    """Some rows of the data on a plane; evenly chosen where there are very many."""

    places: Floats
    targets: Floats
    tested: NDArray[np.bool_]
    kinds: Rows | None  # the class of each, where there are classes
    over_one: bool
    middle: float  # between the two classes
    ends: tuple[float, float]  # of the targets


def map_points(data: Data, first: str, second: str | None, answer: str) -> MapPoints:
    """The rows on the plane of two inputs, or over one input by their target.

    Their classes are told apart where the answer is one of two numbers, or CLASS.
    """
    rows = np.linspace(0, data.count - 1, min(data.count, MOST)).round().astype(np.intp)
    cells, inputs = data.input_rows(rows), data.inputs
    if answer in data.targets:
        targets = data.target_rows()[:, data.targets.index(answer)]
    else:
        targets = np.zeros(data.count)
    known = targets[data.training]
    middle = middle_of(known)
    kinds: Rows | None = None
    if answer == CLASS:
        kinds = data.target_rows(rows).argmax(axis=1)
    elif looks_like_classes(known):
        kinds = (targets[rows] >= middle).astype(np.intp)
    up = cells[:, inputs.index(second)] if second is not None else targets[rows]
    places = np.stack([cells[:, inputs.index(first)], up], axis=1)
    ends = float(known.min()), float(known.max())
    return MapPoints(places, targets[rows], data.test[rows], kinds, second is None, middle, ends)
