"""Documents: load and save the whole experiment, strictly and all or nothing."""

from dataclasses import replace
from pathlib import Path

from engine.experiment.experiment import Experiment
from engine.files.disk import read_bytes, save_text
from engine.files.document import (
    MIGRATIONS,
    NEWEST,
    Loaded,
    Migrations,
    Repairs,
    document_text,
    migrate,
    ours,
    read_document,
)
from engine.files.json_text import parse
from engine.files.model import read_model
from engine.files.wire import MODEL_FORMAT


def load(path: str | Path, repairs: Repairs | None = None) -> Loaded:
    """The experiment in a file, or a DocumentError that says what, where and what now."""
    return load_bytes(read_bytes(path), repairs)


def load_bytes(
    data: bytes,
    repairs: Repairs | None = None,
    table: Migrations = MIGRATIONS,
    newest: int = NEWEST,
) -> Loaded:
    """The same from the bytes of a file."""
    parsed = parse(data)
    if isinstance(parsed, dict) and parsed.get("format") == MODEL_FORMAT:
        return read_model(parsed)
    raw, version = migrate(ours(parsed), table, newest)
    loaded = read_document(raw, repairs)
    return replace(loaded, version=version, converted=version < newest)


def save(path: str | Path, experiment: Experiment) -> None:
    """The experiment on the disk, or a refusal and the old file unchanged."""
    save_text(path, document_text(experiment))
