"""The maps inside the nodes: computed beside the window whenever the numbers are others."""

from PySide6.QtCore import QElapsedTimer, QObject

from engine.experiment.experiment import Experiment
from engine.experiment.training import RunProgress
from engine.op_list import Floats
from playground.canvas.figures import mapped_nodes
from playground.canvas.scene import CanvasScene
from playground.model.document import Document
from playground.model.node_maps import TileMaker, Tiles, why_no_maps
from playground.model.stage import Look, Stage
from playground.model.trainer import Job, LatestJob, Trainer

REST = 100  # milliseconds between two sets of maps while a run goes on


class NodeMaps(QObject):
    """Keeps the tiles of a scene up to date while the stage wants them.

    Tiles of another network or of other samples are taken away before the new ones are there.
    """

    def __init__(
        self,
        document: Document,
        stage: Stage,
        trainer: Trainer,
        scene: CanvasScene,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document, self._stage, self._scene = document, stage, scene
        self._maker = TileMaker()
        self._job = LatestJob(trainer, "node maps", self._make, self._take)
        self._progress: RunProgress | None = None
        self._of: Floats | None = None
        self._since = QElapsedTimer()
        document.changed.connect(self._changed)
        stage.looked.connect(self._looked)
        trainer.progressed.connect(self._take_progress)
        self.refresh()

    def refresh(self) -> None:
        """The maps of what the document holds, or none."""
        if self._wanted():
            self._job.refresh()
        else:
            self._forget()

    def _wanted(self) -> bool:
        return self._stage.look.maps and why_no_maps(self._document.value.network) is None

    def _forget(self) -> None:
        self._job.cancel()
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

    def _take_progress(self, progress: RunProgress) -> None:
        resting = self._since.isValid() and self._since.elapsed() < REST
        known = self._of is progress.parameters
        known = known or progress.network is not self._document.value.network
        if not (known or resting or self._job.busy) and self._wanted():
            self._progress = progress
            self._job.start()

    def _make(self) -> Job:
        """Of the run that goes on only where that has just told of itself."""
        value = self._document.value
        self._of = (self._progress or value).parameters
        self._progress = None
        self._since.start()
        return self._maker.tiles(value, self._of, mapped_nodes(value.network))

    def _take(self, tiles: Tiles, over: bool) -> None:
        if over:
            self._show(tiles)

    def _show(self, tiles: Tiles) -> None:
        if not tiles:
            self._of = None
        if tiles or self._scene.sight.tiles:
            self._scene.show_tiles(tiles)
