"""How nodes, weights, biases, error terms and slopes are written in formulas.

Only letters, digits and Greek ever reach a formula; any other name falls back to the id, then to
n1, n2 and so on, so that no name can break the mathematics. Words call a node by its whole name;
its symbol alone stands for it only where it is spelled by that.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from functools import lru_cache
from itertools import count
from operator import is_

from engine.experiment.walk import Context
from engine.formulas.terms import Piece, Ref
from engine.functions.losses import loss
from engine.layout import Layout, Letters
from engine.network import Network
from engine.numerals import NumberRole

SHORT, SHORT_WORD, SHORT_LABEL = 3, 4, 10
INPUT, TARGET, PARAMETER = "x", "t", "θ"
OURS = (INPUT, TARGET, PARAMETER, "w", "b", "p")
MEMORY = ("v", "m", "s", "g")
RESERVED = ("e", "η", "λ1", "λ2", "μ", "α", "β1", "β2", "ε", "κ")
GREEK = {
    "α": r"\alpha", "β": r"\beta", "γ": r"\gamma", "δ": r"\delta", "ε": r"\varepsilon",
    "ζ": r"\zeta", "η": r"\eta", "θ": r"\theta", "ι": r"\iota", "κ": r"\kappa", "λ": r"\lambda",
    "μ": r"\mu", "ν": r"\nu", "ξ": r"\xi", "π": r"\pi", "ρ": r"\rho", "σ": r"\sigma",
    "τ": r"\tau", "υ": r"\upsilon", "φ": r"\phi", "χ": r"\chi", "ψ": r"\psi", "ω": r"\omega",
    "Γ": r"\Gamma", "Δ": r"\Delta", "Θ": r"\Theta", "Λ": r"\Lambda", "Ξ": r"\Xi", "Π": r"\Pi",
    "Σ": r"\Sigma", "Υ": r"\Upsilon", "Φ": r"\Phi", "Ψ": r"\Psi", "Ω": r"\Omega",
}  # fmt: skip

_LETTERS = "A-Za-z" + "".join(GREEK)
_NAME = re.compile(rf"[{_LETTERS}\d]+", re.ASCII)
_BARE = re.compile(rf"([{_LETTERS}]+)(\d*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Notation:
    """The symbols of one network. `bare` are the nodes written by their short name alone (x, q, f),
    `spelled` those of them whose short name is their whole name; `slopes` says that error terms are
    told as slopes of the one output (∂f/∂q)."""

    network: Network
    letters: Letters
    subscripts: Mapping[str, str]
    bare: frozenset[str]
    spelled: frozenset[str]
    slopes: bool

    def value(self, node_id: str) -> Piece:
        """What a node passes on: o4, x1, q."""
        node = self.network.node(node_id)
        refers = Ref("parameter" if node.kind == "parameter" else "value", node_id)
        role = NumberRole.MEMORY if node.kind == "parameter" else NumberRole.FORWARD
        if node_id in self.bare:
            name = self.subscripts[node_id]
            return Piece(name, bare_latex(name), role, refers)
        letter = {"input": INPUT, "parameter": PARAMETER}.get(node.kind, self.letters.value)
        return self._indexed(letter, role, refers, node_id)

    def total(self, node_id: str) -> Piece:
        """What a neuron combines before its activation: z4; without one it is the value itself."""
        if self.network.node(node_id).activation == "identity":
            return self.value(node_id)
        return self._indexed(self.letters.sum, NumberRole.FORWARD, Ref("sum", node_id), node_id)

    def error(self, node_id: str) -> Piece:
        """The error term of a neuron, δ4, or the slope of the output along its sum, ∂f/∂q."""
        refers = Ref("error", node_id)
        if self.slopes:
            return self.slope(self.top, self.total(node_id), refers)
        return self._indexed(self.letters.error, NumberRole.BACKWARD, refers, node_id)

    def gradient(self, place: int) -> Piece:
        """The slope along a weight, a bias or a parameter: ∂E/∂w46."""
        return self.slope(self.top, self.parameter(place), Ref("gradient", place=place))

    @property
    def top(self) -> Piece:
        """What is made small: the loss, or the one output itself."""
        return self.value(self.network.outputs[0]) if self.slopes else self.loss()

    def slope(self, of: Piece, along: Piece, refers: Ref | None = None) -> Piece:
        """∂of/∂along."""
        latex = rf"\frac{{\partial {of.latex}}}{{\partial {along.latex}}}"
        return Piece(f"∂{of.plain}/∂{along.plain}", latex, NumberRole.BACKWARD, refers)

    def parameter(self, place: int) -> Piece:
        """The weight w46, the bias b6 or the parameter that stands at a place of the vector."""
        found = self.network.places[place]
        if found.what == "value":
            return self.value(found.target)
        if found.what == "bias":
            return self._indexed(
                "b", NumberRole.MEMORY, Ref("bias", found.target, place), found.target
            )
        refers = Ref("weight", place=place)
        return self._indexed("w", NumberRole.MEMORY, refers, found.source, found.target)

    def owned(self, letter: str, place: int, state: str) -> Piece:
        """What an optimiser keeps for the number at a place: the velocity v46."""
        found, refers = self.network.places[place], Ref("state", place=place, name=state)
        ends = (found.source, found.target) if found.what == "weight" else (found.target,)
        return self._indexed(letter, NumberRole.MEMORY, refers, *ends)

    def new(self, place: int) -> Piece:
        """The number at a place after the update."""
        old = self.parameter(place)
        latex = old.latex + r"^{\mathrm{new}}"
        return Piece(f"{old.plain} new", latex, NumberRole.MEMORY, Ref("update", place=place))

    def target(self, node_id: str) -> Piece:
        """What an output should be: t6."""
        return self._indexed(TARGET, NumberRole.TRUTH, Ref("target", node_id), node_id)

    def loss(self, node_id: str = "", sample: int = 0) -> Piece:
        """The loss: of an output (E6), of a sample (E of row 3), or of the whole."""
        letter, refers = self.letters.loss, Ref("loss", node_id)
        if node_id:
            return self._indexed(letter, NumberRole.TRUTH, refers, node_id)
        plain, latex = (f"({sample})", f"^{{({sample})}}") if sample else ("", "")
        return Piece(f"{letter}{plain}", f"{_latex(letter)}{latex}", NumberRole.TRUTH, refers)

    def probability(self, node_id: str) -> Piece:
        """The share of a score in the softmax: p."""
        return self._indexed("p", NumberRole.FORWARD, Ref("probability", node_id), node_id)

    def any_value(self, node_id: str) -> Piece:
        """The values of all nodes like this one, under a Σ: x_i."""
        letter = INPUT if self.network.node(node_id).kind == "input" else self.letters.value
        return Piece(f"{letter}_i", f"{_latex(letter)}_{{i}}", NumberRole.FORWARD)

    def any_weight(self, node_id: str) -> Piece:
        """All weights into a node, under a Σ: w_i5."""
        name = self.subscripts[node_id]
        comma = "," * (len(name) > 1)
        return Piece(f"w_i{comma}{name}", f"w_{{i{comma}{_latex(name)}}}", NumberRole.MEMORY)

    def _indexed(self, letter: str, role: NumberRole, refers: Ref, *node_ids: str) -> Piece:
        names = [self.subscripts[node_id] for node_id in node_ids]
        comma = "," if any(len(name) > 1 for name in names) else ""
        latex = f"{_latex(letter)}_{{{comma.join(map(_latex, names))}}}"
        return Piece(_plain_indexed(letter, comma.join(names)), latex, role, refers)


class _Source:
    """What makes a notation; the same as another where it is the very same parts."""

    def __init__(self, context: Context) -> None:
        layout = context.layout
        self.network, self.loss = context.network, context.settings.loss
        self.classes = context.data.classes
        self.layout = Layout(names=layout.names, letters=layout.letters)
        self.parts = (self.network, layout.names, layout.letters, self.loss, self.classes)

    def __hash__(self) -> int:
        return hash(tuple(map(id, self.parts)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Source) and all(map(is_, self.parts, other.parts))


def notation_of(context: Context) -> Notation:
    """The notation of a network under its names, letters and loss."""
    return _made(_Source(context))


@lru_cache(maxsize=1)
def _made(source: _Source) -> Notation:
    """Kept: all panels ask for the same, and of many edges it takes long to make."""
    network, layout = source.network, source.layout
    letters = _letters(layout.letters)
    subscripts = _subscripts(network, layout, _labels(source))
    slopes = not loss(source.loss).has_targets and len(network.outputs) == 1
    bare = _bare(network, letters, subscripts, slopes)
    spelled = frozenset(node_id for node_id in bare if subscripts[node_id] == layout.name(node_id))
    return Notation(network, letters, subscripts, bare, spelled, slopes)


def bare_latex(name: str) -> str:
    """A name that stands alone: x, x_{1}, \\mathrm{net}_{2}."""
    match = _BARE.fullmatch(name)
    if match is None or not match[2]:
        return _latex(name)
    return f"{_latex(match[1])}_{{{match[2]}}}"


def _latex(name: str) -> str:
    """One letter leans, a number stands, several letters stand upright."""
    if name.isdigit():
        return name
    if len(name) == 1:
        return GREEK.get(name, name)
    found = re.findall(r"[A-Za-z\d]+|.", name)
    return "".join(f"{GREEK[x]} " if x in GREEK else rf"\mathrm{{{x}}}" for x in found)


def _plain_indexed(letter: str, name: str) -> str:
    return f"{letter}{name}" if name.isdigit() else f"{letter}_{name}"


def _letters(wanted: Letters) -> Letters:
    """The letters of the layout, each its usual one where it would break the mathematics."""
    usual = Letters()
    pairs = zip(astuple(wanted), astuple(usual), strict=True)
    found = Letters(*(a if len(a) <= SHORT and _BARE.fullmatch(a) else b for a, b in pairs))
    others = {found.sum, found.error, found.loss, *OURS}
    value = found.value == INPUT or found.value not in others  # x2 may be a value: x1 is another's
    return found if value and len(others) == len(OURS) + 3 else usual


def _labels(source: _Source) -> dict[str, int]:
    """How long the names of outputs may be that stand for the labels of a table.

    All of them are written by name or none, so that no z_y1 stands beside z_pear.
    """
    outputs, name = source.network.outputs, source.layout.name
    if len(outputs) < 2 or len(source.classes) != len(outputs):
        return {}
    written = all(_NAME.fullmatch(name(i)) and len(name(i)) <= SHORT_LABEL for i in outputs)
    return dict.fromkeys(outputs, SHORT_LABEL if written else 0)


def _subscripts(network: Network, layout: Layout, labels: Mapping[str, int]) -> dict[str, str]:
    """The name of each node if it is short and nobody else's, else the id, else n1, n2 …"""
    names = {node.id: layout.name(node.id) for node in network.nodes}
    times = Counter(names.values())
    found = {
        node_id: name for node_id, name in names.items()
        if times[name] == 1 and _is_short(name, labels.get(node_id))
    }  # fmt: skip
    taken, fresh = set(found.values()), (f"n{number}" for number in count(1))
    for node_id in names:
        if node_id not in found:
            name = node_id
            while not _is_short(name) or name in taken:
                name = next(fresh)
            found[node_id] = name
            taken.add(name)
    return found


def _is_short(name: str, longest: int | None = None) -> bool:
    if not _NAME.fullmatch(name):
        return False
    if longest is not None:
        return len(name) <= longest
    longest = SHORT if name[0].isdigit() else SHORT_WORD
    return len(name) <= longest or re.fullmatch(r"n\d+", name) is not None


def _bare(
    network: Network, letters: Letters, subscripts: Mapping[str, str], slopes: bool
) -> frozenset[str]:
    """The nodes that need no letter of ours, unless their name is already a symbol of another."""
    bare = {
        node.id for node in network.nodes
        if node.activation == "identity" and not subscripts[node.id][0].isdigit()
        and (node.locked or not node.bias or (slopes and node.output))
    }  # fmt: skip
    used = (*OURS, *MEMORY, letters.sum, letters.value, letters.error, letters.loss)
    taken = {*RESERVED, letters.loss}
    for node_id, name in subscripts.items():
        if node_id not in bare:
            taken.update(_plain_indexed(letter, name) for letter in used)
    for letter in ("w", *MEMORY):
        if any(subscripts[node_id].startswith(letter) for node_id in bare):
            taken.update(
                letter + subscripts[e.source] + subscripts[e.target] for e in network.edges
            )
    return frozenset(node_id for node_id in bare if subscripts[node_id] not in taken)
