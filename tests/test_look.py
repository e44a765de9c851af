"""The look: templates that keep the site's rules, fields and parts that say everything, colours one can read."""

import gzip
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FileField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Optional

from campaign import create_app, web
from campaign.forms import REQUIRED, Form, Longest
from campaign.pagination import Page
from campaign.paths import TEMPLATES
from tests.conftest import Visitor

STATIC = Path(web.__file__).parent / "static"
CSS = (STATIC / "site.css").read_text(encoding="utf-8")
FRAME_OF_MAILS = TEMPLATES / "mail" / "_layout.html"  # no page: it carries its style with it
PAGES = sorted(set(TEMPLATES.rglob("*.html")) - {FRAME_OF_MAILS})


class SignForm(Form):
    given_name = StringField("Given name", [DataRequired(REQUIRED)], description="As in your passport")
    family_name = StringField("Family name", [Optional()])
    email = EmailField("E-mail address", [DataRequired(REQUIRED)])
    comment = TextAreaField("Why?", [Optional(), Longest(500)])
    country = SelectField("Country", choices=[SelectChoice("US", "United States"), SelectChoice("FR", "France")])
    shown_as = RadioField(
        "Shown as",
        [DataRequired(REQUIRED)],
        choices=[SelectChoice("full", "In full"), SelectChoice("no", "Not at all")],
    )
    updates = BooleanField("Write to me")
    closes_on = DateField("Closes on", [Optional()])
    goal = IntegerField("Goal", [Optional()])
    picture = FileField("Picture", [Optional()])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The app without rows: nothing here asks the database."""
    overrides = {"TESTING": True, "BASE_URL": "http://localhost", "LANGUAGES": ["en", "ar"]}
    yield create_app(tmp_path_factory.mktemp("look"), environ={}, overrides=overrides, quiet=True)


def show(site: Flask, source: str, path: str = "/", **values: Any) -> BeautifulSoup:
    """A piece of template as parsed HTML."""
    imports = (
        '{% from "macros/forms.html" import button, errors, field, form_end, form_start %}'
        '{% from "macros/pages.html" import card, copy_button, empty, notice, pagination, progress, share_links, '
        "stat, todo_icon %}"
    )
    with site.test_request_context(path):
        return BeautifulSoup(site.jinja_env.from_string(imports + source).render(**values), "html.parser")


def one(page: BeautifulSoup | Tag, selector: str) -> Tag:
    found = page.select(selector)
    assert len(found) == 1, (selector, page)
    return found[0]


def filled(site: Flask, **values: str) -> SignForm:
    """The form as somebody sent it."""
    with site.test_request_context(method="POST", data=values):
        form = SignForm(formdata=MultiDict(values), meta={"csrf": False})
        form.validate()
    return form


@pytest.fixture
def wrong(site: Flask) -> SignForm:
    return filled(site, given_name="", family_name="<Signer>", email="", country="US")


# Templates


def test_every_template_compiles(site: Flask) -> None:
    for name in site.jinja_env.list_templates():
        site.jinja_env.get_template(name)


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"\sstyle\s*=", "the policy forbids styles in attributes"),
        (r"<style", "the policy forbids styles in pages"),
        (r"<script(?![^>]*\ssrc=)", "the policy forbids scripts in pages"),
        (r"\son[a-z]+\s*=\s*[\"']", "the policy forbids handlers in attributes"),
        (r"javascript:", "the policy forbids scripts in addresses"),
        (r"\|\s*safe\b", "only campaign.markup makes HTML of text"),
        (r"autoescape\s+false", "only campaign.markup makes HTML of text"),
        (r"(src|srcset)\s*=\s*[\"']https?:", "no page asks another site for anything"),
        (r"<link[^>]+href\s*=\s*[\"']https?:", "no page asks another site for anything"),
        (r"<td[^>]*data-label[^>]*\sdir=", "its label would run in the direction of the value: use <bdi>"),
        (
            r"(\}\}[:,] (?=\{\{ _|<bdi))|((%\}|>): ?(?=\{|<bdi|<span))",
            "languages write colons and commas differently: _(': '), _(', ')",
        ),
    ],
)
def test_no_page_holds(pattern: str, why: str) -> None:
    assert [str(path) for path in PAGES if re.search(pattern, path.read_text(encoding="utf-8"))] == [], why


# The frame


def test_a_page_says_its_language_direction_and_address(site: Flask) -> None:
    page = show(site, '{% extends "base.html" %}{% block title %}Sign{% endblock %}', "/?lang=ar&page=2")
    assert page.html and (page.html["lang"], page.html["dir"]) == ("ar", "rtl")
    assert page.title and page.title.text == "Sign – Campaign"
    assert one(page, "link[rel=canonical]")["href"] == "http://localhost/"
    assert one(page, "meta[property='og:title']")["content"] == "Sign"


def test_the_language_switch_keeps_the_rest_of_the_address(site: Flask) -> None:
    page = show(site, '{% extends "base.html" %}', "/?page=2&lang=en")
    assert [link["href"] for link in page.select("a[hreflang]")] == ["?page=2&lang=en", "?page=2&lang=ar"]
    assert [link.text for link in page.select("a[hreflang]")] == ["English", "العربية"]


def test_the_first_link_skips_to_the_main_text(site: Flask) -> None:
    page = show(site, '{% extends "base.html" %}')
    first = page.select("a")[0]
    assert one(page, str(first["href"])).name == "main"


def test_the_desk_shows_each_role_what_it_may_do(sign_in: Callable[..., Visitor]) -> None:
    def entries(role: str) -> list[str]:
        return [link.text for link in sign_in(role=role).page("/desk").select(".site-nav a")]

    edits = ["Campaigns", "Import", "Inbox", "Links", "Officials"]
    assert entries("owner") == [*edits, "Outgoing mail", "Accounts", "Audit trail"]
    assert entries("editor") == edits
    assert entries("viewer") == ["Campaigns", "Links", "Officials"]


def test_signing_out_is_a_button(sign_in: Callable[..., Visitor]) -> None:
    form = one(sign_in().page("/desk"), "form.sign-out[method=post]")
    assert form["action"] == "/desk/sign-out"
    assert one(form, "input[name=csrf_token]")


@pytest.mark.parametrize("code", web.ERROR_PAGES)
def test_an_error_page_has_one_heading_and_no_address_of_its_own(site: Flask, code: int) -> None:
    with site.test_request_context("/nowhere"):
        html, status = web.error_page(code, "")
    page = BeautifulSoup(html, "html.parser")
    assert status == code
    assert one(page, "h1").text in one(page, "title").text
    assert not page.select("link[rel=canonical]")
    assert one(page, "main").find("p")


def test_a_lost_csrf_token_says_what_to_do(site: Flask) -> None:
    with site.test_request_context("/"):
        html, _ = web.error_page(400, "csrf")
    assert "cookies" in html


# Fields


def test_a_field_has_its_label_hint_and_error_beside_it(site: Flask, wrong: SignForm) -> None:
    page = show(site, "{{ field(form.given_name, autocomplete='given-name') }}", form=wrong)
    box = one(page, "input#given_name")
    assert one(page, "label[for=given_name]").text == "Given name"
    assert one(page, "#given_name-hint").text == "As in your passport"
    assert "Fill this in." in one(page, "#given_name-error").text
    assert box["aria-describedby"] == "given_name-hint given_name-error"
    assert (box["aria-invalid"], box["autocomplete"], box["dir"]) == ("true", "given-name", "auto")
    assert box.has_attr("required")


def test_a_right_field_keeps_its_value_and_complains_of_nothing(site: Flask, wrong: SignForm) -> None:
    box = one(show(site, "{{ field(form.family_name) }}", form=wrong), "input")
    assert box["value"] == "<Signer>"
    assert not box.has_attr("aria-invalid")
    assert not box.has_attr("aria-describedby")


def test_optional_is_said_in_words(site: Flask, wrong: SignForm) -> None:
    assert "(optional)" in show(site, "{{ field(form.family_name) }}", form=wrong).text
    assert "(optional)" not in show(site, "{{ field(form.email) }}", form=wrong).text


@pytest.mark.parametrize(
    ("name", "selector"),
    [
        ("email", "input[type=email][dir=ltr]"),
        ("comment", "textarea[rows='9'][dir=auto]"),
        ("country", "select > option[selected]"),
        ("closes_on", "input[type=date]"),
        ("goal", "input[type=number]"),
        ("picture", "input[type=file]"),
        ("updates", "label[for=updates]"),
    ],
)
def test_each_kind_of_field_has_its_control(site: Flask, wrong: SignForm, name: str, selector: str) -> None:
    one(show(site, "{{ field(form[name], rows=9 if name == 'comment' else 0) }}", form=wrong, name=name), selector)


def test_radio_buttons_share_a_legend_and_an_error(site: Flask, wrong: SignForm) -> None:
    group = one(show(site, "{{ field(form.shown_as) }}", form=wrong), "fieldset")
    assert one(group, "legend").text == "Shown as"
    assert group["aria-describedby"] == "shown_as-error"
    assert [label["for"] for label in group.select("label")] == ["shown_as-0", "shown_as-1"]


def test_a_long_text_counts_along(site: Flask, wrong: SignForm) -> None:
    line = one(show(site, "{{ field(form.comment) }}", form=wrong), "[data-count=comment]")
    assert line["data-most"] == "500"
    assert "{n}" in str(line["data-left"])


def test_the_summary_links_to_every_wrong_field(site: Flask, wrong: SignForm) -> None:
    source = "{{ errors(form) }}{{ form_start(form) }}{% for f in form %}{{ field(f) }}{% endfor %}{{ form_end() }}"
    page = show(site, source, form=wrong)
    summary = one(page, ".error-summary[role=alert][tabindex='-1']")
    links = {link["href"]: link.text for link in summary.select("a")}
    assert list(links) == ["#given_name", "#email", "#shown_as-0"]
    assert links["#given_name"] == "Given name: Fill this in."
    for target in links:
        one(page, str(target))


def test_a_form_in_order_has_no_summary(site: Flask) -> None:
    form = filled(site, given_name="Suzie", email="suzie@example.org", country="US", shown_as="no")
    assert show(site, "{{ errors(form) }}", form=form).text.strip() == ""


def test_a_form_carries_its_token(site: Flask) -> None:
    with site.test_request_context("/"):
        html = site.jinja_env.from_string(
            '{% from "macros/forms.html" import form_start %}{{ form_start(form, action="/there", upload=true) }}'
        ).render(form=SignForm())
    form = one(BeautifulSoup(html, "html.parser"), "form[method=post][action='/there']")
    assert form["enctype"] == "multipart/form-data"
    assert one(form, "input[name=csrf_token]")["value"]


# Parts of pages


def test_progress_is_said_in_words_and_stops_at_the_goal(site: Flask) -> None:
    page = show(site, "{{ progress(6214, 5000) }}")
    assert page.text.split() == ["6,214", "signatures", "Goal:", "5,000"]
    bar = one(page, "progress")
    assert (bar["value"], bar["max"]) == ("5000", "5000")


def test_progress_without_a_goal_is_a_number(site: Flask) -> None:
    page = show(site, "{{ progress(1) }}")
    assert page.text.split() == ["1", "signature"]
    assert not page.select("progress")


def test_a_card_speaks_the_language_of_its_campaign(site: Flask) -> None:
    campaign = SimpleNamespace(slug="library", title="أعيدوا فتح المكتبة", language="ar", place="", categories=[])
    campaign.changed_at, campaign.article = datetime(2026, 11, 1, tzinfo=UTC), None
    summary = SimpleNamespace(demand="…", count=7, goal=10, is_open=True, closes_at=datetime(2026, 12, 1, tzinfo=UTC))
    page = show(site, "{{ card(campaign, summary) }}", campaign=campaign, summary=summary)
    assert one(page, "h3")["dir"] == "rtl"
    assert one(page, "h3 a")["href"] == "/campaigns/library"
    assert [time["datetime"] for time in page.select("time")] == ["2026-12-01", "2026-11-01"]
    assert page.select("p.meta")[-1].text.startswith("العربية · text changed on")


def test_pagination_leads_to_the_pages_before_and_after(site: Flask) -> None:
    rows: Page[int] = Page([], 2, 20, 1234)
    page = show(site, "{{ pagination(page, 'web.health', q='bus') }}", page=rows)
    assert [link["href"] for link in page.select("a")] == ["/health?page=1&q=bus", "/health?page=3&q=bus"]
    assert "21 to 40 of 1,234" in page.text


def test_a_short_list_has_no_pagination(site: Flask) -> None:
    rows: Page[int] = Page([], 1, 20, 20)
    assert show(site, "{{ pagination(page, 'web.health') }}", page=rows).text.strip() == ""


def test_a_notice_says_its_kind_in_words(site: Flask) -> None:
    assert "Problem:" in show(site, "{{ notice('No.', 'error') }}").text
    assert "Please note:" in show(site, "{{ notice('Soon.', 'warning') }}").text


def test_what_people_wrote_is_escaped(site: Flask) -> None:
    page = show(site, "{{ notice(t) }}{{ empty(t) }}{{ stat(3, t) }}{{ share_links(t, t) }}", t="<b onclick=x>\"'")
    assert not page.select("b")
    assert not page.select("[onclick]")


def test_shared_links_are_encoded(site: Flask) -> None:
    page = show(site, "{{ share_links('https://example.org/a?b=c&d', 'Buses & trains') }}")
    link = str(one(page, "a[href^='https://wa.me/']")["href"])
    assert link.endswith("Buses%20%26%20trains%20https%3A//example.org/a%3Fb%3Dc%26d")
    assert one(page, "input[readonly]")["value"] == "https://example.org/a?b=c&d"


# The stylesheet


def test_the_stylesheet_is_small() -> None:
    assert len(gzip.compress(CSS.encode())) <= 12 * 1024


def test_the_stylesheet_asks_nobody_for_anything() -> None:
    assert not re.search(r"@import|@font-face|url\(", CSS)


def test_the_stylesheet_knows_no_left_and_right() -> None:
    physical = r"(margin|padding|border)-(left|right|top|bottom)|[{;]\s*(left|right|top|bottom|width|height)\s*:"
    assert not re.search(physical, CSS)
    assert not re.search(r"text-align:\s*(left|right)|float:", CSS)


# Text on what it stands on, and how far apart their brightness must be (WCAG 2.2, 1.4.3 and 1.4.11).
PAIRS = [
    *((text, ground, 4.5) for text in ("ink", "soft", "act", "bad") for ground in ("paper", "sheet", "tint")),
    ("on-act", "act", 4.5),
    ("on-act", "act-strong", 4.5),
    ("ink", "act-tint", 4.5),
    ("act", "act-tint", 4.5),
    ("good", "good-tint", 4.5),
    ("warn", "warn-tint", 4.5),
    ("bad", "bad-tint", 4.5),
    *(("ink", ground, 4.5) for ground in ("good-tint", "warn-tint", "bad-tint")),
    ("paper", "bad", 4.5),
    *((line, ground, 3.0) for line in ("edge", "focus") for ground in ("paper", "sheet", "tint")),
    ("act", "line", 3.0),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_stands_out_from_its_ground(scheme: str) -> None:
    colours = palettes()[scheme]
    weak = {
        (text, ground): round(contrast(colours[text], colours[ground]), 2)
        for text, ground, least in PAIRS
        if contrast(colours[text], colours[ground]) < least
    }
    assert weak == {}


def palettes() -> dict[str, dict[str, str]]:
    layer = CSS[CSS.index("@layer tokens {") : CSS.index("@layer base {")]
    light, _, dark = layer.partition("prefers-color-scheme: dark")
    colours = {
        name: dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", part)) for name, part in (("l", light), ("d", dark))
    }
    return {"light": colours["l"], "dark": colours["l"] | colours["d"]}


def contrast(one: str, other: str) -> float:
    """The ratio of two colours' luminance, as https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio defines it."""
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
