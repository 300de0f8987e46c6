"""A place inside a document in words: “epochs”, neurons[3].x, weight of edge n1→n3."""

from collections.abc import Mapping, Sequence

from engine.files.names import brief

Path = tuple[str | int, ...]


def words(path: Path, owner: object = None) -> str:
    """`path` for a person; `owner` is the edge that the path goes through, where there is one."""
    edge = _edge(path, owner)
    if edge:
        return f"{dotted(path[2:])} of {edge}"
    if not path:
        return "the value"
    if all(isinstance(step, str) for step in path):
        return f"“{brief(str(path[-1]))}”"
    return dotted(path)


def words_in(document: object, path: Path) -> str:
    """`path` for a person, with edges called by what they join in the parsed document."""
    owner = document
    for step in path[:2]:
        owner = _inside(owner, step)
    return words(path, owner)


def opening(phrase: str) -> str:
    """`phrase` as the start of a sentence; a path alone keeps its small letter."""
    return phrase[0].upper() + phrase[1:] if " " in phrase else phrase


def dotted(path: Path) -> str:
    """neurons[3].x"""
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{brief(step)}" for step in path)
    return steps.removeprefix(".")


def _edge(path: Path, owner: object) -> str | None:
    if len(path) < 3 or path[0] != "edges" or not isinstance(owner, Mapping):
        return None
    source, target = owner.get("source"), owner.get("target")
    if not isinstance(source, str) or not isinstance(target, str):
        return None
    return f"edge {brief(source)}→{brief(target)}"


def _inside(value: object, step: str | int) -> object:
    if isinstance(value, Mapping) and isinstance(step, str):
        return value.get(step)
    if isinstance(value, Sequence) and isinstance(step, int) and 0 <= step < len(value):
        return value[step]
    return None
