"""The trail: every table, every way of writing, who and for what, and nothing that it must not keep."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.db import Error, connection, transaction
from django.db.models import F
from django.test import Client
from django.utils import translation

from portal.audit import context, names, recording
from portal.audit.models import Change
from portal.geography.models import Municipality
from portal.identity.models import Membership, Organisation, User
from portal.identity.roles import OrganisationKind, Role

pytestmark = pytest.mark.django_db

TABLES = """
SELECT c.relname, array_agg(t.tgname::text ORDER BY t.tgname) FILTER (WHERE t.tgname ~ '^audit_' AND t.tgenabled = 'A')
  FROM pg_class c LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') GROUP BY 1
"""
EVENTS = ["audit_delete", "audit_insert", "audit_update"]


def sql(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []


def changes(table: str = "identity_organisation") -> list[Change]:
    return list(Change.objects.filter(table=table).order_by("id"))


def hub(name: str = "Huset", **fields: Any) -> Organisation:
    return Organisation.objects.create(name=name, kind=OrganisationKind.HUB, **fields)


def test_every_table_is_recorded_or_exempt_with_a_reason() -> None:
    found = dict(sql(TABLES))
    assert len(found) > 40
    exempt = recording.exemptions()
    assert sorted(set(exempt) - set(found)) == [], "exemptions of tables that do not exist"
    assert {table: events for table, events in found.items() if table not in exempt and events != EVENTS} == {}
    assert [table for table in exempt if found[table]] == []
    assert [table for table, reason in exempt.items() if len(reason) < 15] == []


def test_a_table_without_its_trigger_would_be_seen() -> None:
    """The test above looks at the catalogue: take one trigger away, as the owner, and it is missed."""
    owner = sql("SELECT session_user")[0][0]
    sql(f'SET ROLE "{owner}"')
    try:
        sql("ALTER TABLE identity_organisation DISABLE TRIGGER audit_update")
        assert dict(sql(TABLES))["identity_organisation"] != EVENTS
        made = hub()
        Organisation.objects.filter(pk=made.pk).update(short_name="H")
        sql("SET CONSTRAINTS ALL IMMEDIATE")  # else the table may not be altered back
        assert [change.operation for change in changes()] == ["insert"]
        sql("ALTER TABLE identity_organisation ENABLE ALWAYS TRIGGER audit_update")
    finally:
        sql(f'SET ROLE "{settings.RUNTIME_ROLE}"')


def test_an_insert_an_update_and_a_delete() -> None:
    made = hub(cvr="99000008")
    made.cvr = "99000016"
    made.save()
    key = made.pk
    made.delete()
    inserted, updated, deleted = changes()
    assert {change.row for change in (inserted, updated, deleted)} == {str(key)}
    assert (inserted.operation, inserted.old) == ("insert", None)
    assert inserted.new is not None
    assert (inserted.new["name"], inserted.new["cvr"], inserted.new["parent_id"]) == ("Huset", "99000008", None)
    # Columns that the database computes from others are not repeated.
    assert {"sort_key", "folded_name"} & set(inserted.new) == set()
    assert (updated.old, updated.new) == ({"cvr": "99000008"}, {"cvr": "99000016"})
    assert (deleted.operation, deleted.new) == ("delete", None)
    assert deleted.old is not None
    assert deleted.old["cvr"] == "99000016"


def test_bulk_updates_and_raw_sql_are_recorded_and_an_update_to_the_same_is_not() -> None:
    Organisation.objects.bulk_create(
        Organisation(name=f"Hus {number}", kind=OrganisationKind.HUB) for number in range(3)
    )
    Organisation.objects.filter(name__in=["Hus 0", "Hus 1"]).update(short_name=F("name"))
    sql("UPDATE identity_organisation SET short_name = 'Kort' WHERE name = 'Hus 2'")
    sql("UPDATE identity_organisation SET short_name = 'Kort' WHERE name = 'Hus 2'")
    sql("DELETE FROM identity_organisation WHERE name = 'Hus 0'")
    assert [change.operation for change in changes()] == ["insert"] * 3 + ["update"] * 3 + ["delete"]
    assert [change.new for change in changes()[3:6]] == [
        {"short_name": "Hus 0"},
        {"short_name": "Hus 1"},
        {"short_name": "Kort"},
    ]


def test_a_key_that_changes_is_the_same_row_leaving_and_another_coming() -> None:
    Municipality.objects.create(code="0999", name="Prøve", official_name="Prøve Kommune")
    sql("UPDATE geography_municipality SET code = '0998' WHERE code = '0999'")
    rows = {change.row: (change.old or {}).get("code", "") for change in changes("geography_municipality")[-2:]}
    assert set(rows) == {"0998", "0999"}


def test_who_and_for_what() -> None:
    context.stamp("test:page", user=7, membership=8, organisation=9, request="abc")
    hub()
    context.clear()
    hub("Et andet")
    stamped, bare = changes()
    assert (stamped.user_id, stamped.membership_id, stamped.organisation_id) == (7, 8, 9)
    assert (stamped.source, stamped.request) == ("test:page", "abc")
    assert (bare.user_id, bare.organisation_id, bare.request) == (None, None, "")
    assert bare.role == sql("SELECT session_user")[0][0]
    assert bare.transaction == stamped.transaction  # both in the transaction of this test


def test_a_job_is_recorded_by_its_name_and_takes_its_stamp_off() -> None:
    with context.acting("job sweep"):
        hub()
    assert changes()[0].source == "job sweep"
    assert sql("SELECT current_setting('vaekstbro.context', true)")[0][0] == ""


def test_who_it_was_is_said_in_words() -> None:
    said = [
        ("second_step", "abc", "En, der ikke var logget ind"),
        ("manage.py load_demo", "", "Programmet load_demo"),
        ("job drafts_expire", "", "Slet gamle kladder"),
        ("job of_old", "", "of_old"),
    ]
    with translation.override("da"):
        for source, request, words in said:
            assert names.who_of(Change(source=source, request=request, role="app")) == words
        assert names.who_of(Change(role="app")) == "app"


def test_a_page_stamps_what_it_writes_and_takes_the_stamp_off_again() -> None:
    person = User.objects.create_user("ida@demo.example", "Ida")
    member = Membership.objects.create(user=person, organisation=hub(), role=Role.HUB_ADVISER, valid_from="2020-01-01")
    client = Client()
    client.force_login(person)
    answer = client.post("/sprog/", {"language": "en"})
    change = Change.objects.filter(table="identity_user", row=str(person.pk)).latest("id")
    assert (change.old, change.new) == ({"language": "da"}, {"language": "en"})
    assert (change.user_id, change.membership_id, change.organisation_id) == (
        person.pk,
        member.pk,
        member.organisation_id,
    )
    assert change.source == "set_language"
    assert change.request == answer.headers["X-Request-ID"]
    assert sql("SELECT current_setting('vaekstbro.context', true)")[0][0] == ""


def test_secrets_are_not_kept() -> None:
    person = User.objects.create_user("ida@demo.example", "Ida", "hemmeligt-nok-her")
    person.set_password("noget-helt-andet-her")
    person.save()
    made, changed = changes("identity_user")
    assert made.new is not None
    assert made.new["password"] == "(hidden)"
    assert (changed.old, changed.new) == ({"password": "(hidden)"}, {"password": "(hidden)"})
    assert person.password not in json.dumps([made.new, changed.new, changed.old])
    User.objects.filter(pk=person.pk).update(last_login="2026-01-01T00:00:00Z")
    assert len(changes("identity_user")) == 2, "a sign-in is no change of the person"


@pytest.mark.parametrize(
    "statement",
    [
        'INSERT INTO audit_change (at, "table", "row", operation, request, source, role, transaction)'
        " VALUES (now(), 'x', '1', 'insert', '', '', 'x', 1)",
        "UPDATE audit_change SET source = ''",
        "DELETE FROM audit_change",
        "TRUNCATE audit_change",
        "ALTER TABLE identity_organisation DISABLE TRIGGER audit_update",
        "UPDATE audit_opening SET purpose = 'audit'",
        "DELETE FROM audit_opening",
    ],
)
def test_nobody_who_acts_through_the_portal_can_change_it(statement: str) -> None:
    hub()
    with pytest.raises(Error), transaction.atomic():
        sql(statement)
    assert len(changes()) == 1


def test_erasure_reaches_the_trail_and_leaves_who_and_when() -> None:
    made, other = hub(), hub("Et andet")
    assert sql("SELECT audit_forget('identity_organisation', %s)", [str(made.pk)])[0][0] == 1
    forgotten, kept = changes()
    assert (forgotten.old, forgotten.new) == (None, None)
    assert forgotten.forgotten_at is not None
    assert kept.row == str(other.pk)
    assert kept.new is not None
