"""Joint experiments and catalogues of measures over the API: the same rows, rules and reasons as on the pages."""

from typing import Any

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.audit.submissions import Written
from portal.geography.models import Municipality
from portal.identity.actor import Actor
from portal.ui import etags
from portal.ui.api import MAX_ID, ChangesListView, RecordView
from programmes import catalogue, experiments
from programmes.api.money_shapes import Named
from programmes.api.money_views import ONCE, Writing, changes, makes, refuse
from programmes.api.shared_shapes import (
    CatalogueEntrySerializer,
    CatalogueSerializer,
    ExperimentEntrySerializer,
    ExperimentFilters,
    ExperimentSerializer,
    ExperimentWriteSerializer,
    MeasureEntrySerializer,
    MeasureFilters,
    MeasureSerializer,
    SchemeEntrySerializer,
    SchemeSerializer,
)
from programmes.experiment_register import PARTICIPANTS, with_parts
from programmes.experiments import Case, Effect, Letter, Taking
from programmes.models import (
    CatalogueMeasure,
    CatalogueTheme,
    Experiment,
    ExperimentScheme,
    MeasureCatalogue,
    Programme,
)
from programmes.rights import EDIT_PLANS, VIEW_PROGRAMMES
from programmes.shared import keeper_of, require_keeper

BOTH = {"GET": VIEW_PROGRAMMES, "POST": EDIT_PLANS}
PARTLY = "Only what is named changes; a list that is named is the whole list."


class Shared(Named):
    """With municipalities by their codes."""

    def municipalities(self, codes: list[str], field: str) -> list[Municipality]:
        rows = Municipality.objects.filter(kind=Municipality.Kind.MUNICIPALITY)
        known = {each.code: each for each in rows.filter(code__in=codes)}
        if unknown := sorted(set(codes) - set(known)):
            self.wrong[field] = _("There is no municipality with the code %(codes)s.") % {"codes": ", ".join(unknown)}
        return [known[code] for code in codes if code in known]


def one(rows: QuerySet[Any], pk: int) -> Any:
    if pk > MAX_ID:
        raise Http404
    return get_object_or_404(rows, pk=pk)


# -------------------------------------------------------------------------------------------------------- schemes
def schemes(actor: Actor) -> QuerySet[Any]:
    """Those that the caller sees, with everything the record says."""
    plan = Programme.objects.visible_to(actor).filter(pk=OuterRef("programme_id")).order_by().values("slug")
    registered = Experiment.objects.filter(scheme=OuterRef("pk")).order_by().values("scheme")
    return (
        ExperimentScheme.objects.filter(pk__in=ExperimentScheme.objects.visible_to(actor).order_by().values("pk"))
        .select_related("owner")
        .prefetch_related(Prefetch("participants", PARTICIPANTS), "letters")
        .annotate(
            plan_slug=Subquery(plan),
            registered=Coalesce(Subquery(registered.annotate(number=Count("pk")).values("number")), Value(0)),
        )
    )


def scheme_now(actor: Actor, pk: int) -> Any:
    return SchemeSerializer(schemes(actor).get(pk=pk)).data


def read_scheme(actor: Actor, content: dict[str, Any]) -> dict[str, Any]:
    """What the rule is told. Raises a 400 for what is not there."""
    said, named = dict(content), Shared(actor)
    if "programme" in said:
        slug = said["programme"]
        said["programme"] = Programme.objects.visible_to(actor).filter(slug=slug).first() if slug else None
        if slug and said["programme"] is None:
            named.wrong["programme"] = _("There is no plan with this slug.")
    if "municipalities" in said:
        codes = [each["code"] for each in said["municipalities"]]
        found = {each.code: each for each in named.municipalities(codes, "municipalities")}
        said["municipalities"] = [
            Taking(found[each["code"]], each.get("valid_from"), each.get("valid_to"))
            for each in said["municipalities"]
            if each["code"] in found
        ]
    if "letters" in said:
        said["letters"] = [Letter(**each) for each in said["letters"]]
    refuse(named.wrong)
    return said


class SchemeList(Writing, ChangesListView):
    rights = BOTH
    queryset = ExperimentScheme.objects.none()
    serializer_class = SchemeSerializer
    ordering = ("pk",)

    def visible(self) -> QuerySet[Any]:
        return schemes(self.actor)

    @extend_schema(
        summary="List schemes of joint experiments",
        description="Those of the caller's area and those that the own municipality takes part in.",
        operation_id="experiment_schemes_list",
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        summary="Make a scheme of joint experiments",
        description=f"Of the caller's own organisation. {ONCE}",
        operation_id="experiment_schemes_create",
        request=SchemeEntrySerializer,
        **makes("the scheme", SchemeSerializer),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        owner = keeper_of(self.actor)
        content = self.read(SchemeEntrySerializer)
        said = read_scheme(self.actor, content)

        def act(written: Written) -> int:
            return experiments.make_scheme(self.actor, owner, written=written, **said).pk

        pk, now = self.once("api-experiment-scheme", content, act)
        return self.made(scheme_now(self.actor, pk), reverse("api_experiment_scheme", args=[pk]), now)


class SchemeRecord(Writing, RecordView):
    rights = BOTH
    queryset = ExperimentScheme.objects.none()
    serializer_class = SchemeSerializer

    def visible(self) -> QuerySet[Any]:
        return schemes(self.actor)

    @extend_schema(summary="A scheme of joint experiments", operation_id="experiment_schemes_retrieve")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Change a scheme of joint experiments",
        description=PARTLY,
        operation_id="experiment_schemes_change",
        request=SchemeEntrySerializer(partial=True),
        **changes(SchemeSerializer),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row: ExperimentScheme = self.get_object()
        require_keeper(self.actor, row.owner)
        if_match = etags.IfMatch(request)
        content = self.read(SchemeEntrySerializer, partial=True)
        said = read_scheme(self.actor, content)

        def act(written: Written) -> int:
            seen = lambda: if_match.check(scheme_now(self.actor, row.pk))  # noqa: E731
            return experiments.change_scheme(self.actor, row, seen=seen, written=written, **said).pk

        pk, now = self.once("api-experiment-scheme-change", {**content, "scheme_id": row.pk}, act)
        return self.done(scheme_now(self.actor, pk), reverse("api_experiment_scheme", args=[pk]), now)


# ---------------------------------------------------------------------------------------------------- experiments
def experiment_now(pk: int) -> Any:
    return ExperimentSerializer(with_parts(Experiment.objects.all()).get(pk=pk)).data


def read_experiment(actor: Actor, content: dict[str, Any]) -> dict[str, Any]:
    said, named = dict(content), Shared(actor)
    if "municipalities" in said:
        said["municipalities"] = named.municipalities(said["municipalities"], "municipalities")
    if "effects" in said:
        said["effects"] = [Effect(**each) for each in said["effects"]]
    if "cases" in said:
        said["cases"] = [Case(**each) for each in said["cases"]]
    refuse(named.wrong)
    return said


class ExperimentList(Writing, ChangesListView):
    rights = BOTH
    queryset = Experiment.objects.none()
    serializer_class = ExperimentSerializer
    filterset_class = ExperimentFilters
    ordering = ("pk",)

    def visible(self) -> QuerySet[Any]:
        return with_parts(Experiment.objects.visible_to(self.actor))

    @extend_schema(
        summary="List joint experiments",
        description="With what is said to have come of each. Stated effects are never to be added together.",
        operation_id="experiments_list",
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        summary="Register a joint experiment",
        description=f"Under a scheme of the caller's own organisation. {ONCE}",
        operation_id="experiments_create",
        request=ExperimentEntrySerializer,
        **makes("the experiment", ExperimentSerializer),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        content = self.read(ExperimentEntrySerializer)
        seen = ExperimentScheme.objects.visible_to(self.actor).select_related("owner")
        scheme = seen.filter(pk=content["scheme"]).first()
        if scheme is None:
            refuse({"scheme": _("There is no scheme with this id.")})
            raise Http404
        require_keeper(self.actor, scheme.owner)
        said = read_experiment(self.actor, {name: value for name, value in content.items() if name != "scheme"})

        def act(written: Written) -> int:
            return experiments.make_experiment(self.actor, scheme, written=written, **said).pk

        pk, now = self.once("api-experiment", content, act)
        return self.made(experiment_now(pk), reverse("api_experiment", args=[pk]), now)


class ExperimentRecord(Writing, RecordView):
    rights = BOTH
    queryset = Experiment.objects.none()
    serializer_class = ExperimentSerializer

    def visible(self) -> QuerySet[Any]:
        return with_parts(Experiment.objects.visible_to(self.actor))

    @extend_schema(summary="A joint experiment", operation_id="experiments_retrieve")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Change a joint experiment",
        description=PARTLY,
        operation_id="experiments_change",
        request=ExperimentWriteSerializer(partial=True),
        **changes(ExperimentSerializer),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row: Experiment = self.get_object()
        require_keeper(self.actor, row.scheme.owner)
        if_match = etags.IfMatch(request)
        content = self.read(ExperimentWriteSerializer, partial=True)
        said = read_experiment(self.actor, content)

        def act(written: Written) -> int:
            seen = lambda: if_match.check(experiment_now(row.pk))  # noqa: E731
            return experiments.change_experiment(self.actor, row, seen=seen, written=written, **said).pk

        pk, now = self.once("api-experiment-change", {**content, "experiment_id": row.pk}, act)
        return self.done(experiment_now(pk), reverse("api_experiment", args=[pk]), now)


# ----------------------------------------------------------------------------------------------------- catalogues
def catalogues(actor: Actor) -> QuerySet[Any]:
    return MeasureCatalogue.objects.visible_to(actor).select_related("owner").prefetch_related("themes")


def catalogue_now(actor: Actor, pk: int) -> Any:
    return CatalogueSerializer(catalogues(actor).get(pk=pk)).data


class CatalogueList(Writing, ChangesListView):
    rights = BOTH
    queryset = MeasureCatalogue.objects.none()
    serializer_class = CatalogueSerializer
    ordering = ("pk",)

    def visible(self) -> QuerySet[Any]:
        return catalogues(self.actor)

    @extend_schema(
        summary="List catalogues of measures",
        description="Those of the caller's area.",
        operation_id="measure_catalogues_list",
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        summary="Make a catalogue of measures",
        description=f"Of the caller's own organisation. {ONCE}",
        operation_id="measure_catalogues_create",
        request=CatalogueEntrySerializer,
        **makes("the catalogue", CatalogueSerializer),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        owner = keeper_of(self.actor)
        content = self.read(CatalogueEntrySerializer)

        def act(written: Written) -> int:
            return catalogue.make_catalogue(self.actor, owner, written=written, **content).pk

        pk, now = self.once("api-measure-catalogue", content, act)
        return self.made(catalogue_now(self.actor, pk), reverse("api_measure_catalogue", args=[pk]), now)


class CatalogueRecord(Writing, RecordView):
    rights = BOTH
    queryset = MeasureCatalogue.objects.none()
    serializer_class = CatalogueSerializer

    def visible(self) -> QuerySet[Any]:
        return catalogues(self.actor)

    @extend_schema(summary="A catalogue of measures", operation_id="measure_catalogues_retrieve")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Change a catalogue of measures",
        description=f"{PARTLY} As many themes as before with one rewritten is that theme renamed.",
        operation_id="measure_catalogues_change",
        request=CatalogueEntrySerializer(partial=True),
        **changes(CatalogueSerializer),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row: MeasureCatalogue = self.get_object()
        require_keeper(self.actor, row.owner)
        if_match = etags.IfMatch(request)
        content = self.read(CatalogueEntrySerializer, partial=True)

        def act(written: Written) -> int:
            seen = lambda: if_match.check(catalogue_now(self.actor, row.pk))  # noqa: E731
            return catalogue.change_catalogue(self.actor, row, seen=seen, written=written, **content).pk

        pk, now = self.once("api-measure-catalogue-change", {**content, "catalogue_id": row.pk}, act)
        return self.done(catalogue_now(self.actor, pk), reverse("api_measure_catalogue", args=[pk]), now)


# ------------------------------------------------------------------------------------------------------- measures
def measures(actor: Actor) -> QuerySet[Any]:
    return CatalogueMeasure.objects.visible_to(actor).select_related("theme__catalogue__owner")


def measure_now(pk: int) -> Any:
    return MeasureSerializer(CatalogueMeasure.objects.select_related("theme").get(pk=pk)).data


def read_measure(actor: Actor, content: dict[str, Any]) -> dict[str, Any]:
    said, named = dict(content), Shared(actor)
    if "theme" in said:
        seen = CatalogueTheme.objects.filter(
            catalogue__in=MeasureCatalogue.objects.visible_to(actor).order_by().values("pk")
        )
        said["theme"] = seen.filter(pk=said["theme"]).select_related("catalogue__owner").first()
        if said["theme"] is None:
            named.wrong["theme"] = _("There is no theme with this id.")
    if said.get("municipality") is not None:
        said["municipality"] = next(iter(named.municipalities([said["municipality"]], "municipality")), None)
    refuse(named.wrong)
    return said


class MeasureList(Writing, ChangesListView):
    rights = BOTH
    queryset = CatalogueMeasure.objects.none()
    serializer_class = MeasureSerializer
    filterset_class = MeasureFilters
    ordering = ("pk",)

    def visible(self) -> QuerySet[Any]:
        return measures(self.actor)

    @extend_schema(
        summary="List measures",
        description="Those of the catalogues that the caller sees.",
        operation_id="catalogue_measures_list",
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        summary="Add a measure",
        description=f"To a catalogue of the caller's own organisation, last in its theme. {ONCE}",
        operation_id="catalogue_measures_create",
        request=MeasureEntrySerializer,
        **makes("the measure", MeasureSerializer),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        content = self.read(MeasureEntrySerializer)
        said = read_measure(self.actor, content)
        theme = said.pop("theme")
        require_keeper(self.actor, theme.catalogue.owner)

        def act(written: Written) -> int:
            return catalogue.make_measure(self.actor, theme, written=written, **said).pk

        pk, now = self.once("api-catalogue-measure", content, act)
        return self.made(measure_now(pk), reverse("api_catalogue_measure", args=[pk]), now)


class MeasureRecord(Writing, RecordView):
    rights = BOTH
    queryset = CatalogueMeasure.objects.none()
    serializer_class = MeasureSerializer

    def visible(self) -> QuerySet[Any]:
        return measures(self.actor)

    @extend_schema(summary="A measure", operation_id="catalogue_measures_retrieve")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Change a measure",
        description="Only what is named changes.",
        operation_id="catalogue_measures_change",
        request=MeasureEntrySerializer(partial=True),
        **changes(MeasureSerializer),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row: CatalogueMeasure = self.get_object()
        require_keeper(self.actor, row.theme.catalogue.owner)
        if_match = etags.IfMatch(request)
        content = self.read(MeasureEntrySerializer, partial=True)
        said = read_measure(self.actor, content)

        def act(written: Written) -> int:
            seen = lambda: if_match.check(measure_now(row.pk))  # noqa: E731
            return catalogue.change_measure(self.actor, row, seen=seen, written=written, **said).pk

        pk, now = self.once("api-catalogue-measure-change", {**content, "measure_id": row.pk}, act)
        return self.done(measure_now(pk), reverse("api_catalogue_measure", args=[pk]), now)
