"""What companies need: the list, as page and as file, one need, and its profile on one printed page."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from matching import needs
from matching.companies import tidy
from matching.contact_forms import capital
from matching.models import Company, Competence, Match, MatchType, Need, Service
from matching.models.needs import NeedQuerySet
from matching.models.sharing import partners_of
from matching.need_forms import NeedListForm
from matching.services import VIEW as VIEW_SERVICES
from matching.views.companies import by_text
from matching.views.company_tables import matches_table
from matching.views.contact_tables import (
    NEED_COLUMNS,
    labels_of,
    need_details,
    need_file_line,
    need_line,
    two_columns,
    wanted_lines,
)
from matching.views.referral_send import LEADS_TO
from matching.views.services import ORDER as BY_PARTNER
from matching.views.services import filtered as services_of
from matching.views.services import row_of as service_row
from portal.audit.openings import opened
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.views import ActionMixin
from portal.ui import export
from portal.ui.pagination import keyset
from portal.ui.tables import Column, Table

ORDER = ("-found_on", "-id")
PAGE = 25
COUNTED_TO = 10_000
MOST_MATCHES = 20
MOST_SERVICES = 10


def filtered(rows: NeedQuerySet, chosen: dict[str, Any]) -> NeedQuerySet:
    """Those needs that the filters leave; `chosen` is the cleaned data of NeedListForm."""
    plain = {
        "company__municipality": chosen.get("municipality"),
        "organisation": chosen.get("organisation"),
        "kind": chosen.get("kind"),
        "education_level": chosen.get("education_level"),
        "found_on__gte": chosen.get("since"),
        "found_on__lte": chosen.get("until"),
    }
    rows = rows.filter(**{name: value for name, value in plain.items() if value not in (None, "")})
    if status := chosen.get("status"):
        rows = rows.waiting() if status == "waiting" else rows.filter(status=status)
    if competence := chosen.get("competence"):
        rows = rows.filter(competences__contains=[competence])
    if match_type := chosen.get("match_type"):
        rows = rows.filter(match_types__contains=[match_type])
    if text := tidy(chosen.get("text") or ""):
        rows = rows.filter(company__in=by_text(Company.objects.all(), text).order_by().values("pk"))
    return rows


class NeedList(ActionMixin):
    """/behov/?text=&municipality=&organisation=&status=&kind=&competence=&match_type=&education_level=&since=&until="""

    action = needs.VIEW

    def get(self, request: HttpRequest) -> HttpResponseBase:
        kind = export.requested(request)
        form = NeedListForm(self.actor, request.GET, partners_of(self.actor), offer=kind is None)
        form.is_valid()
        rows = filtered(Need.objects.visible_to(self.actor), form.cleaned_data)
        labels = labels_of(Competence)
        if kind is not None:
            whole = rows.with_names().select_related("company__municipality").order_by(*ORDER)
            return export.export_response(kind, _("needs"), NEED_COLUMNS, _lines(whole, labels))
        page = keyset(rows.select_related("company", "organisation"), request.GET, ORDER, size=PAGE)
        number = rows.order_by().values("pk")[: COUNTED_TO + 1].count()
        context = {
            "filter_form": form,
            "table": Table(
                caption=_("Needs"),
                columns=NEED_COLUMNS,
                rows=[need_line(row, labels) for row in page.rows],
                caption_hidden=True,
                empty=_("No need fits. Remove a filter, or register one on a company's page."),
            ),
            "page": page,
            "filtering": any(form.cleaned_data.values()) or bool(form.errors),
            "number": min(number, COUNTED_TO),
            "many": number > COUNTED_TO,
            "may_register": rights.may(self.actor, needs.REGISTER),
        }
        return render(request, "matching/contacts/needs.html", context)


def _lines(rows: NeedQuerySet, labels: dict[str, str]) -> Iterator[dict[str, Any]]:
    types = labels_of(MatchType)
    for row in rows.iterator(chunk_size=2000):
        yield need_file_line(row, labels, types)


def visible_need(actor: Actor, pk: int) -> Need:
    found: Need = get_object_or_404(Need.objects.visible_to(actor).with_names(), pk=pk)
    return found


def fitting_services(actor: Actor, need: Need) -> Table | None:
    """Who can help with it, and whom to write to: what partners offer today where the company lies, of the theme that
    the need leads to. None where the need is closed, or the actor sees no services."""
    if not need.waits or not rights.may(actor, VIEW_SERVICES):
        return None
    chosen = {"kind": LEADS_TO[need.kind], "municipality": need.company.municipality_id}
    found = services_of(Service.objects.visible_to(actor), chosen).with_everything().order_by(*BY_PARTNER)
    return Table(
        caption=_("Services that fit"),
        caption_hidden=True,
        columns=[
            Column("title", _("Service")),
            Column("partner", _("Offered by")),
            Column("contact", _("Whom to write to")),
        ],
        rows=[service_row(each) | {"partner": each.organisation.name} for each in found[:MOST_SERVICES]],
        empty=_("No service of the overview fits."),
    )


class NeedPage(ActionMixin):
    """/behov/<pk>/"""

    action = needs.VIEW

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        need = visible_need(self.actor, pk)
        own = need.organisation_id in self.actor.organisation_ids
        of_need = Match.objects.visible_to(self.actor).filter(of_need__need=need)
        visible = list(of_need.with_line().order_by("-agreed_on", "-pk")[:MOST_MATCHES])
        standing = Match.objects.standing().filter(of_need__need=need)
        others = standing.exclude(pk__in=of_need.order_by().values("pk")).count()
        context = {
            "need": need,
            "details": need_details(need, labels_of(Competence), labels_of(MatchType), person=own),
            "status": capital(need.get_status_display()),
            "matches": matches_table(visible) if visible else None,
            "other_matches": others,
            "services": fitting_services(self.actor, need),
            "all_services": f"{reverse('matching:services')}?{urlencode({'kind': LEADS_TO[need.kind]})}",
            "may_change": needs.may_change(self.actor, need),
            "may_match": needs.may_match(self.actor, need),
            "may_refer": own and need.waits and rights.may(self.actor, "matching.send_referral"),
        }
        return render(request, "matching/contacts/need.html", context)


class NeedProfile(ActionMixin):
    """/behov/<pk>/profil/: what candidates are shown, on one page of paper. Nothing of the company's potential."""

    action = needs.VIEW

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        need = visible_need(self.actor, pk)
        opened("need", need.pk)
        opened("company", need.company_id)
        lines = wanted_lines(need, labels_of(Competence), labels_of(MatchType))
        context = {
            "need": need,
            "tasks": need.tasks,
            "table": two_columns(_("Whom the company looks for"), lines[1:]),
            "title": _("Job profile") if need.kind == Need.Kind.JOB_PROFILE else _("Student case"),
        }
        return render(request, "matching/contacts/profile.html", context)
