"""Readers, one per kind of document; each gives the same Page."""
