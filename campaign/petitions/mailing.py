"""Which mails signers get about their signature, what stands in them, and whether one is on its way."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, String, and_, cast, exists, literal, or_
from sqlalchemy.orm import Session

from campaign.mail import messages
from campaign.mail.mailboxes import deliverable
from campaign.mail.models import Email
from campaign.petitions import forgetting
from campaign.petitions.links import Secrets
from campaign.petitions.models import Signature
from campaign.web import absolute

Mail = Literal["confirm", "already", "remind"]

# For queries of signatures: how mails about each are marked, as forgetting.about says for one.
ABOUT = literal("signature/") + cast(Signature.id, String)

WRITERS: dict[Mail, Callable[..., None]] = {
    "confirm": messages.confirm_signature,
    "already": messages.already_signed,
    "remind": messages.remind_signature,
}


@dataclass(frozen=True)
class Signer:
    """Whom such a mail goes to, and what it says of their signature. demand: of the text they agreed to."""

    signature_id: int
    petition_id: int
    email: str
    given_name: str
    language: str
    demand: str
    campaign_title: str


def signer(signature: Signature) -> Signer:
    """The signer of this signature."""
    return Signer(
        signature_id=signature.id,
        petition_id=signature.petition_id,
        email=signature.email,
        given_name=signature.given_name,
        language=signature.language,
        demand=signature.petition_text.demand,
        campaign_title=signature.petition.campaign.title,
    )


def write(session: Session, to: Signer, mail: Mail, secrets: Secrets, *, now: datetime) -> None:
    """Queue a mail to the signer, unless their mailbox gets no more today: no page may show a difference."""
    code = {"code": secrets.code} if secrets.code else {}
    WRITERS[mail](
        session,
        to=deliverable(to.email),
        language=to.language,
        given_name=to.given_name,
        demand=to.demand,
        campaign_title=to.campaign_title,
        link=absolute("petitions.signature", token=secrets.token),
        about=forgetting.about(to.signature_id),
        group=f"petition/{to.petition_id}",
        now=now,
        **code,
    )


def is_new(since: datetime, *, or_lost: bool = False) -> ColumnElement[bool]:
    """For queries of signatures: a mail about it has not left yet, or left after `since`. or_lost: or never will."""
    unsent = Email.state.in_(("waiting", "working", "failed") if or_lost else ("waiting", "working"))
    return exists().where(Email.about == ABOUT, or_(unsent, and_(Email.state == "done", Email.done_at > since)))
