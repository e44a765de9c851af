"""Whether a web worker grows with what it has answered: `python -m benchmarks.memory [--signatures 100000]`.

People sign through the form and read the campaign's page, its count, and pages that nobody keeps, in turns; every
answer is looked at. Prints each worker's own memory and its share of what it has in common with others, as it grows.
--seconds: stop then, however many have signed. --database: a PostgreSQL on which databases may be made.
"""

import argparse
import time

from benchmarks import visiting
from benchmarks.live import SLUG, site
from benchmarks.reading import Readers

MOST = 150  # MiB of each worker after 100,000 signatures
TURNS = {"signed": 15.0, "pages": 1.0, "counts": 1.0, "others": 3.0}  # seconds


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--database", default="", help="URL of a PostgreSQL server; default: SQLite files")
    options.add_argument("--signatures", type=int, default=20_000)
    options.add_argument("--seconds", type=float, default=600.0)
    options.add_argument("--workers", type=int, default=1)
    chosen = options.parse_args()
    page = f"/campaigns/{SLUG}"
    with site(chosen.database, workers=chosen.workers) as ours:
        ours.web.start()
        ours.web.wait_ready()
        acts = {
            "signed": visiting.Signers(f"{page}/sign", lands="/signed"),
            "pages": Readers(page),
            "counts": Readers(f"{page}/count.json"),
            "others": Readers(f"{page}?source=mail"),  # an address with a query of its own is never kept
        }
        answered, first, memory = dict.fromkeys(acts, 0), 0, ours.web.memory()
        ends_at = time.monotonic() + chosen.seconds
        say(answered, memory)
        while answered["signed"] < chosen.signatures and time.monotonic() < ends_at:
            for name, act in acts.items():
                done = visiting.run(act, ours.web.port, seconds=TURNS[name], number=16, first=first)
                answered[name] += len(done.acknowledged)
                first += 1_000_000  # nobody signs a second time
                if done.errors:
                    raise SystemExit(f"{name}: {dict(done.errors)}")
            memory = ours.web.memory()
            say(answered, memory)
        print(f"largest {max(memory):.0f} MiB, goal: at most {MOST} MiB")


def say(answered: dict[str, int], memory: list[float]) -> None:
    words = ", ".join(f"{number:,} {name}" for name, number in answered.items())
    print(f"{', '.join(f'{mib:.1f} MiB' for mib in memory)} after {words}", flush=True)


if __name__ == "__main__":
    main()
