"""Seeds read through a source's hosts, their links put on the frontier."""
