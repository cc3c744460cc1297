"""The database's own guards, tried as the runtime role. Each test names its protection and shows what it lets through
when that is taken away."""

from collections.abc import Sequence
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError, IntegrityError, connection, transaction

from portal import ledger
from portal.ledger import after_migrate as step
from portal.ledger.migrations_support import REFUSE_CHANGE, REFUSE_UPDATE, AppendOnly, Unchangeable
from portal.ledger.models import Batch, Fact, FactRecord, HeadingParent, SubjectMap, Versioned
from tests.ledger.conftest import as_owner, savepoint
from tests.ledger.helpers import HISTORY, post, posted, reversed_

pytestmark = pytest.mark.django_db

APPEND_ONLY = ["fact", "batch", "heading_parent", "alias", "erasure_log", "installation"]
MAPS = ["fact_record", "subject_map"]


def run(sql: str, params: Sequence[Any] = ()) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


def refused(message: str, sql: str, params: Sequence[Any] = ()) -> None:
    with pytest.raises(DatabaseError, match=message), transaction.atomic():
        run(sql, params)


def as_owner_refused(message: str, sql: str) -> None:
    with pytest.raises(DatabaseError, match=message), transaction.atomic(), as_owner() as cursor:
        cursor.execute(sql)


def test_the_tests_work_as_the_runtime_role_which_owns_nothing(db: None) -> None:
    assert run("SELECT current_user") == [(settings.RUNTIME_ROLE,)]
    assert run("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user") == [(0,)]
    assert run("SELECT pg_has_role(%s, session_user, 'MEMBER')", [settings.RUNTIME_ROLE]) == [(False,)]
    assert run("SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == [(False,)]


# ------------------------------------------------------------------------------------------ append-only
@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("change", ["UPDATE ledger_{0} SET {1} = {1}", "DELETE FROM ledger_{0}"])
def test_append_only(measures: None, table: str, change: str) -> None:
    """Protections: the rights, for the runtime role; the trigger, for everybody."""
    column = {"erasure_log": "id", "installation": "id"}.get(table, "place")
    sql = change.format(table, column)
    refused("permission denied", sql)
    as_owner_refused("append-only", sql)
    with as_owner() as cursor:
        cursor.execute(f"DROP TRIGGER {REFUSE_CHANGE} ON ledger_{table}")
        cursor.execute(sql)  # nothing else holds it back


@pytest.mark.parametrize("table", MAPS)
def test_maps_may_lose_rows_but_not_change_them(measures: None, table: str) -> None:
    """Deleting from the maps is erasure. Protections against changing: the rights and the trigger."""
    posted()
    ledger.subject_for("company", 1)
    column = {"fact_record": "revision", "subject_map": "kind"}[table]
    sql = f"UPDATE ledger_{table} SET {column} = {column}"
    refused("permission denied", sql)
    as_owner_refused("append-only", sql)
    run(f"DELETE FROM ledger_{table}")
    assert {"fact_record": FactRecord, "subject_map": SubjectMap}[table].objects.count() == 0
    with as_owner() as cursor:
        cursor.execute(f"DROP TRIGGER {REFUSE_UPDATE} ON ledger_{table}")
        cursor.execute(sql)


@pytest.mark.parametrize(
    "sql",
    [
        *(f"TRUNCATE ledger_{table} CASCADE" for table in (*APPEND_ONLY, *MAPS, "head")),
        f"ALTER TABLE ledger_fact DISABLE TRIGGER {REFUSE_CHANGE}",
        "ALTER TABLE ledger_fact DISABLE TRIGGER ALL",
        f"DROP TRIGGER {REFUSE_CHANGE} ON ledger_fact",
        "ALTER TABLE ledger_fact ADD COLUMN more integer",
        "ALTER TABLE ledger_fact OWNER TO CURRENT_USER",
        "DROP TABLE ledger_fact CASCADE",
        "CREATE TABLE mine (id integer)",
        "CREATE RULE r AS ON INSERT TO ledger_fact DO INSTEAD NOTHING",
        "CREATE OR REPLACE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN RETURN NULL; END'",
        "SET session_replication_role = replica",
        "SELECT * FROM ledger_head FOR UPDATE",
        "SELECT * FROM ledger_head FOR SHARE",
        "UPDATE ledger_head SET place = place + 1",
        "DELETE FROM ledger_head",
        "INSERT INTO ledger_head VALUES (2, 0, now(), 0, '')",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('ledger', '0002', now())",
    ],
)
def test_the_runtime_role_cannot_get_round_the_guards(measures: None, sql: str) -> None:
    """Protection: the runtime role owns nothing and has only the rights the step after migrate gives."""
    posted()
    refused("permission denied|must be owner|not allowed", sql)


def test_rights_are_exactly_those_of_the_design(db: None) -> None:
    given: dict[str, set[str]] = {}
    for table, right in run(
        "SELECT c.relname, p.r FROM pg_class c, unnest(%s::text[]) AS p(r) WHERE c.relkind = 'r'"
        " AND c.relnamespace = 'public'::regnamespace AND has_table_privilege(%s, c.oid, p.r)",
        [["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"], settings.RUNTIME_ROLE],
    ):
        given.setdefault(table, set()).add(right)
    versions = {model._meta.db_table for model in apps.get_models() if issubclass(model, Versioned)}
    for table in versions | {f"ledger_{name}" for name in APPEND_ONLY} | {"ledger_heading"}:
        assert given.pop(table) == {"SELECT", "INSERT"}, table
    for table in MAPS:
        assert given.pop(f"ledger_{table}") == {"SELECT", "INSERT", "DELETE"}, table
    for table in ("ledger_head", "django_migrations", "audit_change"):
        assert given.pop(table) == {"SELECT"}, table
    guarded = {"ledger_guard_versions", REFUSE_CHANGE, REFUSE_UPDATE}
    for table, rights in given.items():
        if rights != {"SELECT", "INSERT", "UPDATE", "DELETE"}:  # another app's append-only table
            names = run("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass", [table])
            assert guarded & {name for (name,) in names}, table


def test_every_versioned_table_is_append_only_and_guarded(db: None) -> None:
    """A new table of definitions that forgets AppendOnly in its migration is named here."""
    for model in apps.get_models():
        if not issubclass(model, Versioned):
            continue
        names = {
            name
            for (name,) in run("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass", [model._meta.db_table])
        }
        assert REFUSE_CHANGE in names, model
        assert {"ledger_guard_versions", "guard_facts"} & names, model


def test_operations_for_other_apps_can_be_taken_back(db: None) -> None:
    for operation in (AppendOnly("other_version"), Unchangeable("other_version")):
        with transaction.atomic(), as_owner() as cursor:
            cursor.execute(
                "CREATE TABLE other_version (place bigint, recorded_at timestamptz, learnt_on date, batch_id bigint)"
            )
            for sql in operation.sql:
                cursor.execute(sql)
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                cursor.execute("UPDATE other_version SET place = 1")
            for sql in operation.reverse_sql:
                cursor.execute(sql)
            cursor.execute("UPDATE other_version SET place = 1")
            cursor.execute("DROP TABLE other_version")


# ------------------------------------------------------------------------------------------ places
@pytest.mark.parametrize("n", [0, -1, 1001, None])
def test_ledger_take_gives_between_one_and_a_thousand(db: None, n: int | None) -> None:
    refused("between 1 and 1000", "SELECT * FROM ledger_take(%s)", [n])


def test_ledger_take_is_for_the_runtime_role_alone(db: None) -> None:
    assert run("SELECT proacl::text FROM pg_proc WHERE proname = 'ledger_take'")[0][0].count("=X") == 2
    (config,) = run("SELECT prosecdef, proconfig FROM pg_proc WHERE proname = 'ledger_take'")
    assert config == (True, ["search_path=pg_catalog, public, pg_temp"])


FORGE = """INSERT INTO ledger_fact (place, recorded_at, learnt_on, batch_id, measure_id, occurred_on, category,
    subcategory, dims, quantity, qualifier, reverses_id)
    SELECT h.place + %(place)s, h.recorded_at + %(late)s::interval,
           (h.recorded_at AT TIME ZONE 'Europe/Copenhagen')::date + %(days)s, %(batch)s, 'test_flow', %(occurred_on)s,
           %(category)s, '', '{}', %(quantity)s, '', %(reverses)s
      FROM ledger_head h"""


def forge(**given: Any) -> dict[str, Any]:
    return {
        "place": 0,
        "late": "0",
        "days": 0,
        "batch": None,
        "occurred_on": "2026-03-14",
        "category": "",
        "quantity": 1,
        "reverses": None,
        **given,
    }


def forged(message: str, **given: Any) -> None:
    """Refused although a place was taken for it; without the guard on facts it goes in."""
    with pytest.raises(IntegrityError, match=message), transaction.atomic():
        run("SELECT * FROM ledger_take(1)")
        run("SET CONSTRAINTS ALL IMMEDIATE")
        run(FORGE, forge(**given))


def without_guard(**given: Any) -> None:
    with transaction.atomic():
        with as_owner() as cursor:
            cursor.execute("DROP TRIGGER guard_facts ON ledger_fact")
        run("SELECT * FROM ledger_take(1)")
        run(FORGE, forge(**given))
        transaction.set_rollback(True)


def test_an_honest_insert_passes(measures: None) -> None:
    """The control: what the forgeries below change one thing of is let in."""
    run("SELECT * FROM ledger_take(1)")
    run(FORGE, forge())
    assert Fact.objects.count() == 1


@pytest.mark.parametrize(
    ("message", "given"),
    [
        ("was not taken", {"place": 1}),
        ("was not taken", {"place": -1}),
        ("clock of the ledger", {"late": "1 second"}),
        ("clock of the ledger", {"late": "-1 day"}),
        ("was learnt today", {"days": -1}),
        ("was learnt today", {"days": 1}),
    ],
)
def test_place_clock_and_day_cannot_be_forged(measures: None, message: str, given: dict[str, Any]) -> None:
    """Protection: guard_facts."""
    run("SELECT * FROM ledger_take(5)")  # leaves unused places behind
    forged(message, **given)
    without_guard(**given)


def test_history_needs_its_batch_and_is_never_of_the_future(measures: None) -> None:
    """Protections: the foreign key to the batch; guard_facts."""
    with ledger.entry(HISTORY):
        post(learnt_on=ledger.today())
    batch = Batch.objects.get().place
    forged("was learnt today", days=1, batch=batch)
    forged("ledger_batch", days=-1, batch=batch + 1)
    run("SELECT * FROM ledger_take(1)")
    run(FORGE, forge(days=-1, batch=batch))


def test_a_place_of_another_transaction_is_refused(transactional_db: None, measures: None) -> None:
    """Protection: guard_facts compares with the transaction that took the places."""
    with transaction.atomic():
        run("SELECT * FROM ledger_take(2)")
        run(FORGE, forge(place=-1))
    with pytest.raises(IntegrityError, match="was not taken by this transaction"), transaction.atomic():
        run(FORGE, forge())


@pytest.mark.parametrize(
    ("message", "given"),
    [
        ("does not repeat", {"quantity": -2}),
        ("does not repeat", {"quantity": 1}),
        ("does not repeat", {"category": "b"}),
        ("does not repeat", {"occurred_on": "2026-03-15"}),
        ("before that was learnt", {"days": -1, "batch": "the batch"}),
    ],
)
def test_a_reversal_repeats_its_original(measures: None, message: str, given: dict[str, Any]) -> None:
    """Protection: guard_facts."""
    original = posted(category="a")
    with ledger.entry(HISTORY):
        post("2", learnt_on=ledger.today())
    if "batch" in given:
        given = {**given, "batch": Batch.objects.get().place}
    whole = {"category": "a", "quantity": -1, "reverses": original, **given}
    forged(message, **whole)
    without_guard(**whole)
    run("SELECT * FROM ledger_take(1)")
    run(FORGE, forge(category="a", quantity=-1, reverses=original))


def test_every_repeated_column_is_compared(world: SimpleNamespace) -> None:
    """A column that is added to facts is either repeated by reversals and compared in the guard, or named here."""
    own = {"place", "recorded_at", "learnt_on", "batch_id", "reverses_id", "quantity", "month"}
    (source,) = run("SELECT prosrc FROM pg_proc WHERE proname = 'ledger_guard_facts'")
    for field in Fact._meta.concrete_fields:
        assert field.column in own or f"o.{field.column}" in source[0], field.column


def test_one_reversal_and_none_of_a_reversal(measures: None) -> None:
    """Protections: the unique index on reverses; guard_facts."""
    original = posted()
    reversal = reversed_()
    forged("fact_reversed_once", quantity=-1, reverses=original)
    forged("would reverse the reversal", quantity=1, reverses=reversal)
    without_guard(quantity=1, reverses=reversal)
    with as_owner() as cursor:
        cursor.execute("DROP INDEX fact_reversed_once")
    run("SELECT * FROM ledger_take(1)")
    run(FORGE, forge(quantity=-1, reverses=original))


def test_a_quantity_is_a_number(measures: None) -> None:
    """Protection: the check fact_quantity_a_number."""
    forged("fact_quantity_a_number", quantity="NaN")
    forged("fact_quantity_a_number", quantity="Infinity")


def test_keys_are_unique_in_the_database_too(measures: None) -> None:
    """Protection: the unique key of fact_record, when two post the same record at the same moment."""
    with pytest.raises(IntegrityError, match="fact_record_once"), transaction.atomic():
        for _ in range(2):
            run("SELECT * FROM ledger_take(1)")
            run(FORGE, forge())
            run("INSERT INTO ledger_fact_record SELECT place, 'test_flow', 'test', '1', 0, false FROM ledger_head")


# ------------------------------------------------------------------------------------------ versions, headings, aliases
@pytest.mark.parametrize(
    ("message", "place", "late", "days"),
    [
        ("was not taken", 1, "0", 0),
        ("clock of the ledger", 0, "1 second", 0),
        ("was learnt today", 0, "0", -1),
        ("was learnt today", 0, "0", 1),
    ],
)
def test_versions_are_guarded_alike(db: None, message: str, place: int, late: str, days: int) -> None:
    """Protection: ledger_guard_versions."""
    values = """SELECT h.place + %s, h.recorded_at + %s::interval,
        (h.recorded_at AT TIME ZONE 'Europe/Copenhagen')::date + %s"""
    alias = f"""INSERT INTO ledger_alias (place, recorded_at, learnt_on, subject, into_subject, reason)
        {values}, gen_random_uuid(), gen_random_uuid(), '' FROM ledger_head h"""
    batch = (
        f"INSERT INTO ledger_batch (place, recorded_at, learnt_on, name, origin) {values}, 'n', 'o' FROM ledger_head h"
    )
    for sql in (alias, batch):
        run("SELECT * FROM ledger_take(1)")
        refused(message, sql, [place, late, days])
        run(sql, [0, "0", 0])


def test_a_heading_never_lies_below_itself(world: SimpleNamespace) -> None:
    """Protection: guard_headings; also over several steps and in overlapping days only."""
    top, middle, low = world.headings

    def place(heading: int, parent: int, valid_from: Any = None) -> None:
        with ledger.entry():
            ledger.define(HeadingParent(heading_id=heading, parent_id=parent, valid_from=valid_from))

    def refused_place(*args: Any) -> None:
        with pytest.raises(IntegrityError, match=r"below.itself"), savepoint():
            place(*args)

    refused_place(top, top)
    place(middle, top)
    place(low, middle)
    refused_place(top, low)
    refused_place(top, low, ledger.today())
    place(low, middle, ledger.today())
    with ledger.entry():  # from today at the top: the circle is open from today on
        ledger.define(HeadingParent(heading_id=middle, parent_id=None, valid_from=ledger.today()))
    refused_place(top, low, ledger.today() - timedelta(days=1))
    place(top, low, ledger.today())
    with as_owner() as cursor:
        cursor.execute("DROP TRIGGER guard_headings ON ledger_heading_parent")
    place(top, low)
    assert ledger.headings_under(top, ledger.AsOf.now())  # and reading ends all the same


def test_aliases_never_go_in_a_circle(db: None) -> None:
    """Protection: guard_aliases."""
    a, b, c = (uuid4() for _ in range(3))

    def alias(subject: Any, into: Any) -> None:
        with ledger.entry():
            ledger.define(apps.get_model("ledger", "Alias")(subject=subject, into_subject=into, reason="the same"))

    alias(a, b)
    alias(b, c)
    with pytest.raises(IntegrityError, match="merged into itself"), savepoint():
        alias(c, a)
    alias(a, a)
    alias(c, a)


# ------------------------------------------------------------------------------------------ the demo mark, the step
def test_the_demo_mark_is_for_an_empty_database(measures: None) -> None:
    """Protection: guard_installation, besides the readable check."""
    assert not ledger.is_demo()
    with savepoint(keep=False):
        ledger.mark_demo()
        ledger.mark_demo()
        assert ledger.is_demo()
        posted()
    posted()
    with pytest.raises(ledger.LedgerError, match="demo mark"):
        ledger.mark_demo()
    refused("demo mark", "INSERT INTO ledger_installation (id, demo, marked_at) VALUES (1, true, now())")


def test_a_missing_role_is_named_with_the_statement_that_makes_it(db: None, settings: Any) -> None:
    settings.RUNTIME_ROLE = "nobody_here"
    with as_owner(), pytest.raises(CommandError, match='CREATE ROLE "nobody_here" LOGIN'):
        step.after_migrate()


def test_migrating_as_the_runtime_role_is_refused(db: None, settings: Any) -> None:
    settings.RUNTIME_ROLE = run("SELECT session_user")[0][0]
    with as_owner(), pytest.raises(CommandError, match="must belong to another role"):
        step.after_migrate()


def test_the_step_takes_back_rights_that_do_not_belong(db: None) -> None:
    with as_owner() as cursor:
        cursor.execute(f'GRANT UPDATE, TRUNCATE ON ledger_fact, ledger_head TO "{settings.RUNTIME_ROLE}"')
        step.after_migrate()
    refused("permission denied", "UPDATE ledger_fact SET quantity = 2")
    refused("permission denied", "TRUNCATE ledger_head")


def test_a_ledger_without_its_head_is_not_mended_in_silence(measures: None) -> None:
    posted()
    with as_owner() as cursor:
        cursor.execute("DELETE FROM ledger_head")
        with pytest.raises(CommandError, match="lost its head"):
            step.after_migrate()


def test_a_measure_with_facts_does_not_become_something_else(measures: None) -> None:
    from portal.ledger import registry
    from tests.ledger.conftest import definition

    posted()
    with registry.registered(), as_owner():
        registry._measures["test_flow"] = definition("test_flow", "level")
        with pytest.raises(CommandError, match="Register a new measure"):
            step.after_migrate()
