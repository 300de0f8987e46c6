"""Imports pyqtgraph and the plots beside the window, once that is complete.

At once it would hold the window for a quarter of a second. It makes no QObject, so none belongs to
another thread; who asks for a plot earlier waits for the rest at Python's own lock.
"""

import gc
import threading

_over = threading.Event()
# Not a daemon: Python would end it wherever it stands, and in Qt's code that aborts the process.
_job = threading.Thread(target=lambda: _import(), name="import pyqtgraph")


def begin() -> None:
    """To be called when the window has been painted and built; once is enough."""
    if _job.ident is None:
        _job.start()


def is_over() -> bool:
    """Whether a plot can be made without waiting."""
    return _over.is_set()


def _import() -> None:
    try:
        from playground.plots import (  # noqa: F401  to be found when a panel is made
            curves,
            decision_map,
            functions,
            loss_surface,
        )

        gc.freeze()  # what was imported stays, and need not be looked at again
    finally:  # what is wrong is told when a plot is made
        _over.set()
