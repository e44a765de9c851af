"""Where the files that are not Python stand: at the top of a checkout, inside the package once installed."""

from pathlib import Path

PACKAGE = Path(__file__).parent


def shipped(name: str) -> Path:
    """The folder of this name that came with the software: `templates` or `seeds`."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


TEMPLATES = shipped("templates")
SEEDS = shipped("seeds")
FONTS = PACKAGE / "fonts"
TRANSLATIONS = PACKAGE / "translations"
