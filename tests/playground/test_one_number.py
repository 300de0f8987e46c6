"""One number, one text: what canvas, Explain, tables, strip and curve say of it is the same."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.experiment.stepping import step, step_update
from engine.formulas import Explainer
from engine.lessons.lesson import lesson_ids
from engine.network import Place
from playground.canvas.scene_state import Key, SceneState, key_of
from playground.model.stage import Pointed
from playground.panels.explanation import Explain
from playground.panels.network_table import EdgesModel, NetworkTable, NodesModel
from playground.panels.samples import Samples
from playground.plots.curves import Curves
from playground.window.workspace import Workspace
from tests.playground.opened import opened
from tests.sampled import sampled

Said = tuple[str, Key, str]  # who says it, of which number, and what
PANELS = ("table", "samples", "explain", "curves")
NUMBER = re.compile(r"\(?−?\d[\d.]*(e−?\d+)?\)?")
WHOLE = Key("whole")  # the loss of all training rows


@dataclass
class Audit:
    """Everything that is said of every number at one moment."""

    workspace: Workspace
    said: list[Said] = field(default_factory=list)

    @property
    def sight(self) -> SceneState:
        """What the canvas shows."""
        return self.workspace.canvas.canvas.sight

    def differ(self) -> list[tuple[Key, dict[str, str]]]:
        """The numbers of which not all say the same."""
        texts: dict[Key, dict[str, str]] = {}
        for who, key, text in self.said:
            if text:
                texts.setdefault(key, {})[who] = text
        return [(key, found) for key, found in texts.items() if len(set(found.values())) > 1]

    def say(self, who: str, key: Key, text: str) -> None:
        """One more; a number that is not shown says nothing."""
        self.said.append((who, key, text))

    def listen(self) -> "Audit":
        """All of them."""
        for hear in (self._canvas, self._table, self._samples, self._explain, self._strip):
            hear()
        return self

    def _panel(self, name: str) -> object:
        return self.workspace.docks.panel(name)

    def _canvas(self) -> None:
        sight, network = self.sight, self.sight.experiment.network
        for node in network.nodes:
            for kind in ("sum", "value", "error", "loss", "target"):
                self.say("canvas", Key(kind, node.id), sight.text(Key(kind, node.id)))
        for place in range(len(network.places)):
            what = network.places[place].what
            for kind in (what, "gradient", "update"):
                if kind != "value":
                    key = Key(kind, place=place)
                    self.say("canvas", key, sight.text(key))
        for whole in ("total", "mean"):
            self.say("canvas", Key(whole, ""), sight.text(Key(whole, "")))

    def _table(self) -> None:
        panel = self._panel("table")
        assert isinstance(panel, NetworkTable)
        nodes, edges = panel.nodes.model(), panel.edges.model()
        assert isinstance(nodes, NodesModel) and isinstance(edges, EdgesModel)
        network = self.sight.experiment.network
        for row, node in enumerate(network.nodes):
            for kind, column in (
                ("value", nodes.VALUE),
                ("sum", nodes.SUM),
                ("error", nodes.ERROR),
            ):
                self.say("table", Key(kind, node.id), nodes.cell(row, column).text)
            if node.bias:
                place = network.place_index[Place("bias", node.id)]
                self.say("table", Key("bias", place=place), nodes.cell(row, nodes.BIAS).text)
        for row in range(len(network.edges)):
            place = network.place_index[edges.place(row)]
            for kind, column in (("weight", edges.WEIGHT), ("gradient", edges.GRADIENT),
                                 ("update", edges.UPDATED)):  # fmt: skip
                self.say("table", Key(kind, place=place), edges.cell(row, column).text)

    def _samples(self) -> None:
        panel = self._panel("samples")
        assert isinstance(panel, Samples)
        model, data = panel.model, self.sight.experiment.data
        plan, row = model.plan, self.sight.shown.row
        for column, node in enumerate(data.inputs):
            self.say("samples", Key("value", node), model.cell(row, column).text)
        for number, node in enumerate(data.targets):
            text = model.cell(row, plan.kinds.index(("answer", number))).text
            if self.sight.knows(Key("value", node)):
                self.say("samples", Key("value", node), text)
            if ("target", number) in plan.kinds:
                target = model.cell(row, plan.kinds.index(("target", number))).text
                self.say("samples", Key("target", node), target)
        if ("loss", 0) not in plan.kinds:
            return
        loss = plan.kinds.index(("loss", 0))
        if self.sight.knows(Key("total", "")):
            self.say("samples", Key("total", ""), model.cell(row, loss).text)
        if data.count == 1:
            self.say("samples", WHOLE, model.cell(0, loss).text)

    def _explain(self) -> None:
        """Its result, and every number in its formula that stands on the canvas too."""
        experiment = self.sight.experiment
        told = Explainer().step(experiment, self.workspace.stage.look.row)
        highlight = self.sight.highlight
        if told is None or highlight is None or experiment.trace is None:
            return
        panel = self._panel("explain")
        assert isinstance(panel, Explain)
        spoken = panel.block.result.accessibleName()
        self.say("explain", highlight.new, spoken.rpartition(" = ")[2])
        of_batch = told.step.whole == "batch" or told.step.phase == "gradient"
        of_all = of_batch and len(experiment.trace.rows) > 1  # each sample has numbers of its own
        for piece in told.formula.numbers:
            refers = piece.refers
            if refers is None or refers.kind in ("rate", "setting", "state", "exp", "probability"):
                continue
            if of_all and refers.kind not in ("weight", "bias", "gradient"):
                continue
            pointed = Pointed(refers.kind, refers.node, refers.place)
            key = key_of(pointed, experiment.network)
            if self.sight.knows(key) and NUMBER.fullmatch(piece.plain):
                self.say("explain", key, piece.plain.strip("()"))

    def _strip(self) -> None:
        made_small = self.workspace.strip.facts.facts[0]  # the loss, or a circuit's output
        experiment = self.sight.experiment
        loss = made_small.value if made_small.value != "—" else ""
        if experiment.trace is None:
            self.say("strip", WHOLE, loss)
            panel = self._panel("curves")
            assert isinstance(panel, Curves)
            last = experiment.curve.last
            if loss and last is not None and last.update == experiment.updates:
                panel.plot.show_read((float(last.update), 0.0))
                read = [text for text, _ in panel.plot.plate.rows if text.startswith("training ")]
                self.say("curve", WHOLE, read[0].removeprefix("training ") if read else "")
        elif self.sight.knows(Key("mean", "")):
            self.say("strip", Key("mean", ""), loss)
        elif len(experiment.trace.rows) == 1 and self.sight.knows(Key("total", "")):
            self.say("strip", Key("total", ""), loss)


@pytest.fixture
def walked(qtbot: QtBot, qapp: QApplication, tmp_path: Path, lesson: str) -> Iterator[Workspace]:
    with opened(qtbot, qapp, tmp_path, lesson) as workspace:
        for name in PANELS:
            dock = workspace.docks.docks[name]
            dock.setFloating(True)  # all are seen at once
            dock.show()
            qtbot.waitUntil(lambda: workspace.docks.panel(name).isVisible())  # noqa: B023
        yield workspace


@pytest.mark.parametrize("lesson", sampled(lesson_ids(), 3))
def test_every_number_of_a_lesson_has_one_text(walked: Workspace) -> None:
    document = walked.document
    steps = 0
    for _ in range(3):
        document.step(step)
        while document.value.trace is not None and steps < 150:
            assert Audit(walked).listen().differ() == [], f"step {document.value.cursor}"
            document.step(step)
            steps += 1
        if document.value.trace is not None:
            document.step(step_update)
        assert Audit(walked).listen().differ() == [], f"after update {document.value.updates}"
