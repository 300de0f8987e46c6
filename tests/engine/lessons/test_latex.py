"""What LaTeX of a lesson of one's own may be drawn, and why any other may not."""

import pytest

from engine.lessons.latex import ARGUMENTS, DEEPEST, LONGEST, why_not_drawn
from engine.lessons.lesson import lessons


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
def test_every_command_of_the_table_may_be_drawn_with_its_groups(name: str) -> None:
    held = "{if it is}" if name == "text" else "{b}" * ARGUMENTS[name] or " "
    assert why_not_drawn(f"a\\{name}{held}c") == ""
