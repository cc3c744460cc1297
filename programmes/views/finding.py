"""One plan, area or initiative among those the reader sees; any other is not there."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from portal.identity.actor import Actor
from programmes.models import Cluster, FocusArea, Initiative, Programme

PLANS = ("owner", "parent", "replaces", "heading")


def visible_plan(actor: Actor, slug: str) -> Programme:
    rows: QuerySet[Programme] = Programme.objects.visible_to(actor).select_related(*PLANS)
    return get_object_or_404(rows, slug=slug)


def visible_area(actor: Actor, pk: int) -> FocusArea:
    rows = FocusArea.objects.visible_to(actor)
    return get_object_or_404(rows.select_related("programme__owner", "programme__heading", "parent", "heading"), pk=pk)


def visible_cluster(actor: Actor, pk: int) -> Cluster:
    rows = Cluster.objects.visible_to(actor)
    related = ("focus_area__programme__owner", "focus_area__heading", "organisation")
    return get_object_or_404(rows.select_related(*related), pk=pk)


def visible_initiative(actor: Actor, pk: int) -> Initiative:
    rows = Initiative.objects.visible_to(actor)
    related = ("programme__owner", "programme__heading", "parent", "lead_organisation", "heading")
    return get_object_or_404(rows.select_related(*related), pk=pk)
