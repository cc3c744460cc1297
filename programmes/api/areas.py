"""A focus area over the API: read with its parts, and each part written as its page writes it."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal import ledger
from portal.audit.submissions import Written
from portal.drafts.versions import Seen
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.ui import etags
from portal.ui.api import MAX_ID, RecordView
from portal.ui.api_writing import StrictSerializer
from portal.ui.problems import invalid
from programmes.api.area_shapes import (
    BackgroundPartSerializer,
    ClusterEntrySerializer,
    ClusterSerializer,
    EffectsPartSerializer,
    FocusAreaRecordSerializer,
    LinksPartSerializer,
    ScoresPartSerializer,
    effects_said,
    facts_said,
    links_said,
    scores_said,
)
from programmes.api.money_views import ONCE, Writing, changes, makes
from programmes.api.serializers import ProgrammeRecordSerializer
from programmes.api.views import programmes_of
from programmes.clusters import change_cluster, make_cluster, remove_cluster
from programmes.effects import expect
from programmes.focus_areas import set_background, set_links, set_scores
from programmes.models import BackgroundFact, Cluster, CriterionScore, ExpectedEffect, FocusArea, Programme
from programmes.plans import may_edit, require
from programmes.rights import EDIT_PLANS, VIEW_PROGRAMMES
from programmes.scope import organisations_of_area

WHOLE = "The list is the whole list: what it does not name is taken away. In a plan of the caller's own organisation."
FACTS_EXAMPLE = OpenApiExample(
    "As the source prints it",
    value={
        "background_facts": [
            {"name": "ansatte", "qualifier": "knap", "value": "89000", "unit": "personer", "geography": "DK",
             "period": "2017", "source": "Danmarks Statistik"}
        ]
    },
    request_only=True,
)  # fmt: skip
EFFECTS_EXAMPLE = OpenApiExample(
    "A number, and a dash in the source",
    value={
        "expected_effects": [
            {"effect": "supported_companies", "state": "stated", "value": "150"},
            {"effect": "new_growth_companies", "state": "dash"},
        ]
    },
    request_only=True,
)


def areas(actor: Actor) -> QuerySet[FocusArea]:
    """Those that the caller sees, with everything the record says."""
    facts = BackgroundFact.objects.order_by("order", "pk")
    clusters = Cluster.objects.select_related("organisation").order_by("valid_from", "pk")
    return (
        FocusArea.objects.visible_to(actor)
        .select_related("programme__owner", "programme__heading", "heading")
        .prefetch_related(
            Prefetch("background_facts", facts),
            Prefetch("clusters", clusters),
            Prefetch("expected_effects", ExpectedEffect.objects.all()),
            Prefetch("scores", CriterionScore.objects.all()),
        )
    )


def area_now(actor: Actor, pk: int) -> Any:
    """What the record says now."""
    return FocusAreaRecordSerializer(areas(actor).get(pk=pk), context={"actor": actor}).data


@extend_schema(
    summary="A focus area",
    description="With what is expected of it, its links, scores, background facts and clusters.",
)
class FocusAreaRecord(RecordView):
    rights = {"GET": VIEW_PROGRAMMES}
    queryset = FocusArea.objects.none()
    serializer_class = FocusAreaRecordSerializer

    def visible(self) -> QuerySet[FocusArea]:
        return areas(self.actor)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "actor": self.actor}


class AreaWriting(Writing):
    """An address that writes a part of an area; it answers with the area as it then stands."""

    rights = {"POST": EDIT_PLANS}
    queryset = FocusArea.objects.none()
    kind: ClassVar[str]

    def area(self, pk: int) -> FocusArea:
        """The area, if the caller may write in its plan."""
        if pk > MAX_ID:
            raise Http404
        rows = FocusArea.objects.visible_to(self.actor).select_related("programme__owner", "heading")
        found: FocusArea = get_object_or_404(rows, pk=pk)
        require(may_edit(self.actor, found.programme))
        return found

    def write(self, area: FocusArea, if_match: etags.IfMatch, content: Mapping[str, Any], do: Any) -> Response:
        """`do(seen)` calls the rule, once for a key."""

        def act(written: Written) -> int:
            with ledger.entry():
                do(lambda: if_match.check(area_now(self.actor, area.pk)))
                written(area.pk)
            return area.pk

        _pk, now = self.once(self.kind, {**content, "focus_area": area.pk}, act)
        return self.done(area_now(self.actor, area.pk), reverse("api_focus_area", args=[area.pk]), now)


class AreaPart(AreaWriting):
    """A list of the area, written as a whole."""

    shape: ClassVar[type[StrictSerializer]]

    def rule(self, area: FocusArea, content: dict[str, Any]) -> Callable[[Seen], None]:
        """What writes it; what the body names is looked up first."""
        raise NotImplementedError

    def replace(self, pk: int) -> Response:
        area = self.area(pk)
        if_match = etags.IfMatch(self.request)
        content = self.read(self.shape)
        return self.write(area, if_match, content, self.rule(area, content))


class AreaEffects(AreaPart):
    kind, shape = "api-area-effects", EffectsPartSerializer

    @extend_schema(
        summary="Say what is expected of a focus area",
        description=f"An effect that is left out is not stated. {WHOLE}",
        operation_id="focus_areas_effects",
        request=EffectsPartSerializer,
        examples=[EFFECTS_EXAMPLE],
        **changes(FocusAreaRecordSerializer),
    )
    def post(self, request: Request, pk: int) -> Response:
        return self.replace(pk)

    def rule(self, area: FocusArea, content: dict[str, Any]) -> Callable[[Seen], None]:
        said = effects_said(area, content["expected_effects"])
        return lambda seen: expect(area, said, actor=self.actor, seen=seen)


class AreaLinks(AreaPart):
    kind, shape = "api-area-links", LinksPartSerializer

    @extend_schema(
        summary="Say which areas a focus area supports",
        description=f"Links to areas that the caller does not see stay as they are. {WHOLE}",
        operation_id="focus_areas_links",
        request=LinksPartSerializer,
        **changes(FocusAreaRecordSerializer),
    )
    def post(self, request: Request, pk: int) -> Response:
        return self.replace(pk)

    def rule(self, area: FocusArea, content: dict[str, Any]) -> Callable[[Seen], None]:
        said = links_said(self.actor, area, content["links"])
        return lambda seen: set_links(area, said, actor=self.actor, seen=seen)


class AreaScores(AreaPart):
    kind, shape = "api-area-scores", ScoresPartSerializer

    @extend_schema(
        summary="Score a focus area by the plan's criteria",
        description=f"From 1 to 5, with the reason. {WHOLE}",
        operation_id="focus_areas_scores",
        request=ScoresPartSerializer,
        **changes(FocusAreaRecordSerializer),
    )
    def post(self, request: Request, pk: int) -> Response:
        return self.replace(pk)

    def rule(self, area: FocusArea, content: dict[str, Any]) -> Callable[[Seen], None]:
        said = scores_said(area, content["scores"])
        return lambda seen: set_scores(area, said, actor=self.actor, seen=seen)


class AreaBackground(AreaPart):
    kind, shape = "api-area-background", BackgroundPartSerializer

    @extend_schema(
        summary="Write the background facts of a focus area",
        description=f"Numbers that the plan argues from, as their source prints them. {WHOLE}",
        operation_id="focus_areas_background",
        request=BackgroundPartSerializer,
        examples=[FACTS_EXAMPLE],
        **changes(FocusAreaRecordSerializer),
    )
    def post(self, request: Request, pk: int) -> Response:
        return self.replace(pk)

    def rule(self, area: FocusArea, content: dict[str, Any]) -> Callable[[Seen], None]:
        said = facts_said(content["background_facts"])
        return lambda seen: set_background(area.programme, area, said, actor=self.actor, seen=seen)


# -------------------------------------------------------------------------------------------------------- clusters
class ClusterBase(AreaWriting):
    def said(self, content: dict[str, Any], standing: Cluster | None = None) -> dict[str, Any]:
        """What the rule is told. Raises a 400 for an organisation that is not there."""
        said = dict(content)
        if (pk := said.get("organisation")) is not None:
            if standing is not None and standing.organisation_id == pk:
                said["organisation"] = standing.organisation
                return said
            known = Organisation.objects.filter(pk__in=organisations_of_area(self.actor), pk=pk)
            said["organisation"] = known.first()
            if said["organisation"] is None:
                raise invalid({"organisation": _("There is no organisation with this id.")})
        return said

    def cluster(self, area: FocusArea, pk: int) -> Cluster | None:
        """None where it is gone: a key that had removed it is answered all the same."""
        rows = area.clusters.select_related("organisation")
        cluster = rows.filter(pk=pk).first() if pk <= MAX_ID else None
        if cluster is not None:
            cluster.focus_area = area
        return cluster


class ClusterList(ClusterBase):
    kind = "api-cluster"

    @extend_schema(
        summary="Add a cluster to a focus area",
        description=f"An area has at most one publicly financed cluster at a time. {ONCE}",
        operation_id="focus_areas_clusters_create",
        request=ClusterEntrySerializer,
        **makes("the cluster", ClusterSerializer, address=False),
    )
    def post(self, request: Request, pk: int) -> Response:
        area = self.area(pk)
        content = self.read(ClusterEntrySerializer)
        said = self.said(content)

        def act(written: Written) -> int:
            return make_cluster(self.actor, area, written=written, **said).pk

        made, now = self.once(self.kind, {**content, "focus_area": area.pk}, act)
        rows = Cluster.objects.select_related("organisation")
        return self.noted(ClusterSerializer(get_object_or_404(rows, pk=made)).data, now)


class ClusterChange(ClusterBase):
    kind = "api-cluster-change"

    @extend_schema(
        summary="Change a cluster of a focus area",
        description="Only what is named changes. The ETag is that of the area.",
        operation_id="focus_areas_clusters_change",
        request=ClusterEntrySerializer(partial=True),
        **changes(FocusAreaRecordSerializer),
    )
    def post(self, request: Request, pk: int, cluster: int) -> Response:
        area = self.area(pk)
        row = self.cluster(area, cluster)
        if_match = etags.IfMatch(request)
        content = self.read(ClusterEntrySerializer, partial=True)
        said = self.said(content, row)

        def do(seen: Seen) -> None:
            if row is None:
                raise Http404
            change_cluster(self.actor, row, seen=seen, **said)

        return self.write(area, if_match, {**content, "cluster": cluster}, do)


class ClusterRemove(ClusterBase):
    kind = "api-cluster-remove"

    @extend_schema(
        summary="Remove a cluster of a focus area",
        description=(
            "For one that was registered by mistake; one that ends is given `valid_to`. The ETag is that of the area."
        ),
        operation_id="focus_areas_clusters_remove",
        request=None,
        **changes(FocusAreaRecordSerializer),
    )
    def post(self, request: Request, pk: int, cluster: int) -> Response:
        area = self.area(pk)
        row = self.cluster(area, cluster)
        if_match = etags.IfMatch(request)
        self.read(StrictSerializer)

        def do(seen: Seen) -> None:
            if row is None:
                raise Http404
            remove_cluster(self.actor, row, seen=seen)

        return self.write(area, if_match, {"cluster": cluster}, do)


# ------------------------------------------------------------------------------------------------- the plan itself
class ProgrammeBackground(Writing):
    rights = {"POST": EDIT_PLANS}
    queryset = Programme.objects.none()

    @extend_schema(
        summary="Write the background facts of a programme",
        description=f"Those of the plan as a whole; an area has its own. {WHOLE}",
        operation_id="programmes_background",
        request=BackgroundPartSerializer,
        examples=[FACTS_EXAMPLE],
        **changes(ProgrammeRecordSerializer),
    )
    def post(self, request: Request, slug: str) -> Response:
        plan: Programme = get_object_or_404(Programme.objects.visible_to(self.actor).select_related("owner"), slug=slug)
        require(may_edit(self.actor, plan))
        if_match = etags.IfMatch(request)
        content = self.read(BackgroundPartSerializer)
        facts = facts_said(content["background_facts"])

        def act(written: Written) -> int:
            with ledger.entry():
                seen = lambda: if_match.check(self.plan_now(plan.pk))  # noqa: E731
                set_background(plan, None, facts, actor=self.actor, seen=seen)
                written(plan.pk)
            return plan.pk

        _pk, now = self.once("api-plan-background", {**content, "programme": slug}, act)
        return self.done(self.plan_now(plan.pk), reverse("api_programme", args=[slug]), now)

    def plan_now(self, pk: int) -> Any:
        return ProgrammeRecordSerializer(
            programmes_of(self.actor).get(pk=pk), context={"today": self.actor.on, "request": self.request}
        ).data
