"""Loading reads one file and nothing else: no other file, no socket, no process, no import."""

import json
import sys
from pathlib import Path
from typing import Any

from engine.files.loading import load
from engine.lessons.lesson import open_lesson

FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.spawn", "os.posix_spawn",
             "exec", "compile", "import", "ctypes.", "urllib.", "pickle.", "open", "os.remove",
             "os.rename", "os.listdir", "shutil.")  # fmt: skip
NASTY = (
    "../../secret.txt", "C:\\secret.txt", "file:///etc/passwd", "\\\\server\\share\\x",
    "http://example.invalid/x", "__import__('os')", "os.system", "<img src=file:///etc/passwd>",
)  # fmt: skip

_watching: list[list[tuple[str, Any]]] = []


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if _watching and event.startswith(FORBIDDEN):
        _watching[-1].append((event, arguments[:1]))


sys.addaudithook(_hook)


def test_row_25_nothing_but_the_file_itself_is_opened(tmp_path: Path) -> None:
    raw = json.loads(_text())
    for text in NASTY:
        raw["neurons"].append({"id": f"n {text}", "name": text})
    raw |= {"lesson": NASTY[0], "extra": NASTY[2], "data": {**raw["data"], "classes": list(NASTY)}}
    path = tmp_path / "nasty.json"
    path.write_text(json.dumps(raw))
    load(path)  # everything that is imported late has been by now
    seen: list[tuple[str, Any]] = []
    _watching.append(seen)
    try:
        loaded = load(path)
    finally:
        _watching.pop()
    assert loaded.experiment.layout.name(f"n {NASTY[0]}") == NASTY[0]
    others = [each for each in seen if not isinstance(each[1][0], int)]  # apart from descriptors
    assert others == [("open", (str(path),))], seen


def test_the_watch_sees_what_it_must_see(tmp_path: Path) -> None:
    seen: list[tuple[str, Any]] = []
    _watching.append(seen)
    try:
        (tmp_path / "x").write_text("x")
    finally:
        _watching.pop()
    assert seen


def _text() -> str:
    from engine.files.document import document_text

    return document_text(open_lesson("student-grade").experiment)
