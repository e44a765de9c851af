"""Finding campaigns, articles and offices by words."""
