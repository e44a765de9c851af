"""JSON in the standard's shapes, however it is made."""

import io
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy.orm import Session

from campaign.delivery import osdi, profiles, snapshot
from campaign.delivery.choosing import Choice
from tests import make

LATER = make.NOW + timedelta(minutes=1)


@pytest.mark.parametrize("rows_at_once", [1000, 5])
def test_json_filled_in_is_json_made_row_by_row(
    session: Session, rows_at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "FETCHED_AT_ONCE", rows_at_once)
    petition = make.petition(session)
    petition.asks = {"city": "optional", "organisation": "optional", "phone": "optional"}
    words = {"city": "Ó 100% %s", "organisation": 'say "x"\n', "phone": "+1", "postcode": "43004", "area": "US-OH"}
    for told in product((True, False), repeat=len(words)):  # whatever is left out, alone or beside something else
        values = {name: word if is_told else "" for (name, word), is_told in zip(words.items(), told, strict=True)}
        make.signature(session, petition, comment="=1", **values)
    columns = profiles.table(petition, Choice()).columns
    source = osdi.Source("delivery", 32, LATER)
    straight = snapshot.as_typed(session, petition, snapshot_at=LATER, more=osdi.MORE, shape="blocks")
    rows, files = list(snapshot.rows(session, petition, snapshot_at=LATER)), [io.BytesIO(), io.BytesIO()]
    assert osdi.write(files[0], session, petition, rows, source) == 32
    assert osdi.write(files[1], session, petition, rows, source, columns=columns, blocks=straight) == 32
    assert files[0].getvalue() == files[1].getvalue()
