"""The audit finds whatever was done past post(), in both directions; and what the registry may not lack."""

from datetime import date
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.utils import timezone

from portal.identity.models import Organisation
from portal.identity.roles import OrganisationKind
from portal.ledger import audit, registry
from portal.ledger.models import ErasureLog, FactRecord, Measure
from tests.ledger.conftest import as_owner, definition
from tests.ledger.helpers import posted, reversed_

pytestmark = pytest.mark.django_db

RECORDS = """SELECT 'test' AS source, o.id::text AS source_id, 0 AS revision, o.valid_from AS occurred_on,
    o.municipality_id AS municipality, o.id AS organisation, NULL::bigint AS heading, NULL::uuid AS subject,
    left(o.short_name, 1) AS category, NULL AS subcategory, 1 AS quantity,
    '{}'::jsonb AS dims
    FROM identity_organisation o WHERE o.name LIKE 'Counted %' AND o.valid_from IS NOT NULL"""


@pytest.fixture
def counted(measures: None) -> Any:
    """Organisations stand in for an app's records: those called "Counted ..." count from the day they begin."""
    measure = definition("test_counted", "flow", about_person=True, expected=lambda period: _in(period))
    Measure.objects.create(key=measure.key, **measure.as_row())
    with registry.registered(measure):
        yield measure


def _in(period: registry.Period | None) -> Any:
    if period is None:
        return RECORDS
    return RECORDS.replace("%", "%%") + " AND o.valid_from >= %s AND o.valid_from < %s", list(period)


def record(name: str, day: date = date(2026, 3, 14)) -> Organisation:
    """A record and its fact, as an app would save them."""
    organisation = Organisation.objects.create(
        name=f"Counted {name}", kind=OrganisationKind.ASSOCIATION, valid_from=day, short_name="a"
    )
    posted(str(organisation.pk), measure="test_counted", occurred_on=day, organisation=organisation.pk, category="a")
    return organisation


def told() -> list[tuple[str, str | None]]:
    return [(difference.what, difference.row.get("source_id")) for difference in audit.differences(["test_counted"])]


def test_records_and_ledger_agree(counted: Any) -> None:
    record("one")
    second = record("two")
    reversed_(str(second.pk), measure="test_counted")
    Organisation.objects.filter(pk=second.pk).update(valid_from=None)
    assert told() == []


def test_a_record_changed_past_post_is_named(counted: Any) -> None:
    one = record("one")
    Organisation.objects.filter(pk=one.pk).update(short_name="b")
    assert sorted(told()) == [(audit.MISSING, str(one.pk)), (audit.UNEXPECTED, str(one.pk))]
    (missing,) = [found for found in audit.differences() if found.what == audit.MISSING]
    assert f"source_id {one.pk}" in str(missing)
    assert "category b" in str(missing)


def test_a_record_without_its_fact_and_a_fact_without_its_record(counted: Any) -> None:
    lonely = Organisation.objects.create(
        name="Counted lonely", kind=OrganisationKind.ASSOCIATION, valid_from=date(2026, 1, 1)
    )
    gone = record("gone")
    Organisation.objects.filter(pk=gone.pk).update(valid_from=None)
    assert sorted(told()) == [(audit.MISSING, str(lonely.pk)), (audit.UNEXPECTED, str(gone.pk))]


def test_a_record_counted_twice_is_named(counted: Any) -> None:
    one = record("one")
    posted(str(one.pk), measure="test_counted", organisation=one.pk, category="a", source="another")
    assert told() == [(audit.UNEXPECTED, str(one.pk))]


def test_the_month_alone_is_compared_for_measures_about_persons(counted: Any) -> None:
    one = record("one", date(2026, 3, 14))
    Organisation.objects.filter(pk=one.pk).update(valid_from=date(2026, 3, 20))
    assert told() == []
    Organisation.objects.filter(pk=one.pk).update(valid_from=date(2026, 4, 1))
    assert len(told()) == 2


def test_a_period(counted: Any) -> None:
    one, two = record("one", date(2026, 3, 31)), record("two", date(2026, 4, 1))
    Organisation.objects.filter(pk__in=[one.pk, two.pk]).update(short_name="b")
    march = registry.Period(date(2026, 3, 1), date(2026, 4, 1))
    assert {found.row["source_id"] for found in audit.differences(["test_counted"], march)} == {str(one.pk)}
    with pytest.raises(ValueError):
        audit.differences(["test_counted"], registry.Period(date(2026, 3, 2), date(2026, 4, 1)))


def test_erasure_agrees_only_with_its_log(counted: Any) -> None:
    one = record("one")
    place = FactRecord.objects.get().place
    FactRecord.objects.all().delete()
    Organisation.objects.filter(pk=one.pk).update(valid_from=None)
    assert [(found.what, found.place) for found in audit.differences()] == [(audit.NO_RECORD, place)]
    ErasureLog.objects.create(erased_at=timezone.now(), measure="test_counted", places=[place], subject=uuid4())
    assert audit.differences() == []
    ErasureLog.objects.create(erased_at=timezone.now(), measure="test_counted", places=[place + 99])
    assert [found.what for found in audit.differences()] == [audit.STILL_RECORDED]


def test_a_record_that_does_not_fit_its_fact(counted: Any) -> None:
    one = record("one")
    reversed_(str(one.pk), measure="test_counted")
    Organisation.objects.filter(pk=one.pk).update(valid_from=None)
    assert audit.differences() == []
    with as_owner() as cursor:
        cursor.execute("ALTER TABLE ledger_fact_record DISABLE TRIGGER USER")
        cursor.execute("UPDATE ledger_fact_record SET source_id = 'x' WHERE reversal")
    assert [found.what for found in audit.differences()] == [audit.MISFIT]


def test_what_expected_leaves_out_is_empty(counted: Any) -> None:
    """A period, qualifier or dimension in a fact that `expected` does not speak of is a difference."""
    for number, given in enumerate([{"dims": {"size": 1}}, {"qualifier": "ca."}]):
        one = Organisation.objects.create(
            name=f"Counted {number}", kind=OrganisationKind.ASSOCIATION, valid_from=date(2026, 3, 1)
        )
        posted(str(one.pk), measure="test_counted", organisation=one.pk, **given)
    assert len(told()) == 4


def test_a_queryset_may_say_what_is_expected(counted: Any) -> None:
    null = models.Value(None, output_field=models.TextField())
    text = models.Value("", output_field=models.TextField())
    queryset = Organisation.objects.filter(name__startswith="Counted").values(
        "municipality",
        source=models.Value("test", output_field=models.TextField()),
        source_id=models.functions.Cast("pk", models.TextField()),
        revision=models.Value(0),
        occurred_on=models.F("valid_from"),
        organisation=models.F("pk"),
        heading=null,
        subject=null,
        category=models.F("short_name"),
        subcategory=text,
        quantity=models.Value(1),
        dims=models.Value({}, output_field=models.JSONField()),
    )
    record("one")
    with registry.registered():
        registry._measures["test_counted"] = definition("test_counted", "flow", expected=lambda period: queryset)
        differing = audit.differences(["test_counted"])  # not about a person: the day is compared
        assert {found.what for found in differing} == {audit.MISSING, audit.UNEXPECTED}
        registry._measures["test_counted"] = definition(
            "test_counted", "flow", expected=lambda period: queryset, about_person=True
        )
        assert audit.differences(["test_counted"]) == []


def test_the_command(counted: Any) -> None:
    one = record("one")
    out = StringIO()
    call_command("audit_ledger", "--month", "2026-03", stdout=out)
    assert "agree" in out.getvalue()
    Organisation.objects.filter(pk=one.pk).update(short_name="b")
    with pytest.raises(CommandError, match="differ in 2") as error:
        call_command("audit_ledger", "--measure", "test_counted", stdout=out)
    assert error.value.returncode == 1
    assert f"source_id {one.pk}" in out.getvalue()
    for wrong in (["--month", "March"], ["--measure", "unheard_of"]):
        with pytest.raises(CommandError):
            call_command("audit_ledger", *wrong, stdout=out)


# ------------------------------------------------------------------------------------------ every measure of the build
def test_every_measure_can_be_audited(db: None) -> None:
    """A measure without `expected`, or with one that lacks a column or cannot run, fails the build here."""
    period = registry.Period(date(2021, 1, 1), date(2021, 2, 1))
    for measure in registry.all_measures():
        assert set(registry.EXPECTED_COLUMNS) <= set(audit.expected_columns(measure)), measure.key
        sql, params = audit.expected_sql(measure, period)
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
        assert Measure.objects.filter(key=measure.key, kind=measure.kind).exists(), measure.key
    assert audit.differences() == []


def test_a_faulty_measure_is_refused_at_the_start(db: None) -> None:
    faults: list[dict[str, Any]] = [
        {"expected": None},
        {"describe": None},
        {"visible": None},
        {"key": "Test Flow"},
        {"kind": "sum"},
        {"disclosure": "secret"},
        {"nullable": frozenset({"quantity"})},
        {"crossings": [("municipality", "colour")]},
        {"dimensions": {"category": registry.Dimension("n", type="number")}},
    ]
    for fault in faults:
        with pytest.raises(ValueError), registry.registered(definition(**{"key": "test_x", "kind": "flow", **fault})):
            pass
    with registry.registered(definition("test_x", "flow")), pytest.raises(ValueError, match="twice"):
        registry.register(definition("test_x", "flow"))


def test_expected_with_a_missing_or_unknown_column_is_named(db: None) -> None:
    with pytest.raises(ValueError, match=r"lacks .*dims.*quantity.*unknown .*colour"):
        audit.expected_columns(definition("test_x", "flow", expected=lambda period: "SELECT 1 AS colour"))
    with pytest.raises(TypeError):
        audit.expected_sql(definition("test_x", "flow", expected=lambda period: 1), None)
