"""Numbers and names as the canvas writes them, and the widths they need.

Widths follow from the digits that are shown, not from the present numbers, so that nothing jumps.
"""

import numpy as np

from engine.data import Data
from engine.experiment.experiment import Experiment
from engine.numerals import MINUS, short
from engine.settings import Settings
from playground.canvas.cards import PADDING, SIGN_ROOM
from playground.canvas.figures import CELL_INWARD, Measures
from playground.theme.fonts import NARROWEST, VALUE, WEIGHT, Face, strong, width_of

LONGEST = 7
MOST_DECIMALS = 6
LECTURE_DECIMALS, LECTURE_LOSS = 3, 4
PLATE = 12.0
SAMPLE_ROWS = 20


def decimals_of(settings: Settings) -> int:
    """How many decimals a node makes room for."""
    return LECTURE_DECIMALS if settings.rounding else min(settings.digits, MOST_DECIMALS)


def written(value: float, digits: int) -> str:
    """A number as it is written everywhere; one that no place holds is cut, and one sees that."""
    text = short(value, digits)
    most = room_for(digits) * 100 // NARROWEST
    if len(text) <= most:
        return text
    mantissa, mark, exponent = text.partition("e")
    return f"{mantissa[: most - len(mark + exponent) - 1]}…{mark}{exponent}"


def room_for(digits: int) -> int:
    """How many letters a place has room for."""
    return max(LONGEST, min(digits, MOST_DECIMALS) + 3)


def fitted(face: Face, text: str, digits: int) -> Face:
    """The face in which a number keeps to its place: the longer it is, the narrower."""
    room = room_for(digits)
    if len(text) <= room:
        return face
    return face._replace(stretch=max(NARROWEST, 100 * room // len(text)))


def measures_of(experiment: Experiment) -> Measures:
    """The widths of nodes, cards and labels."""
    settings = experiment.settings
    decimals = decimals_of(settings)
    losses = max(decimals, LECTURE_LOSS) if settings.rounding else decimals
    plate = width_of(f"{MINUS}0.{'0' * decimals}", strong(VALUE)) + PLATE
    loss = width_of(f"0.{'0' * losses}", strong(VALUE))
    given = _widest_cell(experiment.data, settings.digits)
    return Measures(
        neuron=max(144.0, 2 * round(plate + CELL_INWARD)),
        input=max(84.0, round(30 + given + PLATE)),
        parameter=max(84.0, round(32 + plate)),
        card=max(88.0, round(SIGN_ROOM + PADDING + loss + PLATE)),
        label=max(60.0, round(width_of(f"→ {MINUS}0.{'0' * decimals}", WEIGHT) + 8)),
    )


def _widest_cell(data: Data, digits: int) -> float:
    """The widest of the first inputs, and of the smallest and the largest."""
    inputs = data.cells[:, : len(data.inputs)]
    if not inputs.size:
        return 0.0
    some = np.concatenate((inputs[:SAMPLE_ROWS].ravel(), [inputs.min(), inputs.max()]))
    texts = {written(float(value), digits) for value in some}
    return max(width_of(text, fitted(strong(VALUE), text, digits)) for text in texts)
