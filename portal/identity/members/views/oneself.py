"""What concerns oneself: for whom one acts, what is known about one, and what each role may."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import View

from portal.identity import rights
from portal.identity.acting import SESSION_KEY, own_account
from portal.identity.actor import Actor
from portal.identity.members import rights as members
from portal.identity.members import support
from portal.identity.members.administering import administrators_of
from portal.identity.middleware import SWITCHED
from portal.identity.models import Membership
from portal.identity.roles import READ_ONLY_ROLES, Role
from portal.identity.views import ActionMixin
from portal.ui import export
from portal.ui.tables import Column, Table

SHOWN = 50


@own_account
class SwitchRole(View):
    """POST choice and next: act for another, and go back to where one was; the middleware goes home if it is hidden."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponseBase:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        asked = request.POST.get("choice", "")
        choice = next((choice for choice in actor.choices if choice.key == asked), None)
        if choice is None:
            messages.error(request, _("You no longer have that role. Choose another."))
            return HttpResponseRedirect(reverse("home"))
        request.session[SESSION_KEY] = choice.key
        said = {"role": choice.title, "organisation": choice.membership.organisation}
        messages.success(request, _("You now act as %(role)s for %(organisation)s.") % said)
        back = request.POST.get("next", "")
        if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
            return HttpResponseRedirect(reverse("home"))
        request.session[SWITCHED] = back
        return HttpResponseRedirect(back)


class MyAccount(View):
    """/mine-oplysninger/: the own roles, deputies, and who has looked at the portal as oneself."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        own = Membership.objects.filter(user=actor.user).select_related("organisation")
        seen = support.views_of(actor.user)[:SHOWN]
        context = {
            "person": actor.user,
            "choices": actor.choices,
            "roles": Table(
                _("Your roles"),
                [
                    Column("role", _("Role")),
                    Column("organisation", _("Organisation")),
                    Column("valid_from", _("From"), "date"),
                    Column("valid_to", _("To"), "date"),
                ],
                [
                    {
                        "role": str(Role(entry.role).label),
                        "organisation": entry.organisation.name,
                        "valid_from": entry.valid_from,
                        "valid_to": entry.valid_to,
                    }
                    for entry in own.order_by("-valid_from", "-pk")[:SHOWN]
                ],
                empty=_("You have no role yet."),
            ),
            "seen": Table(
                _("Who has looked at the portal as you"),
                [
                    Column("started_at", _("When"), "moment"),
                    Column("by", _("Who looked")),
                    Column("reason", _("Why")),
                ],
                [{"started_at": view.started_at, "by": view.by.name, "reason": view.reason} for view in seen],
                empty=_("Nobody has."),
            ),
            "administrators": administrators_of(actor.organisation, actor.on) if actor.organisation else [],
        }
        return render(request, "identity/my_account.html", context)


APPS = {
    "matching": gettext_lazy("Companies and matches"),
    "programmes": gettext_lazy("Programmes"),
    "reporting": gettext_lazy("Figures, targets and contracts"),
    "identity": gettext_lazy("Members and roles"),
    "jobs": gettext_lazy("Operation"),
}
"""Headings of the map, by the first part of an action's key; others are gathered under their own name."""


def lines() -> list[dict[str, Any]]:
    """The permission map, an action a line: app, title, whether it reads, and yes or no for each role."""
    found = []
    for key, action in sorted(rights.actions().items(), key=lambda pair: _order(pair[0])):
        app = key.partition(".")[0]
        may = rights.roles_of(action)
        found.append(
            {
                "key": key,
                "app": str(APPS.get(app, app)),
                "title": str(action.title),
                "kind": _("reads") if action.reads else _("writes"),
                "deputy": action.deputisable,
                **{role.value: role in may for role in Role},
            }
        )
    return found


def _order(key: str) -> tuple[int, str]:
    app = key.partition(".")[0]
    return (list(APPS).index(app) if app in APPS else len(APPS), key)


class Roles(ActionMixin):
    """/roller-og-rettigheder/: what each role may, from the same map that the portal asks."""

    action = members.VIEW_ROLES

    def get(self, request: HttpRequest) -> HttpResponseBase:
        kind = export.requested(request)
        if kind is not None:
            return self.file(kind)
        map_ = lines()
        own = self.actor.role
        ordered = sorted(Role, key=lambda role: role != own)
        context = {
            "roles": [
                {
                    "role": role,
                    "title": role.label,
                    "own": role == own,
                    "reads_only": role in READ_ONLY_ROLES,
                    "groups": _grouped([line for line in map_ if line[role.value]]),
                }
                for role in ordered
            ],
            "may_download": rights.may(self.actor, members.VIEW_ROLES_AS_FILE),
        }
        return render(request, "identity/roles.html", context)

    def file(self, kind: Any) -> HttpResponse | HttpResponseBase:
        rights.require(self.actor, members.VIEW_ROLES_AS_FILE)
        columns = [
            Column("app", _("Part")),
            Column("title", _("What one may")),
            Column("kind", _("Reads or writes")),
            Column("deputy", _("A deputy may")),
            *(Column(role.value, role.label) for role in Role),
            Column("key", _("Name in the portal")),
        ]
        return export.export_response(kind, _("roles_and_rights"), columns, lines())


def _grouped(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        groups.setdefault(line["app"], []).append(line)
    return [{"title": app, "lines": found} for app, found in groups.items()]
