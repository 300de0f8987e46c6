"""Turning a number like a knob: sideways with the mouse, or with the wheel."""

import math

PIXELS_A_STEP = 4
NOTCH = 120  # eighths of a degree that one notch of a wheel reports


def step_of(value: float) -> float:
    """One step of a knob: a hundredth of the power of ten the number lies in, at least 0.01."""
    size = max(abs(value), 1.0)
    power: float = 10.0 ** (math.floor(math.log10(size)) - 2)
    return power


def turned(start: float, steps: float, fine: bool = False) -> float:
    """The number so many steps away from where the hand began, on a round place."""
    step = step_of(start) / (10 if fine else 1)
    if not steps:
        return start
    decimals = max(0, -math.floor(math.log10(step) + 0.5))  # 0.41, not 0.41000000000000003
    return round(round((start + round(steps) * step) / step) * step, decimals)


def dragged(start: float, pixels: float, fine: bool = False) -> float:
    """The number after the mouse moved so far to the right."""
    return turned(start, pixels / PIXELS_A_STEP, fine)


def notches(horizontal: int, vertical: int) -> float:
    """Notches of a wheel, whichever axis the system turned it into (Alt swaps the two)."""
    return (vertical or horizontal) / NOTCH
