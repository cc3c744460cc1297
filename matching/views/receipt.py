"""The receipt of a match, and taking one's own back the same day."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from matching.matches import may_undo, undo_match
from matching.models import Match
from matching.views.shown import details_of
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.rights import Refused
from portal.identity.views import ActionMixin


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


class UndoMatch(ActionMixin):
    """GET asks, POST does it."""

    action = "matching.undo_match"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        match = visible_match(self.actor, pk)
        verdict = may_undo(self.actor, match)
        if not verdict:
            raise Refused(verdict.reason)
        return render(request, "matching/undo.html", {"match": match, "details": details_of(match)})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        match = visible_match(self.actor, pk)
        undo_match(self.actor, match, request.POST.get("reason", ""))
        messages.success(request, _("The match is undone. It no longer counts."))
        return redirect("matching:detail", pk=pk)
