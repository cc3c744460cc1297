"""How a match goes on: who may say so, in which order, and what stays of it."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from matching.course import may_report, report
from matching.entries import More
from matching.history import HistoricMatch, import_matches
from matching.matches import Invalid, undo_match
from matching.models import Match, MatchTransition, Stage
from portal import ledger
from portal.drafts.versions import Changed
from portal.identity.rights import Refused
from portal.ledger.audit import differences
from portal.ledger.models import Fact
from tests.matching.conftest import SAID, TODAY, World


def kinds(match: Match) -> list[str]:
    return [row.kind for row in match.transitions.order_by("pk")]


def test_it_starts_and_ends(world: World, frozen: object) -> None:
    match = world.register(agreed_on=date(2021, 1, 10)).match
    report(world.actor("hub"), match, "started", date(2021, 1, 20))
    match = report(world.actor("office"), match, "ended", TODAY, remark=" Gik godt ")
    assert (match.stage, match.starts_on, match.ends_on) == (Stage.ENDED, date(2021, 1, 20), TODAY)
    assert kinds(match) == ["agreed", "started", "ended"]
    last = match.transitions.latest("pk")
    assert (last.day, last.reason, last.organisation) == (TODAY, "Gik godt", world["BusinessAalborg"])
    assert Fact.objects.count() == 1, "what counts by the day of agreement is not touched"
    assert differences() == []


def test_it_is_broken_off_with_a_reason(world: World) -> None:
    match = world.register().match
    with pytest.raises(Invalid) as caught:
        report(world.actor("hub"), match, "broken_off", TODAY)
    assert list(caught.value.errors) == ["why"]
    match = report(world.actor("hub"), match, "broken_off", TODAY, why="competences")
    assert (match.stage, match.broken_off_on, match.broken_off_reason_id) == ("broken_off", TODAY, "competences")
    assert match.transitions.latest("pk").break_reason_id == "competences"
    assert not may_report(world.actor("hub"), match), "it is over"


@pytest.mark.parametrize(
    ("kind", "day", "field"),
    [
        ("ended", None, "day"),
        ("ended", date(2021, 1, 9), "day"),
        ("started", date(2021, 2, 1), "day"),
        ("withdrawn", TODAY, "kind"),
        ("corrected", TODAY, "kind"),
        ("", TODAY, "kind"),
    ],
)
def test_what_cannot_have_happened(world: World, kind: str, day: date | None, field: str) -> None:
    match = world.register(agreed_on=date(2021, 1, 10)).match
    with pytest.raises(Invalid) as caught:
        report(world.actor("hub"), match, kind, day)
    assert list(caught.value.errors) == [field]
    assert kinds(match) == ["agreed"]


def test_the_days_of_what_was_agreed_are_kept(world: World) -> None:
    more = More(starts_on=date(2021, 1, 20), ends_on=date(2021, 1, 25))
    match = world.register(agreed_on=date(2021, 1, 10), more=more).match
    assert match.stage == Stage.ENDED
    planned = world.register(
        match_type="internship", agreed_on=date(2021, 1, 10),
        more=More(starts_on=date(2021, 2, 5), ends_on=date(2021, 2, 9)),
    ).match  # fmt: skip
    with pytest.raises(Invalid):
        report(world.actor("hub"), planned, "ended", TODAY)
    match = report(world.actor("hub"), planned, "broken_off", TODAY, why="other")
    assert match.starts_on == date(2021, 2, 5), "what was planned stays"


def test_those_whose_match_it_is(world: World) -> None:
    match = world.register(
        "UCN", created_by=world["UCN"].pk, on_behalf_of=world["AAU"].pk, assisted_by=(world["hub"].pk,), more=SAID
    ).match
    for actor in ("UCN", "AAU"):
        assert may_report(world.actor(actor), match), actor
    for actor in ("hub", "steward", "kkr", "rebild", "municipality"):
        assert may_report(world.actor(actor), match).reason, actor
        with pytest.raises(Refused):
            report(world.actor(actor), match, "started", TODAY)
    office = world.register("hub", match_type="internship").match
    for actor in ("hub", "hub2", "office", "municipal adviser"):
        assert may_report(world.actor(actor), office), actor


def test_two_at_once_do_not_overwrite_each_other(world: World) -> None:
    match = world.register().match
    seen = Match.objects.get(pk=match.pk).updated_at.isoformat()
    report(world.actor("hub"), match, "started", TODAY, seen=seen)
    with pytest.raises(Changed):
        report(world.actor("hub2"), match, "ended", TODAY, seen=seen)


def test_undoing_is_a_row_too(world: World) -> None:
    match = world.register().match
    undo_match(world.actor("hub"), match, "Forkert")
    assert kinds(match) == ["agreed", "withdrawn"]
    assert match.transitions.latest("pk").reason == "Forkert"
    match.refresh_from_db()
    assert may_report(world.actor("hub"), match).reason


def test_history_has_its_rows(world: World) -> None:
    row = HistoricMatch(
        company=world.companies["Kattegat Ærøkål ApS"], match_type="student_project", municipality="0840",
        agreed_on=date(2020, 10, 1), learnt_on=date(2020, 11, 1), created_by=world["AAU"], registered_by=world["AAU"],
        registered_by_user=world.actors["AAU"].user, work_area="other", withdrawn_on=date(2020, 12, 24),
        more=More(starts_on=date(2020, 10, 5), students=4, scheme="none"),
    )  # fmt: skip
    import_matches(world.programme, [row], ledger.History("Gammelt", origin="test"))
    match = Match.objects.get()
    assert (match.stage, match.students, match.scheme_id) == ("started", 4, "none")
    assert [(row.kind, row.day) for row in match.transitions.order_by("pk")] == [
        ("agreed", date(2020, 10, 1)), ("started", date(2020, 10, 5)), ("withdrawn", date(2020, 12, 24)),
    ]  # fmt: skip
    assert differences() == []


def test_a_row_is_never_changed(world: World) -> None:
    world.register()
    for change in (
        lambda: MatchTransition.objects.update(kind="ended"),
        lambda: MatchTransition.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


# The pages


def test_the_page_says_it_and_the_match_shows_it(world: World) -> None:
    match = world.register().match
    client = world.client("hub")
    address = reverse("matching:course", args=[match.pk])
    detail = reverse("matching:detail", args=[match.pk])
    assert address in client.get(detail).content.decode()
    page = client.get(address)
    version = page.content.decode().split('name="version" value="')[1].split('"')[0]
    typed = {"kind": "broken_off", "day_day": "31", "day_month": "1", "day_year": "2021", "remark": "Fandt en anden"}
    answer = client.post(address, typed | {"version": version})
    assert answer.status_code == 400
    assert "Vælg, hvorfor matchet blev afbrudt." in answer.content.decode()
    assert "Fandt en anden" in answer.content.decode(), "nothing typed is lost"
    answer = client.post(address, typed | {"why": "unknown", "version": version})
    assert answer.status_code == 302
    body = client.get(detail).content.decode()
    assert "Ukendskab: Fandt en anden" in body
    assert address not in body
    assert client.get(address).status_code == 403


def test_the_list_can_be_followed_up(world: World) -> None:
    agreed = world.register().match
    started = world.register(match_type="internship").match
    report(world.actor("hub"), started, "started", TODAY)
    undone = world.register(match_type="ordinary_job").match
    undo_match(world.actor("hub"), undone)
    page = world.client("hub").get(reverse("matching:list"), {"stage": "agreed"}).content.decode()
    assert reverse("matching:detail", args=[agreed.pk]) in page
    for other in (started, undone):
        assert reverse("matching:detail", args=[other.pk]) not in page
