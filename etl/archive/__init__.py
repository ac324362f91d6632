"""The archive: exchanges written once as WARC 1.1 records, read back by file name, offset and length.

`ArchiveWriter` writes and `read_capture` reads, in a folder or an object store. Only `warc` uses the WARC library.
"""

from etl.archive.errors import ArchiveAway, ArchiveDamaged
from etl.archive.reader import read_capture
from etl.archive.warc import payload_digest
from etl.archive.writer import ArchiveWriter

__all__ = ["ArchiveAway", "ArchiveDamaged", "ArchiveWriter", "payload_digest", "read_capture"]
