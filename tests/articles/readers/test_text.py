"""Whole pages: our own documents, each unlike the others, then whatever anybody may paste."""

import re
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.articles import decoding
from campaign.articles.page import Page, Related
from campaign.articles.readers import text
from campaign.articles.readers.masthead import NoHeadline
from campaign.articles.readers.text import TooManyLines
from campaign.errors import Refused
from tests.conftest import FULL

DOCUMENTS = Path(__file__).parent.parent / "documents"


def document(name: str) -> Page:
    return text.read(decoding.decode((DOCUMENTS / name).read_bytes()).text)


@dataclass
class Expected:
    """What one document must give; what is not named must be empty."""

    headline: str
    paragraphs: int
    outlet: str = ""
    published_at: str | None = None
    byline: str = ""
    dateline: str = ""
    agency: str = ""
    language: str = "en"
    categories: list[str] = field(default_factory=list)
    subheads: list[str] = field(default_factory=list)
    key_points: list[tuple[bool, str]] = field(default_factory=list)  # anchored, label
    images: list[tuple[str, str]] = field(default_factory=list)  # how the caption begins, credit
    opinion: int = 0
    action: int = 0
    intro: int = 0
    todo: list[tuple[str, str]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    hashtags: list[str] = field(default_factory=list)
    organisations: list[str] = field(default_factory=list)
    letters: list[tuple[str, str, str]] = field(default_factory=list)  # title, target, subject
    fields: list[list[str]] = field(default_factory=list)  # merge fields of each letter
    related: int = 0
    warnings: list[tuple[str, str]] = field(default_factory=list)


EXPECTED = {
    # Sections in another order under Markdown headings, 1) lists, a fenced letter with a subject, a repeated headline.
    "mill_bridge.txt": Expected(
        "Council puts off repair of the mill bridge for a third winter",
        4,
        outlet="westonledger.example",
        published_at="2026-03-03T14:05:00+01:00",
        categories=["Transport", "Town Council"],
        subheads=["Why the plans stalled"],
        opinion=2,
        action=1,
        intro=2,
        todo=[
            ("petition", "Sign the petition"),
            ("contact", "Contact your council member"),
            ("event", "Come to the public hearing"),
        ],
        links=["https://weston.example/council"],
        letters=[("Contact your council member", "", "The mill bridge")],
        fields=[["official.salutation", "sender.name", "sender.city", "sender.postcode"]],
        related=2,
    ),
    # CRLF, wrapped at 72 columns, headings in capitals, dashes, a letter without a fence, an AP dateline.
    "river_wrapped.txt": Expected(
        "Ohio town asks who poisoned its river",
        4,
        outlet="weston-herald.example",
        published_at="2026-03-09T08:15:00-04:00",
        byline="Jane Doe and John Roe",
        dateline="WESTON, Ohio",
        agency="AP",
        categories=["Environment", "Water"],
        images=[("Boats at the Alvarez yard", "Jane Doe/AP")],
        opinion=1,
        action=1,
        todo=[
            ("contact", "Write to your senators"),
            ("accountability", "Report what you see"),
            ("local", "Help with the clean-up"),
        ],
        links=["https://agency.example/report"],
        organisations=["Friends of the River", "Weston Paddlers", "the boat yard"],
        letters=[("Write to your senators", "my_senators", "")],
        fields=[["official.salutation", "sender.name", "sender.address_lines"]],
    ),
    # French: bullets, no action, no outlet, a time without a zone, a spaced colon.
    "trains_fr.txt": Expected(
        "La ligne de la vallée fermera en décembre",
        3,
        byline="Claire Martin",
        language="fr",
        categories=["Transports"],
        opinion=1,
        todo=[
            ("petition", "Signer la pétition"),
            ("contact", "Écrire au président de région"),
            ("social", "Partager l’histoire"),
            ("local", "Rejoindre une association"),
        ],
        hashtags=["#SauvonsLaLigne"],
        organisations=["Les Amis du rail", "Vallée vivante", "le comité des usagers"],
        related=2,
        warnings=[("missing-outlet", "outlet"), ("missing-zone", "published_at")],
    ),
    # German in Windows-1252: an outlet with a name, asterisks, a picture without a caption, no opinion and no action.
    "buses_de_windows.txt": Expected(
        "Nachtbusse in Musterstadt werden gestrichen",
        2,
        outlet="Musterstädter Bote",
        published_at="2026-03-03T14:05:00+01:00",
        byline="Erika Muster",
        dateline="MUSTERSTADT",
        agency="dpa",
        language="de",
        images=[("", "dpa")],
        todo=[
            ("contact", "Schreiben Sie an die Bürgermeisterin"),
            ("learn", "Lesen Sie den Haushaltsplan"),
            ("donate", "Spenden Sie für die Fahrgastberatung"),
        ],
        links=["https://www.musterstadt.example/haushalt"],
    ),
    # UTF-16 without a mark; key points before the headline; the outlet's country settles what IST is; a) b) c).
    "dam_in_utf16.txt": Expected(
        "Villagers demand test of the Example dam's gates",
        2,
        outlet="deccanmail.example.in",
        published_at="2026-07-05T09:40:00+05:30",
        byline="Asha Rao",
        dateline="EXAMPLE NAGAR",
        agency="PTI",
        key_points=[(True, "Summary generated by AI"), (False, "Summary generated by AI")],
        opinion=1,
        todo=[
            ("contact", "Write to the minister"),
            ("event", "Attend the gram sabha"),
            ("learn", "Understand the report"),
        ],
        letters=[("Write to the minister", "", "")],
        fields=[["official.salutation", "sender.name"]],
        warnings=[("unanchored-key-point", "key point 2")],
    ),
    # No blank line anywhere, tabs, time above the headline, an action that is a list, damage of every kind.
    "library_au.txt": Expected(
        "Library hours cut as shire budget shrinks",
        5,
        published_at="2026-04-02T07:30:00+11:00",
        byline="Mei Chan",
        subheads=["‘Where else is it cool?’"],
        images=[("Children at the Exampleton library", "AAP"), ("The reading room at noon.", "")],
        action=1,
        warnings=[
            ("missing-outlet", "outlet"),
            ("missing-credit", "image 2"),
            ("cut-paragraph", "article, paragraph 3"),
            ("repeated-sentence", "article, paragraph 2"),
        ],
    ),
    # Carriage returns only; Markdown throughout; actions as headings; blanks in four styles, one that nobody knows.
    "reef_cr.txt": Expected(
        "Reef survey finds half the coral bleached",
        3,
        outlet="The Coral Dispatch",
        published_at="2026-06-14T18:20:00+05:30",
        subheads=["How the count was made"],
        action=1,
        todo=[
            ("contact", "Write to the White House"),
            ("social", "Share the survey"),
            ("donate", "Donate to the dive school"),
        ],
        links=["https://www.whitehouse.gov/contact/", "https://reefwatch.example"],
        hashtags=["#HalfTheReef", "#CoralCount"],
        organisations=["Reef Watch", "Blue Classroom", "Divers for Science"],
        letters=[("Write to the White House", "us-president", "")],
        fields=[["sender.name", "sender.city", "sender.phone"]],
        related=2,
        warnings=[("ambiguous-zone", "published_at"), ("unknown-placeholder", "letter 1, line 9")],
    ),
    # A whole list glued to one line with its introduction, a letter in quotation marks, headings in bold.
    "clinic_glued.txt": Expected(
        "County clinic to lose its only night doctor",
        2,
        outlet="ourtownmatters.example",
        published_at="2026-02-10T21:15:00-05:00",
        opinion=1,
        action=1,
        intro=1,
        todo=[
            ("petition", "Add Your Name"),
            ("contact", "Call Your Representative"),
            ("accountability", "Hold the County to Account"),
        ],
        links=["https://house.gov/representatives"],
        letters=[("Call Your Representative", "my_representative", "")],
        fields=[["sender.name", "sender.phone"]],
    ),
    # Arabic, with Arabic commas.
    "water_ar.txt": Expected(
        "انقطاع المياه يستمر في ثلاث قرى",
        2,
        outlet="almadina.example",
        published_at="2026-11-08T10:30:00+03:00",
        language="ar",
    ),
    # British: no time missing, sections in another order, top-level dashes with bold titles, an indented letter.
    "quarry_uk.txt": Expected(
        "Quarry wins permit despite 4,000 objections",
        2,
        outlet="greenvalley.co.uk",
        published_at="2025-06-05T09:12:03+01:00",
        categories=["Environment", "Planning & Land Use"],
        opinion=1,
        action=1,
        intro=2,
        todo=[
            ("petition", "Sign and Share the Petition"),
            ("contact", "Write to Your MP"),
            ("local", "Join Local Groups"),
            ("social", "Post Online"),
            ("event", "Attend the Meeting"),
            ("donate", "Support the Legal Fund"),
            ("learn", "Learn More"),
        ],
        links=["https://petitions.example/quarry", "https://mps.example"],
        hashtags=["#SaveTheValley"],
        letters=[("Write to Your MP", "", "")],
        fields=[["official.salutation", "sender.name", "sender.postcode"]],
        related=3,
    ),
    # A kicker, a deck, two times on one line, related headlines in the middle of the article.
    "cladding_two_times.txt": Expected(
        "Ministers knew of faulty cladding, letters show",
        4,
        published_at="2025-07-04T06:31:00+01:00",
        byline="SARAH SMITH, Political Correspondent",
        subheads=["Officials were warned three times before the fire, documents reveal"],
        related=3,
        warnings=[("missing-outlet", "outlet"), ("ambiguous-zone", "published_at")],
    ),
    # The title of the browser's tab, the outlet alone on a line, (1) (2) (3), capitals, a signed opinion.
    "farm_bill_tab_title.txt": Expected(
        "Senate passes farm bill with cuts to food aid",
        5,
        outlet="Capitol Dispatch",
        published_at="2025-07-11T16:45:00-04:00",
        byline="John Q. Public",
        dateline="WASHINGTON",
        agency="AP",
        opinion=1,
        action=1,
        todo=[
            ("contact", "CALL YOUR SENATORS"),
            ("learn", "SIGN UP FOR OUR NEWSLETTER"),
            ("donate", "GIVE TO YOUR FOOD BANK"),
        ],
        organisations=["Weston Pantry", "your parish pantry"],
    ),
    # A list of whole sentences, one with a link, one that a button would look like; an address for mail.
    "car_park.txt": Expected(
        "HOSPITAL CAR PARK FEES TO DOUBLE",
        2,
        published_at="2026-03-04T13:05:00+00:00",
        subheads=["News Desk, The Echo"],
        opinion=1,
        action=1,
        todo=[
            ("petition", "Sign the nurses' petition"),
            ("contact", "Ask the trust to think again"),
            ("contact", "Email your councillor at parking@example.org"),
            ("social", "Share on social media with #FairFees"),
        ],
        links=["https://example.org/nurses", "mailto:parking@example.org"],
        hashtags=["#FairFees"],
        warnings=[("missing-outlet", "outlet")],
    ),
    # Numbers with indented dashes below them, fences at every indentation, no action, no related headlines.
    "aid_nested.txt": Expected(
        "Aid vote slips as talks drag on",
        1,
        outlet="source.example.au",
        published_at="2025-08-16T06:05:12+10:00",
        opinion=1,
        intro=1,
        todo=[
            ("petition", "Sign Petitions"),
            ("contact", "Contact Your Representatives"),
            ("contact", "Write to the President"),
            ("local", "Volunteer Locally"),
        ],
        links=["https://www.house.gov/"],
        letters=[
            ("Contact Your Representatives", "my_representative", "Aid vote"),
            ("Write to the President", "us-president", ""),
        ],
        fields=[
            ["official.salutation", "sender.name", "sender.city", "sender.region", "sender.postcode"],
            ["sender.name", "date"],
        ],
    ),
    # A headline and two paragraphs.
    "bare.txt": Expected(
        "School roof closed after storm",
        2,
        warnings=[("missing-outlet", "outlet"), ("missing-year", "published_at"), ("missing-time", "published_at")],
    ),
}


def found(page: Page) -> Expected:
    """A page in the form of an expectation."""
    return Expected(
        page.headline,
        len(page.paragraphs),
        outlet=page.outlet,
        published_at=page.published_at.isoformat() if page.published_at else None,
        byline=page.byline,
        dateline=page.dateline,
        agency=page.agency,
        language=page.language,
        categories=page.categories,
        subheads=[block.text for block in page.article if block.kind == "subhead"],
        key_points=[(point.anchored, point.label) for point in page.key_points],
        images=[(image.caption, image.credit) for image in page.images],
        opinion=len(page.opinion),
        action=len(page.action),
        intro=len(page.todo_intro.split("\n\n")) if page.todo_intro else 0,
        todo=[(todo.kind, todo.title) for todo in page.todo],
        links=[link.url for todo in page.todo for link in todo.links],
        hashtags=[tag for todo in page.todo for tag in todo.hashtags],
        organisations=[name for todo in page.todo for name in todo.organisations],
        letters=[(letter.title, letter.target, letter.subject) for letter in page.letters],
        fields=[re.findall(r"\{\{ ([\w.]+) \}\}", letter.body) for letter in page.letters],
        related=len(page.related),
        warnings=[(warning.code, warning.where) for warning in page.warnings],
    )


@pytest.mark.parametrize("name", EXPECTED)
def test_each_document_gives_exactly_what_stands_in_it(name: str) -> None:
    page, expected = found(document(name)), EXPECTED[name]
    for image, (beginning, _) in zip(page.images, expected.images, strict=True):
        assert image[0].startswith(beginning)
    page.images = [(beginning, image[1]) for image, (beginning, _) in zip(page.images, expected.images, strict=True)]
    assert page == expected


def test_every_document_has_its_expectations() -> None:
    assert {path.name for path in DOCUMENTS.glob("*.txt")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_line_ends_make_no_difference(name: str) -> None:
    original = decoding.decode((DOCUMENTS / name).read_bytes()).text
    lines = original.replace("\r\n", "\n").replace("\r", "\n")
    pages = [text.read(lines.replace("\n", end)) for end in ("\n", "\r\n", "\r", "\u2028")]
    for page in pages:
        page.source_text = ""
        assert page == pages[0]


def test_a_letter_is_laid_out_in_lines() -> None:
    assert document("mill_bridge.txt").letters[0].body == (
        "{{ official.salutation }},\n\nI cross the mill bridge every day. Please vote for its repair before the summer."
        "\n\nKind regards,\n{{ sender.name }}\n{{ sender.city }}, {{ sender.postcode }}"
    )


def test_related_headlines_keep_outlet_date_and_link() -> None:
    assert document("reef_cr.txt").related == [
        Related(
            "Dredging resumes off the outer reef",
            "The Coral Dispatch",
            "https://coral.example/dredging",
            date(2026, 5, 30),
        ),
        Related("Sanctuary plan shelved", "harbour.example"),
    ]


def test_the_body_of_an_action_is_a_markdown_list() -> None:
    assert document("clinic_glued.txt").todo[0].body == (
        "- **Sign**: Our petition asks the county to keep the post.\n- Share the link afterwards."
    )


# --- the two real pages ---------------------------------------------------------------------------------------------


def real(shared: Path, pattern: str) -> Page:
    [path] = (shared / "articles").glob(pattern)
    return text.read(path.read_text(encoding="utf-8"))


def test_the_advocacy_page(shared: Path) -> None:
    page = found(real(shared, "000*.txt"))
    assert (page.paragraphs, page.subheads, page.opinion, page.action, page.related) == (23, [], 5, 6, 10)
    assert page.headline == "Trump-Putin talks on Ukraine end as summit stretches on"
    assert page.published_at == "2025-08-15T19:28:57-04:00"
    assert page.outlet == "maitlandmercury.com.au"
    assert page.categories == [
        "Foreign Policy & International Relations",
        "U.S.–Russia Relations",
        "U.S. Elections & Voting Rights",
    ]
    assert [kind for kind, _ in page.todo] == [
        "petition", "contact", "local", "social", "contact", "learn", "donate", "accountability",
    ]  # fmt: skip
    assert page.links == [
        "https://www.congress.gov/",
        "https://www.whitehouse.gov/contact/",
        "https://www.icc-cpi.int",
    ]
    assert page.hashtags == ["#StandWithUkraine"]
    assert page.organisations == [
        "Amnesty International chapters",
        "local peace coalitions",
        "Ukrainian community organizations",
        "Doctors Without Borders",
        "GlobalGiving",
        "local Ukrainian relief efforts",
    ]
    assert [(title, target) for title, target, _ in page.letters] == [
        ("Contact Elected Officials", "my_representative_and_senators"),
        ("Contact the White House", "us-president"),
    ]
    assert page.fields == [
        ["official.salutation", "sender.name", "sender.address_lines", "sender.email"],
        ["sender.name"],
    ]
    assert page.warnings == []


def test_the_newspaper_page(shared: Path) -> None:
    page = real(shared, "004*.txt")
    assert page.headline == "Trump-Putin direct talks over Ukraine conclude as summit stretches on"
    assert (page.dateline, page.agency, page.outlet, page.published_at) == ("ANCHORAGE, Alaska", "REUTERS", "", None)
    assert [(point.anchored, point.label) for point in page.key_points] == [
        (True, "AI generated"),
        (True, "AI generated"),
        (False, "AI generated"),
    ]
    assert [image.credit for image in page.images] == ["AFP"]
    assert page.images[0].caption.startswith("US President Donald Trump and Russian President")
    assert [block.text for block in page.article if block.kind == "subhead"] == ["‘Smart guy’"]
    assert len(page.paragraphs) == 33
    assert page.paragraphs[-1].endswith("due to expire in February.")
    assert [(warning.code, warning.where) for warning in page.warnings] == [
        ("missing-outlet", "outlet"),
        ("missing-year", "published_at"),
        ("missing-time", "published_at"),
        ("unanchored-key-point", "key point 3"),
        ("cut-paragraph", "article, paragraph 1"),
        ("cut-paragraph", "article, paragraph 17"),
        ("cut-paragraph", "article, paragraph 28"),
    ]


# --- whatever anybody may paste -------------------------------------------------------------------------------------

ODDITIES = [
    "**", "```", "###", "- ", "1. ", "2) ", "[", "](", "> ", "To Do:", "Opinion:", "Action", "Photo: AFP", "\n\n",
    "\r\n", "\r", "\n", "\t", "Dear Senator [Name],", "Sincerely,", "3 March 2026, 14:05 CET", "Categories: A, B",
    "10 Related Article(s):", "By Jane Doe", "AI generated", "\0", "\ud800", "\u202e", "___", "{name}", "#tag",
    "https://example.org/x", "• ", "REUTERS", "WESTON - ", "~~~", "|", "—", "١٢",
]  # fmt: skip
anything = st.lists(st.one_of(st.sampled_from(ODDITIES), st.text(max_size=40)), max_size=60).map("".join)
headed = anything.map(lambda rest: f"# A headline for it all\n\n{rest}")


def plain_fields(page: Page) -> list[str]:
    return [
        page.headline,
        page.outlet,
        page.byline,
        page.dateline,
        page.agency,
        *page.categories,
        *(block.text for block in page.article),
        *(point.text for point in page.key_points),
        *(image.caption + image.credit for image in page.images),
        *(todo.title for todo in page.todo),
        *(letter.title + letter.subject + letter.body for letter in page.letters),
        *(item.headline + item.outlet for item in page.related),
    ]


@given(anything | headed)
@settings(max_examples=400 if FULL else 60, deadline=None)
def test_anything_is_read_or_refused(pasted: str) -> None:
    try:
        page = text.read(pasted)
    except Refused as refusal:
        assert refusal.field == "document"
        return
    assert page.headline
    for value in plain_fields(page):
        assert "**" not in value
        assert "```" not in value
        assert "\0" not in value
        value.encode()
    for markdown in [*page.opinion, *page.action, page.todo_intro, *(todo.body for todo in page.todo)]:
        assert "```" not in markdown
        assert markdown.count("**") % 2 == 0
    page.source_text.encode()
    assert all(len(todo.title) <= 200 for todo in page.todo)
    assert all(len(letter.title) <= 200 and len(letter.subject) <= 200 for letter in page.letters)
    assert len(page.headline) <= 300
    assert len(page.outlet) <= 200
    assert not any(warning.blocks for warning in page.warnings)


@given(anything | headed)
@settings(max_examples=150 if FULL else 30, deadline=None)
def test_line_ends_never_change_what_is_read(pasted: str) -> None:
    lines = pasted.replace("\r\n", "\n").replace("\r", "\n")

    def outcome(pasted: str) -> Page | str:
        try:
            page = text.read(pasted)
        except Refused as refusal:
            return refusal.message
        page.source_text = ""
        return page

    assert outcome(lines) == outcome(lines.replace("\n", "\r\n")) == outcome(lines.replace("\n", "\r"))


word = st.text(st.characters(categories=["Ll"], max_codepoint=0x24F), min_size=2, max_size=10)
paragraph = st.lists(word, min_size=10, max_size=60).map(lambda words: " ".join(words).capitalize() + ".")


@given(st.lists(paragraph, min_size=1, max_size=12), st.sampled_from(["\n", "\n\n", "\r\n\r\n", "\r"]))
@settings(max_examples=200 if FULL else 30, deadline=None)
def test_no_word_of_a_paragraph_is_lost(paragraphs: list[str], between: str) -> None:
    page = text.read(between.join(["The council mends a bridge", *paragraphs]))
    everything = "\n".join([page.byline, page.dateline, *(block.text for block in page.article)])
    assert everything.lower().split() == "\n".join(paragraphs).lower().split()


@given(st.lists(paragraph, min_size=1, max_size=5), st.lists(paragraph, min_size=1, max_size=5))
@settings(max_examples=100 if FULL else 20, deadline=None)
def test_opinion_and_action_keep_their_paragraphs_in_any_order(first: list[str], second: list[str]) -> None:
    for headings in (("Opinion:", "Action:"), ("ACTION", "OPINION"), ("## Opinion", "## Action")):
        body = "\n\n".join([headings[0], *first, headings[1], *second])
        page = text.read(f"The council mends a bridge\n\nIt will take two years, the council said on Monday.\n\n{body}")
        parts = [page.opinion, page.action]
        assert parts == ([first, second] if "pinion" in headings[0] else [second, first])


UNITS = [
    "[", "`", "*", "**a ", " ", "a", "a@", ".", "a. ", "[a](", "\u00a0", " - ", "1. x. ", "#", "> ", "__ ", "<", "{{",
    "Dear ", "http://a", "Photo: ", "#a ", "a, ", "word. Sincerely, ", "[Your Name] ", "1:1 ", "© 1", '" ', "Home ",
    "\n1. ", "\n- a", "\n> b", "\na", "**", "\n\n**a**: ", "\u0301", "(", "examples: ", "or ",
    "\n- a b c", "\nDear a,\nx\n", "\n```\nDear a,\n```\n", "x. 1. A ", "\n\nRelated:\n", "\n**a**",
]  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize(
    "place", ["The bridge is mended\n\n", "The bridge is mended\n\nTo Do:\n\n1. **Sign**: - Now. "]
)
def test_reading_takes_no_longer_than_the_text_is_long(unit: str, place: str) -> None:
    def seconds(size: int) -> float:
        begun = time.process_time()
        with suppress(Refused):
            text.read(place + unit * (size // len(unit)))
        return time.process_time() - begun

    def is_in_step() -> bool:
        # Ten times the text. Squared it would be a hundred times; the constant covers what is done once.
        size = 5_000 if FULL else 1_500
        small, large = seconds(size), seconds(10 * size)
        return large < 30 * small + 0.05

    # A busy machine may be slow at the wrong moment; what is squared is so each time.
    assert any(is_in_step() for _ in range(3))


def test_two_megabytes_of_brackets_are_no_trouble() -> None:
    begun = time.process_time()
    text.read("The bridge is mended\n\n" + "[" * 2_000_000)
    assert time.process_time() - begun < 20


def test_more_lines_than_any_article_has_are_refused() -> None:
    with pytest.raises(TooManyLines, match="20000 lines"):
        text.read("The bridge is mended" + "\n1. " * 20_001 + "\nx\n" * 20_001)


@pytest.mark.parametrize(
    "pasted",
    [
        "The council said on Monday that it would mend the bridge before the winter comes.",  # a paragraph, no headline
        "Home Categories Search Subscribe",  # only furniture
        "Categories: Transport",
        "- one\n- two\n- three",
        "***\n---",
        "12345",
    ],
)
def test_a_document_without_a_headline_is_refused(pasted: str) -> None:
    with pytest.raises(NoHeadline, match="Put the headline on a line of its own"):
        text.read(pasted)
