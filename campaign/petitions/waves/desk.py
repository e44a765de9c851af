"""The organiser's page about fake waves: what is unusual, what a rule would take out, doing and undoing it."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from babel.dates import format_date
from flask import flash, redirect, render_template, request, url_for

from campaign import charts
from campaign.access import requires
from campaign.accounts import permissions
from campaign.accounts.signing_in import acting_account, audit
from campaign.campaigns import finding as campaign_finding
from campaign.db import db, now, reading
from campaign.errors import NotFound, Refused
from campaign.i18n import gettext, language, lazy_gettext, ngettext
from campaign.petitions import finding
from campaign.petitions.models import Petition, Signature
from campaign.petitions.views import Page, blueprint
from campaign.petitions.waves import invalidating
from campaign.petitions.waves import noticing as waves
from campaign.petitions.waves.forms import STATE_CHOICES, ApplyForm, PressForm, RuleForm
from campaign.petitions.waves.invalidating import Effect, Rule

WINDOW_WORDS = {
    "hour": lazy_gettext("Last hour"),
    "day": lazy_gettext("Last 24 hours"),
    "all": lazy_gettext("All time"),
}


@dataclass(frozen=True)
class Preview:
    """What a rule would do. parts: the rule in words; notice: why it is shown again."""

    effect: Effect
    sample: list[Signature]
    parts: list[tuple[str, str]]
    form: ApplyForm = field(repr=False)
    notice: str = ""


@blueprint.route("/desk/campaigns/<slug>/waves", methods=["GET", "POST"], endpoint="waves")
@requires(permissions.INVALIDATE, personal_data="signatures.look")
def show_waves(slug: str) -> Page:
    """What is unusual, and a rule to fill in; sent, the rule's effect is shown, and nothing is changed."""
    form, instant = RuleForm(**_asked()), now()
    if request.method == "GET" or not form.validate_on_submit() or not _is_sound(form, instant):
        return _answer(slug, form), form.status
    return _answer(slug, form, seen_at=instant), 200


@blueprint.post("/desk/campaigns/<slug>/waves/apply")
@requires(permissions.INVALIDATE, personal_data="signatures.look")
def invalidate(slug: str) -> Page:
    """Take out what was shown; when that has become another number, nothing happens and it is shown again."""
    form = ApplyForm()
    if not form.validate_on_submit() and set(form.errors) != {"note"}:
        # Nobody can have been shown this.
        return redirect(url_for(".waves", slug=slug), 303)
    if not _is_sound(form, form.seen):
        return _answer(slug, form), form.status
    if form.errors:
        return _answer(slug, form, seen_at=form.seen), form.status
    # Nobody should wait for SQLite's one writer while all signatures are looked through.
    with reading():
        petition = _petition(slug)
        within = invalidating.effect(db.session(), petition, form.rule(form.seen)).within
        db.session.rollback()
    try:
        row = invalidating.invalidate(
            db.session(),
            petition,
            form.rule(form.seen),
            note=form.note.data or "",
            expected=form.expected.data,
            within=within,
            account=acting_account(),
            now=now(),
        )
    except Refused as error:
        db.session.rollback()
        return _answer(slug, form, seen_at=now(), notice=error.message), 409
    number = row.number
    audit("signatures.invalidate", "campaign", slug, id=row.id, number=number, by=_by(row.rule))
    db.session.commit()
    flash(_out(number), "success")
    return redirect(url_for(".waves", slug=slug), 303)


@blueprint.post("/desk/campaigns/<slug>/waves/<int:id>/undo")
@requires(permissions.INVALIDATE)
def undo(slug: str, id: int) -> Page:
    """Bring back what an invalidation took out."""
    petition, form = _petition(slug), PressForm()
    row = invalidating.find(db.session(), id)
    if row.petition_id != petition.id:
        raise NotFound(gettext("There is no such invalidation."))
    if not form.validate_on_submit():
        return redirect(url_for(".waves", slug=slug), 303)
    try:
        number = invalidating.undo(db.session(), row, now=now())
    except Refused as error:
        db.session.rollback()
        flash(error.message, "warning")
        return redirect(url_for(".waves", slug=slug), 303)
    audit("signatures.restore", "campaign", slug, id=id, number=number)
    db.session.commit()
    flash(ngettext("%(num)s signature is back.", "%(num)s signatures are back.", number), "success")
    return redirect(url_for(".waves", slug=slug), 303)


def _petition(slug: str) -> Petition:
    petition = finding.of(db.session(), campaign_finding.by_slug(db.session(), slug))
    if petition is None:
        raise NotFound(gettext("This campaign has no petition."))
    return petition


def _is_sound(form: RuleForm, seen_at: datetime) -> bool:
    """False when the rule says too little; the form then says what is missing."""
    try:
        invalidating.check(form.rule(seen_at))
    except Refused as error:
        form.refuse(error)
        return False
    return True


def _asked() -> dict[str, Any]:
    """What a link in the tables puts into the rule."""
    asked = {name: request.args.get(name, "") for name in ("domain", "network")}
    return asked | {name: _instant(request.args.get(name, "")) for name in ("since", "until")}


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None


def _answer(slug: str, form: RuleForm, *, seen_at: datetime | None = None, notice: str = "") -> str:
    """The page, with what the rule would do when there is an instant to look at.

    Names and domains of signers are then shown, which is written down.
    """
    with reading():
        petition = _petition(slug)
        preview = _preview(petition, form, seen_at, notice) if seen_at else None
        page = _page(petition, form, preview)
        db.session.rollback()
    if preview and seen_at:
        shown, rule = len(preview.sample), form.rule(seen_at).stored()
        audit("signatures.preview", "campaign", slug, number=preview.effect.number, shown=shown, by=_by(rule))
        db.session.commit()
    return page


def _preview(petition: Petition, form: RuleForm, seen_at: datetime, notice: str) -> Preview:
    rule = form.rule(seen_at)
    effect = invalidating.effect(db.session(), petition, rule)
    sample = invalidating.sample(db.session(), petition, rule)
    apply = form if isinstance(form, ApplyForm) else ApplyForm()
    apply.seen_at.data, apply.expected.data = seen_at.isoformat(), effect.number
    return Preview(effect, sample, _parts(rule), apply, notice)


def _page(petition: Petition, form: RuleForm, preview: Preview | None = None) -> str:
    window = request.args.get("window", "day")
    window = window if window in waves.WINDOWS else "day"
    look = waves.look(db.session(), petition, window, now=now())
    labels = {share.key: _network(share.key, share.began_at) for share in look.networks}
    form.offer(labels)
    if preview:
        preview.form.offer(labels)
    return render_template(
        "petitions/waves.html",
        campaign=petition.campaign,
        petition=petition,
        window=window,
        windows=WINDOW_WORDS,
        look=look,
        labels=labels,
        chart=_chart(look, window),
        form=form,
        preview=preview,
        done=[(row, _parts(invalidating.from_stored(row.rule))) for row in invalidating.of(db.session(), petition)],
    )


def _chart(look: waves.Look, window: str) -> Any:
    """Minutes of the last hour and hours of the last day; for all time, days."""
    if window == "all":
        days: dict[date, charts.DayCount] = {}
        for moment in look.moments:
            day = moment.at.date()
            old = days.get(day, charts.DayCount(day, 0, 0))
            days[day] = charts.DayCount(day, old.confirmed + moment.confirmed, old.pending + moment.pending)
        return charts.days(list(days.values()))
    if not look.moments:
        return ""
    last = now().replace(second=0, microsecond=0)
    if window == "hour":
        step, count = timedelta(minutes=1), 60
    else:
        step, count, last = timedelta(hours=1), 24, last.replace(minute=0)
    found = {moment.at: moment for moment in look.moments}
    instants = [last - place * step for place in range(count, -1, -1)]
    return charts.moments(
        [
            charts.MomentCount(at, found[at].confirmed, found[at].pending)
            if at in found
            else charts.MomentCount(at, 0, 0)
            for at in instants
        ]
    )


def _parts(rule: Rule) -> list[tuple[str, str]]:
    """A rule in words: (what it is about, what it says)."""
    states = rule.states[0] if len(rule.states) == 1 else ""
    found = [
        (gettext("Domain"), rule.domain),
        (gettext("Network"), rule.network[:4]),
        (gettext("Full name"), rule.name),
        (gettext("Country"), rule.country),
        (gettext("Signed from"), f"{rule.since:%Y-%m-%d %H:%M:%S} UTC" if rule.since else ""),
        (gettext("Signed before"), f"{rule.until:%Y-%m-%d %H:%M:%S} UTC" if rule.until else ""),
        (gettext("Addresses"), gettext("only of throw-away mail services") if rule.is_disposable else ""),
        (gettext("State"), str(STATE_CHOICES[states])),
    ]
    return [(about, said) for about, said in found if said]


def _network(key: str, began_at: datetime) -> str:
    """Nobody knows which network it is, only that these signatures share it."""
    on = format_date(began_at.astimezone(UTC).date(), "d MMM", locale=language())
    return gettext("Network %(short)s of %(day)s", short=key[:4], day=on)


def _out(number: int) -> str:
    return ngettext(
        "%(num)s signature is taken out and no longer counts.",
        "%(num)s signatures are taken out and no longer count.",
        number,
    )


def _by(stored: dict[str, Any]) -> list[str]:
    """For the trail, which is kept for years: by what was looked, not for whom; a name may be somebody's."""
    return sorted(stored.keys() - {"states"})
