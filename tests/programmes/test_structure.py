"""Plans of the four documents: their tree, what they expect, and who writes in them."""

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client

from portal import ledger
from portal.drafts.versions import Changed
from portal.identity import demo as people
from portal.identity.actor import Actor, actor_for
from portal.identity.models import Organisation, User
from portal.identity.rights import Refused
from portal.ledger.audit import differences
from programmes import demo_aarhus, demo_national, demo_strategies
from programmes.api.serializers import ProgrammeSerializer
from programmes.api.shapes import InitiativeFilters
from programmes.api.views import programmes_of
from programmes.clusters import make_cluster
from programmes.effects import MEASURE, effects_of, expect
from programmes.focus_areas import Link, change_area, make_area, set_links
from programmes.initiatives import (
    Item,
    Moment,
    Partner,
    Sheet,
    change_initiative,
    make_initiative,
    set_milestones,
    set_status,
    sheet_of,
)
from programmes.models import Cluster, ExpectedEffect, FocusArea, Initiative, InitiativeStatus, Programme
from programmes.plan_lists import set_effects
from programmes.plans import change_plan
from programmes.portfolio import initiatives
from programmes.rows import mark

pytestmark = pytest.mark.usefixtures("plans")

# "checks" of the growth plan: sums over the eight areas that state effects, over seven for innovative companies.
SUMS = {
    "supported_companies": (4280, 8),
    "new_growth_companies": (488, 8),
    "new_innovative_companies": (915, 7),
    "employees_growth": (2850, 8),
    "turnover_growth_tkr": (5_215_000, 8),
    "export_growth_tkr": (1_585_000, 8),
}


def plan_of(slug: str) -> Programme:
    return Programme.objects.select_related("owner", "heading").get(slug=slug)


def actor(email: str) -> Actor:
    return actor_for(User.objects.get(email=email))


def aarhus() -> Actor:
    return actor(people.AARHUS_OFFICER[0])


def page(email: str, address: str) -> str:
    client = Client()
    client.force_login(User.objects.get(email=email))
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_the_sums_of_expectations_are_those_of_the_source() -> None:
    effects = effects_of(plan_of(demo_strategies.MIDTJYLLAND))
    assert {each.indicator.key: (each.total, each.stated) for each in effects.sums} == SUMS
    assert {each.areas for each in effects.sums} == {9}


def test_the_page_says_what_is_not_stated_and_what_is_a_dash() -> None:
    text = page(people.AARHUS_OFFICER[0], f"/planer/{demo_strategies.MIDTJYLLAND}/")
    assert "ikke forskellige virksomheder" in text
    assert "Summer beregnet af os" in text
    for number in ("4.280", "488", "915", "2.850", "5.215.000", "1.585.000"):
        assert number in text
    assert text.count("streg i kilden") == 1
    # Six cells of the area that has no table.
    assert text.count('<span class="vb-value">ikke oplyst</span>') >= 6
    assert "over 7 områder" in text


def test_the_ledger_holds_what_the_tables_say() -> None:
    assert differences([MEASURE]) == []
    area = FocusArea.objects.get(programme__slug=demo_strategies.MIDTJYLLAND, name="Fødevarer")
    effect = ExpectedEffect.objects.get(focus_area=area, indicator__key="supported_companies")
    expect(area, {effect.indicator: Decimal(200)})
    total = {each.indicator.key: each.total for each in effects_of(area.programme).sums}["supported_companies"]
    assert total == 4280 - 150 + 200
    expect(area, {effect.indicator: ExpectedEffect.State.DASH})
    after = {each.indicator.key: each for each in effects_of(area.programme).sums}["supported_companies"]
    assert (after.total, after.stated) == (4280 - 150, 7)
    assert differences([MEASURE]) == []


def test_aarhus_has_13_initiatives_and_4_parts() -> None:
    plan = plan_of(demo_aarhus.AARHUS)
    whole, parts = plan.initiatives.filter(parent=None), plan.initiatives.exclude(parent=None)
    assert (whole.count(), parts.count()) == (13, 4)
    assert {part.parent.number for part in parts if part.parent} == {"1"}
    energy = plan.initiatives.get(number="6")
    assert [each.words for each in energy.milestones.order_by("pk")] == ["uprimo 2023 (sic)", "medio 2023"]
    assert energy.milestones.get(words="medio 2023").day == date(2023, 7, 1)
    assert plan.initiatives.get(number="1.1").items.filter(kind="question").count() == 3
    assert Counter(plan.initiatives.values_list("status", flat=True)) == {"recommended": 15, "running": 2}


def test_one_initiative_in_two_areas_counts_in_the_first() -> None:
    shared = Initiative.objects.get(name=demo_strategies.SHARED)
    assert [area.name for area in sheet_of(shared).areas] == ["Viden og kompetencer", "Smart industri"]
    below = {span.heading for span in ledger.headings_under(sheet_of(shared).areas[0].heading_id, ledger.AsOf.now())}
    other = {span.heading for span in ledger.headings_under(sheet_of(shared).areas[1].heading_id, ledger.AsOf.now())}
    assert shared.heading_id in below - other


def test_the_national_tree() -> None:
    plan = plan_of(demo_national.NATIONAL)
    kinds = Counter(plan.focus_areas.values_list("kind", flat=True))
    below_drivers = plan.focus_areas.filter(kind="strategisk fokusområde", parent__kind="drivkraft").count()
    assert (kinds["pejlemærke"], kinds["drivkraft"], below_drivers) == (10, 6, 18)
    assert kinds["erhvervs- og teknologiområde"] == 13
    assert (kinds["regionalt kapitel"], kinds["grænseoverskridende kapitel"]) == (7, 1)
    appointed = Counter(plan.focus_areas.exclude(appointed="").values_list("appointed", "cluster_eligible"))
    # 11 strengths of which tourism has no cluster, and 2 emerging areas: 12 areas may have one.
    assert appointed == {("strength", True): 10, ("strength", False): 1, ("emerging", True): 2}
    starred = plan.focus_areas.filter(links__starred=True, parent__name="Nordjylland")
    assert set(starred.values_list("links__to__name", flat=True)) == {
        "Kvalificeret arbejdskraft og social inklusion", "Grøn omstilling", "Digitalisering",
    }  # fmt: skip
    assert Counter(plan.criteria.values_list("appointed", flat=True)) == {"strength": 5, "emerging": 3}
    assert plan.status == "hearing"


def test_a_plan_of_the_whole_country_is_seen_by_everybody_and_others_by_their_area() -> None:
    seen = {
        email: set(Programme.objects.visible_to(actor(email)).values_list("slug", flat=True))
        for email in ("kommune@demo.example", "raadgiver@demo.example", people.AARHUS_OFFICER[0], people.NEIGHBOUR[0])
    }
    assert all(demo_national.NATIONAL in slugs for slugs in seen.values())
    assert demo_aarhus.AARHUS in seen[people.AARHUS_OFFICER[0]] & seen[people.NEIGHBOUR[0]]
    assert demo_aarhus.AARHUS not in seen["kommune@demo.example"] | seen["raadgiver@demo.example"]


def test_who_leads_an_initiative_sees_its_plan_and_says_how_far_it_is() -> None:
    plan = plan_of(demo_aarhus.AARHUS)
    initiative = plan.initiatives.get(number="13")
    hub = actor("controller@demo.example")
    assert initiative not in Initiative.objects.visible_to(hub)
    sheet = Sheet("13", initiative.name, lead_organisation=Organisation.objects.get(name=people.HUB))
    change_initiative(aarhus(), initiative, sheet)
    initiative = Initiative.objects.visible_to(hub).get(pk=initiative.pk)
    set_status(hub, initiative, "running", reason="Vi er begyndt")
    set_milestones(hub, initiative, [Moment("ultimo 2023", "Færdig")])
    last = InitiativeStatus.objects.filter(initiative=initiative).latest("pk")
    assert (last.status, last.reason, last.by, last.organisation) == (
        "running", "Vi er begyndt", hub.user, hub.organisation,
    )  # fmt: skip
    assert initiative.milestones.get().day == date(2023, 12, 31)
    with pytest.raises(Refused):
        change_initiative(hub, initiative, sheet)
    with pytest.raises(Refused):
        set_status(hub, plan.initiatives.get(number="12"), "finished", reason="Ikke vores")


def test_a_status_needs_a_reason_and_is_never_rewritten() -> None:
    initiative = plan_of(demo_aarhus.AARHUS).initiatives.get(number="2")
    with pytest.raises(ValidationError):
        set_status(aarhus(), initiative, "decided", reason=" ")
    with pytest.raises(ValidationError):
        set_status(aarhus(), initiative, "recommended", reason="Det samme")
    set_status(aarhus(), initiative, "decided", reason="Byrådet har besluttet det", on=date(2022, 12, 14))
    history = list(InitiativeStatus.objects.filter(initiative=initiative).order_by("pk").values_list("status", "on"))
    assert history == [("recommended", date(2022, 11, 1)), ("decided", date(2022, 12, 14))]
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE programmes_initiativestatus SET reason = 'x'")


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("items", {"items": (Item("target", "Mål", settled_on=date(2023, 6, 30)),)}),
        ("items", {"items": (Item("fact", "Faktum", link="https://demo.example/"),)}),
        ("items", {"items": (Item("fact", "Et | to"),)}),
        ("items", {"items": (Item("document", "Et", link="https://demo.example/\nto"),)}),
        ("partners", {"partners": (Partner("Et | to"),)}),
        ("partners", {"partners": (Partner("Et", "leder\nog mere"),)}),
    ],
)
def test_a_line_says_what_its_kind_can_and_is_one_line(at: str, said: dict[str, Any]) -> None:
    initiative = plan_of(demo_aarhus.AARHUS).initiatives.get(number="2")
    with pytest.raises(ValidationError) as refused:
        change_initiative(aarhus(), initiative, Sheet("2", initiative.name, **said))
    assert list(refused.value.message_dict) == [at]
    with pytest.raises(ValidationError):
        set_milestones(aarhus(), initiative, [Moment("medio 2023", "Et | to")])


def test_a_line_that_the_rule_never_saw_opens_form_and_file() -> None:
    plan = plan_of(demo_aarhus.AARHUS)
    initiative = plan.initiatives.get(number="2")
    initiative.items.create(kind="target", text="Et | to\ntre", settled_on=date(2023, 6, 30), order=9)
    text = page(people.AARHUS_OFFICER[0], f"/initiativer/{initiative.pk}/ret/")
    assert "Et / to tre" in text
    client = Client()
    client.force_login(User.objects.get(email=people.AARHUS_OFFICER[0]))
    assert client.get(f"/planer/{plan.slug}/skabelon/?export=csv").status_code == 200


def test_lines_are_kept_in_the_order_they_are_given() -> None:
    initiative = plan_of(demo_aarhus.AARHUS).initiatives.get(number="2")
    one, two, fact = Item("target", "Et"), Item("target", "To"), Item("fact", "Faktum")
    for given in ((one, two, fact), (two, fact, one), (two, two, one), (two, one)):
        change_initiative(aarhus(), initiative, Sheet("2", initiative.name, items=given))
        stand = sheet_of(Initiative.objects.get(pk=initiative.pk)).items
        for kind in ("target", "fact"):
            assert [each for each in stand if each.kind == kind] == [each for each in given if each.kind == kind]


def test_two_at_once_are_told() -> None:
    initiative = plan_of(demo_aarhus.AARHUS).initiatives.get(number="2")
    seen = mark(initiative)
    change_initiative(aarhus(), initiative, Sheet("2", "Nyt navn"), seen=seen)
    with pytest.raises(Changed):
        change_initiative(aarhus(), initiative, Sheet("2", "Et andet navn"), seen=seen)


def test_one_publicly_financed_cluster_at_a_time() -> None:
    areas = {area.number: area for area in plan_of(demo_national.NATIONAL).focus_areas.all()}
    food, tourism = areas["9"], areas["17"]
    assert (food.name, tourism.name) == ("Fødevarer og bioressourcer", "Turisme")
    first = make_cluster(None, food, name="Food & Bio Cluster", valid_from=date(2021, 1, 1))
    with pytest.raises(ValidationError, match="allerede en offentligt finansieret klynge"):
        make_cluster(None, food, name="En til", valid_from=date(2022, 1, 1))
    with pytest.raises(IntegrityError, match="cluster_one_publicly_financed"), transaction.atomic():
        Cluster.objects.create(focus_area=food, name="Uden om reglen", valid_from=date(2022, 1, 1))
    make_cluster(None, food, name="Privat", valid_from=date(2022, 1, 1), publicly_financed=False)
    with pytest.raises(ValidationError, match="undtaget fra klyngeindsatsen"):
        make_cluster(None, tourism, name="Turismeklynge", valid_from=date(2021, 1, 1))
    Cluster.objects.filter(pk=first.pk).update(valid_to=date(2024, 12, 31))
    make_cluster(None, food, name="Den næste", valid_from=date(2025, 1, 1))


def test_areas_lie_in_no_circle_and_take_their_facts_along() -> None:
    plan = plan_of(demo_aarhus.AARHUS)
    officer = aarhus()
    top = make_area(plan, name="Top", kind="fokusområde", actor=officer)
    below = make_area(plan, name="Under", kind="mål", parent=top, actor=officer)
    with pytest.raises(ValidationError):
        change_area(officer, top, parent=below)
    foreign = FocusArea.objects.filter(programme__slug=demo_strategies.MIDTJYLLAND).first()
    with pytest.raises(ValidationError):
        change_area(officer, below, parent=foreign)
    initiative = make_initiative(plan, Sheet("20", "Prøve", areas=(below,)), actor=officer)
    spans = lambda area: {span.heading for span in ledger.headings_under(area.heading_id, ledger.AsOf.now())}  # noqa: E731
    assert initiative.heading_id in spans(top)
    change_area(officer, below, parent=None)
    assert initiative.heading_id not in spans(top)
    change_initiative(officer, initiative, Sheet("20", "Prøve", areas=(top, below)))
    assert initiative.heading_id in spans(top) - spans(below)


def test_a_plan_is_moved_in_time() -> None:
    plan = plan_of(demo_aarhus.AARHUS)
    plan = change_plan(aarhus(), plan, starts_on=date(2022, 12, 1))
    assert (plan.starts_on, plan.counted_from) == (date(2022, 12, 1), date(2022, 12, 1))
    plan = change_plan(aarhus(), plan, starts_on=date(2022, 6, 1))
    assert plan.counted_from == date(2022, 6, 1)
    Programme.objects.filter(pk=plan.pk).update(counted_from=date(2022, 9, 1))
    for at, said in (
        ("starts_on", {"starts_on": date(2022, 9, 2)}),
        ("ends_on", {"ends_on": date(2022, 8, 31)}),
    ):
        with pytest.raises(ValidationError) as refused:
            change_plan(aarhus(), plan, **said)
        assert list(refused.value.message_dict) == [at]
        assert "01.09.2022" in refused.value.messages[0]
    assert change_plan(aarhus(), plan, starts_on=date(2022, 9, 1)).counted_from == date(2022, 9, 1)


def test_plans_of_other_areas_are_not_named() -> None:
    national, plan = plan_of(demo_national.NATIONAL), plan_of(demo_aarhus.AARHUS)
    Programme.objects.filter(pk=plan.pk).update(parent=national)
    Programme.objects.filter(pk=national.pk).update(parent=plan, replaces=plan)
    address = f"/planer/{national.slug}/"
    assert page(people.AARHUS_OFFICER[0], address).count(plan.name) == 3
    assert plan.name not in page("kommune@demo.example", address)


def test_every_plan_is_there_as_a_spreadsheet() -> None:
    plan = plan_of(demo_national.NATIONAL)
    assert plan.initiatives.count() == 0
    assert f"/planer/{plan.slug}/skabelon/?export=xlsx" in page("kommune@demo.example", f"/planer/{plan.slug}/")


def test_an_effect_that_no_area_states_is_left_out_again() -> None:
    area = FocusArea.objects.get(programme__slug=demo_strategies.MIDTJYLLAND, name="Fødevarer")
    plan = area.programme
    there = [(each.name, each.unit) for each in plan.effect_indicators.order_by("order", "pk")]
    with ledger.entry():
        new = set_effects(plan, [*there, ("Nye job", "job")])[-1]
    expect(area, {new: Decimal(5)})
    with pytest.raises(ValidationError, match="Nye job"), ledger.entry():
        set_effects(plan, there)
    expect(area, {new: ExpectedEffect.State.NOT_STATED})
    with ledger.entry():
        set_effects(plan, there)
    assert [(each.name, each.unit) for each in plan.effect_indicators.order_by("order", "pk")] == there
    assert differences([MEASURE]) == []


def test_lines_end_alike_whoever_sends_them() -> None:
    plan = plan_of(demo_aarhus.AARHUS)
    area = make_area(plan, name="Linjer", kind="mål", text="Et\r\nto", actor=aarhus())
    assert FocusArea.objects.get(pk=area.pk).text == "Et\nto"
    assert change_area(aarhus(), area, text="Et\r\ntre").text == "Et\ntre"
    sheet = Sheet("30", "Linjer", text="Et\r\nto", target_group="a\rb", precondition="c\r\n\r\nd")
    made = Initiative.objects.get(pk=make_initiative(plan, sheet, actor=aarhus()).pk)
    assert (made.text, made.target_group, made.precondition) == ("Et\nto", "a\nb", "c\n\nd")


def test_the_api_tells_of_a_plan_what_its_page_does_and_searches_as_the_list_does() -> None:
    national, plan = plan_of(demo_national.NATIONAL), plan_of(demo_aarhus.AARHUS)
    Programme.objects.filter(pk=plan.pk).update(parent=national)
    Programme.objects.filter(pk=national.pk).update(parent=plan)
    seen = {email: api_programmes(email) for email in (people.AARHUS_OFFICER[0], "kommune@demo.example")}
    mine = seen[people.AARHUS_OFFICER[0]]
    told = [mine[plan.slug][name] for name in ("status", "version", "parent", "area")]
    assert told == ["draft", 1, national.slug, people.KKR_MIDTJYLLAND]
    told = [mine[national.slug][name] for name in ("status", "version", "parent", "area")]
    assert told == ["hearing", 1, plan.slug, None]
    assert seen["kommune@demo.example"][national.slug]["parent"] is None
    rows = initiatives(aarhus(), {"text": "kortlaegning af arbejdspladser"})
    found = InitiativeFilters({"text": "kortlaegning af arbejdspladser"}, Initiative.objects.visible_to(aarhus())).qs
    assert {each.pk for each in found} == {each.pk for each in rows} != set()


def api_programmes(email: str) -> dict[str, Any]:
    rows = ProgrammeSerializer(programmes_of(actor(email)), many=True).data
    return {row["slug"]: row for row in rows}


def test_links_are_to_what_one_names() -> None:
    area = FocusArea.objects.get(programme__slug=demo_national.NATIONAL, number="20.7")
    driver = FocusArea.objects.get(programme__slug=demo_national.NATIONAL, number="4")
    set_links(area, [Link(driver, note="Bredt")])
    set_links(area, [Link(driver, starred=True)])
    assert list(area.links.values_list("to__number", "starred", "note")) == [("4", True, "")]
    set_links(area, [])
    assert area.links.count() == 0


def test_the_matrix_shows_regions_against_national_drivers() -> None:
    text = page("kommune@demo.example", f"/planer/{demo_national.NATIONAL}/matrix/")
    assert "Kvalificeret arbejdskraft (særligt perspektivrig)" in text
    assert "Forskning og styrket adgang til viden; Testmiljøer" in text
    crossed = page(
        people.AARHUS_OFFICER[0],
        f"/planer/{demo_strategies.MIDTJYLLAND}/matrix/?rows=v%C3%A6kstdriver&columns=fokusomr%C3%A5de",
    )
    assert crossed.count("1 initiativ") == 1


def test_the_list_is_searched_in_danish() -> None:
    for text in ("Aarhus Cityforening", "kortlaegning", "Kortlægning"):
        page(people.AARHUS_OFFICER[0], f"/initiativer/?text={text}")
    found = page(people.AARHUS_OFFICER[0], "/initiativer/?text=kortlaegning+af+arbejdspladser")
    assert "6 Kortlægning af arbejdspladser" in found
    assert "Tech City" not in found
