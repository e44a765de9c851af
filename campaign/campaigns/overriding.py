"""Publishing although a check blocks: only where the check may be wrong, with a reason that is kept."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from campaign.campaigns.models import Campaign
from campaign.errors import Finding, Refused
from campaign.i18n import gettext
from campaign.text import clean

# Who holds an office is a judgement by a list that may be old. Letters have an override of their own.
OVERRIDABLE = frozenset({"stale-officeholder"})
SHORTEST, LONGEST = 10, 1000  # characters of a reason


class NotOverridable(Refused):
    """There is no such finding, or no reason helps against it."""


def mark(finding: Finding) -> str:
    """Stands for one finding about these very words; other words or another holder ask for a new reason."""
    return hashlib.sha256(repr((finding.code, finding.where, finding.text)).encode()).hexdigest()[:32]


def can(finding: Finding) -> bool:
    """True when a reason would let the campaign be published all the same."""
    is_letter = finding.where.startswith("letters.")
    return finding.blocks and finding.code in OVERRIDABLE and not is_letter


def applied(campaign: Campaign, findings: Iterable[Finding]) -> list[Finding]:
    """The findings, with those no longer blocking that somebody gave a reason for."""
    marks = {override["mark"] for override in campaign.overrides or []}
    return [replace(found, blocks=False) if can(found) and mark(found) in marks else found for found in findings]


def override(
    campaign: Campaign, findings: Iterable[Finding], chosen: str, *, reason: str, by: str, now: datetime
) -> Finding:
    """Let the finding of this mark block no more. by: whose word it is. Raises NotOverridable."""
    found = next((found for found in findings if can(found) and mark(found) == chosen), None)
    if found is None:
        raise NotOverridable(gettext("This is mended already, or no reason helps against it."))
    reason = clean(reason)
    if not SHORTEST <= len(reason) <= LONGEST:
        message = gettext("Say in a sentence or two why the text is right as it stands.")
        raise NotOverridable(message, field="reason")
    given = {"mark": chosen, "where": found.where, "reason": reason, "by": by, "at": now.isoformat()}
    campaign.overrides = [*(campaign.overrides or []), given]
    return found
