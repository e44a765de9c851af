"""The bullets of a summary above an article, the label they carry, and whether the article bears them out."""

import re
from collections.abc import Iterable
from functools import lru_cache

from campaign.articles.page import KeyPoint
from campaign.articles.readers import lists, marks, sentences
from campaign.articles.readers.lines import Line
from campaign.text import fold

# A point rests on a sentence that holds this share of the content words of its main clause.
ENOUGH = 0.4

# A longer list of bullets is no summary.
MOST = 20

_LABEL = re.compile(
    r"[(\[]?(?:(?:this |these )?(?:summary|summaries|key points?|points?|bullets?|highlights?|overview|content|text|"
    r"article)\s(?:is|are|was|were)?\s?)?(?:(?:written|created|made|produced|generated|summari[sz]ed)\s(?:by|with|using)\s"
    r"(?:an? )?(?:ai|a\.i\.|artificial intelligence|chatgpt|a machine)|(?:ai|a\.i\.|machine|artificial intelligence)"
    r"[\s-](?:generated|written|assisted|made)(?:\s(?:summary|content|key points|text))?)(?: and .{1,60})?[)\].]{0,2}"
    r"|ki[\s-]generiert|von ki erstellt|genere par (?:une )?ia|generado por (?:la )?ia|generato (?:dall'|da )ia",
)
_TITLE = re.compile(
    r"(?:key (?:points?|takeaways?|facts?)|summary|in (?:brief|short|summary)|at a glance|highlights?|"
    r"the (?:main|key) points|takeaways|what (?:to|you need to|we) know|tl;?dr|quick read|l'essentiel|en bref|resume|"
    r"das wichtigste(?: in kurze)?|kurz (?:gesagt|und knapp)|zusammenfassung|en resumen|puntos clave|in breve|resumo)"
)
_QUOTED = re.compile(r"[\"“„«]([^\"“”„«»]{3,200})[\"”“»]|(?<!\w)[‘']([^‘’']{3,200})[’'](?!\w)")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_OWNER = ("'s", "’s")
_STOP = frozenset({
    "a", "an", "and", "are", "as", "at", "be", "been", "both", "but", "by", "can", "could", "did", "do", "does",
    "for", "from", "had", "has", "have", "he", "her", "his", "how", "if", "in", "into", "is", "it", "its", "may",
    "might", "more", "most", "mr", "mrs", "ms", "not", "of", "off", "on", "or", "our", "out", "over", "own", "said",
    "saw", "say", "says", "see", "seen", "sees", "she", "should", "so", "some", "such", "than", "that", "the",
    "their", "them", "then", "there", "these", "they", "this", "those", "to", "up", "was", "we", "were", "what",
    "when", "where", "which", "while", "who", "will", "with", "would", "you", "your", "also", "after", "about",
    "amid", "aims", "aim", "le", "la", "les", "l", "un", "une", "des", "de", "du", "d", "et", "en", "que", "qui",
    "pour", "par", "sur", "dans", "au", "aux", "ce", "se", "est", "sont", "der", "die", "das", "den", "dem", "ein",
    "eine", "einen", "einem", "einer", "und", "oder", "im", "am", "auf", "von", "vom", "zu", "zum", "zur", "mit",
    "für", "ist", "sind", "hat", "haben", "el", "los", "las", "una", "unos", "y", "o", "del", "al", "por", "para",
    "con", "es", "son",
})  # fmt: skip


def label(line: str) -> str:
    """“AI generated” and its like, as printed; "" for other lines."""
    return line.strip("[]() .") if len(line) < 120 and _LABEL.fullmatch(fold(line).replace("’", "'")) else ""


def is_title(line: str) -> bool:
    """True for the heading of a summary."""
    return len(line) < 60 and bool(_TITLE.fullmatch(fold(marks.plain(line)).replace("’", "'").strip(" :.")))


def read(bullets: Iterable[Line], paragraphs: list[str], printed: str) -> list[KeyPoint]:
    """Key points from their lines. printed: the label that stands beside them."""
    texts = [_text(line.text) for line in bullets]
    if not texts:
        return []
    ground = Ground(paragraphs)
    found = [(text, ground.of(text)) for text in texts if text]
    return [KeyPoint(text, bool(sentence), printed, sentence) for text, sentence in found]


class Ground:
    """The sentences of an article, for asking which of them bears a point out."""

    def __init__(self, paragraphs: Iterable[str]) -> None:
        paragraphs = list(paragraphs)
        self._whole = _flat(" ".join(paragraphs))
        found = [sentence for paragraph in paragraphs for sentence in sentences.split(paragraph)]
        self._sentences = [(sentence, frozenset(stems(sentence))) for sentence in found]

    def of(self, point: str) -> str:
        """The sentence a point rests on; "" when none carries it.

        The point's quotations and figures must stand in the article, and one sentence must carry its claim.
        """
        quotations = [match[1] or match[2] for match in _QUOTED.finditer(point)]
        if any(_flat(quotation) not in self._whole for quotation in quotations):
            return ""
        numbers = _NUMBER.findall(_flat(point))
        if any(not re.search(rf"(?<!\d){re.escape(number)}(?!\d)", self._whole) for number in numbers):
            return ""
        claim = set(stems(_claim(point)))
        best, most = "", 0
        for sentence, words in self._sentences:
            shared = len(claim & words)
            if shared > most:
                best, most = sentence, shared
        return best if claim and most >= ENOUGH * len(claim) else ""


def _claim(point: str) -> str:
    """The main clause: up to the first comma behind which enough has been said."""
    for match in re.finditer(r"[,;:–—]\s|[,;]\W", point):
        if len(stems(point[: match.start()])) >= 3:
            return point[: match.start()]
    return point


def stems(text: str) -> list[str]:
    """Content words without their endings, roughly: "fears", "feared" and "fear" become one."""
    return list(filter(None, map(_stem, sentences.words(fold(text)))))


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    """Nothing of a word that tells nothing."""
    word = word[:-2] if word.endswith(_OWNER) else word
    if word in _STOP or len(word) < 2:
        return ""
    for ending in ("ing", "ies", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)][:7]
    return word[:7]


def _flat(text: str) -> str:
    """Letters and figures only, so that a comma inside the quotation marks makes no difference."""
    return " ".join(sentences.words(fold(text).replace("’", "'")))


def _text(line: str) -> str:
    item = lists.read(line)
    return marks.plain(item.text if item else line)
