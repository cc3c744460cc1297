"""Distribution keys: from a proposal to the units' targets, and what the database refuses."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from portal import ledger
from portal.identity.actor import Actor, actor_for
from portal.identity.models import Organisation, User
from portal.identity.rights import Refused
from portal.identity.roles import OrganisationKind, Role
from reporting import keys
from reporting.engine import buckets, dashboard
from reporting.keys import DistributionError, KeyUnit
from reporting.models import DistributionKey, KeyVersion, Target
from reporting.observations import make_series, observe
from reporting.targets import change_target, newest_version
from tests.forms import hidden, send
from tests.reporting.conftest import AALBORG, HJOERRING, LAESOE, World, make_user
from tests.reporting.test_pages import text_of

pytestmark = pytest.mark.django_db
BROENDERSLEV, FREDERIKSHAVN = "0810", "0813"


@pytest.fixture
def officer() -> Actor:
    return actor_for(make_user(Role.KKR_SECRETARIAT))


@pytest.fixture
def second() -> Actor:
    """Another person with the same right: what one proposes, somebody else approves."""
    return actor_for(make_user(Role.PROGRAMME_LEAD))


def deputy_of(actor: Actor) -> Actor:
    """Somebody who stands in for the actor."""
    stand_in, _made = User.objects.get_or_create(email="stand-in@demo.example", name="Vikar")
    return replace(actor, user=stand_in, deputy_id=1)


@pytest.fixture
def key(world: World) -> DistributionKey:
    target = Target.objects.get(programme=world.programme, key="municipal-part")
    return keys.make_key(world.programme, "workplaces", name="Arbejdspladser", target=target)


def unit(code: str, value: int | None, **more: Any) -> KeyUnit:
    return KeyUnit(code, f"Enhed {code}", None if value is None else Decimal(value), municipalities=(code,), **more)


def three(*values: int) -> list[KeyUnit]:
    """Aalborg, Hjørring and Brønderslev; Læsø outside."""
    units = [unit(code, value) for code, value in zip((AALBORG, HJOERRING, BROENDERSLEV), values, strict=True)]
    return [*units, unit(LAESOE, None, excluded="uafklaret")]


def propose(key: DistributionKey, *values: int, **more: Any) -> KeyVersion:
    said = {"total": 1400, "method": "largest_remainder", "source": "Konstrueret", "vintage": "2025", **more}
    units = said.pop("units", None) or three(*values)
    return keys.propose(key, units, **said)


def numbers(version: KeyVersion) -> list[int]:
    return [int(amount) for amount in version.amounts]


def viewer(role: Role = Role.KKR_VIEWER, **where: Any) -> User:
    """A person who reads in English, made once."""
    user = User.objects.filter(
        memberships__role=role, memberships__organisation__municipality=where.get("municipality")
    ).first()
    if user is None:
        user = make_user(role, **where)
        User.objects.filter(pk=user.pk).update(language="en")
        user.refresh_from_db()
    return user


def amounts(world: World) -> dict[str, int | None]:
    """Key of each target that holds → its number."""
    payload = dashboard(world.programme, None, actor_for(viewer()))
    return {each["key"]: None if each["amount"] is None else int(each["amount"]) for each in payload["targets"]}


def test_a_proposal_changes_nothing_and_its_approval_gives_every_unit_a_target(
    world: World, key: DistributionKey, officer: Actor, second: Actor
) -> None:
    before = amounts(world)
    proposal = propose(key, 5, 3, 2, actor=officer)
    # 1400 by 5 : 3 : 2.
    assert numbers(proposal) == [700, 420, 280, 0]
    assert keys.state_of(key).approved is None
    assert amounts(world) == before
    keys.approve(proposal, "KKR, punkt 4", reason_code="decision", actor=second)
    state = keys.state_of(key)
    assert state.approved is not None
    assert state.pending is None
    assert (state.approved.proposal, state.approved.decision) == (proposal.place, "KKR, punkt 4")
    given = {code: number for code, number in amounts(world).items() if code not in before}
    assert given == {"municipal-part-0851": 700, "municipal-part-0860": 420, "municipal-part-0810": 280}
    version = newest_version(Target.objects.get(key="municipal-part-0860"))
    assert version is not None
    assert (version.basis, version.municipalities, version.counted_from) == (
        "place_of_work",
        [HJOERRING],
        date(2020, 9, 1),
    )
    assert Target.objects.get(key="municipal-part-0860").parent == key.target


def test_the_units_count_by_themselves_and_the_account_stays(world: World, key: DistributionKey) -> None:
    world.post(5)
    world.post(3, municipality=HJOERRING, creator="AAU")
    world.post(2, municipality=LAESOE)
    reader = actor_for(viewer())
    before = dashboard(world.programme, None, reader)["account"]
    keys.approve(propose(key, 5, 3, 2))
    payload = dashboard(world.programme, None, reader)
    assert payload["account"] == before, "the parts of the whole are still the two"
    values = {each["key"]: each["value"] for each in payload["targets"]}
    assert [values[f"municipal-part-{code}"] for code in (AALBORG, HJOERRING, BROENDERSLEV)] == ["5", "3", "0"]
    rows = {each["code"]: each for each in payload["municipalities"]}
    assert rows[AALBORG]["target"] == "municipal-part-0851"
    assert rows[AALBORG]["target_missing"] == ""
    assert rows[LAESOE]["target"] is None
    assert rows[LAESOE]["target_missing"] == "outside_distribution"
    assert rows[FREDERIKSHAVN]["target_missing"] == "not_in_source"


def test_what_was_known_before_the_approval_stays_known(world: World, key: DistributionKey) -> None:
    proposal = propose(key, 5, 3, 2)
    place = ledger.head()
    keys.approve(proposal)
    reader = actor_for(viewer())
    payload = dashboard(world.programme, ledger.AsOf.at(None, place), reader)
    assert not [each for each in payload["targets"] if each["part_of"] == "municipal-part" and "-0" in each["key"]]
    assert keys.state_of(key, ledger.AsOf.at(None, place)).approved is None


def test_a_new_vintage_is_a_proposal_with_a_difference_for_each_unit(world: World, key: DistributionKey) -> None:
    keys.approve(propose(key, 5, 3, 2))
    before = amounts(world)
    newer = propose(key, 4, 4, 2, vintage="2026")
    assert amounts(world) == before
    state = keys.state_of(key)
    assert state.pending is not None
    found = keys.differences(state.pending, state.approved)
    assert [(each.code, each.before, each.after, each.difference) for each in found] == [
        (AALBORG, 700, 560, -140),
        (HJOERRING, 420, 560, 140),
        (BROENDERSLEV, 280, 280, 0),
        (LAESOE, None, None, 0),
    ]
    keys.reject(newer, "Tallene er foreløbige")
    assert amounts(world) == before
    state = keys.state_of(key)
    assert state.pending is None
    assert state.approved is not None
    assert state.approved.vintage == "2025"


def test_a_unit_that_leaves_the_distribution_loses_its_target(world: World, key: DistributionKey) -> None:
    keys.approve(propose(key, 5, 3, 2))
    assert "municipal-part-0810" in amounts(world)
    keys.approve(propose(key, units=[unit(AALBORG, 1), unit(HJOERRING, 1), unit(LAESOE, None, excluded="uafklaret")]))
    assert "municipal-part-0810" not in amounts(world)
    assert amounts(world)["municipal-part-0851"] == 700


def test_municipalities_that_report_together_share_one_target(world: World, key: DistributionKey) -> None:
    world.post(4)
    world.post(1, municipality=HJOERRING)
    pair = KeyUnit("0851-0860", "Aalborg + Hjørring", Decimal(8), municipalities=(AALBORG, HJOERRING))
    keys.approve(propose(key, units=[pair, unit(BROENDERSLEV, 2), unit(LAESOE, None, excluded="uafklaret")]))
    payload = dashboard(world.programme, None, actor_for(viewer()))
    shared = next(each for each in payload["targets"] if each["key"] == "municipal-part-0851-0860")
    assert (shared["amount"], shared["value"]) == ("1120", "5")
    rows = {each["code"]: each["target"] for each in payload["municipalities"]}
    assert rows[AALBORG] == rows[HJOERRING] == "municipal-part-0851-0860"


def test_moved_by_hand_with_a_reason_and_the_whole_stays(key: DistributionKey, officer: Actor) -> None:
    proposal = propose(key, 5, 3, 2)
    moved = keys.move(
        proposal, AALBORG, BROENDERSLEV, 20, "Aftalt med kommunerne", reason_code="agreement", actor=officer
    )
    assert numbers(moved) == [680, 420, 300, 0]
    assert moved.moves == [
        {
            "from": AALBORG,
            "to": BROENDERSLEV,
            "number": 20,
            "reason": "Aftalt med kommunerne",
            "reason_code": "agreement",
        }
    ]
    with pytest.raises(ValidationError, match="Et nyere forslag"):
        keys.approve(proposal)
    with pytest.raises(ValidationError):
        keys.move(moved, AALBORG, BROENDERSLEV, 1, " ")
    with pytest.raises(DistributionError):
        keys.move(moved, AALBORG, BROENDERSLEV, 681, "for mange")
    keys.approve(moved)
    assert keys.amounts_of(keys.state_of(key).approved)[BROENDERSLEV] == 300  # type: ignore[arg-type]


def test_a_proposal_is_decided_once(key: DistributionKey) -> None:
    proposal = propose(key, 5, 3, 2)
    keys.approve(proposal)
    for decide in (keys.approve, keys.reject):
        with pytest.raises(ValidationError):
            decide(proposal, "igen")
    assert KeyVersion.objects.filter(key=key).count() == 2


def test_nobody_approves_what_the_same_person_proposed_or_moved_in(
    client: Client, world: World, key: DistributionKey, officer: Actor, second: Actor
) -> None:
    """ "Godkendes af to" means two people."""
    proposal = propose(key, 5, 3, 2, actor=officer)
    with pytest.raises(Refused, match="en anden"):
        keys.approve(proposal, "KKR, punkt 4", reason_code="decision", actor=officer)
    # The second moves in it: both have a hand in it now, and a third must come.
    moved = keys.move(proposal, AALBORG, HJOERRING, 1, "Aftalt", reason_code="agreement", actor=second)
    for person in (officer, second):
        assert not keys.may_approve(person, moved, keys.state_of(key).versions)
        with pytest.raises(Refused):
            keys.approve(moved, "KKR, punkt 4", reason_code="decision", actor=person)
    # Past the action: the table refuses it too.
    with pytest.raises(IntegrityError):
        define(**copy(moved, status="approved", proposal=moved.place, by_id=second.user.pk))
    # A proposal from new values is its maker's alone.
    newer = propose(key, 4, 4, 2, actor=second)
    assert keys.may_approve(officer, newer, keys.state_of(key).versions)
    # Neither does a deputy in the proposer's place, whoever the deputy is; for anybody else a deputy may.
    assert not keys.may_approve(deputy_of(second), newer, keys.state_of(key).versions)
    ruling = keys.reject(newer, "Ikke nu", reason_code="decision", actor=deputy_of(officer))
    assert (ruling.by, ruling.as_deputy_for) == (User.objects.get(email="stand-in@demo.example"), officer.user.name)
    newer = propose(key, 4, 4, 2, actor=second)
    User.objects.update(language="en")
    client.force_login(User.objects.get(pk=second.user.pk))
    for address in (page(world), page(world, "key_approve")):
        text = text_of(client.get(address))
        assert "somebody else must approve it" in text
    shown = client.get(page(world)).content.decode()
    assert page(world, "key_approve") not in shown
    assert page(world, "key_reject") in shown, "one's own proposal may be taken back by oneself"
    said = {"decision": "KKR, punkt 4", "reason_code": "decision", "token": "a1"}
    answer = client.post(page(world, "key_approve"), said)
    assert answer.status_code == 403
    assert keys.state_of(key).pending == newer
    client.force_login(User.objects.get(pk=officer.user.pk))
    assert page(world, "key_approve") in client.get(page(world)).content.decode()
    assert send(client, page(world, "key_approve"), said).status_code == 302
    approved = keys.state_of(key).approved
    assert approved is not None
    assert (approved.proposal, approved.by_id) == (newer.place, officer.user.pk)


def test_the_key_must_share_out_what_the_target_says(world: World, key: DistributionKey, officer: Actor) -> None:
    with pytest.raises(ValidationError) as problem:
        propose(key, 5, 3, 2, total=1500)
    assert "total" in problem.value.message_dict
    with pytest.raises(ValidationError):
        propose(key, units=[unit(AALBORG, 1), unit(LAESOE, 1)])  # Læsø stands outside in the target
    proposal = propose(key, 5, 3, 2)
    assert key.target is not None
    change_target(officer, key.target, "Ny aftale", reason_code="agreement", amount=Decimal(1300))
    with pytest.raises(ValidationError):
        keys.approve(proposal)
    assert keys.state_of(key).approved is None, "nothing was written"


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.KKR_SECRETARIAT, Role.PROGRAMME_LEAD, Role.HUB_CONTROLLER}))
def test_only_officers_propose_and_approve(world: World, key: DistributionKey, role: Role) -> None:
    proposal = propose(key, 5, 3, 2)
    other = actor_for(make_user(role))
    for attempt in (
        lambda: propose(key, 1, 1, 1, actor=other),
        lambda: keys.move(proposal, AALBORG, HJOERRING, 1, "x", actor=other),
        lambda: keys.approve(proposal, actor=other),
        lambda: keys.reject(proposal, "x", actor=other),
    ):
        with pytest.raises(Refused):
            attempt()
    assert KeyVersion.objects.filter(key=key).count() == 1


def define(**fields: Any) -> None:
    with ledger.entry():
        ledger.define(KeyVersion(**fields))


def copy(version: KeyVersion, **changes: Any) -> dict[str, Any]:
    fields = {
        field.attname: getattr(version, field.attname)
        for field in KeyVersion._meta.concrete_fields
        if field.name not in ("place", "recorded_at", "learnt_on", "batch")
    }
    return {**fields, **changes}


def test_the_database_holds_what_the_code_says(key: DistributionKey) -> None:
    """Past the actions, as the runtime role: each is refused by the table itself."""
    proposal = propose(key, 5, 3, 2)
    other = [Decimal(701), Decimal(419), Decimal(280), Decimal(0)]
    wrong = [
        copy(proposal, amounts=[Decimal(702), *other[1:]]),  # the parts do not make the whole
        copy(proposal, status="approved"),  # an approval of nothing
        copy(proposal, status="approved", proposal=proposal.place, amounts=other),  # of other numbers
        copy(proposal, status="approved", proposal=proposal.place - 1),  # of what is no proposal
        copy(proposal, proposal=proposal.place),  # a proposal that decides
    ]
    for fields in wrong:
        with pytest.raises(IntegrityError):
            define(**fields)
    approved = keys.approve(proposal)
    inside = copy(approved, within=approved.place, within_unit=HJOERRING, proposal=None)
    inside |= {"unit_codes": ["a", "b"], "total": Decimal(420)}
    define(**{**inside, "amounts": [Decimal(400), Decimal(20)]})
    for changes in (
        {"total": Decimal(421), "amounts": [Decimal(400), Decimal(21)]},  # not the unit's number
        {"amounts": [Decimal(400), Decimal(20)], "within_unit": "9999"},  # no such unit
        {"amounts": [Decimal(400), Decimal(20)], "within": proposal.place},  # of a proposal, not of what holds
        {"amounts": [Decimal(400), Decimal(20)], "within": None},
    ):
        with pytest.raises(IntegrityError):
            define(**{**inside, **changes})
    with pytest.raises(IntegrityError):
        define(**copy(proposal, status="approved", proposal=proposal.place))  # a second time
    newer = propose(key, 4, 4, 2)
    propose(key, 3, 5, 2)
    with pytest.raises(IntegrityError):
        define(**copy(newer, status="approved", proposal=newer.place))  # a newer one has taken its place


# The pages


def test_values_from_the_facts_of_a_statistic_one_vintage_at_a_time(
    client: Client, world: World, key: DistributionKey
) -> None:
    owner = Organisation.objects.get(name="KKR Nordjylland")
    series = make_series("workplaces", "Arbejdspladser", "statistic", owner, source="Danmarks Statistik")
    # As the bank writes municipalities: three digits. The newer vintage lacks one of them.
    for code, day, vintage, value in (
        ("851", date(2024, 11, 30), "2024", 5000), ("860", date(2024, 11, 30), "2024", 3000),
        ("851", date(2025, 11, 30), "2025", 6000),
    ):  # fmt: skip
        observe(series, day, value, category=code, vintage=vintage)
    assert keys.statistic_values(series, "2024") == ("2024", {AALBORG: 5000, HJOERRING: 3000})
    assert keys.statistic_values(series) == ("2025", {AALBORG: 6000}), "never a mix of vintages"
    assert keys.statistic_values(series, "1999") == ("1999", {})
    client.force_login(viewer(Role.KKR_SECRETARIAT))
    shown = client.get(page(world, "key_propose") + "?series=workplaces&vintage=2024").context["form"]
    assert shown[f"value_{AALBORG}"].value() == "5,000"
    assert shown["source"].value() == "Danmarks Statistik"
    assert shown["vintage"].value() == "2024"
    assert shown["statistic"].value() == "workplaces"
    missing = client.get(page(world, "key_propose") + "?series=workplaces&vintage=1999")
    assert "has no values of that vintage" in text_of(missing)


def local(kind: OrganisationKind, municipality: str) -> Organisation:
    return Organisation.objects.get_or_create(
        name=f"{kind} {municipality}", defaults={"kind": kind, "municipality_id": municipality}
    )[0]


def page(world: World, name: str = "key", **more: str) -> str:
    return reverse(f"reporting:{name}", kwargs={"slug": world.programme.slug, "key": "workplaces", **more})


def test_the_arithmetic_is_on_the_page(client: Client, world: World, key: DistributionKey) -> None:
    keys.approve(propose(key, 5, 3, 3))
    client.force_login(viewer())
    text = text_of(client.get(page(world)))
    # 1400 · 5 / 11 = 636.3636; 1400 · 3 / 11 = 381.8181 twice: 636 + 381 + 381 = 1398, two are left.
    assert "636.3636" in text
    assert "381.8182" in text
    assert "Enhed 0851" in text
    assert "outside the distribution: uafklaret" in text
    assert "Konstrueret" in text
    assert "2025" in text
    file = client.get(page(world) + "?export=csv")
    content = b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]
    assert "7000/11" in content
    assert ";382;" in content
    assert client.get(page(world) + "?export=xlsx").status_code == 200
    assert client.get(page(world) + "?version=999999").status_code == 404


def test_the_first_page_shows_each_municipality_its_target(client: Client, world: World, key: DistributionKey) -> None:
    buckets.fold()
    client.force_login(viewer())
    address = reverse("reporting:dashboard", args=[world.programme.slug])
    assert "700" not in text_of(client.get(address))
    keys.approve(propose(key, 5, 3, 2))
    buckets.fold()
    text = text_of(client.get(address))
    assert "Target 700" in text
    assert "Target 420" in text
    assert "Target outside the distribution" in text
    # 700 + 420 + 280 = 1,400 of 2,000, and the period is over: by the plan all of it.
    assert "Target 2,000 1,400 divided between the municipalities" in text
    assert "0 of 700. The plan says 700 now" in client.get(address).content.decode()
    assert re.search(r"Target 700 By the plan 700\b", text), text


def typed(world: World, **values: str) -> dict[str, str]:
    programme = world.programme
    said = {"total": "1,400", "method": "largest_remainder", "source": "Konstrueret", "vintage": "2026", "token": "t1"}
    for place in programme.municipalities(programme.starts_on):
        said[f"value_{place.code}"] = "100"
    return {**said, f"value_{LAESOE}": "", f"excluded_{LAESOE}": "uafklaret", **values}


def test_proposed_on_the_page_once_and_mistakes_are_said_at_the_unit(
    client: Client, world: World, key: DistributionKey
) -> None:
    client.force_login(viewer(Role.KKR_SECRETARIAT))
    address = page(world, "key_propose")
    wrong = client.post(address, typed(world, **{f"value_{AALBORG}": "mange", f"value_{HJOERRING}": ""}))
    assert wrong.status_code == 400
    assert f'href="#id_value_{AALBORG}"' in wrong.content.decode()
    wrong = client.post(address, typed(world, **{f"value_{HJOERRING}": ""}))
    assert f'href="#id_value_{HJOERRING}"' in wrong.content.decode()
    assert KeyVersion.objects.count() == 0
    sent = {**hidden(client.get(address)), **typed(world)}
    for _turn in range(2):
        answer = client.post(address, sent)
        assert (answer.status_code, answer["Location"]) == (302, page(world))
    version = KeyVersion.objects.get()
    # Ten alike: 140 each.
    assert sorted(set(numbers(version))) == [0, 140]
    together = typed(world, token="t2", **{f"with_{HJOERRING}": AALBORG})
    assert send(client, address, together).status_code == 302
    newest = keys.state_of(key).pending
    assert newest is not None
    pair = newest.units[newest.unit_codes.index(f"{AALBORG}-{HJOERRING}")]
    assert (pair["municipalities"], pair["value"]) == ([AALBORG, HJOERRING], "200")


def test_the_split_is_the_municipalitys_own(client: Client, world: World, key: DistributionKey) -> None:
    jobcentre, office = local(OrganisationKind.JOBCENTRE, AALBORG), local(OrganisationKind.BUSINESS_OFFICE, AALBORG)
    approved = keys.approve(propose(key, 5, 3, 2))
    world.post(4)
    address = page(world, "key_split", unit=AALBORG)
    client.force_login(viewer(Role.MUNICIPAL_OFFICER, municipality=AALBORG))
    assert client.get(address).status_code == 200
    said = {f"part_o{jobcentre.pk}": "400", f"part_o{office.pk}": "250", "token": "s1"}
    parts = {
        name: said.get(name, "0") for name in client.get(address).context["form"].fields if name.startswith("part_")
    }
    assert send(client, address, {**parts, **said}).status_code == 302
    inside = keys.split_of(approved, AALBORG)
    assert inside is not None
    assert (inside.total, inside.amounts[-1]) == (700, 50), "the common remainder: 700 - 400 - 250"
    text = text_of(client.get(address))
    assert "400" in text
    assert "250" in text
    assert "50" in text
    too_much = client.post(address, {**parts, **said, f"part_o{jobcentre.pk}": "900", "token": "s2"})
    assert too_much.status_code == 400
    assert KeyVersion.objects.filter(within__isnull=False).count() == 1
    # The neighbour, the secretariat and the politician: it is not there.
    for user in (
        viewer(Role.MUNICIPAL_OFFICER, municipality=HJOERRING),
        viewer(Role.KKR_SECRETARIAT),
        viewer(),
    ):
        client.force_login(user)
        assert client.get(address).status_code == 404
        assert f"deling/{AALBORG}" not in client.get(page(world)).content.decode()
    with pytest.raises(Refused):
        keys.split(approved, AALBORG, [], actor=actor_for(viewer(Role.MUNICIPAL_OFFICER, municipality=HJOERRING)))
