"""Guards the shape of the house: who imports whom, and that every file is where its name says."""

import ast
from functools import cache
from pathlib import Path

import pytest
from flask import Flask

from campaign import create_app
from campaign.mail import messages
from campaign.paths import PACKAGE, TEMPLATES

# A feature imports only what stands before it; the ones on one line do not import each other, except that
# everybody may send mail. Modules at the top of the package that are not listed below ASSEMBLY are support.
FEATURES = (
    {"mail", "accounts", "officials"},
    {"articles"},
    {"campaigns"},
    {"petitions", "letters"},
    {"subscriptions"},
    {"delivery", "search"},
)
RANK = {name: rank for rank, names in enumerate(FEATURES) for name in names}
# They put the features together, so they may import all of them; nobody may import them.
ASSEMBLY = {"__init__", "__main__", "cli", "running", "doctor", "seeding", "worker"}
# Folders of templates that belong to the site as a whole rather than to a feature.
SHARED_TEMPLATES = {"macros", "mail", "errors"}
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60


@cache
def trees() -> dict[Path, ast.Module]:
    """Every module of the package, read."""
    paths = sorted(path for path in PACKAGE.rglob("*.py") if "versions" not in path.parts)
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def room(path: Path) -> str:
    """The feature a module belongs to, or its own name when it stands at the top."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imports(path: Path, tree: ast.Module) -> list[tuple[int, str]]:
    """(line, room) of everything of ours that a module imports."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}:{node.lineno}: say campaign.… in full"
            parts = node.module.split(".")
            if parts == ["campaign"]:
                found += [(node.lineno, alias.name) for alias in node.names]
            elif parts[0] == "campaign":
                found.append((node.lineno, parts[1]))
        elif isinstance(node, ast.Import):
            found += [(node.lineno, a.name.split(".")[1]) for a in node.names if a.name.startswith("campaign.")]
    return found


def test_a_module_imports_only_what_stands_before_it() -> None:
    assert [wrong for path, tree in trees().items() for wrong in misplaced(path, tree)] == []


def misplaced(path: Path, tree: ast.Module) -> list[str]:
    """Where a module imports what it must not."""
    here = room(path)
    if here in ASSEMBLY:
        return []
    return [
        f"{path}:{line}: {here} must not import {there}"
        for line, there in imports(path, tree)
        if there in ASSEMBLY - {"__init__"} or (there in RANK and there != here and not may_import(here, there))
    ]


def may_import(here: str, there: str) -> bool:
    if here not in RANK:  # support
        return False
    return there in ALLOWED.get(here, set()) or RANK[there] < RANK[here]


# Mail and accounts stand on one line with officials, but their pages share the audit trail and the permissions.
ALLOWED = {"mail": {"accounts"}, "accounts": {"mail"}, "officials": {"accounts"}}


def test_modules_and_functions_are_short() -> None:
    """A longer module says why at its head."""
    sources = {path: path.read_text(encoding="utf-8") for path in trees()}
    long = [
        path
        for path, source in sources.items()
        if len(source.splitlines()) > LONGEST_MODULE and "# Long because" not in source
    ]
    assert long == []
    functions = [
        (path, node.name)
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= LONGEST_FUNCTION
    ]
    assert functions == []


def test_a_module_says_in_one_line_what_it_is_about() -> None:
    first_lines = {path: (ast.get_docstring(tree) or "").partition("\n")[0] for path, tree in trees().items()}
    assert [path for path, line in first_lines.items() if not line.endswith(".")] == []


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(tmp_path_factory.mktemp("instance"), environ={}, quiet=True)


def test_each_page_is_named_after_its_endpoint(site: Flask) -> None:
    pages = {
        path.relative_to(TEMPLATES)
        for path in TEMPLATES.rglob("*.html")
        if path.parent != TEMPLATES
        and path.relative_to(TEMPLATES).parts[0] not in SHARED_TEMPLATES
        and not path.name.startswith("_")
    }
    endpoints = {rule.endpoint for rule in site.url_map.iter_rules()}
    strays = {page for page in pages if ".".join(page.with_suffix("").parts) not in endpoints}
    assert not strays, f"pages without an endpoint of their name: {sorted(map(str, strays))}"


def test_mail_folders_match_mail_functions() -> None:
    folders = {path.name for path in (TEMPLATES / "mail").iterdir() if path.is_dir()}
    tree = ast.parse(Path(messages.__file__).read_text(encoding="utf-8"))
    functions = {n.name for n in tree.body if isinstance(n, ast.FunctionDef) and not n.name.startswith("_")}
    assert folders == functions
    for folder in folders:
        files = {path.name for path in (TEMPLATES / "mail" / folder).iterdir()}
        assert files == {"subject.txt", "body.txt", "body.html"}, folder


def test_tests_mirror_the_package() -> None:
    tests = Path(__file__).parent
    for feature in RANK:
        if (PACKAGE / feature).is_dir():
            assert (tests / feature).is_dir(), f"tests/{feature} is missing"
            assert list((tests / feature).glob("test_*.py")), f"tests/{feature} has no test"


def test_every_dependency_has_its_line_of_reason() -> None:
    lines = (PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        text = line.strip()
        is_requirement = text.startswith('"') and any(sign in text for sign in (">=", "==", "types-"))
        if is_requirement:
            assert "#" in text, f"pyproject.toml:{number}: say what {text} is for"
