"""What the log page offers and fills in, so that an adviser types as little as possible."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from matching.models import Company, Match, MatchType
from portal.audit.openings import opened
from portal.geography.models import AreaMembership, Municipality
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.roles import OrganisationKind
from portal.ui import formats
from programmes.models import PartnerRole, Programme

USUAL = ("student_job", "ordinary_job")
"""One of each kind, shown first to an organisation that has registered nothing yet."""
EARLIER = 20
"""So many of a company's latest matches are offered as what another grew out of."""
MOST_UNITS = 100
RECENT = 200
"""An organisation's habits are read from its latest registrations: a bounded number, whatever it has registered."""


def programmes_for(actor: Actor, today: date) -> list[Programme]:
    """The programmes the actor may register matches in, the running ones first."""
    with_creators = PartnerRole.objects.filter(role=PartnerRole.Role.MATCH_CREATOR).values("programme_id")
    visible = Programme.objects.visible_to(actor).filter(pk__in=with_creators)
    return list(visible.select_related("area").running_first(today))


def types_by_use(organisation: Organisation | None) -> list[MatchType]:
    """All match types, the two that the organisation has used most of late first."""
    types = list(MatchType.objects.order_by("order"))
    recent = Match.objects.filter(registered_by=organisation).order_by("-registered_at").values("pk")[:RECENT]
    used = dict(
        Match.objects.filter(pk__in=recent)
        .order_by()
        .values_list("match_type_id")
        .annotate(times=Count("pk"))
        .values_list("match_type_id", "times")
    )
    # Never used counts least; among those, the usual ones come first, then the palette's order.
    rank = {code: place for place, code in enumerate(USUAL)}
    by_use = sorted(types, key=lambda entry: (-used.get(entry.code, 0), rank.get(entry.code, len(USUAL)), entry.order))
    first = by_use[:2]
    return [*first, *(entry for entry in types if entry not in first)]


def units_of(company: Company) -> list[tuple[str, str]]:
    """(P-number, what is there) of the company's places of work, the head unit first; at most MOST_UNITS. One query,
    none where `places_of_work` has been asked."""
    return [
        (unit.number, ", ".join(part for part in (unit.name or company.name, unit.address, unit.city) if part))
        for unit in company.places_of_work[:MOST_UNITS]
    ]


def places_of_work(company: Company | None, municipalities: Iterable[Municipality]) -> list[tuple[str, str]]:
    """(code of municipality, its name and what the company has there), the head unit's first. One query."""
    if company is None:
        return []
    inside = {entry.code: entry.name for entry in municipalities}
    found: dict[str, list[str]] = {}
    for unit in (each for each in company.places_of_work if each.municipality_id in inside):
        found.setdefault(str(unit.municipality_id), []).append(unit.address or unit.name or company.name)
    return [(code, f"{inside[code]}: {', '.join(names[:2])}") for code, names in found.items()]


def own_creator(actor: Actor, creators: Iterable[Organisation]) -> Organisation | None:
    """The actor's own organisation where it creates matches; a municipality chooses between its parts."""
    own = actor.organisation
    return next((entry for entry in creators if own is not None and entry.pk == own.pk), None)


def stands_as_assisting(actor: Actor) -> bool:
    """Is the own organisation put down as assisting whenever another one creates the match?"""
    return actor.organisation is not None and actor.organisation.kind != OrganisationKind.MUNICIPALITY


@dataclass(frozen=True)
class Group:
    """Organisations under one heading of a select; `key` is near, everywhere or elsewhere."""

    key: str
    organisations: list[Organisation]


def creators_near(creators: Iterable[Organisation], municipality: str | None) -> list[Group]:
    """The creators in the order in which they are likely: those of the company's municipality, those of the whole area,
    the rest."""
    groups = {"near": Group("near", []), "everywhere": Group("everywhere", []), "elsewhere": Group("elsewhere", [])}
    for organisation in creators:
        if organisation.municipality_id is None or organisation.kind in _EVERYWHERE:
            key = "everywhere"
        else:
            key = "near" if organisation.municipality_id == municipality else "elsewhere"
        groups[key].organisations.append(organisation)
    return [group for group in groups.values() if group.organisations]


_EVERYWHERE = {
    OrganisationKind.HUB,
    OrganisationKind.UNIVERSITY,
    OrganisationKind.UNIVERSITY_COLLEGE,
    OrganisationKind.UNEMPLOYMENT_FUND,
}


def home_of(municipalities: Iterable[Municipality], code: str | None) -> Municipality | None:
    """The municipality with that code among those offered."""
    return next((entry for entry in municipalities if entry.code == code), None)


def municipalities_of(programmes: Iterable[Programme]) -> list[Municipality]:
    """Every municipality that was ever in one of the programmes' areas, in Danish order."""
    members = AreaMembership.objects.filter(area__in={entry.area_id for entry in programmes})
    return list(
        Municipality.objects.filter(code__in=members.values("municipality_id"), kind=Municipality.Kind.MUNICIPALITY)
    )


def creators_of(programmes: Iterable[Programme]) -> list[Organisation]:
    """Every organisation that ever created matches in one of the programmes, in Danish order."""
    roles = PartnerRole.objects.filter(
        programme__in={entry.pk for entry in programmes}, role=PartnerRole.Role.MATCH_CREATOR
    )
    return list(Organisation.objects.filter(pk__in=roles.values("organisation_id")))


def earlier_matches(actor: Actor, company: Company, besides: int | None = None) -> list[tuple[int, str]]:
    """The company's standing matches that the actor sees, the latest first, as choices. One query."""
    rows = Match.objects.visible_to(actor).standing().filter(company=company).exclude(pk=besides or 0)
    rows = rows.select_related("match_type", "created_by").order_by("-agreed_on", "-pk")[:EARLIER]
    for row in rows:
        opened("match", row.pk)
    return [(row.pk, f"{row.match_type.label}, {formats.date_da(row.agreed_on)}, {row.created_by}") for row in rows]
