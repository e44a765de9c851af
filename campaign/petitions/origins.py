"""Where signatures come from. They are counted and shown apart: given here, on paper, or taken over from elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass

from campaign.i18n import lazy_gettext

ONLINE, PAPER = "online", "paper"
# What a batch can come from, in the words of whoever reads of it.
SOURCES = {
    PAPER: lazy_gettext("Paper"),
    "action_network": lazy_gettext("Action Network"),
    "change_org": lazy_gettext("Change.org"),
    "pytition": lazy_gettext("Pytition"),
    "campaign": lazy_gettext("another Campaign site"),
    "other": lazy_gettext("another tool"),
}
WORDS = {ONLINE: lazy_gettext("Online"), **SOURCES}


@dataclass(frozen=True)
class Origins:
    """How many signatures were given how. by_source: each source, online among them, that there are any of."""

    by_source: Mapping[str, int]

    @property
    def online(self) -> int:
        """Given here, and confirmed by their signers."""
        return self.by_source.get(ONLINE, 0)

    @property
    def paper(self) -> int:
        return self.by_source.get(PAPER, 0)

    @property
    def imported(self) -> int:
        """Given with other tools."""
        return sum(number for source, number in self.by_source.items() if source not in (ONLINE, PAPER))

    @property
    def are_mixed(self) -> bool:
        """True when there are others than those given here, so that they must be told apart."""
        return any(number for source, number in self.by_source.items() if source != ONLINE)


def words(origin: str) -> str:
    """An origin as people say it."""
    return str(WORDS.get(origin, origin))
