"""Qt's objects are deleted by the window's thread alone."""

import gc
import threading
from collections.abc import Generator, Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from engine.lessons.lesson import open_lesson
from playground.model.document import Document
from playground.model.trainer import Trainer
from playground.window.start import GarbageTimer


@pytest.fixture
def where() -> Iterator[list[str]]:
    """The thread of each collection from now on."""
    threads: list[str] = []

    def note(phase: str, info: dict[str, int]) -> None:
        threads.append(threading.current_thread().name)

    gc.callbacks.append(note)
    yield threads
    gc.callbacks.remove(note)


def litter() -> Generator[int, None, None]:
    """Work beside the window that leaves much behind."""
    for k in range(400):
        for _ in range(100):
            ring: list[object] = []
            ring.append(ring)
        yield k


def test_what_the_worker_leaves_is_collected_in_the_window(qtbot: QtBot, where: list[str]) -> None:
    parent = QObject()
    trainer = Trainer(Document(open_lesson("xor").experiment, parent), parent)
    timer = GarbageTimer(parent)
    timer.start(1)
    where.clear()
    over: list[bool] = []
    trainer.work("litter", litter(), lambda value, last: over.append(last))
    qtbot.waitUntil(lambda: over[-1:] == [True] and bool(where))
    trainer.close()
    assert set(where) == {threading.main_thread().name}
