"""The neurons and edges of a document as network, layout and numbers, checked and cleaned."""

from dataclasses import dataclass
from typing import cast

import numpy as np
from msgspec.structs import replace

from engine.errors import Refused
from engine.files import limits
from engine.files.names import brief, clean_name
from engine.files.refusals import DocumentError, Offer
from engine.files.table_names import distinct
from engine.files.wire import WireDocument, WireEdge, WireNeuron, made_into
from engine.layout import PITCH_ROOMY, Layout, Letters, Position, arranged
from engine.network import Combine, Edge, Kind, Network, Node
from engine.numerals import count, counted, short
from engine.op_list import Floats, frozen

SHORTER = limits.NAME - 10  # so that a number fits behind it where another id is cut to the same
LETTER = 3  # as in “net”


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn, and the numbers on it now and at the start.

    `moves` would bring into view what stands out of reach or all on one point; `ids` are those
    that could not be shown as they stand in the file, each with the one it has here, and `cleaned`
    says how many names and ids held characters that cannot be seen.
    """

    network: Network
    layout: Layout
    parameters: Floats
    start: Floats
    notes: tuple[str, ...]
    moves: dict[str, Position]
    ids: dict[str, str]
    cleaned: int


def read_drawing(wire: WireDocument, without_broken_edges: bool = False) -> Drawing:
    """The network, or the refusal that names the neuron or edge that is wrong."""
    ids = _ids_to_show(wire)
    unseen = sum(clean_name(node_id)[1] for node_id in ids)
    wire = _with_ids(wire, ids) if ids else wire
    nodes = tuple(_node(neuron) for neuron in wire.neurons)
    edges = list(wire.edges)
    notes: list[str] = []
    if without_broken_edges:
        edges = sound_edges(nodes, edges)
        left_out = len(wire.edges) - len(edges)
        were = "was" if left_out == 1 else "were"
        notes.append(f"{counted(left_out, 'broken edge')} {were} left out.")
    network = _network(nodes, edges)
    names, cleaned = _names(wire)
    positions = _positions(wire)
    moves = _moves(wire, network, positions)
    if moves:
        notes.append(_moved_note(len(moves)))
    numbers = [edge.weight for edge in edges]
    starts = [edge.weight if edge.start is None else edge.start for edge in edges]
    for kind in ("bias", "value"):
        for neuron in wire.neurons:
            number: float | None = getattr(neuron, kind)
            if number is not None and (kind == "bias" or neuron.kind == "parameter"):
                numbers.append(number)
                starts.append(number if neuron.start is None else neuron.start)
    parameters = frozen(np.array(numbers, dtype=np.float64))
    notes += _huge_notes(parameters)
    layout = Layout(positions, names, _checked(made_into(Letters, wire.letters)))
    start = frozen(np.array(starts, dtype=np.float64))
    return Drawing(
        network, layout, parameters, start, tuple(notes), moves, ids, cleaned + unseen
    )  # fmt: skip


def _ids_to_show(wire: WireDocument) -> dict[str, str]:
    """The ids that cannot be shown as they are, each with one that can and that no other has."""
    ids = list(dict.fromkeys(neuron.id for neuron in wire.neurons))
    shown = [(node_id, clean_name(node_id)[0]) for node_id in ids]
    fit = [old if new == old else brief(old, SHORTER) for old, new in shown]
    if fit == ids:
        return {}
    return {old: new for old, new in zip(ids, distinct(fit), strict=True) if new != old}


def _with_ids(wire: WireDocument, ids: dict[str, str]) -> WireDocument:
    def ends(edge: WireEdge) -> dict[str, str]:
        return {"source": ids.get(edge.source, edge.source),
                "target": ids.get(edge.target, edge.target)}  # fmt: skip

    neurons = [replace(neuron, id=ids.get(neuron.id, neuron.id)) for neuron in wire.neurons]
    return replace(wire, neurons=neurons, edges=[replace(e, **ends(e)) for e in wire.edges])


def sound_edges(nodes: tuple[Node, ...], edges: list[WireEdge]) -> list[WireEdge]:
    """The edges without those that point nowhere, come twice, end in an input or close a loop."""
    network = Network(nodes)
    kept = []
    for edge in edges:
        ends = edge.source in network.index and edge.target in network.index
        if ends and network.why_not_connect(edge.source, edge.target) is None:
            network = network.connect(edge.source, edge.target)
            kept.append(edge)
    return kept


def _network(nodes: tuple[Node, ...], edges: list[WireEdge]) -> Network:
    known = {node.id for node in nodes}
    ends = {edge.source for edge in edges} | {edge.target for edge in edges}
    if not ends <= known:
        raise _missing_end(nodes, edges)
    drawn = tuple([Edge(edge.source, edge.target, edge.locked) for edge in edges])
    try:
        return Network(nodes, drawn)
    except Refused as refused:
        offer = None if len(known) < len(nodes) else _offer(nodes, edges)
        raise DocumentError(refused.sentence, "edges", offer) from None


def _missing_end(nodes: tuple[Node, ...], edges: list[WireEdge]) -> DocumentError:
    known = {node.id for node in nodes}
    number, edge = next(
        (i, e) for i, e in enumerate(edges, 1) if e.source not in known or e.target not in known
    )
    ends, gone = ("starts at", edge.source)
    if edge.source in known:
        ends, gone = ("points to", edge.target)
    sentence = f"Edge {count(number)} {ends} the neuron “{brief(gone)}”, which does not exist."
    offer = _offer(nodes, edges) if len(known) == len(nodes) else None
    return DocumentError(sentence, f"edges[{number - 1}]", offer)


def _offer(nodes: tuple[Node, ...], edges: list[WireEdge]) -> Offer | None:
    """The way out: all but the broken edges, if that makes a network."""
    if len(edges) > limits.REPAIRED_EDGES:
        return Offer("open_without_broken_edges", "Open without the broken edges")
    try:
        broken = len(edges) - len(sound_edges(nodes, edges))
    except Refused:
        return None
    return Offer("open_without_broken_edges", f"Open without the {counted(broken, 'broken edge')}")


def _node(wire: WireNeuron) -> Node:
    kind: Kind = wire.kind
    if kind == "parameter" and wire.value is None:
        raise DocumentError(f"The parameter “{brief(wire.id)}” has no “value”.")
    if wire.value is not None and kind != "parameter":
        raise DocumentError(f"“{brief(wire.id)}” is no parameter and cannot have a “value”.")
    combine = cast(Combine, wire.combine)  # another word is refused by the network
    return Node(
        wire.id, kind, combine, wire.activation, wire.leak, wire.bias is not None,
        wire.subtracts, wire.locked, wire.output,
    )  # fmt: skip


def _names(wire: WireDocument) -> tuple[dict[str, str], int]:
    names, cleaned = {}, 0
    for neuron in wire.neurons:
        name, changed = clean_name(neuron.name)
        cleaned += changed
        if name and name != neuron.id:
            names[neuron.id] = name
    return names, cleaned


def _positions(wire: WireDocument) -> dict[str, Position]:
    """Where the nodes stand, never so far away that nothing could bring them back."""
    limit = limits.COORDINATE
    return {
        neuron.id: (max(-limit, min(limit, neuron.x)), max(-limit, min(limit, neuron.y)))
        for neuron in wire.neurons
    }


def _moves(
    wire: WireDocument, network: Network, positions: dict[str, Position]
) -> dict[str, Position]:
    """Where to put nodes that are out of reach, or all of them where they share one point."""
    if len(positions) > 1 and len(set(positions.values())) == 1:
        return arranged(network.levels, any(node.bias for node in network.nodes))
    away = [n.id for n in wire.neurons if positions[n.id] != (n.x, n.y)]
    near = [at for node_id, at in positions.items() if node_id not in set(away)]
    left = min((x for x, _ in near), default=0.0)
    below = max((y for _, y in near), default=0.0)
    return {node_id: (left, below + PITCH_ROOMY * number) for number, node_id in enumerate(away, 1)}


def _moved_note(moved: int) -> str:
    if moved == 1:
        return "1 neuron was outside the canvas and has been moved."
    return f"{count(moved)} neurons were outside the canvas and have been moved."


def _huge_notes(parameters: Floats) -> list[str]:
    huge = int((np.abs(parameters) > limits.WEIGHT).sum())
    if not huge:
        return []
    what = "1 weight or bias is" if huge == 1 else f"{count(huge)} weights or biases are"
    return [f"{what} larger than {short(limits.WEIGHT)}; sums may become too large for a number."]


def _checked(letters: Letters) -> Letters:
    """Letters stand in formulas, so each must be one, or a word as short as “net”."""
    for letter in (letters.sum, letters.value, letters.error, letters.loss):
        if not (len(letter) <= LETTER and letter.isalpha()):
            raise DocumentError(f"“{brief(letter)}” cannot be a letter of the formulas.", "letters")
    return letters
