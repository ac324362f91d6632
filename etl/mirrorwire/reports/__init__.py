"""What people ask of what is stored: status, coverage, listings, and how rows are shown."""
