"""Training in a process of its own comes to what training here comes to, and loses nothing."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engine.experiment import history as histories
from engine.experiment.editing import with_settings
from engine.experiment.experiment import Experiment
from engine.experiment.history import end_of, position_at, start_of
from engine.experiment.record import Record
from engine.experiment.training import Goal, LocalRun, RunCommand, RunProgress, train, trained
from engine.functions.optimizers import Optimizer, Schedule
from engine.settings import Stops
from playground.model import training_process
from playground.model.document import Document
from playground.model.trainer import Trainer
from playground.model.training_process import GONE, RemoteRun, TrainingProcess
from tests.engine.experiments import check_invariants, logarithm, perceptron, small, student

ROOT = Path(__file__).parents[3]
WHOLE: list[tuple[Experiment, Goal | None]] = [
    (
        small(rows=40, tests=9, optimizer=Optimizer("adam"), shuffle=True, l2=0.01),
        Goal(updates=4000),
    ),
    (small(rows=40, batch=None, optimizer=Optimizer("momentum")), Goal(updates=3000)),
    (small(rows=11, schedule=Schedule("exponential")), Goal(epochs=70)),
    (small(stops=Stops(loss_below=0.12), rate=0.3), None),
    (small(stops=Stops(epochs=30)), None),
    (small(loss="zero-one", stops=Stops(patience=2)), None),
    (small(), Goal(updates=0)),
    (student(rounding=True), Goal(updates=40)),
    (trained(small(), Goal(updates=5000)), Goal(updates=3000)),
    (small(rows=40, batch=1), Goal(epoch_end=True)),
    (perceptron(rate=1.0, batch=None), None),  # its numbers become infinite
    (logarithm(1.0), None),  # a number that does not exist
]


def pulled(
    experiment: Experiment,
    goal: Goal | None,
    *commands: RunCommand,
    begin: Any = training_process.begin,
) -> tuple[Experiment, list[RunProgress]]:
    """The end of a run that is sent these, the last of them again and again."""
    run = train(experiment, goal, begin)
    seen = [next(run)]
    waiting = list(commands) or [RunCommand()]
    while True:
        command = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        try:
            seen.append(run.send(command))
        except StopIteration as stopped:
            return stopped.value, seen


def same(here: Experiment, there: Experiment) -> None:
    """All that is saved, why it ended, and every recorded update, to the last bit."""
    assert here == there
    assert here.curve == there.curve
    assert here.parameters.tobytes() == there.parameters.tobytes()
    endings = [end and (end.rule, end.sentence, end.update) for end in (here.ending, there.ending)]
    assert endings[0] == endings[1]
    assert [(s.first, s.updates, s.spacing, s.keyframes) for s in here.history] == [
        (s.first, s.updates, s.spacing, s.keyframes) for s in there.history
    ]
    first, last = start_of(here.history), end_of(here.history)
    for update in np.linspace(first, last, 25).astype(int).tolist():
        one, other = (position_at(each.history, update)[1] for each in (here, there))
        assert one.parameters.tobytes() == other.parameters.tobytes()
        assert [v.tobytes() for v in one.state] == [v.tobytes() for v in other.state]
        assert (one.count, one.turn) == (other.count, other.turn)
    check_invariants(there)


@pytest.mark.parametrize(("experiment", "goal"), WHOLE, ids=range(len(WHOLE)))
def test_it_comes_to_what_a_run_here_comes_to(experiment: Experiment, goal: Goal | None) -> None:
    done, seen = pulled(experiment, goal)
    same(trained(experiment, goal), done)
    assert [progress.update for progress in seen] == sorted(progress.update for progress in seen)


def test_a_record_that_is_thinned_on_the_way_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other process learns which updates are kept a moment after it was decided here."""
    monkeypatch.setattr(histories, "MOST_KEYFRAMES", 20)
    begun = small(optimizer=Optimizer("adam"))
    done, _ = pulled(begun, Goal(updates=3000))
    same(trained(begun, Goal(updates=3000)), done)
    assert done.history[0].spacing >= 128


def test_settings_given_on_the_way_count_from_an_update_on() -> None:
    begun = small(rows=40, shuffle=True)
    faster = replace(begun.settings, rate=0.2, batch=5)
    stop_soon = replace(faster, stops=Stops(loss_below=1e-9))
    commands = [RunCommand(most=50)] * 8
    commands += [RunCommand(settings=faster, most=50)] * 8
    commands += [RunCommand(settings=stop_soon, most=50)] * 8 + [RunCommand(stop=True)]
    done, _ = pulled(begun, None, *commands)
    assert done.settings == stop_soon and [s.updates > 0 for s in done.history] == [True, True]
    first, second = (segment.updates for segment in done.history)
    again = trained(begun, Goal(updates=first))
    here = trained(replace(again, ending=None), Goal(updates=0))
    there = [position_at(done.history, update)[1] for update in (first, first + second)]
    assert here.parameters.tobytes() == there[0].parameters.tobytes()
    after = trained(with_settings(here, faster), Goal(updates=second))
    assert after.parameters.tobytes() == there[1].parameters.tobytes() == done.parameters.tobytes()
    check_invariants(done)


def test_settings_that_cannot_be_end_the_run_and_lose_nothing() -> None:
    begun = small()
    bad = replace(begun.settings, loss="softmax cross-entropy")
    steps = [RunCommand(most=5)] * 50
    done, _ = pulled(begun, None, *steps, RunCommand(settings=bad, most=5))
    assert done.ending is not None and done.ending.rule == "refused"
    assert done.ending.sentence.startswith("Softmax cross-entropy compares several outputs.")
    assert done.settings == begun.settings and done.updates > 0
    assert (
        done.parameters.tobytes() == trained(begun, Goal(updates=done.updates)).parameters.tobytes()
    )


def test_a_number_of_updates_is_made_and_no_more() -> None:
    run = train(small(), None, training_process.begin)
    next(run)
    end = time.monotonic() + 60
    seen = run.send(RunCommand(most=7))
    while seen.update < 7 and time.monotonic() < end:
        seen = run.send(RunCommand(most=7))
    for _ in range(30):
        assert run.send(RunCommand(most=0)).update == 7
    run.close()


@pytest.fixture
def trainer(document: Document) -> Iterator[Trainer]:
    made = Trainer(document)
    yield made
    made.close()


@pytest.fixture
def document() -> Document:
    return Document(small(rows=60))


def children() -> set[int]:
    """The processes that were begun by this one and have not ended."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(words[1]) == os.getpid() and words[0] != "Z":
                found.add(int(entry.name))
    return found


on_linux = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks /proc")


@on_linux
def test_a_killed_process_costs_nothing_that_was_told(
    qtbot: QtBot, document: Document, trainer: Trainer
) -> None:
    training_process.close()
    others, before = children(), document.value
    trainer.start()
    qtbot.waitUntil(lambda: trainer.progress is not None and trainer.progress.update > 500)
    (process,) = children() - others
    told = trainer.progress
    with qtbot.waitSignal(document.changed, timeout=20_000):
        os.kill(process, signal.SIGKILL)
    after = document.value
    assert not trainer.is_running and told is not None
    assert after.updates >= told.update
    assert after.ending is not None and after.ending.sentence == GONE.format(f"{after.updates:,}")
    alone = trained(before, Goal(updates=after.updates))
    assert after.parameters.tobytes() == alone.parameters.tobytes()
    check_invariants(after)
    with qtbot.waitSignal(document.changed, timeout=20_000):
        trainer.start(Goal(updates=100))  # in a process of its own again
    assert document.value.updates == after.updates + 100
    document.stack.undo()
    document.stack.undo()
    assert document.value is before


@on_linux
def test_the_process_ends_with_the_one_that_began_it() -> None:
    """Also in the middle of a run, and where that one has no time to say so."""
    program = """
import os, sys, time
from engine.experiment.training import RunCommand, train
from playground.model import training_process
from tests.engine.experiments import small
run = train(small(), None, training_process.begin)
next(run)
while run.send(RunCommand()).update < 100: pass
of_all = {p: open(f"/proc/{p}/stat").read() for p in os.listdir("/proc") if p.isdigit()}
mine = str(os.getpid())
print(*(p for p, told in of_all.items() if told.rsplit(")", 1)[1].split()[1] == mine), flush=True)
os.kill(os.getpid(), 9)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, timeout=60, check=False
    )
    process, end = int(done.stdout), time.monotonic() + 20
    while Path(f"/proc/{process}").exists() and time.monotonic() < end:
        time.sleep(0.02)
    assert not Path(f"/proc/{process}").exists()


@on_linux
def test_one_process_is_begun_and_used_again(
    qtbot: QtBot, document: Document, trainer: Trainer
) -> None:
    training_process.close()
    others = children()
    trainer.prepare()
    trainer.finish("training process")
    (process,) = children() - others
    for _ in range(3):
        with qtbot.waitSignal(document.changed, timeout=20_000):
            trainer.start(Goal(updates=10))
        assert children() - others == {process}
    training_process.close()
    assert children() == others


def test_where_no_process_can_be_begun_the_run_is_made_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    training_process.close()
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    begun = small()
    made = []

    def begin(*given: Any) -> Any:
        made.append(training_process.begin(*given))
        return made[0]

    done, _ = pulled(begun, Goal(updates=300), begin=begin)
    assert isinstance(made[0], LocalRun)
    same(trained(begun, Goal(updates=300)), done)


def test_a_bug_in_the_other_process_is_not_hidden() -> None:
    process = TrainingProcess()
    broken = replace(small(), position=replace(small().position, parameters=np.zeros(3)))
    with pytest.raises(ValueError):
        run = RemoteRun(process, Record(broken), Goal())
        end = time.monotonic() + 30
        while time.monotonic() < end:
            run.slice(None, seen=True)
    process.close()


def test_nothing_is_imported_from_the_folder_it_is_begun_in(tmp_path: Path) -> None:
    for name in ("pickle", "numpy", "engine"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(3)")
    program = f"""
import sys
sys.path[:] = [{str(ROOT)!r}] + [p for p in sys.path if p]
from engine.experiment.training import Goal, RunCommand, train
from playground.model import training_process
from tests.engine.experiments import small
run = train(small(), Goal(updates=20), training_process.begin)
next(run)
try:
    while True: run.send(RunCommand())
except StopIteration as stopped: print(stopped.value.ending.sentence)
"""
    done = subprocess.run(
        [sys.executable, "-I", "-c", program], cwd=tmp_path, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert done.stdout == "Stopped at update 20, as asked.\n", done.stderr


def test_a_run_that_nobody_ended_is_closed_in_peace_with_the_program() -> None:
    program = """
from engine.experiment.training import RunCommand, train
from playground.model import training_process
from tests.engine.experiments import small
run = train(small(), None, training_process.begin)
next(run)
while run.send(RunCommand()).update < 100: pass
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
