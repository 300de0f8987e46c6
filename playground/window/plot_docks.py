"""The docks of the plots; each is made when it is seen, and pyqtgraph has been imported."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from playground.dialogs.file_dialogs import SaveDialog
from playground.model.document import Document
from playground.model.stage import Stage
from playground.model.trainer import Trainer
from playground.plots import background_import
from playground.window.docks import Docks

if TYPE_CHECKING:
    from playground.plots.panel import PlotPanel


def add_plot_docks(
    docks: Docks,
    document: Document,
    stage: Stage,
    trainer: Trainer,
    window: QWidget,
    folder: Callable[[], Path | None],
) -> None:
    """Put them behind their buttons in the strip; `folder` is where pictures are saved first."""

    def ask(title: str, name: str, kinds: str, write: Callable[[Path], object]) -> None:
        SaveDialog(window, title, (folder() or Path.home()) / name, kinds, write)

    def curves() -> "PlotPanel":
        from playground.plots.curves import Curves

        return Curves(document, stage, trainer, window)

    def surface() -> "PlotPanel":
        from playground.plots.loss_surface import LossSurface

        return LossSurface(document, stage, trainer, window)

    def decision_map() -> "PlotPanel":
        from playground.plots.decision_map import DecisionMap

        return DecisionMap(document, stage, trainer, window)

    def function() -> "PlotPanel":
        from playground.plots.functions import Functions

        made = Functions(document, stage, window)
        made.live.follow(trainer)
        return made

    def add(name: str, title: str, make: Callable[[], "PlotPanel"]) -> None:
        def made() -> QWidget:
            panel = make()
            panel.place_asked.connect(ask)
            return panel

        docks.add_later(name, title, made, background_import.is_over)

    add("curves", "Curves", curves)
    add("surface", "Surface", surface)
    add("map", "Map", decision_map)
    add("function", "Function", function)
