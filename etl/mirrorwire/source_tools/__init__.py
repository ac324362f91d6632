"""Source files tried before anything is stored: drafted from a site or a list of sites, and read once; no database."""

from mirrorwire.source_tools.files import keep, target_of
from mirrorwire.source_tools.findings import Draft, NothingToDraft
from mirrorwire.source_tools.import_rows import COLUMNS as IMPORT_COLUMNS
from mirrorwire.source_tools.import_rows import GOOD as GOOD_OUTCOMES
from mirrorwire.source_tools.importing import ImportOptions, import_list
from mirrorwire.source_tools.lists import MAX_LIST_BYTES, read_list
from mirrorwire.source_tools.survey import survey
from mirrorwire.source_tools.toml import as_toml, key_of, told_of_hosts, told_of_shapes
from mirrorwire.source_tools.trial import Trial, try_source

__all__ = [
    "GOOD_OUTCOMES",
    "IMPORT_COLUMNS",
    "MAX_LIST_BYTES",
    "Draft",
    "ImportOptions",
    "NothingToDraft",
    "Trial",
    "as_toml",
    "import_list",
    "keep",
    "key_of",
    "read_list",
    "survey",
    "target_of",
    "told_of_hosts",
    "told_of_shapes",
    "try_source",
]
