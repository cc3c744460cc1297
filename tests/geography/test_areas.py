"""Municipalities and the dated areas they belong to. Expected values: the public registers' lists."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from portal.geography.areas import municipalities_in
from portal.geography.models import Area, AreaMembership, Municipality
from portal.geography.reference import restore_reference_data

pytestmark = pytest.mark.django_db
LAST_DAY, FIRST_DAY = date(2026, 12, 31), date(2027, 1, 1)

# 29 + 17 + 22 + 19 + 11 = 98
KKR = {"Hovedstaden": 29, "Sjælland": 17, "Syddanmark": 22, "Midtjylland": 19, "Nordjylland": 11}


def test_there_are_98_municipalities_and_christiansoe_is_none() -> None:
    assert Municipality.objects.filter(kind=Municipality.Kind.MUNICIPALITY).count() == 98 == sum(KKR.values())
    assert Municipality.objects.get(code="0411").kind == Municipality.Kind.OTHER


@pytest.mark.parametrize("name", KKR)
def test_every_kkr_has_its_municipalities(name: str) -> None:
    area = Area.objects.get(kind=Area.Kind.KKR, name=f"KKR {name}")
    assert municipalities_in(area, date(2026, 6, 1)).count() == KKR[name]


def test_north_jutland_in_danish_order() -> None:
    area = Area.objects.get(kind=Area.Kind.KKR, name="KKR Nordjylland")
    assert [entry.name for entry in municipalities_in(area, LAST_DAY)] == [
        "Brønderslev", "Frederikshavn", "Hjørring", "Jammerbugt", "Læsø", "Mariagerfjord", "Morsø", "Rebild", "Thisted",
        "Vesthimmerlands", "Aalborg",
    ]  # fmt: skip


def test_two_regions_become_one_and_both_years_stand() -> None:
    one, other, merged = (
        Area.objects.get(kind=Area.Kind.REGION, name=f"Region {name}")
        for name in ("Hovedstaden", "Sjælland", "Østdanmark")
    )
    assert [municipalities_in(area, LAST_DAY).count() for area in (one, other, merged)] == [29, 17, 0]
    assert [municipalities_in(area, FIRST_DAY).count() for area in (one, other, merged)] == [0, 0, 46]


def test_one_area_of_a_kind_at_a_time() -> None:
    area = Area.objects.get(kind=Area.Kind.KKR, name="KKR Sjælland")
    with pytest.raises(IntegrityError, match="one_area_of_a_kind_at_a_time"), transaction.atomic():
        AreaMembership.objects.create(
            municipality_id="0851", area=area, kind=Area.Kind.KKR, valid_from=date(2020, 1, 1)
        )


def test_restoring_again_changes_nothing_and_mends_what_differs() -> None:
    before = list(AreaMembership.objects.values_list())
    Municipality.objects.filter(code="0851").update(name="AALBORG")
    restore_reference_data()
    assert Municipality.objects.get(code="0851").name == "Aalborg"
    assert list(AreaMembership.objects.values_list()) == before
