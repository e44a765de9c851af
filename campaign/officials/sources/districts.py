"""Congressional districts by their Open Civic Data ids, those of former maps with the day on which they ended.

The file is us_congressional_districts.csv of https://github.com/opencivicdata/ocd-division-ids (CC0), columns
id, name, census_geoid, validThrough. With it every seat is there, and one that no roster names is vacant.
"""

import csv
import io
import re
from datetime import date

from campaign.officials import united_states
from campaign.officials.records import Roster

COLUMNS = {"id", "name", "validthrough"}
_ID = re.compile(
    r"ocd-division/country:us/(?P<kind>state|district|territory):(?P<state>[a-z]{2})/cd:(?P<number>at-large|[1-9]\d?)"
)


def read(text: str, file: str) -> Roster:
    """The districts and their seats."""
    roster = Roster("districts", file)
    roster.source, roster.licence = "https://github.com/opencivicdata/ocd-division-ids", "CC0-1.0"
    reader = csv.DictReader(io.StringIO(text))
    reader.fieldnames = [name.strip().lower() for name in reader.fieldnames or []]
    try:
        for number, row in enumerate(reader, start=2):
            _read_row({key: (value or "").strip() for key, value in row.items() if key}, str(number), roster)
    except csv.Error as error:
        roster.refuse("", "", f"It is not valid CSV: {error}.", "Export it again as CSV.")
    if not roster.posts and not roster.problems:
        roster.refuse("", "", "It has a header and no rows.", "Import the complete list.")
    return roster


def _read_row(row: dict[str, str], number: str, roster: Roster) -> None:
    match = _ID.fullmatch(row["id"])
    state = united_states.STATES.get(match["state"].upper()) if match else None
    if match is None or state is None or state.kind != match["kind"]:
        remedy = "Ids look like ocd-division/country:us/state:ny/cd:14, without leading zeros."
        roster.refuse(number, "id", f"“{row['id'][:100]}” is not a congressional district.", remedy)
        return
    district = 0 if match["number"] == "at-large" else int(match["number"])
    until = None
    if row["validthrough"]:
        try:
            until = date.fromisoformat(row["validthrough"])
        except ValueError:
            remedy = "Write it as 2023-01-03, or leave it empty."
            roster.refuse(number, "validThrough", f"“{row['validthrough']}” is not a date.", remedy)
            return
    if until is None and not united_states.is_seat(state, district):
        text = f"{state.name} has no district {district} today; it has {state.seats}, and a single one is at-large."
        roster.refuse(number, "id", text, "Give the day it ended in validThrough.")
        return
    united_states.add_house_seat(roster, state, district, until=until)
