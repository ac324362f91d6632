"""Source files tried before anything is stored: drafted from a site, and read once. Needs no database."""

from etl.trial.draft import survey
from etl.trial.files import keep, target_of
from etl.trial.found import Draft, NothingToDraft
from etl.trial.reading import Trial, try_source
from etl.trial.toml import as_toml, key_of, told_of_hosts, told_of_shapes

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
