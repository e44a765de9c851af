"""What drafting guessed and nobody has looked at since: marked for the editor, and no reader sees it unread.

A mark is kept by where it stands: "country", "opinion", "petition.demand", "letters.to-the-mayor", "todo.17" (the
action's id, for places change). It goes when somebody saves that part, or says of the whole preview that it was read.
"""

from collections.abc import Iterator

from campaign.campaigns.models import Campaign
from campaign.errors import Finding
from campaign.i18n import lazy_gettext, ngettext

PLAYBOOK, TEXT, ASSISTANT = "playbook", "text", "assistant"
WORDS = {
    PLAYBOOK: lazy_gettext("From the playbook “%(name)s” – check it"),
    TEXT: lazy_gettext("Guessed from the text (%(name)s) – check it"),
    ASSISTANT: lazy_gettext("Written by a machine (%(name)s) – read it before you approve it"),
}
# What a wrong guess would only place badly; everything else is words that readers take for the organiser's.
HARMLESS = frozenset({"country"})


def mark(campaign: Campaign, where: str, *, by: str, name: str) -> None:
    """Note that this part is a guess. name: the playbook's, what the text says, or the machine's."""
    campaign.guesses = {**(campaign.guesses or {}), where: {"by": by, "name": name}}


def settle(campaign: Campaign, *wheres: str) -> list[str]:
    """Somebody has saved these parts ("petition" for all of it); returns those that were marked."""
    found = [
        where for where in campaign.guesses or {} if any(f"{where}.".startswith(f"{settled}.") for settled in wheres)
    ]
    if found:
        campaign.guesses = {where: guess for where, guess in campaign.guesses.items() if where not in found}
    return found


def settle_all(campaign: Campaign) -> list[str]:
    """Somebody has read everything; returns what was marked."""
    found = list(campaign.guesses or {})
    campaign.guesses = {}
    return found


def is_guess(campaign: Campaign, where: str) -> bool:
    """True while nobody has looked at this part."""
    return where in (campaign.guesses or {})


def words(campaign: Campaign, where: str) -> str:
    """What an editor reads beside a part: whose guess it is; "" for what somebody has saved."""
    guess = (campaign.guesses or {}).get(where)
    return str(WORDS[guess["by"]]) % {"name": guess["name"]} if guess else ""


def check(campaign: Campaign) -> Iterator[Finding]:
    """Nothing is published unread."""
    unread = {where: guess for where, guess in (campaign.guesses or {}).items() if where not in HARMLESS}
    machine = [where for where, guess in unread.items() if guess["by"] == ASSISTANT]
    if machine:
        text = ngettext(
            "A machine wrote %(num)s part that nobody has approved. Read the preview and say so there, or save it.",
            "A machine wrote %(num)s parts that nobody has approved. Read the preview and say so there, or save each.",
            len(machine),
        )
        yield Finding("unapproved-machine-text", text, "preview")
    others = [guess["name"] for where, guess in unread.items() if where not in machine]
    if others:
        text = ngettext(
            "%(num)s part is our suggestion (%(names)s), unread by anybody. Read the preview and say so, or save it.",
            "%(num)s parts are our suggestions (%(names)s), unread by anybody. Read the preview and say so, or save "
            "each.",
            len(others),
            names=", ".join(dict.fromkeys(others)),
        )
        yield Finding("unread-guess", text, "preview")
