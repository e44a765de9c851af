"""The search page."""

from pathlib import Path

from flask import Blueprint, current_app, render_template, request

from campaign import limiting, word_queries
from campaign.access import public
from campaign.campaigns import categorising, parts
from campaign.db import db, now, writing
from campaign.i18n import language
from campaign.search import own_words, searching
from campaign.search.forms import SearchForm

blueprint = Blueprint("search", __name__)


# Not kept for others: there are more things to search for than places for copies, and what people look for is theirs.
@blueprint.get("/search", endpoint="results")
@public
def search() -> tuple[str, int]:
    """Campaigns, articles and offices with the words that were typed."""
    if request.args.get("q", "").strip():
        with writing() as counting:
            limiting.count_client_within(counting, "SEARCH_LIMIT")
    session = db.session()
    categories = sorted(categorising.everything(session), key=lambda one: categorising.as_read(one, language()))
    form = SearchForm(request.args, categories)
    query = word_queries.parse(form.q.data or "", own_words.load(Path(current_app.config["INSTANCE"])))
    found = suggestions = None
    if form.validate():
        chosen = next((category for category in categories if category.slug == form.category.data), None)
        narrowed = searching.Narrowed(
            form.kind.data or "", chosen, form.state.data or "", form.since.data, form.until.data
        )
        if query:
            found = searching.search(session, query, narrowed, number=request.args.get("page", 1, type=int))
        if found is None or not found.page.rows:
            suggestions = searching.suggest(session, query)
    summaries = parts.summaries(session, suggestions.newest, now=now())["petition"] if suggestions else {}
    values = {"form": form, "query": query, "found": found, "suggestions": suggestions, "summaries": summaries}
    return render_template("search/results.html", asked=_asked(form), **values), form.status


def _asked(form: SearchForm) -> dict[str, str]:
    """What the address says besides the page, without what is empty."""
    return {field.name: request.args[field.name] for field in form if request.args.get(field.name, "").strip()}
