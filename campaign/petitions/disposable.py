"""Addresses of services that throw every mailbox away after minutes."""

from disposable_email_domains import blocklist


def is_disposable(domain: str) -> bool:
    """True for a domain on the kept list, and for any below it. domain: lower case, in ASCII."""
    labels = domain.split(".")
    return any(".".join(labels[start:]) in blocklist for start in range(len(labels) - 1))
