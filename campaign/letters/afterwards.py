"""What a writer does once a letter is finished: say so, take it as a file, have us send it or ask for a reply."""

from collections.abc import Callable
from io import BytesIO

from flask import Response, request, send_file

from campaign import limiting
from campaign.errors import NotFound, Refused
from campaign.i18n import gettext
from campaign.letters import following_up, forms, ledger, pages, rendering
from campaign.letters.channels.email import asking
from campaign.letters.channels.printing import paper
from campaign.letters.models import Letter
from campaign.letters.pages import Answer, Page
from campaign.letters.rendering import RenderedLetter
from campaign.letters.visits import Told, Visit
from campaign.mail import messages, outbox
from campaign.mail.mailboxes import deliverable
from campaign.web import absolute


def report(visit: Visit) -> Page:
    """ "I printed it", "I sent it": in the ledger, and the same page again."""

    def said(at_hand: Told, finished: RenderedLetter) -> Page:
        did = request.form.get("did", "")
        ledger.report(visit.session, visit.template, at_hand.post.id, did, mine=visit.mine, now=visit.now)
        return pages.ready(at_hand, finished)

    return _with_finished(visit, said)


def pdf(visit: Visit) -> Page | Response:
    """The letter to print, as a file. Nothing is counted by it: who printed it says so."""

    def made(at_hand: Told, finished: RenderedLetter) -> Page | Response:
        size = request.form.get("paper", "")
        try:
            content = paper.pdf(finished, paper=size if size in paper.PAPERS else "a4", now=visit.now)
        except paper.NotPrintable as error:
            return pages.ready(at_hand, finished, problem=error.message)
        name = f"letter-{at_hand.post.id}.pdf"
        file = send_file(BytesIO(content), mimetype="application/pdf", as_attachment=True, download_name=name)
        file.headers["Cache-Control"] = "no-store"
        return file

    return _with_finished(visit, made)


def ask(visit: Visit) -> Page:
    """The writer wants us to send it: they get a mail with a link, and nothing leaves before they press its button."""

    def asked(at_hand: Told, finished: RenderedLetter) -> Page:
        address = (request.form.get("reply_to") or "").strip()
        row = ledger.own(visit.session, visit.template, mine=visit.mine).get(at_hand.post.id)
        if row is None:
            raise NotFound(gettext("Prepare the letter first."))
        try:
            with visit.session.begin_nested():
                token = asking.ask(
                    visit.session, row, finished, email=address, follow_up="follow_up" in request.form, now=visit.now
                )
        except Refused as error:
            return pages.ready(at_hand, finished, problem=error.message)
        messages.confirm_letter(
            visit.session,
            to=address,
            language=visit.campaign.language,
            given_name=at_hand.sender.given_name,
            post_label=at_hand.post.label,
            campaign_title=visit.campaign.title,
            link=absolute("letters.confirm", token=token),
            about=f"letter/{row.id}",
            group=f"letters/{visit.campaign.id}",
            now=visit.now,
        )
        return pages.ready(at_hand, finished)

    return _with_finished(visit, asked)


def follow_up(visit: Visit) -> Page:
    """The writer wants to be asked for a reply: the page is the same whether or not we know the address."""

    def wished(at_hand: Told, finished: RenderedLetter) -> Page:
        session, form = visit.session, forms.FollowUpForm()
        row = ledger.own(session, visit.template, mine=visit.mine).get(at_hand.post.id)
        if row is None:
            raise NotFound(gettext("Prepare the letter first."))
        if not form.validate():
            return pages.ready(at_hand, finished, wish=form)
        limiting.count_client_within(session, "FOLLOW_UP_LIMIT")
        email = form.wish_email.data or ""
        try:
            token = following_up.wish(session, row, email=email, mine=visit.mine, now=visit.now)
        except outbox.ImpossibleAddress as error:
            form.wish_email.errors = [error.message]
            return pages.ready(at_hand, finished, wish=form)
        if token and not _ask_to_confirm(visit, row, email, token):
            following_up.take_back(session, row)
        return pages.ready(at_hand, finished, is_wished=True)

    return _with_finished(visit, wished)


def _ask_to_confirm(visit: Visit, row: Letter, email: str, token: str) -> int | None:
    return messages.confirm_follow_up(
        visit.session,
        to=deliverable(email),
        language=visit.campaign.language,
        post_label=row.post_label,
        campaign_title=visit.campaign.title,
        days=following_up.LIFE.days,
        link=absolute("letters.follow_up", token=token),
        about=following_up.about(row.id),
        group=f"letters/{visit.campaign.id}",
        now=visit.now,
    )


def _with_finished(visit: Visit, act: Callable[[Told, RenderedLetter], Answer]) -> Page | Answer:
    """Do something with the finished letter that came along; else the letter again, with what is wrong."""

    def finish(at_hand: Told, rendered: RenderedLetter) -> Page | Answer:
        form = forms.TextForm()
        try:
            finished = rendering.finished(rendered, subject=form.subject.data or "", body=form.body.data or "")
            return act(at_hand, finished)
        except Refused as error:
            return pages.letter(at_hand, rendered, form, problem=error.message)

    return pages.with_rendered(visit, finish)
