"""What says something for a while: as long as its cause is there, and never longer than STAYS."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

STAYS = 6000  # ms: enough to read two lines twice; after that a message only covers something


class Message(QWidget):
    """Hidden until it is said, and again when its cause is gone or its time is over."""

    ended = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.text = ""
        self._until = QTimer(self, interval=STAYS, singleShot=True)
        self._until.timeout.connect(self.end)
        self.hide()

    def begin(self, text: str) -> None:
        """Say this from now on, in front of all else."""
        self.text = text
        self.setAccessibleName(text)
        self.raise_()
        self.show()
        self._until.start()

    def end(self) -> None:
        """Its cause is gone, or it has been read."""
        self._until.stop()
        self.hide()
        self.ended.emit()
