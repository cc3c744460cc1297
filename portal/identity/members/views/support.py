"""Seeing the portal as somebody else does, leaving that again, and the list of those who did."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import View

from portal.identity.acting import ends_support
from portal.identity.members import rights as members
from portal.identity.members import support
from portal.identity.members.forms import SupportForm, add_errors
from portal.identity.models import SupportView
from portal.identity.roles import Role
from portal.identity.views import ActionMixin
from portal.ui import export
from portal.ui.pagination import keyset
from portal.ui.tables import Column, Table

PAGE = 50


class SupportBegin(ActionMixin):
    """/supportvisning/: as whom, why and for how long. `?email=` fills in the person."""

    action = members.SEE_AS_MEMBER

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return self.shown(SupportForm(support.seen(self.actor), email=request.GET.get("email", "")))

    def post(self, request: HttpRequest) -> HttpResponseBase:
        form = SupportForm(support.seen(self.actor), request.POST)
        if form.is_valid():
            try:
                view = support.begin(self.actor, form.chosen, form.cleaned_data["reason"], form.cleaned_data["minutes"])
            except ValidationError as problem:
                add_errors(form, problem)
            else:
                request.session[support.SESSION_KEY] = view.pk
                return HttpResponseRedirect(reverse("home"))
        return self.shown(form)

    def shown(self, form: SupportForm) -> HttpResponseBase:
        return render(self.request, "identity/support_begin.html", {"form": form})


@ends_support
class SupportEnd(View):
    """POST: back to one's own pages."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponseBase:
        request.session.pop(support.SESSION_KEY, None)
        view = request.actor.support  # type: ignore[attr-defined]
        if view is not None:
            support.end(view)
            text = _("The support view has ended. You see the portal as yourself again.")
            messages.success(request, text)
        return HttpResponseRedirect(reverse("home"))


COLUMNS = [
    Column("started_at", gettext_lazy("When"), "moment"),
    Column("by", gettext_lazy("Who looked")),
    Column("person", gettext_lazy("As whom")),
    Column("role", gettext_lazy("Role")),
    Column("reason", gettext_lazy("Why")),
    Column("ended_at", gettext_lazy("To"), "moment"),
    Column("pages", gettext_lazy("Pages opened"), "number"),
]


def line_of(view: SupportView) -> dict[str, Any]:
    return {
        "started_at": view.started_at,
        "by": view.by.name,
        "person": view.person.name,
        "role": f"{Role(view.membership.role).label}, {view.membership.organisation}",
        "reason": view.reason,
        "ended_at": min(view.ended_at or view.until, view.until),
        "pages": view.opened,  # type: ignore[attr-defined]  # counted in the question
    }


class SupportViews(ActionMixin):
    """/supportvisninger/: who has looked as whom, and why."""

    action = members.VIEW_SUPPORT_VIEWS

    def get(self, request: HttpRequest) -> HttpResponseBase:
        rows = (
            SupportView.objects.select_related("by", "person", "membership__organisation")
            .annotate(opened=Count("pages"))
        )  # fmt: skip
        if kind := export.requested(request):
            ordered = rows.order_by("-started_at", "-pk").iterator(chunk_size=2000)
            return export.export_response(kind, _("support_views"), COLUMNS, (line_of(view) for view in ordered))
        page = keyset(rows, request.GET, ("-started_at", "-id"), PAGE)
        table = Table(
            _("Support views"), COLUMNS, [line_of(view) for view in page.rows],
            caption_hidden=True, empty=_("Nobody has looked at the portal as somebody else."),
        )  # fmt: skip
        return render(request, "identity/support_views.html", {"table": table, "page": page})
