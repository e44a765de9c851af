"""The few sentences that say what an article is about."""

from pathlib import Path

from campaign.articles import key_points
from campaign.articles.page import KeyPoint
from campaign.articles.readers import text

RIVER = [
    "The council of Otterford voted on Monday to keep the old mill bridge closed to carts until spring. "
    "Engineers had found cracks in two of the bridge's three arches in October.",
    "Closing the bridge has cut the village of Lower Otterford off from its school and its only doctor. "
    "It rained. He left early.",
    "Residents of Lower Otterford have asked the council to mend the bridge before the winter floods. "
    "“We cannot wait,” one said.",
    "The county will pay for half of the work on the bridge, the council's treasurer said in a letter. "
    "A new bridge would cost nine times as much as mending the old one.",
    "Elsewhere a cat was rescued from a tall tree by three firemen and their long ladder on Tuesday.",
]


def test_the_points_are_sentences_of_the_article_in_its_order() -> None:
    points = key_points.choose(RIVER)
    whole = " ".join(RIVER)
    assert key_points.FEWEST <= len(points) <= key_points.MOST
    places = [whole.index(point.text) for point in points]
    assert places == sorted(places)
    assert all(point.anchored and point.rests_on == point.text for point in points)
    assert {point.label for point in points} == {key_points.CHOSEN}
    assert not any("cat was rescued" in point.text for point in points), "it says nothing of the rest"


def test_no_point_leans_on_the_sentence_before_it() -> None:
    texts = [point.text for point in key_points.choose(RIVER)]
    assert not any(text.startswith(("It ", "He ", "“")) for text in texts)


def test_only_sentences_that_may_be_quoted_are_chosen() -> None:
    points = key_points.choose(RIVER, within=1)
    assert points and all(point.text in RIVER[0] for point in points)


def test_a_short_article_is_its_own_summary() -> None:
    assert key_points.choose(RIVER[:1]) == []
    assert key_points.choose([]) == []


def test_scripts_without_spaces_have_points_too() -> None:
    paragraphs = [f"市议会第{n}次讨论了磨坊桥的修理计划和费用。居民要求在冬天之前修好磨坊桥。" for n in range(1, 7)]
    assert key_points.choose(paragraphs)


def test_the_real_page_has_three_points_of_a_machine_and_one_is_held_back(shared: Path) -> None:
    page = text.read((shared / "articles" / "004_d6e6052d6128ccab.txt").read_text(encoding="utf-8"))
    rows = key_points.kept(page.key_points, page.paragraphs)
    assert [row["label"] for row in rows] == ["AI generated"] * 3
    assert [key_points.is_shown(row) for row in rows] == [True, True, False]
    assert all(row["rests_on"] in " ".join(page.paragraphs) for row in rows[:2])


def test_what_a_file_says_was_kept_is_kept() -> None:
    [row] = key_points.kept([KeyPoint("Nobody printed this.", anchored=True)], RIVER)
    assert (row["state"], row["rests_on"], key_points.is_shown(row)) == ("kept", "", True)


def test_a_point_whose_sentence_was_taken_out_is_held_back() -> None:
    points = key_points.kept(key_points.choose(RIVER), RIVER)
    anew = key_points.anchored_anew(points, RIVER[1:])
    assert [key_points.is_shown(row) for row in anew] == [row["text"] not in RIVER[0] for row in anew]
