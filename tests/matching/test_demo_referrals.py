"""The demo area's services and referrals are made by the rules, once however often they are loaded."""

import pytest

from matching.demo_referrals import REFERRALS, SERVICES, load
from matching.models import Company, Referral, Service
from portal.identity import demo as people
from portal.ledger.audit import differences
from portal.ledger.models import Installation
from portal.ui.cvr import cvr_problem
from programmes import demo as programmes


@pytest.mark.django_db
def test_loaded_twice_it_is_the_same() -> None:
    Installation.objects.create()
    people.load()
    programmes.load()
    numbers = (number for number in range(99000000, 99000500) if cvr_problem(str(number)) is None)
    for _each in REFERRALS:
        cvr = str(next(numbers))
        Company.objects.create(cvr=cvr, name=f"Limfjord {cvr} ApS", municipality_id="0851", fictional=True)
    assert load() == load()
    assert Service.objects.count() == len(SERVICES)
    assert Referral.objects.count() == len(REFERRALS) + 1, "and the company that asked itself"
    assert {row.status for row in Referral.objects.all()} == {"sent", "taken_on", "answered", "closed"}
    # BusinessAalborg and Jobcenter Aalborg are units of one municipality.
    assert Referral.objects.exclude(internal_to=None).count() == 1
    assert differences() == []
