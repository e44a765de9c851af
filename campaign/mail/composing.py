"""Putting a mail into words: the templates of its kind, in its reader's language, as it goes on the wire."""

from dataclasses import dataclass
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy, default

from flask import render_template

from campaign.i18n import speaking
from campaign.mail import stopping
from campaign.mail.models import Email
from campaign.text import hidden_characters

LONGEST_SUBJECT = 200  # characters

# What asks somebody to confirm is not a mailing: who wants no more of it stops it with the link in its text.
NOT_LISTS = frozenset({"confirm_signature"})


class Whole(UnstructuredHeader):
    """A header on one line. Folded, an address of a page becomes encoded words, and no mail program opens those."""

    def fold(self, *, policy: EmailPolicy) -> str:
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]


class Registry(HeaderRegistry):
    """Remembers the class it made for each header: the parent makes a new one every time, a sixth of a mail's work."""

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[str, type] = {}
        self.map_to_type("list-unsubscribe", Whole)  # type: ignore[arg-type]  # as its documentation shows

    def __getitem__(self, name: str) -> type:
        made = self._made.get(name)
        if made is None:
            # Only for names of our own; there are ten or so.
            made = self._made[name] = super().__getitem__(name)
        return made


POLICY = default.clone(header_factory=Registry())


@dataclass(frozen=True)
class Words:
    """What a mail says."""

    subject: str
    text: str
    html: str


def words(email: Email) -> Words:
    """The words of a mail that has not left yet; what it was about is erased afterwards."""
    with speaking(email.language):
        subject, text, html = (_rendered(email, part) for part in ("subject.txt", "body.txt", "body.html"))
    return Words(one_line(subject), text.strip() + "\n", html.strip() + "\n")


def subject(email: Email) -> str:
    """The subject alone, for lists: as it was sent, or as it will be."""
    if email.subject or not email.context:
        return email.subject
    with speaking(email.language):
        return one_line(_rendered(email, "subject.txt"))


def message(email: Email, sender: Address) -> EmailMessage:
    """A mail as it goes on the wire: one recipient, text with an HTML alternative."""
    said = words(email)
    wire = EmailMessage(policy=POLICY)
    wire["From"] = sender
    wire["To"] = Address(addr_spec=email.to_address)
    wire["Subject"] = said.subject
    wire["Date"] = email.created_at
    wire["Message-ID"] = email.message_id
    # Holiday replies to a mail nobody wrote by hand help nobody (RFC 3834).
    wire["Auto-Submitted"] = "auto-generated"
    if email.kind not in NOT_LISTS:
        # Mail programs show a button for these two (RFC 8058).
        wire["List-Unsubscribe"] = f"<{stopping.link(email.mailbox_key)}>"
        wire["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    wire.set_content(said.text)
    wire.add_alternative(said.html, subtype="html")
    wire["Content-Language"] = email.language  # last: Content-… headers of the text would move into its part
    return wire


def one_line(subject: str) -> str:
    """A subject that is one line, however it was typed, and not too long."""
    line = " ".join(subject.split())
    line = "".join(character for character in line if not hidden_characters(character) or character in "\u200c\u200d")
    # EmailMessage decodes encoded words in what it is given, and a line break in one would begin a header of its own.
    line = line.replace("=?", "= ?")
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1].rstrip() + "…"


def _rendered(email: Email, part: str) -> str:
    return render_template(
        f"mail/{email.kind}/{part}",
        mail_language=email.language,
        stop_link=stopping.link(email.mailbox_key),
        **email.context,
    )
