"""The sums that pages of today are read from: counted on or counted anew, they are what the facts say."""

import threading
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import jobs, ledger
from portal.jobs import registry as job_registry
from reporting.engine import buckets
from reporting.models import Bucket, BucketStamp
from reporting.tasks import buckets_compared
from tests.reporting.conftest import AALBORG, HJOERRING, MEASURE, World, build_world

pytestmark = pytest.mark.django_db

STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("post"),
            st.integers(1, 3),
            st.sampled_from([AALBORG, HJOERRING, None]),
            st.sampled_from(["AAU", "Jobcenter Aalborg", None]),
            st.sampled_from(["ordinary_job", "internship"]),
            st.integers(9, 12),
            st.sampled_from([None, "5.2.2"]),
            st.booleans(),
        ),
        st.tuples(st.just("reverse"), st.integers(0, 10**6)),
        st.tuples(st.just("fold")),
    ),
    max_size=12,
)


def stored() -> list[tuple[object, ...]]:
    """The buckets that are not zero: what is left of a reversed fact is a row of zero, or no row."""
    columns = (
        "detail",
        "heading_id",
        "municipality_id",
        "organisation_id",
        "category",
        "subcategory",
        "month",
        "quantity",
    )
    rows = Bucket.objects.filter(measure=MEASURE).exclude(quantity=0)
    return sorted(rows.values_list(*columns), key=str)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(steps=STEPS)
def test_counting_on_gives_what_counting_anew_gives(world: World, steps: list[tuple[object, ...]]) -> None:
    for step in steps:
        if step[0] == "post":
            _what, number, municipality, creator, category, month, activity, history = step
            world.post(
                int(str(number)), municipality=municipality, creator=creator, category=category,
                on=date(2020, int(str(month)), 3), activity=activity,
                learnt_on=date(2021, 1, 1) if history else None,
            )  # fmt: skip
        elif step[0] == "reverse":
            # The facts of earlier examples are still there: nothing in the ledger ever goes.
            if world.posted:
                world.reverse(world.posted.pop(int(str(step[1])) % len(world.posted)))
        else:
            buckets.fold()
    buckets.fold()
    assert buckets.differences() == []
    counted_on = stored()
    buckets.rebuild()
    assert stored() == counted_on
    assert buckets.differences() == []


def test_folding_again_does_nothing(world: World) -> None:
    world.post(3)
    assert buckets.fold() == 3
    before = (stored(), BucketStamp.objects.get(measure=MEASURE).computed_to_place)
    assert buckets.fold() == 0
    assert (stored(), BucketStamp.objects.get(measure=MEASURE).computed_to_place) == before


def test_a_fold_that_dies_leaves_nothing_half(world: World) -> None:
    world.post(3)

    def die() -> None:
        with transaction.atomic():
            buckets.fold()
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        die()
    assert stored() == []
    assert not BucketStamp.objects.exists()
    assert buckets.fold() == 3


def test_the_comparison_names_a_bucket_that_is_wrong(world: World) -> None:
    world.post(3)
    buckets.fold()
    assert buckets_compared(None).alert is False  # type: ignore[arg-type]
    Bucket.objects.update(quantity=4)
    outcome = buckets_compared(None)  # type: ignore[arg-type]
    assert outcome.alert
    assert outcome.result["differences"] == 6
    with pytest.raises(SystemExit):
        call_command("rebuild_buckets", check=True, stdout=StringIO())
    out = StringIO()
    call_command("rebuild_buckets", stdout=out)
    assert "3 facts counted" in out.getvalue()
    call_command("rebuild_buckets", check=True, stdout=out)


def test_the_worker_knows_the_listener_and_the_nightly_job() -> None:
    assert any(listener.call is buckets.fold for listener in job_registry.listeners())
    assert "buckets_compared" in job_registry.jobs()
    assert jobs.on_facts is not None


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_count_each_fact_once(transactional_db: None, measure: object) -> None:
    world = build_world()
    world.post(50)
    BucketStamp.objects.create(measure_id=MEASURE, computed_to_place=0, computed_at="2026-01-01T00:00:00Z")
    start = threading.Barrier(3)
    counted: list[int] = []

    def work() -> None:
        try:
            start.wait(10)
            counted.append(buckets.fold())
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    start.wait(10)
    for worker in workers:
        worker.join(20)
    assert sorted(counted) == [0, 50]
    assert buckets.differences() == []


@pytest.mark.django_db(transaction=True)
def test_a_writer_never_waits_for_a_worker(transactional_db: None, measure: object) -> None:
    """The stamps are locked without their keys, so nothing that points to a measure waits."""
    world = build_world()
    world.post(2)
    buckets.fold()
    world.post(1)
    posted = threading.Event()

    def write() -> None:
        try:
            world.post(1)
            posted.set()
        finally:
            connections.close_all()

    with transaction.atomic():
        assert buckets.fold() == 1
        writer = threading.Thread(target=write)
        writer.start()
        assert posted.wait(10)
    writer.join(10)
    assert buckets.fold() == 1
    assert ledger.head() == BucketStamp.objects.get(measure=MEASURE).computed_to_place
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(quantity) FROM reporting_bucket WHERE detail = 'full'")
        assert cursor.fetchone()[0] == 4
