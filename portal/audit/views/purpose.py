"""What a person opens records for, chosen for the rest of the session."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import View

from portal.audit import openings
from portal.audit.models import Purpose
from portal.identity.acting import own_account
from portal.ui.forms import PortalForm


class PurposeForm(PortalForm):
    purpose = forms.ChoiceField(
        label=gettext_lazy("What do you open records for?"),
        choices=Purpose.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("It is noted each time. The person a record is about may be told when and for what."),
    )


@own_account
class PurposePage(View):
    """/historik/formaal/?next=…"""

    def get(self, request: HttpRequest) -> HttpResponse:
        current = openings.purpose_of(request, request.actor)  # type: ignore[attr-defined]
        return self.page(request, PurposeForm(initial={"purpose": current}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PurposeForm(request.POST)
        if not form.is_valid():
            return self.page(request, form)
        purpose = Purpose(form.cleaned_data["purpose"])
        request.session[openings.SESSION_KEY] = purpose.value
        messages.success(request, _("From now on you open records for: %(purpose)s.") % {"purpose": purpose.label})
        return redirect(_back(request) or "home")

    @staticmethod
    def page(request: HttpRequest, form: PurposeForm) -> HttpResponse:
        return render(request, "audit/purpose.html", {"form": form, "next": _back(request)})


def _back(request: HttpRequest) -> str:
    """The page of ours to go back to; empty for any other address."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if safe else ""
