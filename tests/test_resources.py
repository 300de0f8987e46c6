"""What ships is sound: schemas fit their types, and every shipped file fits its schema."""

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from engine.files.document import document_text
from engine.files.loading import load, model_text
from engine.lessons.lesson import lesson_ids, lessons, open_lesson
from resources.schema.generate import SCHEMAS, schema_text
from tests.engine.tables import read_table

RESOURCES = Path(__file__).parents[1] / "resources"
WIDEST_FORMULA = 205
DOCUMENTS = sorted(p for p in RESOURCES.glob("lessons/*/*.json") if p.name != "lesson.json")


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RESOURCES / "schema" / name).read_text("utf-8"))
    return found


def validate(value: object, name: str) -> None:
    jsonschema.Draft202012Validator(schema(name)).validate(value)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_the_one_its_types_give(name: str) -> None:
    assert (RESOURCES / "schema" / name).read_text("utf-8") == schema_text(name)
    jsonschema.Draft202012Validator.check_schema(schema(name))


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
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
    assert sorted(lesson_ids()) == sorted({path.parent.name for path in DOCUMENTS})
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


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_no_two_nodes_of_a_lesson_stand_on_each_other(path: Path) -> None:
    layout = load(path).experiment.layout
    for (one, (x, y)), (other, (u, v)) in combinations(layout.positions.items(), 2):
        assert abs(x - u) >= 165 or abs(y - v) >= 90, f"{one} and {other}"


def test_the_table_of_students_is_the_data_of_its_lesson() -> None:
    table = read_table(RESOURCES / "datasets" / "students.csv")
    names = tuple(column.name for column in table.columns)
    assert names == ("assignments", "readings", "lectures", "b_or_better")
    data = open_lesson("student-grade-table").experiment.data
    columns = [[] if c.numbers is None else c.numbers.tolist() for c in table.columns]
    assert columns == data.cells.T.tolist()
    assert data.count == 30 and len(data.testing) == 6
    assert data.target_rows(data.testing).mean() == data.target_rows(data.training).mean() == 0.5


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_every_formula_of_a_lesson_can_be_drawn_and_fits_its_panel() -> None:
    ziamath = pytest.importorskip("ziamath")
    for lesson in lessons():
        for formula in (f for step in lesson.steps for f in step.formulas):
            width, _ = ziamath.Latex(formula.latex, size=16).getsize()
            assert 0 < width <= WIDEST_FORMULA, (lesson.id, formula.plain)
