"""What a told micro-step is made of: its lines, the plate of factors or terms, the result, why."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, overload

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
from engine.script import Phase

TableKind = Literal["sum", "mean", "max", "min"]


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor on the plate: its symbol, its number, and what it is ("from 6", "weight")."""

    term: Term
    symbol: Piece
    number: Piece
    caption: str
    operator: str = "·"


@dataclass(frozen=True, slots=True)
class Group:
    """Factors that belong together, under one bracket where there is a caption.

    `brief` is how the short line writes them: σ′(z4) for o4·(1 − o4).
    """

    factors: tuple[Factor, ...]
    brief: Pieces
    caption: str = ""


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


@dataclass(frozen=True, slots=True)
class Row:
    """One term of a sum: how it is written, its numbers, what it comes to; `chosen` by a max."""

    symbols: Pieces
    numbers: Pieces
    result: Piece
    value: float
    caption: str = ""
    chosen: bool = False


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
    """Terms under each other. What they come to is multiplied by the `tail`, if there is one."""

    rows: Sequence[Row]
    kind: TableKind = "sum"
    total: Piece | None = None
    tail: tuple[Group, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A row of numbers like that of a product, but each with an operator of its own before it."""

    groups: tuple[Group, ...]

    @property
    def factors(self) -> tuple[Factor, ...]:
        """All numbers in a row."""
        return tuple(factor for group in self.groups for factor in group.factors)


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

    @property
    def result_plain(self) -> str:
        """The number it comes to."""
        return self.result.plain

    @property
    def symbols_latex(self) -> str:
        """The line in symbols, as LaTeX."""
        return latex_of(self.spelled)

    @property
    def numbers_latex(self) -> str:
        """The line with the numbers put in, as LaTeX."""
        return latex_of(self.numbers)


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

    @cached_property
    def symbols_latex(self) -> str:
        """The full line in symbols, as LaTeX."""
        return latex_of(self.spelled)

    @cached_property
    def brief_latex(self) -> str:
        """The short line, as LaTeX."""
        return latex_of(self.symbols)

    @cached_property
    def numbers_latex(self) -> str:
        """The full line with the numbers put in, as LaTeX."""
        return latex_of(self.numbers)


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
