"""Tab goes through the window as one reads it: part by part, each from top to bottom.

Qt would go in the order in which things were made, through what lies behind other panels too. And
its own chain is not to be asked from Python: `nextInFocusChain` makes what it answers a child of
what it was asked of, and when that is deleted everything behind it counts as deleted as well.
"""

from collections.abc import Iterable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDockWidget, QWidget


def walk(parts: Iterable[QWidget], forward: bool) -> bool:
    """Take the keyboard to the next stop; False where there is none, or it is somewhere else."""
    stops = [stop for part in parts if is_seen(part) for stop in stops_in(part)]
    here = QApplication.focusWidget()
    if not stops or (here is not None and here not in stops):
        return False
    turn = 1 if forward else -1
    at = stops.index(here) + turn if here is not None else 0 if forward else -1
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    stops[at % len(stops)].setFocus(reason)
    return True


def stops_in(part: QWidget) -> Iterator[QWidget]:
    """What Tab stops at in a part, the part itself first."""
    if takes_tab(part):
        yield part
    for child in _as_read(part):
        yield from stops_in(child)


def takes_tab(widget: QWidget) -> bool:
    """Whether the keyboard can be taken here now."""
    tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return tab and widget.isEnabled() and widget.isVisible() and widget.focusProxy() is None


def is_seen(part: QWidget) -> bool:
    """Whether it is there; of docks that share a place only the one in front is."""
    behind = isinstance(part, QDockWidget) and part.visibleRegion().isEmpty()
    return part.isVisible() and not behind


def _as_read(part: QWidget) -> list[QWidget]:
    """The visible children, row by row, each row from left to right."""
    found = [child for child in part.children() if isinstance(child, QWidget)]
    found = [child for child in found if child.isVisible() and not child.isWindow()]
    rows: list[list[QWidget]] = []
    for child in sorted(found, key=QWidget.y):
        if rows and child.y() < rows[-1][0].geometry().center().y():
            rows[-1].append(child)
        else:
            rows.append([child])
    return [child for row in rows for child in sorted(row, key=QWidget.x)]
