"""How much of a letter its writer put in their own words."""

from difflib import SequenceMatcher

from campaign.i18n import gettext, ngettext

LONGEST = 4000  # words compared; the rest of a very long letter says no more


def share(sample: str, text: str) -> float:
    """The part of the words in `text` that are not in `sample`, in its order: 0 for a copy, 1 for one's own letter.

    >>> share("Please mend the bridge.", "Please mend the old bridge.")
    0.2
    """
    before, after = sample.split()[:LONGEST], text.split()[:LONGEST]
    if not after:
        return 0.0
    kept = sum(block.size for block in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks())
    return 1 - kept / len(after)


def hint(sample: str, text: str) -> str:
    """That share in gentle words."""
    percent = round(share(sample, text) * 100)
    if not percent and sample != text:
        percent = 1
    if not percent:
        return gettext(
            "You have not changed a word. Offices count such letters; they read the others. "
            "You can still go back and add why it matters to you."
        )
    return ngettext("%(num)s %% of the words are your own.", "%(num)s %% of the words are your own.", percent) + (
        " " + gettext("That is a letter offices read.") if percent >= 10 else ""
    )
