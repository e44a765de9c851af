"""Sheets to sign by hand: the exact text, whom it goes to, what becomes of the data, numbered rows, a QR code."""

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import segno
from babel.dates import format_date
from babel.lists import format_list
from sqlalchemy.orm import Session

from campaign import typesetting
from campaign.delivery.books import plain_blocks
from campaign.delivery.books.making import PAPERS, paper_for
from campaign.errors import Refused
from campaign.i18n import figure, gettext, language, speaking
from campaign.petitions import asking
from campaign.petitions.batches.forms import ROWS, TYPED, typed_names
from campaign.petitions.models import Petition
from campaign.petitions.part import RULE_WORDS

__all__ = ["PAPERS", "paper_for"]

TEMPLATE = Path(__file__).parent / "sheet.typ"
MOST = 100  # sheets in one PDF
# How wide a column is beside the others.
_SHARES = {"comment": 2.0, "organisation": 1.5, "postcode": 0.9}


class NoSheet(Refused):
    """There is nothing to sign, or not so many sheets at once. `field`: number."""


@dataclass(frozen=True)
class Printer:
    """What a sheet says besides the petition. address: of the page to sign on; mail: where people can write to."""

    organiser: str
    mail: str
    address: str
    kept_until: datetime | None
    retention_days: int


def number(session: Session, petition: Petition, count: int) -> range:
    """The numbers of so many new sheets: no two sheets of a petition have the same. Raises NoSheet."""
    if petition.text is None:
        raise NoSheet(gettext("Write the petition’s demand first: there is nothing to sign yet."))
    if not 1 <= count <= MOST:
        raise NoSheet(gettext("Make between 1 and %(most)s sheets at a time.", most=MOST), field="number")
    session.refresh(petition, with_for_update=True)
    first = petition.sheets_printed + 1
    petition.sheets_printed += count
    session.flush()
    return range(first, first + count)


def write(petition: Petition, numbers: range, path: Path, *, paper: str, printer: Printer, now: datetime) -> None:
    """Write the PDF, in the campaign's language. Needs an app context for the words. paper: one of PAPERS."""
    with speaking(petition.campaign.language):
        data = _sheet(petition, printer) | {"paper": paper, "sheets": [str(one) for one in numbers]}
        typesetting.typeset(TEMPLATE, data, path, instant=now)


def _sheet(petition: Petition, printer: Printer) -> dict[str, Any]:
    campaign, text = petition.campaign, petition.text
    if text is None:
        raise NoSheet(gettext("Write the petition’s demand first: there is nothing to sign yet."))
    version = gettext("version %(number)s of the text, of %(day)s", number=text.version, day=_day(text.created_at))
    return {
        **typesetting.spoken(campaign.language),
        "title": campaign.title,
        "organiser": printer.organiser,
        "to": gettext("To: %(offices)s", offices=_offices(petition)),
        "demand": text.demand,
        "blocks": plain_blocks.blocks(text.body),
        "columns": _columns(petition),
        "rows": ROWS,
        "told": _told(petition, printer),
        "qr": _qr(printer.address),
        "qr_alt": gettext("QR code of the page where this petition can be signed online: %(url)s", url=printer.address),
        "online": gettext("Or sign online:"),
        "address": printer.address,
        "footer": f"{campaign.title} · {version}",
        "sheet": gettext("Sheet {number}"),
        "heading": gettext("I sign this petition"),
    }


def _columns(petition: Petition) -> list[dict[str, Any]]:
    """A row for each person: their name, what this petition asks besides, the day, and their hand."""
    questions = {f"question_{one.id}": one.label for one in asking.questions(petition)}
    names = [name for name in typed_names(petition) if name not in ("given_name", "family_name")]
    middle = [
        {"label": str(TYPED[name]) if name in TYPED else questions[name], "share": _SHARES.get(name, 1.2)}
        for name in names
    ]
    return [
        {"label": gettext("No."), "share": 0},
        {"label": gettext("Given and family name"), "share": 2.4},
        *middle,
        {"label": gettext("Day"), "share": 0.9},
        {"label": gettext("Signature"), "share": 1.6},
    ]


def _told(petition: Petition, printer: Printer) -> list[str]:
    """What stands beside the button of the sign form, for people with a pen."""
    fields = format_list(asking.words(petition), locale=language().replace("-", "_"))
    said = [
        gettext("Handed over to %(offices)s: %(fields)s.", offices=_offices(petition), fields=fields),
        gettext("Signatures on paper are counted apart from those given online. Please sign only once."),
    ]
    if printer.kept_until:
        said.append(gettext("Names and addresses are deleted on %(day)s.", day=_day(printer.kept_until)))
    else:
        days = figure(printer.retention_days)
        said.append(gettext("Names and addresses are deleted %(days)s days after the petition closes.", days=days))
    if printer.organiser:
        said.insert(0, gettext("Collected by %(organiser)s.", organiser=printer.organiser))
    if printer.mail:
        said.append(gettext("To see, correct or take back your signature, write to %(mail)s.", mail=printer.mail))
    return said


def _offices(petition: Petition) -> str:
    labels = [addressee.post.label for addressee in petition.addressees]
    rule = RULE_WORDS.get(petition.addressee_rule)
    return format_list([*labels, *([str(rule)] if rule else [])], locale=language().replace("-", "_"))


def _qr(address: str) -> str:
    """As SVG: sharp on every printer."""
    picture = io.BytesIO()
    segno.make(address, error="m", micro=False).save(picture, kind="svg", xmldecl=False, border=4)
    return picture.getvalue().decode()


def _day(value: datetime) -> str:
    return format_date(value.astimezone(UTC), format="long", locale=language())
