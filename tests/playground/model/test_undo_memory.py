"""The undo stack forgets its oldest entries when it holds too much, and counts seldom."""

from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from engine.experiment.stepping import step_update
from engine.files import limits
from playground.cli.shared import open_experiment
from playground.model import document as undo_memory
from playground.model.document import Document
from tests.playground.window_calls import calls_here

KEPT = 20


@pytest.fixture
def document(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Document:
    monkeypatch.setattr(limits, "UNDO_ENTRIES", KEPT)
    return Document(open_experiment("student-grade"))


def held(document: Document) -> int:
    """What the entries that are kept hold, each array once."""
    seen, stack = set[int](), document.stack
    size = 0
    for number in range(document.forgotten, stack.count()):
        entry: Any = stack.command(number)
        for value in (entry.before, entry.after):
            size += undo_memory.unseen(value, seen)
    return size


def learn(document: Document, updates: int) -> None:
    for number in range(updates):
        document.do(f"Update {number}", step_update)


def test_what_is_held_stays_below_the_limit(
    document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "UNDO_BYTES", 500_000)
    for _ in range(40):
        learn(document, 10)
        assert held(document) <= limits.UNDO_BYTES
    kept = document.stack.count() - document.forgotten
    assert document.forgotten > 0
    assert kept > KEPT


def test_nothing_is_forgotten_while_it_fits(document: Document) -> None:
    learn(document, 5 * KEPT)
    assert document.forgotten == 0


def test_branches_that_were_taken_back_do_not_fool_it(
    document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "UNDO_BYTES", 300_000)
    for number in range(60):
        learn(document, 9)
        for _ in range(number % 8):
            document.stack.undo()
        document.rename("4", f"name {number}")
        assert held(document) <= limits.UNDO_BYTES or _few(document)
    assert document.forgotten > 0


def _few(document: Document) -> bool:
    return document.stack.count() - document.forgotten <= KEPT


def test_a_push_does_not_look_through_all_entries(document: Document) -> None:
    learn(document, 200)
    with calls_here(undo_memory.unseen) as done:
        learn(document, 100)
    assert done["unseen"] == 2 * 100
