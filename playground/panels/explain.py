"""The explanation: the last step as a formula, with its numbers, its result and one reason why."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from engine.experiment.experiment import Experiment
from engine.formulas import Ref
from engine.formulas.explanations import Explainer, Explanation
from engine.network import Network
from engine.numerals import Role
from engine.program.program import why_not_run
from playground.model.document import Document
from playground.model.stage import Look, Pointed, Stage
from playground.model.trainer import Trainer
from playground.panels.explain_block import TEXT_MARGIN, ExplainBlock
from playground.panels.explain_footer import ExplainFooter
from playground.panels.rail_steps import chip_of
from playground.theme.fonts import BODY
from playground.theme.formula_pictures import FormulaPictures
from playground.widgets.form import words
from playground.widgets.formula import Pointing

FIRST = "Press Space to take the first step"
TRAINS = "Press Stop to see it step by step"
BESIDE = "not in this batch"
TIGHT_TOP, ROOMY_TOP, BETWEEN = 12, 20, 16
ROOMY = 420  # high
Chips = list[tuple[str, Role]]


class Hairline(QWidget):
    """Between what the step tells and what else is told."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(1)


class Explain(QWidget):
    """Tells the step, and below it whatever is told so far of the one thing that is selected.

    `chips_changed` tells what stands beside the panel's name.
    """

    chips_changed = Signal(object)

    def __init__(
        self,
        document: Document,
        stage: Stage,
        pictures: FormulaPictures,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._document, self._stage, self._pictures = document, stage, pictures
        self._chips: Chips = []
        self._trains = False
        self._telling = Explainer()
        self._pointing = Pointing(self._point_at, self._choose)
        self.setAccessibleName("Explain")
        self.empty = words(FIRST, BODY, self)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setContentsMargins(TEXT_MARGIN, 24, TEXT_MARGIN, 24)
        self.selected: list[ExplainBlock] = []
        self._lines: list[Hairline] = []
        self._lay_out()
        document.changed.connect(self._follow)
        stage.looked.connect(self._look)
        self.show_experiment(document.value)

    def chips(self) -> Chips:
        """The phase, and whose numbers these are where that is not plain."""
        return list(self._chips)

    def show_experiment(self, experiment: Experiment) -> None:
        """Tell what there is to tell of this experiment; it is laid out once, when all is told."""
        self._column.setEnabled(False)
        self._tell(experiment)
        self._column.setEnabled(True)
        self._column.activate()

    def _tell(self, experiment: Experiment) -> None:
        told = None if self._trains else self._telling.step(experiment, self._stage.look.row)
        self.block.setVisible(told is not None)
        self.empty.setVisible(told is None)
        if told is not None:
            self.block.show_formula(told.formula)
        else:
            first = TRAINS if self._trains else FIRST
            self.empty.setText(
                why_not_run(experiment.network, experiment.settings, experiment.layout.name)
                or first
            )
        self._show_chips(_chips(experiment, told))
        self._show_selected(experiment, told)
        self.footer.show_settings(experiment.settings)

    def _show_chips(self, chips: Chips) -> None:
        if chips != self._chips:
            self._chips = chips
            self.chips_changed.emit(self.chips())

    def _show_selected(self, experiment: Experiment, told: Explanation | None) -> None:
        found = self._tell_selected(experiment)
        wanted = [other for other in found if told is None or other.step != told.step]
        while len(self.selected) < len(wanted):
            self._add_block()
        for place, (line, block) in enumerate(zip(self._lines, self.selected, strict=True)):
            shown = place < len(wanted)
            line.setVisible(shown)
            block.setVisible(shown)
            if shown:
                block.show_formula(wanted[place].formula)

    def _tell_selected(self, experiment: Experiment) -> Sequence[Explanation]:
        """All that is told so far of the one node or edge that is selected."""
        look, network = self._stage.look, experiment.network
        if self._trains or len(look.nodes) + len(look.edges) != 1:
            return ()
        if look.nodes:
            known = look.nodes[0] in network.index
            return self._telling.node(experiment, look.nodes[0], look.row) if known else ()
        source, target = look.edges[0]
        if not _has_edge(network, source, target):
            return ()
        return self._telling.edge(experiment, source, target, look.row)

    def _follow(self, before: Experiment, after: Experiment) -> None:
        self.show_experiment(after)
        same_place = (before.updates, before.cursor) == (after.updates, after.cursor)
        if not same_place:
            self.area.verticalScrollBar().setValue(0)

    def follow(self, trainer: Trainer) -> None:
        """Tell no numbers from before a run while it goes on."""
        trainer.running_changed.connect(self._show_running)

    def _show_running(self, running: bool) -> None:
        self._trains = running
        self.show_experiment(self._document.value)

    def _look(self, before: Look, after: Look) -> None:
        if (before.nodes, before.edges, before.row) != (after.nodes, after.edges, after.row):
            self.show_experiment(self._document.value)

    # what a formula speaks of

    def _point_at(self, refers: Ref | None) -> None:
        there = None if refers is None else Pointed(refers.kind, refers.node, refers.place)
        self._stage.point_at(there)

    def _choose(self, refers: Ref) -> None:
        """Select what the number belongs to; the canvas brings it into view."""
        network = self._document.value.network
        place = network.places[refers.place] if refers.place >= 0 else None
        if place is not None and place.what == "weight":
            self._stage.select(edges=((place.source, place.target),))
        elif place is not None:
            self._stage.select(nodes=(place.target,))
        elif refers.node:
            self._stage.select(nodes=(refers.node,))
        elif len(network.outputs) == 1:
            self._stage.select(nodes=network.outputs)

    # the parts

    def _add_block(self) -> None:
        line = Hairline(self._content)
        block = ExplainBlock(self._pictures, self._pointing, self._content)
        place = self._column.count() - 1
        self._column.insertWidget(place, line)
        self._column.insertWidget(place + 1, block)
        block.set_roomy(self.height() >= ROOMY)
        self._lines.append(line)
        self.selected.append(block)

    def _lay_out(self) -> None:
        self._content = QWidget(self)
        self.block = ExplainBlock(self._pictures, self._pointing, self._content, first=True)
        self._column = QVBoxLayout(self._content)
        self._column.setSpacing(BETWEEN)
        self._column.addWidget(self.empty)
        self._column.addWidget(self.block)
        self._column.addStretch(1)
        self.area = QScrollArea(self)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(self._content)
        self.footer = ExplainFooter(self._document, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.area, 1)
        column.addWidget(self.footer)

    def sizeHint(self) -> QSize:
        return QSize(336, 480)

    def minimumSizeHint(self) -> QSize:
        return QSize(288, 160)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        roomy = event.size().height() >= ROOMY
        top, bottom = (ROOMY_TOP, BETWEEN) if roomy else (TIGHT_TOP, BETWEEN // 4)
        self._column.setContentsMargins(0, top, 0, bottom)
        for block in (self.block, *self.selected):
            block.set_roomy(roomy)


def _chips(experiment: Experiment, told: Explanation | None) -> Chips:
    if told is None:
        return []
    chips = [chip_of(told.step.phase, experiment.settings)]
    if told.beside:
        chips.append((BESIDE, Role.MEMORY))
    elif told.formula.chip:
        chips.append((told.formula.chip, Role.MEMORY))
    return chips


def _has_edge(network: Network, source: str, target: str) -> bool:
    return source in network.index and any(
        edge.target == target for edge in network.leaving[source]
    )
