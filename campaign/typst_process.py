"""Set one PDF, as a process of its own that takes its memory with it. Run by typesetting.py, never imported.

typst keeps what it has laid out for the next ten documents, which for long lists is a gigabyte. This script knows
nothing of the rest of the program, so that it starts in a moment.
"""

import base64
import json
import re
import sys
import unicodedata
from typing import Any

import typst

ROUNDS = 3
_NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed')
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")


def typeset(job: dict[str, Any]) -> dict[str, Any]:
    """Make the PDF: into the file `output`, or into the answer. lacking: the letters that no font of this machine has.

    shows_boxes: those letters show as boxes, and signs such as emoji as words; else there is no PDF when one lacks.
    """
    data = json.dumps(job["data"], ensure_ascii=False)
    for _ in range(ROUNDS):
        try:
            return {"lacking": [], "pdf": _compiled(job, data, strict=True)}
        except typst.TypstError as error:
            lacking = _without_glyph(error)
            if lacking and not job["shows_boxes"]:
                return {"lacking": sorted(lacking)}
        letters = sorted(character for character in lacking if _is_letter(character))
        data = data.translate(_in_words(lacking))
        if letters or not job["shows_boxes"]:
            break
    # Legible for most is better than nothing: the cover says what is wrong.
    job["data"] = json.loads(data) | {"lacks_letters": bool(letters)}
    return {"lacking": letters, "pdf": _compiled(job, json.dumps(job["data"], ensure_ascii=False), strict=False)}


def _compiled(job: dict[str, Any], data: str, *, strict: bool) -> str:
    """The PDF in Base64; "" when it is a file now."""
    made = typst.compile(
        job["template"],
        output=job["output"],
        format="pdf",
        font_paths=job["fonts"],
        # The only way texts get in: as JSON, never as part of the template, where they would be typst's own language.
        sys_inputs={"data": data},
        # Tagged throughout, each character with its meaning, fit for archives; typst refuses what breaks the rules.
        pdf_standards=["ua-1", "a-2a"] if strict else [],
        timestamp=job["timestamp"],
    )
    return base64.b64encode(made).decode() if isinstance(made, bytes) else ""


def _without_glyph(error: typst.TypstError) -> set[str]:
    texts = "".join(_NO_GLYPH.findall(error.diagnostic))
    return set(_ESCAPE.sub(lambda match: chr(int(match[1], 16)), texts))


def _in_words(characters: set[str]) -> dict[int, str]:
    """Emoji and other symbols by their names, "[thumbs up sign]"; a skin colour by nothing."""
    signs = {character for character in characters if unicodedata.category(character).startswith("S")}
    return {ord(sign): _name(sign) for sign in signs}


def _name(sign: str) -> str:
    name = unicodedata.name(sign, "").lower()
    return "" if not name or "modifier" in name else f"[{name}]"


def _is_letter(character: str) -> bool:
    # Cn: newer than this Python's tables.
    return unicodedata.category(character)[0] in "LMNP" or unicodedata.category(character) == "Cn"


if __name__ == "__main__":
    sys.stdout.write(json.dumps(typeset(json.load(sys.stdin))))
