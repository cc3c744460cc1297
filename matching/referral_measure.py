"""What is counted of referrals: `referral_sent`, one fact for each that a partner sends to others.

Who sends it is the fact's organisation. One that was withdrawn is reversed; what goes on inside a municipality is not
counted, nor what a company asks by itself.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.models import ExternalKind, Referral, ReferralKind
from matching.referrals import MEASURE, SOURCE, VIEW
from portal.audit.openings import opened
from portal.identity.actor import Actor
from portal.identity.rights import may
from portal.identity.roles import OrganisationKind
from portal.ledger import registry

if TYPE_CHECKING:
    from portal.ledger.models import FactRecord

CROSSINGS = [
    ("organisation", "category"),
    ("organisation", "subcategory"),
    ("organisation", "month"),
    ("category", "subcategory"),
    ("category", "month"),
    ("subcategory", "month"),
]

# What the ledger should hold, read from the records alone: written apart from the code that posts, on purpose.
EXPECTED = """
    SELECT 'referral' AS source, r.id::text AS source_id, 0 AS revision,
           date_trunc('month', r.asked_on)::date AS occurred_on,
           r.municipality_id AS municipality, r.from_organisation_id AS organisation,
           p.heading_id AS heading, NULL::uuid AS subject,
           r.kind AS category, r.receiver_kind AS subcategory, 1::numeric AS quantity
      FROM matching_referral r
      JOIN programmes_programme p ON p.id = r.programme_id
     WHERE r.from_organisation_id IS NOT NULL AND r.internal_to_id IS NULL AND r.status <> 'withdrawn'
"""


def expected(period: registry.Period | None) -> tuple[str, Sequence[Any]]:
    if period is None:
        return EXPECTED, []
    return f"{EXPECTED} AND r.asked_on >= %s AND r.asked_on < %s", [period.start, period.end]


def describe(records: "list[FactRecord]", actor: Actor) -> Mapping[int, registry.Described]:
    """Title and address of each referral the actor may open, the reason for the others. One query for the page."""
    ids = {record.place: int(record.source_id) for record in records if record.source == SOURCE}
    rows = Referral.objects.visible_to(actor).filter(pk__in=set(ids.values())).with_names()
    referrals = {row.pk: row for row in rows}
    verdict = may(actor, VIEW)
    reason = verdict.reason or _("Another organisation's referral. You see that it counts, not whom it is about.")
    described = {}
    for place, pk in ids.items():
        row = referrals.get(pk)
        if row is None:
            described[place] = registry.Described(_("A referral"), reason=reason)
            continue
        opened("referral", pk)
        title = f"{row.get_kind_display()}, {row.company.name}, {row.receiver}"
        described[place] = registry.Described(title, url=reverse("matching:referral", args=[row.pk]))
    return described


def visible(actor: Actor) -> "QuerySet[Any, Any] | None":
    """The ids, as text, of the referrals the actor may open."""
    if not may(actor, VIEW):
        return None
    rows = Referral.objects.visible_to(actor).order_by()
    return rows.annotate(source_id=Cast("pk", TextField())).values_list("source_id", flat=True)


def kind_labels() -> dict[str, Any]:
    return dict(ReferralKind.choices)


def receiver_labels() -> dict[str, Any]:
    """Kinds of organisation and of external party; those of both are called the same."""
    return {**dict(ExternalKind.choices), **dict(OrganisationKind.choices)}


registry.register(
    registry.MeasureDefinition(
        key=MEASURE,
        name=gettext_lazy("Referrals sent"),
        unit="referral",
        kind="flow",
        disclosure="open",
        about_person=True,
        dimensions={
            "category": registry.Dimension(gettext_lazy("What it is about"), labels=kind_labels, required=True),
            "subcategory": registry.Dimension(gettext_lazy("Sent to"), labels=receiver_labels, required=True),
        },
        crossings=CROSSINGS,
        nullable=frozenset({"municipality", "subject"}),
        expected=expected,
        describe=describe,
        visible=visible,
    )
)
