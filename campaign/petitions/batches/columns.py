"""What the columns of a table are: known by the names that other tools give them, or told by hand."""

import re
from collections.abc import Mapping, Sequence

from campaign.errors import Refused
from campaign.i18n import gettext, lazy_gettext
from campaign.petitions import asking
from campaign.petitions.models import Petition

LEFT_OUT = ""
# What a column can be, besides an answer to one of the petition's questions: "question_" and its id.
FIELDS = {
    LEFT_OUT: lazy_gettext("leave out"),
    "given_name": lazy_gettext("Given name"),
    "family_name": lazy_gettext("Family name"),
    "name": lazy_gettext("Whole name in one column"),
    "email": lazy_gettext("E-mail address"),
    "country": lazy_gettext("Country"),
    "postcode": lazy_gettext("Postcode"),
    "city": lazy_gettext("Town or city"),
    "organisation": lazy_gettext("Organisation"),
    "phone": lazy_gettext("Phone number"),
    "comment": lazy_gettext("Comment"),
    "signed_on": lazy_gettext("Day of signing"),
    "subscribe": lazy_gettext("Agreed to be written to (yes or no)"),
    "confirmed": lazy_gettext("Confirmed there (yes or no)"),
}
QUESTION = "question_"

# The names by which the tables of each tool are known, then what its columns are. As the tools write them:
# Pytition's views.py, Action Network's reports, Change.org's download of signatures, our own CSV for programs.
_KNOWN: tuple[tuple[str, frozenset[str], Mapping[str, str]], ...] = (
    (
        "campaign",
        frozenset({"number", "given_name", "country", "signed_on", "text_version"}),
        {name: name for name in (*asking.HANDED_OVER, "email", "signed_on")},
    ),
    (
        "campaign",
        frozenset({"number", "given_name", "country", "created_at", "state", "signer_key"}),
        {name: name for name in (*asking.HANDED_OVER, "email", "subscribe")}
        | {"created_at": "signed_on", "state": "confirmed"},
    ),
    (
        "pytition",
        frozenset({"first_name", "last_name", "email", "subscribed_to_mailinglist"}),
        {
            "first_name": "given_name",
            "last_name": "family_name",
            "email": "email",
            "phone": "phone",
            "subscribed_to_mailinglist": "subscribe",
            "confirmed": "confirmed",
            "date": "signed_on",
        },
    ),
    (
        "change_org",
        frozenset({"city", "state", "postal_code", "country", "signed_on"}),
        {
            "name": "name",
            "first_name": "given_name",
            "last_name": "family_name",
            "email": "email",
            "city": "city",
            "postal_code": "postcode",
            "country": "country",
            "signed_on": "signed_on",
            "comment": "comment",
        },
    ),
    (
        "action_network",
        # Every table from there has columns of its own that begin so; see `recognise`.
        frozenset({"email", "can2_"}),
        {
            "first_name": "given_name",
            "last_name": "family_name",
            "email": "email",
            "zip_code": "postcode",
            "country": "country",
            "can2_user_city": "city",
            "can2_phone": "phone",
            "comments": "comment",
        },
    ),
)
# What columns of other tables mostly mean: only a beginning, which somebody looks at.
_LIKELY = {
    **{name: name for name in FIELDS if name},
    **dict.fromkeys(("first_name", "firstname", "forename", "vorname", "prenom", "nombre"), "given_name"),
    **dict.fromkeys(("last_name", "lastname", "surname", "nachname", "nom", "apellidos"), "family_name"),
    **dict.fromkeys(("full_name", "fullname"), "name"),
    **dict.fromkeys(("e_mail", "email_address", "mail"), "email"),
    **dict.fromkeys(("zip", "zip_code", "postal_code", "post_code", "plz", "code_postal"), "postcode"),
    **dict.fromkeys(("town", "ville", "ort", "ciudad"), "city"),
    **dict.fromkeys(("organization", "company"), "organisation"),
    **dict.fromkeys(("telephone", "phone_number", "mobile"), "phone"),
    **dict.fromkeys(("comments", "reason"), "comment"),
    **dict.fromkeys(("date", "signed_at", "signed", "created_at", "timestamp"), "signed_on"),
}


class BadColumns(Refused):
    """These columns do not make signatures. `field`: that of the form, "column_" and its number from 0."""


def recognise(header: Sequence[str]) -> str:
    """Which tool a table is from, one of origins.SOURCES; "" when its names say nothing."""
    names = {_plain(name) for name in header}
    names |= {"can2_"} if any(name.startswith("can2_") for name in names) else set()
    return next((source for source, needed, _ in _KNOWN if needed <= names), "")


def fields(header: Sequence[str], petition: Petition) -> list[str]:
    """What each column probably is. Of two that would be the same, the first is it."""
    names = [_plain(name) for name in header]
    known: Mapping[str, str] = _LIKELY
    for source, needed, meaning in _KNOWN:
        if source == recognise(header) and needed <= {*names, "can2_"}:
            known = meaning
            break
    asked = {_plain(question.label): f"{QUESTION}{question.id}" for question in petition.questions}
    found: list[str] = []
    for name in names:
        meant = known.get(name) or asked.get(name, LEFT_OUT)
        found.append(meant if meant not in found else LEFT_OUT)
    return found


def refuse_unfit(header: Sequence[str], chosen: Sequence[str], petition: Petition) -> None:
    """Raises BadColumns unless every column is something that there is, nothing stands twice, and there are names."""
    choices = {*FIELDS, *(f"{QUESTION}{question.id}" for question in petition.questions)}
    for number, field in enumerate(chosen):
        if field not in choices:
            raise BadColumns(gettext("Choose what is in this column."), field=f"column_{number}")
        if field and field in chosen[:number]:
            other = header[list(chosen).index(field)]
            message = gettext("The column “%(other)s” is the same. Leave one of them out.", other=other)
            raise BadColumns(message, field=f"column_{number}")
    if "given_name" not in chosen and "name" not in chosen:
        raise BadColumns(gettext("Say which column has the names."), field="column_0")
    if "name" in chosen and ("given_name" in chosen or "family_name" in chosen):
        message = gettext("Names are either in one column or in two. Leave one of them out.")
        raise BadColumns(message, field=f"column_{list(chosen).index('name')}")


def choices(petition: Petition) -> list[tuple[str, str]]:
    """What a column can be, with what to call it."""
    asked = [(f"{QUESTION}{question.id}", question.label) for question in petition.questions]
    return [*((name, str(words)) for name, words in FIELDS.items()), *asked]


def _plain(name: str) -> str:
    """ "Postal Code" and "postal_code" are one name."""
    return re.sub(r"[\s_-]+", "_", name.strip().casefold())
