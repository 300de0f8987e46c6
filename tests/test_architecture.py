"""The rules of the house that import-linter cannot say, read off the source itself."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
SOURCES = sorted(p for room in ("engine", "playground") for p in (ROOT / room).rglob("*.py"))
EVERYTHING = sorted(
    p for room in ("engine", "playground", "resources", "tests", "benchmarks")
    for p in (ROOT / room).rglob("*.py")
)  # fmt: skip
LONGEST_FILE = 1000  # about 600 is the aim: one noun a newcomer would search for
LONGEST_FUNCTION = 50
TOP_LEVEL = {
    "pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE", "engine", "playground", "resources",
    "tests", "benchmarks",
}  # fmt: skip

#: A name that may be imported only in these places, and why.
KEEPERS: dict[str, tuple[str, ...]] = {
    "QUndoStack": ("playground/model/document.py", "playground/model/document.py"),
    "QUndoCommand": ("playground/model/document.py",),
    "QThread": (),
    "threading": (
        "playground/model/trainer.py",
        "playground/cli/shared.py",  # there only a clock
        "playground/plots/background_import.py",
        "playground/model/training_process.py",
        "playground/model/training_server.py",
    ),
    "pyqtgraph": ("playground/plots/",),
    "contourpy": ("playground/plots/",),
    "ziamath": ("playground/theme/formula_pictures.py",),
    "msgspec": ("engine/files/",),
    "pickle": (  # between two processes of our own, never a file
        "playground/model/training_process.py",
        "playground/model/training_server.py",
    ),
    "marshal": (),
    "shelve": (),
    "ctypes": (),
    "QToolTip": ("playground/widgets/plain_text.py",),
    "QMessageBox": ("playground/dialogs/file_dialogs.py",),  # those of Qt's own dialog
    "QInputDialog": (),
    "QErrorMessage": (),
    "QWhatsThis": (),
    "QTextEdit": (),
    "QTextBrowser": (),
    "QTextDocument": (),
    "QStaticText": (),
}
#: What Qt shows as HTML where it looks like it, and the only places that may have it.
HTML = re.compile(
    r"\b(set\w*ToolTip|setWhatsThis|setStatusTip|\w+TipRole|WhatsThisRole|setHtml|\w+RichText"
    r"|RichText|AutoText|MarkdownText|QLabel(?=[()]))\b"
)
PLAIN = {
    "playground/widgets/plain_text.py": {"setToolTip", "QLabel", "mightBeRichText"},
    "playground/widgets/table.py": {"ToolTipRole"},
    "playground/widgets/buttons.py": {"QLabel"},  # plain from the start
    "playground/panels/history.py": {"ToolTipRole"},
    "playground/panels/lesson_tasks.py": {"QLabel", "RichText"},  # escaped there
}
#: What Python or a library asks there and nowhere else.
HOOKS = {"sys.excepthook", "pg.debug.printExc", "builtins.__import__"}
#: Named so by Python itself: what a NamedTuple offers to all, and how a process ends at once.
OFFERED = {"_replace", "_asdict", "_fields", "_exit"}
PRIVATE = re.compile(r"_[A-Za-z]\w*")
#: Code for a process of its own is written as a string.
PRIVATE_IN_CODE = re.compile(r"\w+\._[A-Za-z]\w*")
BY_NAME = {"setattr", "getattr", "delattr", "hasattr", "attrgetter", "methodcaller", "setitem"}
#: Where no file may need another that needs it, not for its types and not late.
DIALOGS = ("QFileDialog", "QMessageBox", "QInputDialog", "QDialog")
FILE_KEEPERS = (
    "engine/files/",
    "playground/cli/streams.py",
    "playground/session/",
    "playground/theme/icons.py",
    "playground/theme/theme.py",
)
#: These raise where a name is too long or a folder may not be entered; `kind_of` does not.
ASKERS = {"exists", "is_dir", "is_file"}
OPENERS = {"open", "read_text", "write_text", "write_bytes", "fdopen"}
BUILTINS = {"eval", "exec", "compile", "__import__"}
FORBIDDEN_CALLS = {"import_module", "sender"}


READ_ONLY = {"PreviewModel", "SlopesModel"}  # tables without a cell that can be edited


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


class Facts(NamedTuple):
    """What the rules ask of one file."""

    lines: int
    doc: str
    imported: frozenset[str]  # every module and every name
    called: frozenset[str]  # by their names alone
    methods: frozenset[str]
    classes: tuple[str, ...]
    functions: tuple[tuple[str, int], ...]  # their lines
    has_global: bool
    has_colour: bool
    html: frozenset[str]
    loose: frozenset[str]  # functions that are no methods
    methods_made: frozenset[str]
    properties: frozenset[str]
    set_on_others: tuple[tuple[str, frozenset[str]], ...]  # the place, and the names of the value
    of_others: tuple[str, ...]  # private names of other modules and objects, with their lines


@cache
def facts(path: Path) -> Facts:
    """Read off a file once, for all rules."""
    text = path.read_text("utf-8")
    tree = ast.parse(text, str(path))
    nodes = list(ast.walk(tree))
    called = [node.func for node in nodes if isinstance(node, ast.Call)]
    made = {id(node): node.name for node in nodes if isinstance(node, ast.FunctionDef)}
    owned = {
        id(one): one for node in nodes if isinstance(node, ast.ClassDef) for one in node.body
        if isinstance(one, ast.FunctionDef)
    }  # fmt: skip
    return Facts(
        len(text.splitlines()),
        (ast.get_docstring(tree) or "").strip(),
        frozenset(name for node in nodes for name in _imported(node)),
        frozenset(function.id for function in called if isinstance(function, ast.Name)),
        frozenset(function.attr for function in called if isinstance(function, ast.Attribute)),
        tuple(node.name for node in nodes if isinstance(node, ast.ClassDef)),
        tuple(
            (node.name, node.end_lineno - node.lineno + 1) for node in nodes
            if isinstance(node, ast.FunctionDef) and node.end_lineno is not None
        ),
        any(isinstance(node, ast.Global) for node in nodes),
        bool(re.search(r"#[0-9A-Fa-f]{6}\b", text)),
        frozenset(HTML.findall(text)),
        frozenset(made[id(one)] for one in nodes if id(one) in made and id(one) not in owned),
        frozenset(one.name for one in owned.values() if not one.decorator_list),
        frozenset(one.name for one in owned.values() if one.decorator_list),
        tuple(found for node in nodes for found in _set_on_others(node)),
        tuple(found for node in nodes for found in _of_others(node)),
    )  # fmt: skip


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name.split(".")[0] for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield (node.module or "").split(".")[0]
        yield from (alias.name for alias in node.names)


def _set_on_others(node: ast.AST) -> Iterator[tuple[str, frozenset[str]]]:
    """What an assignment sets on an object other than `self`, and what may be called of it."""
    if not isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) or node.value is None:
        return
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    flat = [one for target in targets for one in getattr(target, "elts", [target])]
    for one in flat:
        if isinstance(one, ast.Attribute) and ast.unparse(one.value) not in ("self", "cls"):
            yield ast.unparse(one), frozenset(_values(node.value))


def _values(value: ast.AST) -> Iterator[str]:
    """The names of what a value is or holds, not of what is called to make it."""
    if isinstance(value, ast.Lambda):
        yield "lambda"
    elif isinstance(value, ast.Call):
        yield from ("partial" for _ in range("partial" in ast.unparse(value.func)))
    elif isinstance(value, ast.Name | ast.Attribute):
        yield value.id if isinstance(value, ast.Name) else f".{value.attr}"
    else:
        for part in ast.iter_child_nodes(value):
            yield from _values(part)


def _of_others(node: ast.AST) -> Iterator[str]:
    """Private names that are imported, or asked of an object that is neither `self` nor `cls`."""
    found: list[str] = []
    if isinstance(node, ast.ImportFrom):
        found = [*(node.module or "").split("."), *(alias.name for alias in node.names)]
    elif isinstance(node, ast.Attribute):
        found = [node.attr] if ast.unparse(node.value) not in ("self", "cls", "super()") else []
    elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in BY_NAME:
        words = [one.value for one in node.args if isinstance(one, ast.Constant)]
        found = [part for word in words if isinstance(word, str) for part in word.split(".")]
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n" in node.value:
        asked = (word.split(".") for word in PRIVATE_IN_CODE.findall(node.value))
        found = [name for owner, name in asked if owner not in ("self", "cls")]
    for name in found:
        if PRIVATE.fullmatch(name) and name not in OFFERED:
            yield f"line {getattr(node, 'lineno', 0)}: {name}"


def test_nobody_touches_a_private_name_of_another() -> None:
    """A test goes through the door that a user or a caller uses."""
    found = {name_of(path): facts(path).of_others for path in EVERYTHING}
    assert not {name: private for name, private in found.items() if private}


def test_no_callback_is_set_on_an_object_after_it_was_made() -> None:
    """A fact is a signal, a collaborator an argument of the constructor."""
    methods = frozenset(name for path in SOURCES for name in facts(path).methods_made)
    properties = frozenset(name for path in SOURCES for name in facts(path).properties)
    dotted = frozenset(f".{name}" for name in methods - properties)
    found = [
        f"{name_of(path)}: {place}" for path in SOURCES
        for place, values in facts(path).set_on_others
        if place not in HOOKS and values & (dotted | facts(path).loose | {"lambda", "partial"})
    ]  # fmt: skip
    assert not found


def test_files_and_functions_stay_short() -> None:
    long_functions = [
        (name_of(path), name) for path in EVERYTHING for name, lines in facts(path).functions
        if lines > LONGEST_FUNCTION
    ]  # fmt: skip
    assert not long_functions
    long_files = [name_of(path) for path in EVERYTHING if facts(path).lines > LONGEST_FILE]
    assert not long_files, "split them by noun"


def test_a_class_name_means_one_thing() -> None:
    places: dict[str, list[str]] = {}
    for path in SOURCES:
        for name in facts(path).classes:
            places.setdefault(name, []).append(name_of(path))
    assert not {name: where for name, where in places.items() if len(where) > 1}


def test_what_a_base_leaves_open_is_said_by_every_class_that_is_made() -> None:
    """Python's abstract classes cannot be made from Qt's, so nothing else would tell in time."""
    trees = [ast.parse(path.read_text("utf-8")) for path in SOURCES]
    kinds = {
        node.name: node for tree in trees for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }  # fmt: skip
    made = {name: _methods(node) for name, node in kinds.items()}
    bases = {name: [ast.unparse(base).partition("[")[0] for base in node.bases]
             for name, node in kinds.items()}  # fmt: skip
    above = {base for names in bases.values() for base in names}

    def said(kind: str, method: str) -> bool:
        if method in made[kind]:
            return not made[kind][method]
        return any(base in kinds and said(base, method) for base in bases[kind])

    def lines(kind: str) -> set[str]:
        return {kind}.union(*(lines(base) for base in bases[kind] if base in kinds))

    silent = {
        f"{kind}.{method}" for kind in kinds.keys() - above for base in lines(kind)
        for method, is_open in made[base].items() if is_open and not said(kind, method)
    }  # fmt: skip
    assert silent == {f"{model}.take" for model in READ_ONLY}


def _methods(kind: ast.ClassDef) -> dict[str, bool]:
    """Each by its name, and whether it is left open."""
    return {
        one.name: "raise NotImplementedError" in ast.unparse(one) for one in kind.body
        if isinstance(one, ast.FunctionDef)
    }  # fmt: skip


def test_a_module_says_what_part_it_plays() -> None:
    silent = [name_of(path) for path in SOURCES if not facts(path).doc.endswith((".", "`"))]
    assert not silent, "a module opens with a sentence"


def test_some_names_are_kept_in_one_room() -> None:
    strays = [
        f"{name} in {name_of(path)} belongs to {KEEPERS[name]}" for path in SOURCES
        for name in facts(path).imported & KEEPERS.keys()
        if not name_of(path).startswith(KEEPERS[name])
    ]  # fmt: skip
    assert not strays


def test_nothing_is_executed_or_looked_up_by_a_string() -> None:
    for path in SOURCES:
        found = facts(path)
        assert not BUILTINS & found.called, name_of(path)
        assert not FORBIDDEN_CALLS & (found.called | found.methods), name_of(path)
        assert not found.has_global, name_of(path)


def test_only_the_files_room_opens_our_files() -> None:
    for path in SOURCES:
        if not name_of(path).startswith(FILE_KEEPERS):
            found = facts(path)
            assert "open" not in found.called, name_of(path)
            assert not (OPENERS - {"open"}) & (found.methods - found.called), name_of(path)


def test_what_stands_at_a_place_is_asked_in_one_way() -> None:
    asking = [name_of(path) for path in SOURCES if ASKERS & facts(path).methods]
    assert not asking, "use engine.files.disk.kind_of"


def test_no_colour_is_written_outside_the_palette() -> None:
    coloured = [name_of(path) for path in SOURCES if facts(path).has_colour]
    assert not set(coloured) - {"playground/theme/palette.py"}


def test_tips_and_labels_are_made_where_they_are_plain_text() -> None:
    found = {name_of(path): facts(path).html for path in SOURCES if facts(path).html}
    assert found == PLAIN, "set_tip, show_tip, plain_tip and plain_label show text as it is"


def test_views_open_no_dialogs() -> None:
    for path in SOURCES:
        if name_of(path).startswith(("playground/canvas", "playground/panels", "playground/plots",
                                     "playground/widgets", "engine")):  # fmt: skip
            assert not set(DIALOGS) & facts(path).imported, name_of(path)


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
        name_of(p)[:-3].replace("/", ".") for p in (ROOT / "engine").rglob("*.py")
        if p.stem != "__init__"
    )  # fmt: skip
    code = (
        f"import sys, {rooms}\n"
        "sys.exit(any(m.split('.')[0] in ('PySide6', 'pyqtgraph') for m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=60, check=False)
    assert done.returncode == 0


def test_painters_end_and_qt_is_not_asked_for_its_focus_chain() -> None:
    """A painter that an error leaves open ends the program; the chain: `widgets/focus.py`."""
    pattern = re.compile(r"[=,] QPainter\((?!\))|painter\.(?:save|restore)\(\)|InFocusChain\(")
    found = [name_of(path) for path in SOURCES if pattern.search(path.read_text("utf-8"))]
    assert not found, "say `with QPainter(…) as painter:` and `with QPainterStateGuard(painter):`"
