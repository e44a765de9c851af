"""Key points at the desk: kept, dropped, changed, approved, and shown within our rights."""

import pytest
from sqlalchemy.orm import Session

from campaign.articles import key_points
from campaign.articles.models import Article
from campaign.campaigns import summarising
from campaign.campaigns.quoting import quote
from campaign.campaigns.summarising import BadPoint
from campaign.errors import NotFound
from tests import make
from tests.articles.test_key_points import RIVER

BODY = [{"kind": "paragraph", "text": text} for text in RIVER]
POINTS = [
    {"text": "The mill bridge is closed until spring.", "anchored": True, "label": "AI generated"},
    {"text": "Everybody is happy.", "anchored": False, "label": "AI generated"},
]


@pytest.fixture
def article(session: Session) -> Article:
    """With two points of a machine; the first rests on the first sentence."""
    points = [{**POINTS[0], "rests_on": RIVER[0][: RIVER[0].index(". ") + 1]}, {**POINTS[1], "rests_on": ""}]
    return make.article(session, body=BODY, key_points=points)


def shown(article: Article) -> list[str]:
    return [point.text for group in quote(article).points for point in group]


def test_what_rests_on_nothing_is_held_back_until_somebody_keeps_it(article: Article) -> None:
    assert shown(article) == [POINTS[0]["text"]]
    summarising.keep(article, 1, by="Charlie")
    assert shown(article) == [POINTS[0]["text"], POINTS[1]["text"]]
    summarising.undo(article, 1)
    assert shown(article) == [POINTS[0]["text"]]
    summarising.drop(article, 0, by="Charlie")
    assert shown(article) == []


def test_a_point_leads_to_its_sentence_on_the_page(article: Article) -> None:
    quoted = quote(article)
    [[point]] = quoted.points
    marked = [part for passage in quoted.lead for part in passage.parts if part.anchor]
    assert [part.anchor for part in marked] == [point.anchor]
    assert marked[0].text.startswith("The council of Otterford voted")
    assert "".join(part.text for part in quoted.lead[0].parts) == RIVER[0]


def test_a_changed_point_needs_approval_again_and_can_be_undone(article: Article) -> None:
    assert summarising.approve(article, by=" Charlie ", on=make.TODAY) == 1
    [[point]] = quote(article).points
    assert (point.label, point.approved_by, point.approved_on) == ("", "Charlie", make.TODAY)
    summarising.edit(article, 0, "Carts may not cross until spring.", by="Charlie")
    [[point]] = quote(article).points
    assert (point.label, point.approved_by) == ("AI generated", "")
    summarising.undo(article, 0)
    assert article.key_points[0]["text"] == POINTS[0]["text"] and "was" not in article.key_points[0]
    assert shown(article) == [POINTS[0]["text"]]


@pytest.mark.parametrize(("text", "words"), [("  ", "Write the point"), ("x" * 401, "Shorten the point")])
def test_a_bad_point_is_refused(article: Article, text: str, words: str) -> None:
    with pytest.raises(BadPoint, match=words):
        summarising.edit(article, 0, text, by="Charlie")
    with pytest.raises(BadPoint, match="Enter your name"):
        summarising.approve(article, by=" ", on=make.TODAY)
    with pytest.raises(NotFound):
        summarising.keep(article, 9, by="Charlie")


def test_chosen_sentences_stay_within_what_may_be_quoted(session: Session) -> None:
    article = make.article(session, body=BODY)
    summarising.choose(article)
    quotable = "".join(part.text for passage in [*quote(article).lead, *quote(article).rest] for part in passage.parts)
    assert shown(article) and all(text in quotable for text in shown(article))
    article.licence = "CC BY 4.0"
    summarising.choose(article)
    assert len(shown(article)) >= key_points.FEWEST
    article.licence = ""
    assert all(text in quotable for text in shown(article)), "what the licence allowed is hidden without it"


def test_choosing_anew_leaves_what_people_wrote(article: Article) -> None:
    number = summarising.choose(article)
    assert number and [point["text"] for point in article.key_points][:2] == [point["text"] for point in POINTS]
    assert summarising.choose(article) == number
    assert len(article.key_points) == 2 + number
