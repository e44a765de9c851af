"""Small rosters in the shapes of the real ones, with people who do not exist."""

from pathlib import Path

LEGISLATORS = """
- id: {bioguide: A000001, govtrack: 1, wikidata: Q1}
  name: {first: Ada, last: Álvarez, official_full: Ada Álvarez}
  terms:
  - {type: rep, start: '2019-01-03', end: '2025-01-03', state: VT, district: 0, party: Green}
  - type: sen
    start: '2025-01-03'
    end: '2031-01-03'
    state: VT
    class: 1
    party: Green
    url: https://alvarez.example.org
    contact_form: https://alvarez.example.org/contact
    address: 1 Hart Senate Office Building Washington DC 20510
    office: 1 Hart Senate Office Building
    phone: 202-555-0100
- id: {bioguide: B000001, govtrack: 2}
  name: {first: Robert, nickname: Bob, last: Brown, suffix: Jr.}
  terms:
  - {type: rep, start: '2025-01-03', end: '2027-01-03', state: VT, district: 0, party: Green, contact_form: 'hhttps://b'}
- id: {bioguide: C000001}
  name: {first: Cleo, last: Cruz}
  terms:
  - type: sen
    start: '2025-01-21'
    end: '2026-11-03'
    end-type: special-election
    how: appointment
    state: OH
    class: 3
    party: Green
"""

EXECUTIVE = """
- id: {govtrack: 90, wikidata: Q90}
  name: {first: George, middle: Herbert Walker, last: Oak}
  terms:
  - {type: prez, start: '1989-01-20', end: '1993-01-20', party: Green, how: election}
- id: {govtrack: 91}
  name: {first: George, middle: Walker, last: Oak}
  terms:
  - {type: prez, start: '2021-01-20', end: '2025-01-20', party: Green, how: election}
- id: {bioguide: A000001, govtrack: 1}
  name: {first: Ada, last: Álvarez}
  terms:
  - {type: viceprez, start: '2021-01-20', end: '2025-01-03', party: Green, how: election}
"""

ZIPS = "state_fips,state_abbr,zcta,cd\r\n50,VT,05401,0\r\n36,NY,10001,10\r\n36,NY,10001,12\r\n72,PR,00601,0\r\n"

OFFICES = """post_id,post,role,title,organization,name,family_name,identifiers,start,end,as_of,email,postal
mayor-of-exampleton,Mayor of Exampleton,mayor,Mayor,Town of Exampleton,,,,,,,office@example.org,Town Hall / Exampleton
mayor-of-exampleton,,,,,Ada Lovelace,Lovelace,local:ada,2024-05-01,,2026-11-01,ada@example.org,
"""


def written(folder: Path, **texts: str) -> list[Path]:
    """Write documents into a folder: written(tmp_path, legislators_yaml=…) makes legislators.yaml."""
    paths = []
    for name, text in texts.items():
        stem, _, ending = name.rpartition("_")
        paths.append(folder / f"{stem}.{ending}")
        paths[-1].write_bytes(text.encode())
    return paths


DISTRICTS = """id,name,census_geoid,validThrough
ocd-division/country:us/state:ny/cd:14,New York's 14th congressional district,cd-3614,
ocd-division/country:us/state:ny/cd:27,New York's 27th congressional district,cd-3627,2023-01-03
ocd-division/country:us/state:vt/cd:at-large,Vermont's at-large congressional district,,
"""

# Leftover area, two parts of one ZIP code, one that only touches by water, a delegate's, water itself.
CENSUS = (
    "\ufeffOID_CD119_20|GEOID_CD119_20|NAMELSAD_CD119_20|AREALAND_CD119_20|AREAWATER_CD119_20|MTFCC_CD119_20|"
    "FUNCSTAT_CD119_20|OID_ZCTA5_20|GEOID_ZCTA5_20|NAMELSAD_ZCTA5_20|AREALAND_ZCTA5_20|AREAWATER_ZCTA5_20|"
    "MTFCC_ZCTA5_20|CLASSFP_ZCTA5_20|FUNCSTAT_ZCTA5_20|AREALAND_PART|AREAWATER_PART\n"
    "1|3610|Congressional District 10|9|9|G5200|N|||||||||558858619|1794806659\n"
    "1|3614|Congressional District 14|9|9|G5200|N|2|10003|ZCTA5 10003|1000|0|G6350|B5|S|700|0\n"
    "1|3610|Congressional District 10|9|9|G5200|N|2|10003|ZCTA5 10003|1000|0|G6350|B5|S|300|0\n"
    "1|3612|Congressional District 12|9|9|G5200|N|2|10003|ZCTA5 10003|1000|0|G6350|B5|S|0|77\n"
    "1|6698|Delegate District (at Large)|9|9|G5200|N|2|96910|ZCTA5 96910|1000|0|G6350|B5|S|1000|0\n"
    "1|36ZZ|Congressional Districts not defined|9|9|G5200|F|2|10004|ZCTA5 10004|1000|0|G6350|B5|S|1|9\n"
)

DISTRICT_OFFICES = """
- id: {bioguide: A000001}
  offices:
  - {id: A-newton, address: 29 Crafts St., suite: Suite 375, building: Mill, city: Newton, state: VT, zip: '02458',
     hours: Wednesday 10AM to 4PM, phone: 617-332-3333, fax: 617-332-3334, latitude: 42.35}
"""
SOCIAL = """
- id: {bioguide: A000001}
  social: {twitter: SenAda, youtube: ada, youtube_id: UC123, mastodon: '@ada@example.social', twitter_id: 5}
"""
COMMITTEES = """
- type: house
  name: House Committee on Agriculture
  url: https://agriculture.house.gov/
  thomas_id: HSAG
  address: 1301 LHOB; Washington, DC 20515-6001
  phone: (202) 225-2171
  subcommittees:
  - {name: Forestry and Horticulture, thomas_id: '15', phone: (202) 225-2171}
"""
MEMBERS = """
HSAG:
- {name: Ada Alvarez, party: majority, rank: 1, title: Chairman, bioguide: A000001}
- {name: Bob Brown, party: minority, rank: 1, title: Ranking Member, bioguide: B000001}
HSAG15:
- {name: Bob Brown, party: minority, rank: 2, bioguide: B000001}
"""
