"""Where sentences end, and which lines are prose."""

import re

# Marks that end a sentence in the scripts newspapers print in.
FINAL = ".!?。！？؟۔।॥։።"
_CLOSING = "\"'”’»›)]」』】*_“"  # “ closes a German quotation
# Between ideographs no space follows.
_SENTENCE_END = re.compile(rf"(?:(?<=[{FINAL}…])(?P<close>[{re.escape(_CLOSING)}]*)(?:\s+|$|(?<=[。！？」』])))")
# What ends with a full stop and is followed by a name or a number more often than by a new sentence.
_ENDING_WITH_A_STOP = (
    # Titles and ranks
    "mr mrs ms mx dr prof rev fr sr jr st hon gov sen rep reps sens pres gen col maj capt cmdr lt sgt cpl pvt adm supt "
    "insp det messrs mme mlle dr.h.c hr fru hrn dipl sra srta dott avv "
    # Addresses and companies
    "ave blvd rd mt ft corp inc ltd bros dept univ assn "
    # Months and days; what stands before numbers
    "jan feb apr jun jul aug sept sep oct nov dec tue tues thu thur thurs fri approx ca cf vs v "
    "sec para vol pp p pg nr str bzw usw usf ggf evtl inkl vgl "
    "e.g i.e a.m p.m u.s u.k u.n e.u d.c u.s.a ph.d z.b d.h u.a s.o c.-à-d p.ej ee.uu"
)
_ABBREVIATIONS = frozenset(_ENDING_WITH_A_STOP.split())
# A full stop behind these belongs to the word only before a number.
_ORDINALS = frozenset({"no", "nos", "núm", "num"})
_GERMAN_MONTH = re.compile(r"(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\b")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+$|\S+@\S+\.\w+$")
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")  # scripts without spaces between words

PROSE_WORDS = 8
PROSE_CHARACTERS = 200


def words(text: str) -> list[str]:
    """The words of a text as they stand."""
    return _WORD.findall(text)


def split(text: str) -> list[str]:
    """The sentences of a paragraph, each with its closing marks, without the spaces between them.

    Example: split("Mr. Lee came. He saw.") == ["Mr. Lee came.", "He saw."]
    """
    return [text[start:end] for start, end in spans(text)]


def spans(text: str) -> list[tuple[int, int]]:
    """Where each sentence of a paragraph begins and ends."""
    found = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if not _goes_on(text, start, match):
            found.append((start, match.end("close")))
            start = match.end()
    found.append((start, len(text.rstrip())))
    return [(begin, end) for begin, end in found if text[begin:end].strip()]


def _goes_on(text: str, start: int, match: re.Match[str]) -> bool:
    """True where a full stop belongs to an abbreviation, an initial or a number, or where small letters follow."""
    stop, rest = match.start("close") - 1, text[match.end() :]
    if not rest or text[stop] not in ".…!?":
        return False
    if rest[:1].islower():
        return True
    if text[stop] != "." or match["close"]:
        return False
    last = text[start:stop].split()[-1:] or [""]
    word = last[0].lstrip(_CLOSING + "(").lower()
    if word in _ORDINALS:
        return rest[:1].isdigit()
    is_initial = len(word) == 1 and word.isalpha() and last[0].isupper()
    is_item = word.isdigit() and len(word) < 3 and stop - len(word) == start
    is_day = word.isdigit() and bool(_GERMAN_MONTH.match(rest))
    return word in _ABBREVIATIONS or is_initial or is_item or is_day


def is_finished(text: str) -> bool:
    """True when the text ends as a sentence does, or with a colon, or with an address.

    An ellipsis outside a quotation is where an extract was cut off.
    """
    bare = text.rstrip()
    end = bare.rstrip(_CLOSING)
    if bare.endswith((")", "]")) and not bare.endswith(("[…]", "[...]")):
        return True
    if end.endswith(("…", "...")):
        return bare != end and not bare.endswith("]")
    return bool(end) and (end[-1] in FINAL + ":：" or bool(_ADDRESS.search(bare[-200:])))


def is_prose(text: str) -> bool:
    """True for a line that is surely a paragraph of running text and not a headline or a label."""
    if len(text) >= PROSE_CHARACTERS:
        return True
    if not is_finished(text) or text.endswith((":", "?", "!", ")", "]")):
        return False
    if _DENSE.search(text):
        return len(text) >= 30
    return len(words(text)) >= PROSE_WORDS
