"""Keeping accounts: adding them, changing their role or password, disabling them."""

from datetime import datetime

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaign.accounts import passwords, permissions, sessions
from campaign.accounts.models import Account
from campaign.accounts.permissions import Role
from campaign.errors import NotFound, Refused
from campaign.i18n import gettext
from campaign.text import clean


class AccountExists(Refused):
    """There is an account with this address already."""


class InvalidAddress(Refused):
    """Not one complete e-mail address."""


class LastOwner(Refused):
    """Without this account nobody could keep accounts any more."""


def add(session: Session, *, email: str, name: str = "", role: Role, password: str, now: datetime) -> Account:
    """A new account. Raises InvalidAddress, AccountExists, passwords.WeakPassword."""
    address = canonical(email)
    passwords.refuse_weak(password, email=address)
    password_hash = passwords.hashed(password)
    account = Account(email=address, name=clean(name), role=role, password_hash=password_hash, created_at=now)
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError as error:
        raise AccountExists(gettext("There is an account with this address already."), field="email") from error
    return account


def canonical(email: str) -> str:
    """The address as accounts store it: lower case, and otherwise as typed. Raises InvalidAddress."""
    try:
        return validate_email(clean(email), check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise InvalidAddress(gettext("Enter one complete e-mail address."), field="email") from error


def find(session: Session, email: str) -> Account | None:
    """The account with this address, disabled or not."""
    return session.scalar(select(Account).where(Account.email == email.lower()))


def get(session: Session, account_id: int) -> Account:
    """The account with this number. Raises NotFound."""
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound(gettext("There is no such account."))
    return account


def entitled(session: Session, account_id: int | None, permission: str) -> Account | None:
    """Who asked for something that is done only now; None when they are gone or disabled, or may not any more."""
    account = session.get(Account, account_id) if account_id else None
    may = account is not None and not account.disabled_at and permissions.allows(account.role, permission)
    return account if may else None


def by_address() -> Select[tuple[Account]]:
    """All accounts, those in use first."""
    return select(Account).order_by(Account.disabled_at.is_not(None), Account.email)


def change_role(session: Session, account: Account, *, role: Role) -> None:
    """Give an account another role; its browsers must sign in again. Raises LastOwner."""
    if role == account.role:
        return
    if role != Role.OWNER:
        _refuse_without_owner(session, account)
    account.role = role
    sessions.end_all(session, account)


def change_password(session: Session, account: Account, *, password: str, but: str = "") -> None:
    """Set another password and end all sessions but the one with the token `but`. Raises passwords.WeakPassword."""
    passwords.refuse_weak(password, email=account.email)
    account.password_hash = passwords.hashed(password)
    sessions.end_all(session, account, but=but)


def disable(session: Session, account: Account, *, now: datetime) -> None:
    """Nobody can sign in with this account any more, and whoever is, is out. Raises LastOwner."""
    if account.disabled_at:
        return
    _refuse_without_owner(session, account)
    account.disabled_at = now
    sessions.end_all(session, account)


def enable(account: Account) -> None:
    """A disabled account can be used again, with the password it had."""
    account.disabled_at = None


def _refuse_without_owner(session: Session, account: Account) -> None:
    # Locked, so that two owners who demote each other at the same moment are taken one after the other.
    is_owner = (Account.role == Role.OWNER) & Account.disabled_at.is_(None)
    owners = session.scalars(select(Account.id).where(is_owner).with_for_update()).all()
    if list(owners) == [account.id]:
        raise LastOwner(gettext("This is the last owner. Make somebody else an owner first."), field="role")
