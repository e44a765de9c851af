"""Who is the same signer: a keyed hash of their mailbox, used only to notice that somebody signs twice."""

import hmac

from campaign.mail.mailboxes import canonical


def signer_key(secret: str, address: str) -> str:
    """What stands for a mailbox in the unique key: without the secret nobody can test whether an address signed."""
    message = f"campaign signer\0{canonical(address)}"
    return hmac.digest(secret.encode(), message.encode(), "sha256").hex()
