"""Compiles the message catalogues (.po, which people edit) into the form gettext reads (.mo, never committed)."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # hatchling is there while a wheel is built, not while the app runs
    BuildHookInterface = object

FOLDER = Path(__file__).parent


def compile_catalogues(folder: Path = FOLDER) -> list[Path]:
    """Write a .mo beside each .po that is newer than it; returns the files written."""
    written = []
    for po in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        with po.open("rb") as source:
            catalogue = read_po(source, locale=po.parts[-3])
        with mo.open("wb") as target:
            write_mo(target, catalogue)
        written.append(mo)
    return written


class CompileCatalogues(BuildHookInterface):  # type: ignore[misc]
    """Runs for wheels and for editable installs alike."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        compile_catalogues(Path(self.root) / "campaign" / "translations")


if __name__ == "__main__":
    compile_catalogues()
