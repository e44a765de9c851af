"""One form of each mailbox's many spellings, and a keyed hash of it.

Used to notice that two spellings lead to one mailbox. Mail goes to the address as it was typed.
"""

import hmac
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask import Flask, current_app, has_app_context

from campaign.errors import Refused
from campaign.paths import SEEDS

FILE = "mail_providers.toml"
DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


@dataclass(frozen=True)
class Provider:
    """How a mail provider reads the part before the @. What the fields mean stands in seeds/mail_providers.toml."""

    domain: str
    aliases: tuple[str, ...] = ()
    ignored: str = ""
    tag: str = ""
    is_large: bool = False


Table = Mapping[str, Provider]  # by each of their domains


def init_app(app: Flask) -> None:
    """Read the providers' rules, and this installation's own. Raises Refused for a file that cannot be read."""
    own = Path(app.config["INSTANCE"]) / FILE
    changed = read(own) if own.exists() else {}
    # A provider that is written anew is as it stands there, with the aliases that stand there.
    kept = {domain: provider for domain, provider in shipped().items() if provider.domain not in changed}
    app.extensions["mail providers"] = kept | changed


@cache
def shipped() -> Table:
    """The rules that come with the software."""
    return read(SEEDS / FILE)


def read(path: Path) -> dict[str, Provider]:
    """The providers of a file by their domains. Raises Refused, naming the file and the provider that is wrong."""
    try:
        listed = tomllib.loads(path.read_text(encoding="utf-8")).get("providers", [])
        providers = [_provider(entry) for entry in listed]
    except (OSError, TypeError, ValueError) as error:
        raise Refused(f"{path}: {error}", field=FILE) from error
    return {domain: provider for provider in providers for domain in (provider.domain, *provider.aliases)}


def providers() -> Table:
    """The rules that hold here: within an app, its installation's own."""
    table: Table = current_app.extensions["mail providers"] if has_app_context() else shipped()
    return table


def domain_of(address: str) -> str:
    """The domain of an address as mail servers know it; of a provider with several, the one that stands for all."""
    domain = canonical(address).rpartition("@")[2]
    provider = providers().get(domain)
    return provider.domain if provider else domain


def is_large(domain: str) -> bool:
    """True when people of all kinds have their mail at this domain."""
    provider = providers().get(domain)
    return provider is not None and provider.is_large


def canonical(address: str) -> str:
    """The one form of a mailbox's address: "A.n.n+news@GoogleMail.com" and "ann@gmail.com" are one mailbox.

    Look-alikes that differ ("аnn" with a Cyrillic а) stay apart.
    """
    local, _, domain = unicodedata.normalize("NFKC", address.strip()).lower().rpartition("@")
    domain = _ascii(domain)
    provider = providers().get(domain)
    if provider is None:
        return f"{local}@{domain}"
    if provider.tag:
        # A mailbox whose name begins with the tag's sign has nothing else to go by.
        local = local.partition(provider.tag)[0] or local
    kept = "".join(character for character in local if character not in provider.ignored)
    return f"{kept or local}@{provider.domain}"


def mailbox_key(secret: str, address: str) -> str:
    """What stands for a mailbox in lists of mails and of "never mail me": it names nobody without the secret."""
    message = f"campaign mailbox\0{canonical(address)}"
    return hmac.digest(secret.encode(), message.encode(), "sha256").hex()


def deliverable(address: str) -> str:
    """The address as every mail server takes it: a domain with other letters in its ASCII form."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{_ascii(domain)}"


def _provider(entry: Any) -> Provider:
    if not isinstance(entry, dict) or not isinstance(entry.get("domain"), str):
        raise ValueError("each of the providers needs a domain.")
    kinds = {"domain": str, "aliases": list, "ignored": str, "tag": str, "is_large": bool}
    for name, value in entry.items():
        if name not in kinds or not isinstance(value, kinds[name]):
            raise ValueError(f"{entry['domain']}: “{name}” is not known, or not of the right kind.")
    aliases = entry.get("aliases", [])
    domains = [entry["domain"], *aliases]
    if not all(isinstance(domain, str) and DOMAIN.fullmatch(domain) for domain in domains):
        raise ValueError(f"{entry['domain']}: write domains in small ASCII letters, as mail servers know them.")
    if len(entry.get("tag", "")) > 1:
        raise ValueError(f"{entry['domain']}: a tag is one character.")
    return Provider(**{**entry, "aliases": tuple(aliases)})


def _ascii(domain: str) -> str:
    """ "bücher.example" as mail servers know it: "xn--bcher-kva.example"."""
    if domain.isascii():
        return domain
    try:
        return validate_email(f"x@{domain}", check_deliverability=False).ascii_domain
    except EmailNotValidError:
        return domain
