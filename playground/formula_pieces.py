"""A formula as the window lays it out: pieces, factors and terms, each knowing what it speaks of.

`refers_to` is whatever names the number on the canvas; it is only handed back, never looked into.
"""

from collections.abc import Hashable
from dataclasses import dataclass

from engine.numerals import Role


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the line of symbols; `plain` stands in until its picture is drawn.

    A line that is too long is broken before a piece that `may_break` (an operator). A piece that is
    `tight` follows the one before without a gap, as a parenthesis does.
    """

    latex: str
    plain: str
    role: Role | None = None  # None: ink
    refers_to: Hashable = None
    may_break: bool = False
    tight: bool = False


@dataclass(frozen=True, slots=True)
class Factor:
    """A symbol with its number: one column of a product, or part of a term of a sum.

    `joint` is the sign before it. Neighbours with the same caption share it under one bracket.
    """

    symbol: Piece
    number: str
    caption: str = ""
    joint: str = "·"


@dataclass(frozen=True, slots=True)
class Term:
    """One row of a sum: its factors and what they come to.

    `name` says which sample, if any, in place of the symbols. `chosen` is what a max lets through.
    """

    factors: tuple[Factor, ...]
    value: str
    name: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What it all comes to: δ₄ = 0.0087."""

    symbol: Piece
    number: str
    role: Role
