"""What companies need: who sees it, how it goes on, and the match that meets it."""

from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from matching import needs, standing
from matching.matches import Invalid, undo_match
from matching.merging import merge, undo_merge
from matching.models import Match, Need, NeedMatch
from portal import ledger
from portal.drafts.versions import Changed
from portal.identity.members import tasks
from portal.identity.models import Membership
from portal.identity.rights import Refused
from tests.matching.conftest import TODAY, World
from tests.matching.referral_world import offer
from tests.waits import waits

pytestmark = pytest.mark.django_db
LIMFJORD, KATTEGAT = "Limfjord Køleteknik A/S", "Kattegat Ærøkål ApS"
WISH = "En sælger til Tyskland"


WAITS = "matching.needs"


def register(world: World, who: str = "office", company: str = LIMFJORD, **said: Any) -> Need:
    given: dict[str, Any] = {"found_on": TODAY, "kind": "job_profile", "wish": WISH}
    return needs.register_need(world.actor(who), world.companies[company], **{**given, **said})


def test_a_need_is_the_own_organisations_until_it_is_shared(world: World) -> None:
    need = register(world)
    assert need.visibility == "own"
    page = f"/behov/{need.pk}/"
    statuses = {who: world.client(who).get(page).status_code for who in ("office", "municipality", "AAU", "steward")}
    assert statuses == {"office": 200, "municipality": 200, "AAU": 404, "steward": 404}
    assert WISH not in world.client("AAU").get(f"/virksomheder/{need.company_id}/").content.decode()
    needs.change_need(world.actor("office"), need, visibility="partners")
    assert WISH in world.client("AAU").get(page).content.decode()
    assert LIMFJORD in world.client("AAU").get("/behov/").content.decode()
    assert world.client("odense").get(page).status_code == 404
    assert world.client("kkr").get(page).status_code == 403
    with pytest.raises(Refused):
        needs.change_need(world.actor("AAU"), need, wish="Andet")
    assert world.client("AAU").get(f"{page}ret/").status_code == 403


def test_what_is_wrong_is_said_all_at_once_at_its_field(world: World) -> None:
    with pytest.raises(ValidationError) as refused:
        register(
            world, found_on=TODAY + timedelta(days=1), kind="", wish=" ", number_wanted=0, competences=["x"],
            match_types=["x"], work_area="x", education_level="phd", visibility="all", contact_person=0, growth="much",
        )  # fmt: skip
    assert set(refused.value.message_dict) == {
        "found_on", "kind", "wish", "number_wanted", "competences", "match_types", "work_area", "education_level",
        "visibility", "contact_person", "growth",
    }  # fmt: skip
    answer = world.client("office").post(
        f"/virksomheder/{world.companies[LIMFJORD].pk}/behov/nyt/", {"tasks": "Rejse meget", "number_wanted": "ti"}
    )
    assert answer.status_code == 400
    assert "Rejse meget" in answer.content.decode(), "nothing typed is lost"
    assert "Skriv, hvad virksomheden ønsker." in answer.content.decode()


def test_the_form_says_all_that_a_need_may_say(world: World) -> None:
    client, company = world.client("office"), world.companies[LIMFJORD]
    answer = client.post(
        f"/virksomheder/{company.pk}/behov/nyt/",
        {
            "kind": "student_case", "found_on_day": "31", "found_on_month": "1", "found_on_year": "2021",
            "wish": WISH, "tasks": "Opgaver", "competences": ["sales", "it"], "visibility": "partners",
            "growth": "unrecognised", "potential": "Stort", "work_area": "other", "education_level": "mvu",
            "match_types": ["internship", "student_project"], "number_wanted": "3", "start_month": "2021-09",
        },
    )  # fmt: skip
    need = Need.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/behov/{need.pk}/"
    assert (need.kind, need.growth, need.work_area_id, need.education_level, need.number_wanted, need.start_month) == (
        "student_case", "unrecognised", "other", "mvu", 3, date(2021, 9, 1),
    )  # fmt: skip
    assert (need.competences, need.match_types) == (["sales", "it"], ["internship", "student_project"])
    profile = client.get(f"/behov/{need.pk}/profil/").content.decode()
    assert [text for text in ("Opgaver", "September 2021", "Stort") if text in profile] == ["Opgaver", "September 2021"]


def test_it_goes_on_closes_and_opens_again(world: World) -> None:
    office, need = world.actor("office"), register(world)
    need = needs.take_step(office, need, candidates=2)
    assert (need.status, need.candidates) == ("in_progress", 2)
    with pytest.raises(ValidationError):
        needs.close_need(office, need, "")
    with pytest.raises(Changed):
        needs.close_need(office, need, "mobility", seen="x")
    need = needs.close_need(office, need, "mobility", note="For langt")
    assert (need.status, need.close_reason_id, need.closed_on) == ("closed", "mobility", TODAY)
    for forbidden in (
        lambda: needs.change_need(office, need, wish="Andet"), lambda: needs.take_step(office, need, candidates=3),
    ):  # fmt: skip
        with pytest.raises(Refused):
            forbidden()
    assert needs.reopen_need(office, need).status == "in_progress"
    with pytest.raises(Refused):
        needs.reopen_need(office, need)


def test_a_match_from_the_need_meets_it_and_the_same_form_twice_is_one(world: World) -> None:
    need = register(world, visibility="partners", match_types=["internship"], work_area="sales_marketing")
    client = world.client("hub")
    form = client.get(f"/behov/{need.pk}/match/").content.decode()
    assert LIMFJORD in form
    assert f'action="/behov/{need.pk}/match/"' in form
    assert '<option value="sales_marketing" selected' in form
    assert 'value="internship"' in form.split("checked")[0].rsplit("<input", 1)[1]
    sent = {
        "token": "behov-1", "company": str(need.company_id), "company_text": LIMFJORD, "company_for": LIMFJORD,
        "match_type": "internship", "created_by": str(world["BusinessAalborg"].pk), "work_area": "sales_marketing",
        "agreed_on_day": "31", "agreed_on_month": "1", "agreed_on_year": "2021", "programme": "vvv",
    }  # fmt: skip
    for _turn in range(2):
        answer = client.post(f"/behov/{need.pk}/match/", sent)
        assert answer.status_code == 302, answer.content.decode()
    match = Match.objects.get()
    assert list(NeedMatch.objects.values_list("need", "match")) == [(need.pk, match.pk)]
    need.refresh_from_db()
    assert (need.status, need.closed_on) == ("met", TODAY)
    assert client.get(f"/behov/{need.pk}/match/").status_code == 403, "it is met"
    # The partner who found it sees the match as its creator; UCN sees that there is one.
    assert f"/match/{match.pk}/" in world.client("office").get(f"/behov/{need.pk}/").content.decode()
    shown = world.client("UCN").get(f"/behov/{need.pk}/").content.decode()
    assert f"/match/{match.pk}/" not in shown
    assert "1 match hos en anden partner" in shown


def test_two_are_wanted_and_one_match_is_not_enough(world: World) -> None:
    need = register(world, number_wanted=2)
    receipt = needs.match_of_need(world.actor("office"), need, world.entry())
    need.refresh_from_db()
    assert need.status == "in_progress"
    undo_match(world.actor("office"), receipt.match)
    needs.match_of_need(world.actor("office"), need, world.entry(match_type="ordinary_job"))
    need.refresh_from_db()
    assert need.status == "in_progress", "the one that was undone is none"
    needs.match_of_need(world.actor("office"), need, world.entry(match_type="internship"))
    need.refresh_from_db()
    assert need.status == "met"


def test_a_match_that_is_undone_meets_nothing_and_meets_it_again_when_it_comes_back(world: World) -> None:
    office, need = world.actor("office"), register(world)
    match = undo_match(office, needs.match_of_need(office, need, world.entry()).match)
    need.refresh_from_db()
    assert (need.status, need.closed_on) == ("in_progress", None)
    with ledger.entry():
        standing.put_back(match, office, "Den var rigtig")
    need.refresh_from_db()
    assert (need.status, need.closed_on) == ("met", TODAY)
    needs.close_need(office, needs.reopen_need(office, need), "mobility")
    with ledger.entry():
        standing.take_out(match, office, "")
    need.refresh_from_db()
    assert need.status == "closed", "what was closed without a match stays so"


def test_a_need_whose_match_was_undone_before_that_was_seen_to_is_in_progress_again(world: World) -> None:
    office, met, undone = world.actor("office"), register(world), register(world)
    needs.match_of_need(office, met, world.entry(match_type="internship"))
    undo_match(office, needs.match_of_need(office, undone, world.entry()).match)
    Need.objects.filter(pk=undone.pk).update(status="met", closed_on=TODAY)
    migration = import_module("matching.migrations.0021_undone_contacts_and_matches")
    with connection.cursor() as cursor:
        cursor.execute(migration.MET_NO_MORE)
    assert dict(Need.objects.values_list("pk", "status")) == {met.pk: "met", undone.pk: "in_progress"}


def test_a_need_shows_which_services_fit_and_whom_to_write_to(world: World) -> None:
    """Of its theme, offered today where the company lies; no more once it is closed."""
    need = register(world, kind="student_case")
    offer(world)
    offer(world, title="Kun Rebild", municipalities=["0840"])
    offer(world, title="Rekruttering", kinds=["recruiting"])
    offer(world, title="Forbi", valid_to=TODAY - timedelta(days=1))

    def shown(*titles: str) -> list[str]:
        page = world.client("office").get(f"/behov/{need.pk}/").content.decode()
        return [title for title in titles if title in page]

    every = ("Én indgang til de studerende", "Stine Studiekontakt", "stine@aau.example", "Kun Rebild", "Rekruttering")
    assert shown(*every, "Forbi") == list(every[:3])
    needs.close_need(world.actor("office"), need, "mobility")
    assert shown(*every) == []


def test_a_match_with_another_company_is_refused_whole(world: World) -> None:
    need = register(world)
    with pytest.raises(Invalid):
        needs.match_of_need(
            world.actor("office"), need, world.entry(company=world.companies[KATTEGAT], municipality="0840")
        )
    assert not Match.objects.exists()
    assert not NeedMatch.objects.exists()


def test_after_three_weeks_without_a_step_it_waits(world: World) -> None:
    need = register(world)
    for days, number in ((20, 0), (21, 1)):
        with time_machine.travel(f"{TODAY + timedelta(days=days)}T11:00:00+00:00", tick=False):
            assert len(waits(world.actor("office"), WAITS)) == number, days
    with time_machine.travel(f"{TODAY + timedelta(days=21)}T11:00:00+00:00", tick=False):
        (line,) = waits(world.actor("office"), WAITS)
        assert (line.title, line.since, line.url) == (LIMFJORD, TODAY, f"/behov/{need.pk}/")
        needs.take_step(world.actor("office"), need, candidates=0)
        assert waits(world.actor("office"), WAITS) == []


def test_who_leaves_hands_needs_to_a_colleague(world: World) -> None:
    register(world, "hub")
    leaving, colleague = (Membership.objects.get(user=world.actor(name).user) for name in ("hub", "hub2"))
    assert {task.source.key: task.number for task in tasks.open_tasks(leaving)}["matching.needs"] == 1
    tasks.hand_over(leaving, colleague, world.actor("hub").user)
    assert Need.objects.get().responsible_id == colleague.user_id
    assert Need.objects.get().registered_by_id == leaving.user_id


def test_needs_go_along_when_companies_merge_and_come_back(world: World) -> None:
    need = register(world, company=KATTEGAT)
    kept, absorbed = world.companies[LIMFJORD], world.companies[KATTEGAT]
    row = merge(world.actor("steward"), kept, absorbed)
    need.refresh_from_db()
    assert need.company_id == kept.pk
    undo_merge(world.actor("steward"), row)
    need.refresh_from_db()
    assert need.company_id == absorbed.pk


def test_the_database_holds_what_must_hold(world: World) -> None:
    need = register(world)
    for change in (
        {"status": "closed"}, {"status": "met"}, {"number_wanted": 0}, {"competences": ["x"]}, {"match_types": ["x"]},
        {"start_month": date(2021, 9, 2)}, {"visibility": "all"},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Need.objects.filter(pk=need.pk).update(**change)


def test_the_list_filters_and_its_file_is_the_list(world: World) -> None:
    register(world, competences=["sales"])
    closed = register(world, company=KATTEGAT, kind="student_case", match_types=["internship"], competences=["it"])
    needs.close_need(world.actor("office"), closed, "other")
    client = world.client("office")
    for query, there, gone in (
        ("text=kattegat", KATTEGAT, LIMFJORD), ("status=waiting", LIMFJORD, KATTEGAT),
        ("competence=it", KATTEGAT, LIMFJORD), ("match_type=internship", KATTEGAT, LIMFJORD),
        ("kind=job_profile", LIMFJORD, KATTEGAT),
    ):  # fmt: skip
        page = client.get(f"/behov/?{query}").content.decode()
        table = page[page.index("</form>", page.index("<main")) :]
        file = b"".join(client.get(f"/behov/?{query}&export=csv").streaming_content).decode()
        assert [there in table, gone in table] == [True, False], query
        assert [there in file, gone in file] == [True, False], query
