"""What people agree to when they ask for updates: the words, kept as they were on that day and in that language."""

import hashlib
from datetime import datetime
from functools import cache

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign import dialects
from campaign.i18n import language as language_of_page
from campaign.i18n import lazy_gettext
from campaign.petitions.models import ConsentWording

PURPOSE = "updates"
# The only place with these words: the box on the form, and the row that says what was agreed to.
WORDING = lazy_gettext("Write to me about what comes of this petition")


def version() -> str:
    """Stands for the words in the language of this page. It travels with the form: who ticks the box has read these."""
    return _version(language_of_page())


@cache
def _version(_language: str) -> str:
    return hashlib.sha256(str(WORDING).encode()).hexdigest()[:12]


def agreed(
    session: Session, *, language: str, purpose: str = PURPOSE, wording: object = WORDING, now: datetime
) -> ConsentWording:
    """The row with the words in the language of this page, made when somebody agrees to them for the first time.

    language: that of the page. Of many who are the first at once, one makes the row.
    """
    words = str(wording)
    of_language = (ConsentWording.purpose == purpose, ConsentWording.language == language)
    while True:
        found = session.scalar(select(ConsentWording).where(*of_language, ConsentWording.wording == words))
        if found is not None:
            return found
        newest = session.scalar(select(func.max(ConsentWording.version)).where(*of_language)) or 0
        values = {"purpose": purpose, "language": language, "version": newest + 1, "wording": words, "created_at": now}
        made = dialects.insert(session, ConsentWording).values(**values)
        session.execute(made.on_conflict_do_nothing(index_elements=["purpose", "language", "version"]))
