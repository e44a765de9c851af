"""What belongs to the site and not to the article: logo, menus, buttons, newsletters, footers."""

import re
from functools import lru_cache

from campaign.articles.readers.lines import Line
from campaign.articles.readers.sentences import is_prose
from campaign.text import fold

LONGEST = 200  # characters; a longer line is never furniture

# Entries of menus. A line of nothing but these, in any order, is one.
_MENU = (
    "home", "home page", "homepage", "start", "categories", "search", "subscribe", "sign in", "log in", "login",
    "sign up", "register", "log out", "menu", "about", "about us", "contact", "contact us", "news", "world", "politics",
    "business", "sport", "sports", "culture", "opinion", "opinions", "comment", "lifestyle", "local", "national",
    "international", "weather", "video", "videos", "podcasts", "podcast", "archive", "newsletter", "newsletters",
    "donate", "support us", "shop", "jobs", "more", "latest", "live", "tech", "technology", "science", "health",
    "travel", "events", "petitions", "campaigns", "actions", "take action", "topics", "blog", "faq", "help",
    "privacy", "privacy policy", "terms", "terms of use", "terms of service", "cookies", "cookie settings", "imprint",
    "impressum", "datenschutz", "kontakt", "accessibility", "sitemap", "rss", "facebook", "twitter", "x", "instagram",
    "youtube", "whatsapp", "telegram", "linkedin", "bluesky", "mastodon", "threads", "tiktok", "pinterest", "reddit",
    "email", "e-mail", "mail", "print", "share", "copy link", "save", "bookmark", "follow", "like", "tweet", "comments",
    "accueil", "rubriques", "recherche", "rechercher", "s'abonner", "connexion", "contacts", "suche", "startseite",
    "abonnieren", "anmelden", "themen", "inicio", "categorias", "buscar", "suscribirse", "suscribete", "contacto",
    "cerca", "abbonati", "iscriviti", "contatti", "zoeken", "abonneren", "skip to content", "skip to main content",
    "back to top", "top", "previous", "next", "advertise", "letters", "editorials", "obituaries", "classifieds",
)  # fmt: skip
_SINGLE = frozenset(_MENU) - {"contact", "petitions", "campaigns", "topics", "letters", "opinion", "actions", "start"}
_MENU_WORDS = frozenset(word for entry in _MENU for word in re.findall(r"[\w'-]+", entry))
_ENTRY = re.compile("|".join(sorted((re.escape(entry) for entry in _MENU), key=len, reverse=True)))

_BUTTON = re.compile(
    r"(?:\[?expand\]?|collapse|show (?:more|less)|read (?:more|on|full (?:article|story))|view more|load more|"
    r"see (?:more|all)|continue reading|click to (?:expand|read more)|lire la suite|weiterlesen|leer mas|"
    r"sign (?:our|the|this) (?:petition|letter)(?: now| today| here)?|petition|add your name(?: now)?|take action now|"
    r"signez (?:notre|la) petition|petition unterschreiben|(?:jetzt )?petition (?:unterzeichnen|mitzeichnen)|"
    r"firma (?:nuestra|la) peticion|donate now|"
    r"advertisement|advert|ad|sponsored(?: content)?|promoted|anzeige|werbung|publicite|publicidad|"
    r"(?:story|article) continues below(?: (?:this )?ad(?:vertisement)?)?|scroll to continue|loading|please wait|"
    r"listen(?: to this article)?|listen to article|share (?:this|on)\b.{0,40}|share (?:this )?(?:article|story|page)|"
    r"print this (?:page|article)|save (?:article|for later)|copy link|"
    r"\d{1,4} comments?|comments? \(?\d{1,4}\)?|(?:post|leave|add) a comment|view comments|be the first to comment|"
    r"(?:about )?\d{1,3}[ -]min(?:ute)?s?(?: read)?|estimated reading time.{0,20}|reading time:? .{0,15}|"
    r"\d{1,3} (?:seconds?|minutes?|hours?|days?|weeks?) ago|just now|"
    r"follow topics?:?.{0,120}|follow us(?: on)?\b.{0,60}|follow (?:this )?(?:story|author)|"
    r"recommended(?: for you)?|you may also like|trending(?: now)?|most (?:read|popular)|"
    r"(?:accept|manage) (?:all )?cookies|we use cookies.{0,120}|image source.{0,3})[:.!…>»→ ]{0,4}"
)
_LOGO = re.compile(r".{0,60}\b(?:logo|masthead|favicon)(?: image)?")
_NEWSLETTER = re.compile(
    r"(?:sign up|subscribe|register|get (?:the|our|your|all)|join (?:our|the|\d)|receive|don't miss|"
    r"stay (?:informed|up to date)|"
    r"abonnez-vous|inscrivez-vous|jetzt (?:abonnieren|anmelden)|melden sie sich|suscribete|iscriviti)\b.{0,140}"
    r"(?:newsletters?|inbox|your email|mailing list|alerts|infolettre|boletin|posteingang|boite mail|subscribers|"
    r"updates by e-?mail)\b.{0,60}"
)
_UPDATED = re.compile(
    r"updated (?:very often|often|frequently|regularly|hourly|daily|weekly|every .{1,30}|constantly)[.!]?"
)
_RIGHTS = re.compile(
    r".{0,120}?(?:(?:©|\(c\)\s?(?:opyright)?|\bcopyright\b)[\s:]{0,3}.{0,40}?\d{4}|(?:©|\(c\))\s?\w.{0,80}|"
    r"all rights reserved|tous droits reserves|alle rechte vorbehalten|todos los derechos reservados|"
    r"tutti i diritti riservati).{0,120}"
)
_RULE = re.compile(r"[\s\-–—=_*~·•.#|]{3,}")
_SPLIT = re.compile(r"\s?[|·•›»/>]\s?|\s{2,}|\t")


def is_menu(text: str) -> bool:
    """True for a line of menu entries: “Home Categories Search Subscribe”, “News | World | Sign in”."""
    if len(text) > LONGEST:
        return False
    key = _key(text)
    entries = [entry.strip() for entry in _SPLIT.split(key) if entry.strip()]
    if len(entries) > 2 and sum(entry in _MENU for entry in entries) * 2 >= len(entries):
        return True
    left, found = _ENTRY.subn(" ", key)
    return found > 1 and not re.search(r"\w", left) and _whole_words(key)


def is_furniture(line: Line) -> bool:
    """True for a line that no reader came for, wherever it stands."""
    text = line.text
    if len(text) > LONGEST:
        return False
    if _RULE.fullmatch(text):
        return True
    key = _key(text).strip("*_[]> ")
    if _BUTTON.fullmatch(key) or _UPDATED.fullmatch(key) or is_menu(text):
        return True
    return bool(_RIGHTS.fullmatch(key)) and not is_prose(text)


def is_frame(line: Line) -> bool:
    """True for furniture that only stands around an article: logos, newsletter boxes, single menu entries.

    A to-do list may well ask people to sign up for a newsletter.
    """
    if is_furniture(line):
        return True
    if len(line.text) > LONGEST:
        return False
    key = _key(line.text).strip("*_[]> ")
    return bool(_NEWSLETTER.fullmatch(key) or _LOGO.fullmatch(key)) or key.strip(" :") in _SINGLE


@lru_cache(maxsize=8)
def _key(text: str) -> str:
    """A line as it is compared. Several questions are asked about each line, one after the other."""
    return fold(text).replace("’", "'")


def _whole_words(key: str) -> bool:
    """No entry was found inside a longer word: “homeless” is no “home”."""
    return all(word in _MENU_WORDS for word in re.findall(r"[\w'-]+", key))
