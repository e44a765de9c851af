"""Reading the audit trail: which entries, and each action in words."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Select, func, or_, select

from campaign.accounts.models import AuditEntry
from campaign.i18n import lazy_gettext

# What organisers and commands do, in the past tense after their name. An action that is not here shows as it is stored.
WORDS = {
    "account.sign_in": lazy_gettext("Signed in"),
    "account.sign_out_everywhere": lazy_gettext("Signed out in every browser"),
    "account.password": lazy_gettext("Changed a password"),
    "account.password_again": lazy_gettext("Gave the password again"),
    "account.add": lazy_gettext("Added an account"),
    "account.role": lazy_gettext("Changed a role"),
    "account.disable": lazy_gettext("Disabled an account"),
    "account.enable": lazy_gettext("Enabled an account"),
    "audit.download": lazy_gettext("Downloaded the audit trail"),
    "campaign.import": lazy_gettext("Imported an article"),
    "campaign.fetch": lazy_gettext("Had a page fetched"),
    "campaign.fetch.again": lazy_gettext("Had a page fetched again"),
    "campaign.edit": lazy_gettext("Edited a campaign"),
    "campaign.source": lazy_gettext("Edited the source of a campaign"),
    "campaign.warning": lazy_gettext("Settled a warning"),
    "campaign.suggest": lazy_gettext("Took a suggestion of the assistant"),
    "campaign.suggest.ask": lazy_gettext("Asked the assistant"),
    "campaign.read": lazy_gettext("Said that they have read what was suggested for a campaign"),
    "campaign.redraft": lazy_gettext("Took the suggestions of another playbook"),
    "campaign.article": lazy_gettext("Edited an article"),
    "campaign.categories": lazy_gettext("Changed the subjects of a campaign"),
    "campaign.override": lazy_gettext("Published against a check, with a reason"),
    "campaign.todo.add": lazy_gettext("Added something to do"),
    "campaign.todo.edit": lazy_gettext("Edited something to do"),
    "campaign.todo.move": lazy_gettext("Moved something to do"),
    "campaign.todo.delete": lazy_gettext("Deleted something to do"),
    "campaign.update.write": lazy_gettext("Wrote news of a campaign"),
    "campaign.update.withdraw": lazy_gettext("Withdrew news of a campaign"),
    "campaign.update.restore": lazy_gettext("Brought news of a campaign back"),
    "picture.ask": lazy_gettext("Had a picture copied"),
    "picture.again": lazy_gettext("Had a picture copied again"),
    "picture.edit": lazy_gettext("Edited the words of a picture"),
    "picture.remove": lazy_gettext("Removed a picture"),
    "campaign.publish": lazy_gettext("Published a campaign"),
    "campaign.unpublish": lazy_gettext("Took a campaign off the site"),
    "campaign.close": lazy_gettext("Closed a campaign"),
    "campaign.reopen": lazy_gettext("Opened a campaign again"),
    "feed.follow": lazy_gettext("Followed a feed"),
    "feed.again": lazy_gettext("Had a feed read again"),
    "feed.delete": lazy_gettext("Stopped following a feed"),
    "feed.item.aside": lazy_gettext("Put a report aside"),
    "letter.add": lazy_gettext("Added a letter"),
    "letter.edit": lazy_gettext("Edited a letter"),
    "letter.delete": lazy_gettext("Deleted a letter"),
    "letters.look": lazy_gettext("Read letters that are alike"),
    "letters.released": lazy_gettext("Let letters that are alike go"),
    "letters.refused": lazy_gettext("Stopped letters that are alike"),
    "petition.edit": lazy_gettext("Edited a petition"),
    "petition.ask": lazy_gettext("Changed what a petition asks"),
    "petition.pause": lazy_gettext("Paused a petition"),
    "petition.go_on": lazy_gettext("Let a petition go on"),
    "signatures.look": lazy_gettext("Looked for fake waves"),
    "signatures.preview": lazy_gettext("Saw signatures that a rule would take out"),
    "signatures.invalidate": lazy_gettext("Took signatures out"),
    "signatures.restore": lazy_gettext("Brought signatures back"),
    "batch.upload": lazy_gettext("Sent a file of signatures"),
    "batch.look": lazy_gettext("Saw the columns of a file of signatures"),
    "batch.columns": lazy_gettext("Said what the columns of a file are"),
    "batch.problems": lazy_gettext("Downloaded which rows of a file were refused"),
    "batch.apply": lazy_gettext("Had a batch of signatures taken in"),
    "batch.take_in": lazy_gettext("Took in a batch of signatures"),
    "batch.type": lazy_gettext("Typed in signatures from paper"),
    "batch.undo": lazy_gettext("Undid a batch of signatures"),
    "batch.discard": lazy_gettext("Deleted a file of signatures"),
    "sheets.print": lazy_gettext("Made sheets to sign by hand"),
    "comments.look": lazy_gettext("Read comments of signers"),
    "comments.choose": lazy_gettext("Chose comments for the book"),
    "export.request": lazy_gettext("Asked for a list of signatures"),
    "export.build": lazy_gettext("Made a list of signatures"),
    "export.link": lazy_gettext("Asked for a link to a list"),
    "export.download": lazy_gettext("Downloaded a list of signatures"),
    "export.deliver": lazy_gettext("Noted that a list was handed over"),
    "delivery.mend": lazy_gettext("Corrected a hand-over"),
    "delivery.remove": lazy_gettext("Took a hand-over out of the ledger"),
    "delivery.reply": lazy_gettext("Noted an office’s reply"),
    "delivery.remove_reply": lazy_gettext("Took an office’s reply out of the ledger"),
    "campaign.outcome": lazy_gettext("Said what came of a campaign"),
    "campaign.outcome_back": lazy_gettext("Took back what came of a campaign"),
    "mailing.write": lazy_gettext("Wrote to signers, as a draft"),
    "mailing.test": lazy_gettext("Sent themselves a mailing"),
    "mailing.start": lazy_gettext("Began to mail signers"),
    "mailing.pause": lazy_gettext("Paused a mailing"),
    "mailing.resume": lazy_gettext("Let a mailing go on"),
    "mailing.stop": lazy_gettext("Stopped a mailing for good"),
    "mailing.delete": lazy_gettext("Deleted the draft of a mailing"),
    "export.remove": lazy_gettext("Removed a list of signatures"),
    "delivery.key": lazy_gettext("Made a key that signs lists"),
    "mail.list": lazy_gettext("Saw to whom mail goes"),
    "mail.read": lazy_gettext("Read a mail"),
    "mail.retry": lazy_gettext("Had a mail tried again"),
    "mail.retry_failed": lazy_gettext("Had all failed mails tried again"),
    "mail.delete": lazy_gettext("Deleted a failed mail"),
    "mail.pause": lazy_gettext("Paused all mail"),
    "mail.resume": lazy_gettext("Let mail go on"),
    "mail.let_go": lazy_gettext("Let held mails go"),
    "mail.lift": lazy_gettext("Allowed mail to an address again"),
    "officials.import": lazy_gettext("Imported officials"),
    "officials.sync": lazy_gettext("Downloaded officials"),
    "officials.edit": lazy_gettext("Edited a term of office"),
    "officials.release": lazy_gettext("Let imports change a term again"),
    "officials.undo": lazy_gettext("Took an import of officials back"),
    "officials.look": lazy_gettext("Read what visitors report about offices"),
    "officials.settle": lazy_gettext("Settled a report about an office"),
}


@dataclass(frozen=True)
class Chosen:
    """Which entries; what is empty leaves nothing out. since, until: days in UTC, both included."""

    who: str = ""
    action: str = ""
    object: str = ""
    since: date | None = None
    until: date | None = None


def entries(chosen: Chosen) -> Select[tuple[AuditEntry]]:
    """The chosen entries, the newest first.

    who: part of an address; object: a name or number as the trail has it, alone or after its kind ("campaign bridge").
    """
    query = select(AuditEntry)
    if chosen.who:
        query = query.where(func.lower(AuditEntry.actor).contains(chosen.who.lower(), autoescape=True))
    if chosen.action:
        query = query.where(AuditEntry.action == chosen.action)
    if chosen.object:
        kind, _, id = chosen.object.rpartition(" ")
        is_it = AuditEntry.object_id == id
        # Entries about a list name their campaign beside it.
        named = AuditEntry.detail["campaign"].as_string() == chosen.object
        query = query.where(is_it & (AuditEntry.object_kind == kind) if kind else or_(is_it, named))
    if chosen.since:
        query = query.where(AuditEntry.at >= _midnight(chosen.since))
    if chosen.until:
        query = query.where(AuditEntry.at < _midnight(chosen.until) + timedelta(days=1))
    return query.order_by(AuditEntry.id.desc())


def words(action: str) -> str:
    """An action as people say it."""
    return str(WORDS.get(action, action))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
