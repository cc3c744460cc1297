"""Did somebody register this match already? Two partners help the same company, and both log it."""

from datetime import date, timedelta

from django.db.models import Q

from matching.checks import check
from matching.companies import NewCompany, same_company
from matching.entries import MatchEntry
from matching.errors import Twin
from matching.models import Company, Match
from portal.identity.actor import Actor

TWIN_WITHIN = timedelta(days=31)


def lock_alike(company: Company, *, also: int | None = None) -> list[int]:
    """The ids of the company and of those that may be the same one, locked, so that two who register the same match at
    the same moment are not both told that they are alone. One query.

    A company without a CVR number is also any of its name in its municipality. `also`: the id of one more to be locked.
    Everybody who writes about matches locks their company first, so no two wait for each other.
    """
    alike = Company.objects.select_for_update(no_key=True).filter(_alike(company) | Q(pk=also))
    found = list(alike.order_by("pk").values_list("pk", flat=True))
    return [pk for pk in found if pk != also or pk == company.pk]


def lock_match(match: Match) -> Match:
    """The match as it stands, with what its fact is made of; its company is locked before it."""
    Company.objects.select_for_update(no_key=True).get(pk=match.company_id)
    rows = Match.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("programme", "activity", "rule").get(pk=match.pk)


def _alike(company: Company) -> Q:
    same = Q(pk=company.pk)
    if company.municipality_id is not None:
        alike = Q(folded_name=company.folded_name, municipality_id=company.municipality_id)
        same |= alike if company.cvr is None else alike & Q(cvr=None)
    return same


def twins_of(
    companies: list[int], programme_id: int, match_type: str, agreed_on: date, besides: int | None = None
) -> list[Twin]:
    """The standing matches this may be: same programme, company and type, agreed within 31 days. One query."""
    matches = (
        Match.objects.standing()
        .filter(
            programme_id=programme_id,
            company_id__in=companies,
            match_type=match_type,
            agreed_on__range=(agreed_on - TWIN_WITHIN, agreed_on + TWIN_WITHIN),
        )
        .exclude(pk=besides or 0)
        .select_related("created_by", "match_type")
        .order_by("-agreed_on", "-pk")
    )
    return [
        Twin(match.created_by.short_name or match.created_by.name, match.month, match.match_type.label)
        for match in matches
    ]


def likely_twins(actor: Actor, entry: MatchEntry) -> list[Twin]:
    """The twins of an entry that is not to be saved. Raises Invalid as registering would."""
    checked = check(actor, entry)
    company = entry.company
    if isinstance(company, NewCompany):
        company = Company.objects.filter(same_company(company)).first()
    if company is None:
        return []
    companies = list(Company.objects.filter(_alike(company)).values_list("pk", flat=True))
    return twins_of(companies, checked.programme.pk, checked.match_type.code, checked.agreed_on)
