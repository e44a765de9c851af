"""The eight kinds of to-do action: what each is called, what its form asks for, and what it must have to be of use.

One table: the editor's form takes its fields from it, and form and publish check their rules.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from flask_babel import LazyString

from campaign import countries, weblinks
from campaign.campaigns.models import TODO_KINDS, ToDoAction
from campaign.dates import day
from campaign.i18n import language, lazy_gettext

CHANNELS = {
    "form": lazy_gettext("Web form"),
    "email": lazy_gettext("E-mail"),
    "post": lazy_gettext("Post"),
    "phone": lazy_gettext("Telephone"),
    "fax": lazy_gettext("Fax"),
    "social": lazy_gettext("Social network"),
}
LONGEST_POST = 280  # characters of the shortest of the large networks
ADDRESS_TAKES = 24  # of them: networks count every address as 23, and a space before it
CHECKED_FOR = timedelta(days=365)  # that an organisation's page for donations is its own


@dataclass(frozen=True)
class Act:
    """One action as the rules see it.

    details: by the names in Kind.details, all as text, days as 2027-03-31; letters: how many the campaign offers;
    answered: addresses that answered 200 and whose title we know; shared: what a post would say
    """

    links: Sequence[str] = ()
    body: str = ""
    hashtags: Sequence[str] = ()
    organisations: Sequence[str] = ()
    details: Mapping[str, str] = field(default_factory=dict)
    letters: int = 0
    answered: frozenset[str] = frozenset()
    shared: str = ""
    today: date = date.min

    def has(self, name: str) -> bool:
        return bool(self.details.get(name, "").strip())

    def day(self, name: str) -> date | None:
        """None also for what is no day."""
        try:
            return date.fromisoformat(self.details.get(name, ""))
        except ValueError:
            return None


@dataclass(frozen=True)
class Need:
    """Something an action must have. field: of the form, where it is mended; text: for people, with %(title)s."""

    field: str
    is_met: Callable[[Act], bool]
    text: LazyString
    blocks: bool = True


@dataclass(frozen=True)
class Kind:
    """details: the fields that only some kinds have."""

    label: LazyString
    needs: tuple[Need, ...]
    details: tuple[str, ...] = ()


def of(action: ToDoAction, *, letters: int, today: date) -> Act:
    """An action as the rules see it. letters: how many its campaign offers."""
    return Act(
        links=[link["url"] for link in action.links],
        body=action.body,
        hashtags=action.hashtags,
        organisations=action.organisations,
        details=action.details or {},
        letters=letters,
        answered=frozenset(check.url for check in action.checks if check.health in ("fine", "moved") and check.title),
        shared=(action.details or {}).get("share") or action.campaign.title,
        today=today,
    )


def missing(kind: str, act: Act) -> Iterator[Need]:
    """The needs of its kind that an action does not meet."""
    return (need for need in KINDS[kind].needs if not need.is_met(act))


def facts(action: ToDoAction) -> list[tuple[str, str]]:
    """What readers see of the details of an action: (what it is, what it says), in the order of people's questions."""
    said = action.details or {}
    return [(str(label), _shown(name, said[name])) for name, label in FACTS.items() if said.get(name)]


def post_length(act: Act) -> int:
    """How many characters a post would have: text, hashtags, address."""
    return len(" ".join([act.shared, *act.hashtags])) + ADDRESS_TAKES


def _has_answered(act: Act) -> bool:
    return all(url in act.answered for url in act.links)


def _fits_channel(act: Act) -> bool:
    """“Contact e-mail:” followed by the address of a form misleads people (and the other way round)."""
    is_mail = [url.startswith("mailto:") for url in act.links]
    channel = act.details.get("channel", "")
    if channel == "email":
        return any(is_mail)
    return channel not in ("form", "social") or not act.links or not all(is_mail)


def _was_checked(act: Act) -> bool:
    seen = act.day("checked_on")
    return seen is not None and seen <= act.today


def _is_to_come(act: Act) -> bool:
    due = act.day("on")
    return due is not None and due >= act.today


def _has_safe_link(act: Act) -> bool:
    return any(url.startswith("https://") and weblinks.is_page(url) for url in act.links)


KINDS: dict[str, Kind] = {
    "petition": Kind(
        lazy_gettext("Sign"),
        (
            Need(
                "links",
                _has_answered,
                lazy_gettext(
                    "“%(title)s” links to a petition elsewhere that has not answered yet. Wait for the check of the "
                    "link, mend the link, or leave it out: the petition of this campaign needs none."
                ),
            ),
        ),
    ),
    "contact": Kind(
        lazy_gettext("Write to officials"),
        (
            # The letter's office is the recipient, and the directory knows how it is reached: nobody types that twice.
            Need(
                "letters",
                lambda act: act.letters > 0,
                lazy_gettext("“%(title)s” says to write to somebody: add a letter, and choose the office it goes to."),
            ),
            Need(
                "channel",
                _fits_channel,
                lazy_gettext("“%(title)s” says that its link is a mailbox or a form, and it is not. Mend one of them."),
            ),
            Need(
                "channel",
                lambda act: not act.links or act.has("channel"),
                lazy_gettext("“%(title)s” has a link: say whether it is a form, a mailbox or something else."),
                blocks=False,
            ),
        ),
        ("recipient", "channel"),
    ),
    "local": Kind(
        lazy_gettext("Act where you live"),
        (
            Need(
                "organisations",
                lambda act: bool(act.organisations or act.links),
                lazy_gettext("“%(title)s” names no group: add an organisation or a link."),
            ),
        ),
        ("place", "contact"),
    ),
    "social": Kind(
        lazy_gettext("Tell others"),
        (
            Need(
                "share",
                lambda act: bool(act.hashtags or act.body or act.has("share")),
                lazy_gettext("“%(title)s” has nothing to share: add a text or a hashtag."),
            ),
            Need(
                "share",
                lambda act: post_length(act) <= LONGEST_POST,
                lazy_gettext(
                    "“%(title)s” makes a post that is too long for some networks: with hashtags and address it may "
                    "have 280 characters. Shorten it."
                ),
            ),
        ),
        ("share",),
    ),
    "learn": Kind(
        lazy_gettext("Learn more"),
        (
            Need(
                "links",
                lambda act: bool(act.links),
                lazy_gettext("“%(title)s” has nothing to read: add a link."),
                blocks=False,
            ),
        ),
    ),
    "donate": Kind(
        lazy_gettext("Give"),
        (
            Need(
                "organisations",
                lambda act: bool(act.organisations),
                lazy_gettext("“%(title)s” asks for money: name the organisation that gets it."),
            ),
            Need(
                "links",
                _has_safe_link,
                lazy_gettext(
                    "“%(title)s” asks for money: add a link to the organisation’s own page for donations, with https://."
                ),
            ),
            Need(
                "country",
                lambda act: act.has("country"),
                lazy_gettext("“%(title)s” asks for money: say in which country the organisation is registered."),
            ),
            Need(
                "checked_on",
                _was_checked,
                lazy_gettext(
                    "“%(title)s” asks for money: open the link, make sure that it is the organisation’s own page, and "
                    "say on which day you did."
                ),
            ),
            Need(
                "checked_on",
                lambda act: not _was_checked(act) or act.today - (act.day("checked_on") or act.today) < CHECKED_FOR,
                lazy_gettext("“%(title)s” was checked more than a year ago. Open its link again."),
                blocks=False,
            ),
        ),
        ("country", "checked_on"),
    ),
    "accountability": Kind(
        lazy_gettext("Hold to account"),
        (
            Need(
                "recipient",
                lambda act: act.has("recipient"),
                lazy_gettext("“%(title)s” does not say to whom people turn: name the court, office or body."),
            ),
            Need(
                "accepts",
                lambda act: act.has("accepts"),
                lazy_gettext("“%(title)s” does not say what may be sent there, and from whom. Add a sentence."),
            ),
            Need(
                "links",
                lambda act: bool(act.links or act.letters),
                lazy_gettext("“%(title)s” does not say where to turn: add a link."),
            ),
        ),
        ("recipient", "accepts"),
    ),
    "event": Kind(
        lazy_gettext("Be there"),
        (
            Need(
                "on",
                _is_to_come,
                lazy_gettext("“%(title)s” needs a day that is still to come."),
            ),
            Need(
                "place",
                lambda act: act.has("place"),
                lazy_gettext("“%(title)s” does not say where it is: add the place."),
            ),
        ),
        ("on", "at", "place", "contact"),
    ),
}
assert tuple(KINDS) == TODO_KINDS  # noqa: S101  # a kind without rules could be published with nothing in it

LABELS = {name: kind.label for name, kind in KINDS.items()}
DETAILS = tuple(dict.fromkeys(name for kind in KINDS.values() for name in kind.details))


# What readers see; the text to share stands in its own box.
FACTS = {
    "on": lazy_gettext("Day"),
    "at": lazy_gettext("Time"),
    "place": lazy_gettext("Place"),
    "recipient": lazy_gettext("Goes to"),
    "channel": lazy_gettext("How"),
    "accepts": lazy_gettext("What may be sent"),
    "country": lazy_gettext("Registered in"),
    "checked_on": lazy_gettext("Link checked on"),
    "contact": lazy_gettext("Whom to ask"),
}


def _shown(name: str, text: str) -> str:
    if name == "channel" and text in CHANNELS:
        return str(CHANNELS[text])
    if name == "country":
        return countries.name(text, language())
    try:
        return day(date.fromisoformat(text)) if name in ("on", "checked_on") else text
    except ValueError:
        return text


def kept(kind: str, details: Mapping[str, str]) -> dict[str, str]:
    """Of these details those that this kind has, without the empty ones."""
    return {name: details[name] for name in KINDS[kind].details if details.get(name)}
