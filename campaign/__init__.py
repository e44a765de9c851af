"""Campaign: petitions and letters to representatives, starting from a news article."""

__version__ = "0.1.0"  # before all else: what is imported below writes it into packages

import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask

from campaign import access, assets, config, copies, dates, db, i18n, limiting, logs, markup, migrating, waking, web
from campaign.accounts import permissions, signing_in
from campaign.accounts.views import blueprint as accounts
from campaign.campaigns import (  # noqa: F401  # some only add pages  # noqa: F401  # these do nothing else
    article_desk,
    feed_views,
    import_desk,
    inbox_desk,
    links_desk,
    parts,
    picture_desk,
    sitemap_views,
    sources_desk,
    todo_desk,
    updates_desk,
)
from campaign.campaigns.assistant import desk as assistant_desk  # noqa: F401  # only adds pages
from campaign.campaigns.desk import blueprint as campaigns
from campaign.delivery import download_desk, removing, trail_file  # noqa: F401  # only adds pages
from campaign.delivery.books import desk as comments_desk  # noqa: F401  # only adds pages
from campaign.delivery.ledger import desk as ledger_desk  # noqa: F401  # only adds pages
from campaign.delivery.ledger import outcome_desk  # noqa: F401  # only adds pages
from campaign.delivery.mailings import desk as mailing_desk  # noqa: F401  # only adds pages
from campaign.delivery.own_views import blueprint as delivery
from campaign.delivery.own_views import own_link
from campaign.delivery.paper import desk as sheets_desk  # noqa: F401  # only adds pages
from campaign.delivery.part import DeliveryPart, facts
from campaign.letters import (
    follow_up_views,  # noqa: F401  # only adds pages
    following_up,
)
from campaign.letters.channels.email import asking, erasing, returning
from campaign.letters.desk import blueprint as letters
from campaign.letters.part import LettersPart
from campaign.mail import bounces, breaker, mailboxes
from campaign.mail.desk import blueprint as mail
from campaign.officials.desk import blueprint as officials
from campaign.paths import TEMPLATES
from campaign.petitions import counting, public_data
from campaign.petitions.asking_desk import blueprint as petitions
from campaign.petitions.batches import desk as batches_desk  # noqa: F401  # only adds pages
from campaign.petitions.own import links as own_links
from campaign.petitions.own import personal_data
from campaign.petitions.part import PetitionPart
from campaign.petitions.texts import views as text_views  # noqa: F401  # only adds pages
from campaign.petitions.waves import desk as waves_desk  # noqa: F401  # only adds pages
from campaign.search.views import blueprint as search
from campaign.subscriptions import counting as subscribers
from campaign.subscriptions import signers
from campaign.subscriptions.views import blueprint as subscriptions


def create_app(
    instance: Path | None = None,
    *,
    environ: Mapping[str, str] = os.environ,
    overrides: Mapping[str, Any] | None = None,
    quiet: bool = False,
) -> Flask:
    """The whole application, put together.

    instance: the folder of this installation; overrides: settings that win over everything else, for tests;
    quiet: log only what goes wrong. Raises UnsafeConfiguration, and UndeclaredRoute when a page does not say
    who may see it.
    """
    folder = instance or config.instance_folder(environ)
    app = Flask("campaign", template_folder=str(TEMPLATES), instance_path=str(folder))
    app.config.update(config.load(folder, environ))
    app.config.update(overrides or {})
    config.refuse_unsafe(app.config)
    app.config["SQLALCHEMY_DATABASE_URI"] = app.config["DATABASE_URL"]

    logs.init_logs(quiet=quiet)
    register_extensions(app)
    register_features(app)
    access.check_routes(app, permissions.ALL)
    return app


def register_extensions(app: Flask) -> None:
    """What every page relies on."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    db.db.init_app(app)
    migrating.init_app(app)
    copies.init_app(app)
    web.init_app(app)
    i18n.init_app(app)
    dates.init_app(app)
    assets.init_app(app)
    markup.init_app(app)
    limiting.init_app(app)
    mailboxes.init_app(app)
    waking.init_app(app)
    signing_in.init_app(app)


def register_features(app: Flask) -> None:
    """The pages, and what each feature adds to a campaign."""
    for blueprint in (mail, accounts, officials, campaigns, petitions, letters, subscriptions, delivery, search):
        app.register_blueprint(blueprint)
    confirmed = (
        counting.confirmed_since,
        asking.confirmed_since,
        following_up.confirmed_since,
        subscribers.confirmed_since,
    )
    breaker.init_app(app, lambda session, day: sum((Counter(since(session, day)) for since in confirmed), Counter()))
    bounces.init_app(app, returning.returned)
    parts.register(PetitionPart(has_owner=web.has_owner))
    parts.register(LettersPart())
    parts.register(DeliveryPart(no_news_days=lambda: app.config["NO_NEWS_DAYS"]))
    public_data.ALSO["deliveries"] = facts
    signers.init_app()
    personal_data.ALSO["lists"] = removing.lists_with
    personal_data.ALSO["letter_follow_ups"] = lambda session, signature: following_up.known(session, signature.email)
    personal_data.ALSO["letters"] = lambda session, signature: erasing.known(session, signature.email)
    personal_data.FORGET["letters"] = lambda session, signature, now: erasing.forget_mailbox(
        session, signature.email, now=now
    )
    personal_data.FORGET["letter_follow_ups"] = lambda session, signature, now: following_up.forget_mailbox(
        session, signature.email, now=now
    )
    own_links.register(own_link)
