"""What everything speaks of: records, errors, URLs and keys, windows of time, settings, source files. Pure."""
