"""How many people can read in a second: `python -m benchmarks.reading [--database URL] [--rows 1000000] [--rounds 3]`.

The campaign's page and its count, read anew and asked for again by who has a copy, in turns with the "Hello" of a bare
Flask app under the same server settings (benchmarks/bare.py). Every answer is looked at; none may set a cookie.
"""

import argparse

from benchmarks.live import SLUG, site
from benchmarks.signing import Subject, bare, fill
from benchmarks.visiting import Connection, UnexpectedAnswer, run


class Readers:
    """Reads one page again and again."""

    def __init__(self, path: str, *, etag: str = "") -> None:
        """etag: of the copy that every reader has; "" reads the whole page each time."""
        self.path = path
        self.headers = {"If-None-Match": etag} if etag else {}
        self.status = 304 if etag else 200

    def __call__(self, connection: Connection, _number: int) -> str:
        answer = connection.get(self.path, self.headers)
        if answer.status != self.status or "set-cookie" in answer.headers:
            raise UnexpectedAnswer(f"{answer.status}, cookie: {'set-cookie' in answer.headers}")
        return self.path


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--database", default="", help="URL of a PostgreSQL server; default: SQLite files")
    options.add_argument("--rows", type=int, default=0, help="signatures that are there before")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--seconds", type=float, default=4.0, help="of each round")
    options.add_argument("--connections", type=int, default=16)
    chosen = options.parse_args()
    page, count = f"/campaigns/{SLUG}", f"/campaigns/{SLUG}/count.json"
    with site(chosen.database) as ours, bare(chosen.database) as theirs:
        if chosen.rows:
            fill(ours, chosen.rows)
        ours.web.start()
        ours.web.wait_ready()
        subjects = [Subject("hello", theirs, Readers("/hello"))]
        for name, path in (("page", page), ("count", count)):
            answer = Connection(ours.web.port).get(path)
            print(f"{path}: {len(answer.body):,} bytes, {answer.headers['cache-control']}, {answer.headers['etag']}")
            subjects.append(Subject(name, ours.web, Readers(path)))
            subjects.append(Subject(f"{name} 304", ours.web, Readers(path, etag=answer.headers["etag"])))
        for subject in subjects:
            run(subject.act, subject.server.port, seconds=0.5, number=chosen.connections)
        for _ in range(chosen.rounds):
            for subject in subjects:
                subject.measure(seconds=chosen.seconds, connections=chosen.connections)
        hello = subjects[0]
        for subject in subjects[1:]:
            print(
                f"ratio {subject.name:10} rate {subject.rate / hello.rate:.0%} of hello, "
                f"CPU {subject.cpu:.2f} and {hello.cpu:.2f} ms ({hello.cpu / subject.cpu:.0%})"
            )


if __name__ == "__main__":
    main()
