"""Settings: where they come from, and what production refuses."""

from pathlib import Path
from typing import Any

import pytest

from campaign import config, create_app
from campaign.config import SETTINGS, UnsafeConfiguration
from campaign.errors import Refused

SAFE = {
    "ENV": "production",
    "SECRET_KEY": "a-long-random-value-that-nobody-knows-0123456789",
    "BASE_URL": "https://petitions.example.org",
    "ORGANISER_NAME": "Charlie’s campaigns",
    "ORGANISER_EMAIL": "charlie@example.org",
    "SMTP_URL": "smtp://mail.example.org",
    "TRUSTED_PROXIES": 1,
}


def test_the_environment_wins_over_the_file_and_the_file_over_defaults(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('SITE_NAME = "From the file"\nSITE_TAGLINE = "From the file"\n')
    values = config.load(tmp_path, {"CAMPAIGN_SITE_NAME": "From the environment"})
    assert values["SITE_NAME"] == "From the environment"
    assert values["SITE_TAGLINE"] == "From the file"
    assert values["PENDING_DAYS"] == 30


def test_well_known_names_need_no_prefix(tmp_path: Path) -> None:
    values = config.load(tmp_path, {"DATABASE_URL": "postgres://db/campaign", "TRUSTED_PROXIES": "1"})
    assert values["DATABASE_URL"] == "postgresql+psycopg://db/campaign"
    assert values["TRUSTED_PROXIES"] == 1


def test_lists_and_numbers_come_from_text(tmp_path: Path) -> None:
    environ = {"CAMPAIGN_LANGUAGES": "fr, ar", "CAMPAIGN_WORKER_SECONDS": "0.5"}
    values = config.load(tmp_path, environ)
    assert (values["LANGUAGES"], values["WORKER_SECONDS"]) == (["fr", "ar"], 0.5)


@pytest.mark.parametrize(
    ("file", "environ", "message"),
    [
        ('SITE_NAEM = "x"', {}, "no setting called SITE_NAEM"),
        ('PENDING_DAYS = "thirty"', {}, "PENDING_DAYS must be a int"),
        ("LANGUAGES = ", {}, "Mend the line"),
        ('DISPOSABLE = "perhaps"', {}, "accept, flag, refuse"),
        ("", {"CAMPAIGN_PENDING_DAYS": "thirty"}, "CAMPAIGN_PENDING_DAYS must be a number"),
        ("EMBED_SITES = [1]", {}, "“1”, which is no site"),
        *(
            ("", {"CAMPAIGN_EMBED_SITES": f"https://good.example, {site}"}, "EMBED_SITES names .* no site")
            for site in (
                "example.org",
                "https://a.example/page",
                "https://a.example; script-src *",
                "javascript:x",
                "*.org",
            )
        ),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, file: str, environ: dict[str, str], message: str) -> None:
    (tmp_path / "config.toml").write_text(file)
    with pytest.raises(Refused, match=message):
        config.load(tmp_path, environ)


def test_sites_that_may_frame_us_are_written_as_a_header_needs_them(tmp_path: Path) -> None:
    sites = ["*", "https://example.org", "https://*.example.org", "http://localhost:8000"]
    assert config.load(tmp_path, {"CAMPAIGN_EMBED_SITES": ", ".join(sites)})["EMBED_SITES"] == sites


def test_a_safe_production_starts(tmp_path: Path) -> None:
    assert config.problems(SAFE_VALUES) == []
    app = create_app(tmp_path, environ={}, overrides=SAFE, quiet=True)
    assert app.config["SESSION_COOKIE_SECURE"] is True
    assert app.config["SESSION_COOKIE_NAME"] == "__Host-session"


SAFE_VALUES: dict[str, Any] = {setting.name: setting.default for setting in SETTINGS} | SAFE


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("SECRET_KEY", "", "secrets.token_urlsafe"),
        ("SECRET_KEY", "changeme", "secrets.token_urlsafe"),
        ("SECRET_KEY", "x" * 31, "secrets.token_urlsafe"),
        ("BASE_URL", "http://petitions.example.org", "Put a proxy with a certificate in front"),
        ("BASE_URL", "petitions.example.org", "Write it in full"),
        ("ORGANISER_NAME", "", "Say who runs this site"),
        ("ORGANISER_EMAIL", "", "Say who runs this site"),
        ("DEBUG", True, "Remove FLASK_DEBUG"),
    ],
)
def test_production_refuses_what_is_unsafe_and_says_how_to_mend_it(
    tmp_path: Path, name: str, value: Any, remedy: str
) -> None:
    with pytest.raises(UnsafeConfiguration) as refused:
        create_app(tmp_path, environ={}, overrides=SAFE | {name: value}, quiet=True)
    assert name in refused.value.message
    assert remedy in refused.value.message


def test_the_secret_itself_is_never_in_the_message(tmp_path: Path) -> None:
    with pytest.raises(UnsafeConfiguration) as refused:
        create_app(tmp_path, environ={}, overrides=SAFE | {"SECRET_KEY": "short-and-secret"}, quiet=True)
    assert "short-and-secret" not in refused.value.message


@pytest.mark.parametrize(
    ("name", "value"),
    [("SMTP_URL", ""), ("REDIS_URL", "redis://127.0.0.1"), ("TRUSTED_PROXIES", 0)],
)
def test_what_is_only_unwise_is_told_but_does_not_stop(name: str, value: str) -> None:
    found = config.problems(SAFE_VALUES | {"DATABASE_URL": "sqlite:///x"} | {name: value})
    assert [(problem.setting, problem.stops) for problem in found] == [(name, False)]
    config.refuse_unsafe(SAFE_VALUES | {"DATABASE_URL": "sqlite:///x"} | {name: value})


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"ASSISTANT_URL": "http://127.0.0.1:11434/v1", "ASSISTANT_MODEL": "small"}, []),  # its own machine is fine
        ({"ASSISTANT_URL": "https://models.example/v1"}, ["ASSISTANT_MODEL"]),
        ({"ASSISTANT_URL": "http://models.example/v1", "ASSISTANT_MODEL": "small"}, ["ASSISTANT_URL"]),
        ({"ASSISTANT_URL": "models.example", "ASSISTANT_MODEL": "small"}, ["ASSISTANT_URL"]),
        ({"ASSISTANT_MODEL": "small"}, []),
    ],
)
def test_an_assistant_that_cannot_work_is_told(values: dict[str, str], named: list[str]) -> None:
    found = config.problems(SAFE_VALUES | values)
    assert [(problem.setting, problem.stops) for problem in found] == [(name, False) for name in named]


def test_production_is_stricter_unless_told_otherwise(tmp_path: Path) -> None:
    assert config.load(tmp_path, {})["SIGN_SECONDS"] == 0
    production = config.load(tmp_path, {"CAMPAIGN_ENV": "production"})
    assert (production["SIGN_SECONDS"], production["SIGN_DOMAIN_LIMIT"]) == (2, "600 per hour")
    told = {"CAMPAIGN_ENV": "production", "CAMPAIGN_SIGN_SECONDS": "0", "CAMPAIGN_SIGN_DOMAIN_LIMIT": ""}
    assert config.load(tmp_path, told)["SIGN_SECONDS"] == 0
    assert config.load(tmp_path, told)["SIGN_DOMAIN_LIMIT"] == ""


def test_development_makes_a_secret_of_its_own_once(tmp_path: Path) -> None:
    first = config.load(tmp_path, {})["SECRET_KEY"]
    assert len(first) >= 32
    assert config.load(tmp_path, {})["SECRET_KEY"] == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
    assert config.load(tmp_path / "other", {})["SECRET_KEY"] != first


def test_production_never_makes_one_up(tmp_path: Path) -> None:
    assert config.load(tmp_path, {"CAMPAIGN_ENV": "production"})["SECRET_KEY"] == ""


def test_every_setting_says_what_it_means() -> None:
    for setting in SETTINGS:
        assert setting.meaning.endswith("."), setting.name
        assert not (setting.name.isupper() and "SECRET" in setting.name and setting.default), setting.name
