"""Typing a number or a name where it stands."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from engine.errors import Refused
from engine.files import limits
from engine.network import Network
from engine.numerals import ALL_DIGITS, read, short
from playground.canvas.hit_test import checked, handle_of
from playground.canvas.node_painter import spot_rect
from playground.canvas.number_positions import first_spot
from playground.canvas.scene_state import Key, at_place, of_node
from playground.canvas.viewport import ZoomableView
from playground.model.stage import EdgeKey
from playground.widgets.fields import NOT_LEFT, PlaceField

ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
HEIGHT, NARROWEST, NAME_WIDTH = 28, 72, 150
NAME = "name"


class InPlaceField(PlaceField):
    """A field that goes away once it has committed or was cancelled."""

    def __init__(
        self, name: str, take: Callable[[str], None], done: Callable[[bool], None], parent: QWidget
    ) -> None:
        super().__init__(name, take, parent)
        self._done = done
        self.cancelled.connect(lambda: done(False))

    def finish(self) -> bool:
        taken = self.commit()
        if taken:
            self._done(False)
        return taken

    def focusNextPrevChild(self, forward: bool) -> bool:
        if self.commit():
            self._done(True)
        return True

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in NOT_LEFT and not self.refusal:
            self._done(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENDS:
            if self.commit():
                self._done(False)
        elif event.key() == Qt.Key.Key_Escape:
            self.cancel()
        else:
            super().keyPressEvent(event)


class Typing:
    """Puts a field over a number or a name; Tab goes on to the next one of the same node."""

    def __init__(self, view: ZoomableView) -> None:
        self._view = view
        self._key: Key | None = None
        self._network: Network | None = None
        self._closing = False
        self.field: InPlaceField | None = None
        self.refused = ""
        self.clicked: Key | None = None

    def edit(self, key: Key) -> bool:
        """Type this number, or the name of a node; False where it cannot be typed."""
        self.close()
        if key[0] == NAME:
            self._open(
                key,
                f"Name of {key[1]}",
                self._view.document.value.layout.name(key[1]),
                self._set_name,
            )
            return True
        handle = handle_of(self._view.canvas.sight, key)
        if handle is None:
            return False
        self._open(key, handle.name, short(handle.value, ALL_DIGITS), self._set_number)
        return True

    def edit_edge(self, edge: EdgeKey) -> bool:
        frame = self._view.canvas.sight.geometry.frame
        return self.edit(at_place("weight", frame.edge_index[edge]))

    def edit_node(self, node: str) -> bool:
        """The number of this node that was clicked last, else its first, else its name."""
        keys = self._keys_of(node)
        return self.edit(self.clicked if self.clicked in keys else keys[0])

    def close(self, give_up: bool = True) -> None:
        """Commit what was typed; what is refused is given up."""
        field = self.field
        if field is None or self._closing:
            return
        self._closing = True
        taken = field.commit()
        if taken or give_up:
            if not taken:
                field.cancel()  # else hiding it would try once more, for a number that may be gone
            self._key, self.field = None, None
            had_focus = field.hasFocus()
            field.hide()
            field.deleteLater()
            if had_focus:
                self._view.setFocus()
        self._closing = False

    def place(self) -> None:
        """Stay over the number while the canvas moves; in another network it is another number."""
        assert self.field is not None and self._key is not None
        if self._view.canvas.sight.network is not self._network:
            if not self._closing:
                self.field.cancel()
                self.close()
            return
        rect = self._rect(self._key)
        if rect is None:
            self.close()
            return
        middle = self._view.transform.map(rect.center())
        least = NAME_WIDTH if self._key[0] == NAME else NARROWEST
        wide = max(least, round(rect.width() * self._view.zoom) + 16)
        self.field.setFixedSize(wide, HEIGHT)
        corner = middle - QPointF(wide / 2, HEIGHT / 2)
        self.field.move(corner.toPoint())

    def _open(self, key: Key, name: str, text: str, take: Callable[[str], None]) -> None:
        self._key, self._network = key, self._view.canvas.sight.network
        field = InPlaceField(name, take, self._leave, self._view.viewport())
        self.field = field
        field.setAlignment(Qt.AlignmentFlag.AlignCenter)
        field.show_text(text)
        self.place()
        field.show()
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        field.selectAll()

    def _leave(self, onwards: bool) -> None:
        """The field is done; after Tab the next number of the node is typed."""
        key = self._key
        self.close()
        node = self._node_of(key) if onwards and key is not None else ""
        if node and key is not None:
            keys = self._keys_of(node)
            after = keys.index(key) + 1 if key in keys else len(keys)
            if after < len(keys):
                self.edit(keys[after])

    def _node_of(self, key: Key) -> str:
        """Whose number it is; "" where it belongs to an edge."""
        if key[2] < 0:
            return key[1]
        assert self._network is not None
        place = self._network.places[key[2]]
        return "" if place.what == "weight" else place.target

    def _keys_of(self, node: str) -> list[Key]:
        """What can be typed at a node, its name last."""
        network = self._view.canvas.sight.network
        drawn = network.node(node)
        keys = [of_node("value", node)] if drawn.kind != "neuron" else []
        if drawn.bias:
            keys.append(at_place("bias", self._view.canvas.sight.place_of("bias", node)))
        cards = self._view.canvas.sight.geometry.cards
        if any(r.kind == "target" and r.node == node for card in cards for r in card.rows):
            keys.append(of_node("target", node))
        return [*keys, of_node(NAME, node)]

    def _rect(self, key: Key) -> QRectF | None:
        sight = self._view.canvas.sight
        kind, node, place = key
        if kind == NAME:
            body = sight.geometry.rect(sight.network.index[node])
            return QRectF(body.center().x() - 60, body.top() - 28, 120, 22)
        keys = (key, at_place("update", place)) if place >= 0 else (key,)
        spot = first_spot(sight, *keys)
        return spot_rect(sight, spot) if spot is not None else None

    def _set_name(self, text: str) -> None:
        assert self._key is not None
        name = " ".join(text.split())
        if len(name) > limits.NAME:
            raise Refused(f"A name has at most {limits.NAME} characters.")
        self._view.document.rename(self._key[1], name)

    def _set_number(self, text: str) -> None:
        assert self._key is not None
        handle = handle_of(self._view.canvas.sight, self._key)
        if handle is None:
            return
        value = checked(read(text))
        self.refused = ""
        if not handle.set(self._view.document, value, False) and self.refused:
            raise Refused(self.refused)
