"""What later features show a signer on their own page: links to pages of theirs behind the same mailed link.

Lists that were handed over hang on a signature, but their feature stands after this one in the import order. So it
registers a function, and the page asks it without knowing it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from campaign.petitions.models import Signature


@dataclass(frozen=True)
class OwnLink:
    """endpoint: takes the token of the mailed link; words: what stands on the link."""

    endpoint: str
    words: str


Ask = Callable[[Session, Signature], OwnLink | None]

_ASKED: list[Ask] = []


def register(ask: Ask) -> None:
    """Called once per feature when the app is put together. ask: None when it has nothing for this signer."""
    if ask not in _ASKED:
        _ASKED.append(ask)


def of(session: Session, signature: Signature) -> list[OwnLink]:
    """The links for one signer."""
    return [link for ask in _ASKED if (link := ask(session, signature))]
