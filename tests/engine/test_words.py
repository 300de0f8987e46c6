"""What a notebook takes from `engine` itself."""

import subprocess
import sys

import pytest

import engine


def test_every_word_is_there_under_its_name() -> None:
    assert [getattr(engine, word).__name__ for word in dir(engine)] == list(engine.WORDS)


def test_a_network_is_drawn_and_trained_with_these_words_alone() -> None:
    from engine import Edge, Goal, Network, Node, Settings, make_data, new_experiment, step, trained

    network = Network((Node("x", "input"), Node("y", output=True)), (Edge("x", "y"),))
    data = make_data(["x"], ["y"], [[1.0, 2.0]])
    # From w = 0: the error term is 0 − 2, the gradient −2·1, and half of it is taken off.
    settings = Settings(rate=0.5, loss="half squared")
    experiment = new_experiment(network, data=data, settings=settings)
    assert step(experiment).cursor == 1
    assert trained(experiment, Goal(updates=1)).parameters.tolist() == [1.0]


def test_another_word_is_not() -> None:
    with pytest.raises(AttributeError, match="module 'engine' has no attribute 'nonsense'"):
        engine.nonsense  # noqa: B018


def test_a_room_comes_without_the_others() -> None:
    code = (
        "import sys, engine.numerals\nfrom engine import errors\n"
        "sys.exit(bool(sys.modules.keys() & {'engine.lessons', 'engine.files', 'engine.network'}))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
