"""Lines of campaign files that say what belongs to an action or a related report, where its text alone cannot."""

import re
from datetime import date

from campaign.articles.page import Link, Related, ToDo
from campaign.articles.readers import escapes, links

_ORGANISATIONS = re.compile(r"Organi[sz]ations?:\s*(?P<names>\S.*)", re.IGNORECASE)
_ONE = r"\[(?P<label>(?:\\.|[^\\\[\]])*)\]\(<(?P<url>[^<>\s]*)>\)"
_LINK = re.compile(_ONE)
_LINKS = re.compile(rf"Links:\s*(?:none|{_ONE.replace('?P<label>', '?:').replace('?P<url>', '?:')}(?:\s+|$))+")
_HASHTAGS = re.compile(r"Hashtags:\s*(?:none|#\S+(?:\s+#\S+)*)")
_DETAIL = r"[a-z_]+=(?:\\.|[^\\;])+"
_DETAILS = re.compile(rf"Details:\s*{_DETAIL}(?:;\s*{_DETAIL})*")
_RELATED = re.compile(rf"- {_ONE}(?: — (?P<outlet>.*?))?(?:, (?P<day>\d{{4}}-\d\d-\d\d))?\s*")


def todo(kind: str, title: str, body: str) -> ToDo:
    """An action from its lines: the labelled ones at its end, and the text above them."""
    above = body.split("\n")
    found: dict[str, str] = {}
    while above:
        line = above[-1].strip()
        name = line.partition(":")[0].lower()
        pattern = {"links": _LINKS, "hashtags": _HASHTAGS, "details": _DETAILS}.get(name, _ORGANISATIONS)
        name = "organisations" if pattern is _ORGANISATIONS else name
        if name in found or not pattern.fullmatch(line):
            break
        found[name] = line.partition(":")[2].strip()
        above.pop()
    text = escapes.without("\n".join(above).strip())
    return ToDo(
        kind,
        title,
        text,
        _links(found["links"]) if "links" in found else links.links(text),
        _hashtags(found["hashtags"]) if "hashtags" in found else links.hashtags(text),
        tuple(_names(found.get("organisations", ""))),
        dict(_pair(detail) for detail in _names(found.get("details", ""))),
    )


def todo_lines(todo: ToDo) -> list[str]:
    """The labelled lines of an action: only those that its text does not already say."""
    found = []
    if links.links(todo.body) != todo.links:
        found.append(f"Links: {' '.join(_link(link.label, link.url) for link in todo.links) or 'none'}")
    if links.hashtags(todo.body) != todo.hashtags:
        found.append(f"Hashtags: {' '.join(todo.hashtags) or 'none'}")
    if todo.organisations:
        found.append(f"Organisations: {'; '.join(_escaped(name, ';') for name in todo.organisations)}")
    if todo.details:
        found.append(f"Details: {'; '.join(_escaped(f'{name}={text}', ';') for name, text in todo.details.items())}")
    return found


def related(line: str) -> Related | None:
    """“- [Headline](<address>) — Outlet, 2025-08-15”; None for lines that people wrote in another way."""
    match = _RELATED.fullmatch(line)
    if not match:
        return None
    try:
        day = date.fromisoformat(match["day"]) if match["day"] else None
    except ValueError:
        return None
    return Related(_unescaped(match["label"]), match["outlet"] or "", match["url"], day)


def related_line(item: Related) -> str:
    """The line that `related` reads."""
    outlet = f" — {item.outlet}" if item.outlet else ""
    day = f", {item.published_on.isoformat()}" if item.published_on else ""
    return f"- {_link(item.headline, item.url)}{outlet}{day}"


def _link(label: str, url: str) -> str:
    return f"[{_escaped(label, '[]')}](<{re.sub(r'[<>]', '', url)}>)"


def _links(text: str) -> tuple[Link, ...]:
    return tuple(Link(match["url"], _unescaped(match["label"])) for match in _LINK.finditer(text))


def _hashtags(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.split() if word.startswith("#"))


def _pair(detail: str) -> tuple[str, str]:
    name, _, text = detail.partition("=")
    return name, text.strip()


def _names(text: str) -> list[str]:
    parts = re.findall(r"(?:\\.|[^\\;])+", text)
    return [name for part in parts if (name := _unescaped(part).strip())]


def _escaped(text: str, characters: str) -> str:
    return re.sub(rf"([\\{re.escape(characters)}])", r"\\\1", text)


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
