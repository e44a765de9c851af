"""What is wrong with a letter's template before anybody fills it in, each with its line and the remedy."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from campaign.i18n import gettext
from campaign.letters.rendering import LONGEST, LONGEST_SUBJECT, SHORTEST
from campaign.mergefields import fields_in, unfinished, written
from campaign.officials import addressing, holding, naming, targets
from campaign.officials.models import Post
from campaign.placeholders import SALUTATION_TO_A_NAME
from campaign.text import fold

# What an editor may publish all the same, with a reason that is kept: each rests on a judgement of ours.
OVERRIDABLE = frozenset({"stale-officeholder", "no-ask", "unreachable-target"})
# The ways to an office that a channel of ours can go.
REACHABLE = frozenset({"web_form", "url", "email", "phone", "postal"})
MOST_POINTS, LONGEST_POINT = 5, 300

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
    session: Session,
    *,
    subject: str,
    body: str,
    target: str | None,
    on: date,
    language: str = "en",
    talking_points: str = "",
) -> list[LetterFinding]:
    """What is wrong, in the order of the lines. target: None for a text that has none yet, and "" for one that must.

    Blocking: unknown-target, unreachable-target, missing-subject, subject-too-long, too-short, too-long, unknown-field,
    placeholder, stale-officeholder, no-ask. To think about: no-name, talking-points.
    """
    found = [
        *_target(session, target, on),
        *_points(session, talking_points, on),
        *_subject(subject),
        *_blanks(subject, 0),
        *_blanks(body, 1),
        *_stale(session, subject, 0, on),
        *_stale(session, body, 1, on),
        *_size(body),
        *_content(body, language),
    ]
    return sorted(found, key=lambda finding: finding.line)


def overridden(findings: Iterable[LetterFinding], *, mark: str, subject: str, body: str) -> list[LetterFinding]:
    """The findings with those no longer blocking that an editor gave a reason for. mark: what `override_mark` said."""
    findings = list(findings)
    if not mark or mark != override_mark(findings, subject=subject, body=body):
        return findings
    return [replace(found, blocks=False) if found.code in OVERRIDABLE else found for found in findings]


def override_mark(findings: Iterable[LetterFinding], *, subject: str, body: str) -> str:
    """Stands for a text with these judgements on it; another word or a new holder asks for a new reason.

    "" when there is nothing to override.
    """
    judged = sorted((found.line, found.code, found.text) for found in findings if found.code in OVERRIDABLE)
    return hashlib.sha256(repr((subject, body, judged)).encode()).hexdigest() if judged else ""


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


def _target(session: Session, target: str | None, on: date) -> Iterator[LetterFinding]:
    if target is not None and not (target and targets.exists(session, target)):
        text = gettext("Choose who this letter goes to.")
        if target:
            text = gettext("The letter goes to “%(target)s”, an office this site does not know. Choose another.")
        yield LetterFinding(0, "unknown-target", text % {"target": target})
    elif target and not targets.needs_area(target) and not _is_reachable(session, target, on):
        text = gettext("We know no way to this office: no form, no mailbox, no number, no address. Add one to it.")
        yield LetterFinding(0, "unreachable-target", text)


def _is_reachable(session: Session, target: str, on: date) -> bool:
    post = session.get(Post, target)
    if post is None or post.envelope or post.role in addressing.CHAMBER_LINES:
        return True
    contacts = addressing.channels(holding.holder(session, post, on=on))
    return any(contact.type in REACHABLE and contact.status == "ok" for contact in contacts)


def _points(session: Session, talking_points: str, on: date) -> Iterator[LetterFinding]:
    """What is said on the telephone is the letter in short, and must be as right."""
    for found in [*_blanks(talking_points, 0), *_stale(session, talking_points, 0, on)]:
        yield replace(found, line=0, text=gettext("Talking points: %(text)s", text=found.text))
    points = [point for point in talking_points.splitlines() if point.strip()]
    if len(points) > MOST_POINTS or any(len(point) > LONGEST_POINT for point in points):
        text = gettext("Nobody reads so much out: write up to %(most)s talking points of one or two sentences.")
        yield LetterFinding(0, "talking-points", text % {"most": MOST_POINTS}, blocks=False)


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
        yield LetterFinding(last, "no-ask", text)
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
