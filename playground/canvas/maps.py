"""The maps inside the nodes: computed beside the window whenever the numbers are others."""

from PySide6.QtCore import QElapsedTimer, QObject

from engine.calls import Floats
from engine.experiment import Experiment
from engine.training import Progress
from playground.canvas.figures import mapped_nodes
from playground.canvas.scene import CanvasScene
from playground.document import Document
from playground.node_maps import TileMaker, Tiles, why_no_maps
from playground.stage import Look, Stage
from playground.trainer import Trainer

KIND = "node maps"
REST = 100  # milliseconds between two sets of maps while a run goes on


class NodeMaps(QObject):
    """Keeps the tiles of a scene up to date while the stage wants them; without a trainer at once.

    Tiles of another network or of other samples are taken away before the new ones are there.
    """

    def __init__(
        self, document: Document, stage: Stage, scene: CanvasScene, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._document, self._stage, self._scene = document, stage, scene
        self._trainer: Trainer | None = None
        self._maker = TileMaker()
        self._of: Floats | None = None
        self._busy = self._stale = False
        self._since = QElapsedTimer()
        document.changed.connect(self._changed)
        stage.looked.connect(self._looked)

    def follow(self, trainer: Trainer) -> None:
        """Use its worker, and keep up with its runs."""
        self._trainer = trainer
        trainer.progressed.connect(self._take_progress)
        self.refresh()

    def refresh(self) -> None:
        """The maps of what the document holds, or none."""
        value = self._document.value
        if not self._wanted(value):
            self._forget()
        elif self._busy:
            self._stale = True
        else:
            self._start(value, value.parameters)

    def _wanted(self, value: Experiment) -> bool:
        return self._stage.look.maps and why_no_maps(value.network) is None

    def _forget(self) -> None:
        if self._trainer is not None:
            self._trainer.cancel(KIND)
        self._busy = self._stale = False
        self._show({})

    def _changed(self, before: Experiment, after: Experiment) -> None:
        if before.program is not after.program or before.data is not after.data:
            self._forget()
            self._maker = TileMaker()
        if self._of is not after.parameters:
            self.refresh()

    def _looked(self, before: Look, after: Look) -> None:
        if before.maps != after.maps:
            self.refresh()

    def _take_progress(self, progress: Progress) -> None:
        value = self._document.value
        resting = self._since.isValid() and self._since.elapsed() < REST
        known = self._of is progress.parameters or progress.network is not value.network
        if known or resting or self._busy or not self._wanted(value):
            return
        self._start(value, progress.parameters)

    def _start(self, value: Experiment, parameters: Floats) -> None:
        self._since.start()
        self._busy, self._stale, self._of = True, False, parameters
        job = self._maker.tiles(value, parameters, mapped_nodes(value.network))
        if self._trainer is not None:
            self._trainer.work(KIND, job, self._take)
            return
        *_, tiles = job
        self._take(tiles, over=True)

    def _take(self, tiles: Tiles, over: bool) -> None:
        if not over:
            return
        self._busy = False
        self._show(tiles)
        if self._stale:
            self.refresh()

    def _show(self, tiles: Tiles) -> None:
        if not tiles:
            self._of = None
        if tiles or self._scene.sight.tiles:
            self._scene.show_tiles(tiles)
