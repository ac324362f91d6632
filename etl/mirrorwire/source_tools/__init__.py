"""Source files tried before anything is stored: drafted from a site, and read once. Needs no database."""

from mirrorwire.source_tools.draft import survey
from mirrorwire.source_tools.files import keep, target_of
from mirrorwire.source_tools.findings import Draft, NothingToDraft
from mirrorwire.source_tools.toml import as_toml, key_of, told_of_hosts, told_of_shapes
from mirrorwire.source_tools.trial import Trial, try_source

__all__ = [
    "Draft",
    "NothingToDraft",
    "Trial",
    "as_toml",
    "keep",
    "key_of",
    "survey",
    "target_of",
    "told_of_hosts",
    "told_of_shapes",
    "try_source",
]
