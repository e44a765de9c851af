"""Which role may do what. Denied unless it stands here."""

from enum import StrEnum


class Role(StrEnum):
    """The four kinds of account, the most trusted first."""

    OWNER = "owner"  # everything, accounts included
    EDITOR = "editor"  # writes and publishes campaigns
    DELIVERER = "deliverer"  # exports and delivers signatures
    VIEWER = "viewer"  # sees the desk and its numbers, never a signer


DESK = "desk.see"
EDIT = "campaigns.edit"
PUBLISH = "campaigns.publish"
EXPORT = "signatures.export"
BACKUP = "signatures.backup"
IMPORT = "signatures.import"
INVALIDATE = "signatures.invalidate"
MAIL = "mail.read"
OFFICIALS = "officials.edit"
ACCOUNTS = "accounts.manage"
AUDIT = "audit.read"

PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.OWNER: frozenset({DESK, EDIT, PUBLISH, EXPORT, BACKUP, IMPORT, INVALIDATE, MAIL, OFFICIALS, ACCOUNTS, AUDIT}),
    Role.EDITOR: frozenset({DESK, EDIT, PUBLISH, OFFICIALS}),
    Role.DELIVERER: frozenset({DESK, EXPORT, IMPORT, INVALIDATE}),
    Role.VIEWER: frozenset({DESK}),
}
ALL = frozenset().union(*PERMISSIONS.values())


def allows(role: str, permission: str) -> bool:
    """True when accounts of this role may do this; unknown roles may do nothing."""
    return permission in PERMISSIONS.get(Role(role), frozenset()) if role in list(Role) else False
