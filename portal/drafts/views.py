"""One's own drafts: the list, saving one (by the script or by a button), and throwing one away."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portal.drafts import keeping
from portal.drafts.models import FormDraft
from portal.identity.actor import Actor
from portal.identity.rights import Refused


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # put there by ActorMiddleware
    return actor


@require_GET
def drafts(request: HttpRequest) -> HttpResponse:
    """/kladder/"""
    found = list(FormDraft.objects.visible_to(_actor(request))[: keeping.MOST])
    rows = [
        {
            "title": each.title,
            "form": each.form,
            "url": keeping.address_of(each.form, use=True),
            "saved": each.updated_at,
            "until": timezone.localdate(each.updated_at + keeping.KEPT_FOR),
        }
        for each in found
    ]
    return render(request, "drafts/list.html", {"drafts": rows, "days": keeping.KEPT_FOR.days})


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """/kladder/gem/: the whole form, as its controls send it. The script gets JSON, the button the form back."""
    form, script = request.POST.get(keeping.FORM, ""), "application/json" in request.headers.get("Accept", "")
    try:
        draft = keeping.keep_unless_sent(request, _actor(request), form)
    except (BadRequest, Refused) as problem:
        if not script:
            raise
        return JsonResponse({"state": "refused", "reason": str(problem)}, status=400)
    if draft is None:
        return JsonResponse({"state": "sent"}) if script else redirect("drafts")
    clock = date_format(timezone.localtime(draft.updated_at), "H.i")
    without = ""
    if draft.numbers_left_out:
        without = _("What looks like a CPR number is not kept in a draft.")
    if script:
        return JsonResponse({"state": "saved", "clock": clock, "without": without})
    messages.success(request, _("The draft is saved at %(clock)s.") % {"clock": clock})
    if without:
        messages.warning(request, without)
    return HttpResponseRedirect(keeping.address_of(form, use=True))


@require_POST
def throw_away(request: HttpRequest) -> HttpResponse:
    """/kladder/kasser/"""
    form = request.POST.get(keeping.FORM, "")
    keeping.throw_away(_actor(request), form)
    messages.success(request, _("The draft is thrown away."))
    back = request.POST.get("next", "")
    return HttpResponseRedirect(form) if back == "form" and keeping.is_form(form) else redirect("drafts")
