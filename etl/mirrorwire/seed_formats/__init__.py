"""Seed documents: feeds, sitemaps, listings and indexes as bytes in, links out. Pure: nothing reaches the network."""

from mirrorwire.seed_formats.document import ChildSitemap, SeedDocument
from mirrorwire.seed_formats.feed import read_feed
from mirrorwire.seed_formats.section import read_section
from mirrorwire.seed_formats.sitemap import read_sitemap
from mirrorwire.seed_formats.window import children_for, link_in_window, named_days

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
