"""The secret in a mailed link to one signature. Whoever has it acts for the signer; the database has only its hash."""

import hashlib
import secrets

# Part of what is hashed, so that a token made for anything else opens no signature, and the other way round.
PURPOSE = "campaign signature"


def new_token() -> str:
    """256 random bits, as they stand in the link."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(f"{PURPOSE}\0{token}".encode()).hexdigest()
