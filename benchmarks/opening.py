"""What a spreadsheet program makes of our lists: `python -m benchmarks.opening [FOLDER]`. Needs LibreOffice (soffice).

A list of a thousand payloads in every field is opened as CSV with commas and, as where a comma is the decimal sign,
with semicolons, each as people open it and with formulas switched on; and as XLSX. Counts the cells that became
formulas or links; any makes it end with 1. The list for programs is read back and compared. FOLDER keeps the files.
"""

import argparse
import csv
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

from campaign import create_app
from campaign.campaigns.models import Campaign
from campaign.db import Base
from campaign.delivery import exports
from campaign.petitions.models import Petition, PetitionText, Question, Signature
from tests.delivery.test_csv_writing import PAYLOADS

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FIELDS = ("given_name", "family_name", "organisation", "postcode", "city", "phone", "comment")
# Separator, quote, character set, first line, columns, language, quoted as text, numbers recognised …, formulas run.
ORDINARY = "CSV:{separator},34,76,1"
RUNNING = "CSV:{separator},34,76,1,,0,false,true,false,false,false,-1,true"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", nargs="?", type=Path)
    chosen = options.parse_args()
    program = shutil.which("soffice")
    if program is None:
        sys.exit("LibreOffice is missing. On Debian: apt install --no-install-recommends libreoffice-calc")
    with tempfile.TemporaryDirectory() as name:
        folder = chosen.folder or Path(name)
        folder.mkdir(exist_ok=True)
        rows = write(folder)
        found = 0
        for separator in (44, 59, 9):
            for how in (ORDINARY, RUNNING):
                found += opened(program, folder / "list.csv", how.format(separator=separator))
        found += opened(program, folder / "list.xlsx", "")
        # What nobody should open in a spreadsheet shows that formulas would have been found.
        if not opened(program, folder / "list.machine.csv", RUNNING.format(separator=44)):
            sys.exit("The program found no formula where there are hundreds: nothing is known.")
        same = returned(folder / "list.machine.csv") == rows
        print(f"the list for programs read back: {'equal' if same else 'NOT EQUAL'}")
    sys.exit(1 if found or not same else 0)


def write(folder: Path) -> list[list[str]]:
    """The same lists in each format; returns what was typed."""
    url = f"sqlite:///{folder / 'payloads.sqlite3'}"
    engine = create_engine(url)
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        campaign = Campaign(slug="payloads", state="published", title="=1+1", created_at=NOW, changed_at=NOW)
        asks = dict.fromkeys(FIELDS[1:], "optional")
        petition = Petition(campaign=campaign, asks=asks, questions=[Question(label="=Why?", position=1)])
        petition.texts.append(PetitionText(version=1, demand="=1+1", created_at=NOW))
        session.add(petition)
        session.flush()
        answer = str(petition.questions[0].id)
        for number, payload in enumerate(PAYLOADS):
            told = dict.fromkeys(FIELDS, payload) | {"answers": {answer: payload}}
            session.add(
                Signature(
                    petition=petition, petition_text=petition.text, signer_key=str(number),
                    email=f"{number}@example.org", country="US", state="confirmed",
                    created_at=NOW, confirmed_at=NOW, **told,
                )
            )  # fmt: skip
        session.flush()
        campaign_id = campaign.id
    app = create_app(folder, environ={}, overrides={"DATABASE_URL": url}, quiet=True)
    with app.app_context():
        for format, name in (("csv", "list.csv"), ("xlsx", "list.xlsx"), ("machine-csv", "list.machine.csv")):
            path = folder / name
            exports.write(sessionmaker(engine), campaign_id, format=format, path=path, organiser="=1+1", now=NOW)
    return [[payload] * (len(FIELDS) + 1) for payload in PAYLOADS]


def opened(program: str, path: Path, how: str) -> int:
    """How many cells of this file are formulas or links once the program has opened it."""
    with tempfile.TemporaryDirectory() as name:
        command = [program, "--headless", f"-env:UserInstallation=file://{name}/profile", "--convert-to", "fods"]
        command += [f"--infilter={how}"] if how else []
        subprocess.run([*command, "--outdir", name, str(path)], check=True, capture_output=True, timeout=300)
        text = (Path(name) / f"{path.stem}.fods").read_text(encoding="utf-8")
    formulas, links = text.count("table:formula="), len(re.findall(r"xlink:href=", text))
    rows = len(re.findall(r"<table:table-row", text))
    print(f"{path.name} {how or 'XLSX'}: {rows:,} rows, {formulas} formulas, {links} links", flush=True)
    if rows < len(PAYLOADS):
        sys.exit("The program did not read the list.")
    return formulas + links


def returned(path: Path) -> list[list[str]]:
    """What programs read of each field of people's own."""
    with path.open(encoding="utf-8", newline="") as file:
        return [[row[name] for name in (*FIELDS, "=Why?")] for row in csv.DictReader(file)]


if __name__ == "__main__":
    main()
