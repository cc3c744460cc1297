"""Subscribing to the calendar: one's secret addresses, and what a calendar program gets at one."""

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import View

from portal.identity import token_rate
from portal.identity.rights import Refused
from portal.identity.token_rights import MAKE_API_KEYS
from portal.identity.token_views import state_of
from portal.identity.tokens import may_make_token, note_use, revoke
from portal.identity.views import ActionMixin
from portal.ui.forms import PortalForm
from portal.ui.tables import Cell, Column, Table
from programmes import calendar_feeds, calendar_files
from programmes.calendar_feeds import FILTERS


def kept_filters(query: QueryDict) -> str:
    """The part of the calendar's address that a subscription keeps: what narrows it, not the period."""
    kept = QueryDict(mutable=True)
    for name in FILTERS:
        if value := query.get(name, "").strip():
            kept[name] = value
    return kept.urlencode()


@method_decorator(login_not_required, name="dispatch")
class Feed(View):
    """/kalender/abonnement/<token>.ics: for a calendar program, which cannot log in.

    Whatever opens no calendar is answered like an address that is not there: nobody learns whether it ever was.
    """

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, token: str) -> HttpResponseBase:
        found = calendar_feeds.opened_by(token)
        if found is None:
            raise Http404
        row, actor = found
        if wait := token_rate.seconds_to_wait(row.digest):
            return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": str(wait)})
        note_use(request, row)
        with translation.override(actor.user.language):
            chosen = calendar_feeds.chosen_of(request.GET.dict())
            rows = calendar_files.feed(actor, chosen, actor.on)
            base = request.build_absolute_uri("/").rstrip("/")
            content = b"".join(calendar_files.calendar_of(rows, base, actor.on))
        return HttpResponse(content, content_type=calendar_files.CONTENT_TYPE, headers={"X-Robots-Tag": "noindex"})


class AddressForm(PortalForm):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        help_text=gettext_lazy("Where you use it, such as: Outlook at work, or my telephone."),
        error_messages={"required": gettext_lazy("Give the address a name that says where you use it.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class AddressPage(ActionMixin):
    action = MAKE_API_KEYS


class Addresses(AddressPage):
    """/kalender/adresser/"""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        query = kept_filters(request.GET)
        return render(request, "programmes/calendar/addresses.html", {"table": self.table(), "query": query})

    def table(self) -> Table:
        return Table(
            caption=_("Your calendar addresses"),
            caption_hidden=True,
            columns=[
                Column("name", _("Name")),
                Column("expires_at", _("Expires"), kind="date"),
                Column("last_used_at", _("Last used"), kind="moment"),
                Column("state", _("Status")),
                Column("stop", _("Stop")),
            ],
            rows=[
                {
                    "name": Cell(row.name, note=f"{row.membership.get_role_display()}, {row.membership.organisation}"),
                    "expires_at": row.expires_at,
                    "last_used_at": row.last_used_at or _("never"),
                    "state": state_of(row),
                    "stop": Cell(_("Revoke"), reverse("programmes:calendar_address_stop", args=[row.pk])),
                }
                for row in calendar_feeds.addresses(self.actor)
            ],
            empty=_("You have no calendar addresses."),
        )


class NewAddress(AddressPage):
    """/kalender/adresser/ny/: the answer to the form is the only page that ever shows the address."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return self.show(AddressForm(initial={"name": _("My calendar")}))

    def post(self, request: HttpRequest) -> HttpResponseBase:
        verdict = may_make_token(request)
        if not verdict or self.actor.membership is None:
            raise Refused(verdict.reason)
        form = AddressForm(request.POST)
        if not form.is_valid():
            return self.show(form)
        try:
            token = calendar_feeds.make_address(self.actor, self.actor.membership, form.cleaned_data["name"])
        except ValidationError as refused:
            form.add_error("name", refused.messages)
            return self.show(form)
        query = kept_filters(request.GET)
        path = reverse("programmes:calendar_feed", args=[token])
        address = request.build_absolute_uri(f"{path}?{query}" if query else path)
        said: dict[str, Any] = {"address": address, "name": form.cleaned_data["name"], "query": query}
        return render(request, "programmes/calendar/address_made.html", said)

    def show(self, form: AddressForm) -> HttpResponse:
        context = {"form": form, "query": kept_filters(self.request.GET)}
        return render(self.request, "programmes/calendar/address_new.html", context)


class StopAddress(AddressPage):
    """/kalender/adresser/<pk>/tilbagekald/: asks first, for the calendar is empty from then on."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        row = get_object_or_404(calendar_feeds.addresses(self.actor), pk=pk)
        return render(request, "programmes/calendar/address_stop.html", {"row": row})

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        row = revoke(self.actor, get_object_or_404(calendar_feeds.addresses(self.actor), pk=pk))
        said = _("The calendar address “%(name)s” has been revoked. It opens nothing any more.")
        messages.success(request, said % {"name": row.name})
        return HttpResponseRedirect(reverse("programmes:calendar_addresses"))
