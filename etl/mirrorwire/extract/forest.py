"""Gradient-boosted decision trees, read from a file of numbers: the small models of text blocks and of pages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from math import exp
from typing import Any


class Forest:
    """Trees whose leaves add up to the log odds of a yes, as LightGBM makes them for a binary objective.

    `features` are the names of a row's numbers; a model fits only rows that were made by the same list.
    Source: https://lightgbm.readthedocs.io/en/stable/Features.html
    """

    def __init__(self, features: Sequence[str], trees: Sequence[Any]) -> None:
        self.features = tuple(features)
        self._roots = [_node(tree) for tree in trees]

    def probability(self, row: Sequence[float]) -> float:
        """Return how likely a row is a yes, from 0 to 1."""
        odds = 0.0
        for root in self._roots:
            node = root
            while type(node) is tuple:
                feature, bound, within, beyond = node
                node = within if row[feature] <= bound else beyond
            odds += node
        return 1 / (1 + exp(-odds))


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


def _node(stored: Any) -> Any:
    """A leaf's number, or (feature, bound, where it is at most that, where it is more)."""
    if not isinstance(stored, list):
        return float(stored)
    feature, bound, left, right = stored
    return feature, bound, _node(left), _node(right)
