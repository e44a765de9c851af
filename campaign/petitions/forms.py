"""The forms of this feature: acting on a mailed link, editing the petition and what it asks. Signing: sign_form.py."""

from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectField,
    SelectMultipleField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from campaign.campaigns.forms import line, text
from campaign.forms import Form
from campaign.i18n import lazy_gettext
from campaign.officials import targets
from campaign.officials.models import Post
from campaign.petitions.editing import LONGEST_DEMAND, LONGEST_NOTE


class PetitionForm(Form):
    """What an organiser says about a petition. `find` lists offices by `search`; nothing is saved then."""

    repeatable = frozenset({"post_ids"})

    demand = line(lazy_gettext("Demand, in one sentence"), LONGEST_DEMAND, required=True)
    body = text(lazy_gettext("Text of the petition"), rows=12)
    note = text(lazy_gettext("Why does the text change? Everybody can read this."), rows=3, most=LONGEST_NOTE)
    is_material = BooleanField(
        lazy_gettext("This changes what people signed: ask everybody who has signed again"), render_kw={"value": "yes"}
    )
    goal = IntegerField(lazy_gettext("Goal: signatures wanted"), [Optional()])
    raises_goal = BooleanField(
        lazy_gettext("Show the next round number once the goal is reached"), render_kw={"value": "yes"}
    )
    opens_at = DateField(lazy_gettext("First day"), [Optional()])
    closes_at = DateField(lazy_gettext("Last day"), [Optional()])
    keep_until = DateField(lazy_gettext("Names and addresses are deleted on"), [Optional()])
    post_ids = SelectMultipleField(
        lazy_gettext("Addressed to"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    rule = SelectField(
        lazy_gettext("And, by where each signer lives"),
        choices=[SelectChoice(*one) for one in (("", lazy_gettext("Nobody else")), *targets.LABELS.items())],
    )
    search = line(lazy_gettext("Find an office by its name, or by who holds it"), 100)
    find = BooleanField()  # the button beside the search

    def offer(self, posts: list[Post]) -> None:
        """Set which offices can be ticked."""
        self.post_ids.choices = [(post.id, f"{post.label}, {post.organization.name}") for post in posts]
