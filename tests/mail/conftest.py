"""A message and a mail server of the tests' own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from flask import Flask

from tests.mail.server import Server, free_port


@pytest.fixture
def note(app: Flask, tmp_path: Path) -> None:
    """templates/mail/note/, in English and French."""
    folder = tmp_path / "templates" / "mail" / "note"
    folder.mkdir(parents=True)
    (folder / "subject.txt").write_text("{% if mail_language == 'fr' %}Bonjour{% else %}Hello{% endif %} {{ name }}")
    (folder / "body.txt").write_text("Dear {{ name }},\n\n{{ text }}\n")
    (folder / "body.html").write_text('<p lang="{{ mail_language }}">Dear {{ name }},</p><p>{{ text }}</p>')
    app.jinja_loader.searchpath.append(str(tmp_path / "templates"))  # type: ignore[union-attr]


@pytest.fixture
def mind() -> Server:
    return Server()


@pytest.fixture
def server(mind: Server) -> Iterator[Controller]:
    controller = Controller(mind, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller
    controller.stop()
