"""The nightly search for pairs of matches that may be one, where it has most to compare: a municipality whose companies
have no CVR number and are called nearly the same, each with a match of one type on one day."""

import time

from django.db import connection, transaction

from matching.models import Company, Match
from matching.suspecting import find
from tests.bench.rows import Row, row

NAMES = {
    "names of one word and a number": lambda place: f"Firma {place} ApS",
    "names of one word and four letters": lambda place: f"Virksomheden {_letters(place)}",
}
NUMBER = 20_000


def rows() -> list[Row]:
    return [_search(said, [name(place) for place in range(NUMBER)]) for said, name in NAMES.items()]


def _search(said: str, names: list[str]) -> Row:
    """Nothing of it is kept."""
    like = Match.objects.standing().order_by("pk")[0]
    columns = [each.column for each in Match._meta.concrete_fields if not each.primary_key and not each.generated]
    taken = ", ".join("c.id" if column == "company_id" else f"m.{column}" for column in columns)
    with transaction.atomic(), connection.cursor() as cursor:
        companies = Company.objects.bulk_create(
            (Company(name=name, municipality_id="0851", fictional=True) for name in names), batch_size=5000
        )
        cursor.execute(
            f"INSERT INTO matching_match ({', '.join(columns)}) SELECT {taken}"
            " FROM matching_match m, matching_company c WHERE m.id = %s AND c.id = ANY(%s)",
            [like.pk, [company.pk for company in companies]],
        )
        begin = time.perf_counter()
        found = find()
        seconds = time.perf_counter() - begin
        begin = time.perf_counter()
        find([Match.objects.order_by("-pk")[0].pk])
        one = time.perf_counter() - begin
        transaction.set_rollback(True)
    return row(f"pairs among {NUMBER} matches, {said} ({found} found; those of one match in {one:.2f} s)", seconds, "s")


def _letters(place: int) -> str:
    return "".join("bcdfghjklmnpqrtvwxz"[place // 19**power % 19] for power in range(4))
