"""Refusals: a sentence, and for a name that is not known the nearest one there is."""

import pytest

from engine.errors import Refused, unknown


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
