"""The organiser's promise of when names and addresses are deleted, which may only get better once people rely on it."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from campaign.i18n import gettext
from campaign.petitions import editing
from campaign.petitions.editing import NotAcceptable
from campaign.petitions.forgetting import kept_until
from campaign.petitions.models import Petition

LONGEST = timedelta(days=730)  # after the end


def promise(
    session: Session,
    petition: Petition,
    *,
    keep_until: datetime | None,
    promised: datetime | None,
    days: int,
    now: datetime,
) -> bool:
    """Set the day of deletion, after the other terms were set; True when that is a change.

    keep_until: None for `days` days after the end; promised: what people were shown before this change. Once
    somebody has signed the day never moves beyond that: an end that moves later leaves it where it is. Raises
    NotAcceptable.
    """
    if keep_until and keep_until != petition.keep_until:
        _refuse_odd(petition, keep_until)
    before, petition.keep_until = petition.keep_until, keep_until
    becomes = kept_until(petition, days)
    if promised and becomes and becomes > promised and editing.is_signed(session, petition):
        if keep_until and keep_until != before:
            message = gettext("People signed because their data goes sooner. Choose an earlier day, or none.")
            raise NotAcceptable(message, field="keep_until")
        petition.keep_until = promised
    if petition.keep_until and petition.closes_at and petition.closes_at > petition.keep_until:
        message = gettext("Who signed was promised that names go before this day. Choose an earlier last day.")
        raise NotAcceptable(message, field="closes_at")
    if petition.keep_until == before:
        return False
    petition.campaign.changed_at = now
    session.flush()
    return True


def _refuse_odd(petition: Petition, keep_until: datetime) -> None:
    end = petition.closes_at
    if end is None:
        raise NotAcceptable(gettext("Set the petition’s last day first."), field="keep_until")
    if keep_until <= end:
        raise NotAcceptable(gettext("Choose a day after the petition’s last day."), field="keep_until")
    if keep_until > end + LONGEST:
        message = gettext("Choose a day within two years of the petition’s last day.")
        raise NotAcceptable(message, field="keep_until")
