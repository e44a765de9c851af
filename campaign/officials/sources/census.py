"""ZIP codes and districts with shares of land: the Census Bureau's ZCTA relationship file, tab20_cd…_zcta520_natl.txt.

Text with bars between columns, one row for each part of a ZIP code in a district. GEOID_CD… is the state's number and
two digits of the district, 00 at large, 98 a delegate's, ZZ water. Land is not people: the share orders a list only.
"""

import re

from campaign.officials import united_states
from campaign.officials.records import Roster

COLUMNS = {"GEOID_ZCTA5_20", "AREALAND_PART"}
_GEOID = re.compile(r"GEOID_CD(\d+)_20")
_ZIP = re.compile(r"[0-9]{5}")
AT_LARGE = ("00", "98")
WATER = "ZZ"
ENOUGH = 20  # problems of one kind after which the rest is certainly alike


def read(text: str, file: str) -> Roster:
    """The pairs with their shares, valid while the Congress of the file sits."""
    roster = Roster("postcodes", file)
    roster.source, roster.licence = "https://www.census.gov/geographies/reference-files", "US Government work"
    lines = text.splitlines()
    header = lines[0].strip().split("|")
    geoid = next((name for name in header if _GEOID.fullmatch(name)), "")
    if not geoid:
        roster.refuse("1", "GEOID_CD119_20", "The column with the districts is missing.", "Download the file again.")
        return roster
    congress = int(_GEOID.fullmatch(geoid)[1])  # type: ignore[index]
    roster.valid_from = united_states.congress_begins(congress)
    roster.valid_to = united_states.congress_begins(congress + 1)
    places = {name: header.index(name) for name in (geoid, "GEOID_ZCTA5_20", "AREALAND_PART")}
    lands: dict[tuple[str, str, str], int] = {}
    for number, line in enumerate(lines[1:], start=2):
        cells = line.split("|")
        if len(cells) != len(header):
            text = f"It has {len(cells)} cells and the header {len(header)}."
            roster.refuse(str(number), "", text, "Download the file again; it was cut off or changed.")
        else:
            values = [cells[place].strip() for place in places.values()]
            _read_row(values[0], values[1], values[2], str(number), geoid, roster, lands)
        if len(roster.problems) >= ENOUGH:
            return roster
    totals: dict[str, int] = {}
    for (_, postcode, _), land in lands.items():
        totals[postcode] = totals.get(postcode, 0) + land
    roster.postcodes = {key: round(land / totals[key[1]], 6) for key, land in lands.items()}
    if not lands and not roster.problems:
        roster.refuse("", "", "It has a header and no ZIP codes.", "Import the complete table.")
    return roster


def _read_row(
    district: str,
    zcta: str,
    land: str,
    number: str,
    column: str,
    roster: Roster,
    lands: dict[tuple[str, str, str], int],
) -> None:
    if not zcta or district.endswith(WATER):
        return
    if not _ZIP.fullmatch(zcta):
        roster.refuse(number, "GEOID_ZCTA5_20", f"“{zcta[:20]}” is not a ZIP code.", "Download the file again.")
        return
    if not (land.isascii() and land.isdigit()):
        roster.refuse(number, "AREALAND_PART", f"“{land[:20]}” is not a whole number.", "Download the file again.")
        return
    state = united_states.BY_FIPS.get(district[:2])
    seat = 0 if district[2:] in AT_LARGE else int(district[2:]) if district[2:].isdigit() else -1
    if state is None or len(district) != 4 or not united_states.is_seat(state, seat):
        remedy = "Its first two digits are a state's, the others a district, 00 or 98."
        roster.refuse(number, column, f"“{district[:20]}” is not a district.", remedy)
        return
    if int(land) == 0:  # they only share water
        return
    united_states.add_house_seat(roster, state, seat)
    key = ("US", zcta, united_states.district_id(state, seat))
    lands[key] = lands.get(key, 0) + int(land)
