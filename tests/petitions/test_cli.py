"""campaign counts check."""

from flask import Flask
from sqlalchemy.orm import Session

from campaign.petitions.cli import counts
from tests import make


def test_a_drift_is_reported_and_mended_on_demand(app: Flask, session: Session) -> None:
    petition = make.petition(session, make.campaign(session, slug="bridge"))
    make.signature(session, petition)  # without its counter
    session.commit()
    runner = app.test_cli_runner()

    found = runner.invoke(counts, ["check"])
    assert (found.exit_code, "bridge 2026-11-22 US: counted 0, signatures 1" in found.output) == (1, True)

    mended = runner.invoke(counts, ["check", "--fix"])
    assert (mended.exit_code, "Mended: 1" in mended.output) == (0, True)

    agreed = runner.invoke(counts, ["check"])
    assert (agreed.exit_code, agreed.output) == (0, "All counters agree with the signatures.\n")
