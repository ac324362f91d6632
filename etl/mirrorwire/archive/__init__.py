"""The archive: exchanges written once as WARC 1.1 records, read back by file name, offset and length.

`ArchiveWriter` writes, `read_capture` reads and `blank` takes out, in a folder or an object store; `unreadable` tells
which files are lost. Only `warc` uses warcio. WARC files of others are found by `outside` and read by `scan` and
`mentions`, which alone use FastWARC.
"""

from mirrorwire.archive.errors import ArchiveAway, ArchiveDamaged
from mirrorwire.archive.presence import file_names, is_cut_short, unreadable
from mirrorwire.archive.reader import read_capture
from mirrorwire.archive.redact import ArchiveBusy, blank, files_of, records_of
from mirrorwire.archive.remote import shown
from mirrorwire.archive.warc import payload_digest
from mirrorwire.archive.writer import ArchiveWriter

__all__ = [
    "ArchiveAway",
    "ArchiveBusy",
    "ArchiveDamaged",
    "ArchiveWriter",
    "blank",
    "file_names",
    "files_of",
    "is_cut_short",
    "payload_digest",
    "read_capture",
    "records_of",
    "shown",
    "unreadable",
]
