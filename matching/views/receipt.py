"""The receipt of a match, and taking one's own back the same day."""

from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.matches import mark, may_undo, thing, undo_match
from matching.models import Match
from matching.views.shown import details_of
from portal.drafts.pages import ChangePage
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.rights import Refused
from portal.identity.views import ActionMixin
from portal.ui.forms import PortalForm


def visible_match(actor: Actor, pk: int) -> Match:
    """The match if the actor may see it; else 404, without a reason."""
    return get_object_or_404(Match.objects.visible_to(actor).with_names(), pk=pk)


def one_more_url(match: Match) -> str:
    """The log page with what usually stays the same when one registers several in a row."""
    kept = {
        "programme": match.programme.slug,
        "created_by": match.created_by_id,
        "match_type": match.match_type_id,
        "agreed_on": match.agreed_on.isoformat(),
    }
    return f"{reverse('matching:log')}?{urlencode(kept)}"


class MatchReceipt(ActionMixin):
    action = "matching.view_matches"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        match = visible_match(self.actor, pk)
        context = {
            "match": match,
            "details": details_of(match),
            "again": "again" in request.GET,
            "may_undo": may_undo(self.actor, match),
            "may_register": rights.may(self.actor, "matching.register_match"),
            "one_more_url": one_more_url(match),
        }
        return render(request, "matching/receipt.html", context)


class UndoForm(PortalForm):
    reason = forms.CharField(label=gettext_lazy("Why?"), required=False, max_length=300)


class UndoMatch(ChangePage):
    """GET asks, POST does it."""

    action = "matching.undo_match"

    @cached_property
    def match(self) -> Match:
        return visible_match(self.actor, self.kwargs["pk"])

    def thing(self) -> str:
        return thing(self.match)

    def mark(self) -> str:
        return mark(self.match)

    def told(self) -> list[tuple[str, str]]:
        return [(str(row["label"]), str(row["value"])) for row in details_of(self.match).rows]

    def fresh(self) -> UndoForm:
        return UndoForm()

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        verdict = may_undo(self.actor, self.match)
        if not verdict:
            raise Refused(verdict.reason)
        return self.page(self.fresh())

    def page(self, form: UndoForm) -> HttpResponse:
        context = {"form": form, "match": self.match, "details": details_of(self.match)}
        return render(self.request, "matching/undo.html", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = UndoForm(request.POST)
        if not form.is_valid():
            return self.page(form)
        undo_match(self.actor, self.match, form.cleaned_data["reason"], seen=self.seen)
        messages.success(request, _("The match is undone. It no longer counts."))
        return redirect("matching:detail", pk=pk)
