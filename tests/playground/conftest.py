"""A patient hand for every test, and two complaints that are not ours: of a screen that is not
there, and of the formula library."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from pytestqt.wait_signal import SignalBlocker

from playground.overrides import guard_overrides

guard_overrides()  # before any class is made from one of Qt's, as the program does

PATIENCE = 60_000  # ms; what is waited for comes sooner, but a busy machine may take long
_NO_SCREEN = r"This plugin does not support (propagateSizeHints|raise|grabbing)"
_FORMULA_LIBRARY = "ignore:path is deprecated:DeprecationWarning"  # while it is imported


class PatientBot(QtBot):
    """Gives up late where a test does not say when."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = PATIENCE) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(
        self,
        signal: SignalInstance,
        *,
        timeout: int = PATIENCE,
        raising: bool | None = None,
        check_params_cb: Callable[..., bool] | None = None,
    ) -> SignalBlocker:
        return super().waitSignal(
            signal, timeout=timeout, raising=raising, check_params_cb=check_params_cb
        )


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    return PatientBot(request)


def pytest_itemcollected(item: pytest.Item) -> None:
    if "playground" in item.path.parts:
        item.add_marker(pytest.mark.qt_log_ignore(_NO_SCREEN, extend=True))
        item.add_marker(pytest.mark.filterwarnings(_FORMULA_LIBRARY))
