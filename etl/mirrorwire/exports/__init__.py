"""Articles for other programs: what is selected, streamed from the database into a format of theirs."""
