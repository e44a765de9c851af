"""Which short lines of an article are its subheads, and which are sentences that somebody cut off."""

import re

from campaign.articles.readers import marks
from campaign.articles.readers.sentences import FINAL

LONGEST = 90  # characters
_MOST_WORDS = 10
_QUOTED = re.compile(r"[\"“„«‘'][^\n]{2,80}[\"”“»’']")
_ASKS = re.compile(
    r"(?:what|why|how|who|when|where|which|can|will|is|are|does|do|pourquoi|comment|qui|que|quand|où|was|warum|wie|wer|wann|"
    r"wo|qué|por qué|cómo|quién|cuándo|dónde)\b",
    re.IGNORECASE,
)
# A line with one of these is a sentence, or was going to be one.
_VERBS = frozenset({
    "has", "have", "had", "is", "are", "was", "were", "will", "would", "can", "could", "may", "might", "shall",
    "should", "must", "does", "do", "did", "said", "says", "told", "a", "ont", "est", "sont", "était", "étaient",
    "sera", "avait", "dit", "hat", "haben", "hatte", "ist", "sind", "war", "waren", "wird", "werden", "sagte", "kann",
    "ha", "han", "es", "son", "era", "fue", "fueron", "será", "había", "dijo", "tiene", "è", "sono", "hanno",
})  # fmt: skip


def is_subhead(text: str, following: str) -> bool:
    """True for a line that titles what follows it. following: the next line of the article, "" at its end."""
    if marks.is_heading(text):
        return bool(following)
    if not following or len(text) > LONGEST:
        return False
    words = text.split()
    if _QUOTED.fullmatch(text):
        return len(words) <= _MOST_WORDS and text[-2] not in ".,"
    if len(words) > _MOST_WORDS or text[-1] in ",;-–—…" or text.endswith("..."):
        return False
    if text[-1] in FINAL:
        return text[-1] in "?？" and bool(_ASKS.match(text))
    letters = [character for character in text if character.isalpha()]
    if not letters or text[0].islower():
        return False
    if all(character.isupper() for character in letters) or _ASKS.match(text) or _is_title_case(words):
        return True
    return len(words) <= 7 and not any(word.lower().strip("'’\"“”") in _VERBS for word in words)


def _is_title_case(words: list[str]) -> bool:
    long = [word for word in words if len(word) > 3 and word[0].isalpha()]
    return len(long) > 1 and all(word[0].isupper() for word in long)
