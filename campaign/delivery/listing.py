"""One list as one file, in whichever format."""

import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from campaign.delivery import csv_writing, osdi, profiles, snapshot, xlsx_writing
from campaign.delivery.books import comments
from campaign.delivery.books import making as book
from campaign.delivery.books.sealing import Seal
from campaign.delivery.choosing import Choice
from campaign.delivery.splitting import Office
from campaign.petitions.models import Petition

# The rows some at a time, with these columns besides, in one of the shapes of snapshot.as_typed.
AsTyped = Callable[[Sequence[str], snapshot.Shape], Iterator[Any]]

# What a file's name ends in. That of a dangerous one says so.
ENDINGS = {
    "csv": ".csv",
    "machine-csv": ".machine-not-for-spreadsheets.csv",
    "xlsx": ".xlsx",
    "json": ".json",
    "pdf": ".pdf",
}


@dataclass(frozen=True)
class Around:
    """What a list needs to know besides its rows. total: how many rows all lists of this instant have together, 0
    where no file of this kind tells it.

    address: of the campaign's page, "" when unknown; paper: "" for what the campaign's country prints on.
    """

    snapshot_at: datetime
    organiser: str
    total: int
    address: str = ""
    paper: str = ""


@dataclass(frozen=True)
class Listed:
    """What became of a list. lacking: letters no font here has; shortened: numbers of rows too long for a cell."""

    rows: int
    lacking: str = ""
    shortened: list[int] = field(default_factory=list)

    def joined(self, part: "Listed") -> "Listed":
        """With what is to be said of another file; its rows are among ours."""
        lacking = "".join(sorted({*self.lacking, *part.lacking}))
        return replace(self, lacking=lacking, shortened=sorted({*self.shortened, *part.shortened}))


def write(
    session: Session,
    petition: Petition,
    rows: Callable[[], Iterator[Any]],
    path: Path,
    *,
    format: str,
    choice: Choice,
    around: Around,
    office: Office | None = None,
    reason_of: Callable[[Any], str] = lambda row: "",
    root: str = "",
    beside: Sequence[tuple[str, str]] = (),
    as_typed: AsTyped | None = None,
) -> Listed:
    """Write the rows to `path` (a book of several volumes: to the same name with .zip).

    rows: gives them anew each time it is called; office: whose list it is; reason_of: why a row is listed apart; root:
    of the tree of all rows of this instant; beside: names and SHA-256 of other files of these rows, for the last page;
    as_typed: the same rows as snapshot.as_typed gives them, where it does.
    """
    if format == "pdf":
        seal = Seal(root=root, total=around.total, files=beside)
        return _write_book(
            session, petition, rows, path, choice=choice, around=around, office=office, reason_of=reason_of, seal=seal
        )
    table = profiles.table(petition, choice)
    if format == "xlsx":
        cells = chain.from_iterable(as_typed((), "cells")) if as_typed else map(table.cells, rows())
        filled = xlsx_writing.write(
            path, table.columns, cells, sheet=petition.campaign.title, instant=around.snapshot_at
        )
        return Listed(filled.rows, shortened=filled.shortened)
    with path.open("wb") as file:
        if format == "json":
            questions = {str(question.id): question.label for question in petition.questions}
            source = osdi.Source(choice.profile, around.total, around.snapshot_at, around.address, questions)
            known = as_typed(osdi.MORE, "blocks") if as_typed else None
            return Listed(osdi.write(file, session, petition, rows(), source, columns=table.columns, blocks=known))
        if as_typed:
            blocks = as_typed((), "blocks")
            if format == "machine-csv":
                return Listed(csv_writing.write_blocks_lossless(file, table.columns, blocks))
            return Listed(csv_writing.write_blocks(file, table.columns, blocks, has_mark=choice.has_mark))
        cells = map(table.cells, rows())
        if format == "machine-csv":
            return Listed(csv_writing.write_lossless(file, table.columns, cells))
        return Listed(csv_writing.write(file, table.columns, cells, has_mark=choice.has_mark))


def _write_book(
    session: Session,
    petition: Petition,
    rows: Callable[[], Iterator[Any]],
    path: Path,
    *,
    choice: Choice,
    around: Around,
    office: Office | None,
    reason_of: Callable[[Any], str],
    seal: Seal,
) -> Listed:
    bound = book.write(
        session,
        petition,
        rows,
        path,
        organiser=around.organiser,
        paper=around.paper or book.paper_for(petition.campaign.country),
        snapshot_at=around.snapshot_at,
        office=office,
        reason_of=reason_of,
        seal=seal,
        comments=comments.chosen(session, petition) if "comment" in snapshot.fields(petition, choice) else (),
    )
    if path.suffix == ".pdf" and zipfile.is_zipfile(path):
        path.replace(path.with_suffix(".zip"))
    return Listed(bound.rows, bound.lacking)
