"""The records and the ledger tell the same; a change past the ledger is named."""

from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext

from matching.history import HistoricMatch, import_matches
from matching.matches import undo_match
from matching.models import Match, WorkArea
from portal import ledger
from portal.ledger.audit import differences
from portal.ledger.models import Batch, Fact
from tests.matching.conftest import World


def test_what_was_registered_undone_and_imported_agrees(world: World) -> None:
    world.register(activity=world.activity.pk)
    world.register(agreed_on=date(2020, 7, 15), match_type="internship")
    undo_match(world.actor("hub"), world.register(match_type="ordinary_job").match)
    import_matches(world.programme, [historic(world), historic(world, day=2)], ledger.History("Gammelt", origin="test"))
    assert differences() == []


def test_a_change_past_the_ledger_is_named(world: World) -> None:
    match = world.register().match
    for change in (
        {"municipality_id": "0840"},
        {"created_by_id": world["AAU"].pk},
        {"match_type_id": "internship"},
        {"work_area_id": "it_digital"},
        {"agreed_on": date(2020, 12, 31)},
        {"activity_id": world.activity.pk},
        {"counts": False, "not_counted_reason": "before_counting"},
    ):
        before = {name: getattr(match, name) for name in change}
        Match.objects.filter(pk=match.pk).update(**change)
        found = differences()
        assert found, change
        assert str(match.pk) in str(found), change
        Match.objects.filter(pk=match.pk).update(**before)
    assert differences() == []


def test_another_day_of_the_same_month_is_no_difference(world: World) -> None:
    match = world.register().match
    Match.objects.filter(pk=match.pk).update(agreed_on=date(2021, 1, 2))
    assert differences() == []


def test_an_edited_work_area_keeps_its_facts(world: World) -> None:
    world.register()
    WorkArea.objects.filter(code="sales_marketing").update(name="Salg", active=False)
    assert differences() == []


def historic(world: World, day: int = 1, **changes: object) -> HistoricMatch:
    fields = {
        "company": world.companies["Kattegat Ærøkål ApS"],
        "match_type": "student_project",
        "municipality": "0840",
        "agreed_on": date(2020, 10, day),
        "learnt_on": date(2020, 11, day),
        "created_by": world["AAU"],
        "registered_by": world["AAU"],
        "registered_by_user": world.actors["AAU"].user,
        "work_area": "other",
        "assisted_by": (world["hub"],),
        "fictional": True,
    }
    return HistoricMatch(**(fields | changes))  # type: ignore[arg-type]


def test_history_keeps_the_days_on_which_it_was_learnt(world: World) -> None:
    rows = [
        historic(world),
        historic(world, day=2, withdrawn_on=date(2020, 12, 24)),
        historic(world, agreed_on=date(2020, 8, 1)),
    ]
    assert import_matches(world.programme, rows, ledger.History("Gammelt", origin="regneark")) == 3
    assert [(fact.learnt_on, fact.quantity) for fact in Fact.objects.order_by("place")] == [
        (date(2020, 11, 1), 1),
        (date(2020, 11, 2), 1),
        (date(2020, 12, 24), -1),
    ]
    assert Batch.objects.get().name == "Gammelt"
    place = ledger.head()
    assert sum(fact.quantity for fact in Fact.objects.known(ledger.AsOf.at(date(2020, 11, 30), place))) == 2
    assert sum(fact.quantity for fact in Fact.objects.known(ledger.AsOf.at(date(2020, 12, 31), place))) == 1
    assert Match.objects.filter(counts=False).count() == 1
    assert {match.registered_on for match in Match.objects.all()} == {date(2020, 11, 1), date(2020, 11, 2)}
    assert differences() == []


def test_more_than_a_thousand_go_in_several_entries(world: World) -> None:
    rows = (historic(world, day=1 + number % 28) for number in range(1001))
    assert import_matches(world.programme, rows, ledger.History("Stort", origin="test")) == 1001
    assert Fact.objects.count() == Match.objects.count() == 1001
    assert Batch.objects.count() == 1
    assert Match.objects.values("subject").distinct().count() == 1
    assert differences() == []


def test_facts_are_made_without_a_question_while_the_rows_are_inserted(world: World) -> None:
    """One question in between, and all that was sent would be waited for."""
    rows = [historic(world, day=day, assisted_by=()) for day in range(1, 4)]
    with CaptureQueriesContext(connection) as asked:
        import_matches(world.programme, rows, ledger.History("Gammelt", origin="test"))
    said = [" ".join(each["sql"].split()) for each in asked.captured_queries]
    place = next(number for number, sql in enumerate(said) if sql.startswith('INSERT INTO "matching_match" '))
    assert said[place + 1].startswith('INSERT INTO "matching_matchtransition" ')
    assert all("matching_" not in sql for sql in said[place + 2 :])
