"""What the signer's own browser remembers of signing, so that the next page knows what to say. Nothing else has it."""

from collections.abc import Mapping
from typing import Any

from flask import session as cookie

from campaign.petitions.models import Signature

# So that the letter that comes next is filled in.
CARRIED = ("given_name", "family_name", "email", "country", "postcode")
MOST_REMEMBERED = 20  # campaigns; a cookie has little room


def remember(slug: str, state: str, sender: Mapping[str, Any] | None = None) -> None:
    """pending, confirmed or removed. The cookie holds nothing about whether an address had signed before."""
    remembered = {**cookie.get("signed", {})}
    remembered.pop(slug, None)
    cookie["signed"] = dict([*remembered.items(), (slug, state)][-MOST_REMEMBERED:])
    if sender is not None:
        cookie["sender"] = {name: sender.get(name, "") for name in CARRIED}


def remember_confirmed(signature: Signature) -> None:
    """What the letter after a confirmed signature begins with."""
    sender = {name: getattr(signature, name) for name in CARRIED}
    remember(signature.petition.campaign.slug, "confirmed", sender)


def remove(slug: str) -> None:
    """The name is off this petition, and the form starts empty again."""
    remember(slug, "removed")
    cookie.pop("sender", None)
