"""Mirrorwire: reads a publisher's news from whichever of its domains still serves it."""

__version__ = "0.1.0"
"""The version of the package, and the only place where it stands: the wheel takes it from here."""
