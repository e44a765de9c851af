"""Handing signatures over: exports and the signature book."""
