"""An area's clusters and a plan's background facts: the rules, and the pages as the plan's officer uses them.

"På hvert område kan der for fremtiden kun være én offentligt finansieret klyngeindsats" (the national strategy, part 2)
"""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from portal.drafts.versions import Changed
from portal.identity import demo as people
from portal.identity.actor import Actor, actor_for
from portal.identity.models import Organisation, User
from portal.identity.rights import Refused
from programmes import demo, demo_aarhus
from programmes.clusters import change_cluster, make_cluster, remove_cluster
from programmes.focus_areas import Known, Link, change_area, make_area, set_background, set_links
from programmes.models import Cluster, FocusArea, Programme
from programmes.rows import mark
from tests.forms import hidden, reads, send

pytestmark = pytest.mark.usefixtures("plans")
OFFICER, OTHER = people.AARHUS_OFFICER[0], people.NEIGHBOUR[0]
FIRST, LAST = date(2021, 1, 1), date(2024, 12, 31)
IN_DANISH = "Området har allerede en offentligt finansieret klynge i den periode: Food & Bio (01.01.2021–31.12.2024)."


def actor(email: str = OFFICER) -> Actor:
    return actor_for(User.objects.get(email=email))


@pytest.fixture
def plan() -> Programme:
    return Programme.objects.select_related("owner", "heading").get(slug=demo_aarhus.AARHUS)


@pytest.fixture
def area(plan: Programme) -> FocusArea:
    return make_area(
        plan, name="Fødevarer", kind="styrkeposition", appointed="strength", cluster_eligible=True, actor=actor()
    )


def client(email: str = OFFICER) -> Client:
    found = Client()
    found.force_login(User.objects.get(email=email))
    return found


def url(name: str, *args: object) -> str:
    return reverse(f"programmes:{name}", args=args)


def food(area: FocusArea) -> Cluster:
    return make_cluster(actor(), area, name="Food & Bio", publicly_financed=True, valid_from=FIRST, valid_to=LAST)


# ----------------------------------------------------------------------------------------------------------- rules
@pytest.mark.parametrize(
    ("first", "last", "free"),
    [
        (date(2020, 1, 1), date(2020, 12, 31), True),
        (date(2020, 1, 1), FIRST, False),
        (date(2022, 1, 1), date(2022, 1, 1), False),
        (LAST, None, False),
        (date(2020, 1, 1), None, False),
        (date(2025, 1, 1), None, True),
    ],
)
def test_two_with_public_money_never_share_a_day(area: FocusArea, first: date, last: date | None, free: bool) -> None:
    food(area)
    said = {"name": "En til", "valid_from": first, "valid_to": last}
    make_cluster(actor(), area, publicly_financed=False, **said)
    if free:
        make_cluster(actor(), area, publicly_financed=True, **said)
    else:
        with pytest.raises(ValidationError) as refused:
            make_cluster(actor(), area, publicly_financed=True, **said)
        assert refused.value.message_dict["valid_from"][0].startswith(IN_DANISH)
        assert not Cluster.objects.filter(name="En til", publicly_financed=True).exists()


def test_a_change_is_held_to_the_same_and_does_not_meet_itself(area: FocusArea) -> None:
    cluster = food(area)
    beside = make_cluster(actor(), area, name="Privat", publicly_financed=False, valid_from=FIRST)
    change_cluster(actor(), cluster, valid_to=date(2025, 6, 30))
    with pytest.raises(ValidationError) as refused:
        change_cluster(actor(), beside, publicly_financed=True)
    assert list(refused.value.message_dict) == ["valid_from"]
    change_cluster(actor(), beside, publicly_financed=True, valid_from=date(2025, 7, 1))
    with pytest.raises(ValidationError) as refused:
        change_cluster(actor(), beside, valid_to=date(2025, 6, 30))
    assert refused.value.message_dict == {"valid_to": ["Slutningen må ikke ligge før begyndelsen."]}


def test_the_area_keeps_what_its_cluster_needs_until_it_has_ended(area: FocusArea) -> None:
    cluster = make_cluster(actor(), area, name="Food & Bio", publicly_financed=True, valid_from=FIRST)
    with pytest.raises(ValidationError) as refused:
        change_area(actor(), area, cluster_eligible=False, appointed="")
    assert "Food & Bio" in refused.value.message_dict["cluster_eligible"][0]
    change_cluster(actor(), cluster, valid_to=LAST)
    change_area(actor(), area, cluster_eligible=False, appointed="")
    with pytest.raises(ValidationError) as refused:
        make_cluster(actor(), area, name="Ny", publicly_financed=True, valid_from=date(2026, 1, 1))
    assert list(refused.value.message_dict) == ["publicly_financed"]


def test_only_the_owner_of_the_plan_writes_its_clusters(area: FocusArea, plan: Programme) -> None:
    cluster, other = food(area), actor(OTHER)
    with pytest.raises(Refused):
        make_cluster(other, area, name="x", publicly_financed=False, valid_from=FIRST)
    with pytest.raises(Refused):
        change_cluster(other, cluster, name="x")
    with pytest.raises(Refused):
        remove_cluster(other, cluster)
    with pytest.raises(Refused):
        set_background(plan, None, [], actor=other)


def test_who_was_not_first_is_told(area: FocusArea) -> None:
    cluster = food(area)
    seen = mark(FocusArea.objects.get(pk=area.pk))
    change_cluster(actor(), cluster, name="Nyt navn", seen=seen)
    with pytest.raises(Changed):
        change_cluster(actor(), cluster, name="Et andet", seen=seen)
    with pytest.raises(Changed):
        remove_cluster(actor(), cluster, seen=seen)
    remove_cluster(actor(), cluster)
    with pytest.raises(Changed):
        change_cluster(actor(), cluster, name="Et andet")


def test_a_link_that_one_does_not_see_is_left(area: FocusArea, plan: Programme) -> None:
    seen = make_area(plan, name="Set", kind="mål", actor=actor())
    # Nordjylland's project is out of sight of Aarhus.
    hidden_one = make_area(Programme.objects.get(slug=demo.VVV2), name="Fjern", kind="mål")
    assert not FocusArea.objects.visible_to(actor()).filter(pk=hidden_one.pk).exists()
    set_links(area, [Link(hidden_one)])
    set_links(area, [Link(seen)], actor=actor())
    assert set(area.links.values_list("to", flat=True)) == {seen.pk, hidden_one.pk}
    set_links(area, [], actor=actor())
    assert set(area.links.values_list("to", flat=True)) == {hidden_one.pk}


def test_background_facts_say_at_the_field_what_is_wrong(plan: Programme) -> None:
    for known in (
        Known("ansatte", Decimal(5), "personer", value_to=Decimal(4)),
        Known("ansatte | to", Decimal(5), "personer"),
        Known("ansatte", Decimal(5), ""),
    ):
        with pytest.raises(ValidationError) as refused:
            set_background(plan, None, [known], actor=actor())
        assert list(refused.value.message_dict) == ["facts"]


# ----------------------------------------------------------------------------------------------------------- pages
def test_a_cluster_is_added_changed_and_removed_from_the_areas_page(area: FocusArea) -> None:
    officer, page = client(), url("area", area.pk)
    assert "Ingen klynge er registreret." in reads(officer.get(page))
    new = url("cluster_new", area.pk)
    assert new in officer.get(page).content.decode()
    owner = area.programme.owner
    said = {"name": "Food & Bio", "publicly_financed": "on", "valid_from": "01.01.2021", "valid_to": "31.12.2024"}
    form = officer.get(new)
    assert form.context["form"]["publicly_financed"].value() is True  # the area may have one
    token = form.context["form"]["token"].value()
    answer = officer.post(new, {**said, "organisation": owner.pk, "token": token})
    assert answer.url == f"{page}#clusters"
    text = reads(officer.get(page))
    assert "Food & Bio" in text
    assert "01.01.2021–31.12.2024" in text
    assert officer.post(new, {**said, "organisation": owner.pk, "token": token}).url == answer.url
    assert area.clusters.count() == 1  # sent twice, made once

    refused = send(officer, new, {**said, "name": "En til", "valid_from": "01.06.2022", "valid_to": ""})
    assert refused.status_code == 400
    assert IN_DANISH in reads(refused)
    assert 'value="En til"' in refused.content.decode()  # nothing typed is lost
    assert refused.context["form"].errors.keys() == {"valid_from"}

    cluster = area.clusters.get()
    change, remove = url("cluster_change", cluster.pk), url("cluster_remove", cluster.pk)
    assert change in officer.get(page).content.decode()
    assert remove in officer.get(change).content.decode()
    changed = send(officer, change, {**said, "organisation": "", "valid_to": ""})
    assert changed.url == f"{page}#clusters"
    assert "fra 01.01.2021" in reads(officer.get(page))
    cluster.refresh_from_db()
    assert (cluster.organisation, cluster.valid_to) == (None, None)
    assert "Fjern Food & Bio?" in reads(officer.get(remove))
    assert send(officer, remove).url == f"{page}#clusters"
    assert not area.clusters.exists()
    assert officer.get(change).status_code == 404


def test_two_who_change_a_cluster_see_both(area: FocusArea) -> None:
    cluster = food(area)
    officer, change = client(), url("cluster_change", cluster.pk)
    frame = hidden(officer.get(change))
    change_cluster(actor(), cluster, name="Food & Bio Cluster Denmark")
    said = {"name": "FBCD", "publicly_financed": "on", "valid_from": "01.01.2021", "valid_to": "31.12.2024"}
    both = officer.post(change, {**frame, **said})
    assert both.status_code == 409
    assert "Food & Bio Cluster Denmark" in reads(both)
    assert "FBCD" in both.content.decode()
    cluster.refresh_from_db()
    assert cluster.name == "Food & Bio Cluster Denmark"


def test_others_read_the_clusters_and_change_none(area: FocusArea) -> None:
    cluster, other = food(area), client(OTHER)
    page = other.get(url("area", area.pk))
    assert "Food & Bio" in reads(page)
    for address in (url("cluster_new", area.pk), url("cluster_change", cluster.pk), url("cluster_remove", cluster.pk)):
        assert address not in page.content.decode()
        assert other.get(address).status_code == 403
        assert client("kommune@demo.example").get(address).status_code == 404


def test_an_area_that_is_not_appointed_shows_no_clusters(plan: Programme) -> None:
    area = make_area(plan, name="Et mål", kind="mål", actor=actor())
    assert "Klynger" not in reads(client().get(url("area", area.pk)))


def test_a_plan_has_background_facts_of_its_own(plan: Programme, area: FocusArea) -> None:
    officer, address = client(), url("plan_background", plan.slug)
    set_background(plan, area, [Known("ansatte", Decimal(7), "personer")], actor=actor())
    assert address in officer.get(url("plan", plan.slug)).content.decode()
    lines = (
        "Indbyggere | knap 355.000 personer | Aarhus | 2022 | Danmarks Statistik\nVirksomheder | ca. 20.000-21.000 stk."
    )
    assert send(officer, address, {"facts": lines}).url == url("plan", plan.slug)
    text = reads(officer.get(url("plan", plan.slug)))
    assert "knap 355.000 personer" in text
    assert "ca. 20.000–21.000 stk." in text
    own = plan.background_facts.filter(focus_area=None)
    assert list(own.values_list("name", "value", "value_to")) == [
        ("Indbyggere", 355_000, None), ("Virksomheder", 20_000, 21_000),
    ]  # fmt: skip
    assert area.background_facts.count() == 1  # an area's are its own
    assert lines in officer.get(address).content.decode()
    wrong = send(officer, address, {"facts": "Indbyggere | mange"})
    assert wrong.status_code == 400
    assert "Indbyggere | mange" in wrong.content.decode()
    frame = hidden(officer.get(address))
    set_background(plan, None, [], actor=actor())
    assert officer.post(address, {**frame, "facts": "Indbyggere | 1 person"}).status_code == 409
    assert not own.exists()
    assert client(OTHER).get(address).status_code == 403


def test_the_organisation_behind_stays_offered(area: FocusArea) -> None:
    far = Organisation.objects.get(name=people.AAU)
    cluster = make_cluster(None, area, name="AAU", publicly_financed=False, valid_from=FIRST, organisation=far)
    offered = client().get(url("cluster_change", cluster.pk)).context["form"]["organisation"].field.queryset
    assert far in offered
