"""The forms of a signer's own page."""

from typing import Any

from wtforms import EmailField, HiddenField
from wtforms.validators import AnyOf, DataRequired, Optional

from campaign.forms import REQUIRED, Form, Plain, cleaned
from campaign.i18n import lazy_gettext
from campaign.petitions import asking
from campaign.petitions.models import Signature
from campaign.petitions.sign_form import OneAddress, SignForm, narrow

ACTS = ("confirm", "withdraw", "disown", "show", "hide", "subscribe", "unsubscribe", "download", "erase")
CORRECTED = ("given_name", "family_name", "city", "comment")


class ActForm(Form):
    """One of the buttons of the page."""

    act = HiddenField(validators=[AnyOf(ACTS, lazy_gettext("Press one of the buttons."))])


class CorrectForm(Form):
    """What signers may correct, by the rules of the form they signed with. Nothing else changes without a new mail."""

    given_name = SignForm.given_name
    family_name = SignForm.family_name
    city = SignForm.city
    comment = SignForm.comment

    def __init__(self, signature: Signature) -> None:
        written = {name: getattr(signature, name) for name in CORRECTED}
        super().__init__(data=written)
        ways = asking.ways(signature.petition)
        for name in ("family_name", "city", "comment"):
            if ways[name] == asking.NO and not written[name]:
                del self[name]
                continue
            # Who signed when this was not asked yet need not make it up now.
            is_required = ways[name] == asking.REQUIRED and bool(written[name])
            self[name].validators = [DataRequired(REQUIRED) if is_required else Optional(), *self[name].validators]
            self[name].flags.required, self[name].flags.optional = is_required, not is_required

    def values(self) -> dict[str, Any]:
        """What correcting.correct takes."""
        return {name: self[name].data or "" for name in CORRECTED if name in self}


class AddressForm(Form):
    """ "Send me my link"."""

    email = EmailField(
        lazy_gettext("E-mail address"),
        [DataRequired(lazy_gettext("Enter your e-mail address.")), OneAddress(), Plain()],
        filters=[cleaned, narrow],
        description=lazy_gettext("The one you signed with."),
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )
