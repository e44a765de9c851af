"""The small readers: one line in, what it is out."""

import pytest

from campaign.articles.page import Picture
from campaign.articles.readers import (
    bylines,
    furniture,
    keypoints,
    kinds,
    letters,
    links,
    marks,
    pictures,
    sections,
    sentences,
    subheads,
)
from campaign.articles.readers.bylines import Opening
from campaign.articles.readers.lines import Line


@pytest.mark.parametrize(
    "line",
    [
        "Home \u00a0 \u00a0 Categories \u00a0 \u00a0 Search \u00a0 \u00a0 Subscribe",
        "News | World | Sign in",
        "Accueil   Rubriques   Recherche",
        "Expand",
        "Sign Our Petition",
        "Sign our petition!",
        "Updated very often",
        "ADVERTISEMENT",
        "Follow topic:",
        "Follow topics: Ukraine, Russia",
        "5 min read",
        "All Opinions and Actions are (C)opyright 2025 - Example.com",
        "© 2026 Le Quai, tous droits réservés",
        "* * *",
        "--------",
    ],
)
def test_furniture_goes(line: str) -> None:
    assert furniture.is_furniture(Line(line))


@pytest.mark.parametrize(
    "line", ["Example Dove Logo", "Sign up now: Get ST's newsletters delivered to your inbox", "Search", "Subscribe"]
)
def test_frames_of_articles_go(line: str) -> None:
    assert furniture.is_frame(Line(line))


@pytest.mark.parametrize(
    "line",
    [
        "Homeless families search for a bed",
        "The copyright law of 1996 protects letters, the court said on Monday in a ruling.",
        "Sign the petition: it takes a minute.",
        "Share of homes without water rises",
        "Weather kills three in Weston",
        "Sports minister resigns",
    ],
)
def test_headlines_and_sentences_stay(line: str) -> None:
    assert not furniture.is_frame(Line(line))


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Opinion:", "opinion"),
        ("OPINION", "opinion"),
        ("## Opinion", "opinion"),
        ("**Opinion**", "opinion"),
        ("Opinion", "opinion"),
        ("Action:", "action"),
        ("CALL TO ACTION", "action"),
        ("To Do:", "todo"),
        ("TO-DO", "todo"),
        ("# To Do List", "todo"),
        ("What you can do", "todo"),
        ("Que faire :", "todo"),
        ("Was Sie tun können:", "todo"),
        ("10 Related Article(s):", "related"),
        ("1 Related Article:", "related"),
        ("RELATED STORIES", "related"),
        ("Sample letter to the mayor:", "letter"),
    ],
)
def test_headings_of_sections(heading: str, name: str) -> None:
    prose = Line("The council said on Monday that it would mend the bridge before the winter comes.")
    assert [section.name for section in sections.split([prose, Line(heading), prose])] == ["article", name]


@pytest.mark.parametrize("line", ["Opinion divided on bridge", "Actions speak louder", "Action", "OPINION"])
def test_other_lines_above_an_article_begin_no_section(line: str) -> None:
    assert len(sections.split([Line(line), Line("The bridge")])) == 1


def test_related_headlines_in_the_middle_do_not_swallow_the_rest() -> None:
    prose = "The council said on Monday that it would mend the bridge before the winter comes, " + "and so on, " * 5
    prose += "it said."
    found = sections.split([Line(prose), Line("Related stories"), Line("A headline"), Line(prose), Line(prose)])
    assert [(section.name, len(section.lines)) for section in found] == [("article", 1), ("related", 1), ("article", 2)]


@pytest.mark.parametrize(
    ("printed", "opening"),
    [
        ("ANCHORAGE, Alaska - Two met.", Opening("Two met.", "ANCHORAGE, Alaska")),
        ("WESTON, Ohio (AP) — A town asks.", Opening("A town asks.", "WESTON, Ohio", "AP")),
        ("MOSCOW, March 3 (Reuters) - The bank", Opening("The bank", "MOSCOW, March 3", "Reuters")),
        ("Paris, 3 mars (AFP) - Le ministre", Opening("Le ministre", "Paris, 3 mars", "AFP")),
        ("KYIV: The mayor said", Opening("The mayor said", "KYIV")),
        ("NATO - which was founded in 1949 - met", Opening("NATO - which was founded in 1949 - met")),
        ("The mayor - Ada Lind - said", Opening("The mayor - Ada Lind - said")),
        ("EXCLUSIVE: The mayor said", Opening("EXCLUSIVE: The mayor said")),
    ],
)
def test_datelines(printed: str, opening: Opening) -> None:
    assert bylines.opening(printed) == opening


@pytest.mark.parametrize(
    ("printed", "rest", "agency"),
    [
        ("It ends in February. REUTERS", "It ends in February.", "REUTERS"),
        ("“It ends.” (AP)", "“It ends.”", "AP"),
        ("It ends. – AFP", "It ends.", "AFP"),
        ("It ends. AFP, REUTERS", "It ends.", "AFP, REUTERS"),
        ("It ends in Reuters", "It ends in Reuters", ""),
        ("He works for the AP.", "He works for the AP.", ""),
    ],
)
def test_agencies_behind_the_last_sentence(printed: str, rest: str, agency: str) -> None:
    assert bylines.without_agency(printed) == (rest, agency)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Jane Doe", "Jane Doe"),
        ("BY JANE DOE AND JOHN ROE", "JANE DOE AND JOHN ROE"),
        ("Par Claire Martin", "Claire Martin"),
        ("By Jane Doe, staff writer", "Jane Doe, staff writer"),
        ("By the river, people wait", ""),
        ("By noon it was over", ""),
        ("By 2030?", ""),
    ],
)
def test_bylines(line: str, names: str) -> None:
    assert bylines.read(line) == names


@pytest.mark.parametrize(
    ("line", "picture"),
    [
        ("PHOTO: AFP", Picture("Two boats.", "AFP")),
        ("Photo by Jane Doe", Picture("Two boats.", "Jane Doe")),
        ("Image credit: Jane Doe/Reuters", Picture("Two boats.", "Jane Doe/Reuters")),
        ("© Getty Images", Picture("Two boats.", "© Getty Images")),
        ("Caption: A flooded street.", Picture("A flooded street.")),
        ("Caption: A flooded street (AFP)", Picture("A flooded street", "AFP")),
        ("A flooded street in Weston. Photo: Jane Doe", Picture("A flooded street in Weston.", "Jane Doe")),
        ("![A flooded street](https://example.org/a.jpg)", Picture("A flooded street")),
    ],
)
def test_pictures(line: str, picture: Picture) -> None:
    found = pictures.read(Line(line), Line("Two boats."))
    assert found is not None
    assert found[0] == picture


def test_a_blank_line_keeps_a_paragraph_from_becoming_a_caption() -> None:
    found = pictures.read(Line("PHOTO: AFP", gap=True), None)
    assert found == (Picture("", "AFP"), False)


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("‘Smart guy’", True),
        ("Why the plans stalled", True),
        ("WHAT COMES NEXT", True),
        ("Where else is it cool?", True),
        ("## A long subhead that Markdown marks, so that its length is no matter at all", True),
        ("The United States has had internal discussions", False),
        ("“I did not say that.”", False),
        ("He left.", False),
        ("and then", False),
    ],
)
def test_subheads(line: str, is_one: bool) -> None:
    assert subheads.is_subhead(line, "A paragraph follows.") is is_one
    assert not subheads.is_subhead(line, "")


@pytest.mark.parametrize(
    ("text", "is_whole"),
    [
        ("It ended.", True),
        ("“It ended.”", True),
        ("He said: “I want it to stop ...”", True),
        ("He named three:", True),
        ("See https://example.org/report", True),
        ("(Reporting by Jane Doe)", True),
        ("結束了。", True),
        ("هل انتهى؟", True),
        ("the Kremlin has dismissed the ICC warrant", False),
        ("It went on …", False),
        ("It went on [...]", False),
        ("One, two,", False),
        ("He said it was “over”", False),
    ],
)
def test_whole_sentences(text: str, is_whole: bool) -> None:
    assert sentences.is_finished(text) is is_whole


ARTICLE = ["The dam holds the water of 12 villages, records show.", "“We were never asked,” said the mayor of Weston."]


@pytest.mark.parametrize(
    ("point", "anchored"),
    [
        ("Dam holds water of 12 villages", True),
        ("Dam holds water of 14 villages", False),  # another figure
        ("The mayor of Weston says “we were never asked”", True),
        ("The mayor of Weston says “nobody told us”", False),  # a quotation that stands nowhere
        ("The minister promises a canal", False),
    ],
)
def test_key_points_rest_on_a_sentence(point: str, anchored: bool) -> None:
    [found] = keypoints.read([Line(f"- {point}")], ARTICLE, "")
    assert (found.text, found.anchored) == (point, anchored)


@pytest.mark.parametrize(
    "line", ["AI generated", "(AI-generated)", "This summary was created by AI", "Generated by AI and reviewed by Jane"]
)
def test_labels_of_machines(line: str) -> None:
    assert keypoints.label(line)


@pytest.mark.parametrize(
    ("title", "body", "kind"),
    [
        ("Engage with Petitions", "", "petition"),
        ("Write to your MP", "Sign the letter.", "contact"),
        ("Volunteer nearby", "", "local"),
        ("Spread the word", "", "social"),
        ("Educate yourself and others", "Write to nobody.", "learn"),
        ("Support Humanitarian Efforts", "", "donate"),
        ("Advocate for Accountability", "Write to the court.", "accountability"),
        ("Join the rally on Saturday", "", "event"),
        ("Keep going", "Sign the petition.", "petition"),  # the title says nothing, the text does
        ("Keep going", "", "learn"),
    ],
)
def test_kinds_of_actions(title: str, body: str, kind: str) -> None:
    assert kinds.guess(title, body) == kind


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("[Site](https://example.org/)", ["https://example.org/"]),
        ("[example.org](https://example.org) and https://example.org/", ["https://example.org"]),
        ("See www.example.org.", ["https://www.example.org"]),
        ("Use example.gov/contact, please.", ["https://example.gov/contact"]),
        ("Websites like Change.org", []),
        ("Write to ann@example.org", ["mailto:ann@example.org"]),
        ("[x](javascript:alert(1)) [y](data:text/html,z)", []),
        ("[x](//example.org/a)", ["https://example.org/a"]),
    ],
)
def test_links(text: str, urls: list[str]) -> None:
    assert [link.url for link in links.links(text)] == urls


def test_hashtags() -> None:
    assert links.hashtags("Use #One, (#two) and **#Drei**; not a#b, &#39; or https://x.org/#top. #one again #2026") == (
        "#One",
        "#two",
        "#Drei",
    )


@pytest.mark.parametrize(
    ("greeting", "about", "target"),
    [
        ("Dear President Biden", "Contact the White House", "us-president"),
        ("Dear Mr. President", "Write to the U.S. government", "us-president"),
        ("Dear President Macron", "Write to the Élysée", ""),
        ("Dear Vice President Vance", "The United States Senate", "us-vice-president"),
        ("Dear Senator", "Write to Congress", "my_senators"),
        (
            "Dear [Representative's Name]",
            "Reach out to Congress members and Senators",
            "my_representative_and_senators",
        ),
        ("Dear Congresswoman Doe", "", "my_representative"),
        ("Dear Mayor Doe", "Write to the mayor", ""),
        ("Dear [MP's name]", "Write to your MP, your representative in Parliament", ""),
    ],
)
def test_targets_of_letters(greeting: str, about: str, target: str) -> None:
    assert letters.guess_target(greeting=greeting, about=about, text="") == target


@pytest.mark.parametrize(
    ("printed", "plain"),
    [
        ("**Bold** and *slanted* and `code`", "Bold and slanted and code"),
        ("## Heading ##", "Heading"),
        ("[label](https://example.org)", "label"),
        ("Say ```it``` plainly", "Say it plainly"),
        ("Name: ____", "Name: ____"),
        ("snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"),
    ],
)
def test_marks_are_taken_off(printed: str, plain: str) -> None:
    assert marks.plain(printed) == plain


def test_bold_that_never_ends_is_mended() -> None:
    assert marks.markdown("**One** and **two") == "**One** and two"
