"""What a new installation starts with: categories and offices; for the demo also campaigns that people have signed."""

import tomllib
from datetime import datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.articles import reading
from campaign.campaigns import drafting, publishing
from campaign.campaigns.models import Campaign, Category
from campaign.delivery.ledger import handing_over, proof_pictures, replying
from campaign.delivery.members import Members
from campaign.delivery.models import Export
from campaign.officials import seeds
from campaign.paths import SEEDS
from campaign.petitions import confirming, finding, signing
from campaign.petitions.models import Signature

LONGEST_CAMPAIGN_FILE = 1_000_000  # bytes
SHOWN = 3  # every third signer shows their name
UNCONFIRMED = 9  # every ninth never opened the mail


def load_reference(session: Session, *, now: datetime) -> None:
    """Categories and offices. What is there already stays as it is."""
    known = set(session.scalars(select(Category.slug)))
    values = tomllib.loads((SEEDS / "categories.toml").read_text(encoding="utf-8"))
    new = [category for category in values["category"] if category["slug"] not in known]
    # The words that suggest a category are read from the file, see campaign.campaigns.suggesting.
    session.add_all(Category(**{key: value for key, value in one.items() if key != "words"}) for one in new)
    session.flush()
    seeds.load(session, SEEDS / "offices", now=now)


def load_demo(session: Session, *, now: datetime) -> None:
    """The campaigns in seeds/, published and signed over the past days by invented people.

    A second time nothing is added. Needs `load_reference` first, and an app for its secret key.
    """
    values = tomllib.loads((SEEDS / "signers.toml").read_text(encoding="utf-8"))
    signers = {entry["campaign"]: entry for entry in values["signers"]}
    ledger = tomllib.loads((SEEDS / "deliveries.toml").read_text(encoding="utf-8"))
    deliveries = {entry["campaign"]: entry for entry in ledger["delivery"]}
    for path in sorted((SEEDS / "campaigns").glob("*.md")):
        campaign = _publish(session, path, signers, now=now)
        if campaign is not None:
            _sign(session, campaign, signers[campaign.slug], now=now)
            if campaign.slug in deliveries:
                _hand_over(session, campaign, deliveries[campaign.slug], now=now)


def _publish(session: Session, path: Path, signers: dict[str, Any], *, now: datetime) -> Campaign | None:
    """The campaign of a file, published some days ago; None when the site has it already."""
    [page] = reading.read(
        path.read_bytes(), reading.Origin(filename=path.name), session=session, most=LONGEST_CAMPAIGN_FILE, now=now
    )
    if session.scalar(select(Campaign.id).where(Campaign.slug == page.slug)):
        return None
    then = now - timedelta(days=signers[page.slug]["published_days_ago"])
    campaign = drafting.draft(session, page, now=then)
    publishing.publish(session, campaign, now=then)
    return campaign


def _sign(session: Session, campaign: Campaign, signers: dict[str, Any], *, now: datetime) -> None:
    """Signatures as people give them: many at first, fewer later, some never confirmed."""
    petition = finding.of(session, campaign)
    assert petition and campaign.published_at  # noqa: S101  # it was published a moment ago, so it has both
    number: int = signers["number"]
    # Two lists of lengths without a common divisor never give the same pair before every pair was given.
    pairs = zip(
        cycle(signers["given_names"]), cycle(signers["family_names"]), cycle(signers["postcodes"]), strict=False
    )
    for index, (given, family, postcode) in enumerate(islice(pairs, number)):
        at = campaign.published_at + (now - campaign.published_at) * ((index + 0.5) / number) ** 1.6
        signed = signing.sign(
            session,
            petition,
            given_name=given,
            family_name=family,
            email=f"{campaign.slug}-{index}@example.org",
            country=signers["country"],
            postcode=postcode,
            comment=signers["comments"][index // UNCONFIRMED] if _has_comment(signers, index) else "",
            show_name=index % SHOWN == 0,
            language=signers["language"],
            secret=current_app.config["SECRET_KEY"],
            now=at,
        )
        signed.signature.reminded_at = at  # nobody is there to be reminded
        if signed.secrets and index % UNCONFIRMED != UNCONFIRMED - 1:
            confirming.confirm(session, signed.secrets.token, now=at)


def _has_comment(signers: dict[str, Any], index: int) -> bool:
    return index % UNCONFIRMED == 0 and index // UNCONFIRMED < len(signers["comments"])


def _hand_over(session: Session, campaign: Campaign, said: dict[str, Any], *, now: datetime) -> None:
    """A hand-over some days ago with its reply. Its list was never a file, so it has no fingerprint."""
    then = now - timedelta(days=said["days_ago"])
    confirmed = select(Signature.id).where(Signature.state == "confirmed", Signature.confirmed_at <= then)
    petition = finding.of(session, campaign)
    assert petition  # noqa: S101  # it was signed a moment ago
    ids = session.scalars(confirmed.where(Signature.petition_id == petition.id)).all()
    export = Export(
        campaign=campaign, format="csv", profile="delivery", created_at=then, due_at=then, snapshot_at=then,
        state="dropped", rows=len(ids), members=Members(list(ids)).pack(),
    )  # fmt: skip
    session.add(export)
    session.flush()
    picture = (SEEDS / "pictures" / said["picture"]).read_bytes()
    told = handing_over.Told(
        handed_over_on=then.date(),
        proof_digest=proof_pictures.keep(proof_pictures.folder(current_app.config), picture),
        proof_alt=said["alt"],
        next_step=said["next_step"],
        next_on=(now + timedelta(days=said["next_in_days"])).date(),
    )
    [recipient] = handing_over.recipients(session, export)
    delivery = handing_over.record(session, export, post_id=recipient.post.id, told=told, account_id=None, now=then)
    reply = said["reply"]
    replied_at = now - timedelta(days=reply["days_ago"])
    replying.note(
        session, delivery, kind=reply["kind"], text=reply["text"], replied_on=replied_at.date(), account_id=None,
        now=replied_at,
    )  # fmt: skip
