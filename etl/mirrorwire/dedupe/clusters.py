"""Clusters: the connected components of all matches between texts, whatever the order in which those came.

A cluster is named by the key of its head. What has changed is computed from scratch; a cluster that only gains is one
node, however many articles it has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from mirrorwire.core.placement import Signature
from mirrorwire.dedupe.place import NEAR, precedence
from mirrorwire.dedupe.signature import similarity

Node = TypeVar("Node", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterMember(Generic[Node]):
    """An article that may head a cluster, and the node that it stands on: a text, or a cluster that stays whole.

    `published_at` is aware; `None` where it is not known. `suspect`: its page is only probably the article.
    """

    article_key: str
    published_at: datetime | None
    node: Node
    suspect: bool = False


def heads(members: Iterable[ClusterMember[Node]], pairs: Iterable[tuple[Node, Node]]) -> dict[Node, str]:
    """Return the name of each node's cluster: of all members it is connected with, the key of the first.

    First are those that are not suspect; of these who was published first, those of unknown time last, then the
    smallest key.
    """
    forest: _Forest[Node] = _Forest()
    for a, b in pairs:
        forest.join(a, b)
    first: dict[Node, ClusterMember[Node]] = {}
    nodes = {}
    for member in members:
        root = nodes[member.node] = forest.root(member.node)
        if root not in first or _precedence(member) < _precedence(first[root]):
            first[root] = member
    return {node: first[forest.root(node)].article_key for node in nodes}


def links(texts: Mapping[Node, Signature]) -> Iterator[tuple[Node, Node]]:
    """Yield pairs of texts that match, as many as connect what matches connect: all that share a band are compared.

    Pairs that are connected already are left out, so that ten thousand copies are not compared with each other.
    """
    forest: _Forest[Node] = _Forest()
    buckets: defaultdict[int, dict[Node, list[Node]]] = defaultdict(dict)  # texts of a band by the root they hang on
    for text, signed in texts.items():
        strangers: set[Node] = set()
        for band in signed.bands:
            bucket = buckets[band]
            for root in list(bucket):
                group = bucket.pop(root)
                if forest.root(root) != forest.root(text):
                    for other in group:
                        if other in strangers:
                            continue
                        if similarity(signed.minhash, texts[other].minhash) >= NEAR:
                            forest.join(other, text)
                            yield other, text
                            break
                        strangers.add(other)
                _merge(bucket, forest.root(root), group)
            _merge(bucket, forest.root(text), [text])


def _merge(bucket: dict[Node, list[Node]], root: Node, group: list[Node]) -> None:
    there = bucket.get(root)
    if there is None:
        bucket[root] = group
    elif len(there) < len(group):
        group.extend(there)
        bucket[root] = group
    else:
        there.extend(group)


def _precedence(member: ClusterMember[Node]) -> tuple[bool, bool, datetime, str]:
    return precedence(member.published_at, member.article_key, suspect=member.suspect)


class _Forest(Generic[Node]):
    """Disjoint sets, by size and with paths halved: a node that was never joined is a set of its own."""

    def __init__(self) -> None:
        self._parents: dict[Node, Node] = {}
        self._sizes: dict[Node, int] = {}

    def root(self, node: Node) -> Node:
        parents = self._parents
        while (parent := parents.get(node, node)) != node:
            parents[node] = parents.get(parent, parent)
            node = parents[node]
        return node

    def join(self, a: Node, b: Node) -> None:
        a, b = self.root(a), self.root(b)
        if a == b:
            return
        larger, smaller = (a, b) if self._sizes.get(a, 1) >= self._sizes.get(b, 1) else (b, a)
        self._parents[smaller] = larger
        self._sizes[larger] = self._sizes.get(a, 1) + self._sizes.get(b, 1)
