"""Services, external parties and referrals over the API: read and written by the rules of the pages."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from matching import answering, referrals, services
from matching.api.referral_shapes import (
    CompanyAnswerSerializer,
    ExternalPartyEntrySerializer,
    ExternalPartyFilters,
    ExternalPartySerializer,
    ReferralAnswerSerializer,
    ReferralEntrySerializer,
    ReferralFilters,
    ReferralSerializer,
    ServiceChangeSerializer,
    ServiceEntrySerializer,
    ServiceFilters,
    ServiceSerializer,
)
from matching.models import Company, ContactPerson, ExternalParty, Referral, Service
from matching.services import Contact, ServiceSaid
from portal.audit.submissions import Written
from portal.identity.models import Organisation
from portal.identity.rights import Refused
from portal.ui import etags
from portal.ui.api import MAX_ID, ChangesListView, RecordView
from portal.ui.forms import errors_of
from portal.ui.problems import GENERAL, invalid
from programmes.api.money_views import ONCE, Writing, changes, makes
from programmes.models import Programme

FIELDS = {"to": GENERAL, "day": "answered_on", "company_told_on": "company_answered_on"}
"""The rules' names → the fields of the body."""


def wrong(refused: ValidationError, names: dict[str, str] | None = None) -> Exception:
    """The rule's refusal as the API says it."""
    known = names or FIELDS
    return invalid({known.get(name, name) or GENERAL: texts for name, texts in errors_of(refused).items()})


def one(rows: "QuerySet[Any]", name: str, pk: int | None, message: str) -> Any:
    """The row with that id; None when none was given. Raises a 400 at the field."""
    if pk is None:
        return None
    found: Model | None = rows.filter(pk=min(pk, MAX_ID)).first()
    if found is None:
        raise invalid({name: [message]})
    return found


def service_now(pk: int) -> Any:
    return ServiceSerializer(Service.objects.filter(pk=pk).with_everything().get()).data


def referral_rows(rows: Any) -> Any:
    return rows.with_names()


def referral_now(pk: int) -> Any:
    return ReferralSerializer(Referral.objects.filter(pk=pk).with_names().get()).data


def said_of(content: dict[str, Any]) -> ServiceSaid:
    read = {name: value for name, value in content.items() if name not in ("programme", "organisation", "contacts")}
    return ServiceSaid(**read, contacts=[Contact(**each) for each in content["contacts"]])


class ServiceList(ChangesListView, Writing):
    rights = {"GET": services.VIEW, "POST": services.KEEP}
    queryset = Service.objects.none()
    serializer_class = ServiceSerializer
    filterset_class = ServiceFilters
    ordering = ("pk",)

    def visible(self) -> QuerySet[Service]:
        return Service.objects.visible_to(self.actor).with_everything()

    @extend_schema(
        summary="List services",
        description="What the partners of the caller's programmes offer companies, with whom to write to.",
        operation_id="services_list",
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        summary="Offer a service", description=ONCE, operation_id="services_create", request=ServiceEntrySerializer,
        **makes("the service", ServiceSerializer),
    )  # fmt: skip
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        content = self.read(ServiceEntrySerializer)
        programme = Programme.objects.visible_to(self.actor).filter(slug=content["programme"]).first()
        if programme is None:
            raise invalid({"programme": [str(services.CHOOSE_PROGRAMME)]})
        own = Organisation.objects.filter(pk__in=self.actor.organisation_ids)
        pk = content.get("organisation") or (self.actor.organisation.pk if self.actor.organisation else 0)
        organisation = one(own, "organisation", pk, str(services.CHOOSE_OWN))

        def act(written: Written) -> int:
            return services.make_service(self.actor, organisation, programme, said_of(content), written=written).pk

        try:
            made, now = self.once("api-service", content, act)
        except ValidationError as refused:
            raise wrong(refused) from refused
        return self.made(service_now(made), reverse("api_service", args=[made]), now)


@extend_schema(summary="A service")
class ServiceRecord(RecordView):
    rights = {"GET": services.VIEW}
    queryset = Service.objects.none()
    serializer_class = ServiceSerializer

    def visible(self) -> QuerySet[Service]:
        return Service.objects.visible_to(self.actor).with_everything()


class ServiceChange(Writing):
    rights = {"POST": services.KEEP}

    @extend_schema(
        summary="Change a service",
        description="By the organisation that offers it. Send the whole service as it should be; `valid_to` ends it.",
        operation_id="services_change",
        request=ServiceChangeSerializer,
        **changes(ServiceSerializer),
    )
    def post(self, request: Request, pk: int) -> Response:
        row = get_object_or_404(Service.objects.visible_to(self.actor), pk=min(pk, MAX_ID))
        verdict = services.may_keep(self.actor, row)
        if not verdict:
            raise Refused(verdict.reason)
        if_match = etags.IfMatch(request)
        content = self.read(ServiceChangeSerializer)

        def act(written: Written) -> int:
            seen = lambda: if_match.check(service_now(pk))  # noqa: E731
            services.change_service(self.actor, row, said_of(content), seen=seen, written=written)
            return pk

        try:
            _pk, now = self.once("api-service-change", {**content, "service": pk}, act)
        except ValidationError as refused:
            raise wrong(refused) from refused
        return self.done(service_now(pk), reverse("api_service", args=[pk]), now)


class ExternalPartyList(ChangesListView, Writing):
    rights = {"GET": services.VIEW, "POST": services.KEEP_EXTERNAL}
    queryset = ExternalParty.objects.none()
    serializer_class = ExternalPartySerializer
    filterset_class = ExternalPartyFilters
    ordering = ("pk",)

    def visible(self) -> QuerySet[ExternalParty]:
        return ExternalParty.objects.all()

    @extend_schema(summary="List external parties", operation_id="external_parties_list")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        summary="Add an external party", description=ONCE, operation_id="external_parties_create",
        request=ExternalPartyEntrySerializer, **makes("the party", ExternalPartySerializer),
    )  # fmt: skip
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        content = self.read(ExternalPartyEntrySerializer)
        try:
            made, now = self.once(
                "api-external-party",
                content,
                lambda written: services.make_party(self.actor, **content, written=written).pk,
            )
        except ValidationError as refused:
            raise wrong(refused) from refused
        said = ExternalPartySerializer(ExternalParty.objects.get(pk=made)).data
        return self.made(said, reverse("api_external_party", args=[made]), now)


@extend_schema(summary="An external party")
class ExternalPartyRecord(RecordView):
    rights = {"GET": services.VIEW}
    queryset = ExternalParty.objects.none()
    serializer_class = ExternalPartySerializer

    def visible(self) -> QuerySet[ExternalParty]:
        return ExternalParty.objects.all()


class ReferralList(ChangesListView, Writing):
    rights = {"GET": referrals.VIEW, "POST": referrals.SEND}
    queryset = Referral.objects.none()
    serializer_class = ReferralSerializer
    filterset_class = ReferralFilters
    ordering = ("-pk",)

    def visible(self) -> QuerySet[Referral]:
        return Referral.objects.visible_to(self.actor).with_names()

    @extend_schema(
        summary="List referrals",
        description="Those that the caller's organisation sent or received, newest first. Each that is shown is noted.",
        operation_id="referrals_list",
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        summary="Refer a company, or note that it has asked",
        description=ONCE,
        operation_id="referrals_create",
        request=ReferralEntrySerializer,
        **makes("the referral", ReferralSerializer),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        content = self.read(ReferralEntrySerializer)
        said = self.said(content)
        try:
            made, now = self.once(
                "api-referral", content, lambda written: referrals.send(self.actor, said, written=written).pk
            )
        except ValidationError as refused:
            raise wrong(refused) from refused
        return self.made(referral_now(made), reverse("api_referral", args=[made]), now)

    def said(self, content: dict[str, Any]) -> referrals.NewReferral:
        programme = Programme.objects.visible_to(self.actor).filter(slug=content["programme"]).first()
        if programme is None:
            raise invalid({"programme": [str(services.CHOOSE_PROGRAMME)]})
        companies = Company.objects.visible_to(self.actor)
        unknown = str(services.CHOOSE_ONE)
        company = one(companies, "company", content["company"], str(services.CHOOSE_COMPANY))
        people = ContactPerson.objects.filter(company=company, erased=False)
        return referrals.NewReferral(
            programme=programme,
            company=company,
            contact_person=one(people, "contact_person", content.get("contact_person"), unknown),
            kind=content["kind"],
            asked=content["asked"],
            asked_on=content["asked_on"],
            due_on=content["due_on"],
            service=one(
                Service.objects.visible_to(self.actor).select_related("organisation"),
                "service",
                content.get("service"),
                unknown,
            ),
            to_organisation=one(Organisation.objects.all(), "to_organisation", content.get("to_organisation"), unknown),
            to_external=one(ExternalParty.objects.all(), "to_external", content.get("to_external"), unknown),
            from_company=content["from_company"],
            from_external=one(ExternalParty.objects.all(), "from_external", content.get("from_external"), unknown),
        )


@extend_schema(summary="A referral")
class ReferralRecord(RecordView):
    rights = {"GET": referrals.VIEW}
    queryset = Referral.objects.none()
    serializer_class = ReferralSerializer

    def visible(self) -> QuerySet[Referral]:
        return Referral.objects.visible_to(self.actor).with_names()


class ReferralAnswer(Writing):
    rights = {"POST": answering.ANSWER}

    @extend_schema(
        summary="Answer a referral",
        description=(
            "By the organisation that received it; one to an external party by the organisation that sent it. With "
            "`company_answered_on` the company too has had its answer, and the referral is closed."
        ),
        operation_id="referrals_answer",
        request=ReferralAnswerSerializer,
        **changes(ReferralSerializer),
    )
    def post(self, request: Request, pk: int) -> Response:
        row = get_object_or_404(Referral.objects.visible_to(self.actor), pk=min(pk, MAX_ID))
        if_match = etags.IfMatch(request)
        content = self.read(ReferralAnswerSerializer)

        def act(written: Written) -> int:
            answering.answer(
                self.actor, row, content["outcome"], content["answer"], day=content["answered_on"],
                alternatives=content["alternatives"], company_told_on=content["company_answered_on"],
                seen=lambda: if_match.check(referral_now(pk)), written=written,
            )  # fmt: skip
            return pk

        try:
            _pk, now = self.once("api-referral-answer", {**content, "referral": pk}, act)
        except ValidationError as refused:
            raise wrong(refused) from refused
        return self.done(referral_now(pk), reverse("api_referral", args=[pk]), now)


class ReferralCompanyAnswer(Writing):
    rights = {"POST": answering.ANSWER}

    @extend_schema(
        summary="Note that the company has had its answer",
        description="By either of the two. When the sender has been answered too, the referral is closed by it.",
        operation_id="referrals_company_answer",
        request=CompanyAnswerSerializer,
        **changes(ReferralSerializer),
    )
    def post(self, request: Request, pk: int) -> Response:
        row = get_object_or_404(Referral.objects.visible_to(self.actor), pk=min(pk, MAX_ID))
        if_match = etags.IfMatch(request)
        content = self.read(CompanyAnswerSerializer)

        def act(written: Written) -> int:
            seen = lambda: if_match.check(referral_now(pk))  # noqa: E731
            answering.answer_company(self.actor, row, content["company_answered_on"], seen=seen, written=written)
            return pk

        try:
            _pk, now = self.once("api-referral-company", {**content, "referral": pk}, act)
        except ValidationError as refused:
            raise wrong(refused, {"day": "company_answered_on"}) from refused
        return self.done(referral_now(pk), reverse("api_referral", args=[pk]), now)
