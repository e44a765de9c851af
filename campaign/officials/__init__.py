"""Who holds which office where, by date: import of rosters, and the look-up."""
