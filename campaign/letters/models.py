"""What a campaign offers to send, and the ledger of what became of each person's letter."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.campaigns.models import Campaign
from campaign.db import Base
from campaign.officials.models import Post

# Every legal move of a letter, in honest words: preparing is not printing, and printing is not sending.
#   opened, printed, called, self-sent   the writer said so; we cannot know
#   asked       the writer wants us to send it, and has a mail with a link to confirm that
#   queued      confirmed; it leaves when its office has room      held   it must not leave as it is
#   sent        a mail server of the office took it                bounced   none would
#   unknown     we stopped while sending: it may have left, so it is never sent again
TRANSITIONS: dict[str, tuple[str, ...]] = {
    "prepared": ("opened", "printed", "called", "self-sent", "asked"),
    "opened": ("printed", "called", "self-sent", "asked"),
    "printed": ("opened", "called", "self-sent"),
    "called": ("opened", "printed", "self-sent", "asked"),
    "self-sent": (),
    "asked": ("queued", "prepared", "opened", "printed", "called", "self-sent"),
    "queued": ("sending", "held"),
    "sending": ("sent", "bounced", "queued", "unknown"),
    "held": (),
    "sent": ("bounced",),
    "unknown": ("sent", "bounced"),
    "bounced": ("opened", "printed", "called", "self-sent"),
}
STATES = tuple(TRANSITIONS)
# What a writer can say they did.
SAID = ("opened", "printed", "called", "self-sent")
# What a writer answers to "did a reply come?", besides nothing.
ANSWERS = ("yes", "no", "stop")
_STATES_SQL = ", ".join(f"'{state}'" for state in STATES)


class LetterTemplate(Base):
    """A letter with merge fields, addressed to an office or a rule that yields offices."""

    __tablename__ = "letter_template"
    __table_args__ = (UniqueConstraint("campaign_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(String(80))
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(String(200))
    target: Mapped[str] = mapped_column(String(120))  # a post id, or a rule of campaign.officials.targets
    subject: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(10), default="en")
    talking_points: Mapped[str] = mapped_column(Text, default="")  # one per line: what to say on the telephone
    # Fields of the writer that must be filled in, beyond those a sentence of the letter cannot do without.
    requires: Mapped[list[str]] = mapped_column(JSON, default=list)
    # Why the organiser publishes it although it names somebody in a way the directory contradicts; "" when not.
    override_reason: Mapped[str] = mapped_column(Text, default="")
    override_sha256: Mapped[str] = mapped_column(String(64), default="")  # of the text the reason was given for
    told_sha256: Mapped[str] = mapped_column(String(64), default="")  # of the troubles its organiser was mailed about

    campaign: Mapped[Campaign] = relationship()


class Letter(Base):
    """That somebody prepared a letter to an office: which office, who held it, by which roster. Never the text."""

    __tablename__ = "letter"
    __table_args__ = (CheckConstraint(f"state IN ({_STATES_SQL})", name="letter_state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    template_id: Mapped[int] = mapped_column(ForeignKey("letter_template.id", ondelete="CASCADE"), index=True)
    post_id: Mapped[str] = mapped_column(ForeignKey("post.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    membership_id: Mapped[int | None] = mapped_column(ForeignKey("membership.id", ondelete="SET NULL"))
    # As the letter said it, should the directory forget them.
    post_label: Mapped[str] = mapped_column(String(200), default="")
    holder_name: Mapped[str] = mapped_column(String(400), default="")
    state: Mapped[str] = mapped_column(String(10), default="prepared")
    roster_source: Mapped[str] = mapped_column(String(500), default="")
    roster_as_of: Mapped[date | None]
    text_sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]  # of the state

    template: Mapped[LetterTemplate] = relationship()
    post: Mapped[Post] = relationship()


class FollowUp(Base):
    """A writer's wish to be asked, two weeks after their letter, whether a reply came. Their address goes with the
    answer, and without one, too; the row soon after.
    """

    __tablename__ = "follow_up"

    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"), primary_key=True)
    email: Mapped[str] = mapped_column(String(254))  # "" once it was erased
    mailbox_key: Mapped[str] = mapped_column(String(64), index=True)  # however the address is spelled; "" as well
    # One mail confirms what one browser wishes at one address: its later wishes name the first here.
    first_id: Mapped[int | None] = mapped_column(ForeignKey("follow_up.letter_id", ondelete="SET NULL"), index=True)
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)  # of the link that confirms, and stops it
    reply_token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)  # of the link in the question
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]  # when the question was
    answer: Mapped[str] = mapped_column(String(4), default="")  # one of ANSWERS, as the writer says

    letter: Mapped[Letter] = relationship()
