"""The head of a campaign file: YAML between two lines of “---”, each value checked."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import yaml

from campaign.articles import licences
from campaign.errors import Refused
from campaign.i18n import gettext

LONGEST = 20_000  # characters

_HEAD = re.compile(r"\ufeff?\s*---[ \t]*(?:\r\n|\r|\n)(?=\s*(?:#|[\w-]+[ \t]*:|---))")
_END = re.compile(r"^---[ \t]*$", re.MULTILINE)


class BadCampaignFile(Refused):
    """A campaign file has a mistake; the field is the key or the heading it is about."""


class _Loader(yaml.CSafeLoader):
    """Every plain value is text: `country: NO` means Norway, not false."""

    yaml_implicit_resolvers: dict[str, Any] = {}


def found(text: str) -> bool:
    """True for a text that begins with a head."""
    return bool(_HEAD.match(text[:4000]))


def split(text: str) -> tuple[str, str]:
    """Head and body of a campaign file. Raises BadCampaignFile when the head has no end."""
    begin = _HEAD.match(text)
    end = _END.search(text, begin.end(), begin.end() + LONGEST) if begin else None
    if begin is None or end is None:
        raise BadCampaignFile(
            gettext("The file's head has no end. Add a line “---” below its values."), field="document"
        )
    return text[begin.end() : end.start()], text[end.end() :]


def read(head: str) -> dict[str, Any]:
    """The values of a head by their keys, each of its right type. Raises BadCampaignFile."""
    try:
        given = yaml.load(head, Loader=_Loader)  # noqa: S506  # a safe loader of our own
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        message = gettext("The file's head cannot be read, line %(line)s. Write one “key: value” a line.")
        raise BadCampaignFile(message % {"line": mark.line + 2 if mark else 2}, field="document") from error
    return _values(given or {}, KEYS, "")


def _values(given: Any, keys: Mapping[str, Callable[[str, Any], Any]], prefix: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        message = gettext("%(key)s must hold “key: value” pairs.")
        raise BadCampaignFile(
            message % {"key": prefix.rstrip(".") or gettext("The file's head")}, field=prefix.rstrip(".") or "document"
        )
    values = {}
    for key, value in given.items():
        if key not in keys:
            message = gettext("There is no key “%(key)s”. Use one of: %(known)s.")
            raise BadCampaignFile(
                message % {"key": str(key)[:60], "known": ", ".join(keys)}, field=f"{prefix}{key}"[:80]
            )
        if value not in ("", None):
            values[key] = keys[key](f"{prefix}{key}", value)
    return values


def _text(longest: int) -> Callable[[str, Any], str]:
    def check(key: str, value: Any) -> str:
        if not isinstance(value, str):
            message = gettext("%(key)s must be one line of text. Put it in quotation marks if it holds a colon.")
            raise BadCampaignFile(message % {"key": key}, field=key)
        text = " ".join(value.split())
        if len(text) > longest:
            message = gettext("%(key)s is longer than %(most)s characters. Shorten it.")
            raise BadCampaignFile(message % {"key": key, "most": longest}, field=key)
        return text

    return check


def _matching(pattern: str, example: str) -> Callable[[str, Any], str]:
    def check(key: str, value: Any) -> str:
        text = _text(2000)(key, value)
        if not re.fullmatch(pattern, text):
            message = gettext("%(key)s cannot be “%(value)s”. Write it like this: %(example)s")
            raise BadCampaignFile(message % {"key": key, "value": text[:60], "example": example}, field=key)
        return text

    return check


def _texts(key: str, value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    if not all(isinstance(item, str) for item in items):
        message = gettext("%(key)s must be a list of texts, such as [Transport, Health].")
        raise BadCampaignFile(message % {"key": key}, field=key)
    check = _text(120)
    return list(dict.fromkeys(text for item in items if (text := check(key, item))))


def _drafted(key: str, value: Any) -> list[str]:
    found = _texts(key, value)
    if not set(found) <= {"opinion", "action"}:
        message = gettext("%(key)s says what a machine drafted. Write [opinion], [action] or [opinion, action].")
        raise BadCampaignFile(message % {"key": key}, field=key)
    return found


def _instant(key: str, value: Any) -> datetime:
    text = _text(60)(key, value)
    try:
        moment = datetime.fromisoformat(text)
        # At either end of the calendar an instant may have no date in UTC, as which it is stored.
        moment.astimezone(UTC)
        if moment.tzinfo is not None and "T" in text.replace(" ", "T"):
            return moment
    except (ValueError, OverflowError):
        pass
    message = gettext("%(key)s cannot be “%(value)s”. Write date, time and zone: 2025-08-15T19:28:57-04:00")
    raise BadCampaignFile(message % {"key": key, "value": text}, field=key)


def _date(key: str, value: Any) -> date:
    text = _text(60)(key, value)
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = gettext("%(key)s cannot be “%(value)s”. Write year, month and day: 2027-03-31")
        raise BadCampaignFile(message % {"key": key, "value": text}, field=key) from None


def _number(key: str, value: Any) -> int:
    text = _text(20)(key, value).replace("_", "")
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) < 1:
        message = gettext("%(key)s must be a number from 1 on, such as 5000.")
        raise BadCampaignFile(message % {"key": key}, field=key)
    return int(text)


def _licence(key: str, value: Any) -> str:
    text = _text(100)(key, value)
    if not licences.known(text):
        message = gettext(
            "%(key)s cannot be “%(value)s”. Leave it out, or write CC BY 4.0 (or another Creative Commons licence), "
            "CC0 1.0, Public domain, Own text, or Permission by NAME on 2026-03-31."
        )
        raise BadCampaignFile(message % {"key": key, "value": text[:60]}, field=key)
    return licences.known(text)


def _yes(key: str, value: Any) -> bool:
    text = _text(10)(key, value).lower()
    if text not in ("yes", "no"):
        raise BadCampaignFile(gettext("%(key)s must be yes or no.") % {"key": key}, field=key)
    return text == "yes"


_PETITION: dict[str, Callable[[str, Any], Any]] = {
    "addressees": lambda key, value: tuple(_texts(key, value)),
    "goal": _number,
    "closes_on": _date,
}

KEYS: dict[str, Callable[[str, Any], Any]] = {
    "slug": _matching(r"[a-z0-9]+(?:-[a-z0-9]+){0,40}", "mend-the-bridge"),
    "title": _text(300),
    "language": _matching(r"[a-z]{2,3}(?:-[A-Za-z]{2,4})?", "en"),
    "article_language": _matching(r"[a-z]{2,3}(?:-[A-Za-z]{2,4})?", "en"),
    "complete": _yes,
    "country": _matching(r"[A-Z]{2}", "US"),
    "place": _text(120),
    "categories": _texts,
    "headline": _text(300),
    "outlet": _text(200),
    "url": _matching(r"https?://[^\s/]+\.?[^\s]*", "https://example.org/article"),
    "published_at": _instant,
    "byline": _text(300),
    "dateline": _text(200),
    "agency": _text(100),
    "licence": _licence,
    "licence_reason": _text(500),
    "archived_url": _matching(
        r"https://[^\s/]+\.?[^\s]*", "https://web.archive.org/web/2026/https://example.org/article"
    ),
    "opinion_author": _text(200),
    "action_author": _text(200),
    "machine_made": _drafted,
    "petition": lambda key, value: _values(value, _PETITION, f"{key}."),
}
