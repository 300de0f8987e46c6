"""What is selected, with everything that can be set on it, and what lies below."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from operator import attrgetter
from typing import Any

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from engine.errors import Refused
from engine.experiment.experiment import Experiment
from engine.files.limits import NAME
from engine.functions.activations import ACTIVATIONS
from engine.functions.losses import loss
from engine.network import Edge, Kind, Node, Place, What
from engine.numerals import counted, short
from engine.views.samples import chosen_row
from playground.model.document import Document
from playground.model.stage import Look, Stage
from playground.model.trainer import RunFollower
from playground.panels.network_table import COMBINES, TITLES, with_combine
from playground.theme import icons
from playground.theme.fonts import BODY, HINT, font_of, strong
from playground.theme.painting import draw_elided, painted
from playground.widgets.buttons import ElidedLabel
from playground.widgets.form import (
    PADDING,
    VARIOUS,
    ChoiceRow,
    Form,
    FormRow,
    NumberRow,
    OptionalNumberRow,
    SwitchRow,
    TextRow,
    words,
)
from playground.widgets.layout import lay_out
from playground.widgets.plain_text import set_name

HIGH = 26
ICON = 14
IN_SIGHT = 22  # so much of a row must be seen for it to count


class Below(QWidget):
    """“Below: Output, Subtracts”; a click scrolls there. Tab goes to the rows themselves."""

    def __init__(self, form: Form) -> None:
        super().__init__(form)
        self._form, self.hidden = form, list[FormRow]()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.hide()
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self.refresh)
        bar = form.verticalScrollBar()
        bar.valueChanged.connect(self._soon.start)
        bar.rangeChanged.connect(self._soon.start)
        form.installEventFilter(self)
        form.content.installEventFilter(self)

    @property
    def text(self) -> str:
        return "Below: " + ", ".join(row.label for row in self.hidden)

    def refresh(self) -> None:
        """Say which rows lie below what is seen, with the room this line takes."""
        form = self._form
        end = form.verticalScrollBar().value() + form.viewport().height()
        low = end + (HIGH if self.isVisible() else 0)
        rows = [row for row in form.rows if not row.isHidden()]
        last = max((row.geometry().bottom() for row in rows), default=0)
        edge = low if last <= low else low - HIGH
        self.hidden = [row for row in rows if row.geometry().top() + IN_SIGHT > edge]
        wanted = bool(self.hidden)
        form.setViewportMargins(0, 0, 0, HIGH if wanted else 0)
        self.setVisible(wanted)
        self.setGeometry(QRect(0, form.height() - HIGH, form.width(), HIGH))
        tip = f"{self.text}. A click scrolls there." if wanted else ""
        set_name(self, self.text if wanted else "", tip)
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest, QEvent.Type.Show):
            self._soon.start()
        return super().eventFilter(watched, event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        bar = self._form.verticalScrollBar()
        bar.setValue(bar.maximum())

    def paintEvent(self, event: QPaintEvent) -> None:
        with painted(self) as (painter, tokens):
            painter.fillRect(self.rect(), tokens.surface)
            painter.fillRect(0, 0, self.width(), 1, tokens.line)
            painter.setFont(font_of(HINT))
            painter.setPen(tokens.text2)
            words = self.rect().adjusted(PADDING, 1, -PADDING - ICON - 6, 0)
            draw_elided(painter, words, self.text)
            corner = QRect(self.width() - PADDING - ICON, (HIGH - ICON) // 2, ICON, ICON).topLeft()
            icons.paint(painter, "chevron-down", tokens.text2, corner.toPointF(), ICON)


@dataclass(frozen=True, slots=True)
class Selected:
    """The nodes and edges that are selected, in the network's order, and the row looked at."""

    experiment: Experiment
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    row: int

    def all_of(self, kind: Kind) -> tuple[Node, ...]:
        """All nodes if all of them are of this kind, else nothing."""
        return self.nodes if all(node.kind == kind for node in self.nodes) else ()

    @property
    def neurons(self) -> tuple[Node, ...]:
        return self.all_of("neuron")

    @property
    def sums(self) -> tuple[Node, ...]:
        """All nodes if all of them are sums, which alone have a bias."""
        return self.neurons if all(n.combine == "sum" for n in self.neurons) else ()

    @property
    def leaky(self) -> tuple[Node, ...]:
        """All nodes if all of them have a leak."""
        leaks = all(ACTIVATIONS[node.activation].has_leak for node in self.neurons)
        return self.neurons if leaks else ()

    @property
    def learners(self) -> tuple[Node, ...]:
        """The nodes with a number that can be locked: a bias or a parameter."""
        return tuple(n for n in self.nodes if n.bias or n.kind == "parameter")

    def places(self, what: What) -> list[Place]:
        """The weights, biases or values there are of what is selected."""
        index = self.experiment.network.place_index
        if what == "weight":
            return [Place(what, edge.target, edge.source) for edge in self.edges]
        return [place for node in self.nodes if (place := Place(what, node.id)) in index]

    def numbers(self, what: What) -> list[float]:
        index, numbers = self.experiment.network.place_index, self.experiment.parameters
        return [float(numbers[index[place]]) for place in self.places(what)]

    def input_columns(self) -> list[int]:
        columns = self.experiment.data.inputs
        return [columns.index(node.id) for node in self.all_of("input")]

    def target_column(self) -> int | None:
        """The column of the target of the one selected output, if it is compared with one."""
        data = self.experiment.data
        compared = loss(self.experiment.settings.loss).has_targets
        if self.edges or len(self.nodes) != 1 or not self.nodes[0].output or not compared:
            return None
        return len(data.inputs) + data.targets.index(self.nodes[0].id)

    @property
    def digits(self) -> int:
        return self.experiment.settings.digits

    def title(self) -> str:
        """Nothing for one node, which its name tells; else which edge, or how many of what."""
        name = self.experiment.layout.name
        if len(self.edges) == 1 and not self.nodes:
            return f"{name(self.edges[0].source)} → {name(self.edges[0].target)}"
        if len(self.nodes) + len(self.edges) < 2:
            return ""
        kinds = [node.kind for node in self.nodes]
        counts = [(kinds.count("input"), "input"), (kinds.count("parameter"), "parameter"),
                  (kinds.count("neuron"), "neuron"), (len(self.edges), "weight")]  # fmt: skip
        return ", ".join(counted(number, word) for number, word in counts if number)


def selected(experiment: Experiment, look: Look) -> Selected:
    """Read the selection of a look; what is no longer there is left out."""
    network, nodes, edges = experiment.network, set(look.nodes), set(look.edges)
    return Selected(
        experiment,
        tuple(node for node in network.nodes if node.id in nodes),
        tuple(edge for edge in network.edges if edge[:2] in edges) if edges else (),
        chosen_row(experiment, look.row),
    )


NAME_HELP = "What it is called on the canvas and in the formulas."
NAMES_HELP = "One name for all, with a number each: hidden 1, hidden 2."
COMBINE_HELP = {
    "sum": "Adds what arrives: each value times its weight.",
    "product": "Multiplies what arrives: each value times its weight.",
    "max": "Takes the largest of what arrives, each value times its weight.",
    "min": "Takes the smallest of what arrives, each value times its weight.",
}


Show = Callable[[Selected], None]
Applies = Callable[[Selected], object]
Group = Callable[[Selected], tuple[Node, ...]]


class Summary(QWidget):
    """What is told of the experiment when nothing is selected."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.name = words("", strong(BODY), self, quiet=False)
        self.size_line = words("", BODY, self)
        self.hint = words("Select a neuron or an edge to see its numbers and set them.", HINT, self)
        labels = (self.name, self.size_line, self.hint)
        for label in labels:
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        lay_out(QVBoxLayout(self), *labels, spacing=6, margins=(0, 24, 0, 0))

    def show_experiment(self, experiment: Experiment, name: str) -> None:
        """Its name, how large its network is, and how many samples there are.

        Of what there is nothing, nothing is said; a locked number is no parameter.
        """
        self.name.setText(name)
        network = experiment.network
        neurons = sum(node.kind == "neuron" for node in network.nodes)
        parts = ((len(network.inputs), "input"), (neurons, "neuron"),
                 (network.locks.count(False), "parameter"))  # fmt: skip
        there = ", ".join(counted(number, word) for number, word in parts if number)
        samples = counted(experiment.data.count, "sample")
        self.size_line.setText(f"{there or counted(0, 'neuron')}\n{samples}")


class Inspector(Form):
    """Follows the selection; every edit goes to the document, every refusal stays in its field."""

    def __init__(self, document: Document, stage: Stage, parent: QWidget) -> None:
        super().__init__("Inspector", parent)
        self._document, self._stage = document, stage
        self._name = ""
        self.live = RunFollower(document, self._refresh, self)
        self.selected = selected(document.value, stage.look)
        self.summary = Summary(self.content)
        self.title = ElidedLabel("", strong(BODY), "text", self.content)
        self.column.addWidget(self.summary)
        self.column.addWidget(self.title)
        self._entries: list[tuple[FormRow, Applies, Show]] = []
        self._add_node_rows()
        self._add_number_rows()
        self.below = Below(self)
        stage.looked.connect(self._on_looked)
        self._refresh()

    def show_name(self, name: str) -> None:
        if name != self._name:
            self._name = name
            self._refresh()

    # the rows

    def _add_node_rows(self) -> None:
        self.name_row = TextRow("Name", NAME_HELP, self._rename, self, NAME)
        self._add(self.name_row, lambda s: () if s.edges else s.nodes, self._show_name)
        self.combine_row = ChoiceRow("Combine", COMBINE_HELP["sum"], COMBINES, self._combine, self)
        self._add(self.combine_row, lambda s: s.neurons, self._show_combine)
        self.activation_row = ChoiceRow(
            "Activation", "", TITLES,
            lambda key: self._change(self.selected.neurons, "Set activation", activation=key), self,
        )  # fmt: skip
        self._add(self.activation_row, lambda s: s.neurons, self._show_activation)
        text = "The slope of a leaky ReLU below 0."
        row = self.leak_row = NumberRow("Leak", text, self._set_leak, self)
        self._add(
            row, lambda s: s.leaky, lambda s: row.show_numbers((n.leak for n in s.leaky), s.digits)
        )

    def _add_number_rows(self) -> None:
        self.value_row = NumberRow("Value", "", self._set_value, self)
        kinds: tuple[Kind, ...] = ("input", "parameter")
        self._add(self.value_row, lambda s: any(map(s.all_of, kinds)), self._show_value)
        self.bias_row = OptionalNumberRow(
            "Bias", "A number of its own that is added to the sum.",
            self._turn_bias, partial(self._set, "bias"), self,
        )  # fmt: skip
        self._add(self.bias_row, lambda s: s.sums, self._show_bias)
        self.lock_row = self._add_switch(
            "Locked", "Learning leaves a locked bias or parameter as it is.",
            "locked", lambda s: s.learners, ("Unlock", "Lock"),
        )  # fmt: skip
        self.output_row = self._add_switch(
            "Output", "The loss compares an output with its target.",
            "output", lambda s: s.neurons, ("No longer an output", "Make output"),
        )  # fmt: skip
        self.target_row = NumberRow("Target", "", self._set_target, self)
        self._add(self.target_row, lambda s: s.target_column() is not None, self._show_target)
        self.subtracts_row = self._add_switch(
            "Subtracts", "New edges after the first arrive with weight −1.",
            "subtracts", lambda s: s.sums, ("Set subtraction", "Set subtraction"),
        )  # fmt: skip
        text, take = "What a value is multiplied by on its way.", partial(self._set, "weight")
        weight = self.weight_row = NumberRow("Weight", text, take, self)
        self._add(
            weight, lambda s: s.edges, lambda s: weight.show_numbers(s.numbers("weight"), s.digits)
        )
        text = "Learning leaves a locked weight as it is."
        lock = self.edge_lock_row = SwitchRow("Weight locked", text, self._lock_edges, self)
        self._add(lock, lambda s: s.edges, lambda s: lock.show_states(e.locked for e in s.edges))

    def _add(self, row: FormRow, applies: Applies, show: Show) -> None:
        """A row, what it is about (without that it is hidden), and how it is filled."""
        self._entries.append((row, applies, show))

    def _add_switch(
        self, label: str, help_text: str, field: str, group: Group, texts: tuple[str, str]
    ) -> SwitchRow:
        """A switch for what all nodes of a group have; `texts` name its entries, off and on."""

        def turn(on: bool) -> None:
            self._change(group(self.selected), texts[on], **{field: on})

        row = SwitchRow(label, help_text, turn, self)
        states = attrgetter(field)
        self._add(row, group, lambda now: row.show_states(map(states, group(now))))
        return row

    # showing

    def _on_looked(self, before: Look, after: Look) -> None:
        if (before.nodes, before.edges, before.row) != (after.nodes, after.edges, after.row):
            for row in self.rows:
                row.forget()
            self.verticalScrollBar().setValue(0)  # something else is read from its beginning
            self._refresh()

    def _refresh(self) -> None:
        self.selected = now = selected(self.live.value, self._stage.look)
        nothing = not now.nodes and not now.edges
        self.summary.setVisible(nothing)
        if nothing:
            self.summary.show_experiment(now.experiment, self._name or "Untitled")
        self.title.set_text(now.title())
        self.title.setVisible(bool(now.title()))
        for row, applies, show in self._entries:
            wanted = bool(applies(now))
            if wanted:
                show(now)
            row.setVisible(wanted)

    def _show_name(self, now: Selected) -> None:
        one = len(now.nodes) == 1
        self.name_row.show_text(now.experiment.layout.name(now.nodes[0].id) if one else "")
        self.name_row.field.setPlaceholderText("" if one else VARIOUS)
        self.name_row.tell(NAME_HELP if one else NAMES_HELP)

    def _show_combine(self, now: Selected) -> None:
        found = {node.combine for node in now.neurons}
        self.combine_row.show_keys(found)
        if len(found) == 1:
            self.combine_row.tell(COMBINE_HELP[found.pop()])

    def _show_activation(self, now: Selected) -> None:
        found = {node.activation for node in now.neurons}
        self.activation_row.show_keys(found)
        letters = now.experiment.layout.letters
        sentence = "What becomes of the sum before it is passed on."
        if len(found) == 1:
            formula, leak = ACTIVATIONS[found.pop()].plain, short(now.neurons[0].leak)
            told = formula.format(z=letters.sum, a=letters.value, leak=leak)
            told = told.replace(" ", "\u00a0")  # it stays on one line
            sentence = f"It passes on {told}; {letters.sum} is its sum."
        self.activation_row.tell(sentence)

    def _show_bias(self, now: Selected) -> None:
        states, values = (node.bias for node in now.sums), now.numbers("bias")
        self.bias_row.show_option(states, values, now.digits, "none")

    def _show_value(self, now: Selected) -> None:
        if now.all_of("input"):
            data = now.experiment.data
            values = [data.cell(now.row, column) for column in now.input_columns()]
            self.value_row.tell(f"What it passes on in sample {now.row + 1:,}.")
        else:
            values = now.numbers("value")
            self.value_row.tell("A number that learning changes, and that you can set.")
        self.value_row.show_numbers(values, now.digits)

    def _show_target(self, now: Selected) -> None:
        column = now.target_column()
        assert column is not None
        self.target_row.tell(f"What the answer should be in sample {now.row + 1:,}.")
        self.target_row.show_numbers([now.experiment.data.cell(now.row, column)], now.digits)

    # editing

    def _change(self, nodes: Iterable[Node], text: str, **changes: Any) -> None:
        wanted = [replace(node, **changes) for node in nodes]
        self._document.apply_or_raise(lambda: self._document.change_nodes(wanted, text))

    def _set(self, what: What, value: float) -> None:
        values = dict.fromkeys(self.selected.places(what), value)
        if set(self.selected.numbers(what)) != {value}:
            text = "Set parameter" if what == "value" else f"Set {what}"
            self._document.apply_or_raise(lambda: self._document.set_numbers(values, text))

    def _rename(self, text: str) -> None:
        ids, name = [node.id for node in self.selected.nodes], text.strip()
        if len(ids) > 1 and name:
            self._document.apply_or_raise(lambda: self._document.name_all(ids, name))
        elif len(ids) == 1 and name != self.selected.experiment.layout.name(ids[0]):
            self._document.apply_or_raise(lambda: self._document.rename(ids[0], name))

    def _combine(self, key: str) -> None:
        self._change([with_combine(n, key) for n in self.selected.neurons], "Set combine")

    def _set_leak(self, value: float) -> None:
        if not 0 <= value <= 1:
            raise Refused("The leak is a slope from 0 to 1.")
        self._change(self.selected.neurons, "Set leak", leak=value)

    def _turn_bias(self, on: bool) -> None:
        self._change(self.selected.sums, "Add bias" if on else "Remove bias", bias=on)

    def _set_value(self, value: float) -> None:
        now = self.selected
        if now.all_of("parameter"):
            self._set("value", value)
            return
        data = now.experiment.data
        for column in now.input_columns():
            data = data.with_cell(now.row, column, value)
        self._document.apply_or_raise(
            lambda: self._document.edit_data(lambda _now: data, "Set sample")
        )

    def _set_target(self, value: float) -> None:
        row, column = self.selected.row, self.selected.target_column()
        assert column is not None
        self._document.apply_or_raise(lambda: self._document.set_cell(row, column, value))

    def _lock_edges(self, on: bool) -> None:
        pairs = [edge[:2] for edge in self.selected.edges]
        self._document.apply_or_raise(lambda: self._document.lock_edges(pairs, on))
