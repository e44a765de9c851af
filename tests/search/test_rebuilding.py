"""The index made anew, and what says that it must be."""

import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy.orm import Session

from campaign import doctor, text_index, word_queries
from campaign.db import db
from campaign.errors import Refused
from campaign.officials import indexing
from campaign.search import own_words, rebuilding
from campaign.search.cli import search
from tests import make


def number(session: Session, typed: str) -> int:
    return len(text_index.find(session, word_queries.parse(typed), kinds=("campaign", "article", "official")))


def test_the_command_makes_the_index_anew(session: Session, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaign.migrating.require_current", lambda: None)  # tables without migrations
    make.campaign(session, title="Gaol Ferry")
    make.make_post(session, label="Mayor of Bristol")
    session.commit()
    text_index.clear(session)
    session.commit()
    with app.app_context():
        assert [problem.setting for problem in doctor._in_database() if problem.setting == "search"] == ["search"]
        db.session.rollback()
        result = CliRunner().invoke(search, ["reindex"], obj=None)
        assert result.exit_code == 0, result.output
        assert not rebuilding.is_astray(db.session())
        assert (number(db.session(), "gaol"), number(db.session(), "mayor bristol")) == (1, 1)


def test_offices_are_found_by_who_holds_them_today(session: Session) -> None:
    post = make.make_post(session, label="Mayor of Bristol")
    make.membership(session, make.person(session, "Ada Lovelace"), post)
    assert indexing.refresh(session, on=make.TODAY) == 1
    assert number(session, "lovelace mayor") == 1
    assert indexing.refresh(session, on=make.TODAY) == 0, "nothing has changed"
    after = make.TODAY.replace(year=2030)
    indexing.refresh(session, on=after)
    assert (number(session, "lovelace"), number(session, "mayor")) == (0, 1)
    post.end_date = make.TODAY
    assert indexing.refresh(session, on=after) == 1
    assert number(session, "mayor") == 0


UNREADABLE: list[tuple[Any, str]] = [
    ("same = [", "search_words.toml"),
    ('same = ["one", "another"]', "write same"),
    ("same = [[1, 2]]", "write same"),
    (b"\xff", "search_words.toml"),
]


def test_words_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "search_words.toml"
    for at, (content, words) in enumerate(UNREADABLE):
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        os.utime(path, (at, at))
        with pytest.raises(Refused, match=words):
            own_words.load(tmp_path)


def test_the_lists_that_come_along_join_languages() -> None:
    same = own_words.load(Path("nowhere"))
    for typed, other in (("senator", "سيناتور"), ("عريضة", "petition"), ("premier ministre", "prime minister")):
        forms = [term.words for term in word_queries.parse(typed, same).terms]
        assert any(" ".join(words) in (other, word_queries.parse(other).all[0][0].words[0]) for words in forms), typed
