"""Passwords are hashed expensively, and those that others would guess are refused."""

from time import process_time

import pytest
from flask import Flask

from campaign.accounts import passwords


def test_a_hash_says_how_it_was_made_and_fits_its_password_only() -> None:
    stored = passwords.hashed("seven green turtles dance")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches(stored, "seven green turtles dance")
    assert not passwords.matches(stored, "seven green turtles Dance")
    assert not passwords.matches(None, "seven green turtles dance")


def test_two_keyboards_spell_the_same_password() -> None:
    stored = passwords.hashed("sept tortues vertes dans\u00e9")
    assert passwords.matches(stored, "sept tortues vertes danse\u0301")


def test_an_unknown_account_takes_as_long_as_a_wrong_password() -> None:
    stored = passwords.hashed("seven green turtles dance")
    passwords.matches(None, "warm up")

    def quickest(which: str | None) -> float:
        times = []
        for _ in range(7):
            started = process_time()
            passwords.matches(which, "not the password")
            times.append(process_time() - started)
        return min(times)

    assert 0.5 < quickest(None) / quickest(stored) < 2


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "elevenchars",
        "x" * 201,
        "password1234",
        "P@ssw0rd1234",
        "123456789012",
        "qwertyuiop[]",
        "qwertyqwerty",
        "aaaaaaaaaaaaaaa",
        "LetMeIn2026!!",
        "iloveyou-iloveyou",
        "charlie-charlie",  # the account's own address
        "Exampleorg2026",
        "            ",
    ],
)
def test_passwords_others_would_guess_are_refused(app: Flask, password: str) -> None:
    with app.test_request_context(), pytest.raises(passwords.WeakPassword):
        passwords.refuse_weak(password, email="charlie@exampleorg.example")


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "sept tortues vertes dansent",
        "vK8#mQ2$xW9z",
        "七只绿色的乌龟在院子里跳舞",
        "demo organiser",
    ],
)
def test_passwords_of_ones_own_are_fine(app: Flask, password: str) -> None:
    with app.test_request_context():
        passwords.refuse_weak(password, email="charlie@example.org")
