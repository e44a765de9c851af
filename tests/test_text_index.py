"""Texts are found by what people type, in any script, and the same on both databases."""

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from campaign import nearest_words, snippets, text_index, text_weights, word_queries
from campaign.text_index import Entry
from campaign.text_tables import TEXTS as TEXTS_ROW
from campaign.text_tables import IndexedText
from campaign.word_queries import same_words


def found(session: Session, typed: str, **values: object) -> list[str]:
    query = word_queries.parse(typed, same_words([["senator", "sénateur", "عضو مجلس الشيوخ"]]))
    hits = text_index.find(session, query, kinds=("article",), **values)  # type: ignore[arg-type]
    rows = text_index.rows(session, [hit.id for hit in hits])
    return [rows[hit.id].key for hit in hits]


TEXTS = {
    "bridge": ("Mend the old bridge", "The council has closed the footbridge. It is unsafe, engineers say."),
    "train": ("Trains de nuit", "Les sénateurs veulent garder l’étape de nuit à São Paulo et à Besançon."),
    "water": ("الماء في الأردن", "قال عضو مجلس الشيوخ إن الـــمـــاء حق للجميع في الأردن"),
    "tokyo": ("東京都の公園", "公園を守る会は、都庁に署名を出した。"),
    "thai": ("แม่น้ำโขง", "ชาวบ้านขอให้หยุดสร้างเขื่อน"),
    "hindi": ("पानी का अधिकार", "गाँव के लोग साफ पानी मांगते हैं"),
    "seoul": ("서울의 공원", "시민들이 공원을 지킨다"),
}

ASKED = {
    "bridge": ["bridge"],
    "BRIDGES": ["bridge"],  # one or many
    '"old bridge"': ["bridge"],
    '"bridge old"': [],
    "council -unsafe": [],
    "council -train": ["bridge"],
    "senator": ["train", "water"],  # in other languages
    "senators": ["train", "water"],
    "sénateur -paulo": ["water"],
    "عضو مجلس الشيوخ": ["train", "water"],
    "sao paulo besancon": ["train"],
    "الماء": ["water"],
    "ماء": ["water"],  # without the article
    "الاردن": ["water"],  # without the hamza
    "公園": ["tokyo"],
    "園": ["tokyo"],
    "東京都": ["tokyo"],
    "京東": [],
    "แม่น้ำ": ["thai"],
    "पानी": ["hindi"],
    "공원을": ["seoul"],
    "mayor’s": [],
    "": [],
    "-bridge": [],
}


@pytest.fixture
def index(session: Session) -> Session:
    for key, (title, text) in TEXTS.items():
        text_index.put(session, "article", key, title=title, text=text)
    return session


def test_words_are_found_in_any_script(index: Session) -> None:
    assert {typed: sorted(found(index, typed)) for typed in ASKED} == ASKED


def test_nothing_typed_or_stored_breaks_the_index(index: Session) -> None:
    for text in ("'", '"', "\0", "\\", "NEAR(a b)", "x:*", "a & b | !c", "<-> %", "😀" * 50, "\u0640" * 9, "ß" * 5000):
        text_index.put(index, "article", "odd", title=f"odd {text}", text=text)
        assert found(index, text) in ([], ["odd"]), text
        assert found(index, f'"{text}" -{text} odd') in ([], ["odd"]), text
        text_index.remove(index, "article", "odd")
    assert found(index, "odd") == []


def test_the_best_comes_first_on_both_databases(session: Session) -> None:
    texts = {
        "title": ("Ferry", "A report about ships and harbours."),
        "often": ("Ships", "The ferry, the ferry and again the ferry."),
        "once": ("Harbours", "A report about ships, harbours, and among many other things one ferry."),
        "never": ("Trains", "A report about trains."),
    }
    for number in range(20):
        text_index.put(session, "article", f"other {number}", title="Other", text=f"Something else, number {number}.")
    for key, (title, text) in texts.items():
        text_index.put(session, "article", key, title=title, text=text)
    assert found(session, "ferry") == ["title", "often", "once"]
    assert found(session, "ferry ships harbours") == ["title", "once"]


def test_of_equals_the_newest_comes_first_and_lists_have_an_end(session: Session) -> None:
    for number in range(30):
        text_index.put(session, "article", number, title="The same")
    assert found(session, "same", limit=10) == [str(number) for number in range(29, 19, -1)]


def test_what_is_put_in_again_is_known_by_its_new_words_only(index: Session) -> None:
    text_index.put(index, "article", "bridge", title="Vauxhall", text="Open.")
    assert (found(index, "council"), found(index, "vauxhall")) == ([], ["bridge"])
    before = text_index.frequencies(index, ["council", "vauxhall"])
    assert "council" not in before and before["vauxhall"] == 1 and before[TEXTS_ROW] == len(TEXTS)
    text_index.clear(index)
    assert text_index.frequencies(index, ["vauxhall"])[TEXTS_ROW] == 0
    assert found(index, "vauxhall") == []


def test_words_in_most_texts_do_not_hide_the_telling_one(session: Session) -> None:
    several = (Entry("article", str(n), "The news", f"word{n}") for n in range(text_index.FEW + 1))
    text_index.put_all(session, several)
    assert found(session, "the word7") == ["7"]
    assert len(found(session, "the news")) == text_index.MOST_CANDIDATES


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_counting_words_finds_what_looking_at_their_places_finds(session: Session) -> None:
    """The short way for single words, and the long one for phrases, too."""
    text_index.put(
        session, "article", "1", title="A bridge, the bridge", text="Bridges here. " + "A bridge there. " * 9
    )
    text_index.put(session, "article", "2", title="Ferries", text="No bridge, many ferries.")
    query = word_queries.parse("bridge ferries")
    ids = list(session.scalars(select(IndexedText.id)))
    counted = text_weights._counted(session, query, ids)
    assert counted == text_weights._placed(session, query, ids)
    often, lengths = counted
    assert [max(often[id]) for id in ids] == [2 * text_weights.IN_TITLE + 9, text_weights.IN_TITLE + 1]
    assert sorted(lengths) == ids


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_postgresql_is_told_to_look_into_the_index(index: Session) -> None:
    asked: list[str] = []
    bind = index.get_bind()
    event.listen(bind, "before_cursor_execute", lambda _conn, _cursor, words, *_rest: asked.append(words))
    found(index, "bridge")
    text_index.sharing(index, {"bridge": 1.0}, kind="article", limit=9, of_each=9)
    looked = [
        words[-3:].strip() if "SET" in words else "looked"
        for words in asked
        if words.startswith("SET") or "asked" in words
    ]
    assert looked == ["off", "looked", "on"] * 2


def test_near_words_are_offered(index: Session) -> None:
    asked = {
        "brigde": "bridge",
        "ridge": "bridge",
        "cuoncil": "council",
        "enginers": "engineers",
        "besanco": "besancon",
    }
    assert {typed: nearest_words.nearest(index, typed)[0] for typed in asked} == asked
    assert nearest_words.nearest(index, "zzzzzz") == nearest_words.nearest(index, "ab") == []
    assert nearest_words.nearest(index, "الماا") == ["الماء"]


def shown(text: str, *words: str) -> str:
    return "".join(f"[{piece.text}]" if piece.is_marked else piece.text for piece in snippets.snippet(text, words))


def test_a_snippet_shows_where_the_words_are() -> None:
    long = "First words. " * 50 + "The <b>Bridge</b> is old. " + "Last words. " * 50
    assert "The <b>[Bridge]</b> is old." in shown(long, "bridge")
    assert shown(long, "bridge").startswith("… ") and shown(long, "bridge").endswith(" …")
    assert len(shown(long, "bridge")) < 260
    assert shown("L’Été à Besançon", "ete", "besancon") == "L’[Été] à [Besançon]"
    assert shown("東京都の公園", "東京", "京都") == "[東京都]の公園"
    assert shown("Bridges abridged", "bridge") == "Bridges abridged"
    assert shown("", "bridge") == ""
