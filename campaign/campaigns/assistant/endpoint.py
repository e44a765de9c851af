"""Asks the operator's server for texts, by the protocol that OpenAI made common.

Its address is a setting, so it may be on this machine: nothing an organiser or an article says ever leads here.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from flask_babel import LazyString

from campaign import connecting, fetch_failures
from campaign.connecting import MIB, Deadline, Limits, Reach
from campaign.errors import Refused
from campaign.fetching import Answer
from campaign.i18n import lazy_gettext

OPERATORS = Reach(is_allowed=lambda _address: True, ports=None)
LARGEST = MIB // 2  # bytes of an answer
MOST_TOKENS = 6000

Messages = Sequence[dict[str, str]]


@dataclass(frozen=True)
class Server:
    """Where the assistant is. seconds: for one answer. The key shows in no log and on no page."""

    url: str
    model: str
    key: str = field(default="", repr=False)
    seconds: float = 180.0

    @property
    def address(self) -> str:
        """Where questions go."""
        base = self.url.rstrip("/")
        return base if base.endswith("/chat/completions") else f"{base}/chat/completions"


class NoAnswer(Refused):
    """The assistant gave nothing that could be looked at. is_passing: it may later; retry_after: seconds."""

    text: LazyString = lazy_gettext("The assistant gave an answer that cannot be read.")
    is_passing = False

    def __init__(self, *, retry_after: float | None = None) -> None:
        super().__init__(str(self.text))
        self.retry_after = retry_after


class Unreachable(NoAnswer):
    text = lazy_gettext("The assistant cannot be reached. Whoever runs this site should look at ASSISTANT_URL.")
    is_passing = True


class TooSlow(NoAnswer):
    text = lazy_gettext("The assistant did not answer in time.")
    is_passing = True


class TooLong(NoAnswer):
    text = lazy_gettext("The assistant answered with far more than was asked for.")


class CutShort(NoAnswer):
    text = lazy_gettext("The assistant stopped in the middle of its answer. A model with longer answers may help.")


class Declined(NoAnswer):
    text = lazy_gettext("The assistant does not want to write about this article.")


class KeyRefused(NoAnswer):
    text = lazy_gettext("The assistant does not accept our key. Whoever runs this site should look at ASSISTANT_KEY.")


class NoSuchModel(NoAnswer):
    text = lazy_gettext(
        "The assistant knows neither this address nor this model. Whoever runs this site should look at ASSISTANT_URL "
        "and ASSISTANT_MODEL."
    )


class SentOn(NoAnswer):
    text = lazy_gettext("The assistant sent us on to another address, and we do not follow it with a key.")


class Busy(NoAnswer):
    text = lazy_gettext("The assistant is busy.")
    is_passing = True


class Fault(NoAnswer):
    text = lazy_gettext("The assistant has a fault of its own.")
    is_passing = True


class _Message(msgspec.Struct):
    content: str | None = None
    refusal: str | None = None


class _Choice(msgspec.Struct):
    message: _Message
    finish_reason: str | None = None


class _Completion(msgspec.Struct):
    choices: list[_Choice]


def ask(server: Server, messages: Messages, *, schema: dict[str, Any]) -> str:
    """What the machine wrote, as it wrote it. schema: what it is asked to keep to. Raises a NoAnswer."""
    deadline = Deadline(server.seconds)
    question: dict[str, Any] = {
        "model": server.model,
        "messages": list(messages),
        "temperature": 0.3,
        "max_tokens": MOST_TOKENS,
        "stream": False,
    }
    form = {"type": "json_schema", "json_schema": {"name": "campaign_texts", "schema": schema}}
    status, body, after = _post(server, question | {"response_format": form}, deadline)
    if status in (400, 422):  # servers that know no schemas; the answer is checked by ours all the same
        status, body, after = _post(server, question, deadline)
    _refuse(status, after)
    return _content(body, server.key)


def _post(server: Server, question: dict[str, Any], deadline: Deadline) -> tuple[int, bytes, float | None]:
    """Status, body and Retry-After. Redirects are an answer like any other: nobody is followed."""
    limits = Limits(connect=5, read=server.seconds, total=server.seconds, wire=LARGEST, unpacked=LARGEST)
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "Connection": "close",
        "User-Agent": "Campaign",
    }
    if server.key:
        headers["Authorization"] = f"Bearer {server.key}"
    try:
        place = connecting.place_of(server.address, OPERATORS)
        body = json.dumps(question).encode()
        with connecting.asked(place, headers, limits, OPERATORS, deadline, method="POST", body=body) as response:
            said = response.headers.get("Retry-After", "")
            after = float(said) if said.isascii() and said.isdigit() and len(said) < 9 else None
            answer = Answer(place, response, limits, deadline).body() if response.status == 200 else b""
            return response.status, answer, after
    except (fetch_failures.TooLarge, fetch_failures.TooLargeUnpacked) as error:
        raise TooLong from error
    except fetch_failures.TooSlow as error:
        raise TooSlow from error
    except fetch_failures.FetchFailed as error:
        raise Unreachable from error


def _refuse(status: int, after: float | None) -> None:
    if status == 200:
        return
    if status in (429, 503):
        raise Busy(retry_after=after)
    kinds: dict[int, type[NoAnswer]] = {401: KeyRefused, 403: KeyRefused, 404: NoSuchModel}
    if 300 <= status < 400:
        raise SentOn
    raise kinds.get(status, Fault if status >= 500 else NoAnswer)


def _content(body: bytes, key: str) -> str:
    try:
        completion = msgspec.json.decode(body, type=_Completion)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise NoAnswer from error
    if not completion.choices:
        raise NoAnswer
    choice = completion.choices[0]
    if choice.message.refusal:
        raise Declined
    if choice.finish_reason == "length":
        raise CutShort
    content = choice.message.content or ""
    # A server that sends back what it was sent must not put the key on a page.
    return content.replace(key, "•••") if key else content
