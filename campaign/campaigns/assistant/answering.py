"""One suggestion from question to draft: ask, judge what came, save what is fit, and say why the rest is not."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session, sessionmaker

from campaign import leases
from campaign.accounts import auditing, keeping, permissions
from campaign.accounts.models import Account
from campaign.campaigns import awaited
from campaign.campaigns.assistant import answers, endpoint, judging, questions, taking
from campaign.campaigns.assistant.endpoint import Server
from campaign.campaigns.assistant.questions import Question
from campaign.campaigns.assistant.suggestions import NotSuggestable
from campaign.campaigns.awaited import MOST_ATTEMPTS
from campaign.campaigns.models import Suggestion
from campaign.db import reading as only_reading
from campaign.errors import Refused
from campaign.i18n import gettext

log = structlog.get_logger()

LONGEST_PAUSE = timedelta(minutes=15)  # that a busy server may ask for

Sessions = sessionmaker[Session]


def run(sessions: Sessions, id: int, *, server: Server, clock: Callable[[], datetime]) -> None:
    """Work off one suggestion that was claimed, and note what came of it. Commits."""
    with only_reading(), sessions() as session:
        suggestion = session.get(Suggestion, id)
        if suggestion is None:  # the campaign was deleted
            return
        attempt = suggestion.attempts
        is_allowed = keeping.entitled(session, suggestion.account_id, permissions.EDIT) is not None
        question = questions.ask_about(session, suggestion.campaign, on=clock().date())
    try:
        if not is_allowed:
            raise NotSuggestable(gettext("Whoever asked for this may no longer change campaigns."))
        if attempt > MOST_ATTEMPTS:
            raise NotSuggestable(gettext("Reading the answer ended the worker each time."))
        said = endpoint.ask(server, question.messages, schema=answers.schema())
        awaited.set_step(sessions, Suggestion, id, attempt, "judging")
        _save(sessions, id, attempt, answers.read(said), question, now=clock())
    except Refused as error:
        _fail(sessions, id, attempt, error, now=clock())
    except Exception as error:
        # Ours, not the machine's. The log gets the kind, never a text and never the key.
        log.error("suggestion failed", id=id, kind=type(error).__name__)
        unknown = NotSuggestable(gettext("Something went wrong while the answer was read."))
        _fail(sessions, id, attempt, unknown, now=clock())


def _save(
    sessions: Sessions, id: int, attempt: int, suggested: answers.Suggested, question: Question, *, now: datetime
) -> None:
    with sessions() as session, session.begin():
        suggestion = leases.held(session, Suggestion, id, attempt=attempt)
        if suggestion is None:
            return
        campaign = suggestion.campaign
        session.refresh(campaign, with_for_update=True)
        if campaign.state != "draft":
            raise NotSuggestable(gettext("The campaign was published meanwhile, so nothing was changed in it."))
        page, refused = judging.judge(session, campaign, answers.page(suggested), question, now=now)
        saved, unused = taking.take(session, campaign, page, name=suggestion.model, now=now)
        suggestion.saved, suggestion.refused = saved, [asdict(text) for text in [*refused, *unused]]
        suggestion.open_key, suggestion.step = None, ""
        leases.finish(suggestion, now=now)
        auditing.record(
            session,
            "campaign.suggest",
            account=session.get(Account, suggestion.account_id) if suggestion.account_id else None,
            actor=auditing.WORKER,
            object_kind="campaign",
            object_id=campaign.slug,
            detail={"model": suggestion.model, "saved": saved, "refused": [text.part for text in refused]},
            now=now,
        )


def _fail(sessions: Sessions, id: int, attempt: int, error: Refused, *, now: datetime) -> None:
    awaited.fail(sessions, Suggestion, id, attempt, error, longest_pause=LONGEST_PAUSE, now=now)
