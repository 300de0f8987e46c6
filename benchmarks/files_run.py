"""In how many files of the program code runs for one Step, and for the drag to a new edge.

Not how long it takes but how far one has to look who wants to understand it: each function that
runs is seen by a profiler hook, in every thread. Each is done once before, so that nothing of an
import is counted. The Step is the first one backwards, which all that explains a number has to do
with. `python -m benchmarks.files_run --files` names the files.
"""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from inspect import CO_OPTIMIZED
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import engine
import playground
from benchmarks.alive import window_of
from benchmarks.timing import Row
from engine.experiment.stepping import step, step_back
from engine.lessons.lesson import open_lesson

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from playground.canvas.view import CanvasView
    from playground.model.document import Document

LESSON = "student-grade"
FORWARD = 7  # of its micro-steps lie before the first error term
ROOMS = tuple(f"{Path(str(room.__file__)).parent}{os.sep}" for room in (engine, playground))
HOUSE = Path(str(engine.__file__)).parents[1]
BARS = {
    "files run: one Step on the canvas alone": 25,
    "files run: a drag to a new edge": 35,
    "files run: one Step in the whole window": 100,
}
QUIET = 0.5  # seconds in which nothing more is done
NEW_EDGE = ("1", "6")  # of the lesson: from an input over the hidden layer


def measured() -> Iterator[Row]:
    """The three counts as rows of the table."""
    for (what, bar), files in zip(BARS.items(), counted(), strict=True):
        yield Row(what, "files", len(files), bar, floor=False)


def counted() -> Iterator[list[str]]:
    """The files of each, in the order of the bars."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with _Seen() as seen, _canvas() as (app, document, view):
        document.go_to(0, FORWARD)
        yield _files(
            app, seen, lambda: document.step(step), lambda: document.step(step_back)
        )  # fmt: skip
        yield _files(app, seen, _drag(view), document.stack.undo)
    with _Seen() as seen, window_of(LESSON) as (app, workspace):
        workspace.docks.panel("curves")  # waits for the library of the plots
        workspace.document.go_to(0, FORWARD)
        actions = workspace.window.menus.actions

        def back() -> None:
            actions["step-back"].trigger()
            workspace.backups.write()  # it comes seconds after any change, so it may not come now

        yield _files(app, seen, actions["step"].trigger, back)


def _files(
    app: "QApplication", seen: "_Seen", do: Callable[[], object], undo: Callable[[], object]
) -> list[str]:
    """The files in which something ran when it was done for the second time."""
    for act in (lambda: None, do, undo):
        act()
        seen.settle(app)
    seen.files.clear()
    do()
    seen.settle(app)
    return sorted(Path(file).relative_to(HOUSE).as_posix() for file in seen.files)


class _Seen:
    """The files of the functions that were called, in every thread that began since."""

    def __init__(self) -> None:
        self.files: set[str] = set()
        self._last = 0.0

    def __enter__(self) -> "_Seen":
        threading.setprofile(self._see)
        sys.setprofile(self._see)
        return self

    def __exit__(self, *raised: object) -> None:
        sys.setprofile(None)
        threading.setprofile(None)

    def settle(self, app: "QApplication") -> None:
        """Let all that follows be done, until nothing of the program has run for a while."""
        self._last = time.perf_counter()
        while time.perf_counter() < self._last + QUIET:
            app.processEvents()
            time.sleep(0.001)

    def _see(self, frame: FrameType, event: str, argument: object) -> None:
        code = frame.f_code
        # A module and the body of a class run when they are imported, and are no functions.
        if event == "call" and code.co_flags & CO_OPTIMIZED and code.co_filename.startswith(ROOMS):
            self.files.add(code.co_filename)
            self._last = time.perf_counter()


@contextmanager
def _canvas() -> Iterator[tuple["QApplication", "Document", "CanvasView"]]:
    """A view with a document and a stage, and nothing else."""
    from PySide6.QtWidgets import QApplication

    from playground.canvas.view import CanvasView
    from playground.model.document import Document
    from playground.model.stage import Stage
    from playground.theme.theme import Theme

    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication([])
    Theme(app, "light")
    document = Document(open_lesson(LESSON).experiment)
    view = CanvasView(document, Stage())
    view.reduce_motion(True)
    view.resize(830, 480)
    view.show()
    yield app, document, view
    view.close()


def _drag(view: "CanvasView") -> Callable[[], None]:
    """The hand that draws an edge; the rim is where the mouse becomes a cross."""
    from PySide6.QtCore import QPoint, QPointF, Qt
    from PySide6.QtTest import QTest

    left, viewport = Qt.MouseButton.LeftButton, view.viewport()

    def centre(node: str) -> QPoint:
        layout = view.document.value.layout
        return view.transform.map(QPointF(*layout.position(node))).toPoint()

    def rim(node: str) -> QPoint:
        at = centre(node)
        QTest.mouseMove(viewport, at)
        while viewport.cursor().shape() != Qt.CursorShape.CrossCursor:
            at += QPoint(1, 0)
            QTest.mouseMove(viewport, at)
        return at

    def drag() -> None:
        start, end = rim(NEW_EDGE[0]), centre(NEW_EDGE[1])
        QTest.mousePress(viewport, left, pos=start)
        for share in (0.2, 0.5, 0.8, 1.0):
            QTest.mouseMove(viewport, start + (end - start) * share)
        QTest.mouseRelease(viewport, left, pos=end)

    return drag


def main(names: bool) -> None:
    """The counts, and the files where they are asked for."""
    for (what, bar), files in zip(BARS.items(), counted(), strict=True):
        print(f"{what}: {len(files)} (bar {bar})")
        if names:
            print("".join(f"    {file}\n" for file in files), end="")


if __name__ == "__main__":
    main("--files" in sys.argv[1:])
