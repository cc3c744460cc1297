"""API keys: one's own, and for an administrator those by which members act for the organisation."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from django.views.generic.base import View

from portal.identity import rights
from portal.identity.models import ApiToken
from portal.identity.rights import Refused
from portal.identity.scopes import Scope
from portal.identity.token_forms import TokenForm
from portal.identity.token_jobs import AHEAD
from portal.identity.token_rights import MAKE_API_KEYS, REVOKE_MEMBERS_KEYS
from portal.identity.tokens import issue, may_make_token, revoke, visible_tokens
from portal.identity.views import ActionMixin
from portal.ui.pagination import keyset
from portal.ui.tables import Cell, Column, Table

PAGE = 50
SHOWN_AFTER_END = timedelta(days=90)


class Tokens(ActionMixin, TemplateView):
    """/api-noegler/"""

    action = MAKE_API_KEYS
    template_name = "identity/tokens.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        lately = now - SHOWN_AFTER_END
        mine = visible_tokens(self.actor).filter(
            Q(revoked_at=None) | Q(revoked_at__gte=lately), membership__user=self.actor.user, expires_at__gte=lately
        )
        context: dict[str, Any] = {"own": self.own(mine.order_by(F("revoked_at").desc(nulls_first=True), "-pk")[:PAGE])}
        if rights.may(self.actor, REVOKE_MEMBERS_KEYS):
            others = visible_tokens(self.actor).exclude(membership__user=self.actor.user).live(now)
            page = keyset(others, self.request.GET, ("-id",), PAGE)
            context |= {"page": page, "members": self.members(page.rows)}
        return super().get_context_data(**kwargs, **context)

    def own(self, rows: Any) -> Table:
        return Table(
            caption=_("Your API keys"),
            caption_hidden=True,
            columns=[Column("name", _("Name")), *_columns()],
            rows=[{"name": Cell(row.name, note=_acts_for(row)), **_row(row)} for row in rows],
            empty=_("You have no API keys."),
        )

    def members(self, rows: Any) -> Table:
        return Table(
            caption=_("Keys of your organisation's members"),
            caption_hidden=True,
            columns=[Column("name", _("Name")), Column("user", _("Member")), *_columns()],
            rows=[
                {
                    "name": row.name,
                    "user": Cell(row.membership.user.name, note=row.membership.get_role_display()),
                    **_row(row),
                }
                for row in rows
            ],
            empty=_("None of your organisation's members has an API key."),
        )


def _columns() -> list[Column]:
    return [
        Column("scopes", _("May be used to")),
        Column("expires_at", _("Expires"), kind="moment"),
        Column("last_used_at", _("Last used"), kind="moment"),
        Column("state", _("Status")),
        Column("revoke", _("Stop")),
    ]


def _acts_for(row: ApiToken) -> str:
    return f"{row.membership.get_role_display()}, {row.membership.organisation}"


def _row(row: ApiToken) -> dict[str, Any]:
    return {
        "scopes": "; ".join(str(Scope(scope).label) for scope in row.scopes),
        "expires_at": row.expires_at,
        "last_used_at": row.last_used_at or _("never"),
        "state": state_of(row),
        "revoke": "" if row.revoked_at else Cell(_("Revoke"), reverse("token_revoke", args=[row.pk])),
    }


def state_of(row: ApiToken) -> str:
    """What it is good for now, in words."""
    now = timezone.now()
    if row.revoked_at is not None:
        return _("revoked")
    if row.expires_at <= now:
        return _("expired")
    today, membership = timezone.localdate(now), row.membership
    if (membership.valid_to is not None and membership.valid_to < today) or not membership.user.is_active:
        return _("stopped: the role has ended")
    return _("expires soon") if row.expires_at <= now + AHEAD else _("works")


class NewToken(ActionMixin, View):
    """/api-noegler/ny/: the answer to the form is the only page that ever shows the key."""

    action = MAKE_API_KEYS
    http_method_names = ["get", "head", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if verdict := may_make_token(request):
            return super().dispatch(request, *args, **kwargs)
        raise Refused(verdict.reason)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(TokenForm(self.actor))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = TokenForm(self.actor, request.POST)
        if not form.is_valid() or self.actor.membership is None:
            return self.show(form)
        said = form.cleaned_data
        try:
            token = issue(self.actor.membership, said["scopes"], said["name"], life=form.life, by=self.actor.user)
        except ValidationError as refused:
            form.add_error("name", refused.messages)
            return self.show(form)
        return render(request, "identity/token_made.html", {"token": token, "name": said["name"]})

    def show(self, form: TokenForm) -> HttpResponse:
        return render(self.request, "identity/token_new.html", {"form": form})


class RevokeToken(ActionMixin, View):
    """/api-noegler/<pk>/tilbagekald/: asks first, for what uses the key stops at once."""

    action = MAKE_API_KEYS
    http_method_names = ["get", "head", "post"]

    def token(self, pk: int) -> ApiToken:
        return get_object_or_404(visible_tokens(self.actor), pk=pk)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.token(pk)
        others = row.membership.user != self.actor.user
        context = {"row": row, "acts_for": _acts_for(row), "state": state_of(row), "others": others}
        return render(request, "identity/token_revoke.html", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = revoke(self.actor, self.token(pk))
        said = _("The key “%(name)s” has been revoked. It opens nothing any more.")
        messages.success(request, said % {"name": row.name})
        return HttpResponseRedirect(reverse("tokens"))
