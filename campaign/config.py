"""Every setting with its default and meaning, where its value comes from, and which values are refused."""

import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from campaign.errors import Refused


@dataclass(frozen=True)
class Setting:
    """One setting. `default` also says its type; `env` is the environment variable that overrides the file."""

    name: str
    default: Any
    meaning: str

    @property
    def env(self) -> str:
        return self.name if self.name in UNPREFIXED else f"CAMPAIGN_{self.name}"


# These six have the names that hosting services already use.
UNPREFIXED = frozenset({"DATABASE_URL", "REDIS_URL", "SMTP_URL", "SECRET_KEY", "BASE_URL", "TRUSTED_PROXIES"})

SETTINGS = (
    Setting("ENV", "development", "development or production. Production refuses to start on an unsafe value."),
    Setting("SECRET_KEY", "", "Signs cookies and keys the hashes of addresses. 32 characters or more; never changes."),
    Setting("SECRET_KEY_FALLBACKS", [], "Former secret keys, so that cookies signed with them stay good for a while."),
    Setting("DATABASE_URL", "", "Where the rows are. Empty: an SQLite file in the instance folder."),
    Setting("REDIS_URL", "", "A Redis for limits shared by many machines. Empty: limits are kept in the database."),
    Setting("SMTP_URL", "", "smtp://user:password@host:587 (STARTTLS) or smtps://…:465. Empty: mails become files."),
    Setting("BASE_URL", "http://127.0.0.1:5000", "The address of this site; links in mails begin with it."),
    Setting("TRUSTED_HOSTS", [], "Further host names this site answers to. The host of BASE_URL always counts."),
    Setting("TRUSTED_PROXIES", 0, "How many proxies of yours stand before the app. 0: forwarded headers are ignored."),
    Setting("SITE_NAME", "Campaign", "The name in the header and in mails."),
    Setting("SITE_TAGLINE", "Read it. Sign it. Write to the people who decide.", "One line below the name."),
    Setting("ORGANISER_NAME", "", "Who runs this site; stands beside every form that asks for personal data."),
    Setting("ORGANISER_EMAIL", "", "Where people reach whoever runs this site."),
    Setting("MAIL_FROM", "", "The sender of our mails. Empty: campaign@ the host of BASE_URL."),
    Setting("LANGUAGES", ["en", "fr", "ar"], "Languages of the pages; the first is the default."),
    Setting("PENDING_DAYS", 30, "Days after which a signature that was never confirmed is forgotten."),
    Setting("RETENTION_DAYS", 180, "Days after a petition closes until names and addresses are deleted."),
    Setting("FORM_BYTES", 64 * 1024, "The largest body a public form may send, in bytes."),
    Setting("FIELD_CHARACTERS", 8 * 1024, "The longest single field a public form may send, in characters."),
    Setting("LETTER_BYTES", 256 * 1024, "The largest body a step of writing a letter may send, in bytes."),
    Setting("UPLOAD_BYTES", 2 * 1024 * 1024, "The largest article an organiser may upload or import, in bytes."),
    Setting("SESSION_IDLE_MINUTES", 30, "Minutes without a click after which an organiser is signed out."),
    Setting("SESSION_HOURS", 12, "Hours after which an organiser is signed out whatever they did."),
    Setting("SIGN_LIMIT", "30 per minute; 300 per hour", "Signatures accepted from one network address."),
    Setting("LETTER_LIMIT", "60 per minute; 600 per hour", "Steps of writing letters, from one network address."),
    Setting("SIGN_IN_LIMIT", "10 per 5 minutes", "Sign-in tries per account, and per network address."),
    Setting("ROSTER_WARN_DAYS", 30, "Days after which pages say that the list of officials is getting old."),
    Setting("WORKER_SECONDS", 1.0, "Seconds the worker rests when nothing is due."),
)

EXAMPLE_SECRETS = frozenset({"", "dev", "secret", "changeme", "change-me", "you-will-never-guess", "---"})


@dataclass(frozen=True)
class Problem:
    """What is unsafe or missing in an installation. `stops` means production will not start with it."""

    setting: str
    text: str
    remedy: str
    stops: bool = True


class UnsafeConfiguration(Refused):
    """Production was asked to start on a value that would put people at risk."""

    def __init__(self, problems: list[Problem]) -> None:
        lines = [f"{problem.setting}: {problem.text} {problem.remedy}" for problem in problems]
        super().__init__("This installation will not start in production:\n  " + "\n  ".join(lines))
        self.problems = problems


def instance_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """What belongs to this installation: database, config, exports, outgoing mail."""
    return Path(environ.get("CAMPAIGN_INSTANCE") or "instance").absolute()


def load(instance: Path, environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Defaults, then `config.toml` in the instance folder, then the environment.

    Raises Refused when the file has a setting nobody knows or a value of the wrong kind.
    """
    values = {setting.name: setting.default for setting in SETTINGS}
    known = {setting.name: setting for setting in SETTINGS}
    for name, value in _from_file(instance / "config.toml").items():
        if name not in known:
            raise Refused(f"config.toml: there is no setting called {name}. See campaign/config.py.", field=name)
        values[name] = _checked(known[name], value)
    for setting in SETTINGS:
        if setting.env in environ:
            values[setting.name] = _from_text(setting, environ[setting.env])
    values["INSTANCE"] = str(instance)
    values["DATABASE_URL"] = _database_url(values["DATABASE_URL"] or f"sqlite:///{instance / 'campaign.sqlite3'}")
    if not values["SECRET_KEY"] and values["ENV"] != "production":
        values["SECRET_KEY"] = _development_secret(instance)
    if not values["MAIL_FROM"]:
        values["MAIL_FROM"] = f"campaign@{urlsplit(values['BASE_URL']).hostname or 'localhost'}"
    return values


def problems(config: Mapping[str, Any]) -> list[Problem]:
    """What is unsafe or missing, the worst first. Empty in a well-kept production."""
    found = []
    base = urlsplit(config["BASE_URL"])
    if config["SECRET_KEY"] in EXAMPLE_SECRETS or len(config["SECRET_KEY"]) < 32:
        text = "is missing, short or an example."
        remedy = "Set it to the output of: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        found.append(Problem("SECRET_KEY", text, remedy))
    if base.scheme != "https":
        text = "does not begin with https://, so names and addresses would travel in the open."
        found.append(Problem("BASE_URL", text, "Put a proxy with a certificate in front and set its address."))
    if not base.hostname:
        found.append(Problem("BASE_URL", "names no host.", "Write it in full: https://petitions.example.org"))
    if config.get("DEBUG"):
        found.append(Problem("DEBUG", "is on and shows the program's insides.", "Remove FLASK_DEBUG."))
    if not config["ORGANISER_NAME"] or not config["ORGANISER_EMAIL"]:
        text = "is empty, and nobody may be asked for personal data by an unknown person."
        found.append(Problem("ORGANISER_NAME, ORGANISER_EMAIL", text, "Say who runs this site and where to write."))
    if not config["SMTP_URL"]:
        text = "is empty, so confirmation mails stay in the instance folder."
        found.append(Problem("SMTP_URL", text, "Name your mail server: smtp://user:password@host:587", stops=False))
    if config["DATABASE_URL"].startswith("sqlite") and config["REDIS_URL"]:
        text = "is set, yet SQLite keeps the rows on one machine."
        found.append(Problem("REDIS_URL", text, "Remove it, or move to PostgreSQL.", stops=False))
    return found


def refuse_unsafe(config: Mapping[str, Any]) -> None:
    """Raise UnsafeConfiguration when production is about to start with a problem that stops it."""
    if config["ENV"] != "production":
        return
    stopping = [problem for problem in problems(config) if problem.stops]
    if stopping:
        raise UnsafeConfiguration(stopping)


def is_secure(config: Mapping[str, Any]) -> bool:
    """True when people reach the site over https, so that cookies may insist on it."""
    return urlsplit(str(config["BASE_URL"])).scheme == "https"


def _from_file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise Refused(f"{path}: {error}. Mend the line, or remove the file to go back to the defaults.") from error


def _from_text(setting: Setting, text: str) -> Any:
    if isinstance(setting.default, list):
        return [part.strip() for part in text.split(",") if part.strip()]
    if isinstance(setting.default, int | float):
        try:
            return type(setting.default)(text)
        except ValueError as error:
            raise Refused(f"{setting.env} must be a number, not “{text}”.", field=setting.name) from error
    return text


def _checked(setting: Setting, value: Any) -> Any:
    expected = float if isinstance(setting.default, float) else type(setting.default)
    if expected is float and isinstance(value, int):
        value = float(value)
    if not isinstance(value, expected):
        text = f"config.toml: {setting.name} must be a {expected.__name__}, not {value!r}."
        raise Refused(text, field=setting.name)
    return value


def _database_url(url: str) -> str:
    """Hosting services say postgres://; SQLAlchemy wants the driver named."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _development_secret(instance: Path) -> str:
    """A secret of this installation's own, made once, so that a demo needs no set-up and no two share a key."""
    path = instance / "secret_key"
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        path.write_text(secrets.token_urlsafe(48), encoding="utf-8")
        path.chmod(0o600)
    return path.read_text(encoding="utf-8").strip()
