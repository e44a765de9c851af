"""Parsing stays within its limits, and a child that dies takes nothing with it."""

import time
from pathlib import Path

import pytest

from campaign.articles import child
from campaign.articles.child import Unreadable

PAGE = "<html><body><h1>Hello</h1>" + "<p>The council said on Monday that it would mend the bridge.</p>" * 4


def resting() -> list[int]:
    return [one._process.pid for one in child._Child._resting]


def test_one_child_reads_one_document_after_another() -> None:
    assert child.parse("page", PAGE, url="")["headline"] == "Hello"
    before = resting()
    assert child.parse("page", PAGE, url="")["headline"] == "Hello"
    assert resting() == before


@pytest.mark.parametrize("crash", ["killed", "stopped"])
def test_a_child_that_ended_while_resting_is_replaced(crash: str) -> None:
    child.parse("page", PAGE, url="")
    for one in child._Child._resting:
        one._process.kill()
        if crash == "killed":
            one._process.wait()
    assert child.parse("page", PAGE, url="")["headline"] == "Hello"


def test_a_document_that_takes_too_long_is_refused_and_the_next_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "SECONDS", 0.05)
    started = time.monotonic()
    with pytest.raises(Unreadable, match="too long or too much memory"):
        child.parse("page", "<p>" + "x<br>" * 49_000, url="")
    assert time.monotonic() - started < 5
    monkeypatch.undo()
    assert child.parse("page", PAGE, url="")["headline"] == "Hello"


def test_a_document_that_wants_too_much_memory_is_refused() -> None:
    with pytest.raises(Unreadable, match="too long or too much memory"):
        child.parse("news-article", "[" + "[]," * 2_000_000 + "[]]")
    assert child.parse("page", PAGE, url="")["headline"] == "Hello"


def test_a_child_knows_no_secret_and_writes_no_file() -> None:
    child.parse("page", PAGE, url="")
    [pid, *_] = resting()
    assert Path(f"/proc/{pid}/environ").read_bytes() == b""
    limits = Path(f"/proc/{pid}/limits").read_text(encoding="utf-8")
    [files] = [line.split() for line in limits.splitlines() if line.startswith("Max file size")]
    assert files[3:5] == ["0", "0"]
    assert Path(f"/proc/{pid}/cwd").readlink() == Path("/")


def test_unknown_jobs_and_odd_characters_do_no_harm() -> None:
    with pytest.raises(Unreadable):
        child.parse("no such job", "x")
    assert child.parse("page", PAGE.replace("Hello", "He\ud800llo\0"), url="")["headline"].startswith("He")
