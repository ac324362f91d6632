"""What other programs call: stored articles as records, pages and WARC files read without a database, passes.

The names that are stable stand in `mirrorwire.__all__`, and are imported from `mirrorwire`, not from here.
"""
