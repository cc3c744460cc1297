"""What a match's rules ask of its programme, read once: for one match, or for a file of a hundred thousand."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cached_property

from matching.expressions import IsAnyOf
from matching.models import BreakReason, MatchType, ProductionUnit, Scheme, WorkArea
from portal.geography.models import AreaMembership, Municipality
from portal.identity.models import Organisation
from programmes.models import Initiative, PartnerRole, Programme


class Rulebook:
    """The programme's creators, partners and places by day, its activities, and the lists of types and work areas.

    Each is one query, the first time it is asked for; what holds on a day is then worked out here, as the querysets of
    `Programme` work it out in the database.
    """

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self._creators: dict[date, Mapping[int, Organisation]] = {}
        self._partners: dict[date, Mapping[int, Organisation]] = {}
        self._places: dict[date, Mapping[str, Municipality]] = {}
        self._units: dict[str, ProductionUnit | None] = {}

    def creators(self, on: date) -> Mapping[int, Organisation]:
        """By id, in Danish order: who may create matches on that day."""
        if on not in self._creators:
            self._creators[on] = self._with_role(on, PartnerRole.Role.MATCH_CREATOR)
        return self._creators[on]

    def partners(self, on: date) -> Mapping[int, Organisation]:
        """By id, in Danish order: who has any role on that day."""
        if on not in self._partners:
            self._partners[on] = self._with_role(on, None)
        return self._partners[on]

    def places(self, on: date) -> Mapping[str, Municipality]:
        """By code, in Danish order: the municipalities of the programme's area on that day."""
        if on not in self._places:
            self._places[on] = {row.code: row for row in self._inside(on)}
        return self._places[on]

    def know_units(self, numbers: Iterable[str]) -> None:
        """Read the places of work with these P-numbers at once: for a file."""
        asked = {number for number in numbers if number and number not in self._units}
        if asked:
            found = ProductionUnit.objects.filter(IsAnyOf("number", sorted(asked))).select_related("company")
            self._units |= dict.fromkeys(asked) | {row.number: row for row in found.order_by()}

    def unit(self, number: str) -> ProductionUnit | None:
        """The place of work, where the register knows it."""
        self.know_units([number])
        return self._units.get(number)

    def era(self, day: date) -> int:
        """Days with the same number have the same creators, partners and places."""
        return bisect_right(self._turns, day)

    @cached_property
    def _turns(self) -> list[date]:
        """The days on which somebody or some place comes or goes."""
        rows: list[PartnerRole | AreaMembership | Organisation] = [
            *self._roles,
            *(row.organisation for row in self._roles),
        ]
        rows += self._memberships if self.programme.area_id is not None else []
        first = {row.valid_from for row in rows if row.valid_from is not None}
        return sorted(first | {row.valid_to + timedelta(days=1) for row in rows if row.valid_to is not None})

    def _inside(self, on: date) -> list[Municipality]:
        if self.programme.area_id is None:
            return [row for row in self.municipalities.values() if row.kind == Municipality.Kind.MUNICIPALITY]
        return [row.municipality for row in self._memberships if _holds(row, on)]

    def _with_role(self, on: date, role: str | None) -> Mapping[int, Organisation]:
        return {
            row.organisation_id: row.organisation
            for row in self._roles
            if (role is None or row.role == role) and _holds(row, on) and _holds(row.organisation, on)
        }

    @cached_property
    def _roles(self) -> list[PartnerRole]:
        rows = PartnerRole.objects.filter(programme=self.programme).select_related("organisation")
        return list(rows.order_by("organisation__sort_key", "organisation_id", "pk"))

    @cached_property
    def _memberships(self) -> list[AreaMembership]:
        rows = AreaMembership.objects.filter(
            area=self.programme.area_id, municipality__kind=Municipality.Kind.MUNICIPALITY
        )
        return list(rows.select_related("municipality").order_by("municipality__sort_key", "pk"))

    @cached_property
    def organisations(self) -> dict[int, Organisation]:
        """Everybody who ever had a role in the programme."""
        return {row.organisation_id: row.organisation for row in self._roles}

    @cached_property
    def municipalities(self) -> dict[str, Municipality]:
        """All of the country, and what is none, by code."""
        return {row.code: row for row in Municipality.objects.order_by("sort_key", "code")}

    @cached_property
    def municipality_codes(self) -> frozenset[str]:
        return frozenset(
            code for code, row in self.municipalities.items() if row.kind == Municipality.Kind.MUNICIPALITY
        )

    @cached_property
    def types(self) -> dict[str, MatchType]:
        return {row.code: row for row in MatchType.objects.all()}

    @cached_property
    def work_areas(self) -> dict[str, WorkArea]:
        """All; `active` says which can be chosen."""
        return {row.code: row for row in WorkArea.objects.all()}

    @cached_property
    def schemes(self) -> dict[str, Scheme]:
        """All; `active` says which can be chosen."""
        return {row.code: row for row in Scheme.objects.all()}

    @cached_property
    def break_reasons(self) -> dict[str, BreakReason]:
        """All; `active` says which can be chosen."""
        return {row.code: row for row in BreakReason.objects.all()}

    @cached_property
    def activities(self) -> dict[int, Initiative]:
        return {row.pk: row for row in Initiative.objects.filter(programme=self.programme)}


def _holds(row: PartnerRole | AreaMembership | Organisation, on: date) -> bool:
    """Does the row's period, both ends included, hold the day?"""
    begun = row.valid_from is None or row.valid_from <= on
    return begun and (row.valid_to is None or row.valid_to >= on)
