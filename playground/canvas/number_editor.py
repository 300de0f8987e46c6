"""Typing a number or a name where it stands."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from engine.errors import Refused
from engine.files import limits
from engine.network import Network
from engine.numerals import ALL_DIGITS, read, short
from playground.canvas.number_positions import first_spot
from playground.canvas.scene_state import Key
from playground.canvas.viewport import ZoomableView, checked, handle_of
from playground.model.stage import EdgeKey
from playground.widgets.fields import PlaceField

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

    def commit(self) -> bool:
        taken = super().commit()
        if taken:
            self._done(False)
        return taken

    def focusNextPrevChild(self, forward: bool) -> bool:
        if super().commit():
            self._done(True)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
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
        sight, view = self._view.canvas.sight, self._view
        if key.kind == NAME:
            name, text = f"Name of {key.node}", view.document.value.layout.name(key.node)
        else:
            handle = handle_of(sight, key)
            if handle is None:
                return False
            name, text = handle.name, short(handle.value, ALL_DIGITS)
        self._key, self._network = key, sight.network
        self.field = field = InPlaceField(name, self._take, self._leave, view.viewport())
        field.setAlignment(Qt.AlignmentFlag.AlignCenter)
        field.show_text(text)
        self.place()
        field.show()
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        field.selectAll()
        return True

    def edit_edge(self, edge: EdgeKey) -> bool:
        frame = self._view.canvas.sight.geometry.frame
        return self.edit(Key("weight", place=frame.edge_index[edge]))

    def edit_node(self, node: str) -> bool:
        """The number of this node that was clicked last, else its first, else its name."""
        keys = self._keys_of(node)
        return self.edit(self.clicked if self.clicked in keys else keys[0])

    def close(self) -> None:
        """Commit what was typed; what is refused is given up."""
        field = self.field
        if field is None or self._closing:
            return
        self._closing = True
        if not field.commit():
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
        sight, key = self._view.canvas.sight, self._key
        assert self.field is not None and key is not None
        if sight.network is not self._network:
            if not self._closing:
                self.field.cancel()
                self.close()
            return
        if key.kind == NAME:
            body = sight.geometry.rect(sight.network.index[key.node])
            rect = QRectF(body.center().x() - 60, body.top() - 28, 120, 22)
        else:
            new = (Key("update", place=key.place),) * (key.place >= 0)
            spot = first_spot(sight, key, *new)
            if spot is None:
                self.close()
                return
            rect = spot.rect
        least = NAME_WIDTH if key.kind == NAME else NARROWEST
        wide = max(least, round(rect.width() * self._view.zoom) + 16)
        self.field.setFixedSize(wide, HEIGHT)
        middle = self._view.transform.map(rect.center())
        self.field.move((middle - QPointF(wide / 2, HEIGHT / 2)).toPoint())

    def _leave(self, onwards: bool) -> None:
        """The field is done; after Tab the next number of the node is typed."""
        key, network = self._key, self._network
        self.close()
        if not onwards or key is None or network is None:
            return
        place = network.places[key.place] if key.place >= 0 else None
        if place is not None and place.what == "weight":
            return
        keys = self._keys_of(key.node if place is None else place.target)
        after = keys[keys.index(key) + 1 :] if key in keys else []
        if after:
            self.edit(after[0])

    def _keys_of(self, node: str) -> list[Key]:
        """What can be typed at a node, its name last."""
        sight = self._view.canvas.sight
        drawn = sight.network.node(node)
        keys = [Key("value", node)] if drawn.kind != "neuron" else []
        if drawn.bias:
            keys.append(Key("bias", place=sight.place_of("bias", node)))
        if any(r.kind == "target" and r.node == node for c in sight.geometry.cards for r in c.rows):
            keys.append(Key("target", node))
        return [*keys, Key(NAME, node)]

    def _take(self, text: str) -> None:
        assert self._key is not None
        if self._key.kind == NAME:
            name = " ".join(text.split())
            if len(name) > limits.NAME:
                raise Refused(f"A name has at most {limits.NAME} characters.")
            self._view.document.rename(self._key.node, name)
        elif (handle := handle_of(self._view.canvas.sight, self._key)) is not None:
            value = checked(read(text))
            self.refused = ""
            if not handle.set(self._view.document, value, False) and self.refused:
                raise Refused(self.refused)
