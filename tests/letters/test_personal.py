import pytest

from campaign.letters.personal import hint, share

SAMPLE = "Please mend the bridge before winter comes to us."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SAMPLE, 0.0),
        (SAMPLE.replace(" ", "\n"), 0.0),  # how it is laid out is nobody's own words
        (SAMPLE + " My son crosses it every day to get to school.", 10 / 19),
        ("I like it as it is", 1.0),
        ("", 0.0),
    ],
)
def test_ones_own_words_are_counted(text: str, expected: float) -> None:
    assert share(SAMPLE, text) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (SAMPLE, "You have not changed a word"),
        (SAMPLE + " I live beside it.", "31 % of the words are your own. That is a letter offices read."),
        (SAMPLE * 30 + " Hello", "% of the words are your own"),
    ],
)
def test_the_hint_is_gentle(app: object, text: str, words: str) -> None:
    with app.app_context():  # type: ignore[attr-defined]
        assert words in hint(SAMPLE, text)
