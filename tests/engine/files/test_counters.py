"""Row 81 of the faults: however far was counted, what opens can be saved and opened again."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from engine.errors import Refused
from engine.experiment.editing import start_again
from engine.experiment.experiment import Experiment
from engine.experiment.stepping import step, step_back, step_epoch, step_phase, step_update
from engine.experiment.training import Goal, trained
from engine.files.document import document_text
from engine.files.loading import load_bytes
from engine.settings import ENDLESS
from tests.engine.files.test_documents import document, load_raw

LAST = ENDLESS - 1
COUNTERS = pytest.mark.parametrize("counters", [
    ("updates",), ("epoch",), ("count",), ("updates", "epoch", "count"),
], ids="+".join)  # fmt: skip
MOVES: tuple[Callable[[Experiment], Experiment], ...] = (
    step, step_phase, step_update, step_epoch, lambda e: trained(e, Goal(updates=7)),
    lambda e: trained(e, Goal(epochs=2)), lambda e: trained(e, Goal(epoch_end=True)),
)  # fmt: skip


def counted(counters: tuple[str, ...], number: int, rows: int = 1) -> Experiment:
    """The flagship with Adam and so many rows, its counters as far as this."""
    raw: dict[str, Any] = document(progress=dict.fromkeys(counters, number))
    raw["settings"] |= {"rounding": False, "optimizer": {"kind": "adam"}}
    raw["data"] = {"inputs": raw["data"]["inputs"] * rows, "targets": raw["data"]["targets"] * rows}
    return load_raw(raw).experiment


def opens_again(experiment: Experiment) -> None:
    assert load_bytes(document_text(experiment).encode()).experiment == experiment


@COUNTERS
@pytest.mark.parametrize("before", [0, 1, 5])
@pytest.mark.parametrize("rows", [1, 3])
def test_row_81_what_opens_can_be_saved_and_opened_again_wherever_it_goes(
    counters: tuple[str, ...], before: int, rows: int
) -> None:
    start = counted(counters, LAST - before, rows)
    opens_again(start)
    for move in MOVES:
        moved = start
        for _ in range(4):
            try:
                moved = move(moved)
            except Refused as refused:
                assert refused.sentence.startswith("More than 999,999,999,999,999 ")
            opens_again(moved)


def test_row_81_the_last_update_that_can_be_counted_is_made_and_no_more() -> None:
    start = counted(("updates",), LAST - 2)
    for end in (step_update(step_update(start)), trained(start, Goal(updates=2))):
        assert end.updates == LAST
        with pytest.raises(Refused, match="Start again to learn on"):
            step_update(end)
        assert step_back(end).updates == LAST - 1
        assert step_update(start_again(end)).updates == 1
    stopped = trained(start, Goal(updates=5)).ending
    assert stopped is not None and stopped.update == LAST and "Start again" in stopped.sentence


def test_row_81_a_pass_at_the_limit_is_told_to_its_end() -> None:
    end = counted(("updates",), LAST)
    for _ in range(3):
        end = step(end)
    opens_again(end)
    saved = json.loads(document_text(end))
    assert saved["progress"]["cursor"] == 3 and load_raw(saved).experiment.trace is not None


def test_row_81_where_no_state_is_kept_its_count_limits_nothing() -> None:
    raw = document(progress={"count": LAST})
    done = trained(load_raw(raw).experiment, Goal(updates=3))
    assert done.updates == 3
    opens_again(done)
