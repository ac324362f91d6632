"""The commands of `mirrorwire`, a module for each group of them, imported when one of its commands is called."""
