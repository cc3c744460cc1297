"""Plans: who may write in one, making one and changing it. `actor=None` is a loader: no permission is asked."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal import ledger
from portal.drafts import versions
from portal.geography.danish import address_of
from portal.geography.models import Area, AreaMembership
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.rights import Refused, Verdict
from portal.identity.roles import OrganisationKind
from portal.ui import formats
from programmes.headings import new_heading
from programmes.models import Programme
from programmes.rights import EDIT_PLANS
from programmes.rows import checked, mark

RESERVED = {"opret"}
"""Words that stand where a plan's address would."""


def may_edit(actor: Actor, programme: Programme) -> Verdict:
    """May this person write in the plan, and if not, why?"""
    verdict = rights.may(actor, EDIT_PLANS)
    if verdict and programme.owner_id not in actor.organisation_ids:
        text = _("%(owner)s owns this plan and writes in it. You can read it.")
        return Verdict(False, text % {"owner": programme.owner})
    return verdict


def require(verdict: Verdict) -> None:
    """Raise Refused with the reason unless it is allowed."""
    if not verdict:
        raise Refused(verdict.reason)


def area_of(owner: Organisation, on: date) -> Area | None:
    """The KKR area that a plan of the organisation is for; None, the whole country, for the state alone.

    Raises ValidationError for an organisation without a place.
    """
    if owner.kind == OrganisationKind.STATE_AGENCY:
        return None
    memberships = AreaMembership.objects.on(on).order_by("municipality")
    kkr = memberships.filter(kind=Area.Kind.KKR).select_related("area")
    if owner.area is not None and owner.area.kind == Area.Kind.KKR:
        return owner.area
    if owner.area_id:
        found = kkr.filter(municipality__in=memberships.filter(area=owner.area_id).values("municipality")).first()
    else:
        found = kkr.filter(municipality=owner.municipality_id).first() if owner.municipality_id else None
    if found is None:
        raise ValidationError(_("Your organisation has no municipality or area, so the plan would have no place."))
    return found.area


def make_plan(
    owner: Organisation,
    *,
    name: str,
    actor: Actor | None = None,
    known: date | None = None,
    slug: str = "",
    **said: Any,
) -> Programme:
    """A plan with its heading. `said` are fields of Programme; without an `area` it is the owner's.

    Raises Refused, or ValidationError with the messages at the fields.
    """
    if actor is not None:
        require(rights.may(actor, EDIT_PLANS))
        if owner.pk not in actor.organisation_ids:
            raise Refused(_("You make plans for your own organisation."))
    address = slug or address_of(name)[:50].strip("-")
    said.setdefault("counted_from", said["starts_on"])
    if "area" not in said:
        said["area"] = area_of(owner, actor.on if actor is not None else said["starts_on"])
    plan = Programme(owner=owner, name=name.strip(), slug=address, **said)
    if not address or address in RESERVED or Programme.objects.filter(slug=address).exists():
        raise ValidationError({"name": [_("Choose another name: a plan has this one, or its address.")]})
    with ledger.entry():
        checked(plan, exclude=("heading",))
        plan.heading = new_heading(None, known)
        plan.save()
        versions.record(actor, thing(plan))
    return plan


def change_plan(actor: Actor, plan: Programme, *, seen: versions.Seen | None = None, **said: Any) -> Programme:
    """What `said` names is changed. Raises Refused, Changed, or ValidationError with the messages at the fields."""
    require(may_edit(actor, plan))
    with ledger.entry():
        row = locked(actor, plan, seen)
        follows = row.counted_from == row.starts_on
        before = row.status
        for name, value in said.items():
            setattr(row, name, value)
        if follows and "counted_from" not in said:
            row.counted_from = row.starts_on
        if row.status != before:
            row.status_on = ledger.today()
        _no_circle(row)
        _counts_inside(row)
        checked(row, exclude=("heading",))
        row.save()
    return row


def locked(actor: Actor | None, plan: Programme, seen: versions.Seen | None) -> Programme:
    """The plan as it stands, its row locked. Raises Changed."""
    row = Programme.objects.select_for_update(no_key=True, of=("self",)).get(pk=plan.pk)
    versions.settle(actor, thing(row), seen=seen, now=mark(row))
    return row


def _counts_inside(plan: Programme) -> None:
    """The day from which it counts stands in no form, so the dates that leave it outside are told of it."""
    day = {"day": formats.date_da(plan.counted_from)}
    if plan.starts_on > plan.counted_from:
        text = _("The plan counts from %(day)s. It must start on that day or before.")
        raise ValidationError({"starts_on": [text % day]})
    if plan.starts_on <= plan.ends_on < plan.counted_from:
        text = _("The plan counts from %(day)s. It must end on that day or after.")
        raise ValidationError({"ends_on": [text % day]})


def _no_circle(plan: Programme) -> None:
    for name in ("parent", "replaces"):
        above, seen = getattr(plan, name), set()
        while above is not None and above.pk not in seen:
            if above.pk == plan.pk:
                raise ValidationError({name: [_("The plans would lie in a circle.")]})
            seen.add(above.pk)
            above = getattr(above, name)


def thing(plan: Programme) -> str:
    """The plan as forms and edits name it."""
    return versions.thing_of("plan", plan.pk)
