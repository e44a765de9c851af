from sqlalchemy.orm import Session

from campaign.articles.page import Page, SampleLetter
from campaign.campaigns.playbooks import Playbook
from campaign.letters import finding
from campaign.letters.part import LetterOffer, LettersPart
from tests import make
from tests.letters import world

PART = LettersPart()
SAMPLE = SampleLetter(
    "To the President", "{{ official.salutation }}, please act. {{ sender.name }}", "us-president", "S"
)


def test_a_draft_gets_the_letters_of_the_page(session: Session) -> None:
    campaign = make.campaign(session, state="draft")
    page = Page("Headline", letters=[SAMPLE, SAMPLE], language="fr")
    PART.draft(session, campaign, page, Playbook(letters=(SampleLetter("Other", "…"),)), now=make.NOW)
    letters = finding.of(session, campaign)
    assert [(row.slug, row.position, row.language) for row in letters] == [
        ("to-the-president", 1, "fr"),
        ("to-the-president-2", 2, "fr"),
    ]


def test_without_letters_on_the_page_the_playbook_helps(session: Session) -> None:
    campaign = make.campaign(session, state="draft")
    PART.draft(session, campaign, Page("Headline"), Playbook(letters=(SAMPLE,)), now=make.NOW)
    assert [row.subject for row in finding.of(session, campaign)] == ["S"]


def test_what_is_wrong_in_a_letter_stands_in_the_way_of_publishing(session: Session) -> None:
    world.build(session)
    campaign = make.campaign(session, state="draft")
    make.letter_template(session, campaign, slug="a", target="", body="Dear [Name],\nplease act.\n{{ sender.name }}")
    found = [(finding.code, finding.where, finding.blocks) for finding in PART.check(session, campaign, now=make.NOW)]
    assert found == [
        ("unknown-target", "letters.a, subject", True),
        ("placeholder", "letters.a, line 1", True),
    ]


def test_a_page_lists_its_letters_with_who_gets_them(session: Session) -> None:
    world.build(session)
    campaign = world.letter(session).campaign
    make.letter_template(session, campaign, slug="mine", title="To mine", target="my_senators", position=1)
    assert PART.show(session, campaign, now=make.NOW) == [
        LetterOffer("write", "Write to the mayor", "President of the United States", False),
        LetterOffer("mine", "To mine", "My senators", True),
    ]


def test_lists_know_how_many_letters_each_campaign_has(session: Session) -> None:
    first, second, third = (make.campaign(session) for _ in range(3))
    for campaign in (first, first, second):
        make.letter_template(session, campaign)
    counts = PART.summaries(session, [first, second, third], now=make.NOW)
    assert counts == {first.id: 2, second.id: 1}
