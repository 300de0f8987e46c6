"""The keyboard on the canvas: walking, moving, tools, and what is said of the node it is at."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence

from engine.numerals import counted
from playground.canvas.commands import Commands
from playground.canvas.context import CanvasContext
from playground.canvas.hand import Hand
from playground.canvas.lighting import of_node
from playground.canvas.sight import Sight

GRID_STEP = 24.0
_ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}
_PLAIN = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.KeypadModifier,
)
_SAME = {"−": "-", "Backspace": "Del"}


class Keyboard:
    """Tab walks the nodes in the order of the pass and leaves the canvas after the last.

    The keys of `actions` are taken here, with Shift too, and only here.
    """

    def __init__(
        self, context: CanvasContext, hand: Hand, commands: Commands, actions: Sequence[QAction]
    ) -> None:
        self._context, self._hand, self._actions = context, hand, actions
        self._commands = commands
        self.current = ""

    def walk(self, forward: bool) -> bool:
        """On to the next node; False at the end."""
        names = [node.id for node in self._context.document.value.network.order]
        if self.current in names:
            at = names.index(self.current) + (1 if forward else -1)
        else:
            at = 0 if forward else len(names) - 1
        if not 0 <= at < len(names):
            self.stand_at("")
            return False
        self.stand_at(names[at])
        self._context.stage.select((names[at],))
        return True

    def stand_at(self, node: str) -> None:
        """The keyboard is at this node now, and a screen reader is told."""
        from PySide6.QtGui import QAccessible, QAccessibleEvent  # long to set up, and seldom used

        self.current = node
        view, scene = self._context.view, self._context.scene
        scene.show_attention(replace(scene.attention, focused=node))
        sight = scene.sight
        view.setAccessibleName(
            f"Canvas, {sight.experiment.layout.name(node)}" if node else "Canvas"
        )
        view.setAccessibleDescription(described(sight, node) if node else summary(sight))
        event = QAccessibleEvent(view, QAccessible.Event.NameChanged)
        QAccessible.updateAccessibility(event)
        if node:
            view.show_node(node)

    def press(self, event: QKeyEvent) -> bool:
        """Whether the key was one of ours."""
        key, plain = Qt.Key(event.key()), event.modifiers() in _PLAIN
        if key == Qt.Key.Key_Escape:
            return self._escape()
        if key in _ARROWS and plain:
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            return self._nudge(*_ARROWS[key], 1.0 if fine else GRID_STEP)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return self._enter(bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        action = self._action_of(event) if plain else None
        if action is None or not action.isEnabled():
            return False
        action.trigger()
        return True

    def _action_of(self, event: QKeyEvent) -> QAction | None:
        """By the key, or by the sign that it makes with Shift."""
        known = {key.toString(): each for each in self._actions for key in each.shortcuts()}
        for name in (QKeySequence(Qt.Key(event.key())).toString(), event.text().upper()):
            found = known.get(_SAME.get(name, name))
            if found is not None:
                return found
        return None

    def _escape(self) -> bool:
        if self._hand.cancel():
            return True
        look = self._context.stage.look
        if not (look.nodes or look.edges or look.sources or look.targets):
            return False
        self._context.stage.show(replace(look, nodes=(), edges=(), sources=(), targets=()))
        self.stand_at("")
        return True

    def _enter(self, again: bool) -> bool:
        tool = self._context.stage.look.tool
        if tool != "select":
            placing = self._hand.placing
            ghost = placing.ghost
            if placing.put_down(tool, placing.free_spot() if ghost is None else ghost):
                placing.settle(again)
                self.stand_at(self._context.stage.look.nodes[-1])
            return True
        return self._commands.edit()

    def _nudge(self, dx: float, dy: float, step: float) -> bool:
        nodes = self._context.stage.look.nodes
        if not nodes:
            self._context.view.pan(QPointF(-dx, -dy) * 40)
            return True
        layout = self._context.document.value.layout
        moves = {}
        for name in nodes:
            x, y = layout.position(name)
            moves[name] = (x + dx * step, y + dy * step)
        self._context.document.move_nodes(moves, dragging=True)
        return True


def described(sight: Sight, node: str) -> str:
    """What a screen reader says of a node: what it is, its numbers, and what it is joined to."""
    network, layout = sight.experiment.network, sight.experiment.layout
    drawn = network.node(node)
    what = "output" if drawn.output else drawn.kind
    parts: list[str] = [what]
    for kind, word in (("sum", "weighted sum"), ("value", "value"), ("error", "error term")):
        text = sight.text(of_node(kind, node))
        if text:
            parts.append(f"{word} {text}")
    sources = ", ".join(layout.name(edge.source) for edge in network.arriving[node])
    targets = ", ".join(layout.name(edge.target) for edge in network.leaving[node])
    parts += [f"from {sources}"] * bool(sources) + [f"to {targets}"] * bool(targets)
    return "; ".join(parts)


def summary(sight: Sight) -> str:
    """What a screen reader says of the whole."""
    network = sight.experiment.network
    return f"{counted(len(network.nodes), 'node')}, {counted(len(network.edges), 'edge')}"
