"""Mirrorwire: reads a publisher's news from whichever of its domains still serves it."""
