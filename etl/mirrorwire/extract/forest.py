"""Gradient-boosted decision trees, read from a file of numbers: the small models of text blocks and of pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files
from math import exp, log
from typing import Any

GROVE = 8
"""Trees that are read before it is asked whether the others can still change the answer."""


class Forest:
    """Trees whose leaves add up to the log odds of a yes, as LightGBM makes them for a binary objective.

    `features` are the names of a row's numbers; a model fits only rows that were made by the same list.
    Source: https://lightgbm.readthedocs.io/en/stable/Features.html
    """

    def __init__(self, features: Sequence[str], trees: Sequence[Any]) -> None:
        self.features = tuple(features)
        roots = [_node(tree) for tree in trees]
        self._groves: list[tuple[list[Any], float, float]] = []
        for first in range(0, len(roots), GROVE):
            behind = roots[first + GROVE :]
            least, most = sum(_leaf(root, min) for root in behind), sum(_leaf(root, max) for root in behind)
            self._groves.append((roots[first : first + GROVE], least, most))

    def is_likely(self, row: Sequence[float], odds: float) -> bool:
        """Return whether a row's log odds of a yes are more than `odds`.

        Trees are read until those behind cannot change the answer, whatever leaves of theirs the row may reach: half of
        them are enough for most rows.
        """
        row_odds = 0.0
        for grove, least, most in self._groves:
            row_odds = _walked(grove, row, row_odds)
            if row_odds + most <= odds:
                return False
            if row_odds + least > odds:
                return True
        return row_odds > odds

    def probability(self, row: Sequence[float]) -> float:
        """Return how likely a row is a yes, from 0 to 1."""
        row_odds = 0.0
        for grove, _, _ in self._groves:
            row_odds = _walked(grove, row, row_odds)
        return 1 / (1 + exp(-row_odds))


def log_odds(probability: float) -> float:
    """Return the log odds of a probability between 0 and 1."""
    return log(probability / (1 - probability))


@cache
def forest(name: str, features: tuple[str, ...]) -> Forest:
    """Return a model that the package ships, read once.

    Raises `ValueError` where it was trained on other `features`, or on the same in another order.
    """
    stored = json.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))
    model = Forest(stored["features"], stored["trees"])
    if model.features != features:
        raise ValueError(f"{name} was trained on other features: train it anew (benchmarks/train_*.py)")
    return model


def _walked(grove: Sequence[Any], row: Sequence[float], odds: float) -> float:
    """Log odds with those added that a row reaches in each tree of a grove."""
    for root in grove:
        node = root
        while type(node) is tuple:
            feature, bound, within, beyond = node
            node = within if row[feature] <= bound else beyond
        odds += node
    return odds


def _node(stored: Any) -> Any:
    """A leaf's number, or (feature, bound, where it is at most that, where it is more)."""
    if not isinstance(stored, list):
        return float(stored)
    feature, bound, left, right = stored
    return feature, bound, _node(left), _node(right)


def _leaf(node: Any, chosen: Callable[[float, float], float]) -> float:
    """The least or the greatest of a tree's leaves."""
    if type(node) is not tuple:
        return float(node)
    _, _, within, beyond = node
    return chosen(_leaf(within, chosen), _leaf(beyond, chosen))
