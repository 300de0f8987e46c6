"""What is meant by FILE|LESSON: a lesson's id wins, then the folder of a lesson of one's own.

`-` is standard input; all else is a file.
"""

from pathlib import Path

from engine.errors import Refused, brief, did_you_mean
from engine.experiment.experiment import Experiment
from engine.files import limits
from engine.files.disk import kind_of, means_file, refuse_large
from engine.files.document import Loaded
from engine.files.loading import load, load_bytes
from engine.lessons import lesson_ids, open_folder, open_lesson
from playground.cli.streams import STREAM, complain, read_input


def open_experiment(name: str) -> Experiment:
    """The experiment of that name; what its reader should be told goes to standard error."""
    loaded = _loaded(name)
    for note in loaded.notes:
        complain(note)
    return loaded.experiment


def _loaded(name: str) -> Loaded:
    if name == STREAM:
        return piped()
    if name in lesson_ids():
        return open_lesson(name)
    return open_folder(name).loaded if kind_of(name) == "folder" else load(_file(name))


def piped() -> Loaded:
    """The document that comes in through standard input."""
    data = read_input(limits.FILE_BYTES + 1)
    refuse_large(len(data))
    return load_bytes(data)


def _file(name: str) -> Path:
    if means_file(name):
        return Path(name)
    if not name:
        raise Refused("The name is empty. Name a file or a lesson.")
    known = lesson_ids()
    raise Refused(
        f"Lesson “{brief(name)}” is not known.{did_you_mean(name, known)} The command lessons "
        f"lists them all; a file is named with its ending, like {brief(name)}.json."
    )
