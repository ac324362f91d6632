"""Deduplication: what an article shares with those stored. Pure: candidates and members come as arguments."""

from mirrorwire.dedupe.clusters import ClusterMember, heads, links
from mirrorwire.dedupe.normalize import content_hash, normalized, text_hash
from mirrorwire.dedupe.place import NEAR, Batch, Match, matches, place
from mirrorwire.dedupe.signature import SIGNATURE_VERSION, signature, similarity, without_words

__all__ = [
    "NEAR",
    "SIGNATURE_VERSION",
    "Batch",
    "ClusterMember",
    "Match",
    "content_hash",
    "heads",
    "links",
    "matches",
    "normalized",
    "place",
    "signature",
    "similarity",
    "text_hash",
    "without_words",
]
