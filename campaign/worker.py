"""What happens outside of requests: sending mail, building exports, forgetting what is over."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.utils import parseaddr

import structlog
from flask import Flask, current_app
from sqlalchemy.orm import Session, sessionmaker

from campaign import limiting, scrubbing, waking
from campaign.accounts import sessions, signing_in
from campaign.articles import feeds, picture_files, pictures
from campaign.beside import Beside
from campaign.campaigns import from_web, updating
from campaign.campaigns import links as action_links
from campaign.campaigns import tasks as tasks_of_campaigns
from campaign.campaigns.assistant import suggestions
from campaign.db import db, now, reading
from campaign.delivery import exports, removing, whole_files
from campaign.delivery import links as download_links
from campaign.delivery.mailings import rounds as ledger
from campaign.leisure import at_leisure
from campaign.letters import following_up, watching
from campaign.letters.channels.email import sending as letter_sending
from campaign.mail import bounces, breaker, outbox, sending, transport
from campaign.officials import importing, indexing
from campaign.petitions import confirming, forgetting, links, mailing, networks, reminding
from campaign.petitions import tasks as tasks_of_petitions
from campaign.petitions.batches import work as batch_work
from campaign.subscriptions import rounds as news

log = structlog.get_logger()


@dataclass(frozen=True)
class Task:
    """Something the worker looks after. `run` does what is due and returns how much that was."""

    name: str
    run: Callable[[datetime], int]
    every: float = 0.0  # seconds between two looks, for what need not happen at once
    close: Callable[[], None] = lambda: None  # what to do when the worker stops


def tasks() -> list[Task]:
    """Everything the worker does, the most urgent first."""
    mail = Mail()
    letters = letter_sending.Deliverer(_sessions, _sender)
    return [
        Task("mail", mail.deliver, close=mail.close),
        Task("letters", letters.deliver, every=1, close=letters.close),
        Task("questions for replies", ask_for_replies, every=60),
        Task("old letters", forget_letters, every=3600),
        Task("organisers of letters", tell_organisers, every=600),
        Task("exports", Beside(exports.claim, build_export, at_once=1).work),
        Task("lists left half-made", forget_unfinished, every=600),
        Task(from_web.TASK, Beside(from_web.claim, import_page).work),
        Task(feeds.TASK, Beside(feeds.claim, read_feed).work, every=5),
        Task(pictures.TASK, Beside(pictures.claim, copy_picture).work),
        Task("pictures nobody shows", forget_pictures, every=3600),
        Task("old imports", forget_imports, every=3600),
        Task(action_links.TASK, Beside(tasks_of_campaigns.claim_links, tasks_of_campaigns.look_at_link).work, every=5),
        Task(suggestions.TASK, Beside(tasks_of_campaigns.claim_suggestions, tasks_of_campaigns.suggest_texts).work),
        Task("links nobody follows yet", tasks_of_campaigns.adopt_links, every=60),
        Task("articles from before there were stories", tasks_of_campaigns.adopt_articles, every=60),
        Task("rosters", read_rosters),
        Task(batch_work.TASK, Beside(batch_work.claim, tasks_of_petitions.take_in_batch).work),
        Task("files of batches", tasks_of_petitions.forget_batch_files, every=3600),
        Task("offices in the index", index_offices, every=3600),
        Task(updating.TASK, news.build_digests, every=5),
        Task(ledger.TASK, ledger.send_mailings, every=5),
        Task("organisers without news", ledger.tell_organisers, every=3600),
        Task("pictures no hand-over shows", ledger.forget_pictures, every=3600),
        Task("unconfirmed subscribers", news.forget, every=600),
        Task("signers of changed texts", tasks_of_petitions.ask_again, every=60),
        Task("reminders", remind_signers, every=60),
        Task("unconfirmed signatures", expire_pending, every=60),
        Task("old links", forget_links, every=600),
        Task("signers of ended petitions", forget_signers, every=60),
        Task("traces of those who were erased", clean_up_erasures),
        Task("ended sign-ins", forget_sign_ins, every=60),
        Task("old download links", forget_download_links, every=3600),
        Task("ended limits", forget_limits, every=60),
        Task("mail reports", read_mail_reports, every=60),
        Task("files of erased mail", forget_mail_files, every=60),
        Task("old mail", forget_mail, every=3600),
    ]


class Mail:
    """Keeps the sender, and with it the connection to the mail server, from round to round."""

    def __init__(self) -> None:
        self._sender: sending.Sender | None = None

    def deliver(self, now: datetime) -> int:
        """Send the mails that are due."""
        if self._sender is None:
            config = current_app.config
            self._sender = sending.Sender(
                _sessions(),
                transport.for_settings(config),
                _sender(),
                breaker.for_app(),
            )
        return self._sender.round(now)

    def close(self) -> None:
        """Take leave of the mail server."""
        if self._sender:
            self._sender.close()
        self._sender = None


def import_page(app: Flask, id: int) -> None:
    """Make a draft of what an organiser asked for."""
    from_web.run(_sessions(), id, web=from_web.Web(site=app.config["BASE_URL"]), clock=now)


def copy_picture(app: Flask, id: int) -> None:
    """Copy a picture of an article that an organiser asked for."""
    web = pictures.Web(site=app.config["BASE_URL"], folder=picture_files.folder(app.config))
    pictures.run(_sessions(), id, web=web, clock=now)


def forget_pictures(now: datetime) -> int:
    """Delete the files of pictures that no article uses any more."""
    with reading(), _sessions()() as session:
        return pictures.forget_unused(session, picture_files.folder(current_app.config), now=now)


def read_feed(app: Flask, id: int) -> None:
    """See what is new in a feed."""
    feeds.poll(_sessions(), id, site=app.config["BASE_URL"], clock=now)


def forget_imports(now: datetime) -> int:
    """Delete what organisers asked for a month ago, and what has been gone from the feeds as long."""
    with _sessions().begin() as session:
        return from_web.forget(session, now=now) + feeds.forget(session, now=now)


def ask_for_replies(now: datetime) -> int:
    """Two weeks after their letters, ask those who wanted it whether a reply came."""
    with _sessions()() as session:
        return following_up.ask(session, now=now)


def forget_letters(now: datetime) -> int:
    """Erase the texts of letters that left four weeks ago, of those nobody confirmed, and addresses to ask at."""
    with _sessions().begin() as session:
        return letter_sending.forget(session, now=now) + following_up.forget(session, now=now)


def tell_organisers(now: datetime) -> int:
    """Mail the organiser when letters of a public campaign cannot be written or sent any more."""
    with _sessions().begin() as session:
        return watching.tell(session, to=current_app.config["ORGANISER_EMAIL"], now=now)


def build_export(app: Flask, id: int) -> None:
    """Make a list that an organiser asked for. Whoever signs meanwhile goes first."""
    publisher = exports.publisher(app.config)
    at_leisure(lambda: exports.run(_sessions(), id, publisher=publisher, now=now()))


def forget_unfinished(now: datetime) -> int:
    """Delete what crashes left of lists."""
    return whole_files.discard_abandoned(exports.publisher(current_app.config).folder, now=now)


def read_rosters(now: datetime) -> int:
    """Read in the lists of officials that organisers sent."""
    return importing.read_due(_sessions(), folder=importing.folder(current_app.config), now=now)


def expire_pending(now: datetime) -> int:
    """Forget signatures that nobody confirmed in time."""
    with _sessions().begin() as session:
        return confirming.expire_pending(session, now=now, days=current_app.config["PENDING_DAYS"])


def remind_signers(now: datetime) -> int:
    """Write once more to those who signed and have not confirmed."""
    with reading(), _sessions()() as session:
        ids = reminding.due(session, hours=current_app.config["REMINDER_HOURS"], now=now)
    # A transaction for each: the limit of a mailbox makes others wait who write to it.
    return sum(_remind(id, now) for id in ids)


def _remind(id: int, now: datetime) -> bool:
    with _sessions().begin() as session:
        reminder = reminding.remind(session, id, secret=current_app.config["SECRET_KEY"], now=now)
        if reminder:
            mailing.write(session, mailing.signer(reminder.signature), "remind", reminder.secrets, now=now)
    return reminder is not None


def forget_links(now: datetime) -> int:
    """Delete what opens nothing any more: mailed links, and the salts of networks."""
    with _sessions().begin() as session:
        links.keep_for_pending(session, now=now)
        return links.forget_expired(session, now=now) + networks.forget_salts(session, now=now)


def forget_signers(now: datetime) -> int:
    """Keep the promise of the sign form: names, addresses and lists of ended petitions go on their day."""
    days = current_app.config["RETENTION_DAYS"]
    with _sessions().begin() as session:
        files = removing.remove_ended(session, publisher=exports.publisher(current_app.config), now=now, days=days)
        return files + forgetting.forget_ended(session, now=now, days=days)


def clean_up_erasures(now: datetime) -> int:
    """Lists with people who were erased go, then what SQLite's files still have of them."""
    with reading(), _sessions()() as session:
        oldest = removing.oldest_erasure(session)
        if oldest is None:
            return 0
        is_last = not forgetting.has_more(session, now=now, days=current_app.config["RETENTION_DAYS"])
    with _sessions().begin() as session:
        through = removing.remove_erased(session, publisher=exports.publisher(current_app.config), now=now)
    # Once for a thousand signers who are forgotten on one day, not after each portion of them.
    if not through or not is_last:
        return 0
    if not scrubbing.scrub(db.engine, at_once=current_app.config["SCRUB_BYTES"], oldest=oldest, now=now):
        return 0
    with _sessions().begin() as session:
        removing.forget_erasures(session, through)
    return len(through)


def forget_sign_ins(now: datetime) -> int:
    """Delete browsers' sessions that are over."""
    with _sessions().begin() as session:
        return sessions.forget_ended(session, lifetime=signing_in.lifetime(), now=now)


def forget_download_links(now: datetime) -> int:
    """Delete links to lists that were over long ago."""
    with _sessions().begin() as session:
        return download_links.forget_over(session, now=now)


def forget_limits(now: datetime) -> int:
    """Delete counts of windows that are over."""
    with _sessions().begin() as session:
        return limiting.forget_ended(session, now=now)


def index_offices(now: datetime) -> int:
    """Terms begin and end by themselves: let offices be found by who holds them today."""
    with _sessions().begin() as session:
        return indexing.refresh(session, on=now.date())


def forget_mail(now: datetime) -> int:
    """Delete the rows of mails that left long ago, and the breaker's old tallies."""
    with _sessions().begin() as session:
        return outbox.forget_sent(session, now=now) + breaker.forget_ended(session, now=now)


def forget_mail_files(now: datetime) -> int:
    """A mail that became a file lives no longer than its row: people who were erased are in it."""
    with reading(), _sessions()() as session:
        return transport.forget_files(
            transport.folder(current_app.config), but=lambda: outbox.files(session) | letter_sending.files(session)
        )


def read_mail_reports(now: datetime) -> int:
    """Read the bounces and complaints that came in."""
    folder = current_app.config["BOUNCE_MAILDIR"]
    return bounces.read_folder(_sessions(), folder, now=now) if folder else 0


def run(app: Flask, *, once: bool = False, stop: threading.Event | None = None) -> None:
    """Do what is due, rest when nothing is, until `stop` is set. once: until nothing is due any more."""
    stop = stop or threading.Event()
    rounds = _Rounds(tasks())
    with app.app_context():
        waker = waking.for_app()
    try:
        if once:
            while rounds.next_in(app):
                pass
            return
        with waker.working(_ByName(app, stop).run):
            while not stop.is_set():
                if not rounds.next_in(app):
                    with app.app_context():
                        waker.rest(stop, app.config["WORKER_SECONDS"])
    finally:
        rounds.close()


class _ByName:
    """Runs a task as soon as its name is called, beside the rounds and with a table of tasks of its own."""

    def __init__(self, app: Flask, stop: threading.Event) -> None:
        self._app, self._stop = app, stop
        self._rounds = {task.name: _Rounds([task]) for task in tasks()}

    def run(self, name: str) -> None:
        rounds = self._rounds.get(name)  # None: from a newer version's web server
        while rounds and not self._stop.is_set() and rounds.next_in(self._app):
            pass


@dataclass(frozen=True)
class Stoppable:
    """A worker in a thread of this process."""

    thread: threading.Thread
    event: threading.Event

    def stop(self, timeout: float = 10.0) -> None:
        """Let it finish what it is doing, for `timeout` seconds at most."""
        self.event.set()
        self.thread.join(timeout)


def start_in_thread(app: Flask) -> Stoppable:
    """Run the worker beside the server, for the demo's one process."""
    event = threading.Event()
    thread = threading.Thread(target=run, args=(app,), kwargs={"stop": event}, name="worker", daemon=True)
    thread.start()
    return Stoppable(thread, event)


@dataclass
class _Rounds:
    """Goes through the tasks again and again, each no oftener than it asks for."""

    tasks: list[Task]
    _rests_until: dict[str, float] = field(default_factory=dict)

    def next_in(self, app: Flask) -> int:
        """Go through the tasks once; returns how much was done."""
        with app.app_context():
            return sum(self._tried(task) for task in self.tasks if self._is_due(task))

    def close(self) -> None:
        for task in self.tasks:
            task.close()

    def _is_due(self, task: Task) -> bool:
        return time.monotonic() >= self._rests_until.get(task.name, 0.0)

    def _tried(self, task: Task) -> int:
        done = 0
        try:
            done = task.run(now())
        except Exception as error:
            # A full disk or our own mistake: the other tasks go on, and this one is tried again.
            log.error("task failed", task=task.name, kind=type(error).__name__)
        # A task that found something may have stopped at a limit of its own, so it is asked again at once.
        self._rests_until[task.name] = 0.0 if done else time.monotonic() + task.every
        return done


def _sessions() -> sessionmaker[Session]:
    return sessionmaker(db.engine)


def _sender() -> Address:
    name, address = parseaddr(current_app.config["MAIL_FROM"])
    return Address(display_name=name or current_app.config["SITE_NAME"], addr_spec=address)
