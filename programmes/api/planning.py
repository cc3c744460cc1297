"""Scenarios, co-financing and eligibility over the API: the same rows, rules and reasons as on the pages."""

from fractions import Fraction
from typing import Any

from django.db.models import DecimalField, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.audit.submissions import Written
from portal.identity.models import Organisation
from portal.identity.rights import Refused
from portal.ui import etags
from portal.ui.api import MAX_ID, ChangesListView, RecordView
from programmes import cofinancing, scenario_sets
from programmes.api.money_shapes import Named
from programmes.api.money_views import ONCE, Writing, changes, makes, refuse
from programmes.api.planning_shapes import (
    ContributionEntrySerializer,
    ContributionFilters,
    ContributionSerializer,
    DecideSerializer,
    EligibilityEntrySerializer,
    EligibilityFilters,
    EligibilitySerializer,
    EntrySerializer,
    EntryWriteSerializer,
    ScenarioSetEntrySerializer,
    ScenarioSetFilters,
    ScenarioSetSerializer,
    ScenarioSetWriteSerializer,
)
from programmes.cofinancing import Planned
from programmes.eligibility import say_eligibility
from programmes.models import (
    Contribution,
    ContributionEntry,
    Eligibility,
    Programme,
    ScenarioSet,
)
from programmes.planning import organisations_and_partners, require_planner
from programmes.rights import APPROVE_COFINANCING, REGISTER_COFINANCING, STATE_AMOUNTS, VIEW_MONEY
from programmes.scenario_sets import Said, Tried, Wanted


def set_now(pk: int) -> Any:
    return ScenarioSetSerializer(scenario_sets.with_lines().get(pk=pk)).data


def read_set(content: dict[str, Any], named: Named) -> Said:
    """What a body says of a set; what it names that is not there stands in `named.wrong`."""
    lines = [(f"financing.{place}", line) for place, line in enumerate(content.get("financing", []))]
    grant = content.get("grant")
    sources = named.sources([grant, *(line.get("funding_source") for _field, line in lines)])
    financing = []
    for field, line in lines:
        rate = None
        if "rate_of" in line or "rate_in" in line:
            if "rate_of" not in line or "rate_in" not in line:
                named.wrong[f"{field}.rate_of"] = _("A share has both rate_of and rate_in.")
            else:
                rate = Fraction(line["rate_of"], line["rate_in"])
        source = named.pick_source(sources, line.get("funding_source"), f"{field}.funding_source")
        financing.append(Wanted(
            line["name"], line["rule"], line.get("quantity"), rate, line.get("who", ""), line.get("group", ""), source
        ))  # fmt: skip
    return Said(
        name=content["name"],
        unit=content["unit"],
        years=content.get("years"),
        grant=named.pick_source(sources, grant, "grant"),
        costs=[Wanted(line["name"], line["rule"], line["quantity"]) for line in content["costs"]],
        financing=financing,
        tried=[Tried(each["name"], each["units"]) for each in content["scenarios"]],
        note=content.get("note", ""),
        source=content.get("source", ""),
    )


class ScenarioSetList(Writing, ChangesListView):
    rights = {"GET": VIEW_MONEY, "POST": STATE_AMOUNTS}
    queryset = ScenarioSet.objects.none()
    serializer_class = ScenarioSetSerializer
    filterset_class = ScenarioSetFilters
    ordering = ("-pk",)

    def visible(self) -> QuerySet[Any]:
        found: QuerySet[Any] = scenario_sets.with_lines().filter(
            pk__in=ScenarioSet.objects.visible_to(self.actor).order_by().values("pk")
        )
        return found

    @extend_schema(
        summary="List scenarios",
        description="Sets of scenarios of the plans that the caller sees, each computed from its unit prices.",
        operation_id="scenario_sets_list",
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        summary="Make scenarios",
        description=(
            "Of a plan (`programme`) or of one of its initiatives (`initiative`). At most one line is the rest. More "
            f"than a source's highest rate is marked, not refused. {ONCE}"
        ),
        operation_id="scenario_sets_create",
        request=ScenarioSetEntrySerializer,
        **makes("the scenarios", ScenarioSetSerializer),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        content, named = self.read(ScenarioSetEntrySerializer), Named(self.actor)
        slug, initiative = content.get("programme"), named.initiative(content.get("initiative"))
        plan = Programme.objects.visible_to(self.actor).filter(slug=slug).select_related("owner").first()
        if slug is not None and plan is None:
            named.wrong["programme"] = _("There is no plan with this slug.")
        if (slug is None) == (content.get("initiative") is None):
            named.wrong["programme"] = _("Name a programme or an initiative.")
        said = read_set(content, named)
        refuse(named.wrong)
        about: Any = initiative or plan

        def act(written: Written) -> int:
            return scenario_sets.make_set(self.actor, about, said, written=written).pk

        pk, now = self.once("api-scenarios", content, act)
        return self.made(set_now(pk), reverse("api_scenario_set", args=[pk]), now)


class ScenarioSetRecord(Writing, RecordView):
    rights = {"GET": VIEW_MONEY, "POST": STATE_AMOUNTS}
    queryset = ScenarioSet.objects.none()
    serializer_class = ScenarioSetSerializer

    def visible(self) -> QuerySet[Any]:
        found: QuerySet[Any] = scenario_sets.with_lines().filter(
            pk__in=ScenarioSet.objects.visible_to(self.actor).order_by().values("pk")
        )
        return found

    @extend_schema(summary="Scenarios", operation_id="scenario_sets_retrieve")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Change scenarios",
        description="The whole set is said anew.",
        operation_id="scenario_sets_change",
        request=ScenarioSetWriteSerializer,
        **changes(ScenarioSetSerializer),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row: ScenarioSet = self.get_object()
        require_planner(self.actor, row.plan, row.grant, STATE_AMOUNTS)
        if_match = etags.IfMatch(request)
        content, named = self.read(ScenarioSetWriteSerializer), Named(self.actor)
        said = read_set(content, named)
        refuse(named.wrong)

        def act(written: Written) -> int:
            seen = lambda: if_match.check(set_now(row.pk))  # noqa: E731
            return scenario_sets.change_set(self.actor, row, said, seen=seen, written=written).pk

        pk, now = self.once("api-scenarios-change", {**content, "set": row.pk}, act)
        return self.done(set_now(pk), reverse("api_scenario_set", args=[pk]), now)


def contributions() -> QuerySet[Any]:
    """With what is registered and approved of each, in the same question."""
    standing = ContributionEntry.objects.filter(contribution=OuterRef("pk")).exclude(status="rejected").order_by()
    money: Any = DecimalField(max_digits=16, decimal_places=2)

    def sum_of(entries: QuerySet[Any]) -> Any:
        total = entries.values("contribution").annotate(total=Sum("quantity")).values("total")
        return Coalesce(Subquery(total), Value(0), output_field=money)

    return (
        Contribution.objects.select_related("funding_source__owner", "initiative__programme__owner", "partner")
        .prefetch_related("years")
        .annotate(registered=sum_of(standing), approved=sum_of(standing.filter(status="approved")))
    )


def contribution_now(pk: int) -> Any:
    return ContributionSerializer(contributions().get(pk=pk)).data


class ContributionList(Writing, ChangesListView):
    rights = {"GET": VIEW_MONEY, "POST": STATE_AMOUNTS}
    queryset = Contribution.objects.none()
    serializer_class = ContributionSerializer
    filterset_class = ContributionFilters
    ordering = ("-pk",)

    def visible(self) -> QuerySet[Any]:
        return contributions().filter(pk__in=Contribution.objects.visible_to(self.actor).order_by().values("pk"))

    @extend_schema(
        summary="List co-financing",
        description="What others contribute beside the sources of the area. Withdrawn ones are there, with the reason.",
        operation_id="co_financing_list",
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        summary="Plan co-financing",
        description=f"Kroner each year, or hours and what an hour costs. {ONCE}",
        operation_id="co_financing_create",
        request=ContributionEntrySerializer,
        **makes("the contribution", ContributionSerializer),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        content, named = self.read(ContributionEntrySerializer), Named(self.actor)
        source, initiative = named.source(content["funding_source"]), named.initiative(content["initiative"])
        partner = None
        if content.get("partner") is not None:
            seen = Organisation.objects.filter(pk__in=organisations_and_partners(self.actor))
            partner = seen.filter(pk=content["partner"]).first()
            if partner is None:
                named.wrong["partner"] = _("There is no organisation with this id.")
        refuse(named.wrong)
        assert source is not None
        assert initiative is not None

        def act(written: Written) -> int:
            years = [Planned(**each) for each in content.get("years", [])]
            made = cofinancing.plan_contribution(
                self.actor, initiative, source, form=content["form"], partner=partner, years=years, written=written,
                partner_name=content.get("partner_name", ""), note=content.get("note", ""),
                source=content.get("source", ""),
            )  # fmt: skip
            return made.pk

        pk, now = self.once("api-contribution", content, act)
        return self.made(contribution_now(pk), reverse("api_contribution", args=[pk]), now)


@extend_schema(summary="A contribution")
class ContributionRecord(RecordView):
    rights = {"GET": VIEW_MONEY}
    queryset = Contribution.objects.none()
    serializer_class = ContributionSerializer

    def visible(self) -> QuerySet[Any]:
        return contributions().filter(pk__in=Contribution.objects.visible_to(self.actor).order_by().values("pk"))


class EntryList(Writing, ChangesListView):
    rights = {"GET": REGISTER_COFINANCING, "POST": REGISTER_COFINANCING}
    queryset = ContributionEntry.objects.none()
    serializer_class = EntrySerializer
    ordering = ("-occurred_on", "-pk")

    @cached_property
    def contribution(self) -> Contribution:
        if self.kwargs["pk"] > MAX_ID:
            raise Http404
        rows = Contribution.objects.visible_to(self.actor).select_related(
            "funding_source__owner", "initiative__programme__owner", "partner"
        )
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def visible(self) -> QuerySet[Any]:
        if not cofinancing.may_see_entries(self.actor, self.contribution):
            raise Refused(cofinancing.hidden_reason())
        return ContributionEntry.objects.filter(contribution=self.contribution)

    @extend_schema(
        summary="List what was registered of a contribution",
        description="For the partner's own people and those who plan it. It counts when `status` is approved.",
        operation_id="co_financing_entries_list",
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        summary="Register co-financing",
        description=(
            "By the partner's own people; it counts when somebody else has approved it. Where the funder asks for "
            f"timesheets, a week at a time. {ONCE}"
        ),
        operation_id="co_financing_entries_create",
        request=EntryWriteSerializer,
        **makes("the registration", EntrySerializer, address=False),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        verdict = cofinancing.may_register(self.actor, self.contribution)
        if not verdict:
            raise Refused(verdict.reason)
        content = self.read(EntryWriteSerializer)

        def act(written: Written) -> int:
            return cofinancing.register_entry(self.actor, self.contribution, written=written, **content).pk

        pk, now = self.once("api-contribution-entry", {**content, "contribution": self.contribution.pk}, act)
        return self.noted(entry_now(pk), now)


def entry_now(pk: int) -> Any:
    return EntrySerializer(ContributionEntry.objects.get(pk=pk)).data


class EntryDecide(Writing):
    rights = {"POST": APPROVE_COFINANCING}

    @extend_schema(
        summary="Approve or reject registered co-financing",
        description=(
            "By somebody else than who registered it, of those who plan it. What was approved can be rejected later, "
            "with the reason; then it does not count any more."
        ),
        operation_id="co_financing_entries_decide",
        request=DecideSerializer,
        **changes(EntrySerializer),
    )
    def post(self, request: Request, pk: int) -> Response:
        if pk > MAX_ID:
            raise Http404
        rows = ContributionEntry.objects.visible_to(self.actor).select_related(
            "contribution__funding_source__owner",
            "contribution__initiative__programme__owner",
            "contribution__partner",
        )
        entry = get_object_or_404(rows, pk=pk)
        verdict = cofinancing.may_approve(self.actor, entry)
        if not verdict:
            raise Refused(verdict.reason)
        if_match = etags.IfMatch(request)
        content = self.read(DecideSerializer)

        def act(written: Written) -> int:
            seen = lambda: if_match.check(entry_now(pk))  # noqa: E731
            decided = cofinancing.decide_entry(
                self.actor, entry, content["approved"], content.get("reason", ""), seen=seen, written=written
            )
            return decided.pk

        _pk, now = self.once("api-contribution-decide", {**content, "entry": pk}, act)
        return self.done(entry_now(pk), reverse("api_contribution_decide", args=[pk]), now)


class EligibilityList(Writing, ChangesListView):
    rights = {"GET": VIEW_MONEY, "POST": STATE_AMOUNTS}
    queryset = Eligibility.objects.none()
    serializer_class = EligibilitySerializer
    filterset_class = EligibilityFilters
    ordering = ("-said_on", "-pk")

    def visible(self) -> QuerySet[Any]:
        rows = Eligibility.objects.visible_to(self.actor)
        return rows.select_related("initiative__programme", "funding_source")

    @extend_schema(
        summary="List eligibility",
        description=(
            "What was said of sources and initiatives, newest day first. Of each pair the first in the list holds; the "
            "others are its history."
        ),
        operation_id="eligibility_list",
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        summary="Say whether an initiative is eligible",
        description=f"It holds until it is said anew. {ONCE}",
        operation_id="eligibility_create",
        request=EligibilityEntrySerializer,
        **makes("the statement", EligibilitySerializer, address=False),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        content, named = self.read(EligibilityEntrySerializer), Named(self.actor)
        source, initiative = named.source(content["funding_source"]), named.initiative(content["initiative"])
        refuse(named.wrong)
        assert source is not None
        assert initiative is not None
        said = {name: value for name, value in content.items() if name not in ("funding_source", "initiative")}

        def act(written: Written) -> int:
            return say_eligibility(self.actor, initiative, source, written=written, **said).pk

        pk, now = self.once("api-eligibility", content, act)
        rows = Eligibility.objects.select_related("initiative__programme", "funding_source")
        return self.noted(EligibilitySerializer(rows.get(pk=pk)).data, now)
