"""The open experiment: what a name may hold, and how much a document, before it comes to a file."""

import pytest

from engine.experiment import stepping
from engine.experiment.editing import keep
from engine.experiment.experiment import new_experiment
from engine.files import limits
from engine.files.document import document_text
from engine.files.loading import load_bytes
from engine.lessons.lesson import open_lesson
from engine.network import Network, Node
from playground.model.document import Document


def test_a_name_is_what_it_will_be_when_the_file_is_opened_again() -> None:
    document = Document(open_lesson("student-grade").experiment)
    for typed, kept in (("a\u202eb", "a�b"), ("a\x00\ud800", "a��"), ("n" * 300, "n" * 199 + "…")):
        document.rename("4", typed)
        assert document.value.layout.name("4") == kept
        text = document_text(document.value).encode()
        assert load_bytes(text).experiment == document.value


@pytest.mark.parametrize("more", [0, 1])
def test_a_document_grows_only_as_large_as_its_file_may_be(more: int) -> None:
    nodes = tuple(Node(f"n{k}", "input") for k in range(limits.NEURONS - 1 + more))
    document = Document(new_experiment(Network(nodes)))
    heard: list[str] = []
    document.refused.connect(heard.append)
    assert document.add_node(Node("last", "input"), (0, 0)) is not bool(more)
    told = "That would be 10,001 neurons; a document holds at most 10,000."
    assert heard == [told] * more


def test_row_81_no_more_settings_are_kept_than_a_file_may_hold() -> None:
    document = Document(open_lesson("student-grade").experiment)
    heard: list[str] = []
    document.refused.connect(heard.append)
    for number in range(limits.VARIANTS + 1):
        document.do("Keep", lambda e, k=number: keep(e, f"v{k}"))  # type: ignore[misc]
    assert heard == ["That would be 101 kept settings; a document holds at most 100."]
    assert load_bytes(document_text(document.value).encode()).experiment == document.value


def test_steps_that_end_where_they_began_leave_the_very_value() -> None:
    start = open_lesson("student-grade").experiment
    document = Document(start)
    document.step(stepping.step)
    document.step(stepping.step)
    document.go_to(0, 0)
    assert document.value is start
    assert not document.stack.canUndo()
