"""The list of members, as page and as file, and one membership."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.geography.danish import SortKey
from portal.identity import rights
from portal.identity.members import rights as members
from portal.identity.members import support
from portal.identity.members.administering import visible_invitations, visible_members
from portal.identity.members.deputise import of_person
from portal.identity.members.forms import MemberFilter
from portal.identity.models import Membership
from portal.identity.roles import Role
from portal.identity.views import ActionMixin
from portal.ui import export
from portal.ui.pagination import keyset
from portal.ui.tables import Column, Table

PAGE = 50
SHOWN_INVITATIONS = 50
DEMO_LINKS = "invitation_links"
"""In the session, in the demo area only: the links of letters that nobody gets there."""

COLUMNS = [
    Column("name", gettext_lazy("Name"), url=lambda row: row["url"]),
    Column("role", gettext_lazy("Role")),
    Column("organisation", gettext_lazy("Organisation")),
    Column("email", gettext_lazy("E-mail address")),
    Column("valid_from", gettext_lazy("From"), "date"),
    Column("valid_to", gettext_lazy("To"), "date"),
    Column("last_login", gettext_lazy("Last logged in"), "moment"),
    Column("state", gettext_lazy("Account"), export_only=True),
]


def line_of(membership: Membership) -> dict[str, Any]:
    user = membership.user
    return {
        "url": reverse("member", args=[membership.pk]),
        "name": user.name,
        "email": user.email,
        "role": str(Role(membership.role).label),
        "organisation": membership.organisation.name,
        "valid_from": membership.valid_from,
        "valid_to": membership.valid_to,
        "last_login": user.last_login,
        "state": _("open") if user.is_active else _("closed"),
    }


class Members(ActionMixin):
    """/medlemmer/: who may act for the own organisation, and the invitations that wait."""

    action = members.VIEW_MEMBERS

    def get(self, request: HttpRequest) -> HttpResponseBase:
        kind = export.requested(request)
        form = MemberFilter(self.actor, request.GET)
        rows = form.narrow(visible_members(self.actor)).select_related("user", "organisation")
        if kind is not None:
            ordered = rows.order_by(SortKey("user__name"), "pk")
            return export.export_response(kind, _("members"), COLUMNS, _lines(ordered))
        rows = rows.annotate(sort_name=SortKey("user__name"))
        page = keyset(rows, request.GET, ("sort_name", "id"), PAGE)
        context = {
            "filter_form": form,
            "table": Table(
                caption=_("Members"),
                columns=COLUMNS,
                rows=[line_of(membership) for membership in page.rows],
                caption_hidden=True,
                empty=_("No member fits. Remove a filter, or invite somebody."),
            ),
            "page": page,
            "number": rows.order_by().count(),
            "may_manage": rights.may(self.actor, members.MANAGE_MEMBERS),
            "may_support": rights.may(self.actor, members.SEE_AS_MEMBER),
            "may_see_support": rights.may(self.actor, members.VIEW_SUPPORT_VIEWS),
            "invitations": self._invitations(request),
        }
        return render(request, "identity/members.html", context)

    def _invitations(self, request: HttpRequest) -> list[dict[str, Any]]:
        waiting = visible_invitations(self.actor).open().select_related("organisation", "invited_by")
        links = request.session.get(DEMO_LINKS, {}) if settings.DEMO_AREA else {}
        return [
            {
                "invitation": invitation,
                "roles": [str(Role(role).label) for role in invitation.roles],
                "link": reverse("invitation", args=[links[str(invitation.pk)]]) if str(invitation.pk) in links else "",
            }
            for invitation in waiting.order_by("-made_at", "-pk")[:SHOWN_INVITATIONS]
        ]


def _lines(rows: QuerySet[Membership]) -> Iterator[dict[str, Any]]:
    for membership in rows.iterator(chunk_size=2000):
        yield line_of(membership)


class Member(ActionMixin):
    """/medlemmer/<pk>/: one membership, with what can be done with it."""

    action = members.VIEW_MEMBERS

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        membership = get_object_or_404(
            visible_members(self.actor).select_related("user", "organisation").prefetch_related("tokens"), pk=pk
        )
        others = visible_members(self.actor).filter(user=membership.user).select_related("user", "organisation")
        goes_on = Membership.objects.still_to_hold(self.actor.on).filter(pk=pk).exists()
        manages = bool(rights.may(self.actor, members.MANAGE_MEMBERS))
        context = {
            "membership": membership,
            "person": membership.user,
            "role": Role(membership.role).label,
            "history": Table(
                _("Roles now and before"), COLUMNS[1:3] + COLUMNS[4:6],
                [line_of(entry) for entry in others.order_by("-valid_from", "-pk")[:PAGE]],
            ),
            "goes_on": goes_on,
            "may_change": manages and goes_on,
            "may_support": support.seen(self.actor).filter(pk=pk).exists(),
            "deputies": [
                {
                    "title": _("%(deputy)s stands in for %(principal)s")
                    % {"deputy": entry.deputy.user.name, "principal": entry.principal.user.name},
                    "valid_from": entry.valid_from,
                    "valid_to": entry.valid_to,
                }
                for entry in of_person(membership)
            ],
            "tokens": len(membership.tokens.all()),
        }  # fmt: skip
        return render(request, "identity/member.html", context)
