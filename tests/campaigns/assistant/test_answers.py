"""What a machine may answer."""

import json
from typing import Any

import pytest

from campaign.campaigns.assistant import answers


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no JSON"),
        ("Sure! Here are your texts.", "no JSON"),
        ('{"opinion": ["a"]', "no JSON"),
        ("[" * 100_000, "form"),
        ("[]", "form"),
        ('{"opinion": "text"}', "$.opinion"),
        ('{"opinion": [1]}', "$.opinion[0]"),
        ('{"opinion": null}', "$.opinion"),
        ('{"todo": [{"kind": "riot", "title": "x"}]}', "$.todo[0].kind"),
        ('{"todo": [{"kind": "learn"}]}', "$.todo[0]"),
        ('{"todo": [{"kind": "learn", "title": "x", "links": [{"href": "x"}]}]}', "$.todo[0].links[0]"),
        ('{"petition": {"demand": "%s"}}' % ("x" * 301), "$.petition.demand"),
        ('{"letters": [{"title": "x", "target": "y", "subject": "z"}]}', "$.letters[0]"),
        ('{"published": true}', "form"),
        ('{"opinion": ["\\ud800"]}', ""),
        (json.dumps({"todo": [{"kind": "learn", "title": "x"}] * 11}), "$.todo"),
    ],
)
def test_what_is_not_of_the_form_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(answers.Unfit) as refusal:
        answers.read(text)
    assert said in refusal.value.message


def test_texts_in_a_fence_are_read() -> None:
    assert answers.read('```json\n{"opinion": ["Yes."]}\n```').opinion == ["Yes."]


def test_an_answer_becomes_a_page() -> None:
    todo: dict[str, Any] = {"kind": "donate", "title": " Give ", "hashtags": ["peace", "#", "#now"]}
    todo["details"] = {"country": "FR", "checked_on": "2026-11-20", "place": "Paris"}
    page = answers.page(answers.read(json.dumps({"opinion": ["One.", " "], "todo": [todo]})))
    assert page.opinion == ["One."]
    assert (page.todo[0].title, page.todo[0].hashtags) == ("Give", ("#peace", "#now"))
    assert page.todo[0].details == {"country": "FR"}, "no machine has opened a page"
    assert page.petition is None and page.letters == []


def test_the_machine_is_told_the_same_form() -> None:
    text = json.dumps(answers.schema())
    assert "SuggestedLetter" in text and '"additionalProperties": false' in text
