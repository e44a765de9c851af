"""Texts are found by what people type, in any script, and the same on both databases."""

import pytest
from sqlalchemy.orm import Session

from campaign import text_index, word_queries
from campaign.word_queries import same_words


def found(session: Session, typed: str, **values: object) -> list[str]:
    query = word_queries.parse(typed, same_words([["senator", "sénateur", "عضو مجلس الشيوخ"]]))
    return [hit.key for hit in text_index.find(session, query, kinds=("article",), **values)]  # type: ignore[arg-type]


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
