"""What came of a campaign: said in public, with the day and who says so; what was said before stays readable."""

from datetime import date, datetime, timedelta

from campaign.campaigns.models import OUTCOMES, Campaign
from campaign.errors import NotFound, Refused
from campaign.i18n import gettext, lazy_gettext
from campaign.text import clean

WORDS = {
    "delivered": lazy_gettext("Delivered"),
    "answered": lazy_gettext("Answered"),
    "won": lazy_gettext("Won"),
    "lost": lazy_gettext("Lost"),
    "closed": lazy_gettext("Ended"),
}
assert set(WORDS) == set(OUTCOMES)  # noqa: S101  # an outcome without a word would print its code
LONGEST_TEXT, LONGEST_NAME, LONGEST_NOTE = 2_000, 200, 300
# Where the day begins first it is already tomorrow.
AHEAD = timedelta(hours=14)


class NotAnOutcome(Refused):
    """This cannot have come of a campaign. `field` is what is wrong."""


def word(outcome: str) -> str:
    """An outcome as people say it."""
    return str(WORDS[outcome])


def say(campaign: Campaign, *, outcome: str, text: str, by: str, on: date, note: str = "", now: datetime) -> None:
    """Say what came of it, in place of what was said before. Raises NotAnOutcome.

    text, by: required, for readers; note: why something else was said before.
    """
    if outcome not in OUTCOMES:
        raise NotAnOutcome(gettext("Choose what came of it."), field="outcome")
    if not clean(text):
        raise NotAnOutcome(gettext("Tell in a few sentences what came of it."), field="text")
    if not clean(by):
        raise NotAnOutcome(gettext("Say who says so: a name, or an organisation."), field="by")
    if on > (now + AHEAD).date():
        raise NotAnOutcome(gettext("This day is still to come."), field="on")
    if not campaign.is_readable:
        raise NotAnOutcome(gettext("This campaign is not public. Publish it before you say what came of it."))
    _put_away(campaign, note=note, now=now)
    campaign.outcome, campaign.outcome_text, campaign.outcome_by = outcome, clean(text), clean(by)
    campaign.outcome_on, campaign.outcome_at, campaign.changed_at = on, now, now


def take_back(campaign: Campaign, *, note: str, now: datetime) -> None:
    """Nothing has come of it yet after all. What was said stays readable, with the note. Raises NotAnOutcome."""
    require(campaign)
    if not clean(note):
        raise NotAnOutcome(gettext("Say why. Readers see it beside what was said."), field="note")
    _put_away(campaign, note=note, now=now)
    campaign.outcome = campaign.outcome_text = campaign.outcome_by = ""
    campaign.outcome_on = campaign.outcome_at = None
    campaign.changed_at = now


def require(campaign: Campaign) -> None:
    """Raise NotFound while nobody has said what came of it."""
    if not campaign.outcome:
        raise NotFound(gettext("Nobody has said what came of this campaign."))


def _put_away(campaign: Campaign, *, note: str, now: datetime) -> None:
    if not campaign.outcome or campaign.outcome_on is None or campaign.outcome_at is None:
        return
    said = {
        "outcome": campaign.outcome,
        "text": campaign.outcome_text,
        "by": campaign.outcome_by,
        "on": campaign.outcome_on.isoformat(),
        "at": campaign.outcome_at.isoformat(),
        "ended_at": now.isoformat(),
        "note": clean(note),
    }
    campaign.earlier_outcomes = [*(campaign.earlier_outcomes or []), said]
