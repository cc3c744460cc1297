"""Who sees a programme, who creates its matches, and which days count."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.geography.areas import municipalities_in
from portal.geography.models import Area
from portal.identity import demo as people
from portal.identity.actor import Actor, actor_for
from portal.identity.models import Membership, Organisation, User
from portal.identity.roles import OrganisationKind, Role
from portal.ledger.models import Installation
from programmes import demo
from programmes.models import PartnerRole, Programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme() -> Programme:
    Installation.objects.create()
    people.load()
    demo.load()
    return Programme.objects.get(slug=demo.VVV2)


def actor_of(name: str, kind: OrganisationKind, **fields: object) -> Actor:
    organisation, _made = Organisation.objects.get_or_create(name=name, defaults={"kind": kind, **fields})
    user = User.objects.create_user(f"{organisation.pk}@demo.example", name)
    Membership.objects.create(
        user=user, organisation=organisation, role=Role.KKR_VIEWER, valid_from=timezone.localdate()
    )
    return actor_for(user)


def test_match_creators_are_those_of_the_description(programme: Programme) -> None:
    creators = programme.creators(date(2021, 1, 1))
    # 11 business offices, 11 jobcentres, AAU, UCN, Akademikernes A-kasse
    assert creators.count() == 11 + 11 + 3
    assert {people.AAU, people.UCN, people.AKADEMIKERNE} <= set(creators.values_list("name", flat=True))
    assert not {people.HUB, people.MAGISTRENE} & set(creators.values_list("name", flat=True))
    assert programme.creators(date(2020, 6, 30)).count() == 0


def test_the_kickoff_summer_does_not_count(programme: Programme) -> None:
    assert not programme.holds(date(2020, 6, 30))
    assert programme.holds(date(2020, 7, 1))
    assert not programme.counts(date(2020, 8, 31))
    assert programme.counts(date(2020, 9, 1))
    assert programme.counts(date(2023, 6, 30))
    assert not programme.holds(date(2023, 7, 1))


def test_a_programme_is_seen_in_its_area_and_by_its_partners_only(programme: Programme) -> None:
    sjaelland = Area.objects.get(kind=Area.Kind.KKR, name="KKR Sjælland")
    area = lambda name: Area.objects.get(name=name)  # noqa: E731
    elsewhere = municipalities_in(sjaelland, date(2021, 1, 1))[0]
    seeing = {
        "owner": actor_of(people.KKR, OrganisationKind.KKR),
        "partner": actor_of(people.UCN, OrganisationKind.UNIVERSITY_COLLEGE),
        "municipality": actor_of("Læsø Kommune", OrganisationKind.MUNICIPALITY),
        "other KKR": actor_of("KKR Sjælland", OrganisationKind.KKR, area=sjaelland),
        "other municipality": actor_of("Fremmed", OrganisationKind.MUNICIPALITY, municipality=elsewhere),
        "region": actor_of("Region Nordjylland", OrganisationKind.REGION, area=area("Region Nordjylland")),
        "hub": actor_of("Erhvervshus", OrganisationKind.HUB, area=area("Erhvervshus Nordjylland")),
        "other region": actor_of("Region Sjælland", OrganisationKind.REGION, area=area("Region Sjælland")),
        "nobody's": actor_of("Forening", OrganisationKind.ASSOCIATION),
    }
    assert [who for who, actor in seeing.items() if programme in Programme.objects.visible_to(actor)] == [
        "owner", "partner", "municipality", "region", "hub",
    ]  # fmt: skip


def test_running_ones_come_first(programme: Programme) -> None:
    order = [entry.slug for entry in Programme.objects.running_first(demo.loaded_on())]
    assert order == [demo.CONTINUATION, demo.VVV2]
    assert Programme.objects.running_first(date(2021, 1, 1))[0].slug == demo.VVV2


def test_a_role_is_had_once_at_a_time(programme: Programme) -> None:
    again = {"programme": programme, "organisation": Organisation.objects.get(name=people.AAU)}
    with pytest.raises(IntegrityError, match="partner_role_once_at_a_time"), transaction.atomic():
        PartnerRole.objects.create(**again, role=PartnerRole.Role.MATCH_CREATOR, valid_from=date(2021, 1, 1))
    PartnerRole.objects.create(**again, role=PartnerRole.Role.ASSISTANT, valid_from=date(2021, 1, 1))


@pytest.mark.parametrize(
    ("field", "day", "name"),
    [
        ("ends_on", date(2020, 1, 1), "programme_ends_after_it_begins|programme_counts_inside_its_period"),
        ("counted_from", date(2024, 1, 1), "programme_counts_inside_its_period"),
    ],
)
def test_dates_that_cannot_be_are_refused_by_the_database(
    programme: Programme, field: str, day: date, name: str
) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Programme.objects.filter(pk=programme.pk).update(**{field: day})


def test_the_months_of_a_programme() -> None:
    assert demo.months_later(date(2026, 11, 22), -17) == date(2025, 6, 1)
    assert demo.months_later(date(2025, 6, 1), 34) == date(2028, 4, 1)
