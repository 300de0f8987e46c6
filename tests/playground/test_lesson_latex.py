"""What LaTeX of a lesson of one's own is drawn: all that the table allows can be set, and fast."""

import random

import pytest

from engine.lessons import lessons
from engine.lessons.latex import ARGUMENTS, DEEPEST, LONGEST, why_not_drawn
from playground.panels.lesson import broken
from playground.theme.formula_pictures import set_formula
from tests.sampled import sampled

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def test_every_formula_that_ships_may_be_drawn() -> None:
    shipped = [f.latex for lesson in lessons() for step in lesson.steps for f in step.formulas]
    assert {latex: why_not_drawn(latex) for latex in shipped if why_not_drawn(latex)} == {}


REFUSED = [
    ("", "it has no LaTeX"),
    ("x" * (LONGEST + 1), "longer than 200"),
    ("{" * DEEPEST + "{x}" + "}" * DEEPEST, "more than 4 groups"),
    (r"\frac{1}{" * 36 + "x" + "}" * 36, "longer than 200"),
    (r"\frac{1}{" * 9 + "x" + "}" * 9, "more than 4 groups"),
    (r"\color{red\"/><image href=\"file:///dev/zero\"/>}x", r"\color is none of its commands"),
    (r"\newcommand{\a}{\a\a}\a", r"\newcommand is none"),
    (r"\hspace{99999999em}x", r"\hspace is none"),
    (r"\includegraphics{/etc/passwd}", r"\includegraphics is none"),
    ("a&b", "“&” is none of its signs"),
    ("x\u202ey", "is none of its signs"),
    ("x\0", "is none of its signs"),
    ("{x", "a { has no }"),
    ("x}", "a } has no {"),
    ("^2", "nothing stands before ^"),
    ("x^2^3", "there are two ^"),
    ("x_1_2", "there are two _"),
    ("f^2'", "there are two '"),
    (r"\frac{a}", r"\frac needs a group"),
    (r"\frac{}{b}", "a group holds nothing"),
    ("x_", "_ needs a group"),
    (r"x_\frac{a}{b}", "_ needs a group"),
    ("x\\", "\\ is none of its commands"),
    (r"\sqrt[n+1]{x}", "holds one letter"),
    (r"\text{<script>}", "holds words alone"),
]


@pytest.mark.parametrize(("latex", "why"), REFUSED)
def test_what_cannot_be_set_is_told(latex: str, why: str) -> None:
    assert why in why_not_drawn(latex)


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
