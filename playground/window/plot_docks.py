"""The docks of the plots; each is made when it is seen, and pyqtgraph has been imported."""

from collections.abc import Callable
from functools import partial
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

Make = Callable[[Document, Stage, Trainer, QWidget], "PlotPanel"]


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

    def made(make: Make) -> QWidget:
        panel = make(document, stage, trainer, window)
        panel.place_asked.connect(ask)
        return panel

    for name, title, make in _DOCKS:
        docks.add_later(name, title, partial(made, make), background_import.is_over)


def _curves(document: Document, stage: Stage, trainer: Trainer, window: QWidget) -> "PlotPanel":
    from playground.plots.curves import Curves

    return Curves(document, stage, trainer, window)


def _surface(document: Document, stage: Stage, trainer: Trainer, window: QWidget) -> "PlotPanel":
    from playground.plots.loss_surface import LossSurface

    return LossSurface(document, stage, trainer, window)


def _map(document: Document, stage: Stage, trainer: Trainer, window: QWidget) -> "PlotPanel":
    from playground.plots.decision_map import DecisionMap

    return DecisionMap(document, stage, trainer, window)


def _function(document: Document, stage: Stage, trainer: Trainer, window: QWidget) -> "PlotPanel":
    from playground.plots.functions import Functions

    functions = Functions(document, stage, window)
    functions.live.follow(trainer)
    return functions


_DOCKS: tuple[tuple[str, str, Make], ...] = (
    ("curves", "Curves", _curves),
    ("surface", "Surface", _surface),
    ("map", "Map", _map),
    ("function", "Function", _function),
)
