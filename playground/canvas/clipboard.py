"""What the menus do with the selection: copy, paste, duplicate, delete, align, connect."""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import count, pairwise
from math import dist, inf

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from engine.errors import Refused
from engine.experiment import editing
from engine.experiment.experiment import Experiment, new_experiment
from engine.files import limits
from engine.layout import Layout, NodePosition, arranged
from engine.network import Network, came_from, carried_over
from playground.canvas.layout import Measures
from playground.canvas.number_editor import NAME, Typing
from playground.canvas.overlays import Motion
from playground.canvas.scene_state import Key
from playground.canvas.viewport import ZoomableView

#: The axis along which nodes move, and where their rim is from their middle, as a share.
SIDES = {
    "left": (0, -0.5), "center": (0, 0.0), "right": (0, 0.5),
    "top": (1, -0.5), "middle": (1, 0.0), "bottom": (1, 0.5),
}  # fmt: skip
Sizes = Mapping[str, tuple[float, float]]
Places = dict[str, NodePosition]
SWEEPS = 4


def aligned(places: Mapping[str, NodePosition], sizes: Sizes, side: str) -> Places:
    """The nodes on one line: their left rims, their middles, and so on."""
    axis, share = SIDES[side]
    rims = {name: at[axis] + share * sizes[name][axis] for name, at in places.items()}
    low, high = min(rims.values()), max(rims.values())
    line = (low + high) / 2 if share == 0 else low if share < 0 else high
    return {name: _with(at, axis, line - share * sizes[name][axis]) for name, at in places.items()}


def distributed(places: Mapping[str, NodePosition], sizes: Sizes, axis_name: str) -> Places:
    """Equal gaps between the nodes, the outermost staying where they are."""
    axis = 0 if axis_name == "across" else 1
    ordered = sorted(places, key=lambda name: places[name][axis])
    if len(ordered) < 3:
        return dict(places)
    first, last = places[ordered[0]][axis], places[ordered[-1]][axis]
    inner = sum(sizes[name][axis] for name in ordered[1:-1])
    ends = (sizes[ordered[0]][axis] + sizes[ordered[-1]][axis]) / 2
    gap = (last - first - ends - inner) / (len(ordered) - 1)
    found, at = {}, first - sizes[ordered[0]][axis] / 2
    for name in ordered:
        found[name] = _with(places[name], axis, at + sizes[name][axis] / 2)
        at += sizes[name][axis] + gap
    return found


def columns(places: Mapping[str, NodePosition], sizes: Sizes) -> list[tuple[str, ...]]:
    """The nodes column by column from left to right, each from top to bottom.

    A node stands in the column whose leftmost node it overlaps from left to right. That one alone
    counts: nodes that stand like stairs would else all be one column.
    """
    found: list[list[str]] = []
    end = -inf
    for name in sorted(places, key=lambda name: places[name][0] - sizes[name][0] / 2):
        left = places[name][0] - sizes[name][0] / 2
        if left >= end:
            found.append([])
            end = left + sizes[name][0]
        found[-1].append(name)
    return [tuple(sorted(column, key=lambda name: places[name][1])) for column in found]


def in_layers(network: Network, measures: Measures) -> Places:
    """Every node in its layer, the rows in an order with few crossings."""
    order = _few_crossings(network)
    levels = {name: network.levels[name] for name in order}
    has_biases = any(node.bias for node in network.nodes)
    found = arranged(levels, has_biases, measures.neuron)
    return {name: (round(x), round(y)) for name, (x, y) in found.items()}


def _few_crossings(network: Network) -> list[str]:
    """Rows sorted by the mean height of their neighbours, first forwards and then backwards."""
    layers: dict[int, list[str]] = {}
    for node in network.nodes:
        layers.setdefault(network.levels[node.id], []).append(node.id)
    rank: dict[str, float] = {}

    def height(name: str) -> float:
        beside = [edge.source for edge in network.arriving[name]]
        if not forwards:
            beside = [edge.target for edge in network.leaving[name]]
        ranks = [rank[other] for other in beside] or [rank[name]]
        return round(sum(ranks) / len(ranks), 6)

    for layer in layers.values():
        rank |= _ranks(layer)
    for sweep in range(SWEEPS):
        forwards = sweep % 2 == 0
        for level in sorted(layers, reverse=not forwards):
            layers[level].sort(key=height)
            rank |= _ranks(layers[level])
    return [name for level in sorted(layers) for name in layers[level]]


def _ranks(layer: list[str]) -> dict[str, float]:
    """How far each stands below the middle of its layer."""
    return {name: row - (len(layer) - 1) / 2 for row, name in enumerate(layer)}


def _with(at: NodePosition, axis: int, value: float) -> NodePosition:
    return (value, at[1]) if axis == 0 else (at[0], value)


def cut_out(experiment: Experiment, nodes: Iterable[str]) -> Experiment:
    """These nodes with the edges between them, their places, names and numbers."""
    wanted = set(nodes)
    network, layout = experiment.network, experiment.layout
    part = network.remove([name for name in network.index if name not in wanted])
    numbers = carried_over(experiment.parameters, came_from(network.place_index, part.places))
    positions = {name: layout.position(name) for name in part.index}
    names = {name: text for name, text in layout.names.items() if name in wanted}
    return new_experiment(part, Layout(positions, names), parameters=numbers)


def from_text(text: str) -> Experiment:
    """The experiment that a text spells out, or the refusal that says what is wrong with it."""
    from engine.files.loading import load_bytes

    return load_bytes(text.encode("utf-8", "replace")).experiment


def put_in(
    experiment: Experiment, fragment: Experiment, shift: float
) -> tuple[Experiment, tuple[str, ...]]:
    """The experiment with the fragment beside it, under free ids; these are returned too."""
    ids, used, last = dict[str, str](), set(experiment.network.index), Counter[str]()
    for old in fragment.network.index:  # the same id if it is free, else its stem with a number
        ids[old], stem = old, old.rstrip("0123456789")
        while ids[old] in used:
            last[stem] += 1
            ids[old] = f"{stem}{last[stem]}"
        used.add(ids[old])
    network = experiment.network.beside(fragment.network, ids)
    positions = {old: fragment.layout.position(old) for old in ids}
    layout = experiment.layout.move(
        {ids[old]: (x + shift, y + shift) for old, (x, y) in positions.items()}
    )
    taken = {*layout.names.values(), *experiment.network.index}
    for old, name in fragment.layout.names.items():
        free, stem = name, name.rstrip("0123456789").rstrip()
        for number in count(2):
            if free not in taken:
                break
            free = f"{stem} {number}"
        layout = layout.rename(ids[old], free)
        taken.add(layout.name(ids[old]))
    after = editing.with_network(experiment, network, layout, fragment.parameters)
    return after, tuple(ids.values())


SHIFT = 36.0
NOTHING = 1e-6  # what rounding moves a node that already stands where it should
BY_MARKS = "Select nodes and press 1 for sources, then others and press 2 for targets."
NOTHING_MARKED = (
    "Nothing is there to be connected. Select nodes of several columns, which are joined from left "
    f"to right. Or {BY_MARKS[0].lower()}{BY_MARKS[1:]}"
)
ONE_COLUMN = f"These nodes stand one above the other, in a single column. {BY_MARKS}"


class Commands(QObject):
    """Each is one entry to undo."""

    table_pasted = Signal(object)

    def __init__(self, view: ZoomableView, typing: Typing, motion: Motion) -> None:
        super().__init__(view)
        self._view, self._typing, self._motion = view, typing, motion
        self._pasted = 0
        self._copied: tuple[str, Experiment] | None = None

    def copy(self) -> bool:
        """The selected nodes to the clipboard, as the text of a small document."""
        from engine.files.document import document_text

        nodes = self._view.stage.look.nodes
        if not nodes:
            return False
        fragment = cut_out(self._view.document.value, nodes)
        self._copied = document_text(fragment), fragment
        QGuiApplication.clipboard().setText(self._copied[0])
        self._pasted = 0
        return True

    def cut(self) -> None:
        if self.copy():
            self.delete()

    def paste(self) -> None:
        """What the clipboard holds, checked like a file; a table is handed on."""
        from engine.files.table_reading import is_table

        text = QGuiApplication.clipboard().text()
        try:
            fragment = self._read(text)
        except Refused as refused:
            if is_table(text):
                self.table_pasted.emit(text)
            else:
                self._view.refuse(refused.sentence)
            return
        self._pasted += 1
        self._put_in(fragment, "Paste", SHIFT * self._pasted)

    def duplicate(self) -> None:
        nodes = self._view.stage.look.nodes
        if nodes:
            self._put_in(cut_out(self._view.document.value, nodes), "Duplicate", SHIFT)

    def delete(self) -> None:
        look = self._view.stage.look
        if look.nodes or look.edges:
            self._view.document.remove(look.nodes, look.edges)

    def select_all(self) -> None:
        network = self._view.document.value.network
        self._view.stage.select(tuple(network.index), tuple(edge[:2] for edge in network.edges))

    def edit(self, named: bool = False) -> bool:
        """Type at what is selected: the weight of an edge, the number of a node or its name.

        `named` prefers the name of a neuron; an input or a parameter is its number first of all.
        """
        look, network = self._view.stage.look, self._view.document.value.network
        if named and look.nodes and network.node(look.nodes[-1]).kind == "neuron":
            return self._typing.edit(Key(NAME, look.nodes[-1]))
        if look.edges:
            return self._typing.edit_edge(look.edges[-1])
        return bool(look.nodes) and self._typing.edit_node(look.nodes[-1])

    def mark_sources(self) -> None:
        """New edges will start at the selected nodes."""
        look = self._view.stage.look
        self._view.stage.mark_ends(look.nodes, look.targets)

    def mark_targets(self) -> None:
        """New edges will end at the selected nodes."""
        look = self._view.stage.look
        self._view.stage.mark_ends(look.sources, look.nodes)

    def connect_ends(self) -> None:
        """An edge from every source to every target; of a selection, from column to column."""
        stage, network = self._view.stage, self._view.document.value.network
        sources, targets = stage.look.sources, stage.look.targets
        steps = [(sources, targets)]
        if not sources and not targets:
            standing = columns(*self._chosen())
            if len(standing) == 1 and len(standing[0]) > 1:
                self._view.refuse(ONE_COLUMN)
                return
            steps = list(pairwise(standing))
        wanted = [(a, b) for left, right in steps for a in left for b in right]
        pairs = [pair for pair in wanted if pair not in network.pairs]
        if not wanted:
            self._view.refuse(NOTHING_MARKED)
        elif not pairs:
            self._view.refuse("These are all connected already.")
        elif self._view.document.connect_nodes(pairs):
            stage.mark_ends((), ())

    def align(self, side: str) -> None:
        """The selected nodes on one line: left, center, right, top, middle or bottom."""
        places, sizes = self._chosen()
        if len(places) > 1:
            self._move(places, aligned(places, sizes, side), "Align")

    def distribute(self, axis: str) -> None:
        """Equal gaps between the selected nodes: across or down."""
        places, sizes = self._chosen()
        self._move(places, distributed(places, sizes, axis), "Distribute")

    def arrange(self) -> None:
        experiment = self._view.document.value
        before = {name: experiment.layout.position(name) for name in experiment.network.index}
        places = in_layers(experiment.network, self._view.canvas.sight.geometry.frame.measures)
        if places != before:
            self._view.document.move_nodes(places, text="Arrange in layers")
            self._motion.glide(before)

    def _move(self, before: Places, after: Places, text: str) -> None:
        if any(dist(before[name], place) > NOTHING for name, place in after.items()):
            self._view.document.move_nodes(after, text=text)

    def _chosen(self) -> tuple[Places, Sizes]:
        value, frame = self._view.document.value, self._view.canvas.sight.geometry.frame
        nodes = self._view.stage.look.nodes
        places = {name: value.layout.position(name) for name in nodes}
        figures = {name: frame.figures[value.network.index[name]] for name in nodes}
        return places, {name: (f.width, f.height) for name, f in figures.items()}

    def _read(self, text: str) -> Experiment:
        if self._copied is not None and text == self._copied[0]:
            return self._copied[1]  # a large one takes long to read
        if not text.strip():
            raise Refused("The clipboard holds no text.")
        if len(text) > limits.FILE_BYTES:
            raise Refused("The clipboard holds too much text.")
        if not text.lstrip().startswith("{"):
            raise Refused("The clipboard holds no part of a network and no table.")
        return from_text(text)

    def _put_in(self, fragment: Experiment, text: str, shift: float) -> None:
        made: list[str] = []

        def move(experiment: Experiment) -> Experiment:
            count = len(experiment.network.nodes) + len(fragment.network.nodes)
            if count > limits.NEURONS:
                raise Refused(f"A network here has at most {limits.NEURONS:,} nodes.")
            after, ids = put_in(experiment, fragment, shift)
            made.extend(ids)
            return after

        if fragment.network.nodes and self._view.document.do(text, move):
            self._view.stage.select(tuple(made))
