"""What ships is sound: schemas fit their types, and every shipped file fits its schema."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from engine.files.document_writing import document_text
from engine.files.documents import load
from engine.files.model_writing import model_text
from engine.files.schema import SCHEMAS, schema_text
from engine.lessons import lesson_ids, lessons, open_lesson

RESOURCES = Path(__file__).parents[1] / "resources"
DOCUMENTS = sorted(RESOURCES.glob("lessons/*/experiment.json"))


def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RESOURCES / "schema" / name).read_text("utf-8"))
    return found


def validate(value: object, name: str) -> None:
    jsonschema.Draft202012Validator(schema(name)).validate(value)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_the_one_its_types_give(name: str) -> None:
    assert (RESOURCES / "schema" / name).read_text("utf-8") == schema_text(name)
    jsonschema.Draft202012Validator.check_schema(schema(name))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.parent.name)
def test_a_shipped_document_fits_its_schema_and_is_as_we_would_save_it(path: Path) -> None:
    validate(json.loads(path.read_text("utf-8")), "document.schema.json")
    loaded = load(path)
    assert loaded.notes == ()
    assert document_text(loaded.experiment).encode() == path.read_bytes()
    validate(json.loads(model_text(loaded.experiment)), "model.schema.json")


def test_the_schema_refuses_what_is_wrong() -> None:
    document = json.loads(DOCUMENTS[0].read_text("utf-8"))
    document["edges"][0]["weight"] = "heavy"
    with pytest.raises(jsonschema.ValidationError):
        validate(document, "document.schema.json")


def test_every_lesson_folder_is_listed_and_every_listed_lesson_is_there() -> None:
    assert sorted(lesson_ids()) == sorted(path.parent.name for path in DOCUMENTS)
    validate(json.loads((RESOURCES / "lessons/index.json").read_text()), "lessons.schema.json")
    for lesson in lessons():
        validate(
            json.loads((RESOURCES / "lessons" / lesson.id / "lesson.json").read_text("utf-8")),
            "lesson.schema.json",
        )
        assert lesson.title and lesson.line and lesson.group
        assert open_lesson(lesson.id).experiment.lesson == lesson.id


def test_the_first_lesson_is_the_flagship() -> None:
    assert lesson_ids()[0] == "student-grade"
