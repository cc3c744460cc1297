"""Which programme a caller asks about, and the moment (portal.ledger.moments), the same in every address of figures."""

from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter

from portal.identity.actor import Actor
from portal.ledger.moments import AS_OF, MOMENT, MOMENT_NAMES, PLACE, as_of_in
from portal.ui.problems import invalid
from programmes.models import Programme

__all__ = ["AS_OF", "MOMENT", "MOMENT_NAMES", "PLACE", "PROGRAMME", "as_of_in", "programme_in"]

PROGRAMME = OpenApiParameter("programme", str, required=True, description="The programme's slug.")


def programme_in(given: QueryDict, actor: Actor) -> Programme:
    """The programme meant. Raises Problem (400) without one and Http404 for one the caller may not see."""
    if "programme" not in given:
        raise invalid({"programme": _("Give the programme's slug. /api/v1/programmes/ lists them.")})
    return get_object_or_404(Programme.objects.visible_to(actor).select_related("area"), slug=given["programme"])
