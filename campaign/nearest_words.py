"""What somebody may have meant who typed a word that no text has: the words of the index that are nearest to it."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign import words
from campaign.text_tables import IndexedWord

MOST = 3
SHORTEST = 3  # characters
LOOKED_THROUGH = 2000  # words with the same beginning
SAME_START = 2  # characters that two slips away still agree
ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz",
    "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    "αβγδεζηθικλμνξοπρστυφχψως",
    "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "אבגדהוזחטיכלמנסעפצקרשת",
)


def nearest(session: Session, word: str) -> list[str]:
    """Up to three words one slip away from this one, else two; those that most texts have first."""
    if not SHORTEST <= len(word) <= 30 or words.is_unspaced(word):
        return []
    alphabet = next((letters for letters in ALPHABETS if set(word) & set(letters)), "")
    known = _known(session, _one_slip(word, alphabet) - {word})
    return known or _further(session, word)


def distance(one: str, other: str, *, most: int) -> int:
    """How many letters must be put in, left out, replaced or swapped with the next; most + 1 for any number above.

    >>> distance("brigde", "bridge", most=2)
    1
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before, last = list(range(len(other) + 1)), list[int]()
    for row, letter in enumerate(one, start=1):
        current = [row]
        for column, theirs in enumerate(other, start=1):
            cost = min(before[column] + 1, current[-1] + 1, before[column - 1] + (letter != theirs))
            is_swap = row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == theirs
            current.append(min(cost, last[column - 2] + 1) if is_swap else cost)
        if min(current) > most:
            return most + 1
        last, before = before, current
    return before[-1]


def _one_slip(word: str, alphabet: str) -> set[str]:
    splits = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    found = {left + right[1:] for left, right in splits if right}
    found |= {left + right[1] + right[0] + right[2:] for left, right in splits if len(right) > 1}
    for left, right in splits:
        found |= {left + letter + right for letter in alphabet}
        found |= {left + letter + right[1:] for letter in alphabet if right}
    return found


def _known(session: Session, guesses: Iterable[str]) -> list[str]:
    query = select(IndexedWord.word).where(IndexedWord.word.in_(sorted(guesses)))
    return list(session.scalars(query.order_by(IndexedWord.number.desc(), IndexedWord.word).limit(MOST)))


def _further(session: Session, word: str) -> list[str]:
    start = word[:SAME_START]
    query = (
        select(IndexedWord.word, IndexedWord.number)
        .where(IndexedWord.word >= start, IndexedWord.word < start[:-1] + chr(ord(start[-1]) + 1))
        .where(func.length(IndexedWord.word).between(len(word) - 2, len(word) + 2))
        .order_by(IndexedWord.number.desc(), IndexedWord.word)
        .limit(LOOKED_THROUGH)
    )
    scored = [(distance(word, row.word, most=2), -row.number, row.word) for row in session.execute(query)]
    return [near for far, _, near in sorted(scored) if far <= 2][:MOST]
