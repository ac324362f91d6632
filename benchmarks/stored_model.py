"""A trained model as the package ships it: the names of its features, and its trees as nested lists."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def write_model(path: Path, features: Sequence[str], description: Mapping[str, Any]) -> None:
    """Write LightGBM's description of a model to a file that `extract.forest` reads."""
    stored = {"features": list(features), "trees": [_node(tree["tree_structure"]) for tree in description["tree_info"]]}
    path.write_text(json.dumps(stored, separators=(",", ":")) + "\n", encoding="utf-8")


def _node(node: Mapping[str, Any]) -> Any:
    """LightGBM's node as the package reads it: a leaf's number, or feature, bound, and the two branches."""
    if "leaf_value" in node:
        return round(node["leaf_value"], 5)
    bound = float(f"{node['threshold']:.6g}")
    return [node["split_feature"], bound, _node(node["left_child"]), _node(node["right_child"])]
