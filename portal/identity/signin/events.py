"""The record of what happened to a person's way in. No password, code or address is ever written."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from portal.identity.models import SignInEvent, User
from portal.identity.signin import origin
from portal.ui.request_id import request_id

Kind = SignInEvent.Kind


def record(
    kind: str, user: User | None, request: HttpRequest | None = None, *, actor: User | None = None, reason: str = ""
) -> SignInEvent:
    """Write one event, in the transaction of what happened if there is one."""
    return SignInEvent.objects.create(
        user=user,
        actor=actor,
        kind=kind,
        at=timezone.now(),
        device=origin.device(request) if request else "",
        origin=origin.origin_key(request) if request else "",
        request=request_id(request) if request else "",
        reason=reason,
    )


def sweep() -> int:
    """Delete the events that are older than they are kept; returns how many."""
    before = timezone.now() - timedelta(days=settings.SIGN_IN_EVENTS_KEPT_DAYS)
    return SignInEvent.objects.filter(at__lt=before).delete()[0]
