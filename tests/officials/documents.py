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
