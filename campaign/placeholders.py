"""Blanks in other people's sample letters: “[Your Name]”, “<city>”, “{{name}}”, “Name: ____” and their many cousins.

Two questions are answered here: which merge field a blank stands for, and whether a text still has one. When in doubt
a thing in brackets is a blank: a letter held back costs a click, “Dear [REP/SEN NAME]” costs the campaign its standing.
"""

import re
from collections.abc import Callable, Container
from dataclasses import dataclass

from campaign.text import fold

# Brackets as typed in other scripts.
_PLAIN_BRACKETS = str.maketrans("［］｛｝＜＞＿【】", "[]{}<>_[]")

# No pattern lets two repetitions share a character, and none runs past the next bracket: the time stays linear.
_BLANK = re.compile(
    r"""
      \{\{[^{}]*\}\} | \{%[^{}]*%\} | \{[^{}]*\}   # {{name}}, {% name %}, {name}, ${name}
    | \{\{ | \}\}                                  # half of one
    | \[[^\[\]]*\]                                 # [Your Name]
    | <(?=[^\s<>=\d-])[^<>\n]*>                    # <your name>, not "a < b" and not an arrow
    | _{3,}                                        # ____
    | \*\|[A-Z_:0-9]+\|\*                          # *|FNAME|*
    | \((?:your|insert|enter|type|add)\b[^()\n]*\) # (your name)
    """,
    re.VERBOSE | re.IGNORECASE,
)
# In capitals only: "YOUR NAME" is a blank, "your name" is English.
_SHOUTED = re.compile(
    r"\b(?:YOUR|INSERT|ENTER)(?: FULL| HOME| FIRST| LAST)? (?:NAME|ADDRESS|E-?MAIL|CITY|STATE|ZIP)\b"
    r"|%[A-Z][A-Z_]+%|\bX{4,}\b"
)

# What stands in square brackets without being a blank: a note's number, an editor's remark in a quotation.
_REMARK = re.compile(r"\[(?:\d{1,3}|[a-z]|sic!?|\.{3}|…|emphasis (?:added|mine)|[^\w\s]{1,3}|\s*)\]", re.IGNORECASE)
# <https://…> and <ann@example.org> are addresses.
_ADDRESS = re.compile(r"<(?:https?://[^\s<>]+|mailto:[^\s<>]+|[^\s<>@]+@[^\s<>@]+)>")


@dataclass(frozen=True)
class Leftover:
    """A blank as it stands in a text. line: counted from 1."""

    text: str
    line: int


def found_in(text: str) -> list[Leftover]:
    """Every blank in a text, in its order."""
    plain = text.translate(_PLAIN_BRACKETS)  # one character for one: places stay the same
    places = {match.start(): match.end() for match in _SHOUTED.finditer(plain)}
    places |= {match.start(): match.end() for match in _BLANK.finditer(plain) if _is_blank(plain, match)}
    found = []
    line, seen, reached = 1, 0, 0
    for start, end in sorted(places.items()):
        if start < reached:  # the capitals inside “[YOUR NAME]”
            continue
        line += text.count("\n", seen, start)
        seen, reached = start, end
        found.append(Leftover(text[start:end], line))
    return found


def replaced(text: str, written: Callable[[str], str], known: Container[str]) -> str:
    """The text with `written(field)` in place of each blank that can be read.

    known: the names of fields, so that “{{sender.name}}” is taken as it is.
    """
    salute = written("official.salutation")
    text = _SALUTATION.sub(lambda match: match["indent"] + salute + match["end"], text)
    text = _SIGN_OFF.sub(lambda match: match["before"] + written("sender.name"), text)
    text = _LABELLED.sub(lambda match: _labelled(match, written), text)

    def read(match: re.Match[str]) -> str:
        inside = match.group().translate(_PLAIN_BRACKETS).strip("[]{}<>()%*|").strip()
        if inside in known:
            return written(inside)
        return _written_out(inside, written) or match.group()

    return "\n".join(_laid_out(line) for line in _READABLE.sub(read, text).split("\n"))


def _is_blank(text: str, match: re.Match[str]) -> bool:
    blank = match.group()
    if blank.startswith("["):
        # “[whitehouse.gov](https://…)” is a link.
        return not _REMARK.fullmatch(blank) and not text.startswith("(http", match.end())
    if blank.startswith("<"):
        return not _ADDRESS.fullmatch(blank)
    return True


# --- which field a blank stands for -------------------------------------------------------------------------------


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_READABLE = re.compile(
    r"\{\{[^{}\n]*\}\}|\{[^{}\n]*\}|\[[^\[\]\n]*\](?!\(http)|［[^［］\n]*］|【[^【】\n]*】|<[^<>\n]*>|＜[^＜＞\n]*＞"
    r"|\*\|[A-Z_:0-9]+\|\*|\((?:your|insert|enter)\b[^()\n]*\)|(?-i:" + _SHOUTED.pattern + ")",
    re.IGNORECASE,
)
_HOLE = r"(?:\{\{[^{}\n]*\}\}|\{[^{}\n]*\}|\[[^\[\]\n]*\]|<[^<>\n]*>|_{3,})"
_GREETING = (
    r"(?:Dear|To|Hello|Hi|Attn|Cher|Chère|Ch[eè]r\(?e\)?|Sehr geehrter?|Lieber?|Estimad[oa]|Estimad[oa]\(a\)"
    r"|Querid[oa]|Caro|Cara|Gentile|Egregio|Geachte|Beste|Bäste|Kære|Szanown[iay]|السيد|السيدة|حضرة)"
)
# "Dear Senator [Last Name]," and "Dear [Title] [Name]:": the office decides how it is greeted.
_SALUTATION = re.compile(
    rf"^(?P<indent>[ \t>]*){_GREETING}(?!\w)[^\n,:;{{\[<_]{{0,60}}{_HOLE}(?:[ /.]{{1,3}}{_HOLE}){{0,3}}[ ]?"
    r"(?P<end>[,:;!،]|$)",
    re.MULTILINE,
)
# The same with a name typed in: "Dear President X, …". `who` ends where the greeting does.
SALUTATION_TO_A_NAME = re.compile(rf"^[ \t>]*(?P<who>{_GREETING}(?!\w)[^\n,:;!،]{{1,80}})(?=[,:;!،]|$)")
_CLOSING = (
    r"(?:(?:Yours )?sincerely(?: yours)?|Yours (?:truly|faithfully)|Respectfully(?: yours)?|(?:Best |Kind )?regards"
    r"|Cordialement|Mit freundlichen Grüßen|Atentamente|Signed)"
)
_SIGN_OFF = re.compile(rf"(?P<before>^[ \t]*{_CLOSING}[ \t]*[,:]?\n?\n?[ \t]*)_{{3,}}", re.MULTILINE | re.IGNORECASE)
_LABELLED = re.compile(r"^(?P<label>[^\W\d_][^\n:_]{0,30}):[ \t]*_{3,}", re.MULTILINE)

# Words that only say that something is to be put in.
_NOISE = _words(
    "insert enter type add put here please the your you my a an full print "
    "votre vos ton ta le la les ihr ihre ihren dein deine su sus tu tus el"
)

_MEANINGS = {
    "sender.name": "name|first and last name|first last name|first name last name|name and surname|signature|sign"
    "|signed|sender|sender name|constituent|constituent name|constituents name|writer"
    "|nom|nom et prénom|prénom nom|prénom et nom|nom complet|vor und nachname|unterschrift"
    "|nombre|nombre y apellido|nombre y apellidos|nombre completo|firma|nome|nome e cognome|imię i nazwisko"
    "|اسمك|الاسم|اسمك الكامل|الاسم الكامل",
    "sender.given_name": "first name|firstname|fname|given name|forename|prénom|vorname|nombre de pila|الاسم الأول",
    "sender.family_name": "last name|lastname|lname|surname|family name|nom de famille|nachname|apellido|apellidos"
    "|اللقب",
    "sender.address_lines": "address|street|street address|mailing address|postal address|home address"
    "|address line 1|address lines|house number and street|adresse|adresse postale|rue|anschrift|straße"
    "|dirección|domicilio|indirizzo|عنوانك|العنوان",
    "sender.city": "city|town|city or town|city/town|town/city|village|ville|commune|ort|stadt|wohnort|ciudad|città"
    "|المدينة",
    "sender.region": "state|province|region|county|state/province|bundesland|provincia|département|الولاية",
    "sender.postcode": "zip|zip code|zipcode|postcode|postal code|post code|code postal|plz|postleitzahl"
    "|código postal|الرمز البريدي",
    "sender.country": "country|pays|land|país|البلد",
    "sender.email": "email|email address|e mail|e mail address|emailaddress|mail|courriel|adresse e mail"
    "|adresse email|e mail adresse|correo|correo electrónico|البريد الإلكتروني|بريدك الإلكتروني",
    "sender.phone": "phone|phone number|telephone|telephone number|tel|mobile|cell|téléphone|numéro de téléphone"
    "|telefon|telefonnummer|teléfono|رقم الهاتف|هاتفك",
    "date": "date|todays date|today's date|current date|day month year|month day year|month day, year|date du jour"
    "|datum|fecha|التاريخ|data",
    "official.title": "title|titre|titel|título",
    "official.post_label": "office|position|post|office title|job title",
    "official.area": "district|constituency|state/district|district/state|circonscription|wahlkreis|distrito",
    "official.organization": "organization|organisation|chamber|institution",
    "official.envelope": "office address|official address|recipient address|representative address|senator address",
}
_FIELDS = {fold(meaning): field for field, meanings in _MEANINGS.items() for meaning in meanings.split("|")}

# One of these makes it the official's name, as long as nothing but words of _AROUND stands beside it.
_ROLES = _words(
    "representative representatives rep reps senator senators sen official officials recipient recipients president "
    "congressman congresswoman congressperson congressmember mp mps mep meps minister ministers mayor mayors "
    "governor governors legislator legislators lawmaker councillor councilmember councilor delegate prosecutor "
    "ambassador secretary commissioner officeholder politician addressee leader chair member "
    "depute deputee senateur ministre maire abgeordnete abgeordneter abgeordneten burgermeister "
    "diputado diputada senador senadora alcalde النائب الوزير"
)
_AROUND = _words(
    "name names s of or and last full family surname title elected congress parliament house mr ms mrs local state us "
    "u nom du de des l d der nombre del اسم"
)
_TOGETHER = {
    ("sender.city", "sender.region", "sender.postcode"): "{}, {} {}",
    ("sender.city", "sender.region"): "{}, {}",
    ("sender.region", "sender.postcode"): "{} {}",
    ("sender.city", "sender.postcode"): "{} {}",
    ("sender.postcode", "sender.city"): "{} {}",
    ("sender.given_name", "sender.family_name"): "{} {}",
}
_ONE_FIELD = r"\{\{ (?:sender\.[a-z_]+|date) \}\}"
# Pages that lost their line ends run the close of a letter together: "… Sincerely, [Your Name] [Your Address]".
_RUN_TOGETHER = re.compile(
    rf"(?P<close>\b{_CLOSING}[,:]?)[ \t]+(?P<fields>{_ONE_FIELD}(?:[ \t]+{_ONE_FIELD})*)[ \t]*$", re.IGNORECASE
)


def _labelled(match: re.Match[str], written: Callable[[str], str]) -> str:
    field = _meaning(match["label"])
    return f"{match['label']}: {written(field)}" if field else match.group()


def _laid_out(line: str) -> str:
    """The close of a letter on lines of its own."""
    match = _RUN_TOGETHER.search(line)
    if not match:
        return line
    before = line[: match.start()].rstrip()
    fields = re.sub(r"\}\}[ \t]+\{\{", "}}\n{{", match["fields"])
    return (before + "\n\n" if before else "") + f"{match['close']}\n{fields}"


def _written_out(inside: str, written: Callable[[str], str]) -> str:
    """The merge field or fields that a blank stands for; "" when nobody can say."""
    field = _meaning(inside)
    if field:
        return written(field)
    parts = [
        _meaning(part) for part in re.split(r",| and | & |/|;|\n| y | et | und ", _split_places(inside)) if part.strip()
    ]
    fields = [part for part in parts if part]
    if len(fields) < 2 or len(fields) < len(parts):
        return ""
    pattern = _TOGETHER.get(tuple(fields))
    return pattern.format(*map(written, fields)) if pattern else "\n".join(map(written, fields))


def _split_places(inside: str) -> str:
    """“City, State ZIP” as “City, State, ZIP”."""
    return re.sub(
        r"\b(city|town|state|province)\s+(?=(?:state|zip|postcode|postal|province)\b)",
        r"\1, ",
        inside,
        flags=re.IGNORECASE,
    )


def _meaning(inside: str) -> str:
    """The field that a blank's words name; "" when they name none."""
    key = fold(inside).replace("’", "'")
    key = re.sub(r"[_\-–.:*]+", " ", key)
    key = " ".join(key.split())
    plain = " ".join(word for word in key.split() if word not in _NOISE)
    for candidate in (key, plain, plain.replace("'s", "").replace("'", "")):
        if candidate in _FIELDS:
            return _FIELDS[candidate]
    words = [word for word in re.split(r"[^\w]+", plain) if word]
    if words and any(word in _ROLES for word in words) and all(word in _ROLES | _AROUND for word in words):
        if "title" in words and "name" not in words:
            return "official.title"
        return "official.family_name" if {"last", "family", "surname"} & set(words) else "official.name"
    if plain.replace("'s", "s") in {
        "elected official",
        "elected officials name",
        "member of congress",
        "mr/ms last name",
    }:
        return "official.name"
    return ""
