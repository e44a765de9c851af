"""One outlet's report, as it was read in. Terms as in https://schema.org/NewsArticle."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.db import Base


class Article(Base):
    """A news article: quoted from its outlet, never shown as our own reporting."""

    __tablename__ = "article"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(100), unique=True)
    headline: Mapped[str] = mapped_column(String(300))
    outlet: Mapped[str] = mapped_column(String(200), default="")
    url: Mapped[str] = mapped_column(String(2000), default="")
    published_at: Mapped[datetime | None]
    published_offset: Mapped[int | None]  # minutes east of UTC, as the outlet printed it
    byline: Mapped[str] = mapped_column(String(300), default="")
    dateline: Mapped[str] = mapped_column(String(200), default="")
    agency: Mapped[str] = mapped_column(String(100), default="")
    language: Mapped[str] = mapped_column(String(10), default="")
    licence: Mapped[str] = mapped_column(String(100), default="")  # "" = we may only quote an excerpt
    # [{"kind": "paragraph" | "subhead", "text": …}]
    body: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    # [{"text": …, "anchored": bool, "label": "AI generated"}]
    key_points: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    # [{"caption": …, "credit": …}]
    images: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    # [{"headline": …, "outlet": …, "url": …, "published_on": …}] as the page listed them
    related: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    source_text: Mapped[str] = mapped_column(Text, default="")  # the document as given, inert
    imported_at: Mapped[datetime]
