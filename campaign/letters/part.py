"""The letters' share in a campaign (see campaign.campaigns.parts)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from campaign.articles.page import Page, SampleLetter
from campaign.campaigns import guessing
from campaign.campaigns.models import Campaign
from campaign.campaigns.playbooks import Playbook
from campaign.errors import Finding
from campaign.i18n import gettext
from campaign.letters import editing, finding, ledger, linting
from campaign.letters.models import LetterTemplate
from campaign.officials import targets


@dataclass(frozen=True)
class LetterOffer:
    """A letter as a campaign's page lists it.

    needs_area: it asks where the writer lives; done: by others, in words; is_open: False once the campaign is closed.
    """

    slug: str
    title: str
    target_label: str
    needs_area: bool
    done: tuple[str, ...] = ()
    is_open: bool = True


class LettersPart:
    """Letters that supporters can send."""

    name = "letters"

    def draft(self, session: Session, campaign: Campaign, page: Page, playbook: Playbook, *, now: datetime) -> None:
        """The page's letters, else the playbook's."""
        letters: list[LetterTemplate] = []
        for sample in page.letters or playbook.letters:
            template = editing.new(
                campaign,
                letters,
                title=sample.title or gettext("Letter"),
                target=sample.target,
                subject=sample.subject,
                body=sample.body,
                language=sample.language or page.language or campaign.language,
                talking_points=sample.talking_points,
                requires=list(sample.requires),
            )
            letters.append(template)
            if not page.letters:
                guessing.mark(campaign, f"letters.{template.slug}", by=guessing.PLAYBOOK, name=playbook.name)
        session.add_all(letters)

    def pack(self, session: Session, campaign: Campaign, page: Page) -> None:
        """The letters in their order."""
        page.letters = [
            SampleLetter(
                title=template.title,
                body=template.body,
                target=template.target,
                subject=template.subject,
                language="" if template.language == campaign.language else template.language,
                talking_points=template.talking_points,
                requires=tuple(template.requires),
            )
            for template in finding.of(session, campaign)
        ]

    def check(self, session: Session, campaign: Campaign, *, now: datetime) -> list[Finding]:
        """Whatever is wrong in a letter stands in the way of publishing; what is to be thought about does not."""
        return [
            Finding(found.code, f"{template.title}{gettext(': ')}{found.text}", place(template, found), found.blocks)
            for template in finding.of(session, campaign)
            for found in lint(session, template, on=now.date())
        ]

    def judge(self, session: Session, campaign: Campaign, page: Page, *, now: datetime) -> list[Finding]:
        """What blocks in a letter, and a greeting to a name: the office decides how it is greeted."""
        found: list[Finding] = []
        for sample in page.letters:
            language = sample.language or campaign.language
            values = {"subject": sample.subject, "body": sample.body, "target": sample.target, "language": language}
            wrong = [one for one in linting.lint(session, **values, on=now.date()) if one.blocks]
            found += [Finding(one.code, one.text, "letters") for one in wrong]
            if any(linting.is_salutation(sample.body, line) for line in range(1, sample.body.count("\n") + 2)):
                text = gettext("It greets somebody by name. The office decides how it is greeted.")
                found.append(Finding("typed-salutation", text, "letters"))
        return found

    def suggest(
        self, session: Session, campaign: Campaign, page: Page, *, by: str, name: str, now: datetime
    ) -> bool | None:
        """All letters, where nobody has saved one."""
        if not page.letters:
            return None
        old = finding.of(session, campaign)
        if not all(guessing.is_guess(campaign, f"letters.{template.slug}") for template in old):
            return False
        for template in old:
            editing.delete(session, template, now=now)
        for sample in page.letters:
            values = {"title": sample.title, "target": sample.target, "subject": sample.subject, "body": sample.body}
            language = sample.language or campaign.language
            template = editing.add(session, campaign, **values, language=language, now=now)
            guessing.mark(campaign, f"letters.{template.slug}", by=by, name=name)
        return True

    def show(self, session: Session, campaign: Campaign, *, now: datetime) -> list[LetterOffer]:
        """The letters in their order."""
        templates = finding.of(session, campaign)
        counted = ledger.tallies(session, [template.id for template in templates])
        return [
            LetterOffer(
                slug=template.slug,
                title=template.title,
                target_label=targets.describe(session, template.target),
                needs_area=targets.needs_area(template.target),
                done=tuple(ledger.in_words(counted[template.id])),
                is_open=campaign.state != "closed",
            )
            for template in templates
        ]

    def summaries(self, session: Session, campaigns: Sequence[Campaign], *, now: datetime) -> dict[int, int]:
        """How many letters each campaign offers."""
        return finding.counts(session, [campaign.id for campaign in campaigns])

    def words(self, session: Session, campaign: Campaign) -> str:
        """Nothing: the letters repeat what the campaign says."""
        return ""

    def numbers(self, session: Session, campaigns: Sequence[Campaign]) -> dict[int, dict[str, int | None]]:
        """Nothing: lists of campaigns count signatures only."""
        return {}


def lint(session: Session, template: LetterTemplate, *, on: date) -> list[linting.LetterFinding]:
    """The findings of one letter. What its editor gave a reason for blocks no more."""
    text = {"subject": template.subject, "body": template.body}
    found = linting.lint(
        session,
        **text,
        target=template.target,
        language=template.language,
        talking_points=template.talking_points,
        on=on,
    )
    return linting.overridden(found, mark=template.override_sha256, **text)


def place(template: LetterTemplate, found: linting.LetterFinding) -> str:
    """Where a finding is: "letters.write-to-the-president, line 3", or "…, subject"."""
    return f"letters.{template.slug}, line {found.line}" if found.line else f"letters.{template.slug}, subject"
