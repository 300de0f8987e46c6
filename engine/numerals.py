"""Numbers as a person writes and reads them: short on screen, forgiving when typed."""

import math
import re
from enum import StrEnum

from engine.errors import Refused, brief

MINUS = "\u2212"
ALL_DIGITS = 17
DIGIT_CHOICES = (3, 4, 6, ALL_DIGITS)

_DECIMAL = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?", re.ASCII)


class NumberRole(StrEnum):
    """What a number is: the one thing that gives it the same colour wherever it stands."""

    FORWARD = "forward"  # a value travelling forward
    BACKWARD = "backward"  # blame travelling backward: error terms, gradients
    MEMORY = "memory"  # what the network remembers: weights, biases, the update
    TRUTH = "truth"  # target and loss


def short(value: float, digits: int = 4) -> str:
    """`value` with so many significant digits and a true minus; "" for what is not computed yet."""
    if math.isnan(value):
        return ""
    if math.isinf(value):
        return "∞" if value > 0 else MINUS + "∞"
    if value == 0:
        return "0"
    text = repr(float(value)) if digits >= ALL_DIGITS else f"{value:.{digits - 1}e}"
    size = int(text.partition("e")[2] or 0)
    if digits < ALL_DIGITS and -4 <= size < 6:
        text = f"{value:.{max(0, digits - 1 - size)}f}"
    mantissa, _, exponent = text.partition("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return (f"{mantissa}e{int(exponent)}" if exponent else mantissa).replace("-", MINUS)


def count(value: int) -> str:
    """A whole number with its thousands apart: 1,000."""
    return f"{value:,}".replace("-", MINUS)


def counted(number: int, noun: str) -> str:
    """So many of something: 1 row, 2 rows."""
    return f"{count(number)} {noun}{'' if number == 1 else 's'}"


def nth(number: int) -> str:
    """A place in a row of things: 1st, 2nd, 3rd, 4th, 11th, 21st."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{count(number)}{'th' if 10 < number % 100 < 20 else ending}"


def read(text: str) -> float:
    """The number that was typed: -0.3, -0,3, 1/3 and 2e-3 are all fine."""
    parts = [part.strip() for part in text.replace(MINUS, "-").split("/")]
    if len(parts) > 2 or not all(map(_DECIMAL.fullmatch, parts)):
        raise Refused(f"“{brief(text.strip())}” is not a number. Write it like −0.3, 1/3 or 2e−3.")
    above, below = (float(part.replace(",", ".")) for part in (*parts, "1")[:2])
    if below == 0:
        raise Refused("A number cannot be divided by 0. Write another one below the line.")
    value = above / below
    if not math.isfinite(value):
        raise Refused(f"“{brief(text.strip())}” is too large.")
    return value
