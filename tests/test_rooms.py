"""The house in terms of its rooms: what imports what, how large they are, and that README tells."""

import ast
import re
from collections.abc import Iterable
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[1]
#: The two floors of files that stand in `engine/` itself, below and above the functions.
WORDS, VALUES = ("errors", "numerals"), ("network", "layout", "data", "settings")
ROOMS_AT_MOST_16 = 16
#: `window/` is built anew by what comes next, `plots/` has a file for each kind of plot.
LARGER_ROOMS = {"playground.window": 31, "playground.plots": 24}


def module_of(path: Path) -> str:
    """As an import names it; a package's face by the name of the package."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


PATHS = {
    module_of(path): path for house in ("engine", "playground")
    for path in sorted((ROOT / house).rglob("*.py"))
}  # fmt: skip


def imported(path: Path) -> set[str]:
    """Every module of ours that a file imports, late or for its types only."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            whole = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= whole & PATHS.keys() or {node.module}
    return found & PATHS.keys()


IMPORTS = {module: imported(path) for module, path in PATHS.items()}


def room_of(module: str) -> str:
    """The folder a module stands in; the files of `engine/` itself by their floor."""
    house, _, rest = module.partition(".")
    name = rest.partition(".")[0]
    if house == "engine" and name in (*WORDS, *VALUES):
        return "engine words" if name in WORDS else "engine values"
    return f"{house}.{name}" if name else f"{house} face"


def arrows(rooms: dict[str, str]) -> set[tuple[str, str]]:
    """From a room to another one that it imports."""
    return {
        (rooms[a], rooms[b]) for a, needed in IMPORTS.items() for b in needed
        if rooms[a] != rooms[b]
    }  # fmt: skip


def needs(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    graph: dict[str, set[str]] = {}
    for a, b in pairs:
        graph.setdefault(a, set()).add(b)
    return graph


def test_no_circle_among_the_files_of_a_room() -> None:
    """Not even a late one, or one for types."""
    for room in {room_of(module) for module in PATHS}:
        inside = {module for module in PATHS if room_of(module) == room}
        pairs = ((a, b) for a in inside for b in IMPORTS[a] & inside)
        TopologicalSorter(needs(pairs)).prepare()  # raises a CycleError that names the files


def test_no_circle_among_the_rooms_and_few_arrows() -> None:
    rooms = {module: room_of(module) for module in PATHS}
    TopologicalSorter(needs(arrows(rooms))).prepare()
    outside = {m: "engine" if m.startswith("engine") else room for m, room in rooms.items()}
    assert len(arrows(outside)) <= 70


def test_no_file_is_there_for_one_reader_alone() -> None:
    """Up to 15 are layers that have a name of their own."""
    readers = {module: {m for m in PATHS if module in IMPORTS[m]} for module in PATHS}
    alone = [
        module for module, those in readers.items()
        if len(those) == 1 and room_of(module) == room_of(next(iter(those)))
        and not module.startswith("playground.window.")
    ]  # fmt: skip
    assert len(alone) <= 15, alone


def test_rooms_and_files_are_neither_large_nor_tiny() -> None:
    lines = {m: len(p.read_text("utf-8").splitlines()) for m, p in PATHS.items()}
    tiny = [m for m, path in PATHS.items() if lines[m] < 60 and path.stem != "__init__"]
    assert len(tiny) <= 25, tiny
    for room in {room_of(module) for module in PATHS}:
        inside = [m for m, p in PATHS.items() if room_of(m) == room and p.stem != "__init__"]
        assert len(inside) <= LARGER_ROOMS.get(room, ROOMS_AT_MOST_16), room


def test_the_readme_names_every_room_and_no_other() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    inside = text[text.index("## Inside") : text.index("## Speed")]
    table = {name.rstrip("/") for row in re.findall(r"^\| (`.*?) \|", inside, re.MULTILINE)
             for name in re.findall(r"`([^`]+)`", row)}  # fmt: skip
    folders = {p.parent for p in PATHS.values()} - {ROOT / "engine", ROOT / "playground"}
    files = {p for house in ("engine", "playground") for p in (ROOT / house).glob("*.py")
             if p.stem != "__init__"}  # fmt: skip
    assert table == {p.relative_to(ROOT).as_posix() for p in folders | files}
    for name in re.findall(r"`([a-z]+/[a-z_/]+(?:\.py|/))`", inside):
        places = (ROOT / name, ROOT / "playground" / name, ROOT / "engine" / name)
        assert any(place.exists() for place in places), name
