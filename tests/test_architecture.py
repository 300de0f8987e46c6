"""The rules of the house that import-linter cannot say, read off the source itself."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted(p for room in ("engine", "playground") for p in (ROOT / room).rglob("*.py"))
EVERYTHING = sorted(
    p for room in ("engine", "playground", "resources", "tests", "benchmarks")
    for p in (ROOT / room).rglob("*.py")
)  # fmt: skip
LONGEST_FILE = 350
LONGEST_FUNCTION = 50
TOP_LEVEL = {
    "pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE", "engine", "playground", "resources",
    "tests", "benchmarks",
}  # fmt: skip

#: A name that may be imported only in these places, and why.
KEEPERS: dict[str, tuple[str, ...]] = {
    "QUndoStack": ("playground/document.py", "playground/undo_memory.py"),
    "QUndoCommand": ("playground/document.py",),
    "QThread": (),
    "threading": ("playground/worker.py",),
    "pyqtgraph": (),  # the plots paint themselves; importing it held the window too long
    "contourpy": ("playground/plots/",),
    "ziamath": ("playground/mathematics.py",),
    "msgspec": ("engine/files/",),
    "pickle": (),
    "marshal": (),
    "shelve": (),
    "ctypes": (),
}
DIALOGS = ("QFileDialog", "QMessageBox", "QInputDialog", "QDialog")
FILE_KEEPERS = (
    "engine/files/",
    "playground/cli/streams.py",
    "playground/keeping/",
    "playground/icons.py",
)
OPENERS = {"open", "read_text", "write_text", "write_bytes", "fdopen"}
BUILTINS = {"eval", "exec", "compile", "__import__"}
FORBIDDEN_CALLS = {"import_module", "sender"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def imported(path: Path) -> Iterator[str]:
    """Every module and every name that a file imports."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0]
            yield from (alias.name for alias in node.names)


def called(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Name):
                yield function.id
            elif isinstance(function, ast.Attribute):
                yield function.attr


def called_by_name(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id


@pytest.mark.parametrize("path", EVERYTHING, ids=name_of)
def test_files_and_functions_stay_short(path: Path) -> None:
    text = path.read_text("utf-8")
    limit = LONGEST_FILE if path in SOURCES else 2 * LONGEST_FILE
    assert len(text.splitlines()) <= limit, "split it by noun"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and node.end_lineno is not None:
            length = node.end_lineno - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{node.name} has {length} lines"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_module_says_what_part_it_plays(path: Path) -> None:
    doc = ast.get_docstring(tree_of(path))
    assert doc and doc.strip().endswith((".", "`")), "a module opens with a sentence"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_some_names_are_kept_in_one_room(path: Path) -> None:
    here = name_of(path)
    for name in imported(path):
        if name in KEEPERS:
            assert here.startswith(KEEPERS[name]), f"{name} belongs to {KEEPERS[name]}"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_nothing_is_executed_or_looked_up_by_a_string(path: Path) -> None:
    assert not BUILTINS & set(called_by_name(path))
    assert not FORBIDDEN_CALLS & set(called(path))
    assert not any(isinstance(node, ast.Global) for node in ast.walk(tree_of(path)))


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_only_the_files_room_opens_our_files(path: Path) -> None:
    here = name_of(path)
    if not here.startswith(FILE_KEEPERS):
        found = set(called_by_name(path))
        attributes = set(called(path)) - found
        assert "open" not in found
        assert not (OPENERS - {"open"}) & attributes


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_colour_is_written_outside_the_palette(path: Path) -> None:
    if name_of(path) != "playground/palette.py":
        assert not re.search(r"#[0-9A-Fa-f]{6}\b", path.read_text("utf-8"))


def test_views_open_no_dialogs() -> None:
    for path in SOURCES:
        if name_of(path).startswith(("playground/canvas", "playground/panels", "playground/plots",
                                     "playground/widgets", "engine")):  # fmt: skip
            assert not set(DIALOGS) & set(imported(path)), name_of(path)


def test_every_module_stands_on_a_floor() -> None:
    """A module that import-linter's list forgets could import whatever it likes."""
    listed = re.findall(
        r"\b(?:engine|playground)\.\w+", (ROOT / "pyproject.toml").read_text("utf-8")
    )
    for house in ("engine", "playground"):
        rooms = {p.stem for p in (ROOT / house).iterdir() if p.suffix == ".py" or p.is_dir()}
        missing = {f"{house}.{room}" for room in rooms - {"__init__", "__pycache__"}} - set(listed)
        assert not missing, f"give {missing} a floor"


def test_the_top_level_holds_what_was_agreed() -> None:
    found = {p.name for p in ROOT.iterdir() if not p.name.startswith(".")}
    extra = {"build", "dist"} | {p.name for p in ROOT.glob("*.egg-info")}
    assert found - extra <= TOP_LEVEL
    assert found >= TOP_LEVEL


def test_no_registry_is_named() -> None:
    pattern = re.compile(r"https?://[a-z.-]*(pypi|npm|hosted|debian)[a-z.-]*")
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        if (
            path.is_file()
            and path.suffix in (".py", ".toml", ".md", ".json")
            and parts[0] != ".git"
        ):
            assert not pattern.search(path.read_text("utf-8", "replace")), path


def test_importing_the_engine_brings_no_window() -> None:
    import subprocess
    import sys

    rooms = ", ".join(
        name_of(p)[:-3].replace("/", ".") for p in (ROOT / "engine").glob("*.py")
        if p.stem != "__init__"
    )  # fmt: skip
    code = (
        f"import sys, {rooms}\n"
        "sys.exit(any(m.split('.')[0] in ('PySide6', 'pyqtgraph') for m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=60, check=False)
    assert done.returncode == 0
