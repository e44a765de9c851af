"""Forms of address: what stands on the envelope and how a letter begins, by the role of the office.

Neutral forms throughout, so that nobody's gender has to be known. A post may have its own (`Post.salutation`,
`Post.envelope`). Without a confirmed holder no name is printed: the letter goes to the office.
"""

from collections.abc import Sequence

from campaign.i18n import gettext
from campaign.officials.holding import Holding
from campaign.officials.models import ContactDetail, Membership, Post

# Before a name, for posts that do not say.
TITLES = {
    "president": "President",
    "vice_president": "Vice President",
    "senator": "Senator",
    "representative": "Representative",
    "delegate": "Delegate",
    "resident_commissioner": "Resident Commissioner",
    "speaker": "Speaker",
    "committee_chair": "Chair",
    "ranking_member": "Ranking Member",
    "prosecutor": "Prosecutor",
    "deputy_prosecutor": "Deputy Prosecutor",
}
# Somebody who stands in is called by the office they come from, where that is fixed.
ACTING_TITLES = {"prosecutor": "Deputy Prosecutor"}

# Those who are written to by an office beside their seat; the envelope says which.
BY_OFFICE = frozenset({"resident_commissioner", "speaker", "committee_chair", "ranking_member"})
HONORABLE = frozenset({"senator", "representative", "delegate", *BY_OFFICE})
# Where mail goes while nobody, and so no room, is known.
CHAMBER_LINES = {
    "senator": "Washington, DC 20510",
    "representative": "Washington, DC 20515",
    "delegate": "Washington, DC 20515",
    "resident_commissioner": "Washington, DC 20515",
}


def fields_of(holding: Holding) -> dict[str, str]:
    """The values of the merge fields `official.*` for a letter to this office.

    Without a confirmed holder `official.name` and `official.family_name` are "", and the salutation and the
    envelope name the office instead. With several who stand in, both names are there, joined.
    """
    post = holding.post
    people = [term.person for term in holding.confirmed]
    return {
        "official.salutation": salutation(holding),
        "official.name": _joined([person.name for person in people]),
        "official.family_name": _joined([person.family_name for person in people]),
        "official.title": title(holding),
        "official.post_label": post.label,
        "official.organization": post.organization.name,
        "official.area": post.area.name if post.area else "",
        "official.envelope": envelope(holding),
    }


def title(holding: Holding) -> str:
    """What stands before the holder's name: "Senator"; "" for offices that have no such word."""
    post = holding.post
    own = post.title or TITLES.get(post.role, "")
    if holding.status != "acting":
        return own
    stand_in = ACTING_TITLES.get(post.role) or (gettext("Acting %(title)s", title=own) if own else "")
    return f"{stand_in}s" if stand_in and len(holding.confirmed) > 1 else stand_in


def salutation(holding: Holding) -> str:
    """How the letter begins, without the comma: "Dear Senator Welch", "To the Office of the …"."""
    own = holding.post.salutation
    if own and "{" not in own:
        return own
    if not holding.confirmed:
        return gettext("To the Office of the %(post)s", post=holding.post.label)
    if own and holding.membership:
        person = holding.membership.person
        return own.replace("{family_name}", person.family_name).replace("{name}", person.name)
    family_names = _joined([term.person.family_name for term in holding.confirmed])
    if before := title(holding):
        return gettext("Dear %(title)s %(name)s", title=before, name=family_names)
    return gettext("Dear %(name)s", name=_joined([term.person.name for term in holding.confirmed]))


def envelope(holding: Holding) -> str:
    """The lines of the address, the recipient first."""
    post = holding.post
    recipient = _recipient(holding)
    if post.envelope:
        lines = [recipient if "{name}" in line else line for line in post.envelope.splitlines()]
        return "\n".join(lines)
    lines = [recipient]
    if holding.confirmed and (post.role not in HONORABLE or post.role in BY_OFFICE):
        lines.append(post.label)
    if post.organization.classification != "committee":  # its name stands in the office's
        lines.append(post.organization.name)
    postal = _postal(post, holding.membership)
    lines += postal.splitlines() if postal else [CHAMBER_LINES.get(post.role, "")]
    return "\n".join(line for line in lines if line)


def channels(holding: Holding) -> list[ContactDetail]:
    """The ways to reach the office: those of the confirmed holder first, then those of the office itself."""
    own = holding.membership.contact_details if holding.membership else []
    return [*own, *holding.post.contact_details]


def _recipient(holding: Holding) -> str:
    if not holding.confirmed:
        return gettext("The Office of the %(post)s", post=holding.post.label)
    names = _joined([term.person.name for term in holding.confirmed])
    return f"The Honorable {names}" if holding.post.role in HONORABLE else names


def _postal(post: Post, membership: Membership | None) -> str:
    """The lines of the street address; the holder's room before the office's."""
    own = membership.contact_details if membership else []
    return next((detail.value for detail in [*own, *post.contact_details] if detail.type == "postal"), "")


def _joined(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return gettext("%(names)s and %(last)s", names=", ".join(names[:-1]), last=names[-1])
