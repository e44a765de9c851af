"""Ways out for a mail: a mail server, or files when none is set."""

import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

TIMEOUT = 15  # seconds for each answer of the mail server


class SendingFailed(Exception):  # noqa: N818  # says what happened, as all our exceptions do
    """A mail did not leave.

    message    what the mail server said, for the organiser
    permanent  True when trying again is pointless: the address or the mail itself was refused
    """

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.message = message
        self.permanent = permanent


class Transport(Protocol):
    """One way out. Raises SendingFailed, and nothing else, when a mail did not leave."""

    def send(self, message: EmailMessage) -> None: ...


class FileTransport:
    """Each mail becomes an .eml file, so that an installation without a mail server can be tried at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: EmailMessage) -> None:
        path = self.folder / file_name(message)
        half = path.with_suffix(".part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            half.write_bytes(message.as_bytes(policy=SMTP))
            half.replace(path)  # whoever looks into the folder never sees half a mail
        except OSError as error:
            raise SendingFailed(f"Cannot write to {self.folder}: {error.strerror}.", permanent=False) from error


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
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            self.close()
            raise _failure(error) from error

    def close(self) -> None:
        """Take leave of the server; the next mail opens a new connection."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            connection.quit()
        except (smtplib.SMTPException, OSError):
            connection.close()

    def _connected(self) -> smtplib.SMTP:
        if self._connection is not None and self._is_alive(self._connection):
            return self._connection
        self._connection = connection = self._greeted()
        # A password never crosses the net in the open, even when the server would let it.
        if self.username and not self.is_tls and not connection.has_extn("starttls"):
            raise SendingFailed(f"{self.host} offers no encryption, so our password was not sent.", permanent=False)
        if not self.is_tls and connection.has_extn("starttls"):
            connection.starttls(context=ssl.create_default_context())
            connection.ehlo()
        if self.username:
            connection.login(self.username, self.password)
        return connection

    def _greeted(self) -> smtplib.SMTP:
        if self.is_tls:
            context = ssl.create_default_context()
            connection: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=context)
        else:
            connection = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        connection.ehlo()
        return connection

    @staticmethod
    def _is_alive(connection: smtplib.SMTP) -> bool:
        """Servers hang up on idle connections; a mail should not fail for that."""
        try:
            return connection.noop()[0] == 250
        except (smtplib.SMTPException, OSError):
            connection.close()
            return False


def for_settings(config: Mapping[str, Any]) -> Transport:
    """The mail server of SMTP_URL; without one, files in the instance folder's mail/."""
    return SmtpTransport(config["SMTP_URL"]) if config["SMTP_URL"] else FileTransport(folder(config))


def folder(config: Mapping[str, Any]) -> Path:
    """Where mails lie that no server took."""
    return Path(config["INSTANCE"]) / "mail"


def file_name(message: EmailMessage) -> str:
    """Sorts by time; the same for a mail that is written again after a crash, so it never lies there twice.

    Only the digits of our own Message-ID go into it, nothing that anybody typed.
    """
    written = parsedate_to_datetime(message["Date"])
    number = "".join(filter(str.isalnum, message["Message-ID"].partition("@")[0]))
    return f"{written:%Y%m%dT%H%M%S}-{number}.eml"


def _failure(error: Exception) -> SendingFailed:
    """What the server's answer means for this mail: 5xx about the mail or its reader is for good, the rest passes."""
    code: int
    said: bytes | str
    match error:
        case SendingFailed():
            return error
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
