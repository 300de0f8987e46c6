"""The engine's formulas in the shapes that the formula widgets lay out."""

import re
from collections.abc import Sequence
from typing import overload

from engine.formulas import Aside, Formula, Group, Line, Product, Ref, Row, Table
from engine.formulas import Piece as Told
from engine.formulas.pieces import latex_of, plain_of
from engine.numerals import MINUS, Role, count, short
from playground.formula_pieces import Factor, Piece, Result, Term

NOWHERE = ("rate", "setting", "state")  # no number on the canvas stands for these
SPACES = (r"\,", "")
OPERATORS = ("+", MINUS, "·", "/", "≠")

_OPENS = re.compile(r"[(\[|]$")
_CLOSES = re.compile(r"^[)\]|,²^]")
_HELD_NUMBER = re.compile(rf"\(({MINUS}[^()]*)\)")


def pieces_of(told: Sequence[Told], colored: bool = False) -> tuple[Piece, ...]:
    """A line: parentheses stay with what they hold, and a break may come before an operator."""
    pieces: list[Piece] = []
    open_end, starts = False, True
    for piece in told:
        plain = piece.plain.strip()
        if piece.latex.strip() in SPACES:
            continue
        role = piece.role if colored else None
        tight = open_end or _CLOSES.match(plain) is not None
        is_sign = starts and plain == MINUS
        breaks = plain in OPERATORS and not is_sign
        pieces.append(Piece(piece.latex, plain, role, _refers(piece), breaks, tight))
        open_end = is_sign or _OPENS.search(plain) is not None
        starts = open_end or plain == "="
    return tuple(pieces)


def _refers(piece: Told) -> Ref | None:
    return None if piece.refers is None or piece.refers.kind in NOWHERE else piece.refers


def symbol_of(piece: Told) -> Piece:
    """A symbol in its own colour."""
    return Piece(piece.latex, piece.plain, piece.role, _refers(piece))


def factors_of(plate: Product | Line) -> tuple[Factor, ...]:
    """The columns of a plate; a fixed weight of −1 is a column too."""
    columns = [factor for group in plate.groups for factor in _columns(group)]
    if isinstance(plate, Product) and plate.negative:
        columns.insert(0, Factor(Piece("-1", f"{MINUS}1"), f"{MINUS}1", "sign"))
    return tuple(columns)


def is_one_number(plate: Product) -> bool:
    """Whether its one column would say only what the whole comes to, not what it is made of."""
    factors = [factor for group in plate.groups for factor in group.factors]
    alone = len(factors) == 1 and not plate.negative
    return alone and plain_of(factors[0].term.numbers) != factors[0].number.plain


def _columns(group: Group) -> list[Factor]:
    return [
        Factor(
            symbol_of(factor.symbol),
            factor.number.plain,
            group.caption or factor.caption,
            factor.operator,
        )
        for factor in group.factors
    ]


def tail_of(table: Table, digits: int) -> tuple[Factor, ...]:
    """What a sum is multiplied by, with the sum itself before it."""
    if not table.tail:
        return ()
    total = sum(row.value for row in table.rows)
    whole = Factor(Piece(r"\sum", "Σ", Role.BACKWARD), short(total, digits), "the sum")
    return (whole, *(factor for group in table.tail for factor in _columns(group)))


def closing_of(table: Table) -> Term | None:
    """The row that makes a mean of a sum."""
    if table.kind != "mean" or len(table.rows) < 2:
        return None
    return Term((), f"÷ {count(len(table.rows))}", "their mean")


class Terms(Sequence[Term]):
    """The rows of a table, made when they are looked at."""

    def __init__(self, rows: Sequence[Row], named: bool) -> None:
        self._rows, self._named = rows, named

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Term: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Term]: ...
    def __getitem__(self, index: int | slice) -> Term | Sequence[Term]:
        if isinstance(index, slice):
            return [term_of(row, self._named) for row in self._rows[index]]
        return term_of(self._rows[index], self._named)


def term_of(row: Row, named: bool = False) -> Term:
    """A row of a sum; one of a batch is named by its sample."""
    symbols, numbers = _split(row.symbols), _split(row.numbers)
    if len(symbols) != len(numbers):
        symbols, numbers = [list(row.symbols)], [list(row.numbers)]
    factors = tuple(
        _row_factor(symbol, number) for symbol, number in zip(symbols, numbers, strict=True)
    )
    value = row.result.plain
    if named and [factor.number for factor in factors] == [value]:
        factors = ()
    return Term(factors, value, row.caption if named else "", row.chosen)


def _row_factor(symbol: list[Told], number: list[Told]) -> Factor:
    speaks = next((piece for piece in symbol if piece.refers is not None), symbol[0])
    held = plain_of(number)
    bare = _HELD_NUMBER.fullmatch(held)
    picture = Piece(latex_of(symbol), plain_of(symbol), speaks.role, _refers(speaks))
    return Factor(picture, bare[1] if bare else held)


def _split(pieces: Sequence[Told]) -> list[list[Told]]:
    """A line cut at its dots, but not within parentheses."""
    parts: list[list[Told]] = [[]]
    depth = 0
    for piece in pieces:
        if piece.plain == "·" and depth == 0 and parts[-1]:
            parts.append([])
            continue
        depth += piece.plain.count("(") - piece.plain.count(")")
        parts[-1].append(piece)
    return parts


def result_of(formula: Formula) -> Result:
    """What it comes to."""
    subject = formula.subject
    symbol = Piece(f"{subject.latex} =", subject.plain)
    return Result(symbol, formula.result.plain, subject.role or Role.MEMORY)


def aside_of(aside: Aside) -> tuple[Piece, ...]:
    """A line that is needed first: in symbols, in numbers, and what it comes to."""
    equals = Piece("=", "=", may_break=True)
    numbers = pieces_of(aside.numbers[2:], colored=True)
    result = symbol_of(aside.result)
    return (*pieces_of(aside.spelled), equals, *numbers, equals, result)
