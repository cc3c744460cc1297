"""The overview of services by partner, on screen, paper and as a file; one service; making, changing, ending one."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching import services
from matching.choices import municipalities_of
from matching.companies import tidy
from matching.models import ReferralKind, Service
from matching.models.services import ServiceQuerySet
from matching.service_forms import (
    ChangeServiceForm,
    EndServiceForm,
    MakeServiceForm,
    ServiceListForm,
    area_words,
    own_organisations,
)
from portal.audit.submissions import Written
from portal.drafts import form_pages
from portal.drafts.form_pages import Steps
from portal.geography.danish import Fold, fold
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.rights import Refused
from portal.identity.views import ActionMixin
from portal.ui import export, formats
from portal.ui.tables import Cell, Column, GroupRow, Table
from programmes.models import Programme

ORDER = ("organisation__sort_key", "organisation_id", "sort_key", "id")
PAGE = 50

COLUMNS = [
    Column("title", gettext_lazy("Service")),
    Column("partner", gettext_lazy("Offered by"), export_only=True),
    Column("offers", gettext_lazy("What it offers")),
    Column("for_whom", gettext_lazy("For whom")),
    Column("contact", gettext_lazy("Contact")),
    Column("kinds", gettext_lazy("Themes")),
    Column("match_types", gettext_lazy("Match types")),
    Column("area", gettext_lazy("Covers")),
    Column("programme", gettext_lazy("Programme"), export_only=True),
    Column("valid_from", gettext_lazy("Offered from"), kind="date", export_only=True),
    Column("valid_to", gettext_lazy("Offered to"), kind="date", export_only=True),
]


def programmes_of(actor: Actor) -> list[Programme]:
    """Those that the actor sees and that somebody has a part in, the running ones first."""
    rows = Programme.objects.visible_to(actor).filter(roles__isnull=False).distinct()
    return list(
        Programme.objects.filter(pk__in=rows.order_by().values("pk")).select_related("area").running_first(actor.on)
    )


def filtered(rows: ServiceQuerySet, chosen: dict[str, Any]) -> ServiceQuerySet:
    """Those services that the filters leave; `chosen` is the cleaned data of ServiceListForm."""
    if chosen.get("when") != "all":
        rows = rows.on(timezone.localdate())
    plain = {"programme__slug": chosen.get("programme"), "organisation": chosen.get("partner")}
    rows = rows.filter(**{name: value for name, value in plain.items() if value})
    if kind := chosen.get("kind"):
        rows = rows.filter(kinds__contains=[kind])
    if match_type := chosen.get("match_type"):
        fitting = Service.match_types.through.objects.filter(matchtype=match_type)
        rows = rows.filter(pk__in=fitting.values("service"))
    if place := chosen.get("municipality"):
        through = Service.municipalities.through.objects
        here = through.filter(municipality=place).values("service")
        rows = rows.filter(Q(pk__in=here) | ~Q(pk__in=through.values("service")))
    for word in fold(tidy(chosen.get("text") or "")).split():
        told: Any = rows.annotate(folded=Fold("title"), folded_offers=Fold("offers"))
        rows = told.filter(Q(folded__contains=word) | Q(folded_offers__contains=word))
    return rows


def contact_words(service: Service) -> str:
    """Names and how they are reached, one after another. Needs the contacts read along."""
    told = [(each.name, each.title, each.phone, each.email) for each in service.contacts.all()]
    return "; ".join(", ".join(part for part in parts if part) for parts in told)


def row_of(service: Service) -> dict[str, Any]:
    note = ""
    if service.valid_to is not None:
        note = _("offered to %(day)s") % {"day": formats.date_da(service.valid_to)}
    labels = dict(ReferralKind.choices)
    return {
        "title": Cell(service.title, reverse("matching:service", args=[service.pk]), note),
        "offers": service.offers,
        "for_whom": service.for_whom,
        "contact": contact_words(service),
        "kinds": ", ".join(str(labels[kind]) for kind in service.kinds),
        "match_types": ", ".join(each.label for each in service.match_types.all()),
        "area": area_words(service),
    }


def file_row_of(service: Service) -> dict[str, Any]:
    return row_of(service) | {
        "title": service.title,
        "partner": service.organisation.name,
        "programme": service.programme.name,
        "valid_from": service.valid_from,
        "valid_to": service.valid_to or "",
    }


class ServiceList(ActionMixin):
    """/tilbud/?text=&programme=&partner=&municipality=&kind=&match_type=&when="""

    action = services.VIEW

    def get(self, request: HttpRequest) -> HttpResponseBase:
        visible = Service.objects.visible_to(self.actor)
        programmes = programmes_of(self.actor)
        partners = Organisation.objects.filter(pk__in=visible.order_by().values("organisation"))
        form = ServiceListForm(programmes, list(partners), municipalities_of(programmes), request.GET)
        form.is_valid()
        chosen = form.cleaned_data
        rows = filtered(visible, chosen)
        kind = export.requested(request)
        if kind is not None:
            found = rows.with_everything().order_by(*ORDER).iterator(chunk_size=500)
            return export.export_response(kind, _("services"), COLUMNS, map(file_row_of, found))
        page = Paginator(rows.with_everything().order_by(*ORDER), PAGE).get_page(request.GET.get("page"))
        context = {
            "filter_form": form,
            "table": Table(
                caption=_("Services"),
                columns=COLUMNS,
                rows=list(_by_partner(page.object_list)),
                caption_hidden=True,
                empty=_("No service fits. Remove a filter."),
            ),
            "page": page,
            "filtering": any(chosen.values()) or bool(form.errors),
            "number": page.paginator.count,
            "may_keep": rights.may(self.actor, services.KEEP),
        }
        return render(request, "matching/services.html", context)


def _by_partner(rows: Iterable[Service]) -> Iterator[Any]:
    """A heading for each partner over its services."""
    before = None
    for service in rows:
        if service.organisation_id != before:
            yield GroupRow(service.organisation.name)
            before = service.organisation_id
        yield row_of(service)


def visible_service(actor: Actor, pk: int) -> Service:
    found: Service = get_object_or_404(Service.objects.visible_to(actor).with_everything(), pk=pk)
    return found


class ServicePage(ActionMixin):
    """/tilbud/<pk>/"""

    action = services.VIEW

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        service = visible_service(self.actor, pk)
        row = row_of(service)
        lines = [
            (_("What it offers"), row["offers"]),
            (_("For whom"), row["for_whom"]),
            (_("Themes"), row["kinds"]),
            (_("Match types"), row["match_types"]),
            (_("Covers"), row["area"]),
            (_("Programme"), service.programme.name),
            (_("Offered from"), formats.date_da(service.valid_from)),
            (_("Offered to"), formats.date_da(service.valid_to) if service.valid_to else ""),
        ]
        context = {
            "service": service,
            "contacts": list(service.contacts.all()),
            "details": Table(
                caption=_("The service"),
                caption_hidden=True,
                columns=[Column("label", _("Field")), Column("value", _("Content"))],
                rows=[{"label": label, "value": value} for label, value in lines if value],
            ),
            "may_keep": services.may_keep(self.actor, service),
        }
        return render(request, "matching/service.html", context)


class MakeService(form_pages.MakePage):
    """/tilbud/nyt/"""

    action = services.KEEP
    kind = "service"
    title = gettext_lazy("New service")
    lead = gettext_lazy("It stands in the overview that all partners of the programme see.")
    done = gettext_lazy("The service stands in the overview.")
    template = "matching/form.html"
    draft_title = gettext_lazy("New service")

    def steps(self) -> Steps:
        return [(_("Services"), reverse("matching:services"))]

    def form(self, data: Any = None) -> MakeServiceForm:
        return MakeServiceForm(programmes_of(self.actor), own_organisations(self.actor), data)

    def make(self, form: MakeServiceForm, written: Written) -> int:
        read = form.cleaned_data
        programme = form.programmes.get(read["programme"])
        own = form.own.get(read.get("organisation") or (self.actor.organisation.pk if self.actor.organisation else 0))
        if programme is None:
            raise ValidationError({"programme": [_("Choose a programme from the list.")]})
        if own is None:
            raise ValidationError({"organisation": [_("Choose one of your own organisations.")]})
        return services.make_service(self.actor, own, programme, form.said(), written=written).pk

    def address(self, pk: int) -> str:
        return reverse("matching:service", args=[pk])


class OfService(form_pages.AlterPage):
    template = "matching/form.html"

    @cached_property
    def service(self) -> Service:
        return visible_service(self.actor, self.kwargs["pk"])

    def allow(self) -> None:
        verdict = services.may_keep(self.actor, self.service)
        if not verdict:
            raise Refused(verdict.reason)

    def steps(self) -> Steps:
        return [
            (_("Services"), reverse("matching:services")),
            (self.service.title, reverse("matching:service", args=[self.service.pk])),
        ]

    def thing(self) -> str:
        return services.thing(self.service)

    def mark(self) -> str:
        return services.mark(self.service)

    def thing_name(self) -> str:
        return self.service.title


class ChangeService(OfService):
    """/tilbud/<pk>/ret/"""

    action = services.KEEP
    title = gettext_lazy("Change the service")

    def fresh(self) -> ChangeServiceForm:
        return ChangeServiceForm(self.service)

    def form(self, data: Any) -> ChangeServiceForm:
        return ChangeServiceForm(self.service, data)

    def save(self, form: ChangeServiceForm) -> None:
        services.change_service(self.actor, self.service, form.said(), seen=self.seen)


class EndService(OfService):
    """/tilbud/<pk>/afslut/"""

    action = services.KEEP
    title = gettext_lazy("End the service")
    lead = gettext_lazy("It is no longer offered after that day. What was referred to it stays.")
    button = gettext_lazy("End it")
    done = gettext_lazy("The service ends on that day.")

    def fresh(self) -> EndServiceForm:
        return EndServiceForm(initial={"valid_to": timezone.localdate()})

    def form(self, data: Any) -> EndServiceForm:
        return EndServiceForm(data)

    def save(self, form: EndServiceForm) -> None:
        services.end_service(self.actor, self.service, form.cleaned_data["valid_to"], seen=self.seen)
