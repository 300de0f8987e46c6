"""What a told micro-step is made of: pieces, factors, terms, and the lines they stand in."""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from string import Formatter
from typing import Literal, overload

from engine.experiment.trace import Phase
from engine.numerals import MINUS, NumberRole, count, short

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
    role: NumberRole | None = None  # None: ink
    refers: Ref | None = None


Pieces = tuple[Piece, ...]

#: How an operator is written in LaTeX, where not as in the plain line.
_LATEX = {
    "·": r"\cdot ", " + ": "+", f" {MINUS} ": "-", MINUS: "{-}", " = ": "=", "…": r"\ldots ",
    "²": "^2", " ≠ ": r"\neq ", "Σ ": r"\sum ", "shrink(": r"\mathrm{shrink}(",
}  # fmt: skip


def sign(text: str) -> Piece:
    """An operator, a bracket or a bare number of a formula."""
    return Piece(text, _LATEX.get(text, text))


DOT, SIGN, EQUALS = sign("·"), sign(MINUS), sign(" = ")

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


Part = Term | Pieces | Piece | str


def plain_of(pieces: Iterable[Piece]) -> str:
    return "".join(piece.plain for piece in pieces)


def latex_of(pieces: Iterable[Piece]) -> str:
    line = ""
    for piece in pieces:
        line += " " * bool(_OPEN_END.search(line) and piece.latex[:1].isalpha()) + piece.latex
    return line


def whole(pieces: Pieces) -> Piece:
    """All of them as one, which stands for what the first of them stands for."""
    spoken = next((piece for piece in pieces if piece.refers is not None), pieces[0])
    return replace(spoken, plain=plain_of(pieces), latex=latex_of(pieces))


def number_piece(
    value: float, digits: int, role: NumberRole | None = None, refers: Ref | None = None
) -> Piece:
    """A number in the colour of what it stands for."""
    text = short(value, digits)
    latex, _, exponent = text.replace(MINUS, "{-}").replace("∞", r"\infty").partition("e")
    power = rf"\mathrm{{e}}{{{exponent}}}" if exponent else ""
    return Piece(text, latex + power, role, refers)


def constant(value: float, digits: int = 4) -> Term:
    """A number that has no symbol."""
    piece = number_piece(value, digits)
    return Term((piece,), (piece,), value)


def joined(parts: Iterable[Part], value: float) -> Term:
    """Terms and operators one after the other."""
    symbols, numbers = list[Piece](), list[Piece]()
    for part in parts:
        part = sign(part) if isinstance(part, str) else part
        part = (part,) if isinstance(part, Piece) else part
        symbols += part.symbols if isinstance(part, Term) else part
        numbers += part.numbers if isinstance(part, Term) else part
    return Term(tuple(symbols), settled(numbers), value)


def listed(terms: Iterable[Term], between: str, value: float, nothing: int = 0) -> Term:
    """Terms with a sign between them; where there is none, `nothing`."""
    parts = [part for term in terms for part in (between, term)]
    return joined(parts[1:] or [constant(nothing)], value)


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


def unheld(pieces: Pieces) -> Pieces:
    """Without the pair of parentheses that holds them all, if there is one."""
    line = plain_of(pieces)
    inside = [*accumulate((letter == "(") - (letter == ")") for letter in line)][:-1]
    if len(pieces) < 3 or not (line.startswith("(") and line.endswith(")") and all(inside)):
        return pieces
    first, last = pieces[0], pieces[-1]
    return (
        replace(first, plain=first.plain[1:], latex=first.latex.removeprefix("(")),
        *pieces[1:-1],
        replace(last, plain=last.plain[:-1], latex=last.latex.removesuffix(")")),
    )


Cut = list[tuple[str, str]]


def filled(plain: str, latex: str, terms: Mapping[str, Term], value: float) -> Term:
    """A template of the tables of activations and losses with terms of one piece each put in.

    It becomes a piece for each term where the LaTeX can be cut there, else one piece in all.
    """
    # A minus that is a sign stands close to its number, a logarithm apart from it.
    latex = latex.replace("(-", "({{-}}").replace(r"\log {", r"\log\,{")
    latex = latex.replace("-", "{{-}}", 1) if plain.startswith(MINUS) else latex
    in_plain, in_latex = _parsed(plain), _parsed(latex)
    if any(text.count("{") != text.count("}") for text, _ in in_latex):
        return _one_piece(in_plain, in_latex, terms, value)
    parts: list[Part] = []
    for (text, name), (formula, _) in zip(in_plain, in_latex, strict=True):
        if text or formula:
            dotted = _dotted(formula)
            if "·log" in text:  # between numbers a product needs its dot
                dotted = dotted.replace(r"\log", r"\cdot \log")
            parts.append(Term((Piece(text, formula),), (Piece(text, dotted),), math.nan))
        if name:
            parts.append(terms[name])
    return joined(parts, value)


def _parsed(template: str) -> Cut:
    """Each text of a template with the name of the term behind it; "" behind the last one."""
    found, text = [], ""
    for literal, name, _, _ in Formatter().parse(template):
        text += literal  # an escaped brace comes as a literal of its own
        if name is not None:
            found.append((text, name))
            text = ""
    return [*found, (text, "")]


def _dotted(latex: str) -> str:
    return re.sub(r"(?<!\\log)\\,", r"\\cdot ", latex)


def _one_piece(plain: Cut, latex: Cut, terms: Mapping[str, Term], value: float) -> Term:
    spoken, made = terms[plain[0][1]].symbols[0], []
    dotted = [(_dotted(text), name) for text, name in latex]
    for numbers, formula in ((False, latex), (True, dotted)):
        put = {name: (term.numbers if numbers else term.symbols)[0] for name, term in terms.items()}
        put[""] = Piece("", "")
        made.append(
            replace(
                spoken,
                plain=_held((text, put[name].plain) for text, name in plain),
                latex=_held((text, put[name].latex) for text, name in formula),
            )
        )
    return Term((made[0],), (made[1],), value)


def _held(texts: Iterable[tuple[str, str]]) -> str:
    """In one line, negative numbers in parentheses where that is needed."""
    return plain_of(settled([Piece(text, text) for pair in texts for text in pair]))


TableKind = Literal["sum", "mean", "max", "min"]


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor on the plate: its symbol, its number, and what it is ("from 6", "weight").

    `brief` is how the short line writes it, where not by its symbols: σ′(z4) for o4, and then
    nothing for (1 − o4).
    """

    term: Term
    symbol: Piece
    number: Piece
    caption: str
    operator: str = "·"
    brief: Pieces | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """A row of factors; `negative` where a fixed weight of −1 turned the sign."""

    factors: tuple[Factor, ...]
    negative: bool = False

    @property
    def columns(self) -> tuple[Factor, ...]:
        """What stands on the plate; a fixed weight of −1 has a column too."""
        minus_one = Piece(f"{MINUS}1", "-1")
        turn = Factor(constant(-1), minus_one, minus_one, "sign")
        return (turn, *self.factors) if self.negative else self.factors

    @property
    def value(self) -> float:
        return math.prod((f.term.value for f in self.factors), start=-1.0 if self.negative else 1.0)

    @property
    def unsigned(self) -> Term:
        """The factors as a part of a line, without the sign; no factor at all is 1."""
        return listed((factor.term for factor in self.factors), "·", self.value, nothing=1)

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
        if not self.factors:
            return self.term.symbols
        briefs = (f.term.symbols if f.brief is None else f.brief for f in self.factors)
        line = [piece for brief in briefs if brief for piece in (DOT, *brief)][1:]
        return unheld((*(SIGN,) * self.negative, *line))


@dataclass(frozen=True)
class SumRow:
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
        factors = []
        for part, put_in in zip(symbols, numbers, strict=True):
            symbol, held = whole(part), plain_of(put_in)
            # A number needs no parentheses in a column of its own.
            bare = re.fullmatch(rf"\(({MINUS}[^()]*)\)", held)
            number = replace(symbol, plain=bare[1] if bare else held, latex=latex_of(put_in))
            factors.append(Factor(Term(part, put_in, math.nan), symbol, number, ""))
        repeats = [factor.number.plain for factor in factors] == [self.result.plain]
        return () if self.caption and repeats else tuple(factors)


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


@dataclass(frozen=True)
class LazyRows(Sequence[SumRow]):
    """Rows that are made when they are looked at, so that a large batch costs nothing."""

    length: int
    make: Callable[[int], SumRow]

    def __len__(self) -> int:
        return self.length

    @overload
    def __getitem__(self, index: int) -> SumRow: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[SumRow]: ...
    def __getitem__(self, index: int | slice) -> SumRow | Sequence[SumRow]:
        picked = range(self.length)[index]
        return self.make(picked) if isinstance(picked, int) else [self.make(i) for i in picked]


@dataclass(frozen=True, slots=True)
class TermTable:
    """Terms under each other; the `columns` below them begin with what they come to, and say by
    what it is multiplied."""

    rows: Sequence[SumRow]
    kind: TableKind = "sum"
    columns: tuple[Factor, ...] = ()

    @property
    def closing(self) -> SumRow | None:
        """The row that makes a mean of a sum."""
        if self.kind != "mean" or len(self.rows) < 2:
            return None
        by = f"÷ {count(len(self.rows))}"
        return SumRow((), (), Piece(by, by), math.nan, "their mean")


@dataclass(frozen=True, slots=True)
class NumberLine:
    """A row of numbers like that of a product, but each with an operator of its own before it."""

    columns: tuple[Factor, ...]


Plate = Product | TermTable | NumberLine | None


@dataclass(frozen=True, kw_only=True)
class ToldLine:
    """A formula in symbols, with the numbers put in, and what it comes to. Both lines begin with
    the subject and "="; beside a step stand those that are needed first, like a new velocity."""

    subject: Piece
    term: Term
    digits: int

    @property
    def value(self) -> float:
        return self.term.value

    @property
    def result(self) -> Piece:
        return number_piece(self.value, self.digits, self.subject.role, self.subject.refers)

    @cached_property
    def spelled(self) -> Pieces:
        """The line in symbols: e4 = e6·w46·o4·(1 − o4)."""
        return settled((self.subject, EQUALS, *self.term.symbols))

    @cached_property
    def numbers(self) -> Pieces:
        return settled((self.subject, EQUALS, *self.term.numbers))

    @cached_property
    def symbols_plain(self) -> str:
        return plain_of(self.spelled)

    @cached_property
    def numbers_plain(self) -> str:
        return plain_of(self.numbers)


@dataclass(frozen=True, kw_only=True)
class StepFormula(ToldLine):
    """A micro-step as a person would write it."""

    title: str
    phase: Phase
    plate: Plate
    why: str
    brief: Pieces = ()
    chip: str = ""
    asides: tuple[ToldLine, ...] = ()

    @cached_property
    def symbols(self) -> Pieces:
        """The short line, δ4 = δ6·w46·σ′(z4), or else the full one."""
        return settled((self.subject, EQUALS, *(self.brief or self.term.symbols)))


def added(products: Iterable[Product], value: float, short: bool = False) -> Term:
    """Products one after the other, each with its sign, in `short` as they are told in brief;
    nothing at all is 0."""
    parts: list[Part] = []
    for product in products:
        brief, between = product.brief, " − " if product.negative else " + "
        if not parts:
            parts.append(brief if short else product.term)
        else:
            parts += [between, brief[product.negative :] if short else product.unsigned]
    return joined(parts or [constant(0)], value)
