"""ZIP codes and the congressional districts they lie in.

The file is zccd.csv of https://github.com/OpenSourceActivismTech/us-zipcodes-congress (US Government data).
Columns state_fips, state_abbr, zcta, cd; one row per ZIP and district, 0 at large. ZIPs are text: 00601 is one.
It does not say for which Congress; all there is so far is for the 119th.
"""

import csv
import io
import re

from campaign.officials import united_states
from campaign.officials.records import Roster

COLUMNS = {"state_abbr", "zcta", "cd"}
_ZIP = re.compile(r"[0-9]{5}")
CONGRESS = 119  # the districts of the file as it is published
ENOUGH = 20  # problems of one kind after which the rest is certainly alike


def read(text: str, file: str) -> Roster:
    """The pairs, and the areas and posts of the districts they name."""
    roster = Roster("postcodes", file)
    roster.source = "https://github.com/OpenSourceActivismTech/us-zipcodes-congress"
    roster.licence = "US Government work"
    roster.says_congress = False
    roster.valid_from = united_states.congress_begins(CONGRESS)
    roster.valid_to = united_states.congress_begins(CONGRESS + 1)
    areas: dict[tuple[str, str], str | None] = {}
    try:
        for number, row in enumerate(csv.DictReader(io.StringIO(text)), start=2):
            key = ((row.get("state_abbr") or "").strip(), (row.get("cd") or "").strip())
            if key not in areas:
                areas[key] = _area(*key, str(number), roster)
            zcta = (row.get("zcta") or "").strip()
            if not _ZIP.fullmatch(zcta):
                remedy = "Write five digits; a spreadsheet may have dropped leading zeros."
                roster.refuse(str(number), "zcta", f"“{zcta}” is not a ZIP code.", remedy)
            elif area := areas[key]:
                roster.postcodes["US", zcta, area] = None
            if len(roster.problems) >= ENOUGH:
                break
    except csv.Error as error:
        roster.refuse("", "", f"It is not valid CSV: {error}.", "Export it again as CSV.")
    if not roster.postcodes and not roster.problems:
        roster.refuse("", "", "It has a header and no rows.", "Import the complete table.")
    return roster


def _area(code: str, district: str, number: str, roster: Roster) -> str | None:
    state = united_states.STATES.get(code)
    if state is None:
        remedy = "Use a postal code such as NY."
        roster.refuse(number, "state_abbr", f"“{code}” is not a state or territory.", remedy)
        return None
    if not (district.isascii() and district.isdigit()) or not united_states.is_seat(state, int(district)):
        text = f"{state.name} has no district “{district}”."
        roster.refuse(number, "cd", text, "Give its number, 0 for at large.")
        return None
    united_states.add_house_seat(roster, state, int(district))
    return united_states.district_id(state, int(district))
