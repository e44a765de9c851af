"""Which spellings are one mailbox, and which only look alike."""

import random
from pathlib import Path

import pytest

from campaign import create_app
from campaign.errors import Refused
from campaign.mail.mailboxes import canonical, deliverable, domain_of, is_large, mailbox_key

SAME = [
    ("Ann@Example.org", "ann@example.org", "case"),
    ("a.n.n@gmail.com", "ann@gmail.com", "dots mean nothing at Gmail"),
    ("ann+petitions@gmail.com", "ann@gmail.com", "what follows a plus is a tag"),
    ("ANN@googlemail.com", "ann@gmail.com", "one provider, two domains"),
    ("ann+x@outlook.com", "ann@outlook.com", "tags at Outlook"),
    ("ann+x@fastmail.com", "ann@fastmail.com", "tags at Fastmail"),
    ("ann@me.com", "ann@icloud.com", "Apple's three domains"),
    ("a-n_n@protonmail.com", "ann@proton.me", "Proton reads past hyphens and underscores"),
    ("ann@bücher.example", "ann@xn--bcher-kva.example", "a domain in letters and in ASCII"),
    ("ａｎｎ＠ｅｘａｍｐｌｅ.org", "ann@example.org", "full-width letters"),
]
APART = [
    ("a.nn@example.org", "ann@example.org", "dots mean something elsewhere"),
    ("ann+x@example.org", "ann@example.org", "no rule known for this provider"),
    ("ann@hotmail.com", "ann@outlook.com", "two mailboxes of one firm"),
    ("аnn@example.org", "ann@example.org", "the first letter is Cyrillic"),
    ("ann@exarnple.org", "ann@example.org", "rn looks like m"),
    ("+@gmail.com", "+x@outlook.com", "nothing but a tag"),
    ("ann@straße.example", "ann@strasse.example", "two domains since IDNA 2008"),
]


@pytest.mark.parametrize(("one", "other", "reason"), SAME)
def test_spellings_of_one_mailbox(one: str, other: str, reason: str) -> None:
    assert canonical(one) == canonical(other), reason


@pytest.mark.parametrize(("one", "other", "reason"), APART)
def test_look_alikes_stay_apart(one: str, other: str, reason: str) -> None:
    assert canonical(one) != canonical(other), reason


def test_a_domain_in_letters_is_written_to_in_ascii() -> None:
    assert deliverable("Ann@bücher.example") == "Ann@xn--bcher-kva.example"


def test_the_key_needs_the_secret() -> None:
    key = mailbox_key("secret", "ann@example.org")
    assert key == mailbox_key("secret", "ANN@example.org")
    assert key != mailbox_key("another", "ann@example.org")
    assert "ann" not in key and len(key) == 64


# --- R02: one person, many spellings

RULES = [
    ("gmail.com", ("gmail.com", "googlemail.com"), ".", "+"),
    ("proton.me", ("proton.me", "protonmail.com", "protonmail.ch", "pm.me"), ".-_", "+"),
    ("icloud.com", ("icloud.com", "me.com", "mac.com"), "", "+"),
    ("outlook.com", ("outlook.com",), "", "+"),
    ("hotmail.com", ("hotmail.com",), "", "+"),
    ("fastmail.com", ("fastmail.com",), "", "+"),
    ("posteo.de", ("posteo.de",), "", "+"),
    ("mailbox.org", ("mailbox.org",), "", "+"),
    ("bücher.example", ("bücher.example", "xn--bcher-kva.example", "BÜCHER.example"), "", ""),
    ("example.org", ("example.org", "ｅｘａｍｐｌｅ.org"), "", ""),
]
FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F) if chr(code) != "@"})


def mailboxes(number: int) -> list[tuple[str, tuple[str, ...], str, str]]:
    """(name before the @, domains, ignored, tag) of so many mailboxes, each rule in turn."""
    return [(f"signer{number}x", *RULES[number % len(RULES)][1:]) for number in range(number)]


def variants(chance: random.Random, mailbox: tuple[str, tuple[str, ...], str, str], number: int) -> list[str]:
    """One mailbox, spelt in so many ways."""
    local, domains, ignored, tag = mailbox
    found = []
    for _ in range(number):
        spelt = "".join(
            chance.choice((char, char.upper())) + (chance.choice(ignored) if ignored and chance.random() < 0.3 else "")
            for char in local
        ).rstrip(ignored or "\0")
        if tag and chance.random() < 0.6:
            spelt += tag + chance.choice(("petitions", "1", "a.b-c", "X_y", ""))
        domain = chance.choice(domains)
        if chance.random() < 0.2 and domain.isascii():
            spelt, domain = spelt.translate(FULL_WIDTH), domain.translate(FULL_WIDTH)
        found.append(f"{spelt}@{chance.choice((domain, domain.upper() if domain.isascii() else domain))}")
    return found


def look_alikes(number: int) -> list[str]:
    """Distinct mailboxes, each nearly one of those above."""
    kinds = (
        "signer.{n}x@example.org", "signer{n}x+a@example.org", "s1gner{n}x@gmail.com", "signеr{n}x@gmail.com",
        "signer{n}x@gmai1.com", "signer.{n}x@outlook.com", "signer-{n}x@gmail.com", "signer{n}x@live.com",
        "signer{n}x@bucher.example", "signer{n}x@mail.example.org",
    )  # fmt: skip
    return [kinds[n % len(kinds)].format(n=n) for n in range(number)]


def test_ten_thousand_spellings_are_five_hundred_mailboxes() -> None:
    chance = random.Random(2)
    found: set[str] = set()
    for mailbox in mailboxes(500):
        spelt = variants(chance, mailbox, 20)
        one = {canonical(address) for address in spelt}
        assert len(one) == 1, spelt
        found |= one
    assert len(found) == 500
    controls = {canonical(address) for address in look_alikes(500)}
    assert len(controls) == 500 and not controls & found


# --- the table is data


def test_an_installation_adds_and_changes_providers(tmp_path: Path) -> None:
    (tmp_path / "mail_providers.toml").write_text(
        '[[providers]]\ndomain = "town.example"\naliases = ["city.example"]\ntag = "-"\nis_large = true\n'
        '[[providers]]\ndomain = "gmail.com"\n'
    )
    app = create_app(tmp_path, environ={}, quiet=True)
    with app.app_context():
        assert canonical("Ann-x@city.example") == "ann@town.example"
        assert (domain_of("ann@city.example"), is_large("town.example")) == ("town.example", True)
        assert canonical("a.nn@gmail.com") != canonical("ann@gmail.com") != canonical("ann@googlemail.com")
    assert canonical("a.nn@googlemail.com") == "ann@gmail.com"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[providers]", "mail_providers.toml"),
        ('[[providers]]\ntag = "+"', "needs a domain"),
        ('[[providers]]\ndomain = "x.org"\ntags = "+"', "x.org: “tags”"),
        ('[[providers]]\ndomain = "x.org"\naliases = "y.org"', "x.org: “aliases”"),
        ('[[providers]]\ndomain = "Bücher.org"', "small ASCII letters"),
        ('[[providers]]\ndomain = "x.org"\ntag = "++"', "one character"),
        ("providers = 5", "mail_providers.toml"),
    ],
)
def test_a_table_that_cannot_be_read_stops_the_start(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "mail_providers.toml").write_text(text)
    with pytest.raises(Refused, match=message):
        create_app(tmp_path, environ={}, quiet=True)
