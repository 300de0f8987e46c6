"""What is looked at and selected, and how the parameters there are called."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal

from PySide6.QtCore import QObject, Signal

from engine.layout import Layout
from engine.network import Network, Place

Tool = Literal[
    "select", "input", "parameter", "neuron", "sum", "minus", "times", "sigmoid", "output"
]
#: What is dragged from the palette onto the canvas: the name of the tool.
DRAGGED_TOOL = "application/x-neural-playground-tool"
EdgeKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Pointed:
    """A number on the canvas that a factor of a formula comes from."""

    kind: str
    node: str = ""
    place: int = -1


@dataclass(frozen=True, slots=True)
class Look:
    """One frozen value; views compare it with the one before.

    `spans` say from where to where the axes of the surface go, if that is not left to it;
    `choosing` is the axis of the surface, 0 or 1, that the next click on a number sets.
    """

    nodes: tuple[str, ...] = ()
    edges: tuple[EdgeKey, ...] = ()
    sources: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    row: int | None = None
    pointed: Pointed | None = None
    tool: Tool = "select"
    surface: tuple[Place | None, Place | None] = (None, None)
    spans: tuple[tuple[float, float], ...] = ()
    choosing: int | None = None
    checked: bool = False
    orders: bool = False
    maps: bool = False


class Stage(QObject):
    looked = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = Look()

    @property
    def look(self) -> Look:
        return self._look

    def show(self, look: Look) -> None:
        if look == self._look:
            return
        before, self._look = self._look, look
        self.looked.emit(before, look)

    def select(self, nodes: tuple[str, ...] = (), edges: tuple[EdgeKey, ...] = ()) -> None:
        self.show(replace(self._look, nodes=nodes, edges=edges))

    def toggle(self, node: str = "", edge: EdgeKey | None = None) -> None:
        """This one more, or no longer."""
        nodes, edges = self._look.nodes, self._look.edges
        if node:
            without = tuple(n for n in nodes if n != node)
            nodes = without if node in nodes else (*nodes, node)
        if edge is not None:
            others = tuple(e for e in edges if e != edge)
            edges = others if edge in edges else (*edges, edge)
        self.select(nodes, edges)

    def choose_row(self, row: int | None) -> None:
        """The sample that is shown; None is the first of the batch."""
        self.show(replace(self._look, row=row))

    def meet_batch(self, rows: Collection[int]) -> None:
        """A sample that is not learnt now gives way to the first one that is."""
        if self._look.row is not None and self._look.row not in rows:
            self.choose_row(None)

    def point_at(self, pointed: Pointed | None) -> None:
        self.show(replace(self._look, pointed=pointed))

    def take_tool(self, tool: Tool) -> None:
        self.show(replace(self._look, tool=tool, choosing=None))

    def choose_axes(self, on: bool) -> None:
        """Whether clicks on numbers choose the axes of the surface."""
        if on != (self._look.choosing is not None):
            self.show(replace(self._look, choosing=0 if on else None, tool="select"))

    def take_axis(self, place: Place) -> None:
        """This number is the axis that is being chosen; the other one is next."""
        first, second = self._look.surface
        if self._look.choosing != 1 or first is None:
            axes = (place, None if second == place else second)
            self.show(replace(self._look, surface=axes, spans=(), choosing=1))
        elif place != first:
            self.show(replace(self._look, surface=(first, place), spans=(), choosing=0))

    def mark_ends(self, sources: tuple[str, ...], targets: tuple[str, ...]) -> None:
        self.show(replace(self._look, sources=sources, targets=targets))

    def keep_only(self, nodes: frozenset[str], edges: frozenset[EdgeKey], rows: int) -> None:
        look = self._look
        row = look.row if look.row is not None and look.row < rows else None
        self.show(
            replace(
                look,
                nodes=tuple(n for n in look.nodes if n in nodes),
                edges=tuple(e for e in look.edges if e in edges),
                sources=tuple(n for n in look.sources if n in nodes),
                targets=tuple(n for n in look.targets if n in nodes),
                row=row,
                pointed=None,
            )
        )


def place_name(layout: Layout, place: Place) -> str:
    """What a learner calls a number: by the names of the nodes it belongs to."""
    target = layout.name(place.target)
    if place.what == "weight":
        return f"{layout.name(place.source)} → {target}"
    return f"bias of {target}" if place.what == "bias" else target


def selected_place(network: Network, look: Look) -> Place | None:
    """The number of the one edge or node that is selected, if it has one."""
    if len(look.edges) + len(look.nodes) != 1:
        return None
    if look.edges:
        source, target = look.edges[0]
        found = Place("weight", target, source)
        return found if found in network.place_index else None
    both = (Place("bias", look.nodes[0]), Place("value", look.nodes[0]))
    return next((place for place in both if place in network.place_index), None)


def select_place(stage: Stage, place: Place) -> None:
    if place.what == "weight":
        stage.select(edges=((place.source, place.target),))
    else:
        stage.select(nodes=(place.target,))
