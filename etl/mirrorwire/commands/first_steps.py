"""What `mirrorwire` alone says: what to do next."""

from __future__ import annotations

FIRST_STEPS = """\
Mirrorwire reads a publisher's news from whichever of its domains still serves it.

Three things to do next:
  mirrorwire sources            lists the publishers that are known; `sources new www.example.org` drafts another
  mirrorwire ingest SOURCE      fetches what is new of one of them, and stores its articles
  mirrorwire export SOURCE --output articles.xlsx
                                writes its articles into a workbook; `search WORDS` finds some of them

All commands: mirrorwire --help. Help on one: mirrorwire ingest --help. Tab completes: mirrorwire completion --help."""
