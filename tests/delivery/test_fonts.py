"""The fonts we ship are the ones we say they are, and may be shipped."""

import hashlib
import re

from campaign.paths import FONTS

MOST_BYTES = 2_500_000


def test_each_font_is_the_published_file() -> None:
    table = (FONTS / "SOURCES.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"(?m)^\| (\S+\.ttf) \| \S+ \| ([0-9a-f]{64}) \|$", table))
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FONTS.glob("*.ttf")}
    assert found == listed


def test_the_licence_travels_with_the_fonts() -> None:
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text()


def test_the_fonts_stay_small() -> None:
    assert sum(path.stat().st_size for path in FONTS.glob("*.ttf")) < MOST_BYTES
