"""Reading a table beside the window: how far it is, then the table or why there is none."""

from collections.abc import Callable, Generator

from engine.errors import Refused
from engine.files.table import Options, Table
from engine.files.table_reading import ReadingProgress, Source, reading
from playground.model.trainer import Job, LatestJob, Trainer

KIND = "table"

Found = Table | Refused
Step = ReadingProgress | Found


def reading_job(source: Source, options: Options) -> Generator[Step, None, None]:
    """The steps of reading, and what came of it as the last one."""
    found: Found
    try:
        found = yield from reading(source, options)
    except Refused as refused:
        found = refused
    yield found


class TableReading:
    """One table, read as often as it is asked to be; a new reading replaces one that runs."""

    def __init__(
        self,
        source: Source,
        trainer: Trainer,
        told: Callable[[ReadingProgress], object],
        read: Callable[[Found], object],
    ) -> None:
        self.source, self._told, self._read = source, told, read
        self._options = Options()
        self._job = LatestJob(trainer, KIND, self._make, self._take)

    @property
    def is_running(self) -> bool:
        """Whether it is not known yet what comes of it."""
        return self._job.busy

    def begin(self, options: Options) -> None:
        """Read the table as these options say."""
        self._options = options
        self._job.start()

    def cancel(self) -> None:
        """Forget a reading that runs."""
        self._job.cancel()

    def _make(self) -> Job:
        return reading_job(self.source, self._options)

    def _take(self, step: Step, over: bool) -> None:
        if isinstance(step, ReadingProgress):
            self._told(step)
        elif over:
            self._read(step)
