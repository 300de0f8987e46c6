"""What LaTeX of a lesson of one's own is drawn: all that the table allows can be set, and fast."""

import random

import pytest

from engine.lessons.latex import ARGUMENTS, DEEPEST, LONGEST, why_not_drawn
from playground.panels.lesson import broken
from playground.theme.formula_pictures import set_formula
from tests.sampled import sampled

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.mark.parametrize("name", ARGUMENTS)
def test_every_command_of_the_table_can_be_set(name: str) -> None:
    held = "{if it is}" if name == "text" else "{b}" * ARGUMENTS[name] or " "
    latex = f"a\\{name}{held}c"
    assert why_not_drawn(latex) == ""
    assert set_formula(latex).box.height() > 0


def formula(dice: random.Random, room: int, depth: int = 0) -> str:
    """A formula of the table, as nested and odd as it may be."""
    made = ""
    while len(made) < room:
        kind = dice.random()
        if depth < DEEPEST - 1 and kind < 0.25:
            name = dice.choice([name for name, count in ARGUMENTS.items() if count])
            parts = (formula(dice, 3, depth + 1) for _ in range(ARGUMENTS[name]))
            made += f"\\{name}" + "".join(f"{{{part}}}" for part in parts)
        elif kind < 0.4:
            name = dice.choice([name for name, count in ARGUMENTS.items() if not count])
            made += f"\\{name}" + ("{if x}" if name == "text" else " ")
        else:
            made += dice.choice("abxyz019+-*/=()[]|,.;:!?<>σé∑")
        if depth < DEEPEST - 1 and dice.random() < 0.2:
            made += dice.choice(["_i", "^2", "'", "_{ij}", "^{-1}", "_i^2", r"^\top", "'_1"])
    return made


@pytest.mark.parametrize("most", sampled((40, 150), 1))
def test_whatever_the_table_allows_can_be_set_whole_and_broken(most: int) -> None:
    dice, tried = random.Random(5), 0
    for _ in range(most):
        latex = formula(dice, 30)[:LONGEST]
        if why_not_drawn(latex):
            continue
        tried += 1
        for piece in (latex, *broken(latex)):
            assert set_formula(piece).box.isValid() or set_formula(piece).box.isNull(), piece
    assert tried > 0.4 * most
