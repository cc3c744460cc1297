"""What waits on a programme's data steward: possible duplicates, and samples to check."""

from datetime import date
from typing import Any

from django.db.models import Min, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matching.models import SampleItem, Suspicion
from portal.identity.members.tasks import TaskSource, register
from portal.identity.models import Membership
from portal.identity.roles import Role
from programmes.models import PartnerRole

STAYS = _("They are the programme's: whoever is its data steward goes on.")


def _kept(membership: Membership) -> "QuerySet[PartnerRole, Any]":
    rows = PartnerRole.objects.on(timezone.localdate()).filter(role=PartnerRole.Role.STEWARD)
    rows = rows.filter(organisation=membership.organisation_id)
    if membership.role != Role.DATA_STEWARD:
        rows = rows.none()
    return rows.values("programme_id")


def suspicions(membership: Membership) -> "QuerySet[Suspicion]":
    found: QuerySet[Suspicion] = Suspicion.objects.waiting().filter(programme__in=_kept(membership))
    return found


def items(membership: Membership) -> "QuerySet[SampleItem]":
    found: QuerySet[SampleItem] = SampleItem.objects.waiting().filter(sample__programme__in=_kept(membership))
    return found


def _since(rows: "QuerySet[Suspicion] | QuerySet[SampleItem]", column: str) -> date | None:
    oldest = rows.order_by().aggregate(oldest=Min(column))["oldest"]
    return timezone.localdate(oldest) if oldest is not None else None


def register_tasks() -> None:
    register(
        TaskSource(
            "matching.duplicates",
            _("Possible duplicates to settle"),
            rows=suspicions,
            stays=STAYS,
            since=lambda membership: _since(suspicions(membership), "found_at"),
        )
    )
    register(
        TaskSource(
            "matching.samples",
            _("Matches in samples to check"),
            rows=items,
            stays=STAYS,
            since=lambda membership: _since(items(membership), "sample__drawn_at"),
        )
    )
