"""Languages: which one this page is in, its direction, and the one way to mark a string for translation."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from gettext import NullTranslations

from babel import Locale, UnknownLocaleError
from babel.lists import format_list
from babel.numbers import format_decimal
from flask import Flask, current_app, g, has_app_context, has_request_context, request
from flask_babel import Babel, force_locale, get_locale, get_translations, lazy_gettext, refresh
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from campaign.paths import TRANSLATIONS

__all__ = [
    "accepted",
    "direction",
    "force_locale",
    "gettext",
    "init_app",
    "language",
    "language_name",
    "lazy_gettext",
    "ngettext",
    "speak",
]

babel = Babel()

_catalogues: dict[Locale | None, NullTranslations] = {}


def gettext(string: str, **variables: object) -> str:
    """The string in the language of this page. Flask-Babel's own has no types."""
    words = _catalogue().gettext(string)
    return words % variables if variables else words


def ngettext(singular: str, plural: str, num: int, **variables: object) -> str:
    """The form that fits the number, which the strings call %(num)s."""
    return _catalogue().ngettext(singular, plural, num) % ({"num": num} | variables)


def init_app(app: Flask) -> None:
    """Templates get gettext, ngettext, `language`, `language_name` and `direction`."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    app.config["BABEL_DEFAULT_LOCALE"] = app.config["LANGUAGES"][0]
    babel.init_app(app, locale_selector=language)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # of the extension that Flask-Babel adds
        lambda string: _catalogue().gettext(string),
        lambda singular, plural, num: _catalogue().ngettext(singular, plural, num),
        newstyle=True,
    )
    app.jinja_env.filters["listed"] = listed
    app.jinja_env.globals.update(language=language, language_name=language_name, direction=direction, tagline=tagline)


def language() -> str:
    """The language of this page: the one the view chose, else the best the browser accepts; English without an app."""
    if not has_app_context():
        return "en"
    chosen = g.get("language")
    if chosen:
        return str(chosen)
    languages: list[str] = current_app.config["LANGUAGES"]
    if not has_request_context():
        return languages[0]
    asked = request.args.get("lang", "")
    if asked in languages:
        return asked
    return accepted(request.headers.get("Accept-Language", ""), tuple(languages))


@lru_cache(maxsize=256)
def accepted(header: str, languages: tuple[str, ...]) -> str:
    """The best of our languages for whom a browser speaks with this Accept-Language. Most say one of a few."""
    wishes = parse_accept_header(header, LanguageAccept)
    return wishes.best_match(languages, languages[0]) or languages[0]


def tagline() -> str:
    """The line below the site's name: the host's own, else one in the language of the page."""
    return str(current_app.config["SITE_TAGLINE"]) or gettext("Read it. Sign it. Write to the people who decide.")


def speak(wanted: str) -> None:
    """Show this page in `wanted` when we have it, e.g. the language of the campaign it shows."""
    if wanted in current_app.config["LANGUAGES"]:
        g.language = wanted
        refresh()  # a text that the view looked up before has settled the language of this request


def language_name(code: str) -> str:
    """What its own speakers call a language: "français", "العربية"."""
    try:
        return Locale.parse(code.replace("-", "_")).display_name or code
    except (UnknownLocaleError, ValueError):
        return code


@contextmanager
def speaking(wanted: str) -> Iterator[None]:
    """Texts and dates made inside are in `wanted`, or in the site's default language when we do not have that one.

    For mails, which speak their reader's language whatever the page that caused them speaks.
    """
    languages: list[str] = current_app.config["LANGUAGES"]
    before = g.get("language")
    g.language = wanted if wanted in languages else languages[0]
    try:
        with force_locale(g.language):
            yield
    finally:
        g.pop("language")
        if before is not None:
            g.language = before


def figure(value: float) -> str:
    """As people who read this page's language write it."""
    return format_decimal(value, locale=language())


def listed(words: Iterable[str]) -> str:
    """Words one after the other, as the language of the page does it: "A, B, and C", "A, B et C", "A وB وC"."""
    return format_list(list(words), locale=language().replace("-", "_"))


def direction(code: str | None = None) -> str:
    """ "rtl" for Arabic, Hebrew, Persian …, else "ltr"."""
    try:
        return Locale.parse((code or language()).replace("-", "_")).text_direction
    except (UnknownLocaleError, ValueError):
        return "ltr"


def _catalogue() -> NullTranslations:
    """The strings in the language of this page. Flask-Babel's way to them took half the time that a mail's words do."""
    locale = get_locale()
    found = _catalogues.get(locale)
    if found is None:
        found = _catalogues[locale] = get_translations()
    return found
