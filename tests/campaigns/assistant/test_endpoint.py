"""Speaking with the operator's server."""

import json
from collections.abc import Iterator

import pytest

from campaign.campaigns.assistant import endpoint
from campaign.campaigns.assistant.endpoint import Server
from tests.campaigns.assistant.server import Machine, serving
from tests.site import zeros

MESSAGES = [{"role": "user", "content": "Write."}]
KEY = "key-that-nobody-sees"


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    with serving() as machine:
        yield machine


def ask(machine: Machine, *, seconds: float = 5.0, **values: str) -> str:
    named = {"url": machine.url, "model": "small", "key": KEY, **values}
    return endpoint.ask(Server(**named, seconds=seconds), MESSAGES, schema={"type": "object"})  # type: ignore[arg-type]


def test_it_is_asked_by_the_protocol(machine: Machine) -> None:
    machine.says({"opinion": ["Yes."]})
    assert json.loads(ask(machine)) == {"opinion": ["Yes."]}
    path, headers, question = machine.asked[-1]
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert (question["model"], question["messages"], question["stream"]) == ("small", MESSAGES, False)
    assert question["response_format"]["json_schema"]["schema"] == {"type": "object"}


def test_without_a_key_none_is_sent(machine: Machine) -> None:
    machine.says({})
    ask(machine, key="")
    assert "Authorization" not in machine.asked[-1][1]


def test_a_server_that_knows_no_schemas_is_asked_without(machine: Machine) -> None:
    def behave(answer: object) -> None:
        is_plain = "response_format" not in machine.asked[-1][2]
        body = {"choices": [{"message": {"content": "plain"}}]}
        answer.send(200 if is_plain else 400, json.dumps(body).encode())  # type: ignore[attr-defined]

    machine.behave = behave
    assert ask(machine) == "plain"


@pytest.mark.parametrize(
    ("status", "headers", "failure", "is_passing"),
    [
        (401, {}, endpoint.KeyRefused, False),
        (403, {}, endpoint.KeyRefused, False),
        (404, {}, endpoint.NoSuchModel, False),
        (400, {}, endpoint.NoAnswer, False),
        (204, {}, endpoint.NoAnswer, False),
        (429, {"Retry_After": "30"}, endpoint.Busy, True),
        (503, {"Retry_After": "soon"}, endpoint.Busy, True),
        (500, {}, endpoint.Fault, True),
        (302, {"Location": "http://169.254.169.254/latest/meta-data/"}, endpoint.SentOn, False),
        (307, {"Location": "/v2/chat/completions"}, endpoint.SentOn, False),
    ],
)
def test_each_refusal_has_its_words(
    machine: Machine, status: int, headers: dict[str, str], failure: type[endpoint.NoAnswer], is_passing: bool
) -> None:
    machine.sends(status, b"" if status == 204 else b'{"error": "key-that-nobody-sees"}', **headers)
    with pytest.raises(failure) as refusal:
        ask(machine)
    assert type(refusal.value) is failure
    assert refusal.value.is_passing is is_passing
    assert refusal.value.retry_after == (30 if headers.get("Retry_After") == "30" else None)
    assert KEY not in str(refusal.value)
    assert machine.followed == 0


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        (b"<html>not JSON", endpoint.NoAnswer),
        (b"{}", endpoint.NoAnswer),
        (b'{"choices": []}', endpoint.NoAnswer),
        (b'{"choices": "none"}', endpoint.NoAnswer),
        (b'{"choices": [{"message": {"content": 7}}]}', endpoint.NoAnswer),
        (b'{"choices":' + b"[" * 50_000, endpoint.NoAnswer),
        (b"\xff\xfe\x00", endpoint.NoAnswer),
        (b'{"choices": [{"message": {"content": "{"}, "finish_reason": "length"}]}', endpoint.CutShort),
        (b'{"choices": [{"message": {"refusal": "I would rather not."}}]}', endpoint.Declined),
        (b'{"choices": [{"message": {"content": "' + b"x" * 10_000_000 + b'"}}]}', endpoint.TooLong),
    ],
    ids=["HTML", "nothing", "no choice", "wrong type", "a number", "deep", "no UTF-8", "cut", "declined", "10 MB"],
)
def test_an_answer_that_is_none_is_refused(machine: Machine, body: bytes, failure: type[endpoint.NoAnswer]) -> None:
    machine.sends(200, body)
    with pytest.raises(failure):
        ask(machine)


def test_a_packed_answer_is_not_unpacked_without_end(machine: Machine) -> None:
    machine.sends(200, zeros(16), Content_Encoding="gzip")
    with pytest.raises(endpoint.TooLong):
        ask(machine)


def test_a_slow_answer_is_not_waited_for(machine: Machine) -> None:
    machine.dawdles()
    with pytest.raises(endpoint.TooSlow):
        ask(machine, seconds=0.2)


def test_nobody_there(machine: Machine) -> None:
    with pytest.raises(endpoint.Unreachable):
        ask(machine, url="http://127.0.0.1:9/v1")
    with pytest.raises(endpoint.Unreachable):
        ask(machine, url="http://name:password@127.0.0.1/v1")


def test_a_server_that_sends_the_key_back_puts_it_on_no_page(machine: Machine) -> None:
    machine.says({"opinion": [f"Your key is {KEY}."]})
    assert KEY not in ask(machine)
    assert KEY not in repr(Server(url="u", model="m", key=KEY))
