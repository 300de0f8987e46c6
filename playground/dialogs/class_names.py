"""What "Names of classes…" asks: a name for each class that the outputs tell apart."""

from PySide6.QtWidgets import QWidget

from engine.data import Data
from engine.errors import Refused, clean_name
from engine.experiment.experiment import Experiment
from engine.files.limits import NAME
from engine.views.samples import class_count, class_names, with_class_names
from playground.dialogs.message_box import ChoiceDialog
from playground.widgets.fields import PlaceField
from playground.widgets.form import Form, TextRow, show_words

HELP = "What this class stands for. Without any name the samples show numbers alone."


class ClassNames(ChoiceDialog):
    """A dialog: when it is accepted, `named` gives the names to data."""

    def __init__(self, experiment: Experiment, parent: QWidget | None = None) -> None:
        super().__init__("Names of classes", parent)
        self._data = experiment.data
        self.form = Form("Names of classes", self)
        self.fields: list[PlaceField] = []
        names = class_names(self._data)
        for place, label in enumerate(_labels(experiment)):
            row = TextRow(label, HELP, lambda text: None, self.form, NAME)
            row.show_text(names[place] if names else "")
            row.field.returnPressed.connect(self.take)
            self.fields.append(row.field)
        self.lay_out_form(self.form, self.end_line("Name", "the samples show these names"))
        self.resize(376, 300)
        self.fields[0].setFocus()

    def take(self) -> None:
        """Close, unless a name is missing or comes twice."""
        try:
            self.named(self._data)
        except Refused as refused:
            show_words(self.told, refused.sentence, wrong=True)
        else:
            self.accept()

    def named(self, data: Data) -> Data:
        """With the names as they will be when the file is opened again."""
        return with_class_names(data, [clean_name(field.text())[0] for field in self.fields])


def _labels(experiment: Experiment) -> list[str]:
    """What tells each class from the others."""
    data, name = experiment.data, experiment.layout.name
    if len(data.targets) == 1:
        one = name(data.targets[0])
        return [f"{one} is low", f"{one} is high"]
    return [f"{name(node_id)} is largest" for node_id in data.targets][: class_count(data)]
