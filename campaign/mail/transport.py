"""Ways out for a mail: a mail server, or files when none is set."""

import smtplib
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

TIMEOUT = 15  # seconds for each answer of the mail server


class SendingFailed(Exception):  # says what happened, as all our exceptions do
    """A mail did not leave.

    message    what the mail server said, for the organiser
    permanent  True when trying again is pointless: the address or the mail itself was refused
    """

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.message = message
        self.permanent = permanent


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
            raise SendingFailed(f"Cannot write to {self.folder}: {error.strerror}.", permanent=False) from error

    def close(self) -> None:
        """Nothing is open between two mails."""


class SmtpTransport:
    """A mail server. The connection is kept from mail to mail, until `close` or a failure."""

    def __init__(self, url: str) -> None:
        """url: smtp://user:password@host:587 (encrypted as soon as the server offers it), smtps://…:465."""
        parts = urlsplit(url)
        self.host = parts.hostname or "localhost"
        self.is_tls = parts.scheme == "smtps"
        self.port = parts.port or (465 if self.is_tls else 587 if parts.username else 25)
        self.username, self.password = unquote(parts.username or ""), unquote(parts.password or "")
        self._connection: smtplib.SMTP | None = None

    def send(self, message: EmailMessage) -> None:
        try:
            self._connected().send_message(message)
        except SendingFailed:
            self._drop()
            raise
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            # Not a polite QUIT: a server that hangs would make us wait for it once more.
            self._drop()
            raise _failure(error) from error

    def close(self) -> None:
        """Take leave of the server; the next mail opens a new connection."""
        try:
            if self._connection is not None:
                self._connection.quit()
        except (smtplib.SMTPException, OSError):
            pass  # it has hung up already
        self._drop()

    def _connected(self) -> smtplib.SMTP:
        if self._connection is None:
            self._connection = self._greeted()
            self._encrypt(self._connection)
            if self.username:
                self._connection.login(self.username, self.password)
        return self._connection

    def _encrypt(self, connection: smtplib.SMTP) -> None:
        if self.is_tls:
            return
        if connection.has_extn("starttls"):
            connection.starttls(context=self._tls())
            connection.ehlo()
        elif self.username:
            # Even when the server would let it, a password never crosses the net in the open.
            raise SendingFailed(f"{self.host} offers no encryption, so our password was not sent.", permanent=False)

    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if not self.username and not self.is_tls:
            # A relay on this machine rarely has a certificate for its name. We would send in the open, too,
            # so encrypting to whoever answers loses nothing.
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context

    def _greeted(self) -> smtplib.SMTP:
        if self.is_tls:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=self._tls())
        else:
            connection = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        connection.ehlo()
        return connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


def for_settings(config: Mapping[str, Any]) -> Transport:
    """The mail server of SMTP_URL; without one, files in the instance folder's mail/."""
    return SmtpTransport(config["SMTP_URL"]) if config["SMTP_URL"] else FileTransport(folder(config))


def folder(config: Mapping[str, Any]) -> Path:
    """Where mails lie that no server took."""
    return Path(config["INSTANCE"]) / "mail"


def forget_files(folder: Path, *, before: datetime) -> int:
    """Delete the mails written to files before an instant: they name people. Returns how many."""
    old = [path for path in folder.glob("*.eml") if path.stat().st_mtime < before.timestamp()]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def file_name(message_id: str, written_at: datetime) -> str:
    """Sorts by time; the same for a mail that is written again after a crash, so it never lies there twice.

    Only the digits of our own Message-ID go into it, nothing that anybody typed.
    """
    number = "".join(filter(str.isalnum, message_id.partition("@")[0]))
    return f"{written_at.astimezone(UTC):%Y%m%dT%H%M%S}-{number}.eml"


def _failure(error: Exception) -> SendingFailed:
    """What the server's answer means for this mail: 5xx about the mail or its reader is for good, the rest passes."""
    code: int
    said: bytes | str
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, said = next(iter(error.recipients.values()))
        case smtplib.SMTPAuthenticationError():
            # Our own settings are wrong: the mails wait until somebody mends them.
            return SendingFailed(f"The mail server refuses our sign-in: {_words(error.smtp_error)}", permanent=False)
        case smtplib.SMTPNotSupportedError():
            return SendingFailed("The mail server cannot take an address in this script.", permanent=True)
        case smtplib.SMTPConnectError() | smtplib.SMTPHeloError():
            code, said = 400, error.smtp_error
        case smtplib.SMTPResponseException():
            code, said = error.smtp_code, error.smtp_error
        case UnicodeError():
            return SendingFailed("The address cannot be written as the mail system needs it.", permanent=True)
        case _:
            return SendingFailed(f"No connection to the mail server: {error}", permanent=False)
    return SendingFailed(f"{code} {_words(said)}", permanent=500 <= code < 600)


def _words(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
