"""The rows of an update are a function of the seed, the epoch and the number of rows."""

import numpy as np
import pytest

from engine.data import make_data
from engine.experiment.walk import (
    EpochPosition,
    batch_size,
    epoch_position_after,
    next_batch,
    order_of,
)
from engine.settings import Settings

DATA = make_data(["x"], [], [[float(i)] for i in range(11)], np.arange(11) % 5 == 4)  # not 4, 9


@pytest.mark.parametrize("batch", [1, 2, 3, 4, 8, 9, 10, None])
@pytest.mark.parametrize("shuffle", [False, True])
def test_every_epoch_takes_every_training_row_once(batch: int | None, shuffle: bool) -> None:
    settings = Settings(batch=batch, shuffle=shuffle, seed=7)
    turn, orders = EpochPosition(), []
    for epoch in range(3):
        taken: list[int] = []
        while turn.epoch == epoch:
            rows, turn = next_batch(settings, DATA, turn)
            assert 1 <= len(rows) <= batch_size(settings, DATA)
            taken += rows.tolist()
        assert turn == EpochPosition(epoch + 1, 0)
        assert sorted(taken) == [0, 1, 2, 3, 5, 6, 7, 8, 10]
        assert taken == order_of(settings, DATA, epoch).tolist()
        orders.append(taken)
    assert (orders[0] == orders[1]) is not shuffle


def test_the_last_batch_is_what_is_left() -> None:
    settings = Settings(batch=4)
    assert next_batch(settings, DATA, EpochPosition(3, 8))[0].tolist() == [10]
    assert next_batch(settings, DATA, EpochPosition(3, 6))[0].tolist() == [7, 8, 10]


def test_the_order_depends_on_seed_epoch_and_number_of_rows_only() -> None:
    def order(seed: int, epoch: int, rows: int = 9, value: float = 0.0) -> list[int]:
        data = make_data(["x"], [], np.full((rows, 1), value))
        return list(order_of(Settings(shuffle=True, seed=seed), data, epoch).tolist())

    assert order(1, 2) == order(1, 2, value=5.0)
    assert len({tuple(order(s, e)) for s in range(4) for e in range(4)}) == 16
    assert order(1, 2, 10)[:9] != order(1, 2)
    assert order(2**53 - 1, 10**6) == order(2**53 - 1, 10**6)


def test_the_size_of_a_batch_is_at_most_the_number_of_training_rows() -> None:
    sizes = [batch_size(Settings(batch=b), DATA) for b in (None, 1, 9, 10, 1000)]
    assert sizes == [9, 1, 9, 9, 9]


@pytest.mark.parametrize("batch", [1, 2, 3, 4, 5, 9, 20, None])
@pytest.mark.parametrize("row", range(9))
def test_the_turn_so_many_updates_later(batch: int | None, row: int) -> None:
    settings = Settings(batch=batch)
    turn = EpochPosition(5, row)
    for updates in range(25):
        assert epoch_position_after(settings, DATA, EpochPosition(5, row), updates) == turn
        turn = next_batch(settings, DATA, turn)[1]


def test_the_order_cannot_be_written_to() -> None:
    for settings in (Settings(), Settings(shuffle=True)):
        with pytest.raises(ValueError, match="read-only"):
            order_of(settings, DATA, 0)[0] = 3
