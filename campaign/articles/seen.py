"""Whether a document was imported before: the same text, or the same report at the same address."""

import hashlib
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode, urlsplit

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from campaign import dialects, foreseeing, weblinks
from campaign.articles import stories
from campaign.articles.models import Article
from campaign.articles.page import Page
from campaign.statements import Statement
from campaign.text import fold

NO_DOCUMENT = "-"  # the key of an article that was made of no text; "" is one of which nobody has asked yet

# What is added to addresses so that somebody can count where readers came from.
_TRACKING = ("utm_", "fbclid", "gclid", "mc_cid", "mc_eid")


def find(session: Session, page: Page) -> Article | None:
    """The article that was made of this document, the first one where there are several.

    What an address shows changes: it is the same report while it has the same headline or much the same text.
    A campaign file stands for its campaign, not for the report it starts from: only the same file is known again.
    """
    dialects.take_turns(session, stories.TURN)  # whoever imports it at this moment is seen, too
    if _is_new(session, page):
        return None
    session.flush()
    key = document_key(page)
    row = _BY_DOCUMENT.row(session, {"key": key}) if key else None
    same = session.get_one(Article, row.id) if row else None
    if same is not None or page.is_complete or not (key := url_key(page.url)):
        return same
    for article in session.scalars(select(Article).where(Article.url_key == key).order_by(Article.id).limit(20)):
        text = [block.text for block in page.article if block.kind == "paragraph"]
        if fold(article.headline) == fold(page.headline) or stories.repeats(article, " ".join(text)):
            return article
    return None


def foresee(session: Session, pages: Iterable[Page]) -> None:
    """Ask at once which of many documents nobody has imported."""
    dialects.take_turns(session, stories.TURN)
    keys = [(document_key(page), url_key(page.url)) for page in pages]
    foreseeing.look(session, Article.document_key, filter(None, (key for key, _ in keys)))
    foreseeing.look(session, Article.url_key, filter(None, (key for _, key in keys)))


def note(session: Session, article: Article) -> None:
    """This new article is there from now on, whether it is written already or not."""
    foreseeing.take(session, Article.document_key, [article.document_key])
    foreseeing.take(session, Article.url_key, [article.url_key])


def document_key(page: Page | Article) -> str:
    """The same for the same document, however its lines are broken and whatever its file is called.

    Headline and address are part of it: all reports of a feed come in one document.
    """
    parts = (page.url, page.headline, page.source_text)
    return _digest("\n".join(" ".join(part.split()) for part in parts)) if page.source_text else ""


def url_key(url: str) -> str:
    """The same for addresses that lead to one page; "" for what is no page, and for the front page of a site."""
    if not weblinks.is_page(url) or weblinks.is_front_page(url):
        return ""
    address = urlsplit(url)
    asked = [(name, value) for name, value in parse_qsl(address.query, keep_blank_values=True)]
    query = urlencode([(name, value) for name, value in asked if not name.lower().startswith(_TRACKING)])
    return _digest(f"{weblinks.host(url)}{address.path.rstrip('/')}?{query}")


def _is_new(session: Session, page: Page) -> bool:
    keys = filter(None, [document_key(page)]), filter(None, [url_key(page.url)])
    columns = Article.document_key, Article.url_key
    return all(foreseeing.are_free(session, column, key) for column, key in zip(columns, keys, strict=True))


_BY_DOCUMENT = Statement(
    lambda _insert: select(Article.id).where(Article.document_key == bindparam("key")).order_by(Article.id).limit(1)
)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
