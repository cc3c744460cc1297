"""The areas a plan is divided into: made, moved, linked, appointed and scored. `actor=None` is a loader."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from portal import ledger
from portal.drafts import versions
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.ledger.models import Heading
from programmes import headings
from programmes.models import (
    BackgroundFact,
    Cluster,
    Criterion,
    CriterionScore,
    FocusArea,
    FocusAreaLink,
    Programme,
)
from programmes.plans import checked, lines_alike, mark, may_edit, require


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
        row = _locked(actor, area, seen)
        before = row.parent_id
        for name, value in said.items():
            setattr(row, name, value)
        _check(row)
        if row.parent_id != before:
            headings.move(row.heading, _above(row))
        row.save()
    return row


def _locked(actor: Actor | None, area: FocusArea, seen: versions.Seen | None) -> FocusArea:
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


# ------------------------------------------------------------------------------------------------------------ links
@dataclass(frozen=True)
class Link:
    to: FocusArea
    starred: bool = False
    note: str = ""


def set_links(
    area: FocusArea, links: Iterable[Link], *, actor: Actor | None = None, seen: versions.Seen | None = None
) -> None:
    """The areas that this one supports, of its own plan or another: those and no others. Raises as change_area."""
    if actor is not None:
        require(may_edit(actor, area.programme))
    with ledger.entry():
        row = _locked(actor, area, seen)
        there = {each.to_id: each for each in FocusAreaLink.objects.filter(area=row)}
        for link in links:
            stands = there.pop(link.to.pk, None)
            new = stands or FocusAreaLink(area=row, to=link.to)
            if stands is None or (stands.starred, stands.note) != (link.starred, link.note):
                new.starred, new.note = link.starred, link.note
                checked(new)
                new.save()
        FocusAreaLink.objects.filter(pk__in=[each.pk for each in there.values()]).delete()
        row.save()


# ------------------------------------------------------------------------------------------- criteria and clusters
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
        row = _locked(actor, area, seen)
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


def add_cluster(
    area: FocusArea,
    *,
    name: str,
    valid_from: date,
    valid_to: date | None = None,
    organisation: Organisation | None = None,
    publicly_financed: bool = True,
    actor: Actor | None = None,
) -> Cluster:
    """A cluster effort of the area. The database refuses a second one with public money in the same time.

    Raises Refused, or ValidationError with the messages at the fields.
    """
    if actor is not None:
        require(may_edit(actor, area.programme))
    if publicly_financed and not area.cluster_eligible:
        text = area.cluster_note or _("Only an appointed area may have a publicly financed cluster.")
        raise ValidationError({"publicly_financed": [text]})
    cluster = Cluster(
        focus_area=area, name=name.strip(), organisation=organisation, publicly_financed=publicly_financed,
        valid_from=valid_from, valid_to=valid_to,
    )  # fmt: skip
    with ledger.entry():
        checked(cluster)
        cluster.save()
    return cluster


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
    """The facts of the area, or with None of the plan as a whole: those and no others. Raises as change_area."""
    if actor is not None:
        require(may_edit(actor, programme))
    with ledger.entry():
        if area is not None:
            _locked(actor, area, seen).save()
        wanted = list(facts)
        there = list(BackgroundFact.objects.filter(programme=programme, focus_area=area).order_by("order", "pk"))
        if [_known(each) for each in there] == wanted:
            return
        BackgroundFact.objects.filter(pk__in=[each.pk for each in there]).delete()
        for place, known in enumerate(wanted, 1):
            fact = BackgroundFact(programme=programme, focus_area=area, order=place, **vars(known))
            checked(fact)
            fact.save()


def _known(fact: BackgroundFact) -> Known:
    return Known(**{name: getattr(fact, name) for name in Known.__dataclass_fields__})


def background_of(area: FocusArea) -> list[Known]:
    """What stands of the area, in order."""
    return [_known(each) for each in area.background_facts.order_by("order", "pk")]
