"""Which of several outputs is the largest, over the plane of two inputs: one region a class."""

import numpy as np
from PySide6.QtGui import QColor, QImage

from engine.calls import Floats
from engine.curve import is_classification
from engine.experiment import Experiment
from engine.maps import AnswerMap
from playground.bands import image_of
from playground.palette import Tokens, mixed, token
from playground.plots.heat import WIDEST, stretched, value_at
from playground.plots.points import mark_color
from playground.plots.scales import drawable

CLASS = "largest output"
TINT = {"light": 0.2, "dark": 0.34}


def can_show_classes(experiment: Experiment) -> bool:
    """Whether it is a classification with an output for each class."""
    data, network = experiment.data, experiment.network
    several = len(network.outputs) > 1 and set(network.outputs) <= set(data.targets)
    return several and is_classification(experiment.context)


def class_names(experiment: Experiment) -> tuple[str, ...]:
    """What the classes are called: by their own names, else by their outputs'."""
    data = experiment.data
    if len(data.classes) == len(data.targets):
        return data.classes
    return tuple(experiment.layout.name(target) for target in data.targets)


def class_image(found: AnswerMap, tokens: Tokens, width: float, height: float) -> QImage:
    """The regions in the tints of their classes, with a line where they meet."""
    shrink = min(1.0, WIDEST / max(1.0, width))
    size = max(2, round(width * shrink)), max(2, round(height * shrink))
    largest = np.stack([stretched(_known(values), *size) for values in found.values]).argmax(axis=0)
    meets = np.zeros(largest.shape, dtype=bool)
    meets[:, 1:] |= largest[:, 1:] != largest[:, :-1]
    meets[1:] |= largest[1:] != largest[:-1]
    bands = np.where(meets, len(found.nodes), largest).astype(np.uint8)
    return image_of(bands, (*tints(tokens, len(found.nodes)), tokens.surface))


def tints(tokens: Tokens, count: int) -> tuple[QColor, ...]:
    """The ground of every class."""
    share = TINT[tokens.name]
    return tuple(
        mixed(tokens.canvas, token(tokens, mark_color(kind)), share) for kind in range(count)
    )


def outputs_at(found: AnswerMap, x: float, y: float) -> list[float]:
    """Every output at a place."""
    return [value_at(found.xs, found.ys, drawable(values), x, y) for values in found.values]


def _known(values: Floats) -> Floats:
    return np.nan_to_num(values.astype(np.float32), nan=-1e30, posinf=1e30, neginf=-1e30)
