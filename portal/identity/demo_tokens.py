"""API keys of the demo area, so that the page shows some. Nobody has their secrets: they open nothing."""

from datetime import timedelta

from django.utils import timezone

from portal.identity.actor import actor_for
from portal.identity.models import ApiToken, User
from portal.identity.scopes import Scope
from portal.identity.tokens import digest, issue

KEYS: list[tuple[str, str, tuple[Scope, ...], timedelta]] = [
    ("raadgiver@demo.example", "Natlig kopi til sagssystemet", (Scope.READ, Scope.RECORDS_READ), timedelta(days=180)),
    ("raadgiver@demo.example", "Kontaktskema på hjemmesiden", (Scope.MATCHES_WRITE,), timedelta(days=10)),
    ("controller@demo.example", "Svar fra spørgeskemaer", (Scope.READ, Scope.OBSERVATIONS_WRITE), timedelta(days=90)),
]


def load() -> str:
    """Make what is missing; returns a line for the log."""
    for email, name, scopes, life in KEYS:
        user = User.objects.get(email=email)
        membership = actor_for(user).membership
        if membership is not None and not ApiToken.objects.filter(membership=membership, name=name).exists():
            token = issue(membership, scopes, name, life=life, by=user)
            used = timezone.now() - timedelta(hours=5)
            ApiToken.objects.filter(digest=digest(token)).update(last_used_at=used)
    return f"{len(KEYS)} API keys"
