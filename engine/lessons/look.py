"""What a check may know of the window: what is selected, chosen, opened, refused and answered."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol


class Look(Protocol):
    """Given by whoever shows the lesson; `row` counts from 0, None is the first of the batch."""

    @property
    def nodes(self) -> tuple[str, ...]:
        """The selected nodes."""

    @property
    def edges(self) -> tuple[tuple[str, str], ...]:
        """The selected edges."""

    @property
    def row(self) -> int | None:
        """The chosen row."""

    @property
    def docks(self) -> Collection[str]:
        """The docks that are open and in front."""

    @property
    def refused(self) -> str:
        """The last sentence that refused something, or nothing."""

    @property
    def checked(self) -> bool:
        """Whether the gradients have been checked."""

    @property
    def running(self) -> bool:
        """Whether it trains just now."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A look as a plain value."""

    nodes: tuple[str, ...] = ()
    edges: tuple[tuple[str, str], ...] = ()
    row: int | None = None
    docks: Collection[str] = ()
    refused: str = ""
    checked: bool = False
    running: bool = False
