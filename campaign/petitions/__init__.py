"""Signing, confirming, withdrawing, counting."""
