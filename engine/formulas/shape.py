"""What a told micro-step is made of: its lines, the plate of factors or terms, the result, why."""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, overload

from engine.experiment.trace import Phase
from engine.formulas.pieces import (
    DOT,
    EQUALS,
    LESS,
    PLUS,
    SIGN,
    Piece,
    Pieces,
    Term,
    constant,
    joined,
    latex_of,
    plain_of,
    settled,
    unheld,
)
from engine.numerals import MINUS, count

TableKind = Literal["sum", "mean", "max", "min"]

_HELD_NUMBER = re.compile(rf"\(({MINUS}[^()]*)\)")


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor on the plate: its symbol, its number, and what it is ("from 6", "weight")."""

    term: Term
    symbol: Piece
    number: Piece
    caption: str
    operator: str = "·"


MINUS_ONE = Factor(constant(-1), Piece(f"{MINUS}1", "-1"), Piece(f"{MINUS}1", "-1"), "sign")


@dataclass(frozen=True, slots=True)
class Group:
    """Factors that belong together, under one bracket where there is a caption.

    `brief` is how the short line writes them: σ′(z4) for o4·(1 − o4).
    """

    factors: tuple[Factor, ...]
    brief: Pieces
    caption: str = ""


def columns_of(groups: Iterable[Group]) -> tuple[Factor, ...]:
    """The factors side by side; those under one bracket share its caption."""
    return tuple(
        replace(factor, caption=group.caption or factor.caption)
        for group in groups
        for factor in group.factors
    )


@dataclass(frozen=True, slots=True)
class Product:
    """A row of factors; `negative` where a fixed weight of −1 turned the sign."""

    groups: tuple[Group, ...]
    negative: bool = False

    @property
    def factors(self) -> tuple[Factor, ...]:
        """All factors in a row."""
        return tuple(factor for group in self.groups for factor in group.factors)

    @property
    def columns(self) -> tuple[Factor, ...]:
        """What stands on the plate; a fixed weight of −1 has a column too."""
        return (*(MINUS_ONE,) * self.negative, *columns_of(self.groups))

    @property
    def value(self) -> float:
        """What it comes to."""
        value = -1.0 if self.negative else 1.0
        for factor in self.factors:
            value *= factor.term.value
        return value

    @property
    def unsigned(self) -> Term:
        """The factors as a part of a line, without the sign; no factor at all is 1."""
        parts: list[Term | Piece] = []
        for factor in self.factors:
            parts += [DOT, factor.term] if parts else [factor.term]
        return joined(parts or [constant(1)], self.value)

    @property
    def term(self) -> Term:
        """The factors as a line of their own."""
        whole = self.unsigned
        if self.negative:
            return joined([SIGN, whole], whole.value)
        return Term(unheld(whole.symbols), unheld(whole.numbers), whole.value)

    @property
    def brief(self) -> Pieces:
        """The short way to write it."""
        line: list[Piece] = [SIGN] if self.negative else []
        for i, group in enumerate(self.groups):
            line += [DOT, *group.brief] if i else group.brief
        return unheld(tuple(line)) if self.groups else self.term.symbols


@dataclass(frozen=True)
class Row:
    """One term of a sum: how it is written, its numbers, what it comes to; `chosen` by a max.

    A `caption` says which sample it is, in place of the symbols.
    """

    symbols: Pieces
    numbers: Pieces
    result: Piece
    value: float
    caption: str = ""
    chosen: bool = False

    @cached_property
    def factors(self) -> tuple[Factor, ...]:
        """The term cut at its dots; none where they would only repeat what it comes to."""
        symbols, numbers = _cut(self.symbols), _cut(self.numbers)
        if len(symbols) != len(numbers):
            symbols, numbers = [self.symbols], [self.numbers]
        pairs = zip(symbols, numbers, strict=True)
        factors = tuple(_factor(symbol, number) for symbol, number in pairs)
        repeats = [factor.number.plain for factor in factors] == [self.result.plain]
        return () if self.caption and repeats else factors


def _cut(pieces: Pieces) -> list[Pieces]:
    """A line cut at its dots, but not within parentheses."""
    parts: list[Pieces] = [()] if pieces else []
    depth = 0
    for piece in pieces:
        if piece.plain == "·" and depth == 0 and parts[-1]:
            parts.append(())
            continue
        depth += piece.plain.count("(") - piece.plain.count(")")
        parts[-1] += (piece,)
    return parts


def _factor(symbols: Pieces, numbers: Pieces) -> Factor:
    """One part of a term; its number needs no parentheses in a column of its own."""
    speaks = next((piece for piece in symbols if piece.refers is not None), symbols[0])
    symbol = replace(speaks, plain=plain_of(symbols), latex=latex_of(symbols))
    held = plain_of(numbers)
    bare = _HELD_NUMBER.fullmatch(held)
    number = replace(speaks, plain=bare[1] if bare else held, latex=latex_of(numbers))
    return Factor(Term(symbols, numbers, math.nan), symbol, number, "")


class LazyRows(Sequence[Row]):
    """Rows that are made when they are looked at, so that a large batch costs nothing."""

    __slots__ = ("_count", "_make")

    def __init__(self, count: int, make: Callable[[int], Row]) -> None:
        self._count, self._make = count, make

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        picked = range(self._count)[index]
        return self._make(picked) if isinstance(picked, int) else [self._make(i) for i in picked]


@dataclass(frozen=True, slots=True)
class Table:
    """Terms under each other. A `tail` begins with what they come to, and says by what it is
    multiplied."""

    rows: Sequence[Row]
    kind: TableKind = "sum"
    tail: tuple[Group, ...] = ()

    @property
    def columns(self) -> tuple[Factor, ...]:
        """What stands on the plate below it."""
        return columns_of(self.tail)

    @property
    def closing(self) -> Row | None:
        """The row that makes a mean of a sum."""
        if self.kind != "mean" or len(self.rows) < 2:
            return None
        by = f"÷ {count(len(self.rows))}"
        return Row((), (), Piece(by, by), math.nan, "their mean")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of numbers like that of a product, but each with an operator of its own before it."""

    groups: tuple[Group, ...]

    @property
    def columns(self) -> tuple[Factor, ...]:
        """What stands on the plate."""
        return columns_of(self.groups)


Plate = Product | Table | Line | None


@dataclass(frozen=True, slots=True)
class Aside:
    """A line that is needed first: the new velocity, the corrected mean."""

    spelled: Pieces
    numbers: Pieces
    result: Piece
    value: float

    @property
    def symbols_plain(self) -> str:
        """The line in symbols."""
        return plain_of(self.spelled)

    @property
    def numbers_plain(self) -> str:
        """The line with the numbers put in."""
        return plain_of(self.numbers)


@dataclass(frozen=True)
class Formula:
    """A micro-step as a person would write it.

    `symbols` is the short line (δ4 = δ6·w46·σ′(z4)); `spelled` says the same in full, and
    `numbers` is `spelled` with the numbers put in. Each begins with the subject and "=".
    """

    title: str
    phase: Phase
    subject: Piece
    symbols: Pieces
    spelled: Pieces
    numbers: Pieces
    plate: Plate
    result: Piece
    value: float
    why: str
    chip: str = ""
    asides: tuple[Aside, ...] = field(default=())

    @cached_property
    def symbols_plain(self) -> str:
        """The full line in symbols: e4 = e6·w46·o4·(1 − o4)."""
        return plain_of(self.spelled)

    @cached_property
    def numbers_plain(self) -> str:
        """The full line with the numbers put in."""
        return plain_of(self.numbers)

    @property
    def result_plain(self) -> str:
        """The number it comes to."""
        return self.result.plain


def equation(subject: Piece, right: Pieces) -> Pieces:
    """subject = right."""
    return settled((subject, EQUALS, *right))


def added(products: Iterable[Product], value: float) -> Term:
    """Products one after the other, each with its sign; nothing at all is 0."""
    parts: list[Term | Piece] = []
    for product in products:
        if parts:
            parts += [LESS if product.negative else PLUS, product.unsigned]
        else:
            parts.append(product.term)
    return joined(parts or [constant(0)], value)
