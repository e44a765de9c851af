"""Set one PDF, as a process of its own that takes its memory with it. Run by typesetting.py, never imported.

typst keeps what it has laid out for the next ten documents, which for long lists is a gigabyte. This script knows
nothing of the rest of the program, so that it starts in a moment.
"""

import json
import re
import sys
import unicodedata
from typing import Any

import typst

ROUNDS = 3
_NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed')
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")


def typeset(job: dict[str, Any]) -> list[str]:
    """Write the PDF. Returns the letters that no font of this machine has; they show as boxes."""
    data = json.dumps(job["data"], ensure_ascii=False)
    for _ in range(ROUNDS):
        try:
            _compile(job, data, strict=True)
        except typst.TypstError as error:
            lacking = _without_glyph(error)
        else:
            return []
        letters = sorted(character for character in lacking if _is_letter(character))
        data = data.translate(_in_words(lacking))
        if letters:
            break
    # Legible for most is better than nothing: the cover says what is wrong.
    job["data"] = json.loads(data) | {"lacks_letters": bool(letters)}
    _compile(job, json.dumps(job["data"], ensure_ascii=False), strict=False)
    return letters


def _compile(job: dict[str, Any], data: str, *, strict: bool) -> None:
    typst.compile(
        job["template"],
        output=job["output"],
        format="pdf",
        font_paths=[job["fonts"]],
        # The only way texts get in: as JSON, never as part of the template, where they would be typst's own language.
        sys_inputs={"data": data},
        # Tagged throughout, each character with its meaning, fit for archives; typst refuses what breaks the rules.
        pdf_standards=["ua-1", "a-2a"] if strict else [],
        timestamp=job["timestamp"],
    )


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
