"""Lists made as the worker makes them."""

from datetime import datetime

from campaign.delivery import exports
from campaign.delivery.exports import Publisher
from campaign.delivery.snapshot import Sessions


def build_due(sessions: Sessions, *, publisher: Publisher, now: datetime) -> int:
    """All that are due; returns how many were taken up, whatever came of each."""
    taken = 0
    while claimed := exports.claim(sessions, limit=1, now=now):
        for export_id in claimed:
            exports.run(sessions, export_id, publisher=publisher, now=now)
        taken += len(claimed)
    return taken
