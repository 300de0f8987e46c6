"""The flat vector: read-only, changed by making another one, carried over by place."""

import pytest

from engine.parameters import carried_over, changed, vector


def test_a_changed_vector_is_a_new_one() -> None:
    before = vector([1, 2, 3])
    after = changed(before, {0: 5.0, 2: -1.0})
    assert (before.tolist(), after.tolist()) == ([1, 2, 3], [5, 2, -1])
    assert changed(before, {}).tolist() == [1, 2, 3]
    for array in (before, after, carried_over(before, {"a": 0}, ["a"], lambda _: 0.0)):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_numbers_are_carried_over_by_place_and_new_ones_are_born() -> None:
    before = {"a": 0, "b": 1, "c": 2}
    born: list[str] = []

    def birth(place: str) -> float:
        born.append(place)
        return 9.0

    assert carried_over(vector([1, 2, 3]), before, ["c", "new", "a"], birth).tolist() == [3, 9, 1]
    assert born == ["new"]
    assert carried_over(vector([1, 2, 3]), before, [], birth).shape == (0,)
    assert vector([]).dtype == "float64"
