"""What all forms share: fields that nobody else's form has touched."""

from flask import Flask
from wtforms import StringField, TextAreaField

from campaign.forms import Form, Longest


class NoteForm(Form):
    title = StringField("Title", [Longest(10)], render_kw={"autocomplete": "off"})
    text = TextAreaField("Text")


def test_what_one_form_changes_of_its_fields_the_next_does_not_have(app: Flask) -> None:
    with app.test_request_context(method="POST", data={"title": "a title that is too long", "text": "x"}):
        first = NoteForm()
        first.title.label.text, first.title.flags.optional, first.text.validators = "Heading", True, [Longest(0)]
        assert not first.validate()
    with app.test_request_context():
        second = NoteForm()
    assert first.title.errors and first.text.errors and not second.title.errors
    assert (second.title.data, second.title.label.text, second.title.flags.optional) == (None, "Title", None)
    assert (second.title.flags.most, second.text.validators, second.title.name) == (10, (), "title")


def test_a_part_of_a_form_has_fields_of_its_own_names(app: Flask) -> None:
    with app.test_request_context():
        assert NoteForm(prefix="first").title.name == "first-title"
        assert NoteForm().title.name == "title"
