"""Which spellings are one mailbox, and which only look alike."""

import pytest

from campaign.petitions.signers import canonical, signer_key

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


def test_the_key_needs_the_secret() -> None:
    key = signer_key("secret", "ann@example.org")
    assert key == signer_key("secret", "ANN@example.org")
    assert key != signer_key("another", "ann@example.org")
    assert "ann" not in key and len(key) == 64
