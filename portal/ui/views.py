"""Pages of the frame itself: errors, language, accessibility statement, privacy, and the page of all parts."""

import logging
import sys
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django.views.i18n import set_language as django_set_language

from portal.ui.busy import RETRY_AFTER, is_busy, typed
from portal.ui.middleware import SAFE_METHODS, is_api
from portal.ui.problems import plain_response
from portal.ui.request_id import request_id

log = logging.getLogger(__name__)

LAST_RESORT = """<!doctype html><html lang="da"><meta charset="utf-8"><title>Fejl - Vækstbro</title>
<h1>Der er en fejl hos os</h1><p>Det du skrev, er måske ikke gemt. Gå tilbage, og prøv igen om lidt.</p></html>"""


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponseBase:
    """Change language and go back. For a person who is signed in the choice is kept with the person."""
    response = django_set_language(request)
    actor = getattr(request, "actor", None)
    code = request.POST.get("language", "")
    if actor is not None and code in dict(settings.LANGUAGES):
        get_user_model().objects.filter(pk=actor.user.pk).update(language=code)
    return response


@login_not_required
@require_GET
def accessibility_statement(request: HttpRequest) -> HttpResponse:
    """/was leads to the statement; before it is published, to a page that says so and whom to write to."""
    url = settings.PORTAL["was_url"]
    if url:
        return HttpResponseRedirect(url)
    return render(request, "ui/accessibility.html")


@login_not_required
@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/privacy.html")


@login_not_required
@require_GET
def components(request: HttpRequest) -> HttpResponse:
    """Every part with sample data; only where data are fictional or a developer works."""
    if not (settings.DEBUG or settings.DEMO_AREA):
        raise Http404
    from portal.ui.samples import sample_context

    return render(request, "ui/components.html", sample_context(request))


def _error_page(request: HttpRequest, template: str, status: int, context: dict[str, Any]) -> HttpResponse:
    """The page in the frame; without the frame when that cannot be drawn either."""
    if is_api(request):
        return plain_response(request, status)
    try:
        return render(request, template, {**context, "request_id": request_id(request)}, status=status)
    except Exception:
        log.exception("the page %s cannot be drawn in the frame", template)
        return HttpResponse(LAST_RESORT, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    reason = str(exception) if exception is not None and type(exception).__name__ == "BadRequest" else ""
    return _error_page(request, "400.html", 400, {"heading": _("We could not read that"), "reason": reason})


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The reason is the exception's own text, written for the person."""
    reason = str(getattr(exception, "reason", "") or exception or "") if isinstance(exception, PermissionDenied) else ""
    return _error_page(request, "403.html", 403, {"heading": _("You do not have access to this"), "reason": reason})


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error_page(request, "404.html", 404, {"heading": _("We cannot find that page"), "reason": ""})


def server_error(request: HttpRequest) -> HttpResponse:
    """Without the frame: what failed may be what the frame needs."""
    if is_busy(sys.exc_info()[1]):
        return busy(request)
    heading = _("There is a fault on our side")
    if is_api(request):
        return _error_page(request, "500.html", 500, {"heading": heading, "reason": ""})
    context = {"heading": heading, **_frameless(request)}
    try:
        return HttpResponse(render_to_string("500.html", context), status=500)
    except Exception:
        log.exception("the page for faults cannot be drawn")
        return HttpResponse(LAST_RESORT, status=500)


def _frameless(request: HttpRequest) -> dict[str, Any]:
    """What a page shows that is drawn without the frame."""
    nonce = getattr(request, "csp_nonce", "")
    return {"portal": settings.PORTAL, "request_id": request_id(request), "nonce": nonce}


def busy(request: HttpRequest) -> HttpResponse:
    """The database did not answer in time. A form comes back as it was, to be sent again with a press."""
    if is_api(request):
        return _error_page(request, "503.html", 503, {})
    fields = typed(request)
    context = {
        "heading": _("The portal is busy"),
        **_frameless(request),
        "address": request.get_full_path(),
        "asked": request.method in SAFE_METHODS,
        "fields": fields,
        "csrf_token": get_token(request) if fields is not None else "",
    }
    response = HttpResponse(render_to_string("503.html", context), status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long, or cookies are off. What was typed is in the browser's previous page."""
    return _error_page(request, "ui/csrf.html", 403, {"heading": _("The form was not sent"), "reason": ""})
