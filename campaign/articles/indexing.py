"""Articles as the index of texts has them."""

from collections.abc import Iterable

from campaign.articles import stories
from campaign.articles.models import Article
from campaign.text_index import Entry

KIND = "article"


def entry(article: Article, marks: Iterable[str] = ()) -> Entry:
    """An article that readers may see, by its whole text: they find it by words that its excerpt leaves out, too."""
    return Entry(
        KIND,
        str(article.id),
        article.headline,
        text="\n".join([body_of(article), article.byline, article.dateline, article.agency, article.outlet]).strip(),
        language=article.language,
        at=stories.appeared_at(article),
        marks=tuple(marks),
    )


def body_of(article: Article) -> str:
    """The text of an article without its headline."""
    return "\n".join(block["text"] for block in article.body)
