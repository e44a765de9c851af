"""The child: takes documents on stdin, one after another, and answers in JSON. Run by child.py, never imported.

It imports none of the rest of the program but these parsers, so that it starts in a moment and holds no secrets.
"""

import json
import os
import select
import sys
import traceback
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

# The package without what its __init__ imports, which is the whole application.
_package = types.ModuleType("campaign")
_package.__path__ = [str(Path(__file__).parents[2])]
sys.modules["campaign"] = _package

from campaign.articles.parsers import feeds, json_feeds, news_article, pages, pictures  # noqa: E402
from campaign.articles.parsers.caps import TooMuch  # noqa: E402

IDLE = 30  # seconds without work after which the child ends and gives its memory back
JOBS: dict[str, Callable[..., Any]] = {
    "ready": bool,
    "page": pages.parse,
    "feed": feeds.parse,
    "json-feed": json_feeds.parse,
    "news-article": news_article.parse,
}
OF_BYTES: dict[str, Callable[..., Any]] = {"picture": pictures.parse}


def main() -> None:
    """Answer until stdin ends, nobody asks any more, or a document took much memory."""
    # What a library prints must not stand between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    extra, seconds = int(sys.argv[1]), int(sys.argv[2])
    base = _limit_memory(extra)
    while _asked(sys.stdin.buffer):
        line = sys.stdin.buffer.readline()
        if not line:
            return
        order = json.loads(line)
        data = sys.stdin.buffer.read(order["size"])
        _limit_cpu(seconds)
        answer = json.dumps(_answered(order, data)).encode()
        answers.write(b"%d\n" % len(answer) + answer)
        answers.flush()
        if _peak() - base > extra // 2:
            return


def _answered(order: dict[str, Any], data: bytes) -> dict[str, Any]:
    job = order["job"]
    try:
        if job in OF_BYTES:
            return {"found": OF_BYTES[job](data, **order["values"])}
        return {"found": JOBS[job](data.decode("utf-8", "surrogatepass"), **order["values"])}
    except TooMuch as refusal:
        return {"refused": refusal.what, "values": refusal.values}
    except (MemoryError, RecursionError):
        return {"refused": "too-much", "values": {}}
    except Exception as error:  # whatever a library trips over is the document's doing
        place = traceback.extract_tb(error.__traceback__)[-1]
        return {"refused": "too-much", "values": {}, "fault": f"{type(error).__name__} in {place.name}:{place.lineno}"}


def _asked(stream: BinaryIO) -> bool:
    return bool(select.select([stream], [], [], IDLE)[0])


def _limit_memory(extra: int) -> int:
    """Let this process have so many bytes more than it has now. Returns the most it has used so far."""
    import resource  # noqa: PLC0415  # not on Windows, where only the clock limits

    pages = int(Path("/proc/self/statm").read_text().split()[0]) if Path("/proc/self/statm").exists() else 0
    if pages:
        most = pages * resource.getpagesize() + extra
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    return _peak()


def _limit_cpu(seconds: int) -> None:
    import resource  # noqa: PLC0415

    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(usage.ru_utime + usage.ru_stime) + seconds + 1, most))


def _peak() -> int:
    import resource  # noqa: PLC0415

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main()
