"""Refusals: a sentence, and for a name that is not known the nearest one there is."""

import pytest

from engine.errors import MOST_LISTED, Refused, did_you_mean, unknown


def test_a_refusal_is_its_sentence() -> None:
    with pytest.raises(Refused) as caught:
        raise Refused("This cannot be. Do that.")
    assert (caught.value.sentence, str(caught.value)) == ("This cannot be. Do that.",) * 2


def test_an_unknown_name_names_the_known_ones_and_the_nearest() -> None:
    near = unknown("The loss", "sqared", {"squared": 1, "hinge": 2})
    assert near.sentence == (
        "The loss “sqared” is not known. Known: squared, hinge. Did you mean “squared”?"
    )
    far = unknown("The loss", "zzz", iter(["squared", "hinge"]))
    assert far.sentence == "The loss “zzz” is not known. Known: squared, hinge."


def test_a_long_list_of_names_is_not_told() -> None:
    names = [f"name-{number}" for number in range(MOST_LISTED + 1)]
    assert unknown("The loss", "nmae-7", names).sentence == (
        "The loss “nmae-7” is not known. Did you mean “name-7”?"
    )
    assert did_you_mean("NAME-7", names) == " Did you mean “name-7”?"
    assert did_you_mean("quite another", names) == ""
