"""Sample letters: their lines, what they leave open, and whom they are for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from campaign import mergefields
from campaign.articles.page import SampleLetter
from campaign.articles.readers import marks
from campaign.articles.readers.lines import Line
from campaign.text import fold

GREETING = re.compile(
    r"[\"“>\s]{0,3}(?:dear|to whom it may concern|to the (?:honou?rable|editor)|honou?rable|hello|"
    r"madame|monsieur|chère|chere?|cher|sehr geehrte[rs]?|liebe[rs]?|estimad[oa]s?|querid[oa]s?|gentile|egregi[oa]|"
    r"caro|prezad[oa])\b",
    re.IGNORECASE,
)
_SIGN_OFF_WORDS = (
    r"(?:yours (?:sincerely|faithfully|truly|respectfully)|sincerely(?: yours)?|respectfully(?: yours)?|"
    r"(?:kind|best|warm|kindest|warmest) regards|regards|best wishes|with (?:respect|gratitude|thanks|hope)|"
    r"many thanks|thank you|yours|in solidarity|"
    r"cordialement|bien à vous|respectueusement|mit freundlichen grüßen|mit freundlichem gruß|hochachtungsvoll|"
    r"atentamente|saludos(?: cordiales)?|cordialmente|cordiali saluti|distinti saluti)"
)
SIGN_OFF = re.compile(rf"{_SIGN_OFF_WORDS}\s*[,.!]?[\"”]?", re.IGNORECASE)
_GLUED_SIGN_OFF = re.compile(rf"(?<=[.!?…])\s+(?={_SIGN_OFF_WORDS},)", re.IGNORECASE)
_SIGN_OFF_START = re.compile(rf"{_SIGN_OFF_WORDS},(?=\s+\S)", re.IGNORECASE)
_BLANK = re.compile(r"\[[^\[\]\n]{1,60}\]|<[^<>\n]{1,60}>|\{\{?[^{}\n]{1,60}\}\}?|_{3,}")
_BLANKS = re.compile(rf"(?:{_BLANK.pattern})(?:\s*,?\s*(?:{_BLANK.pattern})){{1,20}}")
_GREETING_LINE = re.compile(
    r"((?:dear|madame|monsieur|cher|chère|sehr geehrte[rs]?|estimad[oa])\s[^\n,:]{1,80}[,:])\s+(?=\S)", re.IGNORECASE
)
_SUBJECT = re.compile(r"(?:subject|re|objet|betreff|asunto|oggetto)\s?[:：]\s*(?P<subject>\S.{0,149})", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:a |an |the |our )?(?:sample|template|draft|example|suggested|model|possible|short)?\s*"
    r"(?:letter|message|e-?mail|script|text|wording|template|lettre(?: type)?|musterbrief|brief|carta(?: modelo)?)"
    r"(?: template| text)?",
    re.IGNORECASE,
)
_AMERICAN = re.compile(
    r"\bwhite house\b|\bu\.s\.|\bUS\b|\bunited states\b|\bamerican?s?\b|\bcongress\b|\boval office\b|"
    r"\b(?:house|senate)\.gov\b"
)

_QUOTES = frozenset('"“”„«»')

LABEL_WORDS = re.compile(
    r"\b(?:letter|message|e-?mail|script|template|wording|lettre|brief|carta|text)s?\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Found:
    """A letter as printed, with what the page calls it. unknown: placeholders nobody can fill, with their lines."""

    letter: SampleLetter
    unknown: tuple[mergefields.Leftover, ...] = ()


def read(lines: Sequence[Line], *, title: str, label: str = "", about: str = "", around: str = "") -> Found:
    """A sample letter from its lines.

    about: title and text of the action that offers it, which tell its target. around: the whole list of actions.
    """
    subject, lines = _subject(list(lines))
    converted = mergefields.from_placeholders(_laid_out(lines))
    name = marks.plain(label).strip(" :.")
    if not name or _LABEL.fullmatch(name):
        name = title
    text = "\n".join(line.text for line in lines)
    target = guess_target(greeting=_greeting(lines), about=f"{about}\n{label}", text=f"{text}\n{around}")
    letter = SampleLetter(name, converted.text, target, mergefields.from_placeholders(subject).text if subject else "")
    return Found(letter, tuple(converted.unknown))


def is_letter(lines: Sequence[Line]) -> bool:
    """True when lines greet somebody or end with a sign-off, so that they are no post for social media."""
    texts = [line.text for line in lines]
    return any(GREETING.match(text) for text in texts[:6]) or any(
        SIGN_OFF.fullmatch(text) or _GLUED_SIGN_OFF.search(text) or _SIGN_OFF_START.match(text) for text in texts[-8:]
    )


def guess_target(*, greeting: str, about: str, text: str) -> str:
    """A rule or post of campaign.officials.targets by the words around a letter; "" when they do not say."""
    salutation, words = fold(greeting), fold(about)
    if "vice president" in salutation and _is_american(about, text):
        return "us-vice-president"
    to_president = re.search(r"\b(?:mr|madam|madame)?\.? ?president\b", salutation) or (
        not salutation.strip() and "white house" in words
    )
    if to_president and not re.search(r"president of the (?!united)", salutation) and _is_american(about, text):
        return "us-president"
    heard = f"{salutation}\n{words}"
    senators = re.search(r"\bsenators?\b|\bsen\b", heard)
    members = re.search(
        r"\brepresentatives?\b|\bcongress ?(?:wo)?m[ae]n\b|\bmembers? of congress\b|\bcongress members?\b|"
        r"\bcongressperson\b|\brep\b",
        heard,
    )
    if re.search(
        r"\bstate (?:senator|representative|legislat)|\b(?:members? of )?parliament\b|\beuropean\b|\bmps?\b", heard
    ):
        return ""
    if senators and members:
        return "my_representative_and_senators"
    if senators:
        return "my_senators"
    return "my_representative" if members else ""


def _is_american(*texts: str) -> bool:
    return any(_AMERICAN.search(text) or _AMERICAN.search(text.lower()) for text in texts)


def _subject(lines: list[Line]) -> tuple[str, list[Line]]:
    for index, line in enumerate(lines[:4]):
        match = _SUBJECT.fullmatch(marks.plain(line.text))
        if match:
            return match["subject"].strip(), [*lines[:index], *lines[index + 1 :]]
    return "", lines


def _greeting(lines: Sequence[Line]) -> str:
    for line in lines[:6]:
        text = line.text[:200]
        if GREETING.match(text):
            return re.split(r"[,:\n]", text, maxsplit=1)[0]
    return ""


def _laid_out(lines: Sequence[Line]) -> str:
    """Paragraphs with a blank line between them; greeting, sign-off and each blank of an address on their own lines."""
    printed = ((line.gap, marks.plain(line.text.lstrip("> "))) for line in lines)
    text = "".join(("\n\n" if gap else "\n") + words for gap, words in printed if words).strip()
    if text[:1] in _QUOTES and text[-1:] in _QUOTES:
        text = text[1:-1].strip()
    return "\n\n".join(_unglued(paragraph) for paragraph in text.split("\n\n"))


def _unglued(paragraph: str) -> str:
    text = _GREETING_LINE.sub(r"\1\n\n", paragraph, count=1) if GREETING.match(paragraph) else paragraph
    text = _GLUED_SIGN_OFF.sub("\n\n", text)
    lines = []
    for line in text.split("\n"):
        start = _SIGN_OFF_START.match(line)
        if start:
            lines.append(start[0])
            line = line[start.end() :].strip()
        lines.append(_BLANKS.sub(_one_a_line, line) if _is_signature(line) else line)
    return "\n".join(lines)


def _is_signature(line: str) -> bool:
    """Nothing but blanks: “[Your Name] [Your Address] [Your Email]”."""
    return not re.search(r"\w", _BLANK.sub("", line).replace("_", ""))


def _one_a_line(match: re.Match[str]) -> str:
    # “[City], [State]” belongs on one line.
    return re.sub(rf"({_BLANK.pattern})\s+(?={_BLANK.pattern})", r"\1\n", match[0])
