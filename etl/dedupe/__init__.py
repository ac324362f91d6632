"""Deduplication: what an article shares with those stored. Pure: candidates and members come as arguments."""

from etl.dedupe.normalize import content_hash, normalized, text_hash
from etl.dedupe.place import Assignment, Member, cluster_head, matches, merge, place
from etl.dedupe.signature import SIGNATURE_VERSION, signature, similarity

__all__ = [
    "SIGNATURE_VERSION",
    "Assignment",
    "Member",
    "cluster_head",
    "content_hash",
    "matches",
    "merge",
    "normalized",
    "place",
    "signature",
    "similarity",
    "text_hash",
]
