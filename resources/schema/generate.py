"""The JSON Schemas of our files, from their types: `python -m resources.schema.generate`."""

import json
from inspect import cleandoc
from pathlib import Path
from typing import Any

import msgspec

from engine.files.lesson import WireIndex, WireLesson
from engine.files.wire import WireDocument, WireModel

DRAFT = "https://json-schema.org/draft/2020-12/schema"
SCHEMAS: dict[str, tuple[str, type[msgspec.Struct]]] = {
    "document.schema.json": ("A playground document", WireDocument),
    "model.schema.json": ("A trained model", WireModel),
    "lesson.schema.json": ("A lesson: its steps, tasks and variants", WireLesson),
    "lessons.schema.json": ("The list of lessons", WireIndex),
}


def schema_text(name: str) -> str:
    """The schema of that name, as it stands in resources/schema."""
    title, kind = SCHEMAS[name]
    made = {"$schema": DRAFT, "title": title, **msgspec.json.schema(kind)}
    schema = json.loads(json.dumps(made), object_hook=_evened)
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _evened(entry: dict[str, Any]) -> dict[str, Any]:
    """An entry as every version of msgspec tells it: docstrings dedented, null the last choice."""
    if isinstance(text := entry.get("description"), str):
        entry["description"] = cleandoc(text)
    if isinstance(kinds := entry.get("anyOf"), list):
        kinds.sort(key=lambda kind: bool(kind == {"type": "null"}))
    return entry


def write_schemas(folder: Path) -> None:
    for name in SCHEMAS:
        (folder / name).write_text(schema_text(name), encoding="utf-8")


if __name__ == "__main__":
    write_schemas(Path(__file__).parent)
