"""What "New network…" asks: layers as 3-4-2, activations, biases; it counts while one types."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from engine.errors import Refused
from engine.experiment.experiment import Experiment, new_experiment
from engine.experiment.layers import counts_of, network_of, sizes_of, why_too_large
from engine.files.limits import EDGES, NEURONS
from engine.functions.activations import ACTIVATIONS
from engine.numerals import counted
from engine.settings import Settings
from playground.dialogs.message_box import ChoiceDialog
from playground.theme.fonts import BODY
from playground.widgets.buttons import restyle
from playground.widgets.form import ChoiceRow, Form, FormRow, SwitchRow, show_words
from playground.widgets.plain_text import set_name


class NewNetwork(ChoiceDialog):
    """A dialog: when it is accepted, `experiment` is the new network before its first update."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("New network", parent, BODY)
        self.experiment: Experiment | None = None
        self.form = Form("New network", self)
        self._add_rows()
        self.told.setMinimumHeight(48)
        self.told.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        line = self.end_line("Create", "a new experiment with this network")
        self.lay_out_form(self.form, line).setSpacing(8)
        self.resize(376, 320)
        self._tell()

    def _add_rows(self) -> None:
        row = FormRow(
            "Layers", "One number for each layer: inputs, hidden neurons, outputs.", self.form
        )
        self.layers = QLineEdit("3-4-2", row)
        set_name(self.layers, "Layers", f"Layers: {row.help_text}")
        self.layers.textChanged.connect(self._tell)
        row.put(self.layers)
        self.hidden = self._activation("Hidden", "The activation of every hidden neuron.", "tanh")
        self.output = self._activation("Output", "The activation of every output.", "identity")
        self.biases = SwitchRow(
            "Biases", "Every neuron adds a number of its own.", lambda on: self._tell(), self.form
        )
        self.biases.show_states([True])

    def _activation(self, label: str, help_text: str, first: str) -> ChoiceRow:
        titles = {key: kind.title for key, kind in ACTIVATIONS.items()}
        row = ChoiceRow(label, help_text, titles, lambda key: row.show_keys([key]), self.form)
        row.show_keys([first])
        return row

    # what is chosen

    def sizes(self) -> tuple[int, ...]:
        """The sizes that are typed, or Refused with the reason."""
        sizes = sizes_of(self.layers.text())
        reason = why_too_large(sizes, NEURONS, EDGES)
        if reason is not None:
            raise Refused(reason)
        return sizes

    def _tell(self) -> None:
        """How large it will be, or why it cannot be."""
        wrong = False
        try:
            counts = counts_of(self.sizes(), self.biases.field.isChecked())
            parts = ((counts.neurons, "neuron"), (counts.weights, "weight"),
                     (counts.parameters, "parameter"))  # fmt: skip
            sentence = ", ".join(counted(n, word) for n, word in parts)
        except Refused as refused:
            sentence, wrong = refused.sentence, True
        show_words(self.told, sentence, wrong, quiet=False)
        self.layers.setAccessibleDescription(sentence)
        restyle(self.layers, "wrong", wrong)
        self.create_button.setEnabled(not wrong)

    def take(self) -> None:
        if self.create_button.isEnabled():
            made = network_of(
                self.sizes(), self.hidden.field.currentData(), self.output.field.currentData(),
                self.biases.field.isChecked(),
            )  # fmt: skip
            self.experiment = new_experiment(
                made.network, made.layout, settings=Settings(), parameters=made.start
            )
            self.accept()
