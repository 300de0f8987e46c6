"""The lesson's panel: every page of every lesson, variants, lessons from folders, no lesson."""

import json
import shutil
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import partial
from importlib.resources import files
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from engine.files.lesson import Setup
from engine.files.lesson_checks import AnswerCheck, Looked
from engine.files.loading import load
from engine.lessons.lesson import LessonProgress, lesson_ids, lessons, opened_lesson
from engine.network import Node, Place
from playground.model.document import Document
from playground.model.stage import Look, Stage
from playground.panels.lesson import SIDES, FormulaPlate, LessonPanel, broken
from playground.panels.lesson_tasks import reply_to
from playground.session.lesson_guide import LessonGuide, LessonPlaces, prepared, staged
from playground.theme.formula_pictures import FormulaPictures
from playground.window.workspace import Workspace
from tests.engine.lessons.test_checks import check_of
from tests.playground.dressed import dressed
from tests.playground.lesson_learner import Learner
from tests.playground.opened import LEFT, opened, question, questions
from tests.playground.panel_window import unnamed
from tests.sampled import walks

SHELF = Path(str(files("resources") / "lessons"))


@pytest.fixture
def workspace(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Workspace]:
    with opened(qtbot, qapp, tmp_path) as made:
        yield made


class NoDocks:
    """What a lesson needs to know of the docks where there are none."""

    def in_front(self) -> tuple[str, ...]:
        return ()

    def open_all(self, names: Collection[str]) -> None:
        assert not names

    def put_behind(self, names: Collection[str]) -> None:
        assert not names


def panel_for(qtbot: QtBot, lesson_id: str, tmp_path: Path) -> tuple[QWidget, LessonPanel]:
    """A window and the panel alone in it, at the first step of a lesson."""
    dressed()
    lesson = opened_lesson(lesson_id)
    holder = QWidget()
    qtbot.addWidget(holder)
    document, stage = Document(prepared(lesson, 0), holder), Stage(holder)
    guide = LessonGuide(document, stage, LessonPlaces((tmp_path,)), NoDocks(), holder)
    guide.set_lesson(lesson, lesson_id)
    nothing = lambda: None  # noqa: E731
    pictures = FormulaPictures(holder)
    panel = LessonPanel(document, guide, pictures, holder, nothing, nothing)
    panel.resize(272, 560)
    holder.resize(272, 560)
    holder.show()
    return holder, panel


def check_words(panel: LessonPanel) -> None:
    """None of the words of this page are cut."""
    for label in panel.area.findChildren(QLabel):
        if label.isVisible():
            assert label.height() >= label.heightForWidth(label.width()), label.text()
    for button in [b for r in panel.tasks.rows if r.answer is not None for b in r.answer.choices]:
        room = button.width() - 18
        assert button.fontMetrics().horizontalAdvance(button.text()) <= room, button.text()


@pytest.mark.parametrize("walk", walks(lesson_ids(), 6))
def test_no_task_of_any_lesson_is_ticked_at_its_start_and_no_words_are_cut(
    qtbot: QtBot, workspace: Workspace, walk: list[str]
) -> None:
    learner = Learner(qtbot, workspace)
    for lesson in [lesson for lesson in lessons() if lesson.id in walk]:
        workspace.files.read_lesson(lesson.id)
        for number, step in enumerate(lesson.steps):
            if number:
                learner.next()
            assert learner.panel.title.text() == step.title
            assert learner.panel.head.place.text() == f"{number + 1} of {len(lesson.steps)}"
            assert learner.ticked() == [False] * len(step.tasks), (lesson.id, number + 1)
            check_words(learner.panel)
    assert not questions(workspace.window)


@pytest.mark.parametrize(
    ("kind", "check"),
    [
        ("selected", {"nodes": ["4"]}),
        ("selected", {"edges": [["1", "4"]]}),
        ("row", {"is": 1}),
        ("gradients checked", {}),
    ],
)
def test_what_a_task_asks_to_be_looked_at_is_not_so_when_it_begins(
    kind: str, check: dict[str, object]
) -> None:
    task = check_of(kind=kind, **check)
    start = opened_lesson("student-grade").start
    look = Look(nodes=("4",), edges=(("1", "4"),), row=0, checked=True)

    def is_done(look: Look) -> bool:
        seen = Looked(look.nodes, look.edges, look.row, checked=look.checked)
        return task.is_done(start, seen)

    assert is_done(staged(look, Setup(), (), start))
    assert not is_done(staged(look, Setup(), (task,), start))
    assert staged(look, Setup(row=1), (check_of(**{"kind": "row", "is": 1}),), start).row == 0


def test_a_variant_is_chosen_above_the_text(qtbot: QtBot, workspace: Workspace) -> None:
    workspace.files.read_lesson("loss-curves")
    learner = Learner(qtbot, workspace)
    field = learner.panel.variants
    assert field.isVisible()
    assert field.currentText() == "Rate too low"
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert workspace.document.value.settings == workspace.guide.opened.starts["Good rate"].settings  # type: ignore[union-attr]
    assert workspace.document.stack.undoText() == "Choose “Good rate”"
    settings = replace(workspace.document.value.settings, rate=0.123)
    workspace.document.set_settings(settings)
    assert field.currentIndex() == -1
    workspace.document.stack.undo()
    assert field.currentText() == "Good rate"


def test_the_list_of_variants_says_what_it_is(qtbot: QtBot, workspace: Workspace) -> None:
    panel = Learner(qtbot, workspace).panel
    assert not panel.variants.isVisible()
    assert not panel.variant_label.isVisible()
    workspace.files.read_lesson("student-grade-table")
    QApplication.processEvents()
    label, field = panel.variant_label, panel.variants
    assert (label.text(), label.isVisible(), field.isVisible()) == ("Variant", True, True)
    assert label.geometry().right() < field.geometry().left()
    assert label.y() <= field.geometry().center().y() <= label.geometry().bottom()
    for part in (label, field):
        assert "same experiment with other settings" in part.toolTip()
    widest = max(map(field.fontMetrics().horizontalAdvance, ("Stop at 5 in 100", "500 epochs")))
    assert field.width() >= widest + 40


def test_a_variant_that_differs_in_its_start_alone_is_shown(
    qtbot: QtBot, workspace: Workspace
) -> None:
    workspace.files.read_lesson("convex-or-not")
    field = Learner(qtbot, workspace).panel.variants
    shown = [field.currentText()]
    field.setFocus()
    for _ in range(2):
        QTest.keyClick(field, Qt.Key.Key_Down)
        shown.append(workspace.guide.variant)
        assert field.currentText() == shown[-1]
    assert shown == ["From the left", "From the right", "From near the middle"]
    workspace.document.set_numbers({Place("value", "x"): 1.0}, "Set parameter")
    assert field.currentIndex() == -1


def test_a_document_of_ones_own_keeps_its_lesson(
    qtbot: QtBot, workspace: Workspace, tmp_path: Path
) -> None:
    learner = Learner(qtbot, workspace)
    learner.next()
    learner.next()
    learner.space()
    workspace.files.work.save(tmp_path / "mine.json")
    assert load(tmp_path / "mine.json").experiment.lesson == "student-grade"
    assert learner.panel.head.place.text() == "3 of 7"
    workspace.files.new()
    assert learner.panel.empty.isVisible()
    assert not learner.panel.footer.isVisible()
    workspace.files.open_path(tmp_path / "mine.json")
    assert learner.panel.head.place.text() == "3 of 7"
    assert workspace.document.value.cursor == 2, "a file is opened as it was saved"


def test_without_a_lesson_the_list_is_one_click_away(workspace: Workspace, qtbot: QtBot) -> None:
    workspace.files.new()
    learner = Learner(qtbot, workspace)
    assert learner.panel.empty.text() == "This experiment does not belong to a lesson."
    learner.press_button(learner.panel.button)
    assert workspace.lessons.sheet.isVisible()
    workspace.lessons.turn_page(1)
    assert workspace.strip.refusal.sentence == "No lesson is open. Choose one from the list."


def test_a_lesson_that_is_not_known_any_more_is_no_lesson(
    workspace: Workspace, qtbot: QtBot
) -> None:
    value = replace(workspace.document.value, lesson="from the future")
    workspace.document.replace(value)
    workspace.guide.set_lesson(None, "from the future")
    assert Learner(qtbot, workspace).panel.empty.isVisible()


@pytest.mark.long
@pytest.mark.ci
def test_leaving_and_coming_back_keeps_the_place(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with opened(qtbot, qapp, tmp_path) as workspace:
        learner = Learner(qtbot, workspace)
        learner.click_node("2")
        assert learner.ticked() == [True]
        for _ in range(3):
            learner.next()
        learner.answer(0, "0,526")
        workspace.files.open_lesson("xor")
        assert not questions(workspace.window), "reading on is no unsaved work"
        assert learner.panel.head.place.text() == "1 of 3"
        workspace.files.open_lesson("student-grade")
        assert learner.panel.head.place.text() == "4 of 7"
        workspace.window.close()
    with opened(qtbot, qapp, tmp_path, "") as workspace:
        learner = Learner(qtbot, workspace)
        assert learner.panel.head.place.text() == "4 of 7"
        assert learner.ticked() == [True, False]
        answer = learner.row(0).answer
        assert answer is not None
        assert answer.field is not None
        assert answer.field.text() == "0,526"
        assert workspace.document.value.cursor > 0, "the page's own moment is there"
        for _ in range(3):
            learner.press_button(learner.panel.footer.back)
        assert learner.ticked() == [True]


@pytest.mark.parametrize(
    "damage", [b"garbage", b"[]", b'{"lessons": 3}', b"\xff\xfe", b'{"lessons": {"student-grade"']
)
def test_a_corrupt_file_of_places_is_a_fresh_start_with_a_note(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, damage: bytes
) -> None:
    (tmp_path / "state").mkdir(mode=0o700)
    file = tmp_path / "state" / "lessons.json"
    file.write_bytes(damage)
    with opened(qtbot, qapp, tmp_path) as workspace:
        assert "places in the lessons could not be read" in workspace.strip.refusal.sentence
        learner = Learner(qtbot, workspace)
        assert learner.panel.head.place.text() == "1 of 7"
        learner.next()
        workspace.window.close()
    assert json.loads(file.read_bytes())["lessons"]["student-grade"]["step"] == 1


def test_two_windows_keep_each_others_places(qapp: QApplication, tmp_path: Path) -> None:
    xor, softmax = opened_lesson("xor").lesson, opened_lesson("softmax").lesson
    mine, other = LessonPlaces((tmp_path,)), LessonPlaces((tmp_path,))
    mine.put(xor, LessonProgress(0, 0))
    mine.keep()
    other.put(softmax, LessonProgress(1, 1))
    other.keep()
    mine.put(xor, LessonProgress(2, 2))
    mine.keep()
    other.keep()  # as a window does that closes
    kept = LessonPlaces((tmp_path,))
    assert (kept.progress(xor).step, kept.progress(softmax).step) == (2, 1)


def test_places_that_do_not_fit_the_lesson_are_forgotten(tmp_path: Path) -> None:
    odd = {"step": 99, "reached": -3, "done": [[0, 0], [7, 7], "x"], "answers": [[1, 1, "11"], 4]}
    (tmp_path / "lessons.json").write_text(json.dumps({"lessons": {"student-grade": odd, "x": 1}}))
    lesson = opened_lesson("student-grade").lesson
    progress = LessonPlaces((tmp_path,)).progress(lesson)
    assert (progress.step, progress.reached) == (6, 6)
    assert progress.done == {(0, 0)}
    assert progress.answers == {(1, 1): "11"}


def test_a_lesson_in_a_folder_is_opened_and_one_that_is_wrong_says_why(
    qtbot: QtBot, workspace: Workspace, tmp_path: Path
) -> None:
    folder = tmp_path / "my-lesson"
    shutil.copytree(SHELF / "student-grade", folder)
    text = (folder / "lesson.json").read_text("utf-8")
    (folder / "lesson.json").write_text(text.replace("Will it be a B?", "<b>Mine</b> & more"))
    workspace.files.open_folder(folder)
    learner = Learner(qtbot, workspace)
    assert learner.panel.head.title.text == "<b>Mine</b> & more"
    assert workspace.document.value.lesson == ""
    learner.next()
    learner.next()
    plate = learner.panel.findChild(FormulaPlate)
    assert plate is not None
    assert "σ(i)" in plate.accessibleName()
    workspace.files.open_lesson("xor")
    workspace.files.open_folder(folder)
    assert learner.panel.head.place.text() == "3 of 7", "its place is kept as well"

    (folder / "lesson.json").write_text(text.replace('"nodes": ["2"]', '"nodes": ["nobody"]'))
    workspace.files.open_folder(folder)
    asked = question(qtbot, workspace.window)
    assert asked.heading == "Could not open “my-lesson”"
    assert asked.sentence.startswith("Step 1: task 1: The node “nobody” is not known.")
    assert learner.panel.head.place.text() == "3 of 7"
    workspace.files.open_folder(tmp_path)
    assert "has no lesson.json" in question(qtbot, workspace.window).sentence


def test_unsaved_work_is_asked_about_before_a_lesson_is_opened(
    qtbot: QtBot, workspace: Workspace
) -> None:
    workspace.files.new()
    workspace.document.add_node(Node("a", "input"), (0, 0))
    workspace.files.open_lesson("xor")
    assert question(qtbot, workspace.window).heading.startswith("Save the changes to")
    assert workspace.document.value.lesson == ""


def test_a_lesson_is_left_without_a_question_and_found_again_as_it_was(
    qtbot: QtBot, workspace: Workspace
) -> None:
    learner = Learner(qtbot, workspace)
    learner.next()
    workspace.document.rename("4", "mine")
    workspace.transport.step_update()
    left, page = workspace.document.value, workspace.guide.progress.step
    workspace.files.open_lesson("xor")
    assert workspace.document.value.lesson == "xor"
    assert not questions(workspace.window)
    workspace.files.open_lesson("student-grade")
    assert workspace.document.value == left
    assert workspace.guide.progress.step == page == 1
    assert "as you left it" in workspace.strip.refusal.sentence
    workspace.lessons.start_again()
    assert workspace.document.value.layout.name("4") != "mine"
    assert workspace.guide.progress.step == 0
    workspace.files.open_lesson("xor")
    workspace.files.open_lesson("student-grade")
    assert workspace.document.value.layout.name("4") != "mine"


def test_closing_a_lesson_asks_nothing_and_the_next_start_goes_on(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with opened(qtbot, qapp, tmp_path) as first:
        first.document.rename("4", "mine")
        assert first.window.close()
    with opened(qtbot, qapp, tmp_path) as second:
        assert second.document.value.layout.name("4") == "mine"


def test_a_lesson_whose_kept_experiment_is_damaged_begins_at_its_page(
    qtbot: QtBot, workspace: Workspace
) -> None:
    workspace.document.rename("4", "mine")
    workspace.files.open_lesson("xor")
    kept = workspace.folders[0] / "lessons" / "student-grade.json"
    kept.write_bytes(kept.read_bytes()[:100])
    workspace.files.open_lesson("student-grade")
    assert workspace.document.value.layout.name("4") != "mine"
    assert not questions(workspace.window)


def test_every_control_of_a_page_is_named_and_reached(qtbot: QtBot, workspace: Workspace) -> None:
    learner = Learner(qtbot, workspace)
    learner.next()
    learner.next()
    panel = learner.panel
    hint = learner.row(0).hint_button
    assert hint is not None
    hint.setFocus(Qt.FocusReason.TabFocusReason)
    reached: list[QWidget] = [hint]
    while reached[-1] is not panel.footer.next and len(reached) < 20:
        QTest.keyClick(reached[-1], Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        assert now is not None
        reached.append(now)
    assert unnamed(reached) == []
    choices = learner.row(1).answer.choices  # type: ignore[union-attr]
    assert {panel.footer.next, panel.footer.back, panel.footer.again, *choices} <= set(reached)


def test_a_click_on_the_rail_goes_back_but_not_ahead(qtbot: QtBot, workspace: Workspace) -> None:
    learner = Learner(qtbot, workspace)
    rail = learner.panel.rail
    QTest.mouseClick(rail, LEFT, pos=rail.segment(4).center().toPoint())
    assert workspace.guide.progress.step == 0
    for _ in range(3):
        learner.next()
    QTest.mouseClick(rail, LEFT, pos=rail.segment(1).center().toPoint())
    assert workspace.guide.progress.step == 1


def test_after_the_last_page_comes_the_next_lesson(qtbot: QtBot, workspace: Workspace) -> None:
    learner = Learner(qtbot, workspace)
    for _ in range(6):
        learner.next()
    assert learner.panel.footer.next.text() == "Next lesson"
    learner.next()
    assert workspace.document.value.lesson == "student-grade-table"


def test_formulas_are_broken_before_operators_only() -> None:
    assert broken(r"a=b+c-d") == ("a", "=b", "{}+c", "{}-d")
    assert broken(r"\frac{a+b}{c}=-(d-e)") == (r"\frac{a+b}{c}", "=-(d-e)")
    assert broken("x") == ("x",)


def test_a_long_formula_stays_inside_its_plate(qtbot: QtBot, tmp_path: Path) -> None:
    holder, panel = panel_for(qtbot, "deep-chain", tmp_path)
    assert holder.isVisible()
    plates = []
    for _ in range(4):
        for plate in [one for one in panel.findChildren(FormulaPlate) if one.isVisible()]:
            qtbot.waitUntil(partial(getattr, plate, "complete"))
            image = plate.grab().toImage()
            margins = (*range(3, SIDES - 1), *range(plate.width() - SIDES + 2, plate.width() - 3))
            inks = {image.pixel(x, y) for x in margins for y in range(plate.height())[9:-9]}
            assert len(inks) == 1, "nothing but its ground"
            plates.append(plate)
        panel.footer.next.click()
    assert plates


@pytest.mark.parametrize(
    ("wanted", "typed", "reply"),
    [
        (-0.261, "0.261", "Right size, wrong sign."),
        (6.0, "12", "Twice as much as it should be."),
        (6.0, "3", "Half of what it should be."),
        (13.04, "130,4", "The right digits, but the point is in another place."),
        (0.526, "0.53", "Nearly. Give it a digit more."),
        (4.0, "1/4", "Upside down: divide the other way round."),
        (0.0, "3", "Not yet. Try again, or take the hint."),
        (5.0, "", "Type a number first."),
        (5.0, "1/0", "A number cannot be divided by 0. Write another one below the line."),
    ],
)
def test_replies_to_usual_slips(wanted: float, typed: str, reply: str) -> None:
    assert reply_to(AnswerCheck(is_=wanted), typed) == reply
