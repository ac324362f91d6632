"""Articles written, with versions, history, authors, tags and image."""
