"""Versions of one event are found among all articles; copies are told apart from versions."""

import random
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.articles import reading, saving, stories
from campaign.articles.models import Article, ArticleBand
from campaign.articles.page import Block, Page
from tests.make import NOW

pytestmark = pytest.mark.stored

WORDS = [f"word{number}" for number in range(3000)]
CHINESE = "市政府周一宣布这座桥将在冬天之前修好议员们说自从洪水以来栏杆一直松动孩子们每天上学都要经过它居民要求尽快开工"


def words(seed: int, number: int = 300) -> list[str]:
    return random.Random(seed).choices(WORDS, k=number)


def saved(session: Session, text: str | list[str], *, days: int = 0, headline: str = "Bridge") -> Article:
    body = text if isinstance(text, str) else " ".join(text)
    page = Page(headline, article=[Block("paragraph", body)], published_at=NOW + timedelta(days=days))
    return saving.save(session, page, now=NOW)


def test_the_two_real_reports_are_versions_of_one_story(session: Session, shared: Path) -> None:
    articles = []
    for path in sorted((shared / "articles").glob("*.txt")):
        [page] = reading.read(path.read_bytes(), most=1 << 20, now=NOW)
        articles.append(saving.save(session, page, now=NOW))
    first, second = articles
    assert 0.5 < stories.share(first, second) < 0.7
    assert first.story_id == second.story_id is not None
    assert (first.copy_of_id, second.copy_of_id) == (None, None)
    assert {article.id for article in stories.articles_of(session, first.story_id)} == {first.id, second.id}


def test_an_article_alone_has_no_story(session: Session) -> None:
    one, other = saved(session, words(1)), saved(session, words(2))
    assert (one.story_id, other.story_id) == (None, None)


def test_a_text_that_was_mended_finds_the_others(session: Session) -> None:
    text = words(1)
    first, cut, copy = saved(session, text), saved(session, words(2)), saved(session, text)
    for article, whole in ((cut, text[:200] + words(3, 80)), (copy, words(5))):
        article.body = [{"kind": "paragraph", "text": " ".join(whole)}]
        stories.place_anew(session, article, now=NOW)
    assert cut.story_id == first.story_id is not None
    assert (copy.story_id, copy.copy_of_id) == (first.story_id, None), "an editor may have put it there"
    assert saved(session, words(5)).copy_of_id == copy.id, "it is found by its new text"


def test_a_version_joins_and_a_copy_is_marked(session: Session) -> None:
    text = words(1)
    first = saved(session, text)
    version = saved(session, text[:160] + words(2, 140))
    copy = saved(session, [*text[:-10], *words(3, 4)])
    second_copy = saved(session, [*text[5:-10], *words(3, 4)])
    other = saved(session, words(4))
    assert {first.story_id, version.story_id, copy.story_id} == {first.story_id}
    assert [one.copy_of_id for one in (first, version, copy, second_copy)] == [None, None, first.id, first.id]
    assert other.story_id is None


def test_copies_do_not_make_the_next_one_harder_to_place(session: Session) -> None:
    first = saved(session, words(1))
    for number in range(5):
        assert saved(session, [*words(1), f"print{number}"]).copy_of_id == first.id
    assert set(session.scalars(select(ArticleBand.article_id))) == {first.id}


def test_the_same_words_weeks_later_tell_of_another_event_unless_all_are_the_same(session: Session) -> None:
    text = words(1)
    first = saved(session, text)
    later = saved(session, text[:160] + words(2, 140), days=30)
    reprint = saved(session, text, days=30, headline="From our archive")
    assert (later.story_id, reprint.copy_of_id, reprint.story_id) == (None, first.id, first.story_id)


def test_a_short_report_in_a_long_one_is_found(session: Session) -> None:
    found = 0
    for seed in range(12):
        long = saved(session, words(seed, 600))
        found += saved(session, words(seed, 600)[100:400]).story_id == long.story_id is not None
    assert found >= 11


def test_texts_without_spaces_are_compared_by_characters(session: Session) -> None:
    first = saved(session, CHINESE)
    version = saved(session, CHINESE[:40] + "市长拒绝评论并离开了会场记者们在门口等了三个小时")
    other = saved(session, "农民们今年秋天收获了比往年更多的水稻价格因此下跌了三成许多村庄决定明年改种蔬菜和水果")
    assert first.story_id == version.story_id is not None
    assert other.story_id is None


def test_what_is_too_short_to_compare_is_left_alone(session: Session) -> None:
    assert [saved(session, "Rain is expected in the north on Monday.").story_id for _ in range(2)] == [None, None]
