"""How much of an outlet's text stands on our pages."""

from typing import Any

from campaign.articles.models import Article
from campaign.campaigns.excerpting import LARGEST_SHARE, LEAD_CHARACTERS, Excerpt, excerpt


def paragraphs(number: int, length: int = 200) -> list[dict[str, Any]]:
    return [{"kind": "paragraph", "text": "x" * length} for _ in range(number)]


def characters(shown: Excerpt) -> int:
    return sum(len(block["text"]) for block in shown.lead + shown.rest)


def test_without_a_licence_only_an_excerpt_is_shown() -> None:
    shown = excerpt(Article(body=paragraphs(20), licence=""))
    assert len(shown.lead) == 3
    assert characters(shown) <= LARGEST_SHARE * 20 * 200
    assert shown.rest and not shown.is_whole


def test_with_a_licence_all_of_it_is_there() -> None:
    shown = excerpt(Article(body=paragraphs(20), licence="CC BY 4.0"))
    assert len(shown.lead) == 3
    assert len(shown.rest) == 17
    assert shown.is_whole


def test_long_paragraphs_make_a_short_lead() -> None:
    shown = excerpt(Article(body=paragraphs(20, length=1_000), licence=""))
    assert len(shown.lead) == 1
    assert len(shown.lead[0]["text"]) <= LEAD_CHARACTERS


def test_of_an_article_of_one_paragraph_only_its_beginning_is_shown() -> None:
    body = [{"kind": "paragraph", "text": "It rained all day long. " * 100}]
    shown = excerpt(Article(body=body, licence=""))
    assert len(shown.lead) == 1 and not shown.rest and not shown.is_whole and shown.is_quoted
    assert shown.lead[0]["text"].endswith("long. […]") and characters(shown) <= LARGEST_SHARE * 2400 + 4
    assert excerpt(Article(body=body, licence="CC BY 4.0")).lead == body


def test_a_licence_we_do_not_know_gives_no_right() -> None:
    for licence in ("Fair use", "All rights reserved", "CC BY"):
        shown = excerpt(Article(body=paragraphs(20), licence=licence))
        assert shown.is_quoted and not shown.is_whole


def test_neither_part_ends_with_a_subhead() -> None:
    body = [*paragraphs(2), {"kind": "subhead", "text": "Next"}, *paragraphs(10)]
    assert [block["kind"] for block in excerpt(Article(body=body, licence="")).lead] == ["paragraph", "paragraph"]


def test_an_article_without_text_is_shown_without_text() -> None:
    assert excerpt(Article(body=[], licence="")) == Excerpt([], [], is_whole=True)
