"""What is selected, with everything that can be set on it, and what lies below."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from engine.errors import Refused
from engine.experiment.experiment import Experiment
from engine.files.limits import NAME
from engine.functions.activations import ACTIVATIONS
from engine.functions.losses import loss
from engine.network import Edge, Node, Place
from engine.numerals import counted, short
from engine.views.sample_view import chosen_row
from playground.model.document import Document
from playground.model.stage import Look, Stage
from playground.model.trainer import RunFollower
from playground.panels.network_table import COMBINES
from playground.theme import icons
from playground.theme.fonts import BODY, HINT, font_of, strong
from playground.theme.painting import draw_elided
from playground.theme.palette import tokens_of
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
from playground.widgets.plain_text import set_tip

HIGH = 26
ICON = 14
IN_SIGHT = 22  # so much of a row must be seen for it to count


class Below(QWidget):
    """“Below: Output, Subtracts”; a click scrolls there. Tab goes to the rows themselves."""

    def __init__(self, form: Form) -> None:
        super().__init__(form)
        self._form = form
        self.hidden: list[FormRow] = []
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
        """What it says."""
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
        self.setAccessibleName(self.text if wanted else "")
        set_tip(self, f"{self.text}. A click scrolls there." if wanted else "")
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest, QEvent.Type.Show):
            self._soon.start()
        return super().eventFilter(watched, event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        bar = self._form.verticalScrollBar()
        bar.setValue(bar.maximum())

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self.palette())
        with QPainter(self) as painter:
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

    @property
    def nothing(self) -> bool:
        """Whether there is only the experiment to tell about."""
        return not self.nodes and not self.edges

    @property
    def neurons(self) -> tuple[Node, ...]:
        """All nodes if all of them are neurons, else nothing."""
        return self._all("neuron")

    @property
    def inputs(self) -> tuple[Node, ...]:
        """All nodes if all of them are inputs, else nothing."""
        return self._all("input")

    @property
    def parameters(self) -> tuple[Node, ...]:
        """All nodes if all of them are parameters, else nothing."""
        return self._all("parameter")

    @property
    def sums(self) -> tuple[Node, ...]:
        """All nodes if all of them are sums, which alone have a bias."""
        return self.neurons if all(n.combine == "sum" for n in self.neurons) else ()

    @property
    def learners(self) -> tuple[Node, ...]:
        """The nodes with a number that can be locked: a bias or a parameter."""
        return tuple(n for n in self.nodes if n.bias or n.kind == "parameter")

    def _all(self, kind: str) -> tuple[Node, ...]:
        return self.nodes if all(node.kind == kind for node in self.nodes) else ()

    def numbers(self, places: Iterable[Place]) -> list[float]:
        """What stands at these places now."""
        index, numbers = self.experiment.network.place_index, self.experiment.parameters
        return [float(numbers[index[place]]) for place in places]

    def input_columns(self) -> list[int]:
        """The columns of the selected inputs."""
        columns = self.experiment.data.inputs
        return [columns.index(node.id) for node in self.inputs]

    def target_column(self) -> int | None:
        """The column of the target of the one selected output."""
        data = self.experiment.data
        if len(self.nodes) != 1 or not self.nodes[0].output:
            return None
        return len(data.inputs) + data.targets.index(self.nodes[0].id)

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


def size_of(experiment: Experiment) -> str:
    """How large the network is: "3 inputs, 3 neurons, 11 parameters"; what is locked is none.

    Of what there is nothing, nothing is said.
    """
    network = experiment.network
    neurons = sum(node.kind == "neuron" for node in network.nodes)
    parts = (
        (len(network.inputs), "input"),
        (neurons, "neuron"),
        (network.locks.count(False), "parameter"),
    )
    there = [counted(number, word) for number, word in parts if number]
    return ", ".join(there) or counted(0, "neuron")


NAME_HELP = "What it is called on the canvas and in the formulas."
NAMES_HELP = "One name for all, with a number each: hidden 1, hidden 2."
NO_BREAK = "\u00a0"
COMBINE_HELP = {
    "sum": "Adds what arrives: each value times its weight.",
    "product": "Multiplies what arrives: each value times its weight.",
    "max": "Takes the largest of what arrives, each value times its weight.",
    "min": "Takes the smallest of what arrives, each value times its weight.",
}


class InspectorRow(NamedTuple):
    """A row, when there is reason for it, and how it is filled."""

    row: FormRow
    applies: Callable[[Selected], bool]
    show: Callable[[Selected], None]


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
        """Its name, the size of its network, and how many samples there are."""
        self.name.setText(name)
        samples = counted(experiment.data.count, "sample")
        self.size_line.setText(f"{size_of(experiment)}\n{samples}")


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
        self._entries = (*self._node_entries(), *self._number_entries(), *self._edge_entries())
        self.below = Below(self)
        document.changed.connect(self._changed)
        stage.looked.connect(self._looked)
        self._refresh()

    def show_name(self, name: str) -> None:
        """What the experiment is called: its file, or its lesson."""
        if name != self._name:
            self._name = name
            self._refresh()

    # the rows

    def _node_entries(self) -> tuple[InspectorRow, ...]:
        self.name_row = TextRow("Name", NAME_HELP, self._rename, self, NAME)
        self.combine_row = ChoiceRow("Combine", COMBINE_HELP["sum"], COMBINES, self._combine, self)
        titles = {key: kind.title for key, kind in ACTIVATIONS.items()}
        self.activation_row = ChoiceRow("Activation", "", titles, self._activate, self)
        self.leak_row = NumberRow(
            "Leak", "The slope of a leaky ReLU below 0.", self._set_leak, self
        )
        return (
            InspectorRow(self.name_row, lambda s: bool(s.nodes) and not s.edges, self._show_name),
            InspectorRow(self.combine_row, lambda s: bool(s.neurons), self._show_combine),
            InspectorRow(self.activation_row, lambda s: bool(s.neurons), self._show_activation),
            InspectorRow(
                self.leak_row,
                _has_leak,
                lambda s: self.leak_row.show_numbers((n.leak for n in s.neurons), _digits(s)),
            ),
        )

    def _number_entries(self) -> tuple[InspectorRow, ...]:
        self.value_row = NumberRow("Value", "", self._set_value, self)
        self.bias_row = OptionalNumberRow(
            "Bias", "A number of its own that is added to the sum.",
            self._turn_bias, self._set_bias, self,
        )  # fmt: skip
        self.lock_row = SwitchRow(
            "Locked", "Learning leaves a locked bias or parameter as it is.", self._lock_nodes, self
        )
        self.output_row = SwitchRow(
            "Output", "The loss compares an output with its target.", self._make_output, self
        )
        self.target_row = NumberRow("Target", "", self._set_target, self)
        self.subtracts_row = SwitchRow(
            "Subtracts", "New edges after the first arrive with weight −1.", self._subtract, self
        )
        return (
            InspectorRow(
                self.value_row, lambda s: bool(s.inputs or s.parameters), self._show_value
            ),
            InspectorRow(self.bias_row, lambda s: bool(s.sums), self._show_bias),
            InspectorRow(
                self.lock_row,
                lambda s: bool(s.learners),
                lambda s: self.lock_row.show_states(n.locked for n in s.learners),
            ),
            InspectorRow(
                self.output_row,
                lambda s: bool(s.neurons),
                lambda s: self.output_row.show_states(n.output for n in s.neurons),
            ),
            InspectorRow(self.target_row, _has_target, self._show_target),
            InspectorRow(
                self.subtracts_row,
                lambda s: bool(s.sums),
                lambda s: self.subtracts_row.show_states(n.subtracts for n in s.sums),
            ),
        )

    def _edge_entries(self) -> tuple[InspectorRow, ...]:
        self.weight_row = NumberRow(
            "Weight", "What a value is multiplied by on its way.", self._set_weight, self
        )
        self.edge_lock_row = SwitchRow(
            "Weight locked", "Learning leaves a locked weight as it is.", self._lock_edges, self
        )
        return (
            InspectorRow(
                self.weight_row,
                lambda s: bool(s.edges),
                lambda s: self.weight_row.show_numbers(s.numbers(_weights(s)), _digits(s)),
            ),
            InspectorRow(
                self.edge_lock_row,
                lambda s: bool(s.edges),
                lambda s: self.edge_lock_row.show_states(edge.locked for edge in s.edges),
            ),
        )

    # showing

    def _changed(self, before: Experiment, after: Experiment) -> None:
        if self.isVisible():
            self._refresh()

    def _looked(self, before: Look, after: Look) -> None:
        if (before.nodes, before.edges, before.row) != (after.nodes, after.edges, after.row):
            for row in self.rows:
                row.forget()
            self.verticalScrollBar().setValue(0)  # something else is read from its beginning
            self._refresh()

    def _refresh(self) -> None:
        self.selected = now = selected(self.live.value, self._stage.look)
        self.summary.setVisible(now.nothing)
        if now.nothing:
            self.summary.show_experiment(now.experiment, self._name or "Untitled")
        self.title.set_text(now.title())
        self.title.setVisible(bool(now.title()))
        for row, applies, show in self._entries:
            wanted = applies(now)
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
        sentence = "What becomes of the sum before it is passed on."
        if len(found) == 1:
            formula = ACTIVATIONS[found.pop()].plain
            letters = now.experiment.layout.letters
            leak = short(now.neurons[0].leak)
            told = formula.format(z=letters.sum, a=letters.value, leak=leak)
            sentence = f"It passes on {told.replace(' ', NO_BREAK)}; {letters.sum} is its sum."
        self.activation_row.tell(sentence)

    def _show_value(self, now: Selected) -> None:
        if now.inputs:
            data = now.experiment.data
            values = [data.cell(now.row, column) for column in now.input_columns()]
            self.value_row.tell(f"What it passes on in sample {now.row + 1:,}.")
        else:
            values = now.numbers(_values(now))
            self.value_row.tell("A number that learning changes, and that you can set.")
        self.value_row.show_numbers(values, _digits(now))

    def _show_bias(self, now: Selected) -> None:
        values = now.numbers(_biases(now))
        self.bias_row.show_option((n.bias for n in now.sums), values, _digits(now), "none")

    def _show_target(self, now: Selected) -> None:
        column = now.target_column()
        assert column is not None
        self.target_row.tell(f"What the answer should be in sample {now.row + 1:,}.")
        self.target_row.show_numbers([now.experiment.data.cell(now.row, column)], _digits(now))

    # editing

    def _change(self, nodes: tuple[Node, ...], text: str, **changes: Any) -> None:
        wanted = [replace(node, **changes) for node in nodes]
        self._document.insist(lambda: self._document.change_nodes(wanted, text))

    def _set(self, places: list[Place], value: float, text: str) -> None:
        values = dict.fromkeys(places, value)
        if set(self.selected.numbers(places)) != {value}:
            self._document.insist(lambda: self._document.set_numbers(values, text))

    def _rename(self, text: str) -> None:
        nodes, name = self.selected.nodes, text.strip()
        if len(nodes) > 1:
            if name:
                self._document.insist(lambda: self._document.name_all([n.id for n in nodes], name))
            return
        node_id = nodes[0].id
        if name != self.selected.experiment.layout.name(node_id):
            self._document.insist(lambda: self._document.rename(node_id, name))

    def _combine(self, key: str) -> None:
        """Only a sum has a bias: with another combine it goes, in the same entry."""
        more: dict[str, Any] = {} if key == "sum" else {"bias": False, "subtracts": False}
        self._change(self.selected.neurons, "Set combine", combine=key, **more)

    def _activate(self, key: str) -> None:
        self._change(self.selected.neurons, "Set activation", activation=key)

    def _set_leak(self, value: float) -> None:
        if not 0 <= value <= 1:
            raise Refused("The leak is a slope from 0 to 1.")
        self._change(self.selected.neurons, "Set leak", leak=value)

    def _turn_bias(self, on: bool) -> None:
        text = "Add bias" if on else "Remove bias"
        self._change(self.selected.sums, text, bias=on)

    def _set_bias(self, value: float) -> None:
        self._set(_biases(self.selected), value, "Set bias")

    def _lock_nodes(self, on: bool) -> None:
        self._change(self.selected.learners, "Lock" if on else "Unlock", locked=on)

    def _subtract(self, on: bool) -> None:
        self._change(self.selected.sums, "Set subtraction", subtracts=on)

    def _make_output(self, on: bool) -> None:
        text = "Make output" if on else "No longer an output"
        self._change(self.selected.neurons, text, output=on)

    def _set_value(self, value: float) -> None:
        now = self.selected
        if now.parameters:
            self._set(_values(now), value, "Set parameter")
            return
        data = now.experiment.data
        for column in now.input_columns():
            data = data.with_cell(now.row, column, value)
        self._document.insist(lambda: self._document.set_data(data, "Set sample"))

    def _set_target(self, value: float) -> None:
        row, column = self.selected.row, self.selected.target_column()
        assert column is not None
        self._document.insist(lambda: self._document.set_cell(row, column, value))

    def _set_weight(self, value: float) -> None:
        self._set(_weights(self.selected), value, "Set weight")

    def _lock_edges(self, on: bool) -> None:
        pairs = [edge[:2] for edge in self.selected.edges]
        self._document.insist(lambda: self._document.lock_edges(pairs, on))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()


def _digits(now: Selected) -> int:
    return now.experiment.settings.digits


def _has_leak(now: Selected) -> bool:
    return bool(now.neurons) and all(ACTIVATIONS[n.activation].has_leak for n in now.neurons)


def _has_target(now: Selected) -> bool:
    compared = loss(now.experiment.settings.loss).has_targets
    return compared and now.target_column() is not None and not now.edges


def _biases(now: Selected) -> list[Place]:
    return [Place("bias", node.id) for node in now.sums if node.bias]


def _values(now: Selected) -> list[Place]:
    return [Place("value", node.id) for node in now.parameters]


def _weights(now: Selected) -> list[Place]:
    return [Place("weight", edge.target, edge.source) for edge in now.edges]
