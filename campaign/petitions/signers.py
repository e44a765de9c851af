"""Who is the same signer: one form of each mailbox's many spellings, and a keyed hash of it.

Used only to notice that somebody signs twice. Mail goes to the address as it was typed.
"""

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email


@dataclass(frozen=True)
class Provider:
    """How a mail provider reads the part before the @.

    domain   the domain that stands for all of `aliases`
    aliases  domains that lead to the same mailboxes
    ignored  characters that make no difference
    tag      what follows this character makes no difference; "" where it does
    """

    domain: str
    aliases: tuple[str, ...] = ()
    ignored: str = ""
    tag: str = "+"


# Only rules the providers publish. Anywhere else two spellings are two people: refusing somebody's signature because
# of a rule their provider does not have would be worse than counting a person twice.
PROVIDERS = (
    Provider("gmail.com", aliases=("googlemail.com",), ignored="."),
    Provider("outlook.com"),
    Provider("hotmail.com"),
    Provider("live.com"),
    Provider("msn.com"),
    Provider("icloud.com", aliases=("me.com", "mac.com")),
    Provider("proton.me", aliases=("protonmail.com", "protonmail.ch", "pm.me"), ignored=".-_"),
    Provider("fastmail.com"),
    Provider("fastmail.fm"),
    Provider("zoho.com"),
    Provider("posteo.de"),
    Provider("mailbox.org"),
    Provider("hey.com"),
)
BY_DOMAIN = {domain: provider for provider in PROVIDERS for domain in (provider.domain, *provider.aliases)}


def canonical(address: str) -> str:
    """The one form of a mailbox's address: "A.n.n+news@GoogleMail.com" and "ann@gmail.com" are one mailbox.

    Look-alikes that differ ("аnn" with a Cyrillic а) stay apart.
    """
    local, _, domain = unicodedata.normalize("NFKC", address.strip()).lower().rpartition("@")
    domain = _ascii(domain)
    provider = BY_DOMAIN.get(domain)
    if provider is None:
        return f"{local}@{domain}"
    if provider.tag:
        # A mailbox whose name begins with the tag's sign has nothing else to go by.
        local = local.partition(provider.tag)[0] or local
    kept = "".join(character for character in local if character not in provider.ignored)
    return f"{kept or local}@{provider.domain}"


def signer_key(secret: str, address: str) -> str:
    """What stands for a mailbox in the unique key: without the secret nobody can test whether an address signed."""
    message = f"campaign signer\0{canonical(address)}"
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()


def deliverable(address: str) -> str:
    """The address as every mail server takes it: a domain with other letters in its ASCII form."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{_ascii(domain)}"


def _ascii(domain: str) -> str:
    """ "bücher.example" as mail servers know it: "xn--bcher-kva.example"."""
    if domain.isascii():
        return domain
    try:
        return validate_email(f"x@{domain}", check_deliverability=False).ascii_domain
    except EmailNotValidError:
        return domain
