"""A municipality's own split gives each unit inside its own target, and nobody else sees anything of it."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Q
from django.test import Client
from django.urls import reverse

from portal import ledger
from portal.identity.models import Organisation, User
from portal.identity.roles import OrganisationKind, Role
from portal.identity.tokens import issue_token
from reporting import keys
from reporting.engine import buckets
from reporting.inside_targets import REMAINDER, delivered, inside_targets, unit_version
from reporting.keys import KeyUnit
from reporting.models import DistributionKey, KeyVersion, Target, TargetVersion
from reporting.rules.status import Status
from tests.memberships import member
from tests.reporting.conftest import AALBORG, HJOERRING, World, make_user
from tests.reporting.test_keys import propose, viewer
from tests.reporting.test_pages import text_of

pytestmark = pytest.mark.django_db
DAY = date(2021, 6, 30)
JOBCENTRE, OFFICE, COMMON = 613, 37, 50
"""Of Aalborg's 700; numbers that nothing else on any page has."""


@pytest.fixture
def key(world: World) -> DistributionKey:
    target = Target.objects.get(programme=world.programme, key="municipal-part")
    return keys.make_key(world.programme, "workplaces", name="Arbejdspladser", target=target)


@pytest.fixture
def parts(world: World) -> list[KeyUnit]:
    """The jobcentre and the business office of Aalborg."""
    found = []
    for name, kind in (
        ("Jobcenter Aalborg", OrganisationKind.JOBCENTRE),
        ("BusinessAalborg", OrganisationKind.BUSINESS_OFFICE),
    ):
        each, _made = Organisation.objects.get_or_create(name=name, defaults={"kind": kind})
        Organisation.objects.filter(pk=each.pk).update(municipality=AALBORG, area=None)
        found.append(KeyUnit(f"o{each.pk}", name, None, organisation=each.pk))
    return found


@pytest.fixture
def split(key: DistributionKey, parts: list[KeyUnit]) -> KeyVersion:
    # 5 : 3 : 2 of 1,400 is 700 for Aalborg.
    approved = keys.approve(propose(key, 5, 3, 2))
    numbers = zip([*parts, KeyUnit(REMAINDER, "Fælles rest", None)], (JOBCENTRE, OFFICE, COMMON), strict=True)
    units = [KeyUnit(each.code, each.name, Decimal(number), organisation=each.organisation) for each, number in numbers]
    return keys.split(approved, AALBORG, units, note="Aftalt i direktionen")


def address(world: World, name: str = "key_split", unit: str = AALBORG) -> str:
    return reverse(f"reporting:{name}", args=[world.programme.slug, "workplaces", unit])


def test_each_part_has_a_target_and_the_rest_is_common(
    world: World, key: DistributionKey, parts: list[KeyUnit], split: KeyVersion
) -> None:
    world.organisations["BusinessAalborg"] = Organisation.objects.get(name="BusinessAalborg")
    world.post(181)
    world.post(2, creator="BusinessAalborg")
    world.post(7, creator="AAU")
    world.post(40, municipality=HJOERRING)
    version = unit_version(key, AALBORG)
    assert version is not None
    units = [*parts, KeyUnit(REMAINDER, "Fælles rest", None)]
    jobcentre, office, common = inside_targets(units, split, version, delivered(key, version), DAY)
    assert (jobcentre.amount, jobcentre.value) == (JOBCENTRE, 181)
    assert (office.amount, office.value) == (OFFICE, 2)
    assert (common.amount, common.value) == (COMMON, 7), "what AAU created here; Hjørring's is not Aalborg's"
    # 1 September 2020 to 30 June 2023 is 34 months, of which ten have passed: 613 · 10 / 34 = 180.29.
    assert jobcentre.expected is not None
    assert jobcentre.expected.value * 34 == JOBCENTRE * 10
    # 181 ≥ 180.29; 37 · 10 / 34 = 10.88 and 2 is far below nine tenths of it; 50 · 10 / 34 = 14.7.
    assert [each.status for each in (jobcentre, office, common)] == [Status.ON_TRACK, Status.BEHIND, Status.BEHIND]
    assert jobcentre.attainment is not None
    assert jobcentre.attainment * JOBCENTRE == 181
    nothing = inside_targets(units, None, version, delivered(key, version), DAY)
    assert [(each.amount, each.value, each.status) for each in nothing] == [
        (None, 181, Status.NONE), (None, 2, Status.NONE), (None, 7, Status.NONE),
    ]  # fmt: skip


def test_a_split_target_follows_the_path_of_the_municipalitys(
    world: World, key: DistributionKey, parts: list[KeyUnit], split: KeyVersion
) -> None:
    version = unit_version(key, AALBORG)
    assert version is not None
    version.path, version.milestones = TargetVersion.Path.MILESTONES, [{"by": DAY.isoformat(), "amount": "350"}]
    found = inside_targets(parts, split, version, {}, DAY)
    # Half of Aalborg's 700 by the day: half of each part's.
    assert [each.expected.value * 2 for each in found if each.expected] == [JOBCENTRE, OFFICE]


def insider(kind: OrganisationKind, role: Role) -> User:
    organisation = Organisation.objects.get(kind=kind, municipality=AALBORG)
    user = User.objects.create_user(f"{kind}@inside.example", "En indefra")
    member(user, organisation, role, date(2020, 1, 1))
    return user


def test_the_municipality_and_its_units_see_their_targets(client: Client, world: World, split: KeyVersion) -> None:
    world.post(181)
    officer = make_user(Role.MUNICIPAL_OFFICER, municipality=AALBORG)
    adviser = insider(OrganisationKind.JOBCENTRE, Role.ADVISER)
    for user in (officer, adviser):
        client.force_login(user)
        text = text_of(client.get(address(world)))
        for said in ("613", "37", "50", "181", "Fælles rest", "Aftalt i direktionen", "Forventet nu"):
            assert said in text, said
        file = client.get(address(world) + "?export=csv")
        content = b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]
        assert "Jobcenter Aalborg;613;181" in content
        target = reverse("reporting:target", args=[world.programme.slug, f"municipal-part-{AALBORG}"])
        assert address(world) in client.get(target).content.decode()
    client.force_login(adviser)
    assert "Jobcenter Aalborg: Jeres eget måltal er 613" in text_of(client.get(address(world)))
    posted = client.post(address(world), {"token": "x"})
    assert posted.status_code == 403, "only the municipality's officers split"


def test_the_way_from_the_first_page(client: Client, world: World, split: KeyVersion) -> None:
    buckets.fold()
    client.force_login(make_user(Role.MUNICIPAL_OFFICER, municipality=AALBORG))
    target = reverse("reporting:target", args=[world.programme.slug, f"municipal-part-{AALBORG}"])
    assert target in client.get(reverse("reporting:dashboard", args=[world.programme.slug])).content.decode()


OUTSIDERS: list[tuple[Role, dict[str, Any]]] = [
    (Role.MUNICIPAL_OFFICER, {"municipality": HJOERRING}),
    (Role.KKR_VIEWER, {}),
    (Role.KKR_SECRETARIAT, {}),
    (Role.HUB_CONTROLLER, {}),
    (Role.PROGRAMME_LEAD, {}),
    (Role.ADMINISTRATOR, {}),
]


@pytest.mark.parametrize(("role", "where"), OUTSIDERS)
def test_nobody_else_sees_anything_of_it(
    client: Client, world: World, key: DistributionKey, split: KeyVersion, role: Role, where: dict[str, Any]
) -> None:
    """On no page, in no file and in no answer of the API: neither the numbers nor that there is a split."""
    buckets.fold()
    user = viewer(role, **where)
    client.force_login(user)
    slug = world.programme.slug
    for query in ("", "?export=csv", "?export=xlsx"):
        assert client.get(address(world) + query).status_code == 404
        assert client.post(address(world) + query, {"token": "x"}).status_code in (403, 404)
    unit_target = f"municipal-part-{AALBORG}"
    addresses = [
        reverse("reporting:dashboard", args=[slug]),
        reverse("reporting:targets", args=[slug]),
        reverse("reporting:target", args=[slug, unit_target]),
        reverse("reporting:keys", args=[slug]),
        reverse("reporting:key", args=[slug, "workplaces"]),
        f"{reverse('reporting:figure', args=[slug])}?figure=target&target={unit_target}",
        f"{reverse('reporting:figure', args=[slug])}?municipality={AALBORG}",
    ]
    addresses += [f"{each}{'&' if '?' in each else '?'}export=csv" for each in addresses]
    for each in addresses:
        answer = client.get(each)
        # Random tokens of forms stand in the markup, so a number is looked for in what a person reads.
        said = _content(answer) if answer.streaming else text_of(answer)
        for hidden in (str(JOBCENTRE), "Fælles rest", "Common remainder", "Aftalt i direktionen"):
            assert hidden not in said, (each, hidden)
        assert answer.streaming or f"/deling/{AALBORG}" not in answer.content.decode()
    # No version of the split may be asked for by its number either.
    page = reverse("reporting:key", args=[slug, "workplaces"])
    assert client.get(page, {"version": split.place}).status_code == 404
    api = Client(headers={"Authorization": f"Bearer {issue_token(user)}"})
    for path in (f"/api/v1/figures/?programme={slug}", f"/api/v1/programmes/{slug}/"):
        answer = api.get(path)
        assert answer.status_code == 200, path
        said = _content(answer)
        # Fingerprints and moments have digits of their own, so a number is looked for as one.
        assert not re.search(rf"(?<![\w.]){JOBCENTRE}(?!\w)", said), path
        for hidden in ("Fælles rest", "Aftalt i direktionen"):
            assert hidden not in said, (path, hidden)


def test_it_makes_no_rows_that_others_could_read(world: World, key: DistributionKey, split: KeyVersion) -> None:
    """A split is a version of the key and nothing else: no target, no fact and no bucket comes of it."""
    assert not TargetVersion.objects.filter(amount__in=[JOBCENTRE, OFFICE, COMMON]).exists()
    assert not Target.objects.filter(Q(key__contains="o") & Q(parent__key=f"municipal-part-{AALBORG}")).exists()
    assert split not in keys.state_of(key, ledger.AsOf.now()).versions


def _content(answer: Any) -> str:
    raw = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(raw.decode("utf-8", "replace"))
