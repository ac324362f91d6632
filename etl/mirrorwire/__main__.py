"""`python -m mirrorwire`: the command line."""

from mirrorwire.cli import main

main()
