"""An erhvervshus that runs the portal, a municipality with a jobcentre, and people in them."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from portal.identity.actor import Actor, actor_for
from portal.identity.models import Membership, Organisation, User
from portal.identity.roles import OrganisationKind, Role

Make = Callable[..., Membership]
PASSWORD = "en-lang-hemmelighed-9"


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def hub() -> Organisation:
    return Organisation.objects.create(name="Erhvervshus Nordjylland", kind=OrganisationKind.HUB)


@pytest.fixture
def kkr() -> Organisation:
    return Organisation.objects.create(name="KKR", kind=OrganisationKind.KKR)


@pytest.fixture
def municipality() -> Organisation:
    return Organisation.objects.create(
        name="Aalborg Kommune", kind=OrganisationKind.MUNICIPALITY, municipality_id="0851"
    )


@pytest.fixture
def jobcentre(municipality: Organisation) -> Organisation:
    return Organisation.objects.create(
        name="Jobcenter Aalborg", kind=OrganisationKind.JOBCENTRE, municipality_id="0851", parent=municipality
    )


@pytest.fixture
def make(today: date) -> Make:
    """make(organisation, role, "ida"): a membership since yesterday; an auditor's for a month."""

    def member(
        organisation: Organisation,
        role: Role,
        name: str = "",
        valid_from: date | None = None,
        valid_to: date | None = None,
    ) -> Membership:
        name = name or role.value.replace("_", "-")
        email = f"{name.lower()}@demo.example"
        user = User.objects.filter(email=email).first() or User.objects.create_user(email, name.title(), PASSWORD)
        if role == Role.AUDITOR and valid_to is None:
            valid_to = today + timedelta(days=30)
        return Membership.objects.create(
            user=user, organisation=organisation, role=role, valid_to=valid_to,
            valid_from=valid_from or today - timedelta(days=1),
        )  # fmt: skip

    return member


def acting(membership: Membership) -> Actor:
    return actor_for(membership.user, membership.pk)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
