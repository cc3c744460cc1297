"""How many companies an erhvervshus guides in a year, read from the ledger: Early Warning is in the sum alone."""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Q

from matching.guidance.facts import MEASURE, REFERRAL_MEASURE
from matching.models import GuidanceExpectation, GuidanceGroup, Theme
from portal import ledger
from portal.geography.models import Municipality
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.roles import OrganisationKind
from programmes.scope import organisations_of_area


@dataclass(frozen=True)
class Count:
    """Courses, and the different companies they were with."""

    courses: int = 0
    companies: int = 0


@dataclass(frozen=True)
class Figures:
    year: int
    place: int
    """The ledger's place: with it the same question has the same answer."""
    groups: dict[str, Count]
    whole: Count
    new: int
    """Companies of which a course of the year was the first. The others had been guided before."""
    themes: dict[str, Count]
    municipalities: dict[str, Count]
    """Both of growth and operation courses alone."""
    referred: Count
    """Referrals to private advisers, and the companies that were led on."""
    expected: GuidanceExpectation | None
    names: dict[str, str] = field(default_factory=dict)

    @property
    def returning(self) -> int:
        return self.whole.companies - self.new

    @property
    def share_new(self) -> Fraction | None:
        return Fraction(self.new, self.whole.companies) if self.whole.companies else None

    @property
    def share_referred(self) -> Fraction | None:
        return Fraction(self.referred.companies, self.whole.companies) if self.whole.companies else None


def hubs_for(actor: Actor) -> list[Organisation]:
    """The own erhvervshus, else those of the person's area. One query."""
    if actor.organisation is not None and actor.organisation.kind == OrganisationKind.HUB:
        return [actor.organisation]
    rows = Organisation.objects.filter(pk__in=organisations_of_area(actor), kind=OrganisationKind.HUB)
    return list(rows.order_by("sort_key", "pk"))


def figures_of(hub: Organisation, year: int) -> Figures:
    """Nine queries whatever the numbers."""
    as_of = ledger.AsOf.at()
    within = Q(organisation=hub.pk, occurred_on__gte=date(year, 1, 1), occurred_on__lt=date(year + 1, 1, 1))
    apart = within & Q(category=GuidanceGroup.GROWTH_OPERATION)
    courses = list(ledger.sums(MEASURE, as_of, ("category", "subcategory", "municipality_id"), within))

    def distinct(by: tuple[str, ...] = (), where: Q = within, measure: str = MEASURE) -> dict[Any, int]:
        rows = ledger.distinct_subjects(measure, as_of, by, where)
        return {tuple(row[name] for name in by): row["subjects"] for row in rows}

    def count(name: str, companies: dict[Any, int], *, growth: bool = True) -> dict[str, Count]:
        found: dict[str, int] = {}
        for row in courses:
            if not growth or row["category"] == GuidanceGroup.GROWTH_OPERATION:
                found[row[name] or ""] = found.get(row[name] or "", 0) + int(row["total"])
        return {key: Count(number, companies.get((key,), 0)) for key, number in found.items() if number}

    groups = count("category", distinct(("category",)), growth=False)
    whole = Count(sum(each.courses for each in groups.values()), distinct().get((), 0))
    places = count("municipality_id", distinct(("municipality_id",), apart))
    themes = count("subcategory", distinct(("subcategory",), apart))
    referrals = int(ledger.total(REFERRAL_MEASURE, as_of, within))
    return Figures(
        year=year,
        place=as_of.place,
        groups={code: groups.get(code, Count()) for code in GuidanceGroup.values},
        whole=whole,
        new=distinct(where=within & Q(dims__returning=False)).get((), 0),
        themes={code: themes[code] for code in Theme.values if code in themes},
        municipalities=places,
        referred=Count(referrals, distinct(measure=REFERRAL_MEASURE).get((), 0)),
        expected=GuidanceExpectation.objects.filter(hub=hub, year=year).first(),
        names=dict(Municipality.objects.filter(code__in=places).values_list("code", "name")),
    )
