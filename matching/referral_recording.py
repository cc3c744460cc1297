"""What the trail keeps of services and referrals: all of it, each row seen by those who see what it belongs to."""

from typing import Any

from django.db.models import QuerySet

from matching.models import Referral, ReferralNote, ReferralReminder, ReferralStep, Service, ServiceContact
from portal.audit.recording import about_people, guard, part_of
from portal.identity.actor import Actor

part_of("matching_service", "matching_servicecontact", "service_id")
part_of("matching_service", "matching_service_match_types", "service_id")
part_of("matching_service", "matching_service_municipalities", "service_id")
part_of("matching_company", "matching_referral", "company_id")
part_of("matching_referral", "matching_referralstep", "referral_id")
part_of("matching_referral", "matching_referralnote", "referral_id")
part_of("matching_referral", "matching_referralreminder", "referral_id")
about_people("matching_referral", "referral")


def _of(model: Any) -> Any:
    """Rows of the referrals that the reader may open."""

    def rows(actor: Actor) -> QuerySet[Any]:
        found: QuerySet[Any] = model.objects.filter(
            referral__in=Referral.objects.visible_to(actor).order_by().values("pk")
        )
        return found

    return rows


guard("matching_referral", Referral.objects.visible_to)
guard("matching_referralnote", ReferralNote.objects.visible_to)
for _model in (ReferralStep, ReferralReminder):
    guard(_model._meta.db_table, _of(_model))
guard(
    "matching_servicecontact",
    lambda actor: ServiceContact.objects.filter(service__in=Service.objects.visible_to(actor).order_by().values("pk")),
)
