"""Row 75: of a run that is killed at most ten seconds are lost, and the rest is offered."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from benchmarks.canvas import large_experiment
from engine.experiment.editing import with_settings
from engine.experiment.experiment import Experiment
from engine.experiment.stepping import go_to, step, step_update
from engine.experiment.training import Goal, RunCommand, RunProgress, snapshot, train, trained
from engine.files.document import document_text
from engine.files.loading import load, load_bytes
from engine.functions.optimizers import OPTIMIZERS, Optimizer
from engine.lessons.lesson import open_lesson
from playground.model.document import Document
from playground.model.trainer import Trainer
from playground.session.backups import DOCUMENT, WAIT, About, Backups, found
from playground.window.workspace import Workspace
from tests.playground.opened import answer, crash, opened, question, questions
from tests.playground.programs import program, state_of
from tests.playground.session.test_backups import left_behind


def interrupted(experiment: Experiment, updates: int) -> RunProgress:
    """What a run tells when it has come so far."""
    run = train(experiment)
    progress = next(run)
    while progress.done < updates:
        progress = run.send(RunCommand(most=updates - progress.done))
    return progress


def _at_rest(experiment: Experiment) -> Experiment:
    return experiment


def _in_a_pass(experiment: Experiment) -> Experiment:
    return step(step(experiment))


def _in_the_past(experiment: Experiment) -> Experiment:
    return go_to(step_update(step_update(step_update(experiment))), 1, 0)


@pytest.mark.parametrize("kind", sorted(OPTIMIZERS))
@pytest.mark.parametrize("where", [_at_rest, _in_a_pass, _in_the_past])
def test_a_snapshot_is_a_sound_experiment_that_goes_on_as_the_run_would(
    kind: str, where: Callable[[Experiment], Experiment]
) -> None:
    lesson = open_lesson("xor").experiment
    settings = replace(lesson.settings, optimizer=Optimizer(kind), batch=1, shuffle=True)
    begun = where(with_settings(lesson, settings))
    kept = snapshot(begun, interrupted(begun, 7))
    restored = load_bytes(document_text(kept).encode()).experiment
    assert restored == kept
    assert restored.updates == begun.updates + 7
    whole = trained(begun, Goal(updates=20))
    again = trained(restored, Goal(updates=13))
    assert again.parameters.tolist() == whole.parameters.tolist()
    assert again.turn == whole.turn
    assert step_update(restored).updates == step_update(kept).updates == restored.updates + 1


def test_a_snapshot_of_a_lesson_that_rounds_keeps_its_settings() -> None:
    begun = open_lesson("student-grade").experiment
    assert begun.settings.rounding
    kept = snapshot(begun, interrupted(begun, 5))
    assert kept.settings == begun.settings
    assert load_bytes(document_text(kept).encode()).experiment == kept


def start_run(qtbot: QtBot, workspace: Workspace, wait: int = 30) -> int:
    """Train until a backup of the run is written; the update it was written at."""
    state = workspace.folders[0]
    workspace.backups.timer.setInterval(wait)
    workspace.trainer.start()
    qtbot.waitUntil(lambda: bool(list(state.rglob(DOCUMENT))))
    (backup,) = state.rglob(DOCUMENT)
    qtbot.waitUntil(lambda: load(backup).experiment.updates > 0)
    return load(backup).experiment.updates


def test_row_75_a_run_is_backed_up_while_it_goes_on(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    assert WAIT <= 5_000  # at most as much again is needed to write it
    with opened(qtbot, qapp, tmp_path, "set-spiral") as workspace:
        before = workspace.document.value
        first = start_run(qtbot, workspace)
        (backup,) = (tmp_path / "state").rglob(DOCUMENT)
        qtbot.waitUntil(lambda: load(backup).experiment.updates > first)
        assert workspace.document.value is before, "a snapshot is never the document's value"
        assert workspace.document.stack.count() == 0
        workspace.trainer.stop()
        qtbot.waitUntil(lambda: not workspace.backups.waiting)
        assert load(backup).experiment == workspace.document.value
        workspace.document.undo()
        assert workspace.backups.write()
        assert not backup.exists()


@pytest.mark.long
@pytest.mark.ci
def test_row_75_an_interrupted_run_is_offered_compared_and_restored(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with opened(qtbot, qapp, tmp_path, "set-spiral") as workspace:
        start_run(qtbot, workspace)
        workspace.trainer.worker.wait_for_end("backup", 10)
        (file,) = (tmp_path / "state").rglob(DOCUMENT)
        kept = {path: path.read_bytes() for path in file.parent.iterdir()}
        crash(workspace)
    for path, data in kept.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (backup,) = found((tmp_path / "state",))
    updates = backup.load().experiment.updates
    with opened(qtbot, qapp, tmp_path, "xor") as workspace:
        asked = question(qtbot, workspace.window)
        assert asked.heading == f"A run was interrupted at update {updates:,}."
        assert asked.sentence == ("The program ended before the run did. It belongs to “Spiral”.")
        asked.button("Compare").click()
        qtbot.waitUntil(lambda: len(questions(workspace.window)) == 2)
        assert f"Updates: 0 → {updates:,}" in questions(workspace.window)[-1].sentence
        answer(qtbot, workspace.window, "Close")
        answer(qtbot, workspace.window, "Restore")
        document = workspace.document
        assert document.value.updates == updates
        assert workspace.files.work.modified
        assert document.step(step_update)
        workspace.trainer.start(Goal(updates=5))
        workspace.trainer.stop()
        assert document.value.updates > updates
        mine = tmp_path / "mine.json"
        workspace.files.work.save(mine)
        assert load(mine).experiment == document.value


def test_row_75_the_sentence_is_the_one_of_the_contract(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    document = Document(open_lesson("xor").experiment)
    folder = left_behind(tmp_path / "state", document, About("mine.json"))
    (folder / "about.json").write_text(
        '{"title": "mine.json", "path": "", "digest": "", "run": 14671}'
    )
    with opened(qtbot, qapp, tmp_path, "xor") as workspace:
        asked = question(qtbot, workspace.window)
        assert asked.heading == "A run was interrupted at update 14,671."
        for text in ("Restore", "Compare", "Discard"):
            assert asked.button(text).isEnabled()
        answer(qtbot, workspace.window, "Discard")
    assert not found((tmp_path / "state",))


@pytest.mark.parametrize("run", ["-1", "1e99", "true", '"7"', "null", "[]", "9" * 400])
def test_a_number_of_updates_that_cannot_be_is_none(tmp_path: Path, run: str) -> None:
    document = Document(open_lesson("xor").experiment)
    folder = left_behind(tmp_path, document, About("mine.json"))
    about = f'{{"title": "mine.json", "path": "", "digest": "", "run": {run}}}'
    (folder / "about.json").write_text(about)
    (backup,) = found((tmp_path,))
    assert backup.about.run == 0


def test_a_large_experiment_is_written_beside_the_window(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    document = Document(large_experiment(200, 2_000, 10))
    trainer = Trainer(document)
    told: list[str] = []
    backups = Backups(document, (tmp_path,), lambda: About("large"), told.append, trainer)
    document.start_again()
    document.set_settings(replace(document.value.settings, rate=0.5))
    trainer.worker.awake.clear()
    backups.write_beside()
    assert not list(tmp_path.rglob(DOCUMENT)), "it has only been asked for"
    document.set_settings(replace(document.value.settings, rate=0.25))
    assert backups.write()
    qtbot.waitUntil(lambda: not trainer.is_working("backup"))
    (backup,) = tmp_path.rglob(DOCUMENT)
    assert load(backup).experiment == document.value, "the newer one is written last"
    document.set_settings(replace(document.value.settings, rate=0.125))
    backups.write_beside()
    qtbot.waitUntil(lambda: not trainer.is_working("backup"))
    assert load(backup).experiment == document.value
    trainer.close()
    backups.close()
    assert not told


def test_what_is_not_wanted_any_more_is_not_written_after_that(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    document = Document(open_lesson("xor").experiment)
    trainer = Trainer(document)
    backups = Backups(document, (tmp_path,), lambda: About("x"), print, trainer)
    document.set_settings(replace(document.value.settings, rate=0.5))
    trainer.worker.awake.clear()
    backups.write_beside()
    assert trainer.is_working("backup")
    backups.forget()
    trainer.worker.wait_for_end("backup", 20)
    trainer.close()
    assert not list(tmp_path.rglob(DOCUMENT))
    backups.close(stays=True)
    assert not found((tmp_path,))


def test_a_full_disk_is_told_from_beside_the_window_too(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    blocked = tmp_path / "state"
    blocked.write_text("a file where the folder should be")
    document = Document(open_lesson("xor").experiment)
    trainer = Trainer(document)
    told: list[str] = []
    backups = Backups(document, (blocked,), lambda: About("x"), told.append, trainer)
    backups.timer.setInterval(20)
    trainer.start()
    qtbot.waitUntil(lambda: bool(told))
    with qtbot.waitSignal(backups.timer.timeout):
        pass
    assert len(told) == 1 and told[0].startswith("Automatic backup is off: ")
    blocked.unlink()
    qtbot.waitUntil(lambda: bool(list(tmp_path.rglob(DOCUMENT))))
    trainer.close()
    backups.close()


@pytest.mark.long
@pytest.mark.ci
def test_row_75_a_program_that_is_killed_in_a_run_has_left_it(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    act = """
workspace.backups.timer.setInterval(50)
def tell(progress):
    if any(workspace.folders[0].rglob("document.json")):
        print(progress.update, flush=True)
workspace.trainer.progressed.connect(tell)
workspace.trainer.start()
"""
    with program(tmp_path, "set-spiral", act) as killed:
        killed.kill()
    (backup,) = found((state_of(tmp_path),))
    assert backup.about.run == backup.load().experiment.updates > 0
