"""PDFs from a typst template and plain data, each set in a process of its own."""

import base64
import json
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app, has_app_context

from campaign.i18n import direction
from campaign.paths import FONTS

SCRIPT = Path(__file__).parent / "typst_process.py"
TIMEOUT = 600  # seconds; a full volume of signatures takes three


class TypesettingError(RuntimeError):
    """The template and the data do not go together, it took too long, or the disk is full."""


class LettersLacking(TypesettingError):
    """No font of this machine has these `letters`."""

    def __init__(self, letters: list[str]) -> None:
        super().__init__(f"no font has {len(letters)} of the letters")
        self.letters = letters


def spoken(language: str) -> dict[str, str | None]:
    """A language as our templates are told of it. side: where its lines begin, for what stands at one edge only.

    >>> spoken("fr_CA")
    {'lang': 'fr', 'region': 'CA', 'side': 'left'}
    """
    lang, _, region = language.replace("_", "-").partition("-")
    return {
        "lang": lang.lower() if re.fullmatch("[A-Za-z]{2,3}", lang) else "en",
        "region": region.upper() if re.fullmatch("[A-Za-z]{2}", region) else None,
        "side": "right" if direction(language) == "rtl" else "left",
    }


def typeset(template: Path, data: dict[str, Any], output: Path, *, instant: datetime) -> list[str]:
    """Write a tagged PDF. Returns the letters that no font of this machine has, [] when all are legible.

    data: for the template, as JSON; instant: its date of making, so that the same data give the same bytes.
    Raises TypesettingError.
    """
    job = {"output": str(output), "shows_boxes": True}
    lacking: list[str] = _set(template, data, job, instant=instant, timeout=TIMEOUT)["lacking"]
    return lacking


def typeset_whole(template: Path, data: dict[str, Any], *, instant: datetime, timeout: float) -> bytes:
    """A tagged PDF that never touches the disk, with every letter legible.

    data, instant: as above; timeout: seconds. Raises LettersLacking and TypesettingError.
    """
    done = _set(template, data, {"output": None, "shows_boxes": False}, instant=instant, timeout=timeout)
    if done["lacking"]:
        raise LettersLacking(done["lacking"])
    return base64.b64decode(done["pdf"])


def _font_folders() -> list[str]:
    """Ours, and what this installation adds; typst also finds the fonts of the machine."""
    own = Path(current_app.config["INSTANCE"]) / "fonts" if has_app_context() else None
    return [str(FONTS), *([str(own)] if own and own.is_dir() else [])]


def _set(
    template: Path, data: dict[str, Any], job: dict[str, Any], *, instant: datetime, timeout: float
) -> dict[str, Any]:
    job |= {"template": str(template), "fonts": _font_folders(), "timestamp": int(instant.timestamp()), "data": data}
    # Our own interpreter and script; people's words travel on stdin only. -I: nothing of the environment is imported.
    command = [sys.executable, "-I", str(SCRIPT)]
    try:
        done = subprocess.run(  # noqa: S603
            command, input=json.dumps(job), capture_output=True, text=True, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired:
        # Without its cause, which holds what was typed.
        raise TypesettingError(f"typst took longer than {timeout} seconds") from None
    if done.returncode:
        # The last line names the mistake; those before it may quote the data.
        raise TypesettingError(f"typst ended with {done.returncode}: {done.stderr.strip().splitlines()[-1:]}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
