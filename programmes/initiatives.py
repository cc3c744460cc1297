"""Initiatives: made, changed, and said how far they are. `actor=None` is a loader: no permission is asked."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _

from portal import ledger
from portal.drafts import versions
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.rights import Verdict
from portal.ledger.models import Heading
from programmes import dated_words, headings
from programmes.models import (
    FocusArea,
    Initiative,
    InitiativeArea,
    InitiativeItem,
    InitiativePartner,
    InitiativeStatus,
    Milestone,
    Programme,
)
from programmes.plans import may_edit, require
from programmes.rights import REPORT_INITIATIVE
from programmes.rows import checked, lines_alike, mark

Status, LeadStatus = Initiative.Status, Initiative.LeadStatus
BAR = "|"
"""Stands between the parts of a line, in forms and files; so it stands in none of them."""
LINKED = {InitiativeItem.Kind.DOCUMENT}
SETTLED = {InitiativeItem.Kind.DELIVERABLE, InitiativeItem.Kind.QUESTION}
SHEET: tuple[Any, ...] = (
    Prefetch("area_links", InitiativeArea.objects.select_related("focus_area__heading")),
    Prefetch("partners", InitiativePartner.objects.select_related("organisation")),
    "items",
    "milestones",
)
"""What to prefetch where many sheets are read."""


@dataclass(frozen=True)
class Partner:
    """By name: an organisation of the portal with exactly this name is meant, else the words stand."""

    name: str
    role: str = ""


@dataclass(frozen=True)
class Item:
    kind: str
    text: str
    link: str = ""
    settled_on: date | None = None


@dataclass(frozen=True)
class Moment:
    """`words` are the source's; how exact they are and by which day they sort is read from them."""

    words: str
    name: str = ""
    kind: str = Milestone.Kind.MILESTONE
    reached_on: date | None = None


@dataclass(frozen=True)
class Sheet:
    """What an initiative's sheet says, apart from its milestones and its status. The first area is the primary one."""

    number: str
    name: str
    text: str = ""
    parent: Initiative | None = None
    areas: tuple[FocusArea, ...] = ()
    lead: str = ""
    lead_status: str = LeadStatus.NOT_STATED
    lead_organisation: Organisation | None = None
    lead_deadline: date | None = None
    target_group: str = ""
    precondition: str = ""
    partners: tuple[Partner, ...] = ()
    items: tuple[Item, ...] = field(default=())

    def columns(self) -> dict[str, Any]:
        lists = ("areas", "partners", "items")
        said = {name: value for name, value in vars(self).items() if name not in lists}
        return {name: lines_alike(value.strip()) if isinstance(value, str) else value for name, value in said.items()}


def thing(initiative: Initiative) -> str:
    """The initiative as forms and edits name it."""
    return versions.thing_of("initiative", initiative.pk)


def may_report(actor: Actor, initiative: Initiative) -> Verdict:
    """May this person say the initiative's status and milestones? Its plan's owner and its lead may."""
    verdict = rights.may(actor, REPORT_INITIATIVE)
    if not verdict or may_edit(actor, initiative.programme):
        return verdict
    if initiative.lead_organisation_id in actor.organisation_ids:
        return verdict
    return Verdict(False, _("The plan's owner and the organisation that leads the initiative say how far it is."))


def make_initiative(
    programme: Programme,
    sheet: Sheet,
    *,
    status: str = Status.IDEA,
    status_on: date | None = None,
    status_reason: str = "",
    moments: Iterable[Moment] = (),
    actor: Actor | None = None,
    known: date | None = None,
) -> Initiative:
    """An initiative with its heading, its lists and the first line of its history.

    Raises Refused, or ValidationError with the messages at the fields.
    """
    if actor is not None:
        require(may_edit(actor, programme))
    initiative = Initiative(programme=programme, status=status, **sheet.columns())
    with ledger.entry():
        _check(initiative, sheet)
        initiative.heading = headings.new_heading(_above(initiative, sheet), known)
        initiative.save()
        _set_lists(initiative, sheet)
        _set_moments(actor, initiative, moments)
        _said(initiative, actor, status, status_on, status_reason or (_("Made") if actor is not None else ""))
        versions.record(actor, thing(initiative))
    return initiative


def change_initiative(
    actor: Actor | None, initiative: Initiative, sheet: Sheet, *, seen: versions.Seen | None = None
) -> Initiative:
    """The sheet as it is from now on. In another first area its facts count there. Raises as make_initiative, and
    Changed."""
    if actor is not None:
        require(may_edit(actor, initiative.programme))
    with ledger.entry():
        row = _locked(actor, initiative, seen)
        before = _above(row, sheet_of(row))
        for name, value in sheet.columns().items():
            setattr(row, name, value)
        _check(row, sheet)
        above = _above(row, sheet)
        if above != before:
            headings.move(row.heading, above)
        row.save()
        _set_lists(row, sheet)
    return row


def set_milestones(
    actor: Actor | None, initiative: Initiative, moments: Iterable[Moment], *, seen: versions.Seen | None = None
) -> None:
    """The milestones: those and no others. Raises Refused, Changed, or ValidationError."""
    if actor is not None:
        require(may_report(actor, initiative))
    with ledger.entry():
        row = _locked(actor, initiative, seen)
        _set_moments(actor, row, moments)
        row.save()


def set_status(
    actor: Actor | None,
    initiative: Initiative,
    status: str,
    *,
    on: date | None = None,
    reason: str,
    seen: versions.Seen | None = None,
) -> None:
    """The initiative has the status from that day (None: today), and why. Raises Refused, Changed, ValidationError."""
    if actor is not None:
        require(may_report(actor, initiative))
    with ledger.entry():
        row = _locked(actor, initiative, seen)
        if status not in Status.values or status == Status.NOT_STATED:
            raise ValidationError({"status": [_("Choose the status from the list.")]})
        if status == row.status:
            raise ValidationError({"status": [_("The initiative has this status already.")]})
        if actor is not None and not reason.strip():
            raise ValidationError({"reason": [_("Say why the status changes.")]})
        if on is not None and on > ledger.today():
            raise ValidationError({"on": [_("This day has not come yet. Say it when it has.")]})
        row.status = status
        row.save()
        _said(row, actor, status, on, reason)


def moments_of(initiative: Initiative) -> list[Moment]:
    """What stands, as it was written. One query, unless it is prefetched."""
    rows = sorted(initiative.milestones.all(), key=lambda each: each.pk)
    return [Moment(each.words, each.name, each.kind, each.reached_on) for each in rows]


def sheet_of(initiative: Initiative) -> Sheet:
    """What stands. Four queries, unless it is prefetched (SHEET)."""
    prefetch_related_objects([initiative], *SHEET)
    columns = {name: getattr(initiative, name) for name in Sheet("", "").columns()}
    return Sheet(
        **columns,
        areas=tuple(each.focus_area for each in initiative.area_links.all()),
        partners=tuple(Partner(str(each), each.role) for each in initiative.partners.all()),
        items=tuple(Item(each.kind, each.text, each.link, each.settled_on) for each in initiative.items.all()),
    )


def _locked(actor: Actor | None, initiative: Initiative, seen: versions.Seen | None) -> Initiative:
    rows = Initiative.objects.select_for_update(no_key=True, of=("self",))
    row = rows.select_related("programme__heading", "parent__heading", "heading").get(pk=initiative.pk)
    versions.settle(actor, thing(row), seen=seen, now=mark(row))
    return row


def _check(initiative: Initiative, sheet: Sheet) -> None:
    if any(area.programme_id != initiative.programme_id for area in sheet.areas):
        raise ValidationError({"areas": [_("Choose areas of the same plan.")]})
    above, seen = initiative.parent, set()
    if above is not None and above.programme_id != initiative.programme_id:
        raise ValidationError({"parent": [_("Choose an initiative of the same plan.")]})
    while above is not None and above.pk not in seen:
        if above.pk == initiative.pk:
            raise ValidationError({"parent": [_("An initiative is not a part of itself.")]})
        seen.add(above.pk)
        above = above.parent
    checked(initiative, exclude=("heading",))


def _above(initiative: Initiative, sheet: Sheet) -> Heading:
    """Under which heading the initiative's facts count: that of the whole it is a part of, else of its first area."""
    if initiative.parent is not None:
        return initiative.parent.heading
    return sheet.areas[0].heading if sheet.areas else initiative.programme.heading


def _said(initiative: Initiative, actor: Actor | None, status: str, on: date | None, reason: str) -> None:
    InitiativeStatus.objects.create(
        initiative=initiative, status=status, on=on or ledger.today(), reason=reason.strip()[:300],
        by=actor.user if actor is not None else None, organisation=actor.organisation if actor is not None else None,
    )  # fmt: skip


def _set_lists(initiative: Initiative, sheet: Sheet) -> None:
    """What stands already is left alone, so that the trail tells of what changed."""
    there = list(initiative.area_links.order_by("-primary", "focus_area__order", "pk"))
    wanted = list(dict.fromkeys(sheet.areas))
    if {(each.focus_area_id, each.primary) for each in there} != {(a.pk, a == wanted[0]) for a in wanted}:
        initiative.area_links.all().delete()
        for area in wanted:
            InitiativeArea.objects.create(initiative=initiative, focus_area=area, primary=area == wanted[0])
    partners = list(initiative.partners.select_related("organisation").order_by("order", "pk"))
    if [Partner(str(each), each.role) for each in partners] != list(sheet.partners):
        initiative.partners.all().delete()
        named = Organisation.objects.filter(name__in=[each.name for each in sheet.partners])
        known = dict(named.values_list("name", "pk"))
        for place, partner in enumerate(sheet.partners, 1):
            one_line("partners", partner.name, partner.role)
            organisation = known.get(partner.name)
            row = InitiativePartner(
                initiative=initiative, organisation_id=organisation, name="" if organisation else partner.name,
                role=partner.role, order=place,
            )  # fmt: skip
            _check_line(row, "partners")
            row.save()
    items = list(initiative.items.order_by("kind", "order", "pk"))
    # Lines of different kinds stand in no order to each other.
    stand = [Item(each.kind, each.text, each.link, each.settled_on) for each in items]
    if sorted(stand, key=_kind) != sorted(sheet.items, key=_kind):
        initiative.items.all().delete()
        for place, item in enumerate(sheet.items, 1):
            _check_item(item)
            line = InitiativeItem(initiative=initiative, order=place, **vars(item))
            _check_line(line, item.kind)
            line.save()


def _kind(item: Item) -> str:
    return str(item.kind)


def _set_moments(actor: Actor | None, initiative: Initiative, moments: Iterable[Moment]) -> None:
    there = list(initiative.milestones.order_by("pk"))
    noted = {(row.kind, row.name, row.reached_on): row.noted_on for row in there if row.reached_on is not None}
    wanted = []
    for moment in moments:
        when = dated_words.read(moment.words)
        known = None
        if moment.reached_on is not None:  # what was noted before keeps its day; a loader knew it when it happened
            new = moment.reached_on if actor is None else ledger.today()
            known = noted.get((moment.kind, moment.name.strip(), moment.reached_on), new)
        wanted.append(
            Milestone(
                initiative=initiative, kind=moment.kind, name=moment.name.strip(), words=when.words,
                precision=when.precision, day=when.day, reached_on=moment.reached_on, noted_on=known,
            )
        )  # fmt: skip
    if [_content(each) for each in there] != [_content(each) for each in wanted]:
        initiative.milestones.all().delete()
        for row in wanted:
            one_line("milestones", row.words, row.name)
            _check_line(row, "milestones")
            row.save()


def _content(row: Milestone) -> tuple[Any, ...]:
    return row.kind, row.name, row.words, row.precision, row.day, row.reached_on


def _check_item(item: Item) -> None:
    """What its kind of line can say: what more is given would show nowhere."""
    one_line("items", item.text, item.link)
    if item.link and item.kind not in LINKED:
        raise ValidationError({"items": [_("%(line)s: only a document has a link.") % {"line": item.text}]})
    if item.settled_on is not None and item.kind not in SETTLED:
        text = _("%(line)s: only a deliverable or an open question is delivered or answered on a day.")
        raise ValidationError({"items": [text % {"line": item.text}]})


def one_line(at: str, *texts: str) -> None:
    """Forms and files write these a line each, with bars between the parts."""
    for text in texts:
        if BAR in text or len(text.splitlines()) > 1:
            said = _("%(line)s: write it on one line and without the sign |.") % {"line": " ".join(text.split())[:60]}
            raise ValidationError({at: [said]})


def _check_line(row: Any, at: str) -> None:
    """A line's faults stand at the field that all the lines are written in."""
    try:
        checked(row)
    except ValidationError as refused:
        raise ValidationError({at: [f"{row}: {text}" for text in refused.messages]}) from refused
