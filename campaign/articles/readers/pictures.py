"""Captions and credits of pictures, which a copied page leaves standing between the paragraphs."""

import re

from campaign.articles.page import Picture
from campaign.articles.readers import bylines, marks
from campaign.articles.readers.lines import Line

_LONGEST_CREDIT = 100
_LONGEST_CAPTION = 400

_CREDIT = re.compile(
    r"[\[(]?(?:(?:photo|picture|image|foto|file photo|illustration|graphic|video)s?"
    r"(?:\s(?:credit|by|courtesy(?: of)?|source))?|credit|photo credit|image credit|photographer|bild|bildnachweis|"
    r"fotografía|fotografia|crédit(?: photo)?|crédits)\s*(?P<mark>[:：]|©|\bby\b)\s*(?P<credit>[^\n]{2,400}?)[\])]?",
    re.IGNORECASE,
)
_BY = re.compile(
    r"[\[(]?(?:photo|picture|image|foto|photograph)s? by (?P<credit>[^\n]{2,100}?)[\])]?\.?", re.IGNORECASE
)
_AGENCY = re.compile(
    r"(?:©\s?[^\n]{2,80}|[^\n.]{0,60}\b(?:via )?Getty Images|[^\n.]{0,60}/(?:AP|AFP|EPA|Reuters|REUTERS|dpa))"
)
_CAPTION = re.compile(
    r"(?:caption|pictured|image caption|photo caption|bildunterschrift|légende)\s*[:：]\s*(?P<caption>.+)",
    re.IGNORECASE,
)
_INLINE = re.compile(
    r"(?P<caption>[^\n]{10,400}?[.!?”\"’)])\s+[\[(]?"
    r"(?:(?:photo|picture|image|foto|credit|photo credit|crédit photo|bild)s?\s*(?:[:：]|\bby\b)\s*|©\s?)"
    r"(?P<credit>[^.!?\n]{2,80}?)[\])]?\.?",
    re.IGNORECASE,
)
_MARKDOWN = re.compile(r"!\[(?P<caption>[^\[\]\n]{0,300})\]\([^()\s]{0,2000}\)")


def read(line: Line, before: Line | None) -> tuple[Picture, bool] | None:
    """The picture a line speaks of, and whether the line before it is its caption; None for other lines.

    before: the paragraph that stands above, when no blank line divides them.
    """
    text = line.text
    if len(text) > _LONGEST_CAPTION + _LONGEST_CREDIT:
        return None
    credit = _credit(text)
    if credit is not None:
        caption = before.text if before and len(before.text) <= _LONGEST_CAPTION else ""
        return Picture(marks.plain(caption), credit), bool(caption)
    captioned = _captioned(text)
    return (captioned, False) if captioned else None


def _credit(text: str) -> str | None:
    """The name in “PHOTO: AFP”; None when the line is no credit. A whole sentence behind the colon is a caption."""
    match = _BY.fullmatch(text) or _CREDIT.fullmatch(text)
    if match:
        credit = match["credit"].strip(" .)]")
        return None if len(credit) > _LONGEST_CREDIT or _is_sentence(match["credit"]) else marks.plain(credit)
    return marks.plain(text) if len(text) <= _LONGEST_CREDIT and _AGENCY.fullmatch(text) else None


def _captioned(text: str) -> Picture | None:
    match = _MARKDOWN.match(text)
    if match:
        behind = text[match.end() :].strip(" *_()")
        return Picture(marks.plain(match["caption"]), _credit(behind) or "" if behind else "")
    match = _CAPTION.fullmatch(text)
    bare = match["caption"] if match else text
    inline = _INLINE.fullmatch(bare)
    if inline:
        return Picture(marks.plain(inline["caption"]), marks.plain(inline["credit"]).strip())
    if match:
        return _with_agency(bare)
    credited = _CREDIT.fullmatch(text)
    # “Photo: A flooded street in Exampleton.” is the caption itself.
    return _with_agency(credited["credit"]) if credited and credited["mark"] in ":：" else None


def _with_agency(caption: str) -> Picture:
    """A caption whose credit stands in brackets at its end: “The quay at dawn (AFP)”."""
    match = re.search(r"\s*[(\[](?:photo: )?([^()\[\]]{2,60})[)\]]\.?$", caption, re.IGNORECASE)
    if match and (bylines.agencies(match[1]) or "/" in match[1] or match[0].lower().lstrip(" ([").startswith("photo")):
        return Picture(marks.plain(caption[: match.start()]), match[1])
    return Picture(marks.plain(caption))


def _is_sentence(text: str) -> bool:
    return len(text.split()) > 6 and text.rstrip(")]").endswith((".", "!", "?"))
