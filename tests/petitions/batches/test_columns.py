"""Tables of other tools are known by the names of their columns."""

import pytest
from sqlalchemy.orm import Session

from campaign.petitions.batches import columns
from campaign.petitions.batches.columns import BadColumns
from campaign.petitions.models import Question
from tests import make

ACTION_NETWORK = (
    "uuid,first_name,last_name,email,zip_code,can2_user_city,can2_state_abbreviated,can2_phone,can2_user_tags"
)
CHANGE_ORG = "Name\tCity\tState\tPostal Code\tCountry\tSigned On"
PYTITION = "first_name,last_name,phone,email,subscribed_to_mailinglist,confirmed"
OURS = "number,given_name,family_name,country,postcode,comment,signed_on,text_version"


@pytest.mark.parametrize(
    ("header", "source", "first"),
    [
        (ACTION_NETWORK.split(","), "action_network", ["", "given_name", "family_name", "email", "postcode", "city"]),
        (CHANGE_ORG.split("\t"), "change_org", ["name", "city", "", "postcode", "country", "signed_on"]),
        (PYTITION.split(","), "pytition", ["given_name", "family_name", "phone", "email", "subscribe", "confirmed"]),
        (OURS.split(","), "campaign", ["", "given_name", "family_name", "country", "postcode", "comment"]),
        (["Vorname", "PLZ", "E-Mail", "Nom"], "", ["given_name", "postcode", "email", "family_name"]),
        (["email", "E-mail", "x"], "", ["email", "", ""]),
    ],
)
def test_columns_are_known_by_their_names(session: Session, header: list[str], source: str, first: list[str]) -> None:
    petition = make.petition(session)
    assert columns.recognise(header) == source
    assert columns.fields(header, petition)[: len(first)] == first


def test_a_question_of_the_petition_is_known_by_its_words(session: Session) -> None:
    petition = make.petition(session)
    petition.questions.append(Question(label="Which bus?", position=1))
    session.flush()
    assert columns.fields([*OURS.split(","), "Which bus?"], petition)[-1] == f"question_{petition.questions[0].id}"


@pytest.mark.parametrize(
    ("chosen", "field"),
    [
        (["email", ""], "column_0"),  # nobody has a name
        (["given_name", "given_name"], "column_1"),
        (["name", "family_name"], "column_0"),
        (["given_name", "is_admin"], "column_1"),
    ],
)
def test_columns_that_make_no_signature_are_refused(session: Session, chosen: list[str], field: str) -> None:
    with pytest.raises(BadColumns) as refused:
        columns.refuse_unfit(["a", "b"], chosen, make.petition(session))
    assert refused.value.field == field
