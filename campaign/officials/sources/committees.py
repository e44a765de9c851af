"""Committees of Congress and who sits on them: committees-current.yaml and committee-membership-current.yaml.

Of https://github.com/unitedstates/congress-legislators (CC0). The second file does not say since when; a membership
begins on the day on which a roster first has it.
"""

import re
from typing import Any

from campaign import weblinks
from campaign.officials import united_states
from campaign.officials.records import (
    ContactRecord,
    KnownPersonRecord,
    OrganizationRecord,
    PostRecord,
    Roster,
    TermRecord,
)

CHAMBERS = {"house": united_states.HOUSE, "senate": united_states.SENATE, "joint": None}
# The file writes one office in several ways. Who is vice chair or ex officio is a member.
CHAIR = frozenset({"chair", "chairman", "chairwoman"})
RANKING = frozenset({"ranking member"})
_ID = re.compile(r"[A-Z]{4}(?:[0-9]{2})?")
SEATS = 200  # more than any committee has
_SOURCE = "https://github.com/unitedstates/congress-legislators"


def read(entries: Any, file: str) -> Roster:
    """The committees and subcommittees, each with a chair, a ranking member and members."""
    roster = Roster("committees", file, source=_SOURCE, licence="CC0-1.0")
    united_states.add_country(roster)
    for number, entry in enumerate(entries, start=1):
        row = f"{number} ({entry.get('thomas_id')})" if isinstance(entry, dict) else str(number)
        if not isinstance(entry, dict) or entry.get("type") not in CHAMBERS:
            roster.refuse(row, "type", "It is not a kind of committee.", "It must be house, senate or joint.")
            continue
        chamber = CHAMBERS[entry["type"]]
        if chamber:
            roster.organizations[chamber.id] = chamber
        own = _add(entry, "", "", row, roster, parent=chamber.id if chamber else None)
        parts = entry.get("subcommittees")
        for part in parts if own and isinstance(parts, list) else []:
            if isinstance(part, dict):
                code = str(entry["thomas_id"])
                _add(part, code, f"{entry['name']}, Subcommittee on ", row, roster, parent=own)
    return roster


def read_members(document: dict[str, Any], file: str) -> Roster:
    """Who sits on which committee; the file lists each of its committees completely."""
    roster = Roster("committee_members", file, source=_SOURCE, licence="CC0-1.0")
    roster.bodies = tuple(organization_id(str(code)) for code in document)
    terms: dict[str, list[TermRecord]] = {}
    for code, members in document.items():
        if not _ID.fullmatch(str(code)) or not isinstance(members, list):
            roster.refuse(str(code), "", "It is not a committee with members.", "Its id looks like HSAG or HSAG15.")
            continue
        for member in members:
            bioguide = member.get("bioguide") if isinstance(member, dict) else None
            if not bioguide:
                roster.refuse(str(code), "bioguide", "A member has no bioguide id.", "Fill it in.")
                continue
            post = f"{organization_id(code)}-{_seat(str(member.get('title') or ''))}"
            terms.setdefault(str(bioguide), []).append(TermRecord(str(code), post, None, None, "unknown"))
    for bioguide, held in terms.items():
        row = f"{held[0].row} ({bioguide})"
        roster.known_people.append(KnownPersonRecord(row, {"bioguide": bioguide}, terms=tuple(dict.fromkeys(held))))
    return roster


def organization_id(code: str) -> str:
    """HSAG → us-committee-hsag."""
    return f"us-committee-{code.lower()}"


def _add(entry: dict[str, Any], outer: str, before: str, row: str, roster: Roster, *, parent: str | None) -> str | None:
    code, name = outer + str(entry.get("thomas_id") or ""), str(entry.get("name") or "")
    if not _ID.fullmatch(code) or not name:
        roster.refuse(row, "thomas_id", f"“{code}” with the name “{name[:60]}” is no committee.", "Give both.")
        return None
    id, full = organization_id(code), (before + name)[:200]
    roster.organizations[id] = OrganizationRecord(id, full, "committee", parent)
    contacts = _contacts(entry)
    the = full[0].upper() + full[1:] if full.startswith(("House", "Senate", "Joint")) else full
    for seat, role, title, places in (
        ("chair", "committee_chair", "Chair", 1),
        ("ranking-member", "ranking_member", "Ranking Member", 1),
        ("member", "committee_member", "", SEATS),
    ):
        label = f"{title or 'Member'} of the {the}"[:200]
        roster.posts[f"{id}-{seat}"] = PostRecord(
            f"{id}-{seat}", id, label, role, title, max_holders=places, contacts=contacts if title == "Chair" else ()
        )
    return id


def _contacts(entry: dict[str, Any]) -> tuple[ContactRecord, ...]:
    contacts = []
    url = str(entry.get("url") or "")
    if weblinks.is_link(url) and len(url) <= 500:
        contacts.append(ContactRecord("url", url))
    if address := str(entry.get("address") or ""):
        lines = [line.strip() for line in address.split(";")]
        contacts.append(ContactRecord("postal", "\n".join(filter(None, lines))[:500]))
    if phone := str(entry.get("phone") or ""):
        contacts.append(ContactRecord("phone", phone[:500]))
    return tuple(contacts)


def _seat(title: str) -> str:
    lower = title.lower()
    return "chair" if lower in CHAIR else "ranking-member" if lower in RANKING else "member"
