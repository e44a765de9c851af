"""Which language a text is in, by its script and its commonest words. Enough for choosing one's own language list."""

import re
from collections import Counter

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
_BEYOND_LATIN = re.compile(r"[\u0370-\u1fff\u3040-\ud7af]")
_PERSIAN = re.compile(r"[پچژگ]")
_UKRAINIAN = re.compile(r"[іїєґ]")
_CYRILLIC = re.compile(r"[\u0430-\u044f]")
_COMMON = {
    "en": "the of and to in that is was for on with as it his at by from they have are this",
    "fr": "le la les des et est dans que qui pour une sur pas par au avec sont cette ce plus l d à du ne ont",
    "de": "der die das und ist nicht von den mit dem ein eine auf für sich im auch zu des wird",
    "es": "el la los las de que y en un una por con para del se su no es al como lo han",
    "it": "il la di che e un una per non con del della sono si da gli le dei nel più è",
    "pt": "o a os as de que e em um uma para com não por do da no na se mais é",
    "nl": "de het een van en in is dat op te zijn met voor niet aan door ook er maar",
    "sv": "och att det som en på är av för med den till inte om ett har de i",
    "da": "og at det som en på er af for med den til ikke om et har de i",
    "pl": "i w na z się nie do to że jest o jak po za od przez dla tym",
    "tr": "ve bir bu da de için ile olarak çok daha olan gibi kadar sonra",
}
_WORDS = {language: frozenset(words.split()) for language, words in _COMMON.items()}
# A word that many languages have says little about which one it is.
_SHARED = Counter(word for words in _WORDS.values() for word in words)
_LONGEST = 4000  # characters that are looked at


def guess(text: str) -> str:
    """The code of the language, "" when there is too little to tell."""
    sample = text[:_LONGEST]
    letters = sum(map(str.isalpha, sample))
    lowered = sample.lower()
    if letters and _BEYOND_LATIN.search(sample):
        for language, pattern in _SCRIPTS:
            if len(pattern.findall(sample)) * 4 > letters:
                return "fa" if language == "ar" and len(_PERSIAN.findall(sample)) * 50 > letters else language
        if len(_CYRILLIC.findall(lowered)) * 2 > letters:
            return "uk" if _UKRAINIAN.search(lowered) else "ru"
    words = Counter(re.findall(r"[^\W\d_]+", lowered))
    scores = Counter(
        {
            language: sum(words[word] / _SHARED[word] for word in known & words.keys())
            for language, known in _WORDS.items()
        }
    )
    (best, most), (_, second) = scores.most_common(2)
    return best if most > second * 1.2 and most * 15 >= words.total() else ""
