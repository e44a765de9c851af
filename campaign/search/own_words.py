"""What a site's people call the same thing: the lists that came with the software, and the site's own."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from campaign.errors import Refused
from campaign.paths import SEEDS
from campaign.word_queries import SameWords, same_words

NAME = "search_words.toml"


def load(instance: Path) -> SameWords:
    """The lists of both files, read again when one has changed. Raises Refused for a file that cannot be read."""
    files = [path for path in (SEEDS / NAME, instance / NAME) if path.is_file()]
    return _read(tuple((path, path.stat().st_mtime_ns) for path in files))


@lru_cache(maxsize=8)
def _read(files: tuple[tuple[Path, int], ...]) -> SameWords:
    return same_words([words for path, _ in files for words in _lists(path)])


def _lists(path: Path) -> list[list[str]]:
    try:
        values: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused(f"{path}: {error}") from error
    lists: list[list[str]] = values.get("same", [])
    is_right = isinstance(lists, list) and all(
        isinstance(words, list) and all(isinstance(word, str) for word in words) for words in lists
    )
    if not is_right:
        raise Refused(f'{path}: write same = [["one", "another"], …], each list with words that mean the same.')
    return lists
