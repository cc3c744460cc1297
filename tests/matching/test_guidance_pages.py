"""The pages and the API of guidance: registering, ending, filtering, figures, and who is in the team."""

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from matching.guidance import expecting, steps, team
from matching.guidance.courses import undo_course
from matching.guidance.figures import Count, figures_of
from matching.guidance.steps import Referral
from matching.merging import preview
from matching.models import Company, EarlyWarningMember, GuidanceCourse, PrivateReferral
from portal import ledger
from portal.identity.actor import Actor, actor_for
from portal.identity.members import tasks
from portal.identity.models import Deputy, Membership
from portal.identity.rights import Refused
from portal.identity.roles import Role
from portal.identity.tokens import issue_token
from portal.ledger import registry
from portal.ledger.models import FactRecord
from reporting.engine.indicators.asks import Ask
from reporting.engine.indicators.evaluate import read_indicators
from reporting.indicators import set_indicator
from reporting.rules.values import Number
from tests.forms import reads, send, sends
from tests.identity.helpers import signed_in
from tests.matching.conftest import TODAY, World
from tests.matching.guidance import SECRET, guided, of_the_hub, warned
from tests.matching.guidance import team as in_team
from tests.waits import waits


def test_a_course_is_registered_on_the_page_from_the_companys(world: World, frozen: object) -> None:
    client, company = world.client("hub"), world.companies["Limfjord Køleteknik A/S"]
    page = client.get(f"/virksomheder/{company.pk}/")
    assert f"/vejledning/ny/?company={company.pk}" in page.content.decode()
    address = f"/vejledning/ny/?company={company.pk}"
    form = sends(client.get(address))
    assert form["municipality"] == [company.municipality_id], "the company's own is chosen"
    wrong = client.post(address, {**form, "note": "Min lange note"})
    assert wrong.status_code == 400
    assert "Vælg forløbets type." in reads(wrong)
    assert "Min lange note" in reads(wrong), "nothing typed is lost"
    right = {**form, "type": "short", "main_theme": "sales", "other_themes": ["green", "sales"], "note": "Ring"}
    answer = client.post(address, right)
    course = GuidanceCourse.objects.get()
    assert answer["Location"] == f"/vejledning/{course.pk}/"
    assert (course.main_theme, course.other_themes, course.note) == ("sales", ["green"], "Ring")
    assert client.post(address, right)["Location"] == answer["Location"], "sent twice it is registered once"
    assert GuidanceCourse.objects.count() == 1
    shown = reads(client.get(answer["Location"]))
    assert "Kort forløb" in shown
    assert "Salg og markedsføring" in shown


def test_a_course_like_one_that_is_there_is_asked_about(world: World, frozen: object) -> None:
    guided(world)
    address = f"/vejledning/ny/?company={world.companies['Limfjord Køleteknik A/S'].pk}"
    client = world.client("hub2")
    page = client.get(address)
    assert "Det er et andet forløb" not in reads(page)
    right = {**sends(page), "type": "growth", "main_theme": "sales", "note": "Ring igen"}
    asked = client.post(address, right)
    assert asked.status_code == 400
    assert "begyndt 02.01.2021" in reads(asked)
    assert "Det er et andet forløb" in reads(asked)
    assert "Ring igen" in reads(asked)
    wrong = client.post(address, {**right, "another_course": "on", "main_theme": ""})
    assert "Det er et andet forløb" in reads(wrong), "what was ticked stays"
    assert client.post(address, {**right, "another_course": "on"}).status_code == 302
    assert GuidanceCourse.objects.count() == 2


def test_a_company_is_looked_for_or_added(world: World, frozen: object) -> None:
    client = world.client("hub")
    found = reads(client.get("/vejledning/ny/?text=limfjord"))
    assert "Limfjord Køleteknik A/S" in found
    address = "/vejledning/ny/?another=1&text=Helt+Ny+ApS"
    form = sends(client.get(address))
    assert form["company_name"] == ["Helt Ny ApS"]
    wrong = client.post(address, {**form, "type": "growth", "main_theme": "sales", "company_cvr": "12345678"})
    assert wrong.status_code == 400
    assert not Company.objects.filter(name="Helt Ny ApS").exists()
    right = {**form, "type": "growth", "main_theme": "sales", "company_municipality": "0840"}
    made = client.post(address, right)
    assert made.status_code == 302, reads(made)
    course = GuidanceCourse.objects.get()
    assert (course.company.name, course.municipality_id) == ("Helt Ny ApS", "0840")


def test_it_is_ended_with_a_referral_and_corrected(world: World, frozen: object) -> None:
    client, course = world.client("hub"), guided(world)
    address = f"/vejledning/{course.pk}/"
    page = client.get(f"{address}afslut/")
    form = sends(page)
    wrong = client.post(f"{address}afslut/", {**form, "how": "ended", "area": "sales"})
    assert "Skriv den private rådgivers navn." in reads(wrong)
    assert client.post(f"{address}afslut/", {**form, "how": "ended", "firm": "Revision Nord"}).status_code == 302
    assert PrivateReferral.objects.get().area == "digital"
    assert "Revision Nord" in reads(client.get(address))
    row = PrivateReferral.objects.get()
    taken = send(client, f"/vejledning/privat-raadgiver/{row.pk}/tag-tilbage/", {"reason": "Fejl"})
    assert taken.status_code == 302
    form = sends(client.get(f"{address}ret/"))
    assert form["ended_on"] == ["31.01.2021"]
    answer = client.post(f"{address}ret/", {**form, "main_theme": "sales"})
    assert "Skriv, hvorfor forløbet rettes." in reads(answer)
    assert client.post(f"{address}ret/", {**form, "main_theme": "sales", "reason": "Slog fejl"}).status_code == 302
    course.refresh_from_db()
    assert course.main_theme == "sales"
    assert client.post(f"{address}ret/", {**form, "reason": "Igen"}).status_code == 409, "somebody was first"


def test_the_list_is_filtered_and_its_file_is_the_list(world: World) -> None:
    guided(world)
    guided(world, type="short", main_theme="sales", company=world.companies["Kattegat Ærøkål ApS"].pk,
           started_on=date(2020, 12, 1), ended_on=date(2020, 12, 2), municipality="0840")  # fmt: skip
    again = guided(world, type="operation")
    client = world.client("hub2")
    for query, companies in (
        ("", {"Limfjord Køleteknik A/S", "Kattegat Ærøkål ApS"}),
        ("type=short", {"Kattegat Ærøkål ApS"}),
        ("type=growth_operation", {"Limfjord Køleteknik A/S"}),
        ("theme=green", {"Limfjord Køleteknik A/S", "Kattegat Ærøkål ApS"}),
        ("theme=sales", {"Kattegat Ærøkål ApS"}),
        ("municipality=0840", {"Kattegat Ærøkål ApS"}),
        ("started_to=31.12.2020", {"Kattegat Ærøkål ApS"}),
        ("stage=running", {"Limfjord Køleteknik A/S"}),
        ("text=limfjord", {"Limfjord Køleteknik A/S"}),
        ("returning=yes", {"Limfjord Køleteknik A/S"}),
        (f"adviser={world.actors['hub2'].user.pk}", set()),
    ):
        page = client.get(f"/vejledning/?{query}").content.decode()
        file = b"".join(client.get(f"/vejledning/?{query}&export=csv").streaming_content).decode("utf-8-sig")
        for name in ("Limfjord Køleteknik A/S", "Kattegat Ærøkål ApS"):
            table = page[page.index("<main") :]
            assert (name in table) == (name in companies), (query, name)
            assert (name in file) == (name in companies), (query, name)
    assert again.returning
    assert "3 forløb, 2 virksomheder" in reads(client.get("/vejledning/"))


def test_others_are_told_that_the_company_is_guided_and_no_more(world: World) -> None:
    in_team(world)
    course = guided(world, note="Vores egen note")
    warned(world, started_on=date(2021, 1, 7))
    for name in ("AAU", "office", "steward", "hub2"):
        page = reads(world.client(name).get(f"/virksomheder/{course.company_id}/"))
        assert "Erhvervshus Nordjylland" in page, name
        assert "02.01.2021" in page
        assert "07.01.2021" not in page
        assert "Vores egen note" not in page
        assert ("Vækstforløb" in page) == (name == "hub2")
    assert "07.01.2021" in reads(world.client("hub").get(f"/virksomheder/{course.company_id}/"))
    assert "Erhvervshus Nordjylland" not in reads(world.client("odense").get(f"/virksomheder/{course.company_id}/"))


def test_early_warning_is_not_there_for_a_colleague_the_controller_or_a_deputy(world: World) -> None:
    in_team(world)
    course = warned(world)
    controller = of_the_hub(world, Role.HUB_CONTROLLER)
    for client in (world.client("hub2"), signed_in(Client(), controller)):
        for end in ("", "ret/", "naeste/", "afslut/", "privat-raadgiver/", "evaluering/", "fortryd/"):
            answer = client.get(f"/vejledning/{course.pk}/{end}")
            assert answer.status_code in (403, 404)
            assert SECRET not in answer.content.decode()
        listed = reads(client.get("/vejledning/?type=early_warning"))
        assert "0 forløb, 0 virksomheder" in listed
    today = date(2021, 1, 31)
    principal = Membership.objects.get(user=world.actors["hub"].user)
    deputy = Membership.objects.get(user=world.actors["hub2"].user)
    stands_in = Deputy.objects.create(
        principal=principal, deputy=deputy, valid_from=today, valid_to=today, given_by=principal.user
    )
    acting = actor_for(world.actors["hub2"].user, f"{principal.pk}d{stands_in.pk}")
    assert acting.deputy_for == principal.user
    assert not GuidanceCourse.objects.visible_to(acting).exists()
    assert GuidanceCourse.objects.visible_to(world.actor("hub")).exists()


def test_who_leaves_the_team_sees_it_no_more(world: World) -> None:
    member = in_team(world)
    course = warned(world)
    admin = actor_for(of_the_hub(world, Role.ADMINISTRATOR))
    team.remove(admin, member)
    assert world.client("hub").get(f"/vejledning/{course.pk}/").status_code == 404
    with pytest.raises(ValidationError):
        warned(world, company=world.companies["Kattegat Ærøkål ApS"].pk)
    team.add(admin, world.actors["hub"].user.pk)
    assert world.client("hub").get(f"/vejledning/{course.pk}/").status_code == 200
    assert EarlyWarningMember.objects.count() == 2, "that somebody left and came back is kept"


def test_who_may_be_in_the_team(world: World) -> None:
    user = of_the_hub(world, Role.HUB_CONTROLLER)
    controller = actor_for(user)
    with pytest.raises(ValidationError):
        team.add(controller, user.pk)
    with pytest.raises(ValidationError):
        team.add(controller, world.actors["AAU"].user.pk)
    team.add(controller, world.actors["hub"].user.pk)
    with pytest.raises(ValidationError):
        team.add(controller, world.actors["hub"].user.pk)
    Membership.objects.create(user=user, organisation=world["hub"], role=Role.HUB_ADVISER, valid_from=date(2020, 6, 1))
    with pytest.raises(ValidationError):
        team.add(actor_for(user), user.pk)
    with pytest.raises(Refused):
        team.add(world.actor("hub"), world.actors["hub2"].user.pk)
    page = signed_in(Client(), user).get("/vejledning/early-warning/")
    assert "hub" in reads(page)


def test_the_figures_of_a_year(world: World) -> None:
    """Limfjord: a growth course, a short one and one of Early Warning; Kattegat: an operation course, led on."""
    in_team(world)
    guided(world, started_on=date(2020, 3, 1))
    guided(world, type="short", started_on=date(2021, 1, 4))
    warned(world, started_on=date(2021, 1, 5))
    kattegat = guided(
        world, type="operation", company=world.companies["Kattegat Ærøkål ApS"].pk, municipality="0840",
        main_theme="sales",
    )  # fmt: skip
    steps.refer(world.actor("hub"), kattegat, Referral("Revision Nord"), TODAY)
    figures = figures_of(world["hub"], 2021)
    assert figures.groups == {"growth_operation": Count(1, 1), "short_early_warning": Count(2, 1)}
    assert figures.whole == Count(3, 2)
    assert (figures.new, figures.returning, figures.share_new) == (1, 1, Fraction(1, 2))
    assert figures.themes == {"sales": Count(1, 1)}
    assert figures.municipalities == {"0840": Count(1, 1)}
    assert figures.referred == Count(1, 1)
    user = of_the_hub(world, Role.HUB_CONTROLLER)
    expecting.expect(
        actor_for(user), 2021, growth_operation=300, short_early_warning=None, companies=600, source="Mål 5"
    )
    for client in (world.client("kkr"), world.client("office"), signed_in(Client(), user)):
        page = reads(client.get("/vejledning/tal/?year=2021"))
        assert "2 forskellige virksomheder er vejledt." in page
        for part in ("300", "600", "Mål 5", "ikke oplyst i kilden"):
            assert part in page
    assert "ikke noget erhvervshus" in reads(world.client("odense").get("/vejledning/tal/?year=2021"))
    for wrong in ("002020999", "1999", "2101", "x", "²⁰²⁰"):
        assert world.client("office").get("/vejledning/tal/", {"year": wrong}).status_code == 200


def test_an_indicator_counts_unique_companies(world: World) -> None:
    """As goal 5 does: up to 600 guided companies, and 300 of each kind."""
    in_team(world)
    guided(world), guided(world, type="short"), warned(world, company=world.companies["Kattegat Ærøkål ApS"].pk)
    common: dict[str, Any] = {
        "owner": world["KKR"], "unit": "virksomheder", "kind": "measure", "measure": "guidance_course",
    }  # fmt: skip
    hub = {"organisations": [world["hub"].pk]}
    with ledger.entry():
        set_indicator("vejledte", name="Vejledte", aggregate="distinct", filter=hub, **common)
        set_indicator(
            "korte", name="Korte", aggregate="sum", filter={**hub, "categories": ["short_early_warning"]}, **common
        )
    asks = [Ask(key, date(2021, 1, 1), date(2021, 12, 31)) for key in ("vejledte", "korte")]
    found = read_indicators(asks, None)
    assert [found[ask].value for ask in asks] == [Number(Fraction(2)), Number(Fraction(2))]


def test_a_fact_of_the_group_with_early_warning_is_opened_by_the_team_alone(world: World) -> None:
    in_team(world)
    for course in (guided(world), guided(world, type="short"), warned(world)):
        assert course.pk
    definition = registry.get("guidance_course")
    records = list(FactRecord.objects.filter(measure="guidance_course"))
    for name, opened in (("hub", 3), ("hub2", 1), ("AAU", 0), ("kkr", 0), ("steward", 0)):
        described = definition.describe(records, world.actor(name)).values()
        assert len([each for each in described if each.url]) == opened, name
        ids = definition.visible(world.actor(name))
        assert ids is not None
        assert ids.count() == opened, name
        assert len({each.title for each in described if not each.url}) <= 1, "those that are closed look alike"
    with_key = replace(world.actor("hub"), by_key=True)
    ids = definition.visible(with_key)
    assert ids is not None
    opened_to_key = [each for each in definition.describe(records, with_key).values() if each.url]
    assert (len(opened_to_key), ids.count()) == (1, 1), "a key of the team's opens what any colleague's does"


def test_merging_says_nothing_of_it(world: World) -> None:
    in_team(world)
    one, other = world.companies["Limfjord Køleteknik A/S"], world.companies["Kattegat Ærøkål ApS"]
    before = preview(one, other).lines
    warned(world, company=other.pk)
    assert preview(one, other).lines == before


STEPS, EVALUATIONS, LEFT = "matching.guidance_steps", "matching.guidance_evaluations", "matching.guidance_left"


def waiting_urls(actor: Actor, key: str) -> list[str]:
    return [line.url for line in waits(actor, key)]


def test_what_waits(world: World) -> None:
    in_team(world)
    due = guided(world, next_step_on=date(2021, 1, 31))
    guided(world, next_step_on=date(2021, 2, 1), company=world.companies["Kattegat Ærøkål ApS"].pk)
    over = guided(world, type="short", ended_on=date(2021, 1, 20))
    hidden = warned(world, next_step_on=date(2021, 1, 30))
    warned(world, ended_on=date(2021, 1, 20))
    me = world.actor("hub")
    assert waiting_urls(me, STEPS) == [f"/vejledning/{hidden.pk}/", f"/vejledning/{due.pk}/"]
    assert waiting_urls(me, EVALUATIONS) == [f"/vejledning/{over.pk}/evaluering/"]
    assert waits(me, EVALUATIONS)[0].detail == "kort forløb"
    for name in ("hub", "hub2", "AAU", "kkr"):
        assert waiting_urls(world.actor(name), LEFT) == []
        if name != "hub":
            assert waiting_urls(world.actor(name), STEPS) == waiting_urls(world.actor(name), EVALUATIONS) == []
    left = {task.source.key: task.number for task in tasks.open_tasks(Membership.objects.get(user=me.user))}
    assert left["matching.guidance"] == 2, "without Early Warning, which is its team's"


def test_courses_of_who_left_wait_on_the_colleagues(world: World) -> None:
    """Running ones, and ended ones whose company was not invited; of Early Warning on its team alone."""
    in_team(world)
    in_team(world, "hub2")
    running = guided(world)
    over = guided(world, type="short", started_on=date(2021, 1, 3), ended_on=date(2021, 1, 20))
    broken = guided(world, type="operation")
    steps.end_course(world.actor("hub"), broken, TODAY, broken_off=True)
    undo_course(world.actor("hub"), guided(world))
    warned_of = warned(world, started_on=date(2021, 1, 4))
    colleague = actor_for(of_the_hub(world, Role.HUB_ADVISER))
    assert waiting_urls(colleague, LEFT) == waiting_urls(world.actor("hub2"), LEFT) == []
    Membership.objects.filter(user=world.actors["hub"].user).update(valid_to=date(2021, 1, 30))
    told = [f"/vejledning/{course.pk}/naeste/" for course in (running, over, warned_of)]
    assert waiting_urls(world.actor("hub2"), LEFT) == told
    assert waiting_urls(colleague, LEFT) == told[:2]
    assert waiting_urls(world.actor("AAU"), LEFT) == []
    steps.plan_step(colleague, running, next_step_on=TODAY, adviser=colleague.user.pk)
    assert waiting_urls(colleague, LEFT) == told[1:2]
    assert waiting_urls(colleague, STEPS) == [f"/vejledning/{running.pk}/"]


def test_a_course_of_early_warning_whose_adviser_left_the_team_waits_on_the_team(world: World) -> None:
    member = in_team(world)
    in_team(world, "hub2")
    course = warned(world)
    team.remove(actor_for(of_the_hub(world, Role.ADMINISTRATOR)), member)
    assert waiting_urls(world.actor("hub2"), LEFT) == [f"/vejledning/{course.pk}/naeste/"]
    assert waiting_urls(world.actor("hub"), LEFT) == []


def test_over_the_api(world: World) -> None:
    in_team(world)
    hidden = warned(world)
    client, user = Client(), world.actors["hub"].user
    token = issue_token(user)

    def ask(method: str, address: str, body: dict[str, Any] | None = None, **headers: str) -> Any:
        heads = {"Authorization": f"Bearer {token}", **headers}
        kind = {"content_type": "application/json"} if method == "post" else {}
        return getattr(client, method)(f"/api/v1{address}", body, headers=heads, **kind)  # type: ignore[arg-type]

    said = {"company": world.companies["Limfjord Køleteknik A/S"].pk, "type": "short", "main_theme": "sales",
            "started_on": "2021-01-04"}  # fmt: skip
    made = ask("post", "/guidance-courses/", said, **{"Idempotency-Key": "en"})
    assert made.status_code == 201, made.content
    again = ask("post", "/guidance-courses/", said, **{"Idempotency-Key": "en"})
    assert (again.status_code, again.json()["id"]) == (200, made.json()["id"])
    pk = made.json()["id"]
    wrong = ask("post", "/guidance-courses/", {**said, "type": "early_warning"})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["type"])
    referred = ask("post", f"/guidance-courses/{pk}/referrals/", {"firm": "Revision Nord", "day": "2021-01-10"})
    assert (referred.status_code, referred.json()["referrals"][0]["area"]) == (201, "sales")
    ended = ask("post", f"/guidance-courses/{pk}/end/", {"day": "2021-01-20"}, **{"If-Match": "*"})
    assert (ended.status_code, ended.json()["stage"]) == (200, "ended")
    listed = ask("get", "/guidance-courses/?type=short").json()["results"]
    assert [row["id"] for row in listed] == [pk]
    assert ask("get", f"/guidance-courses/{hidden.pk}/").status_code == 404
    assert ask("get", "/guidance-courses/?type=early_warning").status_code == 400
    assert SECRET not in json.dumps(ask("get", "/guidance-courses/").json())
