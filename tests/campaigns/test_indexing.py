"""What readers may see can be found, as it is now; nothing else can."""

import pytest
from sqlalchemy.orm import Session

from campaign import text_index, word_queries
from campaign.campaigns import editing, indexing, parts, publishing
from campaign.petitions.part import PetitionPart
from tests import make


@pytest.fixture(autouse=True)
def petitions() -> None:
    parts.register(PetitionPart())


def found(session: Session, typed: str, *marks: list[str]) -> list[str]:
    hits = text_index.find(session, word_queries.parse(typed), kinds=indexing.KINDS, marks=marks)
    return sorted(f"{row.kind} {row.key}" for row in text_index.rows(session, [hit.id for hit in hits]).values())


def test_all_texts_of_a_campaign_find_it(session: Session) -> None:
    transport = make.category(session)
    transport.names = {"fr": "Mobilité"}
    article = make.article(session, headline="Engineers warn", body=[{"kind": "paragraph", "text": "Rusty bolts."}])
    texts = {"title": "Gaol Ferry", "opinion": "It is a **shame**.", "place": "Bristol"}
    campaign = make.campaign(session, article=article, categories=[transport], **texts)
    make.petition(session, campaign, demand="Reopen the crossing.")
    session.commit()
    for word in ("gaol", "shame", "bristol", "crossing", "mobilite", "engineers"):
        assert f"campaign {campaign.id}" in found(session, word), word
    assert found(session, "rusty bolts") == [f"article {article.id}", f"campaign {campaign.id}"]


def test_who_may_not_read_it_does_not_find_it(session: Session) -> None:
    campaign = make.campaign(session, title="Gaol Ferry", state="draft")
    session.commit()
    assert found(session, "gaol") == []
    campaign.state = "published"
    session.commit()
    assert found(session, "gaol") == [f"campaign {campaign.id}"]
    publishing.close(session, campaign, now=make.NOW)
    session.commit()
    assert found(session, "gaol", ["state:closed"]) == [f"campaign {campaign.id}"]
    assert found(session, "gaol", ["state:open"]) == []
    publishing.reopen(session, campaign, now=make.NOW)
    publishing.unpublish(session, campaign, now=make.NOW)
    session.commit()
    assert found(session, "gaol") == found(session, "bridge") == []
    assert not indexing.astray(session)


def test_a_changed_text_is_found_by_its_new_words_only(session: Session) -> None:
    campaign = make.campaign(session, title="Gaol Ferry")
    session.commit()
    editing.texts(campaign, title="Vauxhall Bridge", now=make.NOW)
    session.commit()
    assert (found(session, "gaol"), found(session, "vauxhall")) == ([], [f"campaign {campaign.id}"])


def test_what_was_rolled_back_is_not_found(session: Session) -> None:
    make.campaign(session, title="Gaol Ferry")
    session.rollback()
    make.category(session)
    session.commit()
    assert found(session, "gaol") == []


def test_an_index_that_lost_something_is_made_anew(session: Session) -> None:
    campaign = make.campaign(session, title="Gaol Ferry")
    session.commit()
    text_index.clear(session)
    text_index.put(session, "campaign", 999, title="Long gone")
    session.commit()
    assert indexing.astray(session)
    indexing.refresh(session)
    session.commit()
    assert not indexing.astray(session)
    assert (found(session, "gaol"), found(session, "gone")) == ([f"campaign {campaign.id}"], [])
