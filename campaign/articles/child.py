"""Parsing in a child process: what strangers wrote can cost it ten seconds and some memory, and nothing else."""

import atexit
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import structlog

from campaign.errors import Refused
from campaign.i18n import gettext

log = structlog.get_logger()

SCRIPT = Path(__file__).parent / "parsers" / "process.py"
SECONDS = 8  # for one document, by the clock and of the processor
MEMORY = 64 * 1024**2  # bytes a document may take beyond what the parsers themselves need
START = 30  # seconds a busy machine may take to start a child
AT_ONCE = 2
MOST_ANSWER = 16 * 1024**2  # bytes


class Unreadable(Refused):
    """The document is too large, too deep or too odd for a parser. `code` says which, for programs."""

    def __init__(self, message: str, *, field: str = "", code: str = "") -> None:
        super().__init__(message, field=field)
        self.code = code


class _Gone(Exception):
    """The child ended without an answer."""


def parse(job: str, document: str | bytes, **values: Any) -> Any:
    """What the parser named `job` (see parsers/process.py) finds in a document. values: what it wants to know besides.

    Raises Unreadable when the parser refuses, takes too long, or wants too much memory.
    """
    with _places:
        answer = _asked(job, document, values)
    if "fault" in answer:  # never the document, which may hold anything
        log.warning("parser tripped", job=job, fault=answer["fault"])
    if "refused" in answer:
        raise refusal(answer["refused"], **answer["values"])
    return answer["found"]


def refusal(code: str, **values: Any) -> Unreadable:
    """The exception that says in words what a parser's code means."""
    return Unreadable(_message(code, values), field="document", code=code)


def _asked(job: str, document: str | bytes, values: dict[str, Any]) -> dict[str, Any]:
    child = _Child.idle()
    try:
        answer = child.ask(job, document, values)
    except _Gone:
        return {"refused": "too-much", "values": {}}
    child.rest()
    return answer


class _Child:
    """One process. It ends by itself when it has nothing to do."""

    _resting: list["_Child"] = []

    def __init__(self) -> None:
        # Our own interpreter and script; documents travel on stdin only. -I: nothing of the environment is imported.
        command = [sys.executable, "-I", str(SCRIPT), str(MEMORY), str(SECONDS)]
        self._process = subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, cwd="/"
        )
        # Importing the parsers is not the document's time.
        self._ask("ready", b"", {}, START)

    @classmethod
    def idle(cls) -> "_Child":
        """One that rests, else a new one."""
        while cls._resting:
            child = cls._resting.pop()
            try:
                # One that rests may be about to end.
                child._ask("ready", b"", {}, START)
            except _Gone:
                continue
            return child
        return cls()

    def rest(self) -> None:
        """Keep this one for the next document."""
        self._resting.append(self)

    def ask(self, job: str, document: str | bytes, values: dict[str, Any]) -> dict[str, Any]:
        """The answer to one order. Raises _Gone; then this child is dead."""
        data = document if isinstance(document, bytes) else document.encode("utf-8", "surrogatepass")
        return self._ask(job, data, values, SECONDS)

    def _ask(self, job: str, data: bytes, values: dict[str, Any], seconds: float) -> dict[str, Any]:
        assert self._process.stdin and self._process.stdout  # noqa: S101  # for mypy
        clock = threading.Timer(seconds, self._process.kill)
        clock.start()
        try:
            order = json.dumps({"job": job, "size": len(data), "values": values}).encode()
            self._process.stdin.write(order + b"\n" + data)
            self._process.stdin.flush()
            size = int(self._process.stdout.readline() or -1)
            answer = self._process.stdout.read(size) if 0 <= size <= MOST_ANSWER else b""
            found: dict[str, Any] = json.loads(answer)
        except (OSError, ValueError):
            self.end()
            raise _Gone from None
        finally:
            clock.cancel()
        return found

    def end(self) -> None:
        """Stop it, whatever it does."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                if pipe:
                    pipe.close()
            except OSError:  # what it did not read any more
                pass
        self._process.wait()


def _forget() -> None:
    """In a process that was forked: the children are its parent's."""
    global _places
    _Child._resting = []
    _places = threading.BoundedSemaphore(AT_ONCE)


def _end_all() -> None:
    for child in _Child._resting:
        child.end()
    _Child._resting = []


_places = threading.BoundedSemaphore(AT_ONCE)
os.register_at_fork(after_in_child=_forget)
atexit.register(_end_all)


def _message(code: str, values: dict[str, Any]) -> str:
    messages = {
        "too-deep": gettext(
            "The page is too deeply nested: more than %(most)s elements inside each other. Paste its text instead."
        ),
        "too-many-nodes": gettext("The page has more than %(most)s elements. Paste the text of the article instead."),
        "too-many-attributes": gettext(
            "An element of the page has more than %(most)s attributes. Paste the text of the article instead."
        ),
        "dtd": gettext("The document brings a DTD, which is not allowed. Take out everything in “<!DOCTYPE … >”."),
        "no-text": gettext("No readable text was found in the page. Open it in a browser, and paste the article."),
        "no-feed": gettext("This is not a feed. Choose an RSS, Atom or JSON feed, or import the page without “feed”."),
        "no-items": gettext("The feed has no reports. Open it again when something has appeared."),
        "broken": gettext(
            "The document breaks off or is faulty at line %(line)s, column %(column)s. Download it once more."
        ),
        "no-article": gettext("The JSON describes no news article. Give an object whose @type is NewsArticle."),
        "picture-svg": gettext(
            "This is an SVG drawing, which can hold scripts. Choose the picture as PNG, JPEG, WebP or AVIF."
        ),
        "picture-page": gettext(
            "This is a web page and no picture, whatever its address ends with. Open the picture alone, and copy that "
            "address."
        ),
        "picture-kind": gettext("This is no picture of a kind that is taken. Choose PNG, JPEG, WebP or AVIF."),
        "picture-broken": gettext("The picture breaks off or is damaged. Look at it in a browser, and try again."),
        "picture-points": gettext(
            "The picture has more than %(most)s million points. Choose a smaller version of it; 1600 across are enough."
        ),
    }
    other = gettext("The document takes too long or too much memory to read. Paste the text of the article instead.")
    return messages.get(code, other) % values
