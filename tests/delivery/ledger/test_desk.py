"""Charlie notes what was handed over, with a photo; readers see it; mistakes are mended in the open."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.accounts.models import AuditEntry
from campaign.db import now
from campaign.delivery.ledger import proof_pictures
from campaign.delivery.mailings import rounds
from campaign.delivery.models import Delivery, Export, OfficeReply
from campaign.petitions.models import Petition
from tests import make
from tests.conftest import Visitor
from tests.delivery.ledger.test_handing_over import a_list

SignIn = Callable[..., Visitor]
LEDGER = "/desk/campaigns/bridge/deliveries"
TODAY = now().date().isoformat()


@pytest.fixture
def petition(session: Session) -> Petition:
    petition = make.petition(session, make.campaign(session, slug="bridge"))
    session.commit()
    return petition


@pytest.fixture
def export(session: Session, petition: Petition) -> Export:
    row = a_list(session, petition, [1, 2, 3], snapshot_at=now() - timedelta(days=2), manifest_sha256="a" * 64)
    session.commit()
    return row


def photo() -> bytes:
    file, image = io.BytesIO(), Image.new("RGB", (40, 30), "navy")
    exif = Image.Exif()
    exif[0x010E] = "taken at 12 Harbour Street"
    image.save(file, "JPEG", exif=exif)
    return file.getvalue()


def text_of(page: BeautifulSoup, place: str = "main") -> str:
    found = page.select_one(place)
    assert found
    return " ".join(found.get_text(" ", strip=True).split())


def entries(session: Session) -> list[Delivery]:
    session.rollback()  # what was read before is from before
    return list(session.scalars(select(Delivery)))


def note(browser: Visitor, export: Export, status: int = 303, **values: Any) -> Any:
    [choice] = browser.page(f"/desk/exports/{export.id}/hand-over").select("[name=office]")
    told = {"office": choice["value"], "handed_over_on": TODAY} | values
    return browser.submit(f"/desk/exports/{export.id}/hand-over", told, status=status)


def test_a_hand_over_is_public_at_once_with_its_photo_made_anew(
    session: Session, export: Export, sign_in: SignIn, client: Visitor
) -> None:
    told: dict[str, Any] = {"proof": (io.BytesIO(photo()), "DSC_0001.JPG"), "proof_alt": "Two people with a box."}
    assert note(sign_in("deliverer"), export, **told).location == LEDGER
    page = client.page("/campaigns/bridge")
    [image] = page.select(".timeline img")
    answer = client.get(str(image["src"]))
    assert image["alt"] == "Two people with a box." and answer.mimetype == "image/webp"
    assert b"Harbour" not in answer.data and len(answer.data) > 20
    assert "Mayor of Exampleton : 3 signatures." in text_of(page, ".timeline")
    [entry] = client.get("/campaigns/bridge.json").get_json()["deliveries"]
    assert (entry["total_signatures"], entry["sha256"], entry["sha256_of"]) == (3, "a" * 64, "manifest")
    assert entry["image"]["description"] == "Two people with a box."


def test_what_is_wrong_stands_beside_its_field_and_the_photo_is_kept(
    session: Session, export: Export, sign_in: SignIn
) -> None:
    browser = sign_in("deliverer")
    proof = (io.BytesIO(photo()), "a.jpg")
    answer = note(browser, export, 422, proof=proof, next_step="The council meets")
    assert "Say what is to be seen" in answer.text and 'value="The council meets"' in answer.text
    assert entries(session) == []
    kept = answer.text.split('name="kept_proof"')[1].split('value="')[1].split('"')[0]
    note(browser, export, kept_proof=kept, proof_alt="A box.")
    assert [entry.proof_digest for entry in entries(session)] == [kept]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.7 ...", "This is a PDF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (photo()[:200], "damaged"),
        (b"MZ\x90\x00", "no picture"),
    ],
)
def test_what_is_no_picture_is_refused_with_the_reason(
    session: Session, export: Export, sign_in: SignIn, data: bytes, said: str
) -> None:
    answer = note(sign_in("deliverer"), export, 422, proof=(io.BytesIO(data), "a.jpg"), proof_alt="A box.")
    assert said in answer.text
    assert entries(session) == []


def test_a_reply_and_a_correction_are_shown_with_their_reasons(
    session: Session, export: Export, sign_in: SignIn, client: Visitor
) -> None:
    browser = sign_in("deliverer")
    note(browser, export)
    [entry] = entries(session)
    reply = {"kind": "refused", "replied_on": TODAY, "text": "There is **no money**."}
    browser.submit(f"{LEDGER}/{entry.id}/reply", reply)
    yesterday = (now() - timedelta(days=1)).date().isoformat()
    browser.submit(f"{LEDGER}/{entry.id}", {"handed_over_on": yesterday}, status=422)
    browser.submit(f"{LEDGER}/{entry.id}", {"handed_over_on": yesterday, "note": "It was the day before."})
    shown = text_of(client.page("/campaigns/bridge/timeline"))
    assert "They refuse There is no money ." in shown and "It was the day before." in shown
    session.rollback()
    noted = session.scalars(select(OfficeReply)).one()
    browser.submit(f"{LEDGER}/{entry.id}/replies/{noted.id}/remove", {"note": ""}, status=422)
    browser.submit(f"{LEDGER}/{entry.id}/replies/{noted.id}/remove", {"note": "From another office."})
    browser.submit(f"{LEDGER}/{entry.id}/remove", {"note": "Never left the house."})
    shown = text_of(client.page("/campaigns/bridge/timeline"))
    assert "Never left the house." in shown and "no money" not in shown
    session.rollback()
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.object_kind == "delivery")).all()
    assert sorted(actions) == [
        "delivery.mend", "delivery.remove", "delivery.remove_reply", "delivery.reply", "export.deliver",
    ]  # fmt: skip


def test_a_photo_goes_with_its_entry(
    app: Flask, session: Session, export: Export, sign_in: SignIn, client: Visitor
) -> None:
    browser = sign_in("deliverer")
    note(browser, export, proof=(io.BytesIO(photo()), "a.jpg"), proof_alt="A box.")
    [entry] = entries(session)
    address = f"/proofs/{entry.proof_digest}.webp"
    assert client.get(address).status_code == 200
    export.campaign.state = "draft"
    session.commit()
    assert (client.get(address).status_code, browser.get(address).status_code) == (404, 200)
    browser.submit(f"{LEDGER}/{entry.id}/remove", {"note": "Never left the house."})
    assert browser.get(address).status_code == 404
    with app.app_context():
        folder = proof_pictures.folder(app.config)
        assert list(folder.glob("??/*.webp"))
        assert rounds.forget_pictures(now() + timedelta(hours=2)) == 1


def test_only_who_delivers_writes_into_the_ledger(session: Session, export: Export, sign_in: SignIn) -> None:
    note(sign_in("deliverer"), export)
    [entry] = entries(session)
    for role in ("viewer", "editor"):
        browser = sign_in(role)
        assert not browser.page(LEDGER).select(f"a[href^='{LEDGER}/']")
        for path in (f"/desk/exports/{export.id}/hand-over", f"{LEDGER}/{entry.id}", f"{LEDGER}/{entry.id}/remove"):
            browser.submit(path, {}, status=403)
    other = make.campaign(session, slug="harbour")
    session.commit()
    sign_in("owner").page(f"/desk/campaigns/{other.slug}/deliveries/{entry.id}", status=404)


def test_empty_pages_say_what_comes_first(
    session: Session, petition: Petition, sign_in: SignIn, client: Visitor
) -> None:
    assert "Nothing was handed over yet." in sign_in("viewer").page(LEDGER).text
    assert "not handed over yet" in client.page("/campaigns/bridge/timeline").text
    assert not client.page("/campaigns/bridge").select(".timeline")


class TestWithForgeryGuard:
    @pytest.fixture
    def settings(self) -> dict[str, object]:
        return {"WTF_CSRF_ENABLED": True}

    def test_other_sites_cannot_note_a_hand_over(self, session: Session, export: Export, sign_in: SignIn) -> None:
        browser = sign_in("deliverer")
        browser.submit(f"/desk/exports/{export.id}/hand-over", {"handed_over_on": TODAY}, status=400)
        assert entries(session) == []
