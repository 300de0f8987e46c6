"""The engine: everything a learner can compute, in NumPy alone, without a window.

A notebook finds the words it needs here: `from engine import Network, new_experiment`.
"""

from typing import Any

WORDS = (
    "Edge", "Experiment", "Goal", "Network", "Node", "Refused", "Settings", "load", "make_data",
    "new_experiment", "open_lesson", "save", "step", "trained",
)  # fmt: skip


def __getattr__(name: str) -> Any:
    """One of the words; not before it is asked for, so that a room comes without the others."""
    if name not in WORDS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from engine.data import make_data
    from engine.errors import Refused
    from engine.experiment.experiment import Experiment, new_experiment
    from engine.experiment.stepping import step
    from engine.experiment.training import Goal, trained
    from engine.files.loading import load, save
    from engine.lessons.lesson import open_lesson
    from engine.network import Edge, Network, Node
    from engine.settings import Settings

    found = (
        Edge, Experiment, Goal, Network, Node, Refused, Settings, load, make_data,
        new_experiment, open_lesson, save, step, trained,
    )  # fmt: skip
    return next(word for word in found if word.__name__ == name)


def __dir__() -> list[str]:
    return [*WORDS]
