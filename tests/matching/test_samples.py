"""Samples: the same again from the same seed, what the check showed, and the second measure that follows."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from matching.companies import NewCompany
from matching.duplicates import rule_duplicate
from matching.matches import undo_match
from matching.models import Match, QualityMark, Sample, SampleItem, Suspicion
from matching.quality_figures import Checked, quality_of
from matching.samples import draw_sample, drawn_again, may_check, set_outcome, undo_wrong
from portal import ledger
from portal.drafts.versions import Changed
from portal.identity.members.tasks import open_tasks
from portal.identity.rights import Refused
from portal.ledger.audit import differences
from portal.ledger.models import Fact
from tests.matching.conftest import TODAY, World

FIRST, LAST = date(2020, 9, 1), date(2021, 1, 31)
TYPES = ["student_project", "internship", "student_job", "company_placement", "wage_subsidy", "ordinary_job"]


def some(world: World, number: int = 12) -> list[Match]:
    """Matches of as many companies, a week apart back from today."""
    return [
        world.register(
            company=NewCompany(name=f"Firma {chr(65 + turn) * 4}", municipality="0851"),
            match_type=TYPES[turn % len(TYPES)],
            agreed_on=TODAY - timedelta(days=7 * turn),
        ).match
        for turn in range(number)
    ]


def drawn(world: World, **changes: Any) -> Sample:
    said = {"period_from": FIRST, "period_to": LAST, "origin": "random", "size": 5, "seed": "syv", **changes}
    return draw_sample(world.actor("steward"), world.programme, **said)


def assured() -> Any:
    return sum(fact.quantity for fact in Fact.objects.known(ledger.AsOf.now()).filter(measure="match_quality_assured"))


def test_the_same_seed_at_the_same_place_gives_the_same(world: World) -> None:
    matches = some(world)
    sample = drawn(world)
    items = list(sample.items.order_by("order").values_list("match_id", flat=True))
    assert len(set(items)) == 5
    assert sample.among == 12
    # What comes afterwards changes nothing of it.
    undo_match(world.actor("hub"), Match.objects.get(pk=items[0]))
    world.register(company=NewCompany(name="Kommer bagefter", municipality="0851"))
    assert drawn_again(sample) == items
    # Another draw with the same seed is of what counts by then; with another seed it is another one.
    assert items[0] not in drawn(world).items.values_list("match_id", flat=True)
    others = [list(drawn(world, seed=f"nr. {turn}").items.values_list("match_id", flat=True)) for turn in range(3)]
    assert any(sorted(other) != sorted(items) for other in others)
    assert {match.pk for match in matches} >= set(items)


def test_without_a_seed_one_is_kept(world: World) -> None:
    some(world)
    sample = drawn(world, seed="")
    assert len(sample.seed) == 16
    assert drawn_again(sample) == list(sample.items.order_by("order").values_list("match_id", flat=True))


def test_among_possible_duplicates_first(world: World) -> None:
    some(world)
    with pytest.raises(ValidationError):
        drawn(world, origin="suspected")
    world.register()
    world.register("AAU", created_by=world["AAU"].pk, different_reason="En anden")
    sample = drawn(world, origin="suspected")
    pair = Suspicion.objects.get()
    assert set(sample.items.values_list("match_id", flat=True)) == {pair.earlier_id, pair.later_id}
    assert drawn_again(sample) == list(sample.items.order_by("order").values_list("match_id", flat=True))


def test_what_is_outside_the_period_or_does_not_count_is_not_drawn(world: World) -> None:
    world.register(agreed_on=date(2020, 8, 31))  # before the counting
    inside = world.register(agreed_on=date(2020, 12, 31), match_type="internship").match
    world.register(agreed_on=date(2021, 1, 1), match_type="ordinary_job")
    sample = drawn(world, period_to=date(2020, 12, 31))
    assert list(sample.items.values_list("match_id", flat=True)) == [inside.pk]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"period_from": date(2020, 9, 2)}, "period_from"),
        ({"period_to": date(2021, 1, 30)}, "period_to"),
        ({"period_to": date(2020, 8, 31)}, "period_to"),
        ({"origin": "alt"}, "origin"),
        ({"size": 0}, "size"),
        ({"size": 501}, "size"),
        ({"seed": "x" * 41}, "seed"),
        ({"period_from": date(2022, 1, 1), "period_to": date(2022, 1, 31)}, "period_from"),
    ],
)
def test_what_cannot_be_drawn_is_said_at_its_field(world: World, said: dict[str, Any], field: str) -> None:
    some(world, 2)
    with pytest.raises(ValidationError) as refused:
        drawn(world, **said)
    assert list(refused.value.message_dict) == [field]
    assert not Sample.objects.exists()


def test_who_may(world: World) -> None:
    some(world, 3)
    for actor in ("hub", "AAU", "kkr"):
        with pytest.raises(Refused):
            draw_sample(world.actor(actor), world.programme, period_from=FIRST, period_to=LAST, origin="random")
    item = drawn(world).items.first()
    assert item is not None
    with pytest.raises(Refused):
        set_outcome(world.actor("hub"), item, "confirmed")
    Match.objects.filter(pk=item.match_id).update(created_by=world["KKR"])
    item = SampleItem.objects.select_related("sample", "match").get(pk=item.pk)
    assert not may_check(world.actor("steward"), item), "whoever gains does not confirm"


def test_confirmed_corrected_and_undone(world: World) -> None:
    some(world, 4)
    steward = world.actor("steward")
    one, two, three, four = drawn(world).items.order_by("order")
    set_outcome(steward, one, "confirmed")
    set_outcome(steward, two, "confirmed", "Ringet til virksomheden")
    set_outcome(steward, three, "uncheckable", "Svarer ikke")
    assert assured() == 2
    assert differences() == []

    set_outcome(steward, one, "wrong", "Blev ikke til noget")
    assert assured() == 1
    assert differences() == []
    undo_wrong(steward, one, "Den studerende sprang fra")
    match = Match.objects.get(pk=one.match_id)
    assert (match.withdrawn, match.withdrawn_reason) == (True, "Den studerende sprang fra")
    with pytest.raises(Refused):
        undo_wrong(steward, one, "Igen")
    assert differences() == []

    set_outcome(steward, one, "confirmed", "Det var en fejl: kontrakten findes")
    match.refresh_from_db()
    assert (match.withdrawn, match.revision) == (False, 1)
    assert QualityMark.objects.get(match=match).revision == 1
    assert assured() == 2
    assert differences() == []

    undo_match(world.actor("hub"), Match.objects.get(pk=two.match_id), "Fortrudt")
    assert assured() == 1, "a match that is undone is no longer quality-assured"
    assert differences() == []
    undo_match(world.actor("hub"), Match.objects.get(pk=four.match_id))
    with pytest.raises(ValidationError):
        set_outcome(steward, four, "confirmed")


def test_a_duplicate_ruling_takes_the_mark_along_and_gives_it_back(world: World) -> None:
    world.register()
    world.register("AAU", created_by=world["AAU"].pk, different_reason="En anden")
    pair, steward = Suspicion.objects.get(), world.actor("steward")
    for item in drawn(world, origin="suspected").items.all():
        set_outcome(steward, item, "confirmed")
    assert assured() == 2
    rule_duplicate(steward, pair, "same", "Samme")
    assert assured() == 1
    assert differences() == []
    rule_duplicate(steward, pair, "different", "Alligevel to")
    assert assured() == 2
    assert differences() == []


def test_the_last_check_that_says_something_decides(world: World) -> None:
    some(world, 1)
    steward = world.actor("steward")
    first, second, third = (drawn(world).items.get() for _turn in range(3))
    set_outcome(steward, first, "confirmed")
    set_outcome(steward, second, "uncheckable", "Svarer ikke")
    assert assured() == 1
    set_outcome(steward, third, "wrong", "Findes ikke")
    assert assured() == 0
    assert differences() == []


def test_what_is_said_must_say_something(world: World) -> None:
    some(world, 1)
    steward, item = world.actor("steward"), drawn(world).items.get()
    for outcome, note, field in (
        ("", "", "outcome"),
        ("wrong", " ", "note"),
        ("uncheckable", "", "note"),
        ("confirmed", "x" * 501, "note"),
    ):
        with pytest.raises(ValidationError) as refused:
            set_outcome(steward, item, outcome, note)
        assert list(refused.value.message_dict) == [field]
    with pytest.raises(Changed):
        set_outcome(steward, item, "confirmed", seen="igår")
    with pytest.raises(Refused):
        undo_wrong(steward, item, "Er ikke fundet forkert")


def test_the_rate_in_words() -> None:
    with translation.override("da"):
        assert Checked(20, 18, 1, 1).words == "18 af 20 i orden, 1 forkert, 1 kunne ikke kontrolleres"
        assert Checked(20, 17, 2, 0).words == "17 af 20 i orden, 2 forkerte, 1 mangler at blive kontrolleret"
        assert Checked().words == "Der er ikke trukket nogen stikprøve."
    assert Checked(20, 18, 1, 1).rate == Fraction(9, 10)
    assert Checked(20, 9, 1, 0).rate == Fraction(9, 10)
    assert Checked(20).rate is None


def test_the_figures_of_the_first_period_are_the_records(world: World) -> None:
    """The status report's period, 01.09.2020-31.01.2021: counted by hand in SQL."""
    some(world, 10)
    world.register("AAU", created_by=world["AAU"].pk)
    for turn in (1, 2, 3):
        day = TODAY - timedelta(days=turn)
        world.register("UCN", created_by=world["UCN"].pk, agreed_on=day, different_reason="En anden")
    world.register(agreed_on=date(2020, 8, 31), match_type="internship")  # outside the period
    steward = world.actor("steward")
    pairs = list(Suspicion.objects.order_by("pk"))
    assert len(pairs) == 6  # of four: 3 + 2 + 1
    rule_duplicate(steward, pairs[0], "same", "Samme")
    rule_duplicate(steward, pairs[-1], "different", "To")
    items = list(drawn(world, size=6).items.order_by("order"))
    for item, outcome in zip(items, ("confirmed", "confirmed", "confirmed", "wrong", "uncheckable"), strict=False):
        set_outcome(steward, item, outcome, "Note")
    drawn(world, period_from=date(2021, 1, 1), size=1)
    quality = quality_of(world.programme, FIRST, LAST)

    def count(sql: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return int(cursor.fetchone()[0])

    inside = "agreed_on BETWEEN '2020-09-01' AND '2021-01-31'"
    pair = (
        "matching_suspicion s JOIN matching_match l ON l.id = s.later_id JOIN matching_match e ON e.id = s.earlier_id"
    )
    stand = "l.withdrawn_at IS NULL AND e.withdrawn_at IS NULL"
    wanted = {
        "matches": count(f"SELECT count(*) FROM matching_match WHERE counts AND withdrawn_at IS NULL AND {inside}"),
        "suspected": count(f"SELECT count(*) FROM {pair} WHERE l.{inside}"),
        "same": count(f"SELECT count(*) FROM {pair} WHERE s.status = 'same' AND l.{inside}"),
        "different": count(f"SELECT count(*) FROM {pair} WHERE s.status = 'different' AND l.{inside}"),
        "open": count(f"SELECT count(*) FROM {pair} WHERE s.status = 'open' AND {stand} AND l.{inside}"),
        "samples": count("SELECT count(*) FROM matching_sample"),
        "assured": count("SELECT sum(quantity) FROM ledger_fact WHERE measure_id = 'match_quality_assured'"),
    }
    assert {name: getattr(quality, name) for name in wanted} == wanted
    # 14 were registered in the period (10 + 1 + 3), of which one is undone; pair 1 and 2 took it from two open pairs.
    assert wanted["matches"] == 13
    assert (wanted["suspected"], wanted["same"], wanted["different"], wanted["samples"]) == (6, 1, 1, 2)
    assert wanted["assured"] == 3
    assert quality.open + quality.gone == 4
    outcomes = count("SELECT count(*) FROM matching_sampleitem WHERE outcome <> ''")
    checked = quality.checked
    assert (checked.drawn, checked.confirmed, checked.wrong, checked.uncheckable) == (7, 3, 1, 1)
    assert checked.drawn - checked.waiting == outcomes
    assert differences() == []


def test_it_waits_on_the_steward(world: World) -> None:
    some(world, 3)
    sample = drawn(world)
    membership = world.actor("steward").membership
    assert membership is not None
    [task] = open_tasks(membership)
    assert (task.source.key, task.number, task.since) == ("matching.samples", 3, TODAY)
    for item in sample.items.all():
        set_outcome(world.actor("steward"), item, "confirmed")
    assert open_tasks(membership) == []


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "confirmed"},
        {"outcome": "wrong", "note": " "},
        {"undid": True},
        {"outcome": "måske"},
    ],
)
def test_the_database_holds_it(world: World, change: dict[str, Any]) -> None:
    some(world, 2)
    item = drawn(world).items.order_by("order").first()
    assert item is not None
    if "note" in change:
        change = {**change, "checked_by": world.actor("steward").user, "checked_at": "2021-01-31T11:00:00Z"}
    with pytest.raises(IntegrityError), transaction.atomic():
        SampleItem.objects.filter(pk=item.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        SampleItem.objects.create(sample_id=item.sample_id, match_id=item.match_id, order=9)
    for wrong in ({"size": 0}, {"seed": " "}, {"origin": "alt"}, {"period_to": date(2020, 8, 31)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Sample.objects.filter(pk=item.sample_id).update(**wrong)
