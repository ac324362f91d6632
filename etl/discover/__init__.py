"""Discovery: seed documents as bytes in, links of the frontier out. Pure: nothing reaches the network."""

from etl.discover.document import ChildSitemap, SeedDocument
from etl.discover.feed import read_feed
from etl.discover.section import read_section
from etl.discover.sitemap import read_sitemap
from etl.discover.window import children_for, link_in_window, named_days

__all__ = [
    "ChildSitemap",
    "SeedDocument",
    "children_for",
    "link_in_window",
    "named_days",
    "read_feed",
    "read_section",
    "read_sitemap",
]
