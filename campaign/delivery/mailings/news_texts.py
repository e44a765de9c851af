"""What signers can be told of: entries of the ledger and the outcome, each with a text to begin with, and its form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session
from wtforms import StringField
from wtforms.validators import DataRequired, Optional

from campaign.campaigns import outcomes
from campaign.campaigns.forms import text as long_text
from campaign.campaigns.models import Campaign
from campaign.delivery.ledger import handing_over
from campaign.delivery.ledger.forms import REPLY_WORDS
from campaign.delivery.mailings import writing as mailings
from campaign.delivery.models import Delivery, OfficeReply
from campaign.errors import NotFound
from campaign.forms import Form, Longest, Plain, cleaned
from campaign.i18n import gettext, lazy_gettext, ngettext, speaking


@dataclass(frozen=True)
class News:
    """One thing that happened. about: as a mailing keeps it; title, body: to begin with, in the campaign's language."""

    about: str
    title: str
    body: str


def untold(session: Session, campaign: Campaign) -> list[News]:
    """What signers were not mailed about yet, the newest first."""
    told = mailings.mailed(session, campaign)
    return [news for news in _all(session, campaign) if news.about not in told]


def find(session: Session, campaign: Campaign, about: str) -> News | None:
    """What a mailing is to tell of; None for free words. Raises NotFound for what does not stand in the ledger."""
    if not about:
        return None
    for news in _all(session, campaign):
        if news.about == about:
            return news
    raise NotFound(gettext("There is no such entry to tell of."))


def languages(campaign: Campaign) -> list[str]:
    """In which a mailing can be written, the campaign's own first."""
    return list(dict.fromkeys([campaign.language, *current_app.config["LANGUAGES"]]))


class MailingForm(Form):
    """A heading and a text in each language; all but the campaign's own may stay empty."""

    spoken: Sequence[str] = ()

    def texts(self) -> dict[str, dict[str, str]]:
        """What was written, by language."""
        return {
            language: {part: self[f"{part}_{language}"].data or "" for part in ("title", "body")}
            for language in self.spoken
        }


def form_for(
    campaign: Campaign, spoken: Sequence[str], *, proposed: News | None = None, texts: mailings.Texts | None = None
) -> MailingForm:
    """The form, with what was written already, or is proposed."""

    class InTheseLanguages(MailingForm):
        pass

    InTheseLanguages.spoken = spoken
    for language in spoken:
        for name, field in _fields(language, is_own=language == campaign.language).items():
            setattr(InTheseLanguages, name, field)
    if texts is None:
        own: Mapping[str, str] = {"title": proposed.title, "body": proposed.body} if proposed else {}
        texts = {campaign.language: own}
    given = {f"{part}_{language}": text for language, one in texts.items() for part, text in one.items()}
    return InTheseLanguages(data=given)


def _fields(language: str, *, is_own: bool) -> dict[str, Any]:
    title = [DataRequired(lazy_gettext("Say in one line what happened."))] if is_own else [Optional()]
    return {
        f"title_{language}": StringField(
            lazy_gettext("Heading"), [*title, Longest(mailings.LONGEST_TITLE), Plain()], filters=[cleaned]
        ),
        f"body_{language}": long_text(
            lazy_gettext("Text"),
            most=mailings.LONGEST_BODY,
            needed=lazy_gettext("Tell people what happened.") if is_own else "",
            hint=lazy_gettext("Markdown: **bold**, [a link](https://…), lists with “-”."),
        ),
    }


def _all(session: Session, campaign: Campaign) -> list[News]:
    with speaking(campaign.language):
        found = [_of_outcome(campaign)] if campaign.outcome and campaign.outcome_at else []
        for delivery in handing_over.of(session, campaign):
            if not delivery.removed_at:
                found += [_of_reply(reply) for reply in reversed(delivery.replies) if not reply.removed_at]
                found.append(_of_delivery(delivery))
    return found


def _of_outcome(campaign: Campaign) -> News:
    assert campaign.outcome_at  # noqa: S101  # as the caller made sure
    title = f"{outcomes.WORDS[campaign.outcome]}{gettext(': ')}{campaign.title}"
    return News(f"outcome/{campaign.outcome_at:%Y%m%dT%H%M%S}", title[: mailings.LONGEST_TITLE], campaign.outcome_text)


def _of_delivery(delivery: Delivery) -> News:
    title = ngettext("%(num)s signature handed over", "%(num)s signatures handed over", delivery.signatures)
    office = delivery.office or gettext("the office")
    body = gettext("We handed your signatures over: %(office)s.", office=office)
    if delivery.next_step:
        body += "\n\n" + gettext("What comes next: %(step)s", step=delivery.next_step)
    return News(f"delivery/{delivery.id}", title, body)


def _of_reply(reply: OfficeReply) -> News:
    office = reply.delivery.office or gettext("The office")
    title = f"{office}{gettext(': ')}{REPLY_WORDS[reply.kind]}"
    return News(f"reply/{reply.id}", title[: mailings.LONGEST_TITLE], reply.text)
