"""For the demo area: two who have asked what is held about them, and a sole trader that is about to be too old."""

from datetime import timedelta

from matching.models import Company
from matching.private.companies import KIND, SOLE_TRADER
from portal.identity.actor import actor_for
from portal.identity.models import User
from portal.ledger.asof import today
from portal.privacy import cases, registry, retention
from portal.privacy.models import PrivacyCase

OFFICER = "dpo@demo.example"
ASKED = (("access", 12), ("erasure", 3))
"""What is asked, and how many days ago it came."""
CEASED = timedelta(days=5 * 365 + 200)
"""So long ago: too old, with no match since."""


def load() -> str:
    officer = User.objects.filter(email=OFFICER).first()
    if officer is None:
        return "no data protection officer, no cases"
    kind = registry.subjects()[KIND]
    if not PrivacyCase.objects.exists():
        companies = Company.objects.standing().filter(matches__isnull=False, municipality="0851").distinct()
        for (asks, days), company in zip(ASKED, companies.order_by("pk")[: len(ASKED)], strict=False):
            received = today() - timedelta(days=days)
            cases.open_case(actor_for(officer), asks=asks, kind=kind, pk=company.pk, received_on=received)
    if not Company.objects.filter(form_code=SOLE_TRADER, ceased_on__isnull=False).exists():
        old = Company.objects.standing().filter(matches=None, fictional=True).order_by("-pk").first()
        if old is not None:
            old.form_code, old.form, old.ceased_on = SOLE_TRADER, "Enkeltmandsvirksomhed", today() - CEASED
            old.save()
    night = retention.run()
    return f"{PrivacyCase.objects.count()} cases, {night.warned} notices of deletion"
