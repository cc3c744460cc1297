"""The portfolio: every initiative that the reader sees, as page and as file, and the lists a person keeps."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.identity import rights as permissions
from portal.identity.views import ActionMixin
from portal.ui import export
from portal.ui.forms import PortalForm
from portal.ui.tables import Cell, Column, Table
from programmes import rights
from programmes.models import Initiative, SavedList
from programmes.portfolio import SORTS, PortfolioForm, initiatives, kept_query
from programmes.saved_lists import remove_list, save_list
from programmes.views.shown import initiative_url, lead_text, plan_url

PAGE = 50
COLUMNS = [
    Column("name", gettext_lazy("Initiative"), sort="name"),
    Column("plan", gettext_lazy("Plan"), sort="plan"),
    Column("areas", gettext_lazy("Focus areas")),
    Column("status", gettext_lazy("Status"), sort="status"),
    Column("lead", gettext_lazy("Lead"), sort="lead"),
    Column("owner", gettext_lazy("Owner"), export_only=True),
    Column("text", gettext_lazy("Text"), export_only=True),
]


class SaveForm(PortalForm):
    name = forms.CharField(label=gettext_lazy("Name of the list"), max_length=80)
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=1000)


class Portfolio(ActionMixin):
    """/initiativer/"""

    action = rights.VIEW_PROGRAMMES

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return self.page(SaveForm(initial={"query": kept_query(request.GET.urlencode())}))

    def page(self, save_form: SaveForm) -> HttpResponseBase:
        request = self.request
        form = PortfolioForm(self.actor, request.GET)
        form.is_valid()
        sort = request.GET.get("sort", "")
        rows = initiatives(self.actor, form.cleaned_data, sort)
        if kind := export.requested(request):
            return export.export_response(kind, _("initiatives"), COLUMNS, _file_lines(rows))
        page = Paginator(rows.prefetch_related("area_links__focus_area"), PAGE).get_page(request.GET.get("page"))
        may_save = permissions.may(self.actor, rights.SAVE_LIST)
        context = {
            "filter_form": form,
            "table": Table(
                caption=_("Initiatives"), caption_hidden=True, columns=COLUMNS, rows=[_line(each) for each in page],
                sort=sort if sort.removeprefix("-") in SORTS else "plan",
                empty=_("No initiative fits. Remove a filter."),
            ),
            "page": page,
            "filtering": any(form.cleaned_data.values()) or bool(form.errors),
            "number": page.paginator.count,
            "saved": list(SavedList.objects.visible_to(self.actor).order_by("name")),
            "may_save": may_save,
            "save_form": save_form if may_save else None,
        }  # fmt: skip
        return render(request, "programmes/portfolio.html", context)


class SaveList(Portfolio):
    """Keep the list that is shown, under a name."""

    action = rights.SAVE_LIST

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return redirect("programmes:initiatives")

    def post(self, request: HttpRequest) -> HttpResponseBase:
        form = SaveForm(request.POST)
        if form.is_valid():
            try:
                saved = save_list(self.actor, form.cleaned_data["name"], form.cleaned_data["query"])
            except ValidationError as refused:
                for name, texts in refused.message_dict.items():
                    form.add_error(name if name in form.fields else None, texts)
            else:
                messages.success(request, _("The list is kept as “%(name)s”.") % {"name": saved.name})
                return redirect(f"{reverse('programmes:initiatives')}?{saved.query}")
        return self.page(form)


class RemoveList(ActionMixin):
    action = rights.SAVE_LIST

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        remove_list(self.actor, get_object_or_404(SavedList.objects.visible_to(self.actor), pk=pk))
        messages.success(request, _("The list is removed. The initiatives are as they were."))
        return redirect("programmes:initiatives")


def _line(initiative: Initiative) -> dict[str, Any]:
    plan = initiative.programme
    links = sorted(initiative.area_links.all(), key=lambda link: (not link.primary, link.focus_area.order, link.pk))
    return {
        "name": Cell(str(initiative), initiative_url(initiative)),
        "plan": Cell(plan.short_name or plan.name, plan_url(plan)),
        "areas": "; ".join(str(link.focus_area) for link in links),
        "status": initiative.get_status_display(),
        "lead": lead_text(initiative),
        "owner": plan.owner.name,
        "text": initiative.text,
    }


def _file_lines(rows: QuerySet[Initiative]) -> Iterator[dict[str, Any]]:
    for initiative in rows.prefetch_related("area_links__focus_area").iterator(chunk_size=2000):
        yield _line(initiative)
