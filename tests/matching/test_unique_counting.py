"""C36: one match counts once in the whole, and is seen under its activity, its municipality and its creator."""

from decimal import Decimal

from portal import ledger
from tests.matching.conftest import World


def test_a_match_is_one_in_the_whole_and_one_in_each_view(world: World) -> None:
    """A student job with a company in Aalborg, found at UCN's børs, the local erhvervskontor helping."""
    match = world.register(
        "UCN", created_by=world["UCN"].pk, assisted_by=(world["BusinessAalborg"].pk,), activity=world.activity.pk
    ).match
    as_of = ledger.AsOf.now()
    total = ledger.total("match_registered", as_of)
    by_place = dict(sums("municipality", as_of))
    by_creator = dict(sums("organisation", as_of))
    by_activity = dict(sums("heading", as_of))
    assert total == 1
    assert by_place == {"0851": 1}
    assert by_creator == {world["UCN"].pk: 1}, "who assisted gets no credit"
    assert by_activity == {world.activity.heading_id: 1}
    assert match.assists.count() == 1
    # Views are not added together: 1 + 1 + 1 is 3, and the whole is 1.
    assert sum(map(sum, (by_place.values(), by_creator.values(), by_activity.values()))) == 3


def sums(by: str, as_of: ledger.AsOf) -> list[tuple[object, Decimal]]:
    return [(row[by], row["total"]) for row in ledger.sums("match_registered", as_of, by=[by])]
