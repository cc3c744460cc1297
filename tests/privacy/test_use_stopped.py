"""Of a company that has asked that its data are not used (GDPR article 18) nothing new is registered, by any way."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from matching import contact_people, contacts, needs
from matching.api.serializers import CompanySerializer
from matching.files.companies import Companies, Named, Unclear
from matching.models import Company
from portal.identity.rights import Refused
from tests.matching import guidance
from tests.matching.conftest import LIMFJORD, TODAY, World
from tests.matching.referral_world import refer

NAME = "Limfjord Køleteknik A/S"
WAYS: dict[str, Callable[[World, Company], Any]] = {
    "contact": lambda world, company: contacts.register_contact(
        world.actor("hub"), company, contacted_on=TODAY, kind="visit"
    ),
    "need": lambda world, company: needs.register_need(
        world.actor("hub"), company, found_on=TODAY, kind="job_profile", wish="En sælger"
    ),
    "contact person": lambda world, company: contact_people.add_person(world.actor("hub"), company, name="Ida"),
    "referral": lambda world, company: refer(world, company=company),
    "guidance": lambda world, company: guidance.guided(world),
}


def answered(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return str(content.decode())


@pytest.fixture
def stopped(world: World) -> Company:
    company = world.companies[NAME]
    Company.objects.filter(pk=company.pk).update(restricted_at=timezone.now())
    company.refresh_from_db()
    return company


@pytest.mark.django_db
@pytest.mark.parametrize("way", sorted(WAYS))
def test_nothing_new_is_registered(world: World, stopped: Company, way: str) -> None:
    with pytest.raises(Refused, match="begrænses"):
        WAYS[way](world, stopped)
    Company.objects.filter(pk=stopped.pk).update(restricted_at=None)
    assert WAYS[way](world, Company.objects.get(pk=stopped.pk)), "and again when it is allowed"


@pytest.mark.django_db
@pytest.mark.parametrize("named", [Named(LIMFJORD, "", None), Named("", NAME, "0851")])
def test_a_row_of_a_file_is_refused_at_its_company(world: World, stopped: Company, named: Named) -> None:
    with pytest.raises(Unclear) as refused:
        Companies([named]).find(named)
    assert refused.value.field == ("cvr" if named.cvr else "company")


@pytest.mark.django_db
def test_it_is_marked_wherever_the_company_is_shown(world: World, stopped: Company) -> None:
    client = world.client("hub")
    for address in ("/virksomheder/", "/virksomheder/?export=csv", f"/virksomheder/{stopped.pk}/"):
        assert "må ikke bruges" in answered(client.get(address)), address
    page = answered(client.get(f"/virksomheder/{stopped.pk}/"))
    own = f"/virksomheder/{stopped.pk}"
    ways = [f"{own}/kontakter/ny/", f"{own}/behov/nyt/", f"{own}/henvis/", f"{own}/kontaktpersoner/ny/",
            f"/vejledning/ny/?company={stopped.pk}"]  # fmt: skip
    assert not [way for way in ways if way in page]
    assert CompanySerializer(stopped).data["restricted"] is True
    Company.objects.filter(pk=stopped.pk).update(restricted_at=None)
    page = answered(client.get(f"/virksomheder/{stopped.pk}/"))
    assert "må ikke bruges" not in page
    assert [way for way in ways if way in page] == ways
    assert CompanySerializer(Company.objects.get(pk=stopped.pk)).data["restricted"] is False
