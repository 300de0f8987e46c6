"""The flat vector: read-only, changed by making another one, carried over by place."""

import pytest

from engine.network import came_from, carried_over, changed, vector


def test_a_changed_vector_is_a_new_one() -> None:
    before = vector([1, 2, 3])
    after = changed(before, {0: 5.0, 2: -1.0})
    assert (before.tolist(), after.tolist()) == ([1, 2, 3], [5, 2, -1])
    assert changed(before, {}).tolist() == [1, 2, 3]
    for array in (before, after, carried_over(before, came_from({"a": 0}, ["a"]))):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_numbers_are_carried_over_by_place_and_new_ones_are_born() -> None:
    before = {"a": 0, "b": 1, "c": 2}
    came = came_from(before, ["c", "new", "a", "too"])
    assert carried_over(vector([1, 2, 3]), came, [9.0, 8.0]).tolist() == [3, 9, 1, 8]
    assert carried_over(vector([1, 2, 3]), came).tolist() == [3, 0, 1, 0]
    assert carried_over(vector([1, 2, 3]), came_from(before, [])).shape == (0,)
    assert carried_over(vector([]), came_from({}, ["a"]), [9.0]).tolist() == [9]
    assert vector([]).dtype == "float64"
