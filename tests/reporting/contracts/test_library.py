"""The library of goals: kept from a contract, listed, begun with in the next one, and taken out."""

from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from portal.geography.models import Area
from portal.identity import demo as people
from portal.identity.actor import Actor, actor_for
from portal.identity.models import Membership, Organisation, User
from portal.identity.rights import Refused
from portal.identity.roles import OrganisationKind, Role
from reporting import contracts, library
from reporting.contracts import Party
from reporting.models import Contract, LibraryGoal, Series
from tests.forms import hidden, send
from tests.once import Once
from tests.reporting.test_pages import text_of

TIERS: dict[str, Any] = {"tiers": [{"from": "60", "score": "100"}, {"from": "42.5", "score": "50"}], "else": "0"}


def acting(name: str) -> Actor:
    return actor_for(User.objects.get(email=f"{name}@demo.example"))


def make(year: int) -> Contract:
    kkr, hub = (Organisation.objects.get(name=name) for name in (people.KKR, people.HUB))
    return contracts.make_contract(
        name=f"Aftale {year}", starts_on=date(year, 1, 1), ends_on=date(year, 12, 31), groups=["Fælles"],
        parties=[Party("KKR", kkr, decides=True), Party("Huset", hub, reports=True)], actor=acting("sekretariat"),
    )  # fmt: skip


def build() -> Contract:
    people.load()
    made = make(2023)
    contracts.set_goal(
        made, 1, name="Tilfredshed", group="Fælles", rule="tiers", params=TIERS, decimals=1, measured_by="KKR",
        inputs={"value": {"number": "50", "on": "2023-06-30"}}, goal_text="Virksomhederne er tilfredse",
    )  # fmt: skip
    return made


@pytest.fixture(scope="module")
def built(once: Once) -> Contract:
    made: Contract = once(build)
    return made


@pytest.fixture
def contract(built: Contract, db: None) -> Contract:
    return deepcopy(built)


@pytest.fixture
def client(contract: Contract) -> Client:
    client = Client()
    client.force_login(acting("sekretariat").user)
    return client


def keep(contract: Contract, number: int = 1, name: str = "Tilfredshed") -> LibraryGoal:
    goal = contract.goals.get(number=number)
    return library.save_to_library(goal, name=name, origin="KKR, punkt 5", actor=acting("sekretariat"))


def test_kept_listed_and_begun_with_next_year(contract: Contract, client: Client) -> None:
    page = reverse("reporting:goal", args=[contract.slug, 1])
    keeping = reverse("reporting:goal_to_library", args=[contract.slug, 1])
    assert keeping in client.get(page).content.decode()
    form = client.get(keeping).context["form"]
    assert form["name"].value() == "Tilfredshed"
    said = {"name": "Tilfredshed", "origin": "KKR, punkt 5", "token": "k1", **hidden(client.get(keeping))}
    shown = reverse("reporting:library_goal", args=["tilfredshed"])
    for _turn in range(2):  # a nervous finger
        assert client.post(keeping, said).status_code == 302
    kept = LibraryGoal.objects.get(name="Tilfredshed")
    assert (kept.rule, kept.params, kept.decimals, kept.year) == ("tiers", TIERS, 1, 2023)
    assert kept.owner == contract.owner
    listed = text_of(client.get(reverse("reporting:library")))
    assert "Tilfredshed" in listed
    assert "mindst 42,5 giver 50 pct." in listed
    draft = make(2024)
    text = text_of(client.get(shown))
    assert "Virksomhederne er tilfredse" in text
    assert "aftalt for 2023" in text
    begin = f"{reverse('reporting:contract_new_goal', args=[draft.slug])}?library=tilfredshed"
    assert begin in client.get(shown).content.decode()
    first = client.get(reverse("reporting:contract_new_goal", args=[draft.slug])).context["form"]
    assert ("tilfredshed", "Tilfredshed (2023)") in first.fields["library"].choices
    form = client.get(begin).context["form"]
    assert form["name"].value() == "Tilfredshed"
    assert form["goal_text"].value() == "Virksomhederne er tilfredse"
    filled = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    answer = client.post(begin, {**filled, "group": "Fælles", "limit_0": "65", "weight": "3"})
    assert answer.status_code == 302, answer.context["form"].errors
    goal = draft.goals.get()
    version = goal.versions.get()
    assert (goal.library, goal.name, version.weight) == (kept, "Tilfredshed", 3)
    assert version.params["tiers"][0] == {"from": "65", "score": "100"}
    kept.refresh_from_db()
    assert kept.params == TIERS, "the contract changes only its own"
    assert "Brugt i kontrakter 1" in text_of(client.get(reverse("reporting:library")))


def test_dates_move_to_the_year_of_the_contract(contract: Contract) -> None:
    contracts.set_goal(
        contract, 2, name="Leverancer", group="Fælles", rule="deliverables",
        params={"deliverables": [{"key": "analyse", "name": "Analyse", "deadline": "2023-10-01"}]},
        inputs={"analyse": {"number": "1"}},
    )  # fmt: skip
    kept = keep(contract, 2, "Leverancer")
    assert kept.inputs == {}, "what was delivered stays with the contract"
    draft = make(2025)
    said = library.for_contract(kept, draft)
    assert said["params"]["deliverables"][0]["deadline"] == "2025-10-01"
    moved = library.for_contract(keep(contract), draft)
    assert moved["inputs"] == {"value": {"number": "50", "on": "2025-06-30"}}


def test_deliverables_get_series_of_their_own(contract: Contract, client: Client) -> None:
    contracts.set_goal(
        contract, 2, name="Leverancer", group="Fælles", rule="deliverables",
        params={"deliverables": [{"key": "analyse", "name": "Analyse"}]}, inputs={"analyse": {"number": "1"}},
    )  # fmt: skip
    kept = keep(contract, 2, "Leverancer")
    draft = make(2024)
    begin = f"{reverse('reporting:contract_new_goal', args=[draft.slug])}?library={kept.key}"
    form = client.get(begin).context["form"]
    filled = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    answer = client.post(begin, {**filled, "group": "Fælles"})
    assert answer.status_code == 302, answer.context["form"].errors
    version = draft.goals.get().versions.get()
    series = Series.objects.get(key=version.inputs["analyse"]["series"])
    assert series.key.startswith(draft.slug)


def test_taken_out_it_is_not_begun_with_and_contracts_stay(contract: Contract, client: Client) -> None:
    kept = keep(contract)
    draft = make(2024)
    contracts.set_goal(draft, 1, name="Taget", group="Fælles", library=kept, rule="tiers", params=TIERS,
                       inputs={"value": {"number": "50"}})  # fmt: skip
    address = reverse("reporting:library_take_out", args=[kept.key])
    assert address in client.get(reverse("reporting:library_goal", args=[kept.key])).content.decode()
    assert client.get(address).status_code == 200
    assert send(client, address, {"token": "t1", "reason": "Erstattet", "reason_code": "replaced"}).status_code == 302
    assert "Tilfredshed" not in text_of(client.get(reverse("reporting:library")))
    assert client.get(reverse("reporting:library_goal", args=[kept.key])).status_code == 404
    begin = f"{reverse('reporting:contract_new_goal', args=[draft.slug])}?library={kept.key}"
    assert "library" in client.get(begin).context["form"].fields, "the choice is asked for again"
    assert draft.goals.get().library == kept
    assert client.get(reverse("reporting:goal", args=[draft.slug, 1])).status_code == 200
    # The name is free again.
    assert keep(contract).key != kept.key


def test_what_is_wrong_stands_at_the_field(contract: Contract, client: Client) -> None:
    keep(contract)
    keeping = reverse("reporting:goal_to_library", args=[contract.slug, 1])
    for name in ("", "Tilfredshed"):
        answer = send(client, keeping, {"name": name, "origin": "Tastet", "token": f"w{name}"})
        assert answer.context["form"].has_error("name")
        assert "Tastet" in answer.content.decode()
    assert LibraryGoal.objects.count() == 1
    with pytest.raises(ValidationError):
        keep(contract)


def test_only_the_contracts_people_keep_and_take_out(contract: Contract) -> None:
    kept = keep(contract)
    goal = contract.goals.get()
    national = LibraryGoal.objects.create(key="national", name="National", rule="tiers", params=TIERS)
    client = Client()
    client.force_login(acting("controller").user)
    for name, args in (("goal_to_library", [contract.slug, 1]), ("library_take_out", [kept.key])):
        assert client.get(reverse(f"reporting:{name}", args=args)).status_code == 403
        assert client.post(reverse(f"reporting:{name}", args=args), {"name": "x"}).status_code == 403
    shown = client.get(reverse("reporting:library_goal", args=[kept.key])).content.decode()
    assert reverse("reporting:library_take_out", args=[kept.key]) not in shown
    with pytest.raises(Refused):
        library.save_to_library(goal, name="x", origin="", actor=acting("controller"))
    with pytest.raises(Refused):
        library.take_out(kept, reason="x", reason_code="error", actor=acting("controller"))
    with pytest.raises(Refused, match="nationalt"):
        library.take_out(national, reason="x", reason_code="error", actor=acting("sekretariat"))


def test_another_area_sees_the_national_goals_only(contract: Contract) -> None:
    kept = keep(contract)
    LibraryGoal.objects.create(key="national", name="National", rule="tiers", params=TIERS)
    area = Area.objects.get(kind=Area.Kind.KKR, name="KKR Sjælland")
    other = Organisation.objects.create(name="KKR Sjælland", kind=OrganisationKind.KKR, area=area)
    stranger = User.objects.create_user("fremmed@demo.example", "Fremmed")
    Membership.objects.create(user=stranger, organisation=other, role=Role.KKR_SECRETARIAT, valid_from=people.SINCE)
    client = Client()
    client.force_login(stranger)
    listed = text_of(client.get(reverse("reporting:library")))
    assert "National" in listed
    assert "Tilfredshed" not in listed
    assert client.get(reverse("reporting:library_goal", args=["national"])).status_code == 200
    for name in ("library_goal", "library_take_out"):
        assert client.get(reverse(f"reporting:{name}", args=[kept.key])).status_code == 404
    assert [each.key for each in library.visible_library(actor_for(stranger))] == ["national"]
