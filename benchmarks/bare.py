"""The least an app of this kind can do, to compare with: `python -m benchmarks.bare` makes its table, then
`gunicorn "benchmarks.bare:create_app()"` serves it.

Flask, Flask-WTF and Flask-SQLAlchemy as their guides show them: a form guarded against forgery that inserts one row,
and a page that says hello. Nothing of ours is imported, for that would change how connections begin.
"""

import os
import sqlite3
from datetime import UTC, datetime
from typing import Any

from flask import Flask, redirect, render_template_string
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import FlaskForm
from sqlalchemy import Engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from wtforms import BooleanField, EmailField, StringField, TextAreaField
from wtforms.validators import DataRequired

PAGE = """<!doctype html><title>Sign</title>
<form method="post">{{ form.hidden_tag() }}
{% for field in form if field.name != "csrf_token" %}<p>{{ field.label }} {{ field() }}{% endfor %}
<button>Sign</button></form>"""


class Base(DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)


class Row(db.Model):  # type: ignore[name-defined,misc]
    __tablename__ = "bare_signature"

    id: Mapped[int] = mapped_column(primary_key=True)
    given_name: Mapped[str]
    family_name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)
    country: Mapped[str]
    postcode: Mapped[str]
    comment: Mapped[str]
    show_name: Mapped[bool]
    subscribe: Mapped[bool]
    created_at: Mapped[datetime]


class SignForm(FlaskForm):  # type: ignore[misc]
    given_name = StringField(validators=[DataRequired()])
    family_name = StringField()
    email = EmailField(validators=[DataRequired()])
    country = StringField(validators=[DataRequired()])
    postcode = StringField()
    comment = TextAreaField()
    show_name = BooleanField()
    subscribe = BooleanField()


def create_app() -> Flask:
    """The app on the database that the environment names."""
    app = Flask("bare")
    app.config.update(SECRET_KEY="x" * 32, SQLALCHEMY_DATABASE_URI=os.environ["BARE_DATABASE_URL"])
    db.init_app(app)

    @app.route("/sign", methods=["GET", "POST"])
    def sign() -> object:
        form = SignForm()
        if not form.validate_on_submit():
            return render_template_string(PAGE, form=form)
        values = {name: value for name, value in form.data.items() if name != "csrf_token"}
        db.session.add(Row(**values, created_at=datetime.now(UTC)))
        db.session.commit()
        return redirect("/signed", 303)

    @app.get("/hello")
    def hello() -> str:
        return "Hello"

    return app


@event.listens_for(Engine, "connect")
def _full(connection: Any, _record: Any) -> None:
    """As durable as ours."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")


if __name__ == "__main__":
    with create_app().app_context():
        db.create_all()
