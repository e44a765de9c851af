"""What an import did, and the channels it brought."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from campaign.officials.directory import Directory, Row
from campaign.officials.records import ContactRecord

SEEDS = "seeds"  # the kind of what comes with the software


# Kinds of files that know further offices and accounts, and nothing of the main office.
ADDITIONS = frozenset({"district_offices", "social_media"})


@dataclass
class Changes:
    """What an import did, counted in rows; `lines` tells it office by office for people.

    departed, arrived: those who left and came since the roster before; empty for a first one.
    """

    added: int = 0
    changed: int = 0
    ended: int = 0
    lines: list[str] = field(default_factory=list)
    departed: list[str] = field(default_factory=list)
    arrived: list[str] = field(default_factory=list)
    posts: set[str] = field(default_factory=set)  # ids of offices whose holders changed

    @property
    def total(self) -> int:
        return self.added + self.changed + self.ended


def write_contacts(
    directory: Directory,
    post_id: str,
    term: Row | None,
    records: Sequence[ContactRecord],
    kind: str,
    changes: Changes,
) -> None:
    """Make the channels that this kind of file brought the same as in the file; those of other kinds stay.

    term: None for the office's own. The software's own data only fills a gap, and every file knows better than that.
    """
    here = directory.channels_of(post_id, term)
    if kind == SEEDS and here:
        return
    # What came with the software gives way to a file that knows the main office, not to one that adds to it.
    replaceable = (kind,) if kind in ADDITIONS else (kind, SEEDS, "")
    own = {_channel(row): row for row in here if row.source in replaceable}
    wanted = {_channel(record): record for record in records}
    for key in own.keys() & wanted.keys():
        directory.channels.change(own[key], source=kind)  # it is this file's from now on
    if own.keys() == wanted.keys():
        return
    changes.changed += bool(own)
    changes.added += 0 if own else len(wanted)
    # A channel that stays keeps its row, and with it what we know of bounces.
    gone = [row for key, row in own.items() if key not in wanted]
    new = [{**vars(record), "source": kind} for key, record in wanted.items() if key not in own]
    directory.replace_channels(post_id, term, gone, new)


def _channel(row: Row | ContactRecord) -> tuple[str, str, str, str]:
    return (row.type, row.value, row.label, row.note)
