"""The lists of a match's form: added to, renamed, put in order and taken out of use; never deleted."""

import json
from typing import Any

import pytest
from django.urls import reverse

from matching.kept_lists import LISTS, add_row, change_row, move_row
from matching.models import BreakReason, Match, Scheme, WorkArea
from portal.audit.models import Change
from portal.drafts.versions import Changed
from portal.identity.models import Membership, Organisation, User
from portal.identity.rights import Refused
from portal.identity.roles import OrganisationKind, Role
from portal.identity.tokens import issue_token
from portal.ledger import registry
from programmes.models import PartnerRole
from tests.forms import send
from tests.matching.conftest import World

AREAS = LISTS["arbejdsomraader"]


def text(response: Any) -> str:
    return str(response.content.decode()).replace("\xa0", " ")


def test_a_row_is_added_and_can_be_chosen_at_once(world: World) -> None:
    steward = world.client("steward")
    address = reverse("matching:kept_row_new", args=["arbejdsomraader"])
    answer = send(steward, address, {"name": "Robot og automation", "name_en": "", "constructed": "on"})
    assert answer.status_code == 302
    row = WorkArea.objects.get(name="Robot og automation")
    assert (row.code, row.name_en, row.active, row.constructed) == (
        "robot_og_automation", "Robot og automation", True, True,
    )  # fmt: skip
    assert row.order == max(WorkArea.objects.values_list("order", flat=True))
    page = text(world.client("office").get("/match/ny/"))
    assert '<option value="robot_og_automation">Robot og automation</option>' in page
    assert '<option value="robot_og_automation">' in text(world.client("office").get("/match/"))
    world.register(work_area=row.code)
    # The ledger's registry has its name, so reporting says it without knowing matching.
    labels = registry.get("match_registered").dimensions["subcategory"].labels
    assert labels is not None
    assert labels()["robot_og_automation"] == "Robot og automation"


def test_one_of_the_same_name_is_refused_at_its_field(world: World) -> None:
    steward = world.client("steward")
    address = reverse("matching:kept_row_new", args=["ordninger"])
    answer = send(steward, address, {"name": "innoBooster"})
    assert answer.status_code == 400
    assert "Innobooster er på listen i forvejen" in text(answer)
    Scheme.objects.filter(code="innobooster").update(active=False)
    assert "taget ud af brug" in text(send(steward, address, {"name": "Innobooster"}))
    assert "Skriv, hvad den hedder." in text(send(steward, address, {"name": "  "}))


def test_a_row_taken_out_of_use_stands_on_what_is_registered(world: World) -> None:
    match = world.register(work_area="other").match
    steward, office = world.client("steward"), world.client("office")
    address = reverse("matching:kept_row", args=["arbejdsomraader", "other"])
    answer = send(steward, address, {"name": "Andet arbejde", "name_en": "Other work", "constructed": "on"})
    assert answer.status_code == 302
    row = WorkArea.objects.get(code="other")
    assert (row.name, row.active) == ("Andet arbejde", False)
    assert "Andet arbejde" not in text(office.get("/match/ny/"))
    assert "Andet arbejde" in text(office.get(reverse("matching:detail", args=[match.pk])))
    assert '<option value="other">Andet arbejde</option>' in text(
        office.get("/match/")
    )  # what is registered can still be found
    assert Match.objects.get().work_area_id == "other"
    changed = Change.objects.filter(table="matching_workarea", row="other").latest("id")
    assert changed.user_id == world.actors["steward"].user.pk


def test_the_last_that_can_be_chosen_stays(world: World) -> None:
    BreakReason.objects.exclude(code="other").update(active=False)
    address = reverse("matching:kept_row", args=["afbrydelsesgrunde", "other"])
    answer = send(world.client("steward"), address, {"name": "Andet", "name_en": "Other"})
    assert answer.status_code == 400
    assert "mindst én række" in text(answer)


def test_rows_move_one_step(world: World) -> None:
    actor = world.actor("steward")
    codes = list(WorkArea.objects.order_by("order", "pk").values_list("pk", flat=True))
    move_row(actor, AREAS, codes[1], up=True)
    assert list(WorkArea.objects.values_list("pk", flat=True))[:2] == [codes[1], codes[0]]
    move_row(actor, AREAS, codes[1], up=True)  # it is the first already
    move_row(actor, AREAS, codes[-1], up=False)
    assert WorkArea.objects.first() == WorkArea(pk=codes[1])
    answer = world.client("steward").post(
        reverse("matching:kept_row_move", args=["arbejdsomraader", codes[1]]), {"way": "down"}
    )
    assert answer.status_code == 302
    assert list(WorkArea.objects.values_list("pk", flat=True)) == codes


def test_two_at_once_are_told(world: World) -> None:
    actor = world.actor("steward")
    with pytest.raises(Changed):
        change_row(actor, AREAS, "other", seen="something else", name="Et")


def test_codes_are_never_used_twice(world: World) -> None:
    actor = world.actor("steward")
    first = add_row(actor, AREAS, name="Jura & økonomi")
    second = add_row(actor, AREAS, name="Jura (økonomi)")
    assert (first.code, second.code) == ("jura_oekonomi", "jura_oekonomi_2")


def test_who_may(world: World) -> None:
    address = reverse("matching:kept_list", args=["arbejdsomraader"])
    adviser = text(world.client("office").get(address))
    assert "Salg og markedsføring" in adviser
    assert "konstrueret" in adviser
    assert "datasteward eller programleder" in adviser
    assert world.client("office").get(reverse("matching:kept_row_new", args=["ordninger"])).status_code == 403
    assert world.client("kkr").get(address).status_code == 403
    assert world.client("steward").get(reverse("matching:kept_list", args=["findes-ikke"])).status_code == 404
    # A data steward whose organisation keeps no programme's data is told so; the owner's programme lead may.
    other = Organisation.objects.create(name="KKR Andetsted", kind=OrganisationKind.KKR)
    for organisation, role, may in ((other, Role.DATA_STEWARD, False), (world["KKR"], Role.PROGRAMME_LEAD, True)):
        user = User.objects.create(email=f"{role}@test.example", name=role)
        Membership.objects.create(user=user, organisation=organisation, role=role, valid_from="2019-01-01")
        from portal.identity.actor import actor_for

        if may:
            add_row(actor_for(user), AREAS, name="Nyt område")
        else:
            with pytest.raises(Refused):
                add_row(actor_for(user), AREAS, name="Nyt område")
    PartnerRole.objects.filter(role="steward").update(valid_to="2021-01-30")
    with pytest.raises(Refused):
        add_row(world.actor("steward"), AREAS, name="For sent")


def test_the_file_and_the_api_have_the_list(world: World) -> None:
    address = reverse("matching:kept_list", args=["ordninger"])
    lines = b"".join(world.client("steward").get(f"{address}?export=csv").streaming_content)  # type: ignore[attr-defined]
    assert "Innobooster" in lines.decode("utf-8-sig")
    token = issue_token(world.actors["office"].user, "Test")
    answer = world.client("office").get("/api/v1/work-areas/", headers={"authorization": f"Bearer {token}"})
    assert "other" in {row["code"] for row in json.loads(answer.content)["results"]}
