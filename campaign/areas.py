"""Which part of its country a postcode lies in, as far as the postcode itself tells: an ISO 3166-2 code.

Germany is left out: its postcodes cross the borders of the Länder. So is every range below that crosses one.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence

from campaign.area_names import NAMES

# States by the first three digits of a ZIP code: (first of a run, what the run lies in), as the USPS assigns them.
# "" stands for the territories, which have countries of their own, for the military, and for what is not in use.
ZIP_RUNS = (
    (0, ""), (5, "NY"), (6, ""), (10, "MA"), (28, "RI"), (30, "NH"), (39, "ME"), (50, "VT"), (55, "MA"), (56, "VT"),
    (60, "CT"), (70, "NJ"), (90, ""), (100, "NY"), (150, "PA"), (197, "DE"), (200, "DC"), (201, "VA"), (202, "DC"),
    (206, "MD"), (213, ""), (214, "MD"), (220, "VA"), (247, "WV"), (269, ""), (270, "NC"), (290, "SC"), (300, "GA"),
    (320, "FL"), (340, ""), (341, "FL"), (343, ""), (344, "FL"), (345, ""), (346, "FL"), (348, ""), (349, "FL"),
    (350, "AL"), (353, ""), (354, "AL"), (370, "TN"), (386, "MS"), (398, "GA"), (400, "KY"), (428, ""), (430, "OH"),
    (460, "IN"), (480, "MI"), (500, "IA"), (517, ""), (520, "IA"), (529, ""), (530, "WI"), (533, ""), (534, "WI"),
    (536, ""), (537, "WI"), (550, "MN"), (552, ""), (553, "MN"), (568, ""), (569, "DC"), (570, "SD"), (578, ""),
    (580, "ND"), (589, ""), (590, "MT"), (600, "IL"), (630, "MO"), (632, ""), (633, "MO"), (642, ""), (644, "MO"),
    (659, ""), (660, "KS"), (663, ""), (664, "KS"), (680, "NE"), (682, ""), (683, "NE"), (694, ""), (700, "LA"),
    (702, ""), (703, "LA"), (709, ""), (710, "LA"), (715, ""), (716, "AR"), (730, "OK"), (732, ""), (733, "TX"),
    (734, "OK"), (742, ""), (743, "OK"), (750, "TX"), (771, ""), (772, "TX"), (800, "CO"), (817, ""), (820, "WY"),
    (832, "ID"), (839, ""), (840, "UT"), (848, ""), (850, "AZ"), (854, ""), (855, "AZ"), (858, ""), (859, "AZ"),
    (861, ""), (863, "AZ"), (866, ""), (870, "NM"), (872, ""), (873, "NM"), (885, "TX"), (886, ""), (889, "NV"),
    (892, ""), (893, "NV"), (896, ""), (897, "NV"), (899, ""), (900, "CA"), (909, ""), (910, "CA"), (929, ""),
    (930, "CA"), (962, ""), (967, "HI"), (969, ""), (970, "OR"), (980, "WA"), (987, ""), (988, "WA"), (995, "AK"),
)  # fmt: skip
# Delivered from across a border: Fishers Island, the Texan half of Texhoma, and Alta.
ZIP_EXCEPTIONS = {"06390": "NY", "73960": "TX", "83414": "WY"}

# Provinces by a postcode's first letter. X is missing: it stands for two territories.
CANADIAN_LETTERS = {
    "A": "NL", "B": "NS", "C": "PE", "E": "NB", "G": "QC", "H": "QC", "J": "QC", "K": "ON", "L": "ON", "M": "ON",
    "N": "ON", "P": "ON", "R": "MB", "S": "SK", "T": "AB", "V": "BC", "Y": "YT",
}  # fmt: skip

# What is not a département of the same two digits. Paris became a collectivity with a code of its own.
FRENCH_PREFIXES = {
    "75": "75C", "200": "2A", "201": "2A", "202": "2B", "206": "2B", "971": "971", "972": "972", "973": "973",
    "974": "974", "975": "PM", "976": "976", "97133": "BL", "97150": "MF", "986": "WF", "987": "PF", "988": "NC",
}  # fmt: skip

# Provinces from 01 on.
SPANISH_PROVINCES = (
    "VI", "AB", "A", "AL", "AV", "BA", "PM", "B", "BU", "CC", "CA", "CS", "CR", "CO", "C", "CU", "GI", "GR",
    "GU", "SS", "H", "HU", "J", "LE", "L", "LO", "LU", "M", "MA", "MU", "NA", "OR", "O", "P", "GC", "PO",
    "SA", "TF", "S", "SG", "SE", "SO", "T", "TE", "TO", "V", "VA", "BI", "ZA", "Z", "CE", "ML",
)  # fmt: skip

AUSTRALIAN_RUNS = (
    (0, ""), (200, "ACT"), (300, ""), (800, "NT"), (1000, "NSW"), (2600, "ACT"), (2619, "NSW"), (2900, "ACT"),
    (2921, "NSW"), (3000, "VIC"), (4000, "QLD"), (5000, "SA"), (6000, "WA"), (7000, "TAS"), (8000, "VIC"),
    (9000, "QLD"),
)  # fmt: skip
# Rural rounds that cross a border, and islands with countries of their own.
AUSTRALIAN_CROSSERS = frozenset((
    "0872", "2406", "2540", "2611", "2618", "2620", "2899", "3585", "3586", "3644",
    "3691", "3707", "4375", "4377", "4380", "4383", "4385", "4825", "6798", "6799",
))  # fmt: skip


def of(country: str, postcode: str) -> str:
    """The area's code, such as "US-AK"; "" where the postcode does not tell, or is not given."""
    find = _FINDERS.get(country)
    part = find(postcode.strip().upper()) if find and postcode else ""
    return f"{country}-{part}" if part else ""


def name(code: str) -> str:
    """The area's name: in English where that is spoken, else as it is called there. An unknown code is its own name."""
    return NAMES.get(code, code)


def _american(postcode: str) -> str:
    digits = _digits(postcode, most=9)[:5]
    if len(digits) < 5:
        return ""
    return ZIP_EXCEPTIONS.get(digits) or _in_run(ZIP_RUNS, int(digits[:3]))


def _canadian(postcode: str) -> str:
    return CANADIAN_LETTERS.get(postcode[:1], "")


def _french(postcode: str) -> str:
    digits = _digits(postcode, most=5)
    if len(digits) < 5:
        return ""
    for length in (5, 3, 2):
        if digits[:length] in FRENCH_PREFIXES:
            return FRENCH_PREFIXES[digits[:length]]
    # 00 is the army's; 96 and beyond, Monaco among them, are no départements.
    return digits[:2] if "01" <= digits[:2] <= "95" and digits[:2] != "20" else ""


def _spanish(postcode: str) -> str:
    digits = _digits(postcode, most=5)
    number = int(digits[:2]) if len(digits) == 5 else 0
    return SPANISH_PROVINCES[number - 1] if 1 <= number <= len(SPANISH_PROVINCES) else ""


def _australian(postcode: str) -> str:
    digits = _digits(postcode, most=4)
    if len(digits) < 4 or digits in AUSTRALIAN_CROSSERS:
        return ""
    return _in_run(AUSTRALIAN_RUNS, int(digits))


_FINDERS: dict[str, Callable[[str], str]] = {
    "AU": _australian, "CA": _canadian, "ES": _spanish, "FR": _french, "US": _american,
}  # fmt: skip


def _digits(postcode: str, *, most: int) -> str:
    """The postcode's digits, also of "F-75001" and "99501-1234"; "" when there are more than it can have."""
    digits = re.sub(r"[^0-9]", "", postcode)
    return digits if len(digits) <= most else ""


def _in_run(runs: Sequence[tuple[int, str]], number: int) -> str:
    return runs[bisect_right(runs, number, key=lambda run: run[0]) - 1][1]
