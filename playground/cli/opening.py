"""What is meant by FILE|LESSON: a lesson's id wins, then the folder of a lesson of one's own.

A file has a path separator or an ending.
"""

import os
from pathlib import Path

from engine.errors import Refused, unknown
from engine.experiment import Experiment
from engine.files.document_reading import Loaded
from engine.files.documents import load
from engine.files.names import brief
from engine.files.reading import kind_of
from engine.lessons import lesson_ids, open_folder, open_lesson
from playground.cli.streams import complain


def open_experiment(name: str) -> Experiment:
    """The experiment of that name; what its reader should be told goes to standard error."""
    loaded = _loaded(name)
    for note in loaded.notes:
        complain(note)
    return loaded.experiment


def _loaded(name: str) -> Loaded:
    if name in lesson_ids():
        return open_lesson(name)
    return open_folder(name).loaded if kind_of(name) == "folder" else load(_file(name))


def _file(name: str) -> Path:
    separators = [os.sep, os.altsep] if os.altsep else [os.sep]
    if any(separator in name for separator in separators) or Path(name).suffix:
        return Path(name)
    name = brief(name)
    refusal = unknown("Lesson", name, lesson_ids())
    raise Refused(f"{refusal.sentence} A file is named with its ending, like {name}.json.")
