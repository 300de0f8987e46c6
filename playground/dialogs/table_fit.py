"""The offer to fit the network to a table: its inputs and outputs, or only their names."""

from PySide6.QtWidgets import QWidget

from engine.experiment.experiment import Experiment
from engine.experiment.fit_to_table import HIDDEN, by_name, why_not_fitting
from engine.numerals import counted
from playground.widgets.fields import Switch
from playground.widgets.plain_text import set_tip

NAMES_OFFER = "Name the inputs and outputs after the columns"

Names = tuple[tuple[str, ...], tuple[str, ...]]


class FitOffer(Switch):
    """A switch that is there only where there is anything to offer."""

    def __init__(self, experiment: Experiment, parent: QWidget) -> None:
        super().__init__("", "", parent)
        self._experiment = experiment
        self.hide()

    @property
    def wanted(self) -> bool:
        """Whether the network is to be fitted."""
        return not self.isHidden() and self.isChecked()

    def offer(self, names: Names | None) -> None:
        """For columns of these names; first as it is likely to be wanted."""
        self.setVisible(names is not None and not by_name(self._experiment, *names))
        if names is None:
            return
        network, layout = self._experiment.network, self._experiment.layout
        if why_not_fitting(self._experiment, len(names[0]), len(names[1])) is None:
            text = NAMES_OFFER
            self.setChecked(not any(node_id in layout.names for node_id in network.inputs))
        else:
            ends = _counted(names[0], "input"), _counted(names[1], "output")
            text = f"Fit the network: {', '.join(ends)}"
            if not network.nodes:
                text = f"Make a network: {ends[0]}, {HIDDEN} hidden neurons, {ends[1]}"
            self.setChecked(not network.nodes)
        self.setText(text)
        self.setAccessibleName(text)
        set_tip(self, f"{text}. One undo takes it back together with the samples.")
        self.updateGeometry()

    def why_not(self, names: Names) -> str:
        """What keeps these columns from the network as it is, or nothing."""
        if self.wanted or by_name(self._experiment, *names):
            return ""
        return why_not_fitting(self._experiment, len(names[0]), len(names[1])) or ""

    def nodes(self, names: Names) -> Names:
        """What the nodes are called that these columns go to."""
        if self.wanted or by_name(self._experiment, *names) or self.why_not(names):
            return names
        name, network = self._experiment.layout.name, self._experiment.network
        return tuple(map(name, network.inputs)), tuple(map(name, network.outputs))


def _counted(names: tuple[str, ...], word: str) -> str:
    return counted(len(names), word)
