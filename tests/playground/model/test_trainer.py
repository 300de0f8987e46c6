"""Training beside the window: snapshots, one undo entry, and the same numbers as without it."""

import threading
import time
from collections.abc import Generator, Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.experiment.training import Goal, RunProgress, trained
from engine.lessons.lesson import open_lesson
from playground.model.document import Document
from playground.model.trainer import SLICE, LatestJob, Trainer


@pytest.fixture
def document() -> Document:
    return Document(open_lesson("xor").experiment)


@pytest.fixture
def trainer(document: Document) -> Iterator[Trainer]:
    made = Trainer(document)
    yield made
    made.close()


def test_a_run_is_one_undo_entry_and_equals_a_run_without_a_window(
    qtbot: QtBot, document: Document, trainer: Trainer
) -> None:
    before = document.value
    with qtbot.waitSignal(document.changed, timeout=20_000):
        trainer.start(Goal(updates=1500))
    assert not trainer.is_running
    after = document.value
    assert after.updates == 1500
    alone = trained(before, Goal(updates=1500))
    assert after.parameters.tobytes() == alone.parameters.tobytes()
    assert document.stack.count() == 1
    assert document.stack.text(0) == "Train 1,500 updates, rate 0.03"
    document.stack.undo()
    assert document.value is before


def test_snapshots_arrive_and_stop_ends_at_an_update(
    qtbot: QtBot, document: Document, trainer: Trainer
) -> None:
    seen: list[RunProgress] = []
    trainer.progressed.connect(seen.append)
    trainer.start()
    qtbot.waitUntil(lambda: len(seen) >= 3 and seen[-1].update > 0, timeout=20_000)
    began = time.process_time()
    trainer.stop()
    assert time.process_time() - began < 5
    assert document.value.updates >= seen[-1].update > 0
    assert [p.update for p in seen] == sorted(p.update for p in seen)


def test_an_error_in_other_work_costs_no_run(
    qtbot: QtBot, document: Document, trainer: Trainer
) -> None:
    def wrong() -> Generator[str, None, None]:
        yield "begun"
        raise ValueError("wrong")

    trainer.worker.awake.clear()
    trainer.work("map", wrong(), lambda value, over: None)
    trainer.start(Goal(updates=5))
    assert trainer.worker.wait_for_end("map", 20)
    assert trainer.training_worker.wait_for_end("train", 20)
    with pytest.raises(ValueError, match="wrong"):
        trainer.take_letters()
    assert document.value.updates == 5
    assert not trainer.is_running


def test_the_rate_can_change_while_it_runs(
    qtbot: QtBot, document: Document, trainer: Trainer
) -> None:
    seen: list[RunProgress] = []
    trainer.progressed.connect(seen.append)
    trainer.start()
    qtbot.waitUntil(lambda: len(seen) >= 1, timeout=20_000)
    assert document.set_settings(replace(document.settings, rate=0.1))
    qtbot.waitUntil(lambda: seen[-1].settings.rate == 0.1, timeout=20_000)
    trainer.stop()
    assert document.value.settings.rate == 0.1
    assert document.stack.text(0).endswith("rate 0.03 → 0.1")


def test_a_rate_given_just_before_stop_is_kept(
    qtbot: QtBot, document: Document, trainer: Trainer
) -> None:
    trainer.set_pace(1.0)  # the worker waits between its questions nearly all the time
    for rate in (0.1, 0.2, 0.3, 0.4):
        trainer.start()
        qtbot.wait(20)
        assert document.set_settings(replace(document.settings, rate=rate))
        trainer.stop()
        assert document.value.settings.rate == rate


def test_divergence_ends_at_the_last_finite_update(
    qtbot: QtBot, document: Document, trainer: Trainer
) -> None:
    start = document.value
    nodes = [replace(n, activation="square") if n.kind == "neuron" else n
             for n in start.network.nodes]  # fmt: skip
    document.change_nodes(nodes)
    document.set_settings(replace(start.settings, rate=10.0))
    with qtbot.waitSignal(document.changed, timeout=20_000):
        trainer.start()
    ending = document.value.ending
    assert ending is not None and ending.rule == "infinite"
    assert document.value.updates == ending.update - 1
    assert np.isfinite(document.value.parameters).all()


def test_a_run_that_makes_no_update_leaves_no_entry_and_tells_its_ending(
    qtbot: QtBot, document: Document, trainer: Trainer
) -> None:
    nodes = [replace(n, activation="square") if n.kind == "neuron" else n
             for n in document.value.network.nodes]  # fmt: skip
    document.change_nodes(nodes)
    document.set_settings(replace(document.settings, rate=10.0))
    with qtbot.waitSignal(document.changed, timeout=20_000):
        trainer.start()
    document.set_settings(replace(document.settings, rate=5.0))
    entries, before = document.stack.count(), document.value
    for _ in range(3):
        with qtbot.waitSignal(document.changed, timeout=20_000):
            trainer.start()
        ending = document.value.ending
        assert ending is not None and ending.rule == "infinite"
        assert document.stack.count() == entries
        assert document.value.updates == before.updates
    document.undo()
    assert document.settings.rate == 10.0


def test_a_slow_pace_makes_few_updates(qtbot: QtBot, document: Document, trainer: Trainer) -> None:
    trainer.set_pace(20.0)
    seen: list[RunProgress] = []
    trainer.progressed.connect(seen.append)
    began = time.monotonic()
    trainer.start()
    qtbot.waitUntil(lambda: bool(seen) and seen[-1].update >= 3, timeout=20_000)
    trainer.stop()
    assert 3 <= document.value.updates < 20 * (time.monotonic() - began) + 3
    told = [(progress.update, progress.curve.count) for progress in seen]
    assert len(set(told)) == len(told)  # each only once, however often it is asked


def test_other_work_runs_beside_a_run(qtbot: QtBot, document: Document, trainer: Trainer) -> None:
    pictures: list[tuple[int, bool]] = []

    def work() -> Iterator[int]:
        yield from range(1, 6)

    trainer.start()
    trainer.work("surface", (x for x in work()), lambda value, over: pictures.append((value, over)))
    qtbot.waitUntil(lambda: bool(pictures) and pictures[-1] == (5, True), timeout=20_000)
    assert trainer.is_running
    trainer.stop()


def test_an_error_in_the_worker_reaches_the_window(document: Document, trainer: Trainer) -> None:
    def work() -> Iterator[int]:
        yield 1
        raise ZeroDivisionError("a bug")

    trainer.work("map", (x for x in work()), lambda value, over: None)
    trainer.worker.wait_for_end("map", 60)
    with pytest.raises(ZeroDivisionError):
        trainer.take_letters()


def test_what_a_job_has_said_is_not_taken_by_the_one_it_gives_way_to(trainer: Trainer) -> None:
    heard: list[str] = []

    def saying(word: str) -> None:
        trainer.work("map", (x for x in [word]), lambda value, over: heard.append(value))

    saying("old")
    trainer.progressed.connect(lambda progress: saying("new"))
    trainer.start(Goal(updates=5))
    assert trainer.worker.wait_for_end("map", 20)
    assert trainer.training_worker.wait_for_end("train", 20)
    trainer.take_letters()
    assert not heard
    trainer.finish("map")
    assert heard == ["new"]


def test_the_end_of_other_work_is_always_told(
    qtbot: QtBot, document: Document, trainer: Trainer
) -> None:
    """Each value takes longer than a slice, so the end comes alone, after the value was taken."""
    heard: list[tuple[int, bool]] = []

    def work() -> Iterator[int]:
        for value in range(4):
            time.sleep(0.05)
            yield value
        time.sleep(0.05)

    trainer.work("map", (x for x in work()), lambda value, over: heard.append((value, over)))
    qtbot.waitUntil(lambda: bool(heard) and heard[-1][1], timeout=20_000)
    assert heard[-1] == (3, True)
    assert [over for _, over in heard].count(True) == 1


def test_work_that_is_asked_for_at_the_end_of_a_run_is_heard(
    qtbot: QtBot, document: Document, trainer: Trainer
) -> None:
    heard: list[tuple[int, bool]] = []

    def ask() -> None:
        trainer.work("map", (x for x in range(3)), lambda value, over: heard.append((value, over)))
        trainer.worker.wait_for_end("map", 60)

    document.changed.connect(ask)
    trainer.start(Goal(updates=10))
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == [(2, True)]


def test_the_worker_rests_until_the_window_has_painted(
    qtbot: QtBot, document: Document, trainer: Trainer
) -> None:
    rests: list[bool] = []

    class Painted(QWidget):
        def paintEvent(self, event: QPaintEvent) -> None:
            rests.append(not trainer.worker.awake.is_set())

    widget = Painted()
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitExposed(widget)
    QApplication.processEvents()
    rests.clear()
    trainer.progressed.connect(lambda progress: widget.update())
    trainer.start()
    qtbot.waitUntil(lambda: len(rests) >= 12, timeout=20_000)
    assert all(rests[1:])  # the first may be that of the window as it opens
    qtbot.waitUntil(trainer.worker.awake.is_set, timeout=20_000)
    rests.clear()
    trainer.make_frame()
    rests.append(not trainer.worker.awake.is_set())
    trainer.stop()  # does not wait for anything to be painted
    rests.append(not trainer.training_worker.awake.is_set())
    assert rests == [True, False]
    assert document.value.updates > 0


def test_an_error_does_not_leave_the_worker_at_rest(
    qtbot: QtBot, document: Document, trainer: Trainer
) -> None:
    def fail(progress: RunProgress) -> None:
        raise ZeroDivisionError("a bug in a panel")

    trainer.progressed.connect(fail)
    with qtbot.captureExceptions() as caught:
        trainer.start()
        qtbot.waitUntil(lambda: len(caught) >= 3, timeout=20_000)
        trainer.stop()
    assert document.value.updates > 0
    qtbot.waitUntil(trainer.worker.awake.is_set, timeout=20_000)


def test_what_is_waited_for_goes_before_all_else(qtbot: QtBot, trainer: Trainer) -> None:
    worker, turns = trainer.worker, {"map": 0, "surface": 0}

    def work(kind: str, most: int) -> Iterator[int]:
        for turns[kind] in range(1, most):
            time.sleep(2 * SLICE)
            yield turns[kind]

    worker.start("map", (x for x in work("map", 10_000)))
    worker.start("surface", (x for x in work("surface", 40)))
    assert worker.wait_for_end("surface", 60)
    assert turns["map"] < 10
    before = turns["map"]
    qtbot.waitUntil(lambda: turns["map"] >= before + 3, timeout=20_000)
    worker.cancel("map")


class Errand:
    """Work of one kind that notes what it came to and in which thread it was done."""

    def __init__(self, trainer: Trainer) -> None:
        self.begun = 0
        self.gate = threading.Event()
        self.taken: list[tuple[int, bool]] = []
        self.threads: set[str] = set()
        self.job = LatestJob(
            trainer, "errand", self.make, lambda value, over: self.taken.append((value, over))
        )

    @property
    def ends(self) -> list[int]:
        return [value for value, over in self.taken if over]

    def make(self) -> Generator[int, None, None]:
        self.begun += 1
        return self.work(self.begun)

    def work(self, number: int) -> Generator[int, None, None]:
        yield number
        while not self.gate.is_set():
            yield number
        self.threads.add(threading.current_thread().name)


def test_the_newest_job_takes_the_place_of_the_one_before(qtbot: QtBot, trainer: Trainer) -> None:
    errand = Errand(trainer)
    errand.job.start()
    qtbot.waitUntil(lambda: bool(errand.taken))
    errand.job.start()
    errand.taken.clear()
    errand.gate.set()
    qtbot.waitUntil(lambda: not errand.job.busy)
    assert errand.ends == [2] and all(value == 2 for value, _ in errand.taken)
    assert errand.threads == {"worker"}, "nothing of it in the thread of the window"


def test_what_is_asked_for_meanwhile_is_done_once_more_at_the_end(
    qtbot: QtBot, trainer: Trainer
) -> None:
    errand = Errand(trainer)
    errand.job.refresh()
    for _ in range(3):
        errand.job.refresh()
    assert errand.begun == 1
    errand.gate.set()
    qtbot.waitUntil(lambda: errand.begun == 2 and not errand.job.busy)
    assert errand.ends == [1, 2]


def test_cancelled_work_says_no_more_and_is_not_begun_again(qtbot: QtBot, trainer: Trainer) -> None:
    errand = Errand(trainer)
    errand.job.start()
    errand.job.refresh()
    errand.job.cancel()
    errand.gate.set()
    assert not errand.job.busy
    qtbot.wait(150)
    assert not errand.taken and errand.begun == 1


def test_no_work_is_told_of_after_the_trainer_is_closed(qtbot: QtBot, trainer: Trainer) -> None:
    errand = Errand(trainer)
    errand.job.start()
    errand.job.refresh()
    trainer.close()
    errand.gate.set()
    qtbot.wait(150)
    assert not errand.ends and errand.begun == 1


def test_work_that_is_not_needed_is_not_begun(trainer: Trainer) -> None:
    job = LatestJob(trainer, "nothing", lambda: None, lambda value, over: None)
    job.start()
    assert not job.busy and not trainer.is_working("nothing")
