"""PDFs from a typst template and plain data, each set in a process of its own."""

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from campaign.paths import FONTS

SCRIPT = Path(__file__).parent / "typst_process.py"
TIMEOUT = 600  # seconds; a full volume takes three


class TypesettingError(RuntimeError):
    """The template and the data do not go together: a mistake of ours, or the disk is full."""


def typeset(template: Path, data: dict[str, Any], output: Path, *, instant: datetime) -> list[str]:
    """Write a tagged PDF. Returns the letters that no font of this machine has, [] when all are legible.

    data: for the template, as JSON; instant: its date of making, so that the same data give the same bytes.
    Raises TypesettingError.
    """
    job = {
        "template": str(template),
        "output": str(output),
        "fonts": str(FONTS),
        "timestamp": int(instant.timestamp()),
        "data": data,
    }
    # Our own interpreter and script; people's words travel on stdin only. -I: nothing of the environment is imported.
    command = [sys.executable, "-I", str(SCRIPT)]
    done = subprocess.run(command, input=json.dumps(job), capture_output=True, text=True, timeout=TIMEOUT, check=False)  # noqa: S603
    if done.returncode:
        # The last line names the mistake; those before it may quote the data.
        raise TypesettingError(f"typst ended with {done.returncode}: {done.stderr.strip().splitlines()[-1:]}")
    lacking: list[str] = json.loads(done.stdout)
    return lacking
