"""The wheel alone, in an empty environment, is a working site: styled pages, templates, seeds, migrations."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.conftest import skip

PROJECT = Path(__file__).parent.parent
UV = Path(sys.executable).parent / "uv"


def run(*command: str | Path, cwd: Path, **environ: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CAMPAIGN_", "VIRTUAL_ENV"))}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=kept | environ, capture_output=True, text=True, timeout=180
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of an environment that holds nothing but our wheel and what it needs."""
    if not UV.exists():
        skip("uv is not in this environment; `make test` puts it there")
    folder = tmp_path_factory.mktemp("wheel")
    try:
        run(UV, "build", "--wheel", "--out-dir", folder, PROJECT, cwd=folder)
    except AssertionError as error:
        if "network" in str(error) or "connect" in str(error).lower():
            skip("building a wheel needs the package index once")
        raise
    run(UV, "venv", "--python", sys.executable, folder / "environment", cwd=folder)
    python = folder / "environment" / "bin" / "python"
    run(UV, "pip", "install", "--python", python, next(folder.glob("*.whl")), cwd=folder)
    return python.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as response:
        return str(response.read().decode())


@pytest.mark.full
def test_the_wheel_alone_migrates_and_serves_a_styled_page(installed: Path, tmp_path: Path) -> None:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    environ = {"CAMPAIGN_INSTANCE": str(tmp_path / "instance"), "BASE_URL": base}
    run(installed / "campaign", "demo", "--setup-only", cwd=tmp_path, **environ)
    run(installed / "campaign", "db", "check", cwd=tmp_path, **environ)
    server = subprocess.Popen(
        [installed / "campaign", "serve", "--workers", "1", "--port", str(port)],
        cwd=tmp_path,
        env=os.environ | environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        page = _when_up(f"{base}/")
        sheet = re.search(r'href="(/static/site\.css[^"]*)"', page)
        assert sheet, "the page has no stylesheet"
        assert "--" in get(base + sheet.group(1).replace("&amp;", "&"))
        assert re.search(r'href="/campaigns/[\w-]+"', page), "the demo campaigns travel in the wheel"
    finally:
        server.terminate()
        server.wait(timeout=20)


def _when_up(url: str) -> str:
    deadline = time.monotonic() + 30
    while True:
        try:
            return get(url)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
