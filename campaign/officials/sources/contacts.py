"""District offices and social media of members.

Two files of https://github.com/unitedstates/congress-legislators (CC0).
"""

from typing import Any

from campaign.officials.records import ContactRecord, KnownPersonRecord, Roster
from campaign.officials.sources import yaml_file

LONGEST = 500  # characters of one value

# How an account's name becomes an address. youtube is only used when there is no youtube_id.
NETWORKS = {
    "twitter": ("Twitter/X", "https://twitter.com/{}"),
    "facebook": ("Facebook", "https://www.facebook.com/{}"),
    "instagram": ("Instagram", "https://www.instagram.com/{}"),
    "youtube_id": ("YouTube", "https://www.youtube.com/channel/{}"),
    "youtube": ("YouTube", "https://www.youtube.com/user/{}"),
    "mastodon": ("Mastodon", "{}"),
}


def read(entries: Any, file: str) -> Roster:
    """The channels of each member, of whichever of the two files it is."""
    kind = "social_media" if "social" in entries[0] else "district_offices"
    key = "social" if kind == "social_media" else "offices"
    roster = Roster(kind, file)
    roster.source, roster.licence = "https://github.com/unitedstates/congress-legislators", "CC0-1.0"
    for number, entry in enumerate(entries, start=1):
        identifiers = yaml_file.identifiers_of(entry) if isinstance(entry, dict) else {}
        row = f"{number} ({identifiers['bioguide']})" if "bioguide" in identifiers else str(number)
        if not identifiers:
            roster.refuse(row, "id", "The person has no identifier.", "Give bioguide, wikidata or govtrack.")
            continue
        shape = dict if kind == "social_media" else list
        if not isinstance(entry.get(key), shape):
            roster.refuse(row, key, "It is missing, or not what it should be.", "Mend the indentation.")
            continue
        found = _accounts(entry[key]) if kind == "social_media" else _offices(entry[key], row, roster)
        roster.known_people.append(KnownPersonRecord(row, identifiers, tuple(found)))
    return roster


def _offices(offices: list[Any], row: str, roster: Roster) -> list[ContactRecord]:
    contacts = []
    for office in offices:
        if not isinstance(office, dict) or not office.get("city"):
            roster.refuse(row, "offices.city", "An office has no city.", "Fill it in.")
            continue
        values = {key: str(value).strip() for key, value in office.items() if value is not None}
        label, note = values["city"][:100], values.get("hours", "")[:300]
        street = ", ".join(values[key] for key in ("address", "suite") if values.get(key))
        city = f"{values['city']}, {values.get('state', '')} {values.get('zip', '')}".strip(" ,")
        if street:
            lines = [values.get("building", ""), street, city]
            contacts.append(ContactRecord("postal", "\n".join(filter(None, lines))[:LONGEST], label, note))
        contacts += [
            ContactRecord(key, values[key][:LONGEST], label, note) for key in ("phone", "fax") if values.get(key)
        ]
    return list(dict.fromkeys(contacts))


def _accounts(social: dict[str, Any]) -> list[ContactRecord]:
    contacts = []
    for network, (label, address) in NETWORKS.items():
        name = str(social.get(network) or "")
        if not name or (network == "youtube" and social.get("youtube_id")):
            continue
        if network == "mastodon":
            user, _, host = name.lstrip("@").partition("@")
            name = f"https://{host}/@{user}"
        contacts.append(ContactRecord("social", address.format(name)[:LONGEST], label))
    return contacts
