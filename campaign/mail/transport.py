"""Ways out for a mail: a mail server, or files when none is set."""

import re
import smtplib
import ssl
import time
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Literal, Protocol
from urllib.parse import unquote, urlsplit

FRESH = 5.0  # seconds for which we trust that the server still keeps our connection

# Whose fault it is: the server's (then the next mail would fail, too), the reader's mailbox (it does not exist), or
# something about this one mail.
About = Literal["server", "mailbox", "mail"]


class SendingFailed(Exception):  # says what happened, as all our exceptions do
    """A mail did not leave.

    message    what the mail server said, for the organiser
    permanent  True when trying again is pointless: the address or the mail itself was refused
    about      "server" when the next mail would fail, too; "mailbox" when there is no such reader; else "mail"
    in_doubt   True when the connection broke off: the server may have taken the mail without our hearing of it
    """

    in_doubt = False

    def __init__(self, message: str, *, permanent: bool, about: About = "mail") -> None:
        super().__init__(message)
        self.message = message
        self.permanent = permanent
        self.about = about


class Transport(Protocol):
    """One way out. `send` raises SendingFailed, and nothing else, when a mail did not leave."""

    def send(self, message: EmailMessage) -> None: ...

    def close(self) -> None: ...


class FileTransport:
    """Each mail becomes an .eml file, so that an installation without a mail server can be tried at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: EmailMessage) -> None:
        written_at = parsedate_to_datetime(message["Date"])
        path = self.folder / file_name(message["Message-ID"], written_at)
        half = path.with_suffix(".part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            half.write_bytes(message.as_bytes(policy=SMTP))
            half.replace(path)  # whoever looks into the folder never sees half a mail
        except OSError as error:
            words = f"Cannot write to {self.folder}: {error.strerror}."
            raise SendingFailed(words, permanent=False, about="server") from error

    def close(self) -> None:
        """Nothing is open between two mails."""


class SmtpTransport:
    """A mail server. The connection is kept from mail to mail, until `close` or a failure."""

    def __init__(self, url: str, *, timeout: float = 15.0) -> None:
        """url: smtp://user:password@host:587 (encrypted as soon as the server offers it), smtps://…:465.

        timeout: seconds to wait for each answer.
        """
        parts = urlsplit(url)
        self.timeout = timeout
        self.host = parts.hostname or "localhost"
        self.is_tls = parts.scheme == "smtps"
        self.port = parts.port or (465 if self.is_tls else 587 if parts.username else 25)
        self.username, self.password = unquote(parts.username or ""), unquote(parts.password or "")
        self._connection: smtplib.SMTP | None = None
        self._used_at = 0.0

    def send(self, message: EmailMessage) -> None:
        connection = None
        try:
            connection = self._connected()
            connection.send_message(message)
            self._used_at = time.monotonic()
        except SendingFailed:
            self._drop()
            raise
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            # Not a polite QUIT: a server that hangs would make us wait for it once more.
            self._drop()
            failure = _failure(error)
            answered = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError)
            failure.in_doubt = connection is not None and not isinstance(error, (*answered, UnicodeError))
            raise failure from error

    def close(self) -> None:
        """Take leave of the server; the next mail opens a new connection."""
        try:
            if self._connection is not None:
                self._connection.quit()
        except (smtplib.SMTPException, OSError):
            pass  # it has hung up already
        self._drop()

    def _connected(self) -> smtplib.SMTP:
        if self._connection is not None and time.monotonic() - self._used_at > FRESH and not self._is_alive():
            # Servers hang up on who says nothing for a while. That is no failure of the mail that comes now.
            self._drop()
        if self._connection is None:
            self._connection = self._greeted()
            self._encrypt(self._connection)
            if self.username:
                self._connection.login(self.username, self.password)
        return self._connection

    def _is_alive(self) -> bool:
        try:
            return self._connection is not None and self._connection.noop()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    def _encrypt(self, connection: smtplib.SMTP) -> None:
        if self.is_tls:
            return
        if connection.has_extn("starttls"):
            connection.starttls(context=self._tls())
            connection.ehlo()
        elif self.username:
            # Even when the server would let it, a password never crosses the net in the open.
            message = f"{self.host} offers no encryption, so our password was not sent."
            raise SendingFailed(message, permanent=False, about="server")

    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if not self.username and not self.is_tls:
            # A relay on this machine rarely has a certificate for its name. We would send in the open, too,
            # so encrypting to whoever answers loses nothing.
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context

    def _greeted(self) -> smtplib.SMTP:
        if self.is_tls:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=self._tls())
        else:
            connection = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        connection.ehlo()
        return connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


def for_settings(config: Mapping[str, Any]) -> Transport:
    """The mail server of SMTP_URL; without one, files in the instance folder's mail/."""
    return (
        SmtpTransport(config["SMTP_URL"], timeout=config["SMTP_TIMEOUT"])
        if config["SMTP_URL"]
        else FileTransport(folder(config))
    )


def code_of(answer: str) -> str:
    """The number in a server's answer, the precise one if there is one; the words may name the reader.

    >>> code_of("550 5.1.1 <suzie@example.org>: unknown"), code_of("550 unknown")
    ('5.1.1', '550')
    """
    found = ENHANCED.search(answer) or re.match(r"\d{3}", answer)
    return found[0] if found else ""


def folder(config: Mapping[str, Any]) -> Path:
    """Where mails lie that no server took."""
    return Path(config["INSTANCE"]) / "mail"


def forget_files(folder: Path, *, but: Callable[[], Collection[str]]) -> int:
    """Delete the mails written to files, but those with these names: they name people. Returns how many.

    but: asked once the files are listed, so that one that is written meanwhile is not taken for a stray.
    """
    files = [path for path in folder.glob("*") if path.suffix in (".eml", ".part")]
    kept = {Path(name).stem for name in but()} if files else set()
    strays = [path for path in files if path.stem not in kept]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)


def file_name(wordsid: str, written_at: datetime) -> str:
    """Sorts by time; the same for a mail that is written again after a crash, so it never lies there twice.

    Only the digits of our own Message-ID go into it, nothing that anybody typed.
    """
    number = "".join(filter(str.isalnum, wordsid.partition("@")[0]))
    return f"{written_at.astimezone(UTC):%Y%m%dT%H%M%S}-{number}.eml"


def _failure(error: Exception) -> SendingFailed:
    """What the server's answer means for this mail: 5xx about the mail or its reader is for good, the rest passes."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, said = next(iter(error.recipients.values()))
            words = f"{code} {_words(said)}"
            about: About = "mailbox" if names_mailbox(words) else "mail"
            return SendingFailed(words, permanent=500 <= code < 600, about="server" if code == 421 else about)
        case smtplib.SMTPAuthenticationError():
            # Our own settings are wrong: the mails wait until somebody mends them.
            words = f"The mail server refuses our sign-in: {_words(error.smtp_error)}"
            return SendingFailed(words, permanent=False, about="server")
        case smtplib.SMTPNotSupportedError():
            return SendingFailed("The mail server cannot take an address in this script.", permanent=True)
        case smtplib.SMTPConnectError() | smtplib.SMTPHeloError():
            return SendingFailed(f"400 {_words(error.smtp_error)}", permanent=False, about="server")
        case smtplib.SMTPResponseException():
            code, words = error.smtp_code, f"{error.smtp_code} {_words(error.smtp_error)}"
            return SendingFailed(words, permanent=500 <= code < 600, about="server" if code == 421 else "mail")
        case UnicodeError():
            return SendingFailed("The address cannot be written as the mail system needs it.", permanent=True)
        case _:
            return SendingFailed(f"No connection to the mail server: {error}", permanent=False, about="server")


# Refusals for good that say nothing about whether the mailbox exists: full or too small, the mail system's or the
# protocol's trouble, the text, and above all "we do not like the sender": that would silence us to everybody there.
NOT_THE_MAILBOX = re.compile(r"5\.(2\.[2-4]|[3567]\.\d{1,3})$")
ENHANCED = re.compile(r"\b5\.\d{1,3}\.\d{1,3}\b")


def names_mailbox(answer: str) -> bool:
    """True when a server's answer means that there is no such mailbox: "550 5.1.1 Unknown", not "550 5.7.1 Blocked".

    Enhanced codes as in RFC 3463; an answer for good without one is believed to be about the mailbox.
    """
    enhanced = ENHANCED.search(answer)
    if enhanced:
        return not NOT_THE_MAILBOX.match(enhanced[0])
    return answer.lstrip().startswith("5")


def _words(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
