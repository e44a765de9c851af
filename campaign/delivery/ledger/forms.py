"""Forms of the ledger: a hand-over, a reply, a reason."""

from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Optional, Regexp

from campaign.campaigns.forms import text as long_text
from campaign.delivery.ledger import handing_over, replying
from campaign.delivery.ledger.handing_over import Recipient, Told
from campaign.delivery.models import Delivery
from campaign.forms import Form, Longest, Plain, cleaned
from campaign.i18n import gettext, lazy_gettext, ngettext

REPLY_WORDS = {
    "acknowledged": lazy_gettext("They say that they have it"),
    "answered": lazy_gettext("They answer what it asks"),
    "promised": lazy_gettext("They promise to do something"),
    "accepted": lazy_gettext("They do what it asks"),
    "refused": lazy_gettext("They refuse"),
}


class HandOverForm(Form):
    """To whom, when, and what shows it."""

    office = RadioField(lazy_gettext("To which office?"), validate_choice=False, choices=[])
    handed_over_on = DateField(
        lazy_gettext("On which day?"), [InputRequired(lazy_gettext("Enter the day on which it was handed over."))]
    )
    proof = FileField(
        lazy_gettext("Photo or receipt"),
        [Optional()],
        description=lazy_gettext(
            "PNG, JPEG, WebP or AVIF; everybody can see it. Show nobody who does not want to be shown, and no names or "
            "addresses of signers. Place and time that a camera wrote into it are taken out."
        ),
        render_kw={"accept": "image/png,image/jpeg,image/webp,image/avif"},
    )
    # A picture that was fine, while something else was not: nobody has to choose it again.
    kept_proof = HiddenField(validators=[Optional(), Regexp("^[0-9a-f]{64}$")])
    drops_proof = BooleanField(lazy_gettext("Show the picture no more"))
    proof_alt = StringField(
        lazy_gettext("What is to be seen on it?"),
        [Optional(), Longest(handing_over.LONGEST_ALT), Plain()],
        filters=[cleaned],
        description=lazy_gettext("For those who cannot see it: “Two people carry a box into the town hall.”"),
    )
    next_step = StringField(
        lazy_gettext("What comes next?"),
        [Optional(), Longest(handing_over.LONGEST_STEP), Plain()],
        filters=[cleaned],
        description=lazy_gettext("A hearing, a vote, or when you ask again."),
    )
    next_on = DateField(lazy_gettext("When is that?"), [Optional()])
    note = StringField(
        lazy_gettext("Why you correct it"),
        [Optional(), Longest(handing_over.LONGEST_NOTE), Plain()],
        filters=[cleaned],
        description=lazy_gettext("Needed when day or picture change: readers see what stood here before, and why."),
    )

    def offer(self, recipients: list[Recipient]) -> None:
        """The offices that this list was made for and that do not have it yet."""
        open_ones = [one for one in recipients if one.had_on is None]
        self.office.choices = [SelectChoice(one.post.id, _share(one)) for one in open_ones]
        if len(open_ones) == 1 and not self.is_submitted():
            self.office.data = open_ones[0].post.id

    def fill(self, delivery: Delivery) -> None:
        """With what the ledger says."""
        if not self.is_submitted():
            self.handed_over_on.data, self.next_on.data = delivery.handed_over_on, delivery.next_on
            self.proof_alt.data, self.next_step.data = delivery.proof_alt, delivery.next_step

    def picture(self) -> bytes:
        """What was sent; b"" for nothing."""
        sent: Any = self.proof.data
        return sent.read() if sent else b""

    def told(self, digest: str) -> Told:
        """What was said. digest: of the picture to show, "" for none."""
        assert self.handed_over_on.data  # noqa: S101  # it is required
        return Told(
            handed_over_on=self.handed_over_on.data,
            proof_digest=digest,
            proof_alt=self.proof_alt.data or "",
            next_step=self.next_step.data or "",
            next_on=self.next_on.data,
        )


class ReplyForm(Form):
    """What an office said."""

    kind = RadioField(
        lazy_gettext("What kind of reply is it?"),
        [InputRequired(lazy_gettext("Choose what kind of reply it is."))],
        choices=[SelectChoice(*pair) for pair in REPLY_WORDS.items()],
        validate_choice=False,
    )
    replied_on = DateField(lazy_gettext("Of which day?"), [InputRequired(lazy_gettext("Enter the day of the reply."))])
    text = long_text(
        lazy_gettext("What do they say?"),
        rows=8,
        most=replying.LONGEST_TEXT,
        needed=lazy_gettext("Tell what they say, in their words or yours."),
        hint=lazy_gettext("Everybody can read it. Markdown. Leave out who signed for the office, unless they hold it."),
    )


class ReasonForm(Form):
    """Why an entry is taken out."""

    note = long_text(
        lazy_gettext("Why you take it out"),
        rows=3,
        most=handing_over.LONGEST_NOTE,
        needed=lazy_gettext("Say why. The reason stands in its place."),
    )


def _share(one: Recipient) -> str:
    return gettext(
        "%(office)s: %(signatures)s",
        office=one.post.label,
        signatures=ngettext("%(num)s signature", "%(num)s signatures", one.rows),
    )
