"""Secrets that are mailed as links: how they are drawn, and what the database keeps of them."""

import hashlib
import secrets


def draw() -> str:
    """A token nobody can guess: 256 random bits, as they stand in a link."""
    return secrets.token_urlsafe(32)


def hashed(purpose: str, token: str) -> str:
    """What the database keeps of a token. purpose: so that one made for anything else opens nothing here."""
    return hashlib.sha256(f"{purpose}\0{token}".encode()).hexdigest()
