"""Many rows in one statement: what is there afterwards is what bulk_create would have put there."""

from datetime import date
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from matching.models import Company, CompanyContact
from portal.tabular.inserting import insert, insert_columns, not_waiting

pytestmark = pytest.mark.django_db


PAIR, OTHERS = ("99000023", "99000031"), ("99000058", "99000066")


def company(number: int, **more: Any) -> Company:
    return Company(**{"name": f"Ærø & Søn {number}", "municipality_id": "0851", "fictional": True, **more})


def stored(company: Company) -> dict[str, Any]:
    return Company.objects.filter(pk=company.pk).values().get()


def test_the_rows_are_there_under_the_keys_they_got() -> None:
    rows = [company(1, cvr="99000023", employees="10_19"), company(2, first_highly_educated=True), company(3)]
    insert(rows)
    assert len({row.pk for row in rows}) == 3
    assert [stored(row)["name"] for row in rows] == ["Ærø & Søn 1", "Ærø & Søn 2", "Ærø & Søn 3"]
    assert [stored(row)["cvr"] for row in rows] == ["99000023", None, None]
    assert [stored(row)["first_highly_educated"] for row in rows] == [None, True, None]
    assert {stored(row)["municipality_id"] for row in rows} == {"0851"}


def test_as_bulk_create_would_have_put_them() -> None:
    """Column by column, but for what is drawn or clocked for each row and the key."""
    here, there = ([company(1, cvr=one), company(2, cvr=other)] for one, other in (PAIR, OTHERS))
    insert(here)
    Company.objects.bulk_create(there)
    own = {"id", "key", "updated_at", "cvr"}
    for one, other in zip(here, there, strict=True):
        assert {name: value for name, value in stored(one).items() if name not in own} == {
            name: value for name, value in stored(other).items() if name not in own
        }


def test_what_is_left_to_the_database_it_says() -> None:
    rows = [company(1), company(2)]
    insert(rows)
    first, second = (stored(row) for row in rows)
    assert first["key"] != second["key"]
    assert (first["folded_name"], second["folded_name"]) == ("ærø & søn 1", "ærø & søn 2")
    assert abs((first["updated_at"] - timezone.now()).total_seconds()) < 60


def test_they_can_be_saved_again() -> None:
    (row,) = rows = [company(1)]
    insert(rows)
    row.name = "Nyt navn"
    row.save(update_fields=["name"])
    assert stored(row)["name"] == "Nyt navn"
    assert Company.objects.count() == 1


def test_one_statement_and_one_for_the_keys_however_many() -> None:
    with CaptureQueriesContext(connection) as asked:
        insert([company(number) for number in range(300)])
    assert len(asked) == 2
    assert Company.objects.count() == 300


def test_nothing_is_no_statement() -> None:
    with CaptureQueriesContext(connection) as asked:
        insert([])
    assert len(asked) == 0


def test_what_is_too_long_is_refused_and_not_cut_off() -> None:
    """The column has room for 160 signs."""
    with pytest.raises(DataError):
        insert([company(1, name="x" * 161), company(2)])


def test_too_long_in_every_row_too() -> None:
    with pytest.raises(DataError):
        insert([company(1, city="x" * 61), company(2, city="x" * 61)])


def test_the_guards_of_the_table_stand() -> None:
    with pytest.raises(IntegrityError, match="company_cvr_holds"):
        insert([company(1, cvr="99000024"), company(2)])


def test_a_default_that_only_some_rows_leave_out() -> None:
    with pytest.raises(ValueError, match="updated_at"):
        insert([company(1, updated_at=timezone.now()), company(2)])


def test_arrays_are_refused() -> None:
    with pytest.raises(TypeError, match="themes"):
        insert([CompanyContact(contacted_on=date(2026, 1, 2), themes=["digital"])])


def test_columns_without_instances() -> None:
    """What is not said has the default, as a new instance would."""
    insert_columns(Company, {"name": ["Ærø & Søn 1", "Ærø & Søn 2"], "municipality_id": ["0851"] * 2, "cvr": [*PAIR],
                             "fictional": [True] * 2})  # fmt: skip
    Company.objects.bulk_create([company(1, cvr=OTHERS[0]), company(2, cvr=OTHERS[1])])
    own = {"id", "key", "updated_at", "cvr"}
    rows = [{name: value for name, value in row.items() if name not in own}
            for row in Company.objects.order_by("pk").values()]  # fmt: skip
    assert rows[:2] == rows[2:]
    insert_columns(Company, {"name": []})
    assert len(rows) == Company.objects.count() == 4


def test_a_column_that_the_table_has_not() -> None:
    with pytest.raises(ValueError, match="municipality"):
        insert_columns(Company, {"name": ["Ærø"], "municipality": ["0851"]})


def test_what_is_not_waited_for_is_there_afterwards() -> None:
    rows = [company(1), company(2)]
    with not_waiting():
        insert(rows)
    assert [stored(row)["name"] for row in rows] == ["Ærø & Søn 1", "Ærø & Søn 2"]


def test_a_question_waits_for_what_was_sent_before_it() -> None:
    with not_waiting():
        insert(rows := [company(1)])
        assert stored(rows[0])["name"] == "Ærø & Søn 1"


def test_what_the_database_refuses_is_heard_at_the_end_as_djangos() -> None:
    """And undone with all that came after it, as in any transaction."""
    reached = []

    def one_number_twice() -> None:
        with transaction.atomic(), not_waiting():
            insert([company(1, cvr="99000023")])
            insert([company(2, cvr="99000023")])
            reached.append("what comes after")

    with pytest.raises(IntegrityError, match="company_cvr"):
        one_number_twice()
    assert reached == ["what comes after"]
    assert not Company.objects.exists()
    insert([company(3)])
    assert Company.objects.count() == 1
