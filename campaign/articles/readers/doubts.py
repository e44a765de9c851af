"""What an editor must look at before trusting a page that was read: things cut off, repeated, missing or guessed."""

from collections.abc import Iterator, Sequence
from itertools import islice

from campaign.articles.page import Page
from campaign.articles.readers import sentences, stamps
from campaign.articles.readers.letters import Found
from campaign.errors import Finding
from campaign.i18n import gettext
from campaign.text import fold

_SHOWN = 60  # characters of a paragraph quoted in a warning
_SHORTEST = 6  # words; shorter sentences repeat for good reasons
_MOST = 200  # warnings of one kind; more would hide each other


def find(page: Page, stamp: stamps.Stamp | None, letters: Sequence[Found]) -> list[Finding]:
    """All doubts about a page, in the order an editor meets them. stamp: the line with its time, None without one."""
    return [
        *_about_source(page, stamp),
        *_about_pictures(page),
        *_about_key_points(page),
        *(
            finding
            for where, texts in _texts(page)
            for finding in [*_about_cuts(where, texts), *_about_repetitions(where, texts)]
        ),
        *_about_letters(letters),
    ]


def _doubt(code: str, text: str, where: str) -> Finding:
    return Finding(code, text, where, blocks=False)


def _texts(page: Page) -> list[tuple[str, list[str]]]:
    return [("article", page.paragraphs), ("opinion", page.opinion), ("action", page.action)]


def _about_source(page: Page, stamp: stamps.Stamp | None) -> list[Finding]:
    found = []
    if not page.paragraphs:
        text = gettext("No paragraph of an article was found. Paste the article below its headline.")
        found.append(_doubt("missing-text", text, "article"))
    if not page.outlet:
        text = gettext("The page does not say which outlet published it. Enter its name or address.")
        found.append(_doubt("missing-outlet", text, "outlet"))
    if page.published_at is None or (stamp and (stamp.others or stamp.other_day)):
        found += _about_time(stamp)
    return found


def _about_time(stamp: stamps.Stamp | None) -> list[Finding]:
    if stamp is None:
        return [
            _doubt("missing-year", gettext("The page does not say in which year it was published."), "published_at"),
            _doubt(
                "missing-time",
                gettext("The page does not say when it was published. Enter date, time and zone."),
                "published_at",
            ),
        ]
    printed = {"printed": stamp.printed}
    found = []
    if stamp.has_year and stamp.day is None:
        text = gettext("“%(printed)s” is not a day of the calendar. Enter the right date.") % printed
        found.append(_doubt("impossible-date", text, "published_at"))
    if not stamp.has_year:
        text = gettext("“%(printed)s” does not say the year. Enter the full date.") % printed
        found.append(_doubt("missing-year", text, "published_at"))
    if stamp.time is None:
        text = gettext("“%(printed)s” does not say the time of day. Enter it with its zone.") % printed
        found.append(_doubt("missing-time", text, "published_at"))
    elif stamp.moment is None and stamp.zone_name and stamp.has_year and stamp.day:
        text = gettext("Nobody here knows the time zone “%(zone)s” in “%(printed)s”. Enter the time with an offset.")
        found.append(_doubt("missing-zone", text % {"zone": stamp.zone_name, **printed}, "published_at"))
    elif not stamp.zone_name:
        text = gettext("“%(printed)s” does not say the time zone. Enter it.") % printed
        found.append(_doubt("missing-zone", text, "published_at"))
    return found + _about_readings(stamp)


def _about_readings(stamp: stamps.Stamp) -> list[Finding]:
    found = []
    if stamp.others:
        text = gettext("“%(zone)s” can mean %(others)s. It was read as %(first)s: check the time.")
        first, *rest = stamp.others
        values = {"zone": stamp.zone_name, "others": ", ".join([first, *rest]), "first": first}
        found.append(_doubt("ambiguous-zone", text % values, "published_at"))
    if stamp.other_day and stamp.day:
        text = gettext("“%(printed)s” was read as %(day)s; it can also mean %(other)s. Check the date.")
        values = {"printed": stamp.printed, "day": stamp.day.isoformat(), "other": stamp.other_day.isoformat()}
        found.append(_doubt("ambiguous-date", text % values, "published_at"))
    return found


def _about_pictures(page: Page) -> list[Finding]:
    text = gettext("The picture “%(caption)s” has no credit. Say who took it, or leave it out.")
    return [
        _doubt("missing-credit", text % {"caption": shown(image.caption or image.url)}, f"image {number}")
        for number, image in enumerate(page.images, 1)
        if not image.credit
    ][:_MOST]


def _about_key_points(page: Page) -> list[Finding]:
    text = gettext("The key point “%(point)s” rests on no sentence of the article. It stays hidden until you keep it.")
    return [
        _doubt("unanchored-key-point", text % {"point": shown(point.text)}, f"key point {number}")
        for number, point in enumerate(page.key_points, 1)
        if not point.anchored
    ][:_MOST]


def cut(texts: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The paragraphs that stop in the middle of a sentence: their number, and the end as warnings quote it."""
    for number, paragraph in enumerate(texts, 1):
        if not _is_whole(paragraph):
            yield number, _end(paragraph)


def repeated(texts: Sequence[str]) -> Iterator[tuple[int, str, int]]:
    """Sentences that stand in a text twice, which is how a copy goes wrong: paragraph, sentence, first paragraph."""
    seen: dict[str, int] = {}
    for number, paragraph in enumerate(texts, 1):
        for sentence in sentences.split(paragraph):
            words = sentences.words(fold(sentence))
            key = " ".join(words)
            if len(words) < _SHORTEST and len(key) < 40:
                continue
            if key in seen:
                yield number, sentence, seen[key]
            seen.setdefault(key, number)


def _about_cuts(where: str, texts: list[str]) -> list[Finding]:
    text = gettext("“%(end)s” stops in the middle of a sentence. Complete it from the original, or remove it.")
    found = islice(cut(texts), _MOST)
    return [_doubt("cut-paragraph", text % {"end": end}, f"{where}, paragraph {number}") for number, end in found]


def _about_repetitions(where: str, texts: list[str]) -> list[Finding]:
    text = gettext("“%(sentence)s” stands in the text twice (first in paragraph %(first)s). Remove one.")
    return [
        _doubt(
            "repeated-sentence",
            text % {"sentence": shown(sentence), "first": first},
            f"{where}, paragraph {number}",
        )
        for number, sentence, first in islice(repeated(texts), _MOST)
    ]


def _is_whole(paragraph: str) -> bool:
    """Headings and lists in opinion and action need no full stop."""
    last = paragraph.rsplit("\n", 1)[-1]
    return last.startswith(("### ", "- ", "1. ")) or sentences.is_finished(last)


def _about_letters(letters: Sequence[Found]) -> list[Finding]:
    text = gettext("Nobody knows what belongs in “%(blank)s”. Replace it by a merge field or by words.")
    return [
        _doubt("unknown-placeholder", text % {"blank": blank.text}, f"letter {number}, line {blank.line}")
        for number, found in enumerate(letters, 1)
        for blank in found.unknown
    ][:_MOST]


def shown(text: str) -> str:
    """The beginning of a text, as warnings quote it."""
    return text if len(text) <= _SHOWN else text[:_SHOWN].rstrip() + "…"


def _end(text: str) -> str:
    return text if len(text) <= _SHOWN else "…" + text[-_SHOWN:].lstrip()
