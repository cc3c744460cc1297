"""What the trail says of contacts, needs and people at companies, and to whom: they are the organisation's own."""

from django.db.models import QuerySet

from matching.models import CompanyContact, Need, NeedMatch
from portal.audit.recording import about_people, guard, part_of
from portal.identity.actor import Actor

part_of("matching_company", "matching_contactperson", "company_id")
part_of("matching_company", "matching_companycontact", "company_id")
part_of("matching_company", "matching_need", "company_id")
part_of("matching_need", "matching_needmatch", "need_id")
part_of("matching_match", "matching_needmatch", "match_id")
about_people("matching_contactperson", "contact_person")
about_people("matching_companycontact", "company_contact")
about_people("matching_need", "need")


def _contacts(actor: Actor) -> "QuerySet[CompanyContact]":
    """Partners see that there was a contact, on its page; what was written in it is the organisation's."""
    return CompanyContact.objects.filter(organisation_id__in=actor.organisation_ids)


def _needs(actor: Actor) -> "QuerySet[Need]":
    return Need.objects.filter(organisation_id__in=actor.organisation_ids)


def _need_matches(actor: Actor) -> "QuerySet[NeedMatch]":
    return NeedMatch.objects.filter(need__organisation_id__in=actor.organisation_ids)


guard("matching_companycontact", _contacts)
guard("matching_need", _needs)
guard("matching_needmatch", _need_matches)
