"""Where sentences end, and which lines are prose."""

import re

# Marks that end a sentence in the scripts newspapers print in.
FINAL = ".!?。！？؟۔।॥։።"
_CLOSING = "\"'”’»›)]」』】*_“"  # “ closes a German quotation
_SENTENCE_END = re.compile(rf"(?<=[{FINAL}…])[{re.escape(_CLOSING)}]*(?:\s+|$)")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+$|\S+@\S+\.\w+$")
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")  # scripts without spaces between words

PROSE_WORDS = 8
PROSE_CHARACTERS = 200


def words(text: str) -> list[str]:
    """The words of a text as they stand."""
    return _WORD.findall(text)


def split(text: str) -> list[str]:
    """The sentences of a paragraph. An abbreviation may cut one in two; for comparing that does no harm."""
    return [sentence for sentence in _SENTENCE_END.split(text) if sentence.strip()]


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
