"""The document: the one mutable reference, its undo history, and how much of that is kept."""

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from itertools import accumulate
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from engine.data import Data
from engine.errors import Infinite, Refused, clean_name
from engine.experiment import editing, stepping
from engine.experiment.experiment import Experiment
from engine.files import limits
from engine.layout import NodePosition
from engine.network import Node, Place
from engine.numerals import count, counted
from engine.settings import Settings


def check_room(before: Experiment, after: Experiment) -> None:
    """Refuse an edit that makes the document larger than a file may be."""
    cells, had = (sum(block.size for block in e.data.blocks) for e in (after, before))
    sizes = [
        (len(after.network.nodes), len(before.network.nodes), limits.NEURONS, "neurons"),
        (len(after.network.edges), len(before.network.edges), limits.EDGES, "edges"),
        (len(after.variants), len(before.variants), limits.VARIANTS, "kept settings"),
        (cells, had, limits.CELLS, "numbers in the samples"),
    ]
    for now, then, limit, what in sizes:
        if now > limit and now > then:
            raise Refused(
                f"That would be {count(now)} {what}; a document holds at most {count(limit)}."
            )


ARRAY_COST = 100
VALUE_COST = 2000
FILLED = 0.9  # of the limit, after the oldest entries were emptied


def unseen(value: Experiment, seen: set[int]) -> int:
    """What the value takes beside what was seen; every array counts once, however many share it."""
    if id(value) in seen:
        return 0
    seen.add(id(value))
    arrays = [value.parameters, *value.position.state, value.start]
    arrays += (*value.data.blocks, *value.curve.blocks)
    for segment in value.history:
        arrays += segment.blocks
    if value.trace is not None:
        numbers = value.trace.numbers
        arrays += (numbers.z, numbers.a, numbers.back, numbers.error, numbers.gradient)
    size = VALUE_COST
    for array in arrays:
        if id(array) not in seen:
            seen.add(id(array))
            size += array.nbytes + ARRAY_COST
    return size


Move = Callable[[Experiment], Experiment]
POSITION = "position"
LESSON = "lesson"
FORGOTTEN = "Older changes are forgotten"


class Run(Protocol):
    """Training that goes on beside the window; it ends before the value changes otherwise."""

    @property
    def settings(self) -> Settings: ...

    def stop(self) -> None: ...

    def take(self, settings: Settings) -> bool:
        """Go on with these settings; False where it has to end for them."""


class DocumentChange(QUndoCommand):
    """One entry: the value before and the value after; undo and redo only show one of them."""

    def __init__(
        self, document: "Document", before: Experiment, after: Experiment, text: str, fold: str
    ) -> None:
        super().__init__(text)
        self.document, self.before, self.after, self.fold = document, before, after, fold
        self.count = 1
        self.forgotten = False

    def redo(self) -> None:
        if not self.forgotten:
            self.document.show_value(self.after)

    def undo(self) -> None:
        if not self.forgotten:
            self.document.show_value(self.before)

    def go_on(self, after: Experiment) -> bool:
        """One more change of the same kind; whether steps have come to where they began."""
        self.after = after
        self.count += 1
        if self.fold != POSITION:
            return False
        self.setText(counted(self.count, "step"))
        ends = {(value.updates, value.cursor, value.newest) for value in (self.before, after)}
        return len(ends) == 1


class Document(QObject):
    """Holds the experiment; edits go through here and are told by `changed`."""

    changed = Signal(object, object)
    refused = Signal(str)
    diverged = Signal(str)
    interrupted = Signal(object, object)  # a run, by an edit: the values before and after it

    def __init__(self, experiment: Experiment, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._value = experiment
        self.stack = QUndoStack(self)  # the undo actions and the history list follow it
        self.forgotten = 0  # so many of the oldest entries can no longer be undone
        self._most = math.inf  # what all entries hold is not more than this
        self._folding = 0
        self._insisting = False
        self.run: Run | None = None

    @property
    def value(self) -> Experiment:
        """The experiment now; while a run goes on, as it was when it began."""
        return self._value

    @property
    def settings(self) -> Settings:
        """The settings in force, also while a run goes on."""
        return self._value.settings if self.run is None else self.run.settings

    def stop_run(self) -> None:
        """End a run that still goes on; whatever changes, saves or exports the value does this."""
        if self.run is not None:
            self.run.stop()

    def show_value(self, value: Experiment) -> None:
        """Only entries of the undo stack call this."""
        before, self._value = self._value, value
        if before is not value:
            self.changed.emit(before, value)

    def replace(self, experiment: Experiment) -> None:
        """Another document: nothing of the old one can be undone any more."""
        self.stop_run()
        self.stack.clear()
        self.forgotten, self._most = 0, math.inf
        self.show_value(experiment)

    def do(self, text: str, move: Move, fold: str = "") -> bool:
        """Make a move and an undo entry for it; False where it was refused or changed nothing.

        Entries with the same `fold` that follow each other become one.
        """
        ends_run = self.run is not None and not fold.startswith((POSITION, LESSON))
        self.stop_run()
        before = self._value
        try:
            after = move(before)
            check_room(before, after)
        except Refused as refused:
            self._tell(refused)
            if isinstance(refused, Infinite):
                self.diverged.emit(refused.sentence)
            return False
        if after is before:
            return False
        last = self._last(fold)
        if last is None:
            self.stack.push(DocumentChange(self, before, after, text, fold))
        elif last.go_on(after):
            self.show_value(last.before)  # the very value, as if nothing had been
            last.setObsolete(True)
            self.stack.undo()  # of an obsolete entry: only takes it off
        else:
            self.show_value(after)
            self.stack.indexChanged.emit(self.stack.index())
        self._bound_memory()
        if ends_run:
            self.interrupted.emit(before, after)
        return True

    def _last(self, fold: str) -> DocumentChange | None:
        """The entry that a change of this kind goes into, if there is one.

        Qt would fold entries as well (`mergeWith`), but from Python each folded one stays in memory
        for ever: PySide takes hold of it when Qt has deleted it already.
        """
        stack = self.stack
        if not fold or stack.isClean() or stack.canRedo() or not stack.count():
            return None
        last = stack.command(stack.count() - 1)
        return last if isinstance(last, DocumentChange) and last.fold == fold else None

    def _bound_memory(self) -> None:
        """Empty the oldest entries until the rest fits; at least a hundred always stay.

        Each push adds no more than what its new value does not share with the one before it. All
        entries are counted only when these sums no longer say that the whole fits.
        """
        stack = self.stack
        self.forgotten = min(self.forgotten, stack.count())
        if stack.count() - self.forgotten <= limits.UNDO_ENTRIES:
            self._most = math.inf
            return
        last: Any = stack.command(stack.count() - 1)
        seen = set[int]()
        unseen(last.before, seen)
        self._most += unseen(last.after, seen)
        if self._most <= limits.UNDO_BYTES:
            return
        entries: list[Any] = [stack.command(i) for i in range(self.forgotten, stack.count())]
        seen = set[int]()
        # What the newest entry holds, the newest two, and so on.
        sizes = list(accumulate(unseen(e.after, seen) + unseen(e.before, seen)
                                for e in reversed(entries)))  # fmt: skip
        keep = len(entries)
        if sizes[-1] > limits.UNDO_BYTES:  # with some room for the next, so as not to count each
            keep = max(limits.UNDO_ENTRIES, bisect_right(sizes, FILLED * limits.UNDO_BYTES))
        self._most = sizes[keep - 1]
        for entry in entries[: len(entries) - keep]:
            entry.forgotten = True
            entry.before = entry.after = None
            entry.setText("Forgotten")
            self.forgotten += 1

    def undo(self) -> None:
        """Take the last change back; a run is ended first, and is then that change."""
        self.stop_run()
        self.stack.undo()

    def redo(self) -> None:
        self.stop_run()
        self.stack.redo()

    def go_to_change(self, count: int) -> None:
        self.stop_run()
        self.stack.setIndex(count)

    def apply_or_raise(self, edit: Callable[[], bool]) -> bool:
        """Make an edit for a field that says itself why it is refused: raised, not told."""
        self._insisting = True
        try:
            return edit()
        finally:
            self._insisting = False

    def _tell(self, refused: Refused) -> None:
        if self._insisting:
            raise refused
        self.report(refused.sentence)

    def report(self, sentence: str) -> None:
        """Say why something that is no edit cannot be done now."""
        self.refused.emit(sentence)

    def end_fold(self) -> None:
        """What comes next is an entry of its own, though it may be of the same kind."""
        self._folding += 1

    def _fold(self, key: str, wanted: bool = True) -> str:
        return f"{key}/{self._folding}" if wanted else ""

    def set_up(self, text: str, move: Move) -> bool:
        """What a page of a lesson puts in place: an entry of its own, but no work of anyone's."""
        self.end_fold()
        return self.do(text, move, self._fold(LESSON))

    # what is drawn

    def add_node(self, node: Node, at: NodePosition, name: str = "") -> bool:
        return self.do(f"Add {name or node.id}", lambda e: editing.add_node(e, node, at, name))

    def connect_nodes(self, pairs: Iterable[tuple[str, str]]) -> bool:
        """One more edge for each pair; all of them or none."""
        wanted = list(pairs)
        return self.do("Connect", lambda e: editing.connect_all(e, wanted))

    def remove(self, nodes: Iterable[str], edges: Iterable[tuple[str, str]] = ()) -> bool:
        gone, cut = set(nodes), list(edges)

        def move(experiment: Experiment) -> Experiment:
            left = [edge for edge in cut if gone.isdisjoint(edge)]
            network = experiment.network.without_edges(left).remove(gone)
            return editing.with_network(experiment, network)

        return self.do("Delete", move)

    def change_nodes(self, nodes: Iterable[Node], text: str = "Change neuron") -> bool:
        wanted = list(nodes)
        return self.do(text, lambda e: editing.change_nodes(e, wanted))

    def lock_edges(self, edges: Iterable[tuple[str, str]], locked: bool) -> bool:
        wanted = list(edges)
        text = "Lock weight" if locked else "Unlock weight"
        return self.do(
            text, lambda e: editing.with_network(e, e.network.lock_edges(wanted, locked))
        )

    def move_nodes(
        self, moves: Mapping[str, NodePosition], dragging: bool = False, text: str = "Move"
    ) -> bool:
        """These nodes somewhere else; a drag is one entry."""
        fold = self._fold("move", dragging)
        return self.do(text, lambda e: editing.with_layout(e, e.layout.move(moves)), fold)

    def rename(self, node_id: str, name: str) -> bool:
        called = clean_name(name)[0]
        return self.do("Rename", lambda e: editing.with_layout(e, e.layout.rename(node_id, called)))

    def name_all(self, node_ids: Iterable[str], stem: str) -> bool:
        """These nodes by one name with a number each: hidden 1, hidden 2; h1, h2."""
        wanted, between = list(node_ids), " " if len(stem) > 2 else ""

        def move(experiment: Experiment) -> Experiment:
            layout = experiment.layout
            for number, node_id in enumerate(wanted, 1):
                name = f"{stem}{between}{number}" if stem else ""
                layout = layout.rename(node_id, clean_name(name)[0])
            return editing.with_layout(experiment, layout)

        return self.do("Rename", move)

    # numbers, data, settings

    def set_number(self, place: Place, value: float, turning: bool = False) -> bool:
        """A weight, a bias or a parameter by hand; turning it like a knob is one entry."""
        fold = self._fold(f"number {place}", turning)
        text = {"weight": "Set weight", "bias": "Set bias", "value": "Set parameter"}[place.what]
        return self.do(text, lambda e: editing.set_numbers(e, {place: value}), fold)

    def set_numbers(self, values: Mapping[Place, float], text: str, turning: bool = False) -> bool:
        fold = self._fold("numbers", turning)
        return self.do(text, lambda e: editing.set_numbers(e, values), fold)

    def set_cell(self, row: int, column: int, value: float, turning: bool = False) -> bool:
        fold = self._fold(f"cell {row} {column}", turning)
        return self.do("Set sample", lambda e: editing.set_cell(e, row, column, value), fold)

    def edit_data(self, edit: Callable[[Data], Data], text: str) -> bool:
        return self.do(text, lambda e: editing.with_data(e, edit(e.data)))

    def set_settings(self, settings: Settings, text: str = "Change settings") -> bool:
        """Other settings; some of them while a run goes on."""
        try:
            if self.run is not None and self.run.take(settings):
                return True
        except Refused as refused:  # such as cannot be leave the run as it was
            self._tell(refused)
            return True
        return self.do(text, lambda e: editing.with_settings(e, settings))

    # time

    def step(self, move: Move) -> bool:
        """A move of `engine.experiment.stepping`; neighbours fold into one entry."""
        return self.do("1 step", move, POSITION)

    def go_to(self, update: int, cursor: int | None) -> bool:
        return self.step(lambda e: stepping.go_to(e, update, cursor))

    def start_again(self) -> bool:
        return self.do("Start again", editing.start_again)

    def draw_again(self, seed: int | None = None) -> bool:
        return self.do("Draw weights", lambda e: editing.draw_again(e, seed))


def is_another(before: Experiment, after: Experiment) -> bool:
    """Whether no node is left of what it was: another document, or all of it drawn at once."""
    known = set(map(id, before.network.nodes))
    return not any(id(node) in known for node in after.network.nodes)
