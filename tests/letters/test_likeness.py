"""Which letters count as nearly the same."""

import random

import pytest

from campaign.letters import likeness

TEXT = """I urge you to mend the bridge before winter. My children cross it every day on their way to school, and the
railing on the river side has been loose since the flood. The county promised to repair it in March and again in June.
Please tell me by the end of the month when the work begins, and what you will do if it does not."""
OTHER = """As a nurse at the clinic across the river I see what happens when the ambulance takes the long way round.
Two people waited an hour last week. I ask you to put the money for the new crossing into this year's budget, and to
come and look at the queue on a Monday morning with your own eyes."""
CHINESE = "我请求您在冬天之前修好这座桥。我的孩子每天上学都要经过它，自从洪水以来栏杆一直松动。请告诉我何时开工。"


def like(one: str, other: str) -> float:
    return likeness.likeness(likeness.sketch(one), likeness.sketch(other))


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        (TEXT, TEXT, 1, 1),
        (TEXT, TEXT.upper().replace(".", "!\n"), 1, 1),  # how it is typed makes no other letter
        (TEXT, TEXT.replace("My children", "My two daughters"), 0.7, 1),
        (TEXT, "Thank you for your time. " + TEXT, 0.7, 1),
        (TEXT, OTHER, 0, 0.1),
        (TEXT, OTHER + " " + TEXT[:120], 0, 0.4),  # a quotation
        (CHINESE, CHINESE.replace("孩子", "女儿"), 0.6, 1),
        (CHINESE, "你好，谢谢你的来信，我们明天在车站见面，然后一起去市场买水果和蔬菜，晚上看电影。", 0, 0.1),
        ("Act.", "Act!", 1, 1),
        ("", "…", 1, 1),
    ],
)
def test_phrases_in_common_make_letters_alike(one: str, other: str, least: float, most: float) -> None:
    assert least <= like(one, other) <= most


@pytest.mark.parametrize(
    ("body", "name", "core"),
    [
        (f"Dear Senator Ames,\n\n{TEXT}\n\nSincerely,\nSuzie Signer\n1 Road", "Suzie Signer", f"{TEXT}\n\nSincerely,"),
        (TEXT, "Suzie Signer", TEXT),
        ("Dear X,\nI am Suzie Signer.\nAct.", "Suzie Signer", "I am Suzie Signer.\nAct."),
        ("Only this,", "", ""),
        ("", "", ""),
    ],
)
def test_greeting_name_and_address_do_not_count(body: str, name: str, core: str) -> None:
    assert likeness.core(body, name) == core


def test_letters_that_are_alike_are_found_by_a_band() -> None:
    words = [f"word{number}" for number in range(400)]
    shuffle = random.Random(1)
    missed = found = 0
    for _ in range(150):
        text = shuffle.choices(words, k=120)
        changed = [shuffle.choice(words) if shuffle.random() < 0.08 else word for word in text]
        pair = [set(likeness.bands(likeness.sketch(" ".join(one)))) for one in (text, changed)]
        missed += not pair[0] & pair[1]
        found += bool(pair[0] & set(likeness.bands(likeness.sketch(" ".join(shuffle.choices(words, k=120))))))
    assert missed <= 1 and found == 0
