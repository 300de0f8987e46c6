"""Where learning is and has been on the plane of a surface, also while a run goes on."""

from dataclasses import replace

import numpy as np

from engine.experiment.experiment import Experiment
from engine.experiment.training import RunProgress, as_of
from engine.functions import Floats
from engine.views.surface_planes import Here, SurfacePlane, coordinates, home, path_so_far
from engine.views.surfaces import SurfaceGrid, estimate
from playground.model.document import Document
from playground.plots.surface_work import Request

MOST_LIVE = 2000
NO_PATH: Floats = np.empty((0, 2))


class SurfacePath:
    """Reads the document and the newest snapshot of a run; keeps the path until it changes."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.plane: SurfacePlane | None = None
        self._progress: RunProgress | None = None
        self._live: list[Floats] = []
        self._begun: Floats | None = None
        self._key: tuple[object, ...] = ()
        self._path = NO_PATH

    def take_plane(self, plane: SurfacePlane | None) -> None:
        """Another plane."""
        self.plane = plane
        self._forget()

    def take_progress(self, progress: RunProgress | None) -> None:
        """A snapshot of a run, or its end."""
        self._progress = progress
        if progress is None:
            self._forget()
        elif self.plane is not None:
            self._live.append(np.array(self.point()))
            if len(self._live) > MOST_LIVE:
                del self._live[1::2]  # thinner, but as long

    def _forget(self) -> None:
        """What was seen of a run; what it has recorded is looked up with the next path."""
        self._live.clear()
        self._begun = None

    def now(self) -> Experiment:
        """The experiment as it stands, or as its run has it, with what is recorded of it."""
        value, run = self._document.value, self._progress
        return value if run is None else replace(as_of(value, run), history=run.history)

    def parameters(self) -> Floats:
        """Those of the present point."""
        run = self._progress
        return self._document.value.position.parameters if run is None else run.position.parameters

    def point(self) -> tuple[float, ...]:
        """The present point along the axes."""
        return self.place_of(self.parameters())

    def place_of(self, parameters: Floats) -> tuple[float, ...]:
        """Where any parameters lie along the axes."""
        if self.plane is None:
            return ()
        found = coordinates(self._document.value, self.plane, parameters)[0]
        return tuple(found.tolist()) if np.isfinite(found).all() else ()

    def path(self) -> Floats:
        """Where learning has been, (points × axes)."""
        value, plane = self._document.value, self.plane
        if plane is None:
            return NO_PATH
        if self._progress is not None:
            if self._begun is None:
                self._begun = coordinates(value, plane, path_so_far(self.now()))
            live = [place for place in self._live if len(place)]
            return np.concatenate([self._begun, np.array(live)]) if live else self._begun
        key = (value.history, value.updates, plane)
        if self._key != key:
            self._key, self._path = key, coordinates(value, plane, path_so_far(value))
        return self._path

    def home(self, points: int) -> SurfaceGrid | None:
        """The part of the plane that holds the path and the present point."""
        if self.plane is None:
            return None
        here = [np.array([self.point()])] if self.point() else []
        return home(self.plane, np.concatenate([self.path(), *here]), points)

    def request(self, grid: SurfaceGrid) -> Request | None:
        """What to compute to see this part of the plane now."""
        value, run = self._document.value, self._progress
        if self.plane is None:
            return None
        here = Here(value.context, value.parameters, value.position)
        if run is not None:
            context = replace(value.context, settings=run.settings)
            here = Here(context, run.position.parameters, run.position)
        rows = len(value.data.training)
        work = estimate(value.program, self.plane.axes, grid.count, rows)
        return Request(here, self.plane, grid, work)
