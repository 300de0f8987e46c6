"""What is said to an answer that is not the one: gently, and as far as it can be told why."""

import math

from engine.errors import Refused
from engine.files.lesson_checks import AnswerCheck
from engine.numerals import read

EMPTY = "Type a number first."
CHOICE = "Not this one. Look again, or take the hint."
NOT_YET = "Not yet. Try again, or take the hint."
SIGN = "Right size, wrong sign."
POINT = "The right digits, but the point is in another place."
ROUNDED = "Nearly. Give it a digit more."
CLOSE = "Close, but not there yet."
TWICE = "Twice as much as it should be."
HALF = "Half of what it should be."
UPSIDE_DOWN = "Upside down: divide the other way round."


def reply_to(check: AnswerCheck, text: str) -> str:
    """A sentence for an answer that is wrong."""
    if check.choices:
        return CHOICE
    if not text.strip():
        return EMPTY
    try:
        typed = read(text)
    except Refused as refused:
        return refused.sentence
    wanted = check.is_
    return _why(typed, wanted, check.within) if isinstance(wanted, int | float) else NOT_YET


def _why(typed: float, wanted: float, within: float) -> str:
    """The first of a few usual slips that explains the number."""
    slack = max(within, 0.002 * abs(wanted))
    if not wanted or not typed:
        return CLOSE if not wanted and 0 < abs(typed) <= 20 * within else NOT_YET
    slips = ((-wanted, SIGN), (2 * wanted, TWICE), (wanted / 2, HALF), (1 / wanted, UPSIDE_DOWN))
    for slipped, sentence in slips:
        if abs(typed - slipped) <= slack * min(1.0, abs(slipped / wanted)):
            return sentence
    tens = math.log10(abs(typed / wanted))
    if typed * wanted > 0 and round(tens) and abs(tens - round(tens)) < 0.001:
        return POINT
    share = abs(typed - wanted) / abs(wanted)
    return ROUNDED if share <= 0.02 else CLOSE if share <= 0.15 else NOT_YET
