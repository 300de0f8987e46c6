"""What every test needs before NumPy or Qt is imported."""

import gc
import itertools
import os

import pytest

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ALL_GARBAGE = 100  # tests; what only just died is thrown away after each


def pytest_collection_finish() -> None:
    """What was imported and collected stays: the garbage collector need not walk it again.

    From now on it runs between tests alone, as it runs in the window's thread alone in the
    program: a worker that came upon Qt's objects would delete them in the wrong thread.
    """
    gc.collect()
    gc.freeze()


_ends = itertools.count(1)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    gc.disable()  # each time: the program's own start takes it up again


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    gc.collect(1 if next(_ends) % ALL_GARBAGE else 2)
