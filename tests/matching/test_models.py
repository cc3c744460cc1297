"""What the database itself refuses, and the reference data that migrate writes."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.models import Company, Match, MatchAssist, MatchType, WorkArea
from matching.reference import MATCH_TYPES, WORK_AREAS, restore_reference_data
from portal.ui.cvr import cvr_problem
from tests.matching.conftest import World

# Numbers of real companies and public bodies, checked against the rule's description.
REAL = ["47458714", "11617034", "10150817", "21265837", "35682872", "20756438"]
WRONG = ["12345678", "47458713", "04745871", "4745871", "474587140", "4745871x", "", "47 45 87 14", "٤٧٤٥٨٧١٤"]


def refused(name: str, call: Any) -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        call()
    assert name in str(caught.value)


@pytest.mark.django_db
def test_the_database_checks_cvr_numbers() -> None:
    for number in REAL:
        Company.objects.create(name="X", cvr=number)
    for number in WRONG:
        if len(number) <= 8:
            refused("company_cvr_holds", lambda number=number: Company.objects.create(name="X", cvr=number))
    refused("company_cvr", lambda: Company.objects.create(name="Y", cvr=REAL[0]))


@pytest.mark.django_db
@settings(max_examples=200, deadline=None)
@given(st.from_regex(r"[0-9]{8}", fullmatch=True))
def test_the_database_and_python_agree_on_numbers(number: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'company_cvr_holds'")
        rule = cursor.fetchone()[0].removeprefix("CHECK ")
        cursor.execute(f"SELECT {rule} FROM (SELECT %s::varchar AS cvr) AS given", [number])
        assert cursor.fetchone()[0] is (cvr_problem(number) is None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"name": "X", "cvr": None}, "company_cvr_or_municipality"),
        ({"name": " ", "municipality_id": "0851"}, "company_has_a_name"),
        ({"name": "X", "cvr": "47458714", "fictional": True}, "company_fictional_number"),
        ({"name": "X", "municipality_id": "0851", "employees": "many"}, "company_employees_known"),
    ],
)
def test_companies_that_cannot_be(fields: dict[str, Any], constraint: str) -> None:
    refused(constraint, lambda: Company.objects.create(**fields))


@pytest.mark.django_db
def test_one_company_of_a_name_without_a_number_in_a_municipality() -> None:
    Company.objects.create(name="Ærøs Åls", municipality_id="0851")
    same = "AERØS AALS"  # as it is folded
    refused("company_without_cvr_once", lambda: Company.objects.create(name=same, municipality_id="0851"))
    Company.objects.create(name="Ærøs Åls", municipality_id="0860")
    Company.objects.create(name="Ærøs Åls", municipality_id="0851", cvr=REAL[0])


@pytest.mark.django_db
def test_messages_of_the_constraints_can_be_read() -> None:
    with pytest.raises(ValidationError) as caught:
        Company(name="X", cvr="12345678").validate_constraints()
    assert "CVR" in str(caught.value)
    Company(name="X", cvr=REAL[0]).validate_constraints()
    for model in (Company, Match, MatchAssist, MatchType):
        for constraint in model._meta.constraints:
            assert constraint.violation_error_message != constraint.default_violation_error_message, constraint.name


def test_matches_that_cannot_be(world: World) -> None:
    match = world.register().match
    user = world.actors["hub"].user
    row = Match.objects.filter(pk=match.pk)
    now = timezone.now()
    refused("match_withdrawn_by_somebody", lambda: row.update(withdrawn_at=now))
    refused("match_withdrawn_by_somebody", lambda: row.update(withdrawn_by=user))
    refused("match_withdrawn_after_registered", lambda: row.update(withdrawn_at=now - timedelta(1), withdrawn_by=user))
    refused("match_not_counted_says_why", lambda: row.update(counts=False))
    refused("match_not_counted_says_why", lambda: row.update(not_counted_reason="before_counting"))
    refused("match_not_counted_says_why", lambda: row.update(counts=False, not_counted_reason="because"))
    refused("match_reason_of_a_withdrawal", lambda: row.update(withdrawn_reason="x"))
    refused("match_assisted_once", lambda: MatchAssist.objects.create(match=match, organisation=world["hub"]))


@pytest.mark.django_db
def test_reference_data_is_there_and_comes_back() -> None:
    assert list(MatchType.objects.values_list("code", flat=True)) == [code for code, *_rest in MATCH_TYPES]
    assert MatchType.objects.count() == 7
    assert WorkArea.objects.filter(constructed=True, active=True).count() == len(WORK_AREAS) == 8
    MatchType.objects.filter(code="internship").update(name="Praktik")
    MatchType.objects.filter(code="student_job").delete()
    WorkArea.objects.filter(code="other").update(name="Øvrigt", order=99, active=False, constructed=False)
    WorkArea.objects.filter(code="it_digital").delete()
    for _again in range(2):
        restore_reference_data()
    assert MatchType.objects.get(code="internship").name == "Studiepraktik"
    assert MatchType.objects.count() == 7
    edited = WorkArea.objects.get(code="other")
    assert (edited.name, edited.order, edited.active, edited.constructed) == ("Øvrigt", 99, False, False)
    assert WorkArea.objects.count() == 8


@pytest.mark.django_db
def test_names_follow_the_language() -> None:
    from django.utils import translation

    entry = MatchType.objects.get(code="wage_subsidy")
    assert str(entry) == "Løntilskud (privat)"
    with translation.override("en"):
        assert str(entry) == "Wage subsidy (private)"
