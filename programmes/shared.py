"""Who writes what an organisation keeps for its area: its joint experiments and its catalogues of measures."""

from django.utils.translation import gettext as _

from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.rights import Refused, Verdict
from programmes.rights import EDIT_PLANS


def may_keep(actor: Actor, owner: Organisation) -> Verdict:
    """May this person write in what the organisation keeps, and if not, why?"""
    verdict = rights.may(actor, EDIT_PLANS)
    if verdict and owner.pk not in actor.organisation_ids:
        return Verdict(False, _("%(owner)s keeps this and writes in it. You can read it.") % {"owner": owner})
    return verdict


def require_keeper(actor: Actor | None, owner: Organisation) -> None:
    """Raise Refused with the reason unless the person may. None is a loader."""
    if actor is not None:
        verdict = may_keep(actor, owner)
        if not verdict:
            raise Refused(verdict.reason)


def keeper_of(actor: Actor) -> Organisation:
    """The organisation for which the person makes something. Raises Refused."""
    rights.require(actor, EDIT_PLANS)
    if actor.organisation is None:
        raise Refused(_("Choose which organisation you act for first."))
    return actor.organisation
