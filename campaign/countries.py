"""Countries by their ISO 3166-1 code, named in the reader's language, and what a postcode looks like in each."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError

from campaign.i18n import gettext
from campaign.text import fold

# Babel's list also has groups of countries, test data, and codes that the standard merely keeps free. Kosovo's XK
# stays: the standard leaves it to users, everybody uses it, and its people sign too.
NOT_COUNTRIES = frozenset(("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"))
CODES = frozenset(
    code
    for code in map(str, Locale("en").territories)
    if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES
)


@dataclass(frozen=True)
class Postcode:
    """What a country's postcodes look like; `needed`: everybody there has one and knows it."""

    pattern: str
    example: str
    needed: bool = True


_BRITISH = r"(GIR|[A-PR-UWYZ][A-HK-Y]?\d[A-Z\d]?) ?\d[ABD-HJLNP-UW-Z]{2}"
_AMERICAN = r"\d{5}(-?\d{4})?"
_FOUR, _FIVE, _SIX = r"\d{4}", r"\d{5}", r"\d{6}"
_THREE_TWO = r"\d{3} ?\d{2}"

POSTCODES: dict[str, Postcode] = {
    "AD": Postcode(r"AD ?\d{3}", "AD500"),
    "AR": Postcode(r"[A-Z]?\d{4}([A-Z]{3})?", "C1002"),
    "AT": Postcode(_FOUR, "1010"),
    "AU": Postcode(_FOUR, "2000"),
    "BE": Postcode(r"(B-?)?\d{4}", "1000"),
    "BG": Postcode(_FOUR, "1000"),
    "BR": Postcode(r"\d{5}-?\d{3}", "01310-100"),
    "CA": Postcode(r"[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z][ -]?\d[ABCEGHJ-NPRSTV-Z]\d", "K1A 0A6"),
    "CH": Postcode(r"(CH-?)?\d{4}", "3003"),
    "CN": Postcode(_SIX, "100000"),
    "CY": Postcode(_FOUR, "1010"),
    "CZ": Postcode(_THREE_TWO, "110 00"),
    "DE": Postcode(r"(D-?)?\d{5}", "10115"),
    "DK": Postcode(r"(DK-?)?\d{4}", "1050"),
    "EE": Postcode(_FIVE, "10111"),
    "ES": Postcode(_FIVE, "28001"),
    "FI": Postcode(r"(FI-?)?\d{5}", "00100"),
    "FR": Postcode(r"(F-?)?\d{2} ?\d{3}", "75001"),
    "GB": Postcode(_BRITISH, "SW1A 1AA"),
    "GG": Postcode(_BRITISH, "GY1 1AA"),
    "GR": Postcode(_THREE_TWO, "105 57"),
    "GU": Postcode(_AMERICAN, "96910"),
    "HR": Postcode(_FIVE, "10000"),
    "HU": Postcode(_FOUR, "1051"),
    "IE": Postcode(r"[AC-FHKNPRTV-Y]\d[\dW] ?[\dAC-FHKNPRTV-Y]{4}", "D02 AF30", needed=False),
    "IL": Postcode(r"\d{5}(\d{2})?", "9195016", needed=False),
    "IM": Postcode(_BRITISH, "IM1 1AA"),
    "IN": Postcode(r"\d{3} ?\d{3}", "110001"),
    "IS": Postcode(r"\d{3}", "101"),
    "IT": Postcode(_FIVE, "00184"),
    "JE": Postcode(_BRITISH, "JE2 3AB"),
    "JP": Postcode(r"\d{3}-?\d{4}", "100-0001"),
    "KR": Postcode(_FIVE, "03187"),
    "LI": Postcode(_FOUR, "9490"),
    "LT": Postcode(r"(LT-?)?\d{5}", "01100"),
    "LU": Postcode(r"(L-?)?\d{4}", "1009"),
    "LV": Postcode(r"(LV-?)?\d{4}", "LV-1050"),
    "MC": Postcode(r"980\d{2}", "98000"),
    "MT": Postcode(r"[A-Z]{3} ?\d{4}", "VLT 1117"),
    "MX": Postcode(_FIVE, "06000"),
    "MY": Postcode(_FIVE, "50000"),
    "NL": Postcode(r"\d{4} ?[A-Z]{2}", "1012 AB"),
    "NO": Postcode(_FOUR, "0150"),
    "NZ": Postcode(_FOUR, "6011"),
    "PL": Postcode(r"\d{2}-?\d{3}", "00-950"),
    "PR": Postcode(_AMERICAN, "00901"),
    "PT": Postcode(r"\d{4}(-?\d{3})?", "1100-148"),
    "RO": Postcode(_SIX, "010011"),
    "RS": Postcode(_FIVE, "11000"),
    "RU": Postcode(_SIX, "101000"),
    "SE": Postcode(_THREE_TWO, "111 20"),
    "SG": Postcode(_SIX, "018956"),
    "SI": Postcode(r"(SI-?)?\d{4}", "1000"),
    "SK": Postcode(_THREE_TWO, "811 01"),
    "TR": Postcode(_FIVE, "06420"),
    "TW": Postcode(r"\d{3}(\d{2,3})?", "100"),
    "UA": Postcode(_FIVE, "01001"),
    "US": Postcode(_AMERICAN, "10001"),
    "VI": Postcode(_AMERICAN, "00801"),
    "ZA": Postcode(_FOUR, "0001"),
}
# Anywhere else a postcode is asked for but not demanded: many countries have none (the Emirates, Hong Kong, Jamaica),
# and in others few people know theirs.
ELSEWHERE = re.compile(r"[A-Z0-9][A-Z0-9 -]{1,14}")


@cache
def choices(locale: str) -> list[tuple[str, str]]:
    """(code, name) of every country, in the order of their names in this language."""
    names = _names(locale)
    return sorted(((code, names.get(code, code)) for code in CODES), key=lambda choice: fold(choice[1]))


def name(code: str, locale: str) -> str:
    """The country's name in this language; the code itself when there is no such country."""
    return _names(locale).get(code, code)


def needs_postcode(country: str) -> bool:
    """True where everybody has a postcode."""
    return country in POSTCODES and POSTCODES[country].needed


def tidy_postcode(postcode: str) -> str:
    """Capitals, single spaces, and the digits 0 to 9 whatever script they were typed in."""
    digits = (str(unicodedata.decimal(c)) if c.isdecimal() else c for c in unicodedata.normalize("NFKC", postcode))
    return " ".join("".join(digits).upper().replace("–", "-").split())


def postcode_problem(country: str, postcode: str, locale: str = "en") -> str | None:
    """What is wrong with a postcode in this country, as a sentence for the person; None when nothing is."""
    tidied = tidy_postcode(postcode)
    rule = POSTCODES.get(country)
    if not tidied:
        return str(gettext("Enter your postcode.")) if needs_postcode(country) else None
    if rule is None:
        if ELSEWHERE.fullmatch(tidied):
            return None
        advice = gettext("A postcode has 2 to 15 letters, digits, spaces and hyphens. Leave it empty if you have none.")
        return str(advice)
    if re.fullmatch(rule.pattern, tidied):
        return None
    message = gettext(
        "This is not a postcode of the country you chose (%(country)s). One there looks like %(example)s.",
        country=name(country, locale),
        example=rule.example,
    )
    return str(message)


@lru_cache(maxsize=64)
def _names(locale: str) -> dict[str, str]:
    try:
        territories = Locale.parse(locale.replace("-", "_")).territories
    except (UnknownLocaleError, ValueError):
        territories = Locale("en").territories
    return {str(code): str(named) for code, named in territories.items()}
