"""Two companies that are one: what moves, what is counted, and that it can be taken back."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from matching import merging
from matching.companies import NewCompany, by_cvr, find_or_add, near, search
from matching.contacts import register_contact
from matching.merging import merge, preview, undo_merge, unknown_relations
from matching.models import Company, CompanyMerge, Match, ProductionUnit
from matching.needs import register_need
from portal import ledger
from portal.identity.rights import Refused
from portal.ledger.models import Alias, Fact
from tests.matching.conftest import TODAY, World
from tests.matching.referral_world import refer


def roots() -> dict[Any, Any]:
    """What each subject counts as now."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT subject, root FROM ledger_subject_roots(NULL, 9223372036854775807)")
        return dict(cursor.fetchall())


def distinct() -> int:
    """Companies among the facts, each counted as what it is now."""
    known = roots()
    return len({known.get(subject, subject) for subject in Fact.objects.values_list("subject", flat=True)})


@pytest.fixture
def typed(world: World) -> Company:
    """The same company, typed in by somebody who did not know its number, and with a match."""
    company = NewCompany("Limfjord Kølteknik", municipality="0851")
    world.register("office", company=company, municipality="0851", match_type="ordinary_job")
    return Company.objects.get(name="Limfjord Kølteknik")


def test_every_relation_to_a_company_has_been_thought_of() -> None:
    assert unknown_relations() == []
    pointing = {f"{each.field.model._meta.label_lower}.{each.field.name}" for each in Company._meta.related_objects}
    assert pointing <= {*merging.MOVES, *merging.STAYS}


@pytest.mark.django_db
def test_an_unknown_relation_refuses_every_merging(
    world: World, typed: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "MOVES", merging.MOVES[1:])
    with pytest.raises(ValidationError, match=r"matching\.match\.company"):
        merge(world.actor("steward"), world.companies["Limfjord Køleteknik A/S"], typed)
    typed.refresh_from_db()
    assert typed.merged_into is None


@pytest.mark.django_db
def test_matches_places_and_names_go_along_and_both_count_as_one(world: World, typed: Company) -> None:
    kept = world.companies["Limfjord Køleteknik A/S"]
    own = world.register("hub").match
    unit = ProductionUnit.objects.create(company=typed, number="1005408410", municipality_id="0846", head=True)
    assert distinct() == 2
    seen = preview(kept, typed)
    found = {name: number for name, number in seen.counts.items() if number}
    assert found == {"matching.match.company": 1, "matching.productionunit.company": 1}
    assert seen.names == ["Limfjord Kølteknik"]
    row = merge(world.actor("steward"), kept, typed, reason="Ringede til dem")
    kept.refresh_from_db()
    assert set(kept.matches.values_list("pk", flat=True)) == {own.pk, *row.moved["matching.match.company"]}
    assert kept.production_units.get() == unit
    assert kept.secondary_names == ["Limfjord Kølteknik"]
    assert Fact.objects.count() == 2  # nothing was posted anew
    assert distinct() == 1
    assert [alias.into_subject for alias in Alias.objects.all()] == [ledger.subject_for("company", kept.pk)]
    # The records and the ledger agree still.
    from portal.ledger import audit

    assert list(audit.differences()) == []


@pytest.mark.django_db
def test_whoever_types_it_again_meets_the_one_that_stayed(world: World, typed: Company) -> None:
    kept = world.companies["Limfjord Køleteknik A/S"]
    merge(world.actor("steward"), kept, typed)
    assert find_or_add(NewCompany("Limfjord Kølteknik", municipality="0851")) == kept
    assert search("kølteknik") == [kept]
    assert typed not in near("Limfjord Kølteknik")
    assert by_cvr(str(kept.cvr)) == kept


@pytest.mark.django_db
def test_undone_everything_is_where_it_was_and_what_came_since_stays(world: World, typed: Company) -> None:
    kept = world.companies["Limfjord Køleteknik A/S"]
    before = {row.pk: row.company_id for row in Match.objects.all()}
    row = merge(world.actor("steward"), kept, typed)
    since = world.register("AAU", created_by=world["AAU"].pk, match_type="internship").match
    undo_merge(world.actor("steward"), row)
    kept.refresh_from_db()
    typed.refresh_from_db()
    assert {match.pk: match.company_id for match in Match.objects.all()} == {**before, since.pk: kept.pk}
    assert (kept.other_names, typed.merged_into) == ("", None)
    assert distinct() == 2
    again = undo_merge(world.actor("steward"), row)
    assert again.undone_by == world.actor("steward").user
    merge(world.actor("steward"), kept, typed)
    assert distinct() == 1


@pytest.mark.django_db
def test_one_that_went_on_into_a_third_is_undone_backwards(world: World, typed: Company) -> None:
    steward = world.actor("steward")
    middle = Company.objects.create(name="Midten", municipality_id="0851")
    kept = world.companies["Limfjord Køleteknik A/S"]
    first = merge(steward, middle, typed)
    second = merge(steward, kept, middle)
    typed.refresh_from_db()
    assert typed.merged_into == kept
    with pytest.raises(Refused):
        undo_merge(steward, first)
    undo_merge(steward, second)
    typed.refresh_from_db()
    assert typed.merged_into == middle
    undo_merge(steward, first)
    assert Company.objects.standing().filter(pk__in=[typed.pk, middle.pk, kept.pk]).count() == 3


@pytest.mark.django_db
def test_what_is_refused(world: World, typed: Company) -> None:
    kept = world.companies["Limfjord Køleteknik A/S"]
    with pytest.raises(Refused):
        merge(world.actor("hub"), kept, typed)
    for one, other in ((kept, kept), (typed, kept)):
        with pytest.raises(ValidationError):
            merge(world.actor("steward"), one, other)
    row = merge(world.actor("steward"), kept, typed)
    with pytest.raises(ValidationError):
        merge(world.actor("steward"), kept, typed)
    for fields in ({"kept": kept, "absorbed": kept}, {"kept": kept, "absorbed": typed}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CompanyMerge.objects.create(merged_by=row.merged_by, **fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        Company.objects.filter(pk=kept.pk).update(merged_into=kept)
    assert row.merged_at.date() >= date(2021, 1, 31)


def test_the_preview_tells_nothing_of_what_is_others_own(world: World) -> None:
    """A need that is not shared, a contact and a referral go along; that there are any is their organisations'."""
    kept, absorbed = world.companies["Kattegat Ærøkål ApS"], world.companies["Limfjord Køleteknik A/S"]
    before = preview(kept, absorbed).lines
    office = world.actor("office")
    register_need(office, absorbed, found_on=TODAY, kind="job_profile", wish="En sælger")
    register_contact(office, absorbed, contacted_on=TODAY, kind="visit")
    refer(world, company=absorbed)
    assert preview(kept, absorbed).lines == before
