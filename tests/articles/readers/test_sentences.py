"""Where sentences end, in several scripts."""

import pytest

from campaign.articles.readers import sentences


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Mr. Lee came. He saw.", ["Mr. Lee came.", "He saw."]),
        ("The U.S. Senate met on Jan. 5. No. 7 won.", ["The U.S. Senate met on Jan. 5.", "No. 7 won."]),
        ("Did it? No. It is over!", ["Did it?", "No.", "It is over!"]),
        ("J. R. Smith paid $3.5 million. Why?", ["J. R. Smith paid $3.5 million.", "Why?"]),
        ("“We get along,” he said. “Smart guy.” Yes.", ["“We get along,” he said.", "“Smart guy.”", "Yes."]),
        ("Am 3. Mai kam er, z.B. heute. Dann ging er.", ["Am 3. Mai kam er, z.B. heute.", "Dann ging er."]),
        ("At 5 p.m. the bridge closed. All left.", ["At 5 p.m. the bridge closed.", "All left."]),
        ("他来了。他看见了！好。", ["他来了。", "他看见了！", "好。"]),
        ("هل جاء؟ نعم جاء.", ["هل جاء؟", "نعم جاء."]),
        ("यह सच है। वह गया।", ["यह सच है।", "वह गया।"]),
        ("cut in the mid", ["cut in the mid"]),
        ("  ", []),
    ],
)
def test_a_text_falls_into_its_sentences(text: str, found: list[str]) -> None:
    assert sentences.split(text) == found
