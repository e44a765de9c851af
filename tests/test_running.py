"""The commands of an installation, run as people run them."""

import io
import json
import socket
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from campaign import running
from campaign.cli import main
from campaign.running import PortTaken
from tests import make


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


def campaign(instance: Path, *arguments: str, **environ: str) -> Done:
    """What `campaign …` answers, run as the installed command runs it."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    with pytest.MonkeyPatch.context() as patched, redirect_stdout(out), redirect_stderr(err):
        patched.setattr(sys, "argv", ["campaign", *arguments])
        for name, value in ({"CAMPAIGN_INSTANCE": str(instance)} | environ).items():
            patched.setenv(name, value)
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
    return Done(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance that `campaign demo --setup-only` has set up."""
    instance = tmp_path_factory.mktemp("demo")
    done = campaign(instance, "demo", "--setup-only")
    assert done.returncode == 0, done.stderr
    return instance


def test_the_demo_sets_up_campaigns_in_three_languages_and_keeps_them(demo: Path) -> None:
    first = json.loads(campaign(demo, "list", "--json").stdout)
    assert len(first) >= 3 and all(row["state"] == "published" and row["confirmed"] for row in first)
    assert campaign(demo, "demo", "--setup-only").returncode == 0
    assert json.loads(campaign(demo, "list", "--json").stdout) == first


def test_the_demo_leaves_a_sound_installation(demo: Path) -> None:
    assert campaign(demo, "db", "check").returncode == 0
    assert campaign(demo, "counts", "check").returncode == 0
    doctor = campaign(demo, "doctor")
    assert doctor.returncode == 0 and "SMTP_URL" in doctor.stdout
    assert campaign(demo, "worker", "--once").returncode == 0


def test_a_taken_port_is_said_with_a_way_out(demo: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = campaign(demo, "demo", "--port", str(port))
    assert done.returncode == 1
    assert f"Port {port} is taken" in done.stderr and f"--port {port + 1}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_free_port_is_listened_on() -> None:
    listener = running.listen(0)
    assert listener.getsockname()[1]
    with pytest.raises(PortTaken):
        running.listen(listener.getsockname()[1])
    listener.close()


def test_production_serves_no_demo_and_no_unsafe_site(tmp_path: Path) -> None:
    unsafe = campaign(tmp_path, "serve", CAMPAIGN_ENV="production")
    assert unsafe.returncode == 1 and "SECRET_KEY" in unsafe.stderr and "BASE_URL" in unsafe.stderr
    safe = {
        "CAMPAIGN_ENV": "production",
        "SECRET_KEY": "s" * 48,
        "BASE_URL": "https://petitions.example.org",
        "CAMPAIGN_ORGANISER_NAME": "Charlie",
        "CAMPAIGN_ORGANISER_EMAIL": "charlie@example.org",
    }
    demo = campaign(tmp_path, "demo", **safe)
    assert demo.returncode == 1 and "campaign serve" in demo.stderr


def test_commands_on_an_empty_instance_say_what_to_run(tmp_path: Path) -> None:
    done = campaign(tmp_path, "serve")
    assert done.returncode == 1 and "campaign db upgrade" in done.stderr


def test_an_unknown_setting_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('SITE_NAMME = "Typo"\n', encoding="utf-8")
    done = campaign(tmp_path, "list")
    assert done.returncode == 1 and "SITE_NAMME" in done.stderr


def test_health_says_whether_rows_can_be_read(app: Flask, session: Session) -> None:
    make.campaign(session)
    session.commit()
    response = app.test_client().get("/health")
    assert response.status_code == 200 and response.json == {"status": "ok"}
