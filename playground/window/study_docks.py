"""The docks for a closer look at any network: knobs, slopes, matrices, named settings.

None is seen at first, so each is imported and made when it is opened.
"""

from PySide6.QtWidgets import QWidget

from playground.model.document import Document
from playground.model.stage import Stage
from playground.model.trainer import Trainer
from playground.window.docks import Docks


def add_study_docks(
    docks: Docks, document: Document, stage: Stage, trainer: Trainer, window: QWidget
) -> None:
    """Put them behind their buttons in the strip."""

    def knobs() -> QWidget:
        from playground.panels.knobs import Knobs

        made = Knobs(document, stage, window)
        made.live.follow(trainer)
        return made

    def slopes() -> QWidget:
        from playground.panels.gradient_table import SlopesTable

        made = SlopesTable(document, stage, window)
        made.live.follow(trainer)
        return made

    def matrices() -> QWidget:
        from playground.panels.matrix_view import Matrices

        made = Matrices(document, stage, window)
        made.live.follow(trainer)
        return made

    def variants() -> QWidget:
        from playground.panels.variants import Variants

        return Variants(document, stage, window)

    docks.add_later("knobs", "Knobs", knobs)
    docks.add_later("h-table", "h table", slopes)
    docks.add_later("matrices", "Matrices", matrices)
    docks.add_later("variants", "Variants", variants)
