"""What every form shares: the CSRF token, plain text only, no field twice, kept input."""

from functools import cache, lru_cache
from gettext import translation
from typing import Any

from flask import current_app, request
from flask_wtf import FlaskForm
from flask_wtf.csrf import _FlaskFormCSRF
from wtforms import BooleanField, Field, StringField
from wtforms.csrf.core import CSRFTokenField
from wtforms.fields.core import Flags, Label, UnboundField
from wtforms.i18n import messages_path
from wtforms.validators import StopValidation

from campaign.errors import Refused
from campaign.i18n import gettext, language, lazy_gettext
from campaign.text import clean, hidden_characters

# Fields that are put together alike for every form, whatever is typed into them. (A list's choices may differ.)
PLAIN_FIELDS = (StringField, BooleanField)


class TokenField(CSRFTokenField):
    """Makes the token when it is shown: who sends a form that is right gets another page."""

    def process(self, *args: Any, **kwargs: Any) -> None:
        super(CSRFTokenField, self).process(*args, **kwargs)

    def _value(self) -> str:
        token: str = self.csrf_impl.generate_csrf_token(self)
        return token


class Token(_FlaskFormCSRF):  # type: ignore[misc]
    """Flask-WTF's own, but for that."""

    field_class = TokenField


class Form(FlaskForm):  # type: ignore[misc]
    """The parent of every form. A refused form is shown again with status 422 (see `status`)."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        csrf_class = Token

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Only what a form can send. Flask-WTF would also take a JSON body, whose values may be of any type."""
            return None if request.is_json else super().wrap_formdata(form, formdata)

        def get_translations(self, form: Any) -> Any:
            """WTForms' own sentences, read from its files once. Flask-WTF reads them for each request."""
            return _sentences(language())

        def bind_field(self, form: Any, unbound_field: "UnboundField[Any]", options: dict[str, Any]) -> Field:
            """A copy of the class's own field. WTForms puts each together anew, which took a tenth of a signature."""
            name = options["name"]
            is_declared = getattr(type(form), name, None) is unbound_field
            if options["prefix"] or not is_declared or not issubclass(unbound_field.field_class, PLAIN_FIELDS):
                bound: Field = super().bind_field(form, unbound_field, options)
                return bound
            return _copied(_model(unbound_field, name), form, options["translations"])

    #: names of fields that may come several times (check boxes, several selects)
    repeatable: frozenset[str] = frozenset()

    def validate(self, extra_validators: Any = None) -> bool:
        """Besides each field's own rules: no field may be sent twice, none may be longer than the site allows."""
        valid: bool = super().validate(extra_validators)
        longest = current_app.config["FIELD_CHARACTERS"]
        for name, sent in request.form.lists():
            field = self._fields.get(name)
            if field is None:
                continue
            if len(sent) > 1 and name not in self.repeatable:
                field.errors = [*field.errors, gettext("This was sent twice. Fill it in once.")]
                valid = False
            if max(map(len, sent)) > longest and not getattr(field, "is_long", False):
                field.errors = [gettext("This is too long: %(most)s characters at most.", most=longest)]
                valid = False
        return valid

    def refuse(self, error: Refused) -> None:
        """Show what was refused beside the field it names, or above the form when it names none of its fields."""
        field = self._fields.get(error.field)
        if field is None:
            self.form_errors.append(error.message)
        else:
            field.errors = [*field.errors, error.message]

    @property
    def status(self) -> int:
        """The status a page showing this form answers with."""
        return 422 if self.errors else 200


def cleaned(value: str | None) -> str | None:
    """A field filter: one form of each character, no space at the ends."""
    return clean(value) if isinstance(value, str) else value


class Plain:
    """Refuses control, direction-changing and invisible characters.

    lines: True for fields of several lines.
    """

    def __init__(self, *, lines: bool = False) -> None:
        self.lines = lines

    def __call__(self, form: Any, field: Field) -> None:
        if isinstance(field.data, str) and hidden_characters(field.data, lines=self.lines):
            raise StopValidation(gettext("There are hidden characters in this. Type it in again by hand."))


class Longest:
    """At most this many characters, and says how many there are.

    The flag lets the page count along. It is not `maxlength`, with which browsers cut off what is pasted, unseen.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.field_flags = {"most": most}

    def __call__(self, form: Any, field: Field) -> None:
        length = len(field.data or "")
        if length > self.most:
            message = gettext("This is too long: %(length)s characters, and %(most)s at most.")
            # Nothing looks at the rest: looking for links in a name of 60,000 characters took a minute.
            raise StopValidation(message % {"length": length, "most": self.most})


@lru_cache(maxsize=1024)
def _model(unbound_field: "UnboundField[Any]", name: str) -> Field:
    model: Field = unbound_field.bind(None, name, _meta=Form.Meta())  # type: ignore[arg-type]  # of no form yet
    return model


def _copied(model: Field, form: Any, translations: Any) -> Field:
    """Of its own it has what forms change: its label and its flags."""
    field = object.__new__(type(model))
    vars(field).update(vars(model), _form=form, meta=form.meta, _translations=translations)
    field.label, field.flags = Label(model.label.field_id, model.label.text), Flags()
    vars(field.flags).update(vars(model.flags))
    return field


@cache
def _sentences(locale: str) -> Any:
    return translation("wtforms", messages_path(), [locale], fallback=True)


REQUIRED = lazy_gettext("Fill this in.")
