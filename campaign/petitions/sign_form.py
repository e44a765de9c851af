"""The form people sign with: the fields and questions of its petition, and what keeps programs from sending it."""

import re
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask import current_app
from markupsafe import Markup, escape
from wtforms import BooleanField, EmailField, Field, HiddenField, StringField, TelField, TextAreaField
from wtforms.validators import DataRequired, Optional, StopValidation, ValidationError
from wtforms.widgets import html_params

from campaign import countries
from campaign.forms import REQUIRED, Form, Longest, Plain, cleaned
from campaign.i18n import gettext, language, lazy_gettext
from campaign.mail.mailboxes import deliverable
from campaign.mail.outbox import ImpossibleAddress, is_plain, refuse_impossible
from campaign.petitions import asking, bots, consent, names
from campaign.petitions.disposable import is_disposable
from campaign.petitions.misspellings import better_address
from campaign.petitions.terms import Terms

try:
    import phonenumbers
except ImportError:  # an extra: see pyproject.toml
    phonenumbers = None  # type: ignore[assignment]

LONGEST_COMMENT = 1000
LONGEST_PLAIN = 64  # characters of an address that is not too long in any of its parts
NO = (False, "", "no", "false", "0")
PHONE = re.compile(r"\+?[\d ()./-]{5,20}")
# The keyboards of some languages write “ａｎｎ＠ｅｘａｍｐｌｅ．ｏｒｇ”. No address has such letters.
NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {ord("。"): ".", ord("｡"): "."}


class OneAddress:
    """Exactly one complete e-mail address; whether its mailbox exists only the confirmation tells."""

    def __call__(self, form: Any, field: Field) -> None:
        address = field.data or ""
        # Most people's mailboxes are at a few domains, and to judge one takes a tenth of the time a form takes.
        if is_plain(address) and len(address) <= LONGEST_PLAIN and _is_domain(address.rpartition("@")[2]):
            return
        if address.count("@") > 1 and any(sign in address for sign in ",; \t\n"):
            raise StopValidation(gettext("One address only. Each person signs with their own."))
        try:
            # Mail servers differ on letters beyond ASCII before the @; a mail that never arrives helps nobody.
            validate_email(address, check_deliverability=False, allow_smtputf8=False)
            # Our outbox is stricter, and refuses after the signature: “=?x?=@example.org” is read as an encoded word.
            refuse_impossible(deliverable(address))
        except (EmailNotValidError, ImpossibleAddress) as error:
            message = gettext("This is not a complete address. Write it like this: name@example.org")
            if not address.rpartition("@")[0].isascii():
                message = gettext("We cannot send mail to addresses with such letters before the @ yet. Use another.")
            raise StopValidation(message) from error


@lru_cache(maxsize=4096)
def _is_domain(domain: str) -> bool:
    try:
        validate_email(f"x@{domain}", check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


class Lasting:
    """No address of a service that throws its mailboxes away, where the installation refuses those."""

    def __call__(self, form: Any, field: Field) -> None:
        if current_app.config["DISPOSABLE"] == "refuse" and is_thrown_away(field.data or ""):
            raise StopValidation(gettext("Mailboxes there are thrown away soon. Use an address that you keep."))


def is_thrown_away(address: str) -> bool:
    """True for an address of a throw-away service."""
    return is_disposable(deliverable(address).rpartition("@")[2].lower())


def narrow(value: str | None) -> str | None:
    """A field filter: full-width letters and signs as everybody else types them."""
    return value.translate(NARROW) if isinstance(value, str) else value


class CountryList:
    """All countries to choose from. WTForms would make the 250 options anew for each page: half the work of one."""

    input_type: str | None = None

    def __call__(self, field: Field, **kwargs: Any) -> Markup:
        options, chosen = _country_options(language()), field.data or ""
        if chosen in countries.CODES:
            options = options.replace(f'<option value="{chosen}">', f'<option selected value="{chosen}">')
        attributes = html_params(name=field.name, id=field.id, **kwargs)
        return Markup(f"<select {attributes}>{options}</select>")  # noqa: S704  # made here, and escaped


class SignForm(Form):
    """Put one's name under a petition. Made by `sign_form`, without the fields the petition does not ask."""

    given_name = StringField(
        lazy_gettext("Given name"),
        [DataRequired(lazy_gettext("Enter your name.")), Longest(names.LONGEST), Plain(), names.Name()],
        filters=[cleaned],
        render_kw={"autocomplete": "given-name"},
    )
    family_name = StringField(
        lazy_gettext("Family name"),
        [Longest(names.LONGEST), Plain(), names.Name()],
        filters=[cleaned],
        description=lazy_gettext("Leave it empty if you have one name."),
        render_kw={"autocomplete": "family-name"},
    )
    organisation = StringField(
        lazy_gettext("Organisation"),
        [Longest(names.LONGEST_ORGANISATION), Plain(), names.Name()],
        filters=[cleaned],
        render_kw={"autocomplete": "organization"},
    )
    email = EmailField(
        lazy_gettext("E-mail address"),
        [DataRequired(lazy_gettext("Enter your e-mail address.")), OneAddress(), Plain(), Lasting()],
        filters=[cleaned, narrow],
        description=lazy_gettext("We send one mail to it, with a link that confirms your signature."),
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )
    country = StringField(lazy_gettext("Country"), widget=CountryList(), render_kw={"autocomplete": "country"})
    postcode = StringField(
        lazy_gettext("Postcode"),
        [Plain()],
        filters=[cleaned],
        description=lazy_gettext("Leave it empty where there are none."),
        render_kw={"autocomplete": "postal-code"},
    )
    city = StringField(
        lazy_gettext("Town or city"),
        [Longest(names.LONGEST), Plain(), names.Name()],
        filters=[cleaned],
        render_kw={"autocomplete": "address-level2"},
    )
    phone = TelField(
        lazy_gettext("Phone number"),
        [Longest(40), Plain()],
        filters=[cleaned, narrow],
        render_kw={"autocomplete": "tel", "inputmode": "tel"},
    )
    comment = TextAreaField(
        lazy_gettext("Why do you sign?"),
        [Plain(lines=True), Longest(LONGEST_COMMENT)],
        filters=[cleaned],
        render_kw={"rows": 4},
    )
    show_name = BooleanField(
        lazy_gettext("Show my name on this site as one of those who signed"),
        false_values=NO,
        render_kw={"value": "yes"},
    )
    subscribe = BooleanField(consent.WORDING, false_values=NO, render_kw={"value": "yes"})
    # No person sees this one, and its name tempts programs that fill in whatever there is.
    website = StringField(lazy_gettext("Leave this field empty"), render_kw={"autocomplete": "off"})
    # What the two buttons of “did you mean …?” send; it is never shown as a field.
    email_take = StringField(filters=[cleaned])
    # The address for which "did you mean …?" was shown: sent again unchanged, it is taken as it is.
    email_offered = HiddenField(filters=[cleaned])
    consent_version = HiddenField()
    text_version = HiddenField()
    stamp = HiddenField()
    work = HiddenField()

    def __init__(self, terms: Terms, *, now: datetime, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._now = now
        ways = self._ways = asking.ways(terms)
        self.offered: str | None = None  # a better address, while the person is asked about it
        if ways["family_name"] == asking.REQUIRED:
            self.family_name.description = gettext("If you have one name, enter it here again.")
        for name, way in ways.items():
            if way == asking.NO:
                continue
            if name == "postcode":  # its own check knows in which countries people have one
                self.postcode.flags.optional = way == asking.OPTIONAL
            else:
                _be(self[name], is_required=way == asking.REQUIRED)
        if self.email_take.data and self.email_take.data == better_address(self.email.data or ""):
            self.email.data = self.email_take.data
        config = current_app.config
        self._secrets = [*config["SECRET_KEY_FALLBACKS"], config["SECRET_KEY"]]
        self._age = bots.age(self._secrets, terms.id, self.stamp.data or "", now=now)
        if self.bits:
            self.work.render_kw = {"data-bits": self.bits}
        self._sent = {name: self[name].data for name in ("consent_version", "text_version", "stamp")}
        self.refresh(terms)

    @property
    def bits(self) -> int:
        """How much work a browser does before it sends the form; 0: none."""
        bits: int = min(current_app.config["PROOF_OF_WORK"], bots.MOST_BITS)
        return bits

    @property
    def questions(self) -> list[Field]:
        """The petition's own questions, in their order."""
        return [field for name, field in self._fields.items() if _is_question(name)]

    def refresh(self, terms: Terms) -> None:
        """Show the newest wording and text from now on, and when this page was made."""
        self.consent_version.data = consent.version()
        self.text_version.data = str(terms.text_version)
        self.email_take.data = ""
        self.work.data = ""
        if self._age is None:
            self.stamp.data = bots.stamp(self._secrets, terms.id, now=self._now)

    def validate(self, extra_validators: Any = None) -> bool:
        """Everything that is wrong, at once; what looks like a program is told what a person would do."""
        valid = super().validate(extra_validators)
        if self.website.data:
            self.website.errors = [gettext("Something filled this in for you. Leave this field empty.")]
            valid = False
        if self._sent["consent_version"] not in (None, "", consent.version()):
            self.subscribe.errors = [*self.subscribe.errors, gettext("The wording has changed; read it again.")]
            valid = False
        problem = self._haste()
        if problem:
            self.form_errors.append(problem)
            valid = False
        return valid

    def validate_email(self, field: Field) -> None:
        """Runs when the address is complete. Offers a better one once, and never insists."""
        offered = better_address(field.data)
        if offered and self.email_offered.data != field.data:
            self.email_offered.data = field.data
            self.offered = offered
            message = gettext("Did you mean %(offered)s? Change it, or send the form again to keep it.")
            raise ValidationError(message % {"offered": offered})

    def validate_country(self, field: Field) -> None:
        field.data = (field.data or "").upper()
        if field.data not in countries.CODES:
            raise ValidationError(gettext("Choose a country from the list."))

    def validate_postcode(self, field: Field) -> None:
        """Together with the country: which is known here even when it comes later on the page."""
        typed = field.data or ""
        if not typed and self._ways["postcode"] == asking.OPTIONAL:
            return
        problem = countries.postcode_problem((self.country.data or "").upper(), typed, language())
        if problem:
            raise ValidationError(problem)

    def validate_phone(self, field: Field) -> None:
        if field.data and not is_phone(field.data, (self.country.data or "").upper()):
            raise ValidationError(gettext("This is not a phone number. Write it like this: +44 20 7946 0000"))

    def values(self) -> dict[str, Any]:
        """What signing.sign takes of a person."""
        asked = ("given_name", "email", "country", *asking.FIELDS)
        typed = {name: self[name].data or "" for name in asked if name in self}
        typed["postcode"] = countries.tidy_postcode(typed.get("postcode", ""))
        answers = {field.name.removeprefix("question_"): field.data for field in self.questions}
        sent = self._sent["text_version"]
        return typed | {
            "answers": {id: answer for id, answer in answers.items() if answer},
            "show_name": bool(self.show_name.data),
            "subscribe": bool(self.subscribe.data),
            "is_disposable": current_app.config["DISPOSABLE"] == "flag" and is_thrown_away(typed["email"]),
            # Who sends none has read the newest text; a number we never gave is none of ours.
            "text_version": (int(sent) if sent.isdecimal() and len(sent) < 9 else 0) if sent else None,
        }

    def _haste(self) -> str | None:
        """What a person who was this quick is told; None for everybody else."""
        least = current_app.config["SIGN_SECONDS"]
        if not least and not self.bits:
            return None
        if self._age is None or self._age < timedelta(seconds=least):
            return gettext("That was quick. Look over what you entered and send it again.")
        if self.bits and not self._has_worked() and self._age < bots.WAIT:
            seconds = (bots.WAIT - self._age).seconds + 1
            return gettext("Your browser could not do its check. Wait %(n)s seconds, then send it again.", n=seconds)
        return None

    def _has_worked(self) -> bool:
        sent = (self.work.raw_data or [""])[0]
        email = (self.email.raw_data or [""])[0]
        return bots.is_worked(self._sent["stamp"] or "", email, sent, bits=self.bits)


def sign_form(
    terms: Terms, questions: tuple[tuple[int, str, bool], ...] = (), *, now: datetime, **known: Any
) -> SignForm:
    """The form of the petition with these terms, and of its own questions. known: what its fields start with."""
    left_out = frozenset(name for name, way in asking.ways(terms).items() if way == asking.NO)
    return _form_class(questions, left_out)(terms, now=now, **known)


def is_phone(number: str, country: str) -> bool:
    """By the rules of the country when the `phone` extra is installed, else by its signs."""
    if not PHONE.fullmatch(number) or sum(sign.isdigit() for sign in number) < 5:
        return False
    if phonenumbers is None:
        return True
    try:
        return bool(phonenumbers.is_possible_number(phonenumbers.parse(number, country or None)))
    except phonenumbers.NumberParseException:
        return False


@cache
def _country_options(locale: str) -> str:
    choices = [("", gettext("Choose a country")), *countries.choices(locale)]
    return "".join(f'<option value="{code}">{escape(name)}</option>' for code, name in choices)


@lru_cache(maxsize=64)
def _form_class(questions: tuple[tuple[int, str, bool], ...], left_out: frozenset[str]) -> type[SignForm]:
    """WTForms wants a field for each question in the class; making one for every request would take long."""
    fields: dict[str, Any] = {
        f"question_{id}": StringField(
            label,
            [DataRequired(REQUIRED) if is_required else Optional(), Longest(asking.LONGEST_ANSWER), Plain()],
            filters=[cleaned],
            render_kw={"autocomplete": "off"},
        )
        for id, label, is_required in questions
    }
    return type("SignForm", (SignForm,), fields | dict.fromkeys(left_out))


def _be(field: Field, *, is_required: bool) -> None:
    field.validators = [DataRequired(REQUIRED) if is_required else Optional(), *field.validators]
    field.flags.required, field.flags.optional = is_required, not is_required


def _is_question(name: str) -> bool:
    return name.startswith("question_")
