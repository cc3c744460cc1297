"""The areas a plan is divided into: made, moved, linked, appointed and scored. `actor=None` is a loader."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from portal import ledger
from portal.drafts import versions
from portal.identity.actor import Actor
from portal.ledger.models import Heading
from programmes import headings, plans
from programmes.initiatives import one_line
from programmes.models import (
    BackgroundFact,
    Criterion,
    CriterionScore,
    FocusArea,
    FocusAreaLink,
    Programme,
)
from programmes.plans import may_edit, require
from programmes.rows import checked, lines_alike, mark


def thing(area: FocusArea) -> str:
    """The area as forms and edits name it."""
    return versions.thing_of("focus-area", area.pk)


def make_area(
    programme: Programme,
    *,
    name: str,
    kind: str,
    parent: FocusArea | None = None,
    order: int | None = None,
    actor: Actor | None = None,
    known: date | None = None,
    **said: Any,
) -> FocusArea:
    """An area with its heading below its parent's, else below the plan's; last in order unless it says otherwise.

    Raises Refused, or ValidationError with the messages at the fields.
    """
    if actor is not None:
        require(may_edit(actor, programme))
    if order is None:
        order = (programme.focus_areas.aggregate(last=Max("order"))["last"] or 0) + 1
    area = FocusArea(programme=programme, name=name.strip(), kind=kind.strip(), parent=parent, order=order, **said)
    with ledger.entry():
        _check(area)
        area.heading = headings.new_heading(_above(area), known)
        area.save()
        versions.record(actor, thing(area))
    return area


def change_area(actor: Actor | None, area: FocusArea, *, seen: versions.Seen | None = None, **said: Any) -> FocusArea:
    """What `said` names is changed; under another parent its facts count there. Raises as make_area, and Changed."""
    if actor is not None:
        require(may_edit(actor, area.programme))
    with ledger.entry():
        row = locked(actor, area, seen)
        before = row.parent_id
        for name, value in said.items():
            setattr(row, name, value)
        _check(row)
        _keeps_its_cluster(row)
        if row.parent_id != before:
            headings.move(row.heading, _above(row))
        row.save()
    return row


def locked(actor: Actor | None, area: FocusArea, seen: versions.Seen | None) -> FocusArea:
    """The area as it stands, its row locked for what hangs on it. Raises Changed."""
    rows = FocusArea.objects.select_for_update(no_key=True, of=("self",)).select_related("programme", "heading")
    row = rows.get(pk=area.pk)
    versions.settle(actor, thing(row), seen=seen, now=mark(row))
    return row


def _above(area: FocusArea) -> Heading:
    return area.parent.heading if area.parent is not None else area.programme.heading


def _check(area: FocusArea) -> None:
    area.text = lines_alike(area.text)
    above, seen = area.parent, set()
    if above is not None and above.programme_id != area.programme_id:
        raise ValidationError({"parent": [_("Choose an area of the same plan.")]})
    while above is not None and above.pk not in seen:
        if above.pk == area.pk:
            raise ValidationError({"parent": [_("An area does not lie below itself.")]})
        seen.add(above.pk)
        above = above.parent
    checked(area, exclude=("heading",))


def _keeps_its_cluster(area: FocusArea) -> None:
    """While one with public money runs or is to come, the area may have one; what has ended is history."""
    if area.cluster_eligible:
        return
    running = area.clusters.filter(Q(valid_to=None) | Q(valid_to__gte=ledger.today()), publicly_financed=True)
    if (cluster := running.order_by("valid_from", "pk").first()) is not None:
        text = _("%(name)s is a publicly financed cluster of the area. Change or end it first.")
        raise ValidationError({"cluster_eligible": [text % {"name": cluster.name}]})


# ------------------------------------------------------------------------------------------------------------ links
@dataclass(frozen=True)
class Link:
    to: FocusArea
    starred: bool = False
    note: str = ""


def set_links(
    area: FocusArea, links: Iterable[Link], *, actor: Actor | None = None, seen: versions.Seen | None = None
) -> None:
    """The areas that this one supports, of its own plan or another: those and no others. Raises as change_area.

    A link to an area that the actor does not see is left as it is.
    """
    if actor is not None:
        require(may_edit(actor, area.programme))
    with ledger.entry():
        row = locked(actor, area, seen)
        there = {each.to_id: each for each in links_of(row, actor)}
        for link in links:
            one_line("links", link.note)
            stands = there.pop(link.to.pk, None)
            new = stands or FocusAreaLink(area=row, to=link.to)
            if stands is None or (stands.starred, stands.note) != (link.starred, link.note):
                new.starred, new.note = link.starred, link.note
                checked(new)
                new.save()
        FocusAreaLink.objects.filter(pk__in=[each.pk for each in there.values()]).delete()
        row.save()


def links_of(area: FocusArea, actor: Actor | None) -> QuerySet[FocusAreaLink]:
    """What the area supports, as far as the actor sees it."""
    rows = FocusAreaLink.objects.filter(area=area)
    return rows if actor is None else rows.filter(to__in=FocusArea.objects.visible_to(actor).order_by().values("pk"))


# --------------------------------------------------------------------------------------------------------- criteria
def set_scores(
    area: FocusArea,
    scores: Mapping[Criterion, tuple[int, str]],
    *,
    actor: Actor | None = None,
    seen: versions.Seen | None = None,
) -> None:
    """(score from 1 to 5, justification) by criterion; a criterion that is not named has no score.

    Raises as change_area, with messages under score_<criterion> and justification_<criterion>.
    """
    if actor is not None:
        require(may_edit(actor, area.programme))
    with ledger.entry():
        row = locked(actor, area, seen)
        there = {each.criterion_id: each for each in CriterionScore.objects.filter(focus_area=row)}
        for criterion, (score, justification) in scores.items():
            if criterion.programme_id != row.programme_id or criterion.appointed != row.appointed:
                raise ValidationError(_("The criterion is not one that this area is appointed by."))
            new = there.pop(criterion.pk, None) or CriterionScore(focus_area=row, criterion=criterion)
            new.score, new.justification = score, justification.strip()
            try:
                checked(new)
            except ValidationError as refused:
                named = {f"{name}_{criterion.pk}": texts for name, texts in refused.message_dict.items()}
                raise ValidationError(named) from refused
            new.save()
        CriterionScore.objects.filter(pk__in=[each.pk for each in there.values()]).delete()
        row.save()


# ------------------------------------------------------------------------------------------------ background facts
@dataclass(frozen=True)
class Known:
    """A background fact as a line of a form or a file says it."""

    name: str
    value: Decimal
    unit: str
    qualifier: str = ""
    value_to: Decimal | None = None
    geography: str = ""
    period: str = ""
    source: str = ""


def set_background(
    programme: Programme,
    area: FocusArea | None,
    facts: Iterable[Known],
    *,
    actor: Actor | None = None,
    seen: versions.Seen | None = None,
) -> None:
    """The facts of the area, or with None of the plan as a whole: those and no others. Raises as change_area.

    The version that was seen is the area's, or the plan's. What is wrong with a fact stands under `facts`.
    """
    if actor is not None:
        require(may_edit(actor, programme))
    with ledger.entry():
        (locked(actor, area, seen) if area is not None else plans.locked(actor, programme, seen)).save()
        wanted = list(facts)
        there = list(BackgroundFact.objects.filter(programme=programme, focus_area=area).order_by("order", "pk"))
        if [_known(each) for each in there] == wanted:
            return
        BackgroundFact.objects.filter(pk__in=[each.pk for each in there]).delete()
        for place, known in enumerate(wanted, 1):
            fact = BackgroundFact(programme=programme, focus_area=area, order=place, **vars(known))
            one_line("facts", known.name, known.qualifier, known.unit, known.geography, known.period, known.source)
            try:
                checked(fact)
            except ValidationError as refused:
                raise ValidationError({"facts": [f"{known.name}: {text}" for text in refused.messages]}) from refused
            fact.save()


def _known(fact: BackgroundFact) -> Known:
    return Known(**{name: getattr(fact, name) for name in Known.__dataclass_fields__})


def background_of(programme: Programme, area: FocusArea | None) -> list[Known]:
    """What stands of the area, or with None of the plan as a whole, in order."""
    rows = BackgroundFact.objects.filter(programme=programme, focus_area=area)
    return [_known(each) for each in rows.order_by("order", "pk")]
