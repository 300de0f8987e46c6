"""A place inside a document in words: “epochs”, “x” of the 4th neuron, weight of edge n1→n3.

A person counts from 1; only the path behind the button for details counts as JSON does."""

from collections.abc import Mapping, Sequence

from engine.files.names import brief
from engine.numerals import nth

Path = tuple[str | int, ...]

#: What one member of a list is called.
ONE = {
    "neurons": "neuron", "edges": "edge", "variants": "variant", "nodes": "node", "steps": "step",
    "tasks": "task", "text": "paragraph", "points": "point", "groups": "group",
}  # fmt: skip


def words(path: Path, owner: object = None) -> str:
    """`path` for a person; `owner` is the edge that the path goes through, where there is one."""
    edge = _edge(path, owner)
    if edge:
        return f"{dotted(path[2:])} of {edge}"
    if not path:
        return "the value"
    if all(isinstance(step, str) for step in path):
        return f"“{brief(str(path[-1]))}”"
    return spoken(path)


def spoken(path: Path) -> str:
    """“x” of the 4th neuron"""
    owner, keys = "", list[str]()
    for step in path:
        if isinstance(step, str):
            keys.append(step)
            continue
        one = ONE.get(keys[0]) if len(keys) == 1 else None
        of = f" of “{dotted(tuple(keys))}”" if keys and not one else ""
        owner = f"the {nth(step + 1)} {one or 'entry'}{of}{f' of {owner}' if owner else ''}"
        keys = []
    inside = dotted(tuple(keys))
    return f"“{inside}” of {owner}" if inside and owner else inside or owner


def words_in(document: object, path: Path) -> str:
    """`path` for a person, with edges called by what they join in the parsed document."""
    owner = document
    for step in path[:2]:
        owner = _inside(owner, step)
    return words(path, owner)


def opening(phrase: str) -> str:
    """`phrase` as the start of a sentence; a key alone keeps its small letter."""
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
