"""Directions in the space of all parameters: drawn from a seed, or found in the path walked."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.calls import Floats, frozen
from engine.errors import Refused
from engine.network import Network
from engine.program import Program

MOST_POINTS = 1000
STRAIGHT = 1e-9


@dataclass(frozen=True, slots=True)
class Directions:
    """Two directions of the parameter space, and the shares of the path's variance they explain."""

    first: Floats
    second: Floats
    explained: tuple[float, float] | None = None


def random_directions(program: Program, parameters: Floats, seed: int) -> Directions:
    """Two directions that fit the size of each neuron's weights; locked numbers stay.

    d_w = ‖w‖ · u for the incoming weights w of each neuron, with u a random unit vector; its bias
    moves by N(0, 1) · ‖w‖ / √n, that is on the scale of one of the n weights. Without such a scale
    a direction says more about the sizes of the weights than about the loss.
    """
    network = program.network
    free = ~np.array(network.locks, dtype=np.bool_)
    filters = _Filters(network, free, np.asarray(parameters, dtype=np.float64))
    draws = np.random.default_rng(seed).normal(size=(2, len(free)))
    first = filters.unit(draws[0])
    second = filters.unit(filters.across(draws[1], first))
    pair = filters.fitted(first, draws[0]), filters.fitted(second, draws[1])
    if not (pair[0].any() and pair[1].any()):
        raise Refused(
            "Every number that learns is 0, so no direction fits their size. Reset to random "
            "weights, or choose two parameters."
        )
    return Directions(frozen(pair[0]), frozen(pair[1]))


class _Filters:
    """The free incoming weights of each neuron as one filter; a lone number is its own filter."""

    def __init__(self, network: Network, free: np.ndarray, parameters: Floats) -> None:
        self.owner = np.array([network.index[p.target] for p in network.places], dtype=np.intp)
        self.count = len(network.nodes)
        is_weight = np.array([place.what == "weight" for place in network.places], dtype=np.bool_)
        fan = self._sum((free & is_weight).astype(np.float64))
        self.weight = free & (is_weight | (fan[self.owner] == 0))
        self.follower = free & ~self.weight
        self.size = np.sqrt(self._sum(self.weight * parameters**2))[self.owner]
        self.fan = np.maximum(1, fan)[self.owner]

    def _sum(self, values: Floats) -> Floats:
        return np.bincount(self.owner, values, self.count).astype(np.float64)

    def unit(self, draw: Floats) -> Floats:
        """Every filter scaled to length 1."""
        weights = np.where(self.weight, draw, 0.0)
        length = np.sqrt(self._sum(weights**2))[self.owner]
        return np.asarray(np.divide(weights, length, out=weights, where=length > 0))

    def across(self, draw: Floats, first: Floats) -> Floats:
        """Every filter of more than one weight made to stand at right angles to the first's."""
        shadow = self._sum(np.where(self.weight, draw * first, 0.0))[self.owner]
        return np.where(self.fan > 1, draw - shadow * first, draw)

    def fitted(self, unit: Floats, draw: Floats) -> Floats:
        """The filters at the size of the neuron's weights, and the biases that follow them."""
        return np.where(self.follower, draw * self.size / np.sqrt(self.fan), unit * self.size)


def principal_directions(path: Floats, present: Floats) -> Directions:
    """The two directions in which a recorded path (updates × parameters) varies most.

    With the points' mean taken off, M = U S Vᵀ: the rows of Vᵀ are the directions, and
    s_k² / Σ s² is the share of the variance that direction k explains.
    """
    points = _thinned(np.asarray(path, dtype=np.float64), present)
    if len(points) < 3:
        raise Refused(
            "The path has fewer than three points. Train a few updates, or choose random "
            "directions."
        )
    spread = points - points.mean(axis=0)
    if not np.isfinite(spread).all():
        raise Refused("The path holds numbers that are too large. Go back to where it was finite.")
    _, sizes, directions = np.linalg.svd(spread, full_matrices=False)
    if not sizes[0] > STRAIGHT * max(1.0, float(np.abs(points).max())):
        raise Refused(
            "The parameters have not moved. Train a few updates, or choose random directions."
        )
    if len(sizes) < 2 or sizes[1] <= STRAIGHT * sizes[0]:
        raise Refused(
            "The path is a straight line, so it shows one direction only. Train further, or choose "
            "random directions."
        )
    shares = sizes**2 / (sizes**2).sum()
    first, second = (_same_way(direction) for direction in directions[:2])
    return Directions(frozen(first), frozen(second), (float(shares[0]), float(shares[1])))


def _thinned(path: Floats, present: Floats) -> Floats:
    """The path up to the present, at most so many points of it, evenly chosen."""
    if len(path) == 0 or not np.array_equal(path[-1], present):
        path = np.concatenate([path.reshape(-1, len(present)), present[None]])
    if len(path) <= MOST_POINTS:
        return path
    return path[np.linspace(0, len(path) - 1, MOST_POINTS).round().astype(np.intp)]


def _same_way(direction: Floats) -> Floats:
    """The sign is free; the largest component is made positive, so that it is always the same."""
    largest = direction[np.argmax(np.abs(direction))]
    return np.asarray(direction if largest > 0 else -direction)


def project(path: Floats, origin: Floats, directions: Sequence[Floats]) -> Floats:
    """Where each point of a path lies in the plane of two directions, (points × 2).

    The c that make |p - o - Σ c_k v_k| smallest: what is left of the point stands at right angles.
    """
    basis = np.stack(directions, axis=1)
    coordinates, *_ = np.linalg.lstsq(basis, (np.asarray(path) - origin).T, rcond=None)
    return frozen(np.ascontiguousarray(coordinates.T))
