"""Two complaints that are not ours: of a screen that is not there, and of the formula library."""

import pytest

from playground.overrides import guard_overrides

guard_overrides()  # before any class is made from one of Qt's, as the program does

_NO_SCREEN = r"This plugin does not support (propagateSizeHints|raise|grabbing)"
_FORMULA_LIBRARY = "ignore:path is deprecated:DeprecationWarning"  # while it is imported


def pytest_itemcollected(item: pytest.Item) -> None:
    if "playground" in item.path.parts:
        item.add_marker(pytest.mark.qt_log_ignore(_NO_SCREEN, extend=True))
        item.add_marker(pytest.mark.filterwarnings(_FORMULA_LIBRARY))
