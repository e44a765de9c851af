"""A mail server for tests, with a mind of its own."""

import socket
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session


class Server:
    """It answers DATA with `answers` in turn, then with 250, and keeps what it took."""

    def __init__(self) -> None:
        self.answers: list[str] = []
        self.recipient_answer = "250 OK"
        self.taken: list[Envelope] = []
        self.connections: set[Any] = set()

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        if self.recipient_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient_answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.connections.add(session.peer)
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer == "take and hang up":
            self.taken.append(envelope)
        if answer.endswith("hang up"):
            server.transport.close()
        elif answer.startswith("250"):
            self.taken.append(envelope)
        return answer

    @property
    def numbers(self) -> list[str]:
        """The Message-IDs of what it took, in order."""
        lines = [line for envelope in self.taken for line in bytes(envelope.content or b"").split(b"\r\n")]
        return [line.partition(b" ")[2].decode() for line in lines if line.startswith(b"Message-ID:")]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
