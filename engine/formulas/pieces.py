"""The pieces a formula is drawn from: how each is written, its colour, and where it comes from."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from string import Formatter
from typing import Literal

from engine.numerals import MINUS, Role, short

RefKind = Literal[
    "sum", "value", "error", "derivative", "gradient", "weight", "bias", "parameter", "update",
    "target", "loss", "exp", "probability", "rate", "setting", "state",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ref:
    """Which number on the canvas a piece stands for: of a node, or at a place of the vector.

    A setting or an optimiser's state has a name instead ("l1", "momentum", "velocity").
    """

    kind: RefKind
    node: str = ""
    place: int = -1
    name: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """One symbol, number or operator of a formula."""

    plain: str
    latex: str
    role: Role | None = None  # None: ink
    refers: Ref | None = None


Pieces = tuple[Piece, ...]

DOT = Piece("·", r"\cdot ")
PLUS = Piece(" + ", "+")
LESS = Piece(f" {MINUS} ", "-")
SIGN = Piece(MINUS, "{-}")
COMMA = Piece(", ", ", ")
EQUALS = Piece(" = ", "=")
OPEN, CLOSE = Piece("(", "("), Piece(")", ")")
DOTS = Piece("…", r"\ldots ")

_NEGATIVE = re.compile(rf"({MINUS}|{{-}})[\d∞\\]")
_OPEN_END = re.compile(r"\\[A-Za-z]+$")
_OPERATORS = (MINUS, "-", "+", "·", "/", "^", r"\,", r"\cdot", "log")
_POWERS = ("²", "^")


@dataclass(frozen=True, slots=True)
class Term:
    """A part of a formula: in symbols, with the numbers put in, and what it comes to."""

    symbols: Pieces
    numbers: Pieces
    value: float


def plain_of(pieces: Iterable[Piece]) -> str:
    """The pieces as one line of text."""
    return "".join(piece.plain for piece in pieces)


def latex_of(pieces: Iterable[Piece]) -> str:
    """The pieces as one line of LaTeX."""
    line = ""
    for piece in pieces:
        line += " " * bool(_OPEN_END.search(line) and piece.latex[:1].isalpha()) + piece.latex
    return line


def number_latex(text: str) -> str:
    """A number as `short` writes it, in LaTeX."""
    latex = text.replace(MINUS, "{-}").replace("∞", r"\infty")
    mantissa, _, exponent = latex.partition("e")
    return rf"{mantissa}\mathrm{{e}}{{{exponent}}}" if exponent else mantissa


def number_piece(
    value: float, digits: int, role: Role | None = None, refers: Ref | None = None
) -> Piece:
    """A number in the colour of what it stands for."""
    text = short(value, digits)
    return Piece(text, number_latex(text), role, refers)


def quantity(symbol: Piece, value: float, digits: int) -> Term:
    """A symbol and its number."""
    return Term((symbol,), (number_piece(value, digits, symbol.role, symbol.refers),), value)


def constant(value: float, digits: int = 4) -> Term:
    """A number that has no symbol."""
    piece = number_piece(value, digits)
    return Term((piece,), (piece,), value)


def joined(parts: Iterable[Term | Piece], value: float) -> Term:
    """Terms and operators one after the other."""
    symbols: list[Piece] = []
    numbers: list[Piece] = []
    for part in parts:
        symbols += part.symbols if isinstance(part, Term) else (part,)
        numbers += part.numbers if isinstance(part, Term) else (part,)
    return Term(tuple(symbols), settled(numbers), value)


def settled(pieces: Sequence[Piece]) -> Pieces:
    """Negative numbers in parentheses where an operator stands before or a power behind them."""
    done: list[Piece] = []
    before = ""
    for i, piece in enumerate(pieces):
        behind = pieces[i + 1].plain if i + 1 < len(pieces) else ""
        clash = before.rstrip().endswith(_OPERATORS) or behind.startswith(_POWERS)
        if clash and _NEGATIVE.match(piece.plain):
            piece = replace(piece, plain=f"({piece.plain})", latex=f"({piece.latex})")
        done.append(piece)
        before = piece.plain or before
    return tuple(done)


def is_held(text: str) -> bool:
    """Whether one pair of parentheses holds the whole text."""
    if not (text.startswith("(") and text.endswith(")")):
        return False
    depth = 0
    for i, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return i == len(text) - 1
    return False


def unheld(pieces: Pieces) -> Pieces:
    """Without the pair of parentheses that holds them all, if there is one."""
    if len(pieces) < 3 or not is_held(plain_of(pieces)):
        return pieces
    first, last = pieces[0], pieces[-1]
    return (
        replace(first, plain=first.plain[1:], latex=first.latex.removeprefix("(")),
        *pieces[1:-1],
        replace(last, plain=last.plain[:-1], latex=last.latex.removesuffix(")")),
    )


def filled(plain: str, latex: str, terms: Mapping[str, Term], value: float) -> Term:
    """A template of the tables of activations and losses with terms of one piece each put in.

    It becomes a piece for each term where the LaTeX can be cut there, else one piece in all.
    """
    latex = _spaced(plain, latex)
    in_plain, in_latex = _parsed(plain), _parsed(latex)
    same = [part[1] for part in in_plain] == [part[1] for part in in_latex]
    if not (same and all(_balanced(part[0]) for part in in_latex)):
        return _one_piece(plain, latex, terms, value)
    parts: list[Term | Piece] = []
    for (text, field), (formula, _) in zip(in_plain, in_latex, strict=True):
        if text or formula:
            parts.append(_fixed(text, formula))
        if field:
            parts.append(terms[field])
    return joined(parts, value)


def _parsed(template: str) -> list[tuple[str, str]]:
    """Each text of a template with the name of the term behind it; "" behind the last one."""
    found, text = [], ""
    for literal, field, _, _ in Formatter().parse(template):
        text += literal  # an escaped brace comes as a literal of its own
        if field is not None:
            found.append((text, field))
            text = ""
    return [*found, (text, "")]


def _fixed(plain: str, latex: str) -> Term:
    """What a template says between its terms; between numbers a product needs its dot."""
    dotted = _dotted(latex)
    if "·log" in plain:
        dotted = dotted.replace(r"\log", r"\cdot \log")
    return Term((Piece(plain, latex),), (Piece(plain, dotted),), math.nan)


def _dotted(latex: str) -> str:
    return re.sub(r"(?<!\\log)\\,", r"\\cdot ", latex)


def _spaced(plain: str, latex: str) -> str:
    """A minus that is a sign stands close to its number, a logarithm apart from it."""
    close = latex.replace("(-", "({{-}}").replace(r"\log {", r"\log\,{")
    return close.replace("-", "{{-}}", 1) if plain.startswith(MINUS) else close


def _balanced(latex: str) -> bool:
    return latex.count("{") == latex.count("}")


def _one_piece(plain: str, latex: str, terms: Mapping[str, Term], value: float) -> Term:
    first = next(iter(terms.values())).symbols[0]
    dotted = _dotted(latex)
    symbol = Piece(
        plain.format(**{name: term.symbols[0].plain for name, term in terms.items()}),
        latex.format(**{name: term.symbols[0].latex for name, term in terms.items()}),
        first.role,
        first.refers,
    )
    plain_numbers = {name: term.numbers[0].plain for name, term in terms.items()}
    latex_numbers = {name: term.numbers[0].latex for name, term in terms.items()}
    number = replace(
        symbol, plain=_put_in(plain, plain_numbers), latex=_put_in(dotted, latex_numbers)
    )
    return Term((symbol,), (number,), value)


def _put_in(template: str, numbers: Mapping[str, str]) -> str:
    pieces: list[Piece] = []
    for text, field in _parsed(template):
        pieces.append(Piece(text, text))
        if field:
            pieces.append(Piece(numbers[field], numbers[field]))
    return plain_of(settled(pieces))
