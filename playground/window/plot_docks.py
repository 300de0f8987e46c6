"""The docks of the plots; each is made when it is seen, and pyqtgraph has been imported."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from playground.dialogs.file_dialogs import choose_to_save
from playground.document import Document
from playground.plots import background_import
from playground.stage import Stage
from playground.trainer import Trainer
from playground.window.docks import Docks

if TYPE_CHECKING:
    from playground.plots.panel import PlotPanel

Make = Callable[[Document, Stage, Trainer, QWidget], "PlotPanel"]


class PlotDocks:
    """Puts them behind their buttons in the strip; `folder` is where pictures are saved first."""

    def __init__(
        self,
        docks: Docks,
        document: Document,
        stage: Stage,
        trainer: Trainer,
        window: QWidget,
        folder: Callable[[], Path | None],
    ) -> None:
        self._window, self._folder = window, folder

        def later(make: Make) -> Callable[[], QWidget]:
            return lambda: self._with_pictures(make(document, stage, trainer, window))

        for name, title, make in _DOCKS:
            docks.add_later(name, title, later(make), background_import.is_over)

    def _with_pictures(self, panel: "PlotPanel") -> "PlotPanel":
        """Let the panel ask where its picture is to be saved."""

        def ask(title: str, name: str, kinds: str, write: Callable[[Path], object]) -> None:
            folder = self._folder() or Path.home()
            choose_to_save(self._window, title, folder / name, kinds, write)

        panel.place_asked.connect(ask)
        return panel


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
