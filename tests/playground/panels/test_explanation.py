"""The explanation follows the step, the selection, the chosen row and the settings."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.data import make_data
from engine.experiment import editing, stepping
from engine.experiment.experiment import Experiment, new_experiment
from engine.experiment.trace import MicroStep
from engine.formulas import explain
from engine.formulas.terms import NumberLine
from engine.functions.optimizers import Optimizer
from engine.lessons.lesson import open_lesson
from engine.network import Edge, Network, Node
from engine.numerals import NumberRole
from engine.settings import Settings
from playground.model.document import Document
from playground.model.stage import Pointed, Stage
from playground.panels.explanation import Explain, ExplainBlock
from playground.theme.formula_pictures import FormulaPictures
from playground.widgets.formula import HotspotWidget
from tests.engine.experiments import random_data, small
from tests.engine.networks import layered

LEFT = Qt.MouseButton.LeftButton


@dataclass(frozen=True)
class Panel:
    """The panel in a window, with what it works on."""

    document: Document
    stage: Stage
    explain: Explain
    window: QWidget

    @property
    def value(self) -> Experiment:
        return self.document.value

    @property
    def block(self) -> ExplainBlock:
        return self.explain.block

    @property
    def result(self) -> str:
        return said(self.block.result)

    @property
    def shown(self) -> list[ExplainBlock]:
        return [block for block in self.explain.selected if block.isVisible()]

    def step(self, count: int = 1) -> None:
        for _ in range(count):
            self.document.step(stepping.step)

    def step_to(self, wanted: Callable[[MicroStep], bool]) -> None:
        self.step()
        while not wanted(self.last):
            self.step()

    @property
    def last(self) -> MicroStep:
        assert self.value.trace is not None
        return self.value.trace.script.steps[self.value.cursor - 1]


def settle(qtbot: QtBot, panel: Panel) -> None:
    """Until every picture is there and nothing moves any more."""
    areas = [area for area in panel.explain.findChildren(HotspotWidget) if area.isVisible()]
    qtbot.waitUntil(lambda: all(area.complete for area in areas))
    QApplication.processEvents()


def said(area: QWidget) -> str:
    """What a screen reader says of an area, after its own name."""
    return area.accessibleName().partition(": ")[2]


def words_of(title: str) -> str:
    return title.replace("\u00a0", " ")


Make = Callable[..., Panel]


@pytest.fixture(scope="module")
def shelf(qapp: QApplication) -> Iterator[FormulaPictures]:
    """The pictures are shared: setting them takes longest."""
    made = FormulaPictures(qapp)
    yield made
    made.deleteLater()


@pytest.fixture
def make(qtbot: QtBot, shelf: FormulaPictures) -> Make:
    def made(experiment: Experiment, width: int = 336, height: int = 560) -> Panel:
        window = QWidget()
        qtbot.addWidget(window)
        document, stage = Document(experiment, window), Stage(window)
        panel = Panel(document, stage, Explain(document, stage, shelf, window), window)
        window.resize(width, height)
        panel.explain.resize(width, height)
        window.show()
        return panel

    return made


@pytest.fixture
def student() -> Experiment:
    return open_lesson("student-grade").experiment


def circuit() -> Experiment:
    """f = (x + y)·z"""
    nodes = (
        Node("x", "input"), Node("y", "input"), Node("z", "input"), Node("q"),
        Node("f", combine="product", output=True),
    )  # fmt: skip
    pairs = (("x", "q"), ("y", "q"), ("q", "f"), ("z", "f"))
    return new_experiment(
        Network(nodes, tuple(Edge(*pair, locked=True) for pair in pairs)),
        data=make_data(["x", "y", "z"], ["f"], [[-2, 5, -4, 0]]),
        settings=Settings(loss="output"), parameters=np.ones(4),
    )  # fmt: skip


def scores(rows: int = 12) -> Experiment:
    """Three outputs under a softmax, all rows in one batch."""
    network = layered((2, 3, 3), "tanh")
    rng = np.random.default_rng(3)
    cells = np.hstack([rng.uniform(-1, 1, (rows, 2)), np.eye(3)[np.arange(rows) % 3]])
    return new_experiment(
        network, data=make_data(network.inputs, network.outputs, cells),
        settings=Settings(loss="softmax cross-entropy", batch=None),
        parameters=rng.uniform(-0.8, 0.8, len(network.places)),
    )  # fmt: skip


def test_before_a_pass_it_says_what_to_press(make: Make, student: Experiment) -> None:
    panel = make(student)
    assert panel.explain.empty.isVisible()
    assert panel.explain.empty.text() == "Press Space to take the first step"
    assert not panel.block.isVisible()
    assert panel.explain.chips == []


def test_where_nothing_can_be_stepped_it_says_why(make: Make) -> None:
    panel = make(new_experiment(Network((Node("x", "input"),))))
    assert "no output" in panel.explain.empty.text()


def _bare(text: str) -> str:
    return text.replace(" ", "").replace("·", "")


def check_step(panel: Panel) -> None:
    """Title, symbols, numbers, result and reason are those of the step."""
    value = panel.value
    assert value.trace is not None
    formula = explain(value.context, value.trace, panel.last, 0, value.settings.digits)
    block = panel.block
    assert words_of(block.title.text()) == formula.title
    symbols = "".join(piece.plain for piece in formula.symbols)
    assert _bare(said(block.symbols)) == _bare(symbols)
    assert panel.result == f"{formula.subject.plain} = {formula.result.plain}"
    assert block.why.text() == formula.why
    assert block.accessibleDescription() == f"{formula.symbols_plain}; {formula.numbers_plain}"
    holders = (block.table, block.factors, block.numbers)
    assert any(part.isVisible() for part in holders) or formula.plate is None


def test_every_step_of_an_update_is_told_on_the_way_and_back(
    make: Make, student: Experiment
) -> None:
    panel = make(student)
    results = []
    for _ in range(32):
        panel.step()
        check_step(panel)
        results.append(panel.result)
    assert results[0] == "i4 = −0.7"
    assert results[6] == "E = 0.1383"
    assert results[9] == "e4 = 0.0087"
    assert results[21] == "w46 new = −0.261"
    for number in range(31, 0, -1):
        panel.document.step(stepping.step_back)
        check_step(panel)
        assert panel.result == results[number - 1]


def test_an_error_term_is_a_plate_of_factors(make: Make, student: Experiment) -> None:
    panel = make(student)
    panel.step(10)
    assert said(panel.block.factors) == (
        "e6 −0.1311 from 6, reused, w46 −0.3 weight, o4 0.332 slope of σ, 1 − o4 0.668 slope of σ"
    )
    assert not panel.block.table.isVisible()
    assert panel.explain.chips == [("BACKWARD", NumberRole.BACKWARD)]


def test_a_sum_is_a_table_with_bare_negative_numbers(make: Make, student: Experiment) -> None:
    panel = make(student)
    panel.step()
    assert said(panel.block.table) == (
        "x1 1 times w14 0.2 = 0.2; x2 0 times w24 0.4 = 0; x3 1 times w34 −0.5 = −0.5; "
        "b4 −0.4 = −0.4"
    )
    assert panel.explain.chips == [("FORWARD", NumberRole.FORWARD)]


def test_what_has_no_plate_shows_its_numbers_put_in(make: Make, student: Experiment) -> None:
    panel = make(student)
    panel.step(7)
    assert said(panel.block.numbers) == "E = ½·( 0.474 − 1 )²"
    assert panel.explain.chips == [("LOSS", NumberRole.TRUTH)]


def test_a_circuit_tells_slopes(make: Make) -> None:
    panel = make(circuit())
    panel.step_to(lambda step: step.what == "derivative" and step.node == "y")
    assert panel.block.title.text() == "Slope of f along y"
    assert said(panel.block.factors) == "∂f/∂q −4 upstream, ∂q/∂y 1 local"
    assert panel.result == "∂f/∂y = −4"


def test_pointing_at_a_factor_shows_it_and_a_click_selects_it(
    make: Make, student: Experiment, qtbot: QtBot
) -> None:
    panel = make(student)
    panel.step(10)
    plate = panel.block.factors
    settle(qtbot, panel)

    def middle(index: int) -> QPoint:
        return plate.spots[index].box.center().toPoint()

    QTest.mouseMove(plate, middle(0))
    assert panel.stage.look.pointed == Pointed("error", "6")
    place = student.network.place_index[student.network.places[6]]
    QTest.mouseMove(plate, middle(1))
    assert panel.stage.look.pointed == Pointed("weight", "", place)
    QTest.mouseClick(plate, LEFT, pos=middle(1))
    assert panel.stage.look.edges == (("4", "6"),)
    QTest.mouseClick(plate, LEFT, pos=middle(0))
    assert panel.stage.look.nodes == ("6",)


def test_the_rate_is_nowhere_on_the_canvas(make: Make, student: Experiment) -> None:
    panel = make(student)
    panel.step(22)
    spots = panel.block.factors.spots
    assert [spot.refers_to is None for spot in spots] == [False, True, False]


def test_the_selection_is_told_below_the_step(make: Make, student: Experiment) -> None:
    panel = make(student)
    panel.step(12)
    panel.stage.select(nodes=("4",))
    titles = [block.title.text() for block in panel.shown]
    assert titles == ["Weighted sum of hidden 4", "Value of hidden 4", "Error term of hidden 4"]
    panel.stage.select(edges=(("4", "6"),))
    assert [words_of(block.title.text()) for block in panel.shown] == [
        "Gradient of the weight from hidden 4 to output 6"
    ]
    panel.stage.select(nodes=("4", "5"))
    assert panel.shown == []


def test_what_is_selected_before_it_is_computed_shows_its_formulas_without_numbers(
    make: Make, student: Experiment
) -> None:
    panel = make(student)
    panel.step(4)
    panel.stage.select(nodes=("6",))
    assert [block.title.text() for block in panel.shown] == [
        "Weighted sum of output 6", "Value of output 6",
    ]  # fmt: skip
    panel.stage.select(edges=(("1", "5"),))
    (block,) = panel.shown
    assert words_of(block.title.text()) == "Gradient of the weight from assignments to hidden 5"
    assert block.why.text() == "Not computed yet."
    assert not block.result.isVisible()
    assert not any(c.isdigit() for c in said(block.symbols).replace("5", "").replace("1", ""))
    assert not any(p.isVisible() for p in (block.numbers, block.table, block.factors))
    panel.step(22)
    assert block.result.isVisible()
    assert said(block.result).endswith("= 0.0065")


def test_the_step_itself_is_not_told_twice(make: Make, student: Experiment) -> None:
    panel = make(student)
    panel.stage.select(nodes=("4",))
    panel.step(2)
    assert panel.block.title.text() == "Value of hidden 4"
    assert [block.title.text() for block in panel.shown] == ["Weighted sum of hidden 4"]


def test_before_a_pass_a_selected_neuron_tells_its_way_forward(
    make: Make, student: Experiment
) -> None:
    panel = make(student)
    panel.stage.select(nodes=("6",))
    assert [said(block.result) for block in panel.shown] == ["i6 = −0.105", "o6 = 0.474"]
    assert panel.explain.empty.isVisible()
    place = student.network.places[6]
    panel.document.set_number(place, 0.7)
    assert said(panel.shown[0].result) != "i6 = −0.105"
    panel.document.remove(["6"])
    assert panel.shown == []


def test_a_batch_tells_one_row_for_each_sample(make: Make, qtbot: QtBot) -> None:
    panel = make(scores())
    panel.step_to(lambda step: step.what == "gradient")
    assert panel.explain.chips == [
        ("GRADIENT", NumberRole.BACKWARD), ("mean of 12 samples", NumberRole.MEMORY)
    ]  # fmt: skip
    table = panel.block.table
    assert table.folded == 8
    assert said(table).startswith("sample 1 ")
    assert said(table).endswith("; their mean  = ÷ 12")
    fold = next(spot for spot in table.spots if spot.act is not None)
    QTest.mouseClick(table, LEFT, pos=fold.box.center().toPoint())
    assert table.folded == 0
    assert len(table.rows) == 13


def test_a_large_batch_is_opened_in_parts(make: Make) -> None:
    network = layered((2, 2, 1), "tanh")
    experiment = new_experiment(
        network, data=random_data(network, 5000), settings=Settings(batch=None),
        parameters=np.full(len(network.places), 0.1),
    )  # fmt: skip
    panel = make(experiment)
    panel.step_to(lambda step: step.what == "gradient")
    assert panel.block.table.folded == 4996
    panel.block.table.unfold()
    assert panel.block.table.folded == 4896


def test_several_paths_are_summed_and_then_bent(make: Make) -> None:
    panel = make(scores())
    panel.step_to(
        lambda step: step.what == "error" and not panel.value.network.node(step.node).output
    )
    assert len(panel.block.table.rows) == 3
    assert said(panel.block.factors).startswith("Σ ")
    assert "the sum" in said(panel.block.factors)
    assert "slope of tanh" in said(panel.block.factors)


def test_a_chosen_sample_of_the_batch_is_told(make: Make) -> None:
    panel = make(scores())
    panel.step()
    first = panel.result
    panel.stage.choose_row(4)
    assert panel.result != first
    value = panel.value
    assert value.trace is not None
    formula = explain(value.context, value.trace, panel.last, 4)
    assert panel.result.endswith(formula.result.plain)


def test_a_sample_beside_the_batch_is_marked(make: Make) -> None:
    panel = make(small(rows=7))
    panel.stage.choose_row(5)
    panel.step()
    assert panel.explain.chips[1][0] == "not in this batch"
    alone = panel.result
    panel.document.set_settings(replace(panel.value.settings, batch=None))
    panel.step()
    assert panel.explain.chips == [("FORWARD", NumberRole.FORWARD)]
    assert panel.result == alone
    panel.document.set_settings(replace(panel.value.settings, batch=3))
    panel.step_to(lambda step: step.what == "gradient")
    assert panel.explain.chips[1][0] == "mean of 3 samples", "the gradient is the batch's"


def test_an_optimizer_tells_what_it_needs_first(make: Make, student: Experiment) -> None:
    adam = replace(student.settings, rounding=False, optimizer=Optimizer("adam"))
    panel = make(editing.with_settings(student, adam))
    panel.step_to(lambda step: step.what == "value")
    rows = [row for row in panel.block.asides if row.isVisible()]
    assert len(rows) == 4
    assert said(rows[0]).startswith("m46 = β1 · m46 old + ( 1 − β1 ) · ")
    assert panel.block.where.isVisible()
    panel.document.step(stepping.step_phase_back)
    assert not any(row.isVisible() for row in panel.block.asides)


def test_the_largest_is_marked(make: Make) -> None:
    nodes = (Node("x", "input"), Node("y", "input"), Node("m", combine="max", output=True))
    experiment = new_experiment(
        Network(nodes, (Edge("x", "m"), Edge("y", "m"))),
        data=make_data(["x", "y"], ["m"], [[3, 5, 1]]), parameters=np.array([0.5, -0.2]),
    )  # fmt: skip
    panel = make(experiment)
    panel.step()
    assert [term.chosen for term in panel.block.table.terms()] == [True, False]
    assert "= 1.5 (chosen)" in said(panel.block.table)


def test_a_minus_is_a_factor_of_its_own(make: Make) -> None:
    nodes = (Node("x", "input"), Node("y", "input"), Node("f", combine="product", output=True))
    experiment = new_experiment(
        Network(nodes, (Edge("x", "f", locked=True), Edge("y", "f", locked=True))),
        data=make_data(["x", "y"], ["f"], [[3, 5, 1]]), parameters=np.array([-1.0, 1.0]),
    )  # fmt: skip
    panel = make(experiment)
    panel.step()
    assert said(panel.block.factors) == "-1 −1 sign, x 3 from x, y 5 from y".replace("-1 ", "−1 ")
    assert panel.result == "f = −15"


def test_the_rounding_switch_records_the_pass_anew(make: Make, student: Experiment) -> None:
    panel = make(student)
    panel.step(10)
    switch = panel.explain.footer.rounding
    assert switch.isChecked()
    QTest.mouseClick(switch, LEFT)
    assert not panel.value.settings.rounding
    assert panel.value.cursor == 10, "the place is kept"
    assert panel.result == "e4 = 0.008725"
    QTest.keyClick(switch, Qt.Key.Key_Space)
    assert panel.result == "e4 = 0.0087"
    assert panel.document.stack.undoText() == "Round as the lecture does"
    panel.document.stack.undo()
    assert not switch.isChecked()


def test_where_rounding_cannot_be_had_the_switch_says_why(make: Make, student: Experiment) -> None:
    settings = replace(student.settings, rounding=False, optimizer=Optimizer("adam"))
    panel = make(editing.with_settings(student, settings))
    switch = panel.explain.footer.rounding
    assert not switch.isEnabled()
    assert "plain SGD" in switch.toolTip()


def test_the_digits_are_chosen_below(make: Make, student: Experiment) -> None:
    panel = make(editing.with_settings(student, replace(student.settings, rounding=False)))
    panel.step(2)
    digits = panel.explain.footer.digits
    assert digits.word() == "4 digits"
    seen = [panel.result]
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Home):
        QTest.keyClick(digits, key)
        seen.append(panel.result)
    assert seen == ["o4 = 0.3318", "o4 = 0.331812", "o4 = 0.3318122278318339", "o4 = 0.332"]
    panel.document.set_settings(replace(panel.value.settings, digits=5))
    assert digits.word() == "5 digits"


@pytest.mark.parametrize("size", [(336, 560), (312, 356), (288, 200)])
@pytest.mark.parametrize("digits", [4, 17])
def test_nothing_is_wider_than_the_panel(
    make: Make, student: Experiment, size: tuple[int, int], digits: int, qtbot: QtBot
) -> None:
    settings = replace(student.settings, rounding=False, digits=digits)
    panel = make(editing.with_settings(student, settings), *size)
    for _ in range(26):
        panel.step()
    for place in (1, 2, 5, 7, 8, 10, 11, 22):
        panel.document.go_to(0, place)
        settle(qtbot, panel)
        for area in (a for a in panel.block.findChildren(HotspotWidget) if a.isVisible()):
            assert area.width() <= size[0]
            assert all(s.box.left() >= -0.5 and s.box.right() <= area.width() for s in area.spots)
    footer = panel.explain.footer
    assert footer.geometry().bottom() == size[1] - 1
    assert footer.rounding.geometry().right() < footer.digits.geometry().left()


def test_a_new_step_is_shown_from_its_top(make: Make, student: Experiment) -> None:
    panel = make(student, 312, 200)
    panel.step()
    bar = panel.explain.area.verticalScrollBar()
    QApplication.processEvents()
    bar.setValue(bar.maximum())
    assert bar.value() > 0
    panel.document.set_settings(replace(panel.value.settings, digits=6))
    assert bar.value() > 0, "another number of digits is no new step"
    panel.step()
    assert bar.value() == 0


def test_chips_are_told_to_whoever_wears_them(make: Make, student: Experiment) -> None:
    panel = make(student)
    worn: list[list[tuple[str, NumberRole]]] = []
    panel.explain.chips_changed.connect(worn.append)
    for _ in range(10):
        panel.document.step(stepping.step_phase)
    assert [chips[0][0] if chips else "" for chips in worn] == [
        "FORWARD", "LOSS", "BACKWARD", "GRADIENT", "UPDATE", "",
        "FORWARD", "LOSS", "BACKWARD", "GRADIENT",
    ]  # fmt: skip


def test_a_lone_difference_is_shown_with_its_numbers_put_in(make: Make) -> None:
    """p − t is not told by what it comes to: that stands below it anyway."""
    panel = make(open_lesson("softmax").experiment)
    panel.step_to(lambda step: step.what == "error")
    assert not panel.block.factors.isVisible()
    assert said(panel.block.numbers).replace(" ", "") == "δ_frog=0.00096793−0"
    panel = make(open_lesson("squared-error-regression").experiment)
    panel.step_to(lambda step: step.what == "error")
    assert said(panel.block.numbers).replace(" ", "") == "δ_y=2·(0.75−1.6)"
    panel = make(open_lesson("logistic-loss").experiment)
    panel.step_to(lambda step: step.what == "error")
    assert said(panel.block.factors) == "1 1 the output itself", "there is nothing to put in"


def test_factors_stay_in_order(make: Make, student: Experiment) -> None:
    panel = make(student)
    panel.step(22)
    assert said(panel.block.factors) == "w46 −0.3 old, η 0.9 rate, ∂E/∂w46 −0.0435 gradient"
    value = panel.value
    assert value.trace is not None
    plate = explain(value.context, value.trace, panel.last).plate
    assert isinstance(plate, NumberLine)
    assert [factor.operator for factor in plate.columns] == ["·", "−", "·"]
