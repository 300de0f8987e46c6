"""What every test needs before NumPy or Qt is imported."""

import gc
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def pytest_collection_finish() -> None:
    """What was imported and collected stays: the garbage collector need not walk it again."""
    gc.collect()
    gc.freeze()
