"""The docks for a closer look at any network: knobs, slopes, matrices, named settings.

None is seen at first, so each is imported and made when it is opened.
"""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from playground.model.document import Document
from playground.model.stage import Stage
from playground.model.trainer import Trainer
from playground.window.docks import Docks

Make = Callable[[Document, Stage, Trainer, QWidget], QWidget]


def add_study_docks(
    docks: Docks, document: Document, stage: Stage, trainer: Trainer, window: QWidget
) -> None:
    """Put them behind their buttons in the strip."""

    def later(make: Make) -> Callable[[], QWidget]:
        return lambda: make(document, stage, trainer, window)

    for name, title, make in _DOCKS:
        docks.add_later(name, title, later(make))


def _knobs(document: Document, stage: Stage, trainer: Trainer, window: QWidget) -> QWidget:
    from playground.panels.knobs import Knobs

    knobs = Knobs(document, stage, window)
    knobs.live.follow(trainer)
    return knobs


def _slopes(document: Document, stage: Stage, trainer: Trainer, window: QWidget) -> QWidget:
    from playground.panels.gradient_table import SlopesTable

    slopes = SlopesTable(document, stage, window)
    slopes.live.follow(trainer)
    return slopes


def _matrices(document: Document, stage: Stage, trainer: Trainer, window: QWidget) -> QWidget:
    from playground.panels.matrix_view import Matrices

    matrices = Matrices(document, stage, window)
    matrices.live.follow(trainer)
    return matrices


def _variants(document: Document, stage: Stage, trainer: Trainer, window: QWidget) -> QWidget:
    from playground.panels.variants import Variants

    return Variants(document, stage, window)


_DOCKS: tuple[tuple[str, str, Make], ...] = (
    ("knobs", "Knobs", _knobs),
    ("h-table", "h table", _slopes),
    ("matrices", "Matrices", _matrices),
    ("variants", "Variants", _variants),
)
