"""News by mail: who follows what, and the digests they get."""
