"""Who plans the money of a plan: those who own it, and those who keep the funding source."""

from typing import Any

from django.utils.translation import gettext as _

from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.rights import Refused, Verdict
from programmes.models import FundingSource, Programme
from programmes.scope import organisations_of_area


def may_plan(actor: Actor, plan: Programme, source: FundingSource | None, action: str) -> Verdict:
    """May the person do this with what is planned for the plan and, where there is one, paid by the source?"""
    verdict = rights.may(actor, action)
    owners = {plan.owner_id} | ({source.owner_id} if source is not None else set())
    if verdict and not owners & actor.organisation_ids:
        if source is not None and source.owner_id != plan.owner_id:
            said = {"owner": plan.owner, "keeper": source.owner}
            return Verdict(False, _("%(owner)s and %(keeper)s plan this. You can see it.") % said)
        return Verdict(False, _("%(owner)s plans this. You can see it.") % {"owner": plan.owner})
    return verdict


def require_planner(actor: Actor | None, plan: Programme, source: FundingSource | None, action: str) -> None:
    """Raise Refused unless the person may. None is a loader."""
    if actor is not None:
        verdict = may_plan(actor, plan, source, action)
        if not verdict:
            raise Refused(verdict.reason)


def organisations_and_partners(actor: Actor) -> Any:
    """The organisations of the area, and those with a part in a plan that the person sees."""
    plans = Programme.objects.visible_to(actor).order_by().values("pk")
    taking_part = Organisation.objects.filter(programme_roles__programme__in=plans).order_by().values("pk")
    return Organisation.objects.filter(pk__in=organisations_of_area(actor)).order_by().values("pk").union(taking_part)
