"""The open experiment: what a name may hold before it comes to a file."""

from engine.files.document_writing import document_text
from engine.files.documents import load_bytes
from engine.lessons import open_lesson
from playground.document import Document


def test_a_name_is_what_it_will_be_when_the_file_is_opened_again() -> None:
    document = Document(open_lesson("student-grade").experiment)
    for typed, kept in (("a\u202eb", "a�b"), ("a\x00\ud800", "a��"), ("n" * 300, "n" * 199 + "…")):
        document.rename("4", typed)
        assert document.value.layout.name("4") == kept
        text = document_text(document.value).encode()
        assert load_bytes(text).experiment == document.value
