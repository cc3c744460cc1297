"""Who stands in for whom: seen by everybody in the organisation, given by the one concerned or the administrator."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.identity import rights
from portal.identity.members import deputise
from portal.identity.members import rights as members
from portal.identity.members.forms import DeputyForm, add_errors
from portal.identity.roles import Role
from portal.identity.views import ActionMixin

PAGE = 25


class Deputies(ActionMixin):
    """/stedfortraedere/"""

    action = members.VIEW_DEPUTIES

    def get(self, request: HttpRequest) -> HttpResponseBase:
        page = Paginator(deputise.visible_deputies(self.actor), PAGE).get_page(request.GET.get("page"))
        rows = [
            {
                "deputy": entry,
                "role": Role(entry.principal.role).label,
                "holds": entry.ended_at is None and entry.valid_from <= self.actor.on <= entry.valid_to,
                "may_end": entry.ended_at is None
                and entry.valid_to >= self.actor.on
                and deputise.may_end(self.actor, entry),
            }
            for entry in page
        ]
        may_give = rights.may(self.actor, members.GIVE_DEPUTY) and deputise.principals(self.actor).exists()
        context = {"rows": rows, "page": page, "may_give": may_give}
        return render(request, "identity/deputies.html", context)


class DeputyNew(ActionMixin):
    """/stedfortraedere/ny/"""

    action = members.GIVE_DEPUTY

    def form(self, data: Any = None) -> DeputyForm:
        return DeputyForm(self.actor, deputise.principals(self.actor), data)

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return self.shown(self.form())

    def post(self, request: HttpRequest) -> HttpResponseBase:
        form = self.form(request.POST)
        if form.is_valid():
            try:
                given = deputise.give(self.actor, **form.cleaned_data)
            except ValidationError as problem:
                add_errors(form, problem)
            else:
                said = {"deputy": given.deputy.user.name, "principal": given.principal.user.name}
                messages.success(request, _("%(deputy)s stands in for %(principal)s.") % said)
                return HttpResponseRedirect(reverse("deputies"))
        return self.shown(form)

    def shown(self, form: DeputyForm) -> HttpResponseBase:
        approves = bool(form.fields["principal"].queryset)  # type: ignore[attr-defined]
        return render(self.request, "identity/deputy_new.html", {"form": form, "approves": approves})


class DeputyEnd(ActionMixin):
    """POST: from now on the colleague no longer stands in."""

    action = members.VIEW_DEPUTIES
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        deputy = get_object_or_404(deputise.visible_deputies(self.actor), pk=pk)
        deputise.end(self.actor, deputy)
        said = {"deputy": deputy.deputy.user.name, "principal": deputy.principal.user.name}
        messages.success(request, _("%(deputy)s no longer stands in for %(principal)s.") % said)
        return HttpResponseRedirect(reverse("deputies"))
