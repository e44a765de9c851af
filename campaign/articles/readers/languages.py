"""Which language a text is in, by its script and its commonest words. Enough for choosing one's own language list."""

import re
from collections import Counter

from campaign.text import fold

_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("ar", re.compile(r"[\u0620-\u064a]")),
    ("he", re.compile(r"[\u05d0-\u05ea]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("hi", re.compile(r"[\u0904-\u0939]")),
    ("th", re.compile(r"[\u0e01-\u0e2e]")),
)
_PERSIAN = re.compile(r"[پچژگ]")
_UKRAINIAN = re.compile(r"[іїєґ]")
_CYRILLIC = re.compile(r"[\u0430-\u044f]")
_COMMON = {
    "en": "the of and to in that is was for on with as it his at by from they have are this",
    "fr": "le la les des et est dans que qui pour une sur pas par au avec sont cette ce plus",
    "de": "der die das und ist nicht von den mit dem ein eine auf fur sich im auch zu des wird",
    "es": "el la los las de que y en un una por con para del se su no es al como",
    "it": "il la di che e un una per non con del della sono si da gli le dei nel piu",
    "pt": "o a os as de que e em um uma para com nao por do da no na se mais",
    "nl": "de het een van en in is dat op te zijn met voor niet aan door ook er maar",
    "sv": "och att det som en pa ar av for med den till inte om ett har de i",
    "da": "og at det som en pa er af for med den til ikke om et har de i",
    "pl": "i w na z sie nie do to ze jest o jak po za od przez dla tym",
    "tr": "ve bir bu da de icin ile olarak cok daha olan gibi kadar sonra",
}
_WORDS = {language: frozenset(words.split()) for language, words in _COMMON.items()}
_LONGEST = 4000  # characters that are looked at


def guess(text: str) -> str:
    """The code of the language, "" when there is too little to tell."""
    sample = text[:_LONGEST]
    letters = sum(character.isalpha() for character in sample)
    for language, pattern in _SCRIPTS:
        if letters and len(pattern.findall(sample)) * 4 > letters:
            return "fa" if language == "ar" and len(_PERSIAN.findall(sample)) * 50 > letters else language
    lowered = sample.lower()
    if letters and len(_CYRILLIC.findall(lowered)) * 2 > letters:
        return "uk" if _UKRAINIAN.search(lowered) else "ru"
    words = Counter(re.findall(r"[^\W\d_]+", fold(sample)))
    scores = {language: sum(words[word] for word in known) for language, known in _WORDS.items()}
    (best, most), (_, second) = Counter(scores).most_common(2)
    return best if most > second and most * 10 >= words.total() else ""
