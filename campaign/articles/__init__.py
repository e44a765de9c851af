"""A news article as the start of a campaign: readers, and what they found."""
