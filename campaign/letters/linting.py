"""What is wrong with a letter's template before anybody fills it in, each with its line and the remedy."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from campaign.i18n import gettext
from campaign.letters.rendering import LONGEST, LONGEST_SUBJECT, SHORTEST
from campaign.mergefields import fields_in, unfinished, written
from campaign.officials import naming, targets
from campaign.placeholders import SALUTATION_TO_A_NAME
from campaign.text import fold

# Words with which a letter asks for something, by language. Beginnings of words where the ending changes.
ASKS = {
    "en": "ask, urge, urging, request, call on, call upon, calling on, please, demand, implore, appeal, insist"
    ", want you, hope you will, encourage, oppose, support, vote, sponsor, reject",
    "fr": "demand, je vous prie, prions, prier, appel, exhort, sollicit, veuillez, invit, souhait, s'il vous plait"
    ", oppos, souten, soutien, votez",
    "de": "bitt, forder, appellier, ersuch, rufe, verlang, setzen sie sich, stimmen sie, unterstutz",
    "es": "pido, pedimos, pedir, solicit, insto, instamos, exij, exig, rueg, por favor, exhort, suplic, apoye, vote",
    "ar": "اطلب, نطلب, اطالب, نطالب, ارجو, نرجو, اناشد, نناشد, ادعو, ندعو, فضلك, احث, نحث",
}


@dataclass(frozen=True)
class LetterFinding:
    """One thing to mend. line: counted from 1, 0 for the subject. holder: of the office a stale name is about."""

    line: int
    code: str
    text: str
    holder: str = ""
    blocks: bool = True


def lint(
    session: Session, *, subject: str, body: str, target: str | None, on: date, language: str = "en"
) -> list[LetterFinding]:
    """What is wrong, in the order of the lines. target: None for a text that has none yet, and "" for one that must.

    Blocking: unknown-target, missing-subject, subject-too-long, too-short, too-long, unknown-field, placeholder,
    stale-officeholder. To think about: no-ask, no-name.
    """
    found = [
        *_target(session, target),
        *_subject(subject),
        *_blanks(subject, 0),
        *_blanks(body, 1),
        *_stale(session, subject, 0, on),
        *_stale(session, body, 1, on),
        *_size(body),
        *_content(body, language),
    ]
    return sorted(found, key=lambda finding: finding.line)


def mend_salutation(body: str, line: int) -> str:
    """The body with the greeting in that line left to the office: "Dear President X," → {{ official.salutation }}."""
    lines = body.split("\n")
    if 1 <= line <= len(lines):
        greeting = SALUTATION_TO_A_NAME.match(lines[line - 1])
        if greeting:
            lines[line - 1] = written("official.salutation") + lines[line - 1][greeting.end("who") :]
    return "\n".join(lines)


def is_salutation(body: str, line: int) -> bool:
    """True when `mend_salutation` can mend that line."""
    return mend_salutation(body, line) != body


def _target(session: Session, target: str | None) -> Iterator[LetterFinding]:
    if target is not None and not (target and targets.exists(session, target)):
        text = gettext("Choose who this letter goes to.")
        if target:
            text = gettext("The letter goes to “%(target)s”, an office this site does not know. Choose another.")
        yield LetterFinding(0, "unknown-target", text % {"target": target})


def _subject(subject: str) -> Iterator[LetterFinding]:
    if not subject.strip():
        yield LetterFinding(0, "missing-subject", gettext("Write a subject: offices sort letters by it."))
    elif len(subject) > LONGEST_SUBJECT:
        text = gettext("The subject has %(count)s characters, and %(most)s at most fit. Shorten it.")
        yield LetterFinding(0, "subject-too-long", text % {"count": len(subject), "most": LONGEST_SUBJECT})


def _blanks(text: str, first: int) -> Iterator[LetterFinding]:
    for blank in unfinished(text):
        line = blank.line - 1 + first
        if fields_in(blank.text):
            message = gettext("There is no merge field “%(blank)s”. Choose one from the list.")
            yield LetterFinding(line, "unknown-field", message % {"blank": blank.text})
        else:
            message = gettext("“%(blank)s” is a blank that nobody will fill in. Use a merge field, or write it out.")
            yield LetterFinding(line, "placeholder", message % {"blank": blank.text[:80]})


def _stale(session: Session, text: str, first: int, on: date) -> Iterator[LetterFinding]:
    for stale in naming.contradictions(session, text, on=on):
        line = text.count("\n", 0, stale.offset) + first
        message = gettext("%(sentence)s Write to the office: use a merge field, or mend the title.")
        yield LetterFinding(line, "stale-officeholder", message % {"sentence": stale.sentence}, stale.holder_name)


def _size(body: str) -> Iterator[LetterFinding]:
    length = len(body.strip())
    if length < SHORTEST:
        text = gettext("The letter has %(count)s characters. Write at least %(least)s.")
        yield LetterFinding(1, "too-short", text % {"count": length, "least": SHORTEST})
    elif length > LONGEST:
        text = gettext("The letter has %(count)s characters, and offices read %(most)s at most. Shorten it.")
        yield LetterFinding(1, "too-long", text % {"count": length, "most": LONGEST})


def _content(body: str, language: str) -> Iterator[LetterFinding]:
    if len(body.strip()) < SHORTEST:
        return
    last = body.rstrip().count("\n") + 1
    if not _asks(body, language):
        text = gettext("The letter asks for nothing. Say what the office should do, e.g. “I urge you to …”.")
        yield LetterFinding(last, "no-ask", text, blocks=False)
    if not {"sender.name", "sender.family_name"}.intersection(fields_in(body)):
        text = gettext("The writer’s name is not in the letter. End it with %(field)s.")
        yield LetterFinding(last, "no-name", text % {"field": written("sender.name")}, blocks=False)


def _asks(body: str, language: str) -> bool:
    """Languages we have no words for are taken on trust."""
    words = ASKS.get(language.partition("-")[0].partition("_")[0])
    if words is None:
        return True
    beginnings = "|".join(re.escape(word) for word in words.split(", "))
    return bool(re.search(rf"(?<!\w)(?:{beginnings})", fold(body).replace("’", "'")))
