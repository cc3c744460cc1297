"""Which companies' names are near, whatever the way they are compared, and how much is told when very much is alike."""

import random
import re
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from django.db import connection

from matching import suspecting
from matching.companies import NewCompany
from matching.models import Company, Match, Suspicion
from matching.suspecting import MOST_PAIRS, find
from tests.matching.conftest import TODAY, World
from tests.ring import LONG, wider

BEGINNINGS = (
    "limfjord",
    "limfjords",
    "limfjordens",
    "vendsyssel",
    "kattegat",
    "jens",
    "jensen",
    "3f",
    "ålborg",
    "æble",
)
MIDDLES = ("køl", "køling", "køleteknik", "el", "vvs", "og søn", "7", "17", "byg 2", "byg")
FORMS = ("", " ApS", " A/S", " I/S", " a.m.b.a.")
CVR = ("99000058", "99000066", "99000074")
"""81 + 2a + b: a=5, b=8 gives 99; a=6, b=6 gives 99; a=7, b=4 gives 99."""


def core(name: str) -> str:
    folded = name.lower().replace("ø", "oe").replace("å", "aa").replace("æ", "ae")
    return re.sub(r" (aps|a/s|i/s|a\.m\.b\.a\.)$", "", folded)


def runs(name: str) -> set[str]:
    """pg_trgm: of each word the runs of three letters, with two spaces before it and one behind."""
    return {f"  {word} "[at : at + 3] for word in re.findall(r"[a-z0-9]+", core(name)) for at in range(len(word) + 1)}


def near(one: Company, other: Company) -> bool:
    if one.municipality_id != other.municipality_id or (one.cvr and other.cvr):
        return False
    numbers = {"".join(re.findall("[0-9]", core(each.name))) for each in (one, other)} - {""}
    first, second = runs(one.name), runs(other.name)
    return len(numbers) < 2 and len(first & second) >= 0.55 * len(first | second)


def a_match_each(companies: list[Company], like: Match) -> None:
    """A match of each company like that one, set-based: it counts for nothing but pairs."""
    own = {"id", "company_id"}
    columns = [
        str(each.column) for each in Match._meta.concrete_fields if each.column not in own and not each.generated
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO matching_match (company_id, {', '.join(columns)})"
            f" SELECT company, {', '.join(f'm.{each}' for each in columns)}"
            " FROM matching_match m, unnest(%s::bigint[]) AS company WHERE m.id = %s",
            [[company.pk for company in companies], like.pk],
        )


@wider
@pytest.mark.parametrize("seed", range(40 if LONG else 6))
def test_every_way_finds_what_comparing_each_with_each_finds(
    world: World, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = random.Random(seed)
    like = world.register(company=NewCompany(name="Zz", municipality="0840")).match
    names = list(dict.fromkeys(f"{chosen.choice(BEGINNINGS)} {chosen.choice(MIDDLES)}{chosen.choice(FORMS)}"
                               for _each in range(24)))  # fmt: skip
    numbers = dict(zip(names[::7], CVR, strict=False))
    places = ("0851", "0851", "0851", "0840")
    companies = Company.objects.bulk_create(
        Company(name=name, cvr=numbers.get(name), municipality_id=chosen.choice(places), fictional=True)
        for name in names
    )
    a_match_each(companies, like)
    # More than are looked at for each would be a bound, which is another test's.
    monkeypatch.setattr(suspecting, "MOST_NEAR", 100)
    monkeypatch.setattr(suspecting, "MOST_PAIRS", 100)
    wanted = {frozenset((a.name, b.name)) for a, b in combinations(companies, 2) if near(a, b)}
    assert wanted

    def found() -> set[frozenset[str]]:
        return {frozenset((each.earlier.company.name, each.later.company.name))
                for each in Suspicion.objects.select_related("earlier__company", "later__company")}  # fmt: skip

    ids = list(Match.objects.exclude(pk=like.pk).values_list("pk", flat=True))
    ways: list[tuple[int, list[list[int] | None]]] = [
        (20, [None]), (0, [ids]), (100, [ids]), (20, [[pk] for pk in ids]),
    ]  # fmt: skip
    for few, asked in ways:
        monkeypatch.setattr(suspecting, "FEW", few)
        Suspicion.objects.all().delete()
        for each in asked:
            find(each)
        assert found() == wanted, (few, asked)


@pytest.mark.parametrize(
    ("one", "other", "pairs"),
    [
        ("Firma 1 ApS", "Firma 2 ApS", 0),
        ("Ejendomsselskabet Nørregade 12", "Ejendomsselskabet Nørregade 14", 0),
        ("Ejendomsselskabet Nørregade 12", "Ejendomsselskabet Nørregade", 1),  # one of them left it out
        ("Butik 24 Hobro", "Butik 2 4 Hobro ApS", 1),
    ],
)
def test_other_numbers_are_another_company(world: World, one: str, other: str, pairs: int) -> None:
    for name in (one, other):
        world.register(company=NewCompany(name=name, municipality="0851"))
    assert Suspicion.objects.count() == pairs


def test_of_very_many_alike_the_likeliest_are_told(world: World) -> None:
    """One company, fifteen students of one month: of each the ten likeliest before it, not 15 * 14 / 2 = 105 pairs."""
    for turn in range(15):
        world.register(agreed_on=TODAY - timedelta(days=turn), different_reason="En anden")
    # 0 + 1 + ... + 9 of the first ten, and ten each of the five after them.
    assert Suspicion.objects.count() == 45 + 5 * MOST_PAIRS == 95
    last = Match.objects.order_by("-pk")[0]
    days = Suspicion.objects.filter(later=last).order_by("days").values_list("days", flat=True)
    assert list(days) == list(range(1, 11)), "the nearest in time"
    Suspicion.objects.all().delete()
    assert find() == 95

    # The last was agreed on the first day after all, 14 days before today: what waits follows it, and 10 of the
    # fourteen are the likeliest now; with the four of before that are no more among them all fourteen wait.
    Match.objects.filter(pk=last.pk).update(agreed_on=TODAY)
    find([last.pk])
    told = Suspicion.objects.filter(later=last).select_related("earlier")
    assert {(TODAY - each.earlier.agreed_on).days for each in told} == {each.days for each in told} == set(range(14))


def test_when_ten_are_settled_the_next_are_told(world: World) -> None:
    for turn in range(12):
        world.register(agreed_on=TODAY - timedelta(days=turn), different_reason="En anden")
    last = Match.objects.order_by("-pk")[0]
    assert Suspicion.objects.filter(later=last).count() == 10
    Suspicion.objects.filter(later=last).update(status="different")
    find()
    assert Suspicion.objects.filter(later=last, status="open").count() == 1, "of the eleven before it"


def test_more_on_one_day_than_are_looked_at(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four of one day and one ten days before it: with room for two to either side the nearest days come first."""
    monkeypatch.setattr(suspecting, "MOST_MET", 2)
    days = (10, 0, 0, 0, 0)
    matches = [world.register(agreed_on=TODAY - timedelta(days=each), different_reason="En anden").match
               for each in days]  # fmt: skip
    Suspicion.objects.all().delete()
    find()
    pairs = set(Suspicion.objects.values_list("earlier", "later"))
    assert all((matches[0].pk, each.pk) in pairs for each in matches[1:]), (
        "from each of the four it is the nearest before"
    )
    assert {each.pk for each in matches[1:]} == {pk for pair in pairs for pk in pair} - {matches[0].pk}


def test_the_nearest_names_come_first(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suspecting, "MOST_NEAR", 1)
    for name in ("Limfjordens Køleteknik", "Limfjordens Køleteknikk", "Limfjordens Køletekniske Hus"):
        world.register(company=NewCompany(name=name, municipality="0851"))
    Suspicion.objects.all().delete()
    find()
    pairs = Suspicion.objects.values_list("earlier__company__name", "later__company__name").order_by("pk")
    # Each has its nearest: the first two one another, and the third the first.
    assert list(pairs) == [("Limfjordens Køleteknik", "Limfjordens Køleteknikk"),
                           ("Limfjordens Køleteknik", "Limfjordens Køletekniske Hus")]  # fmt: skip


def test_what_more_share_than_are_compared_tells_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every run of these names is shared by two: more than three pairs, 2 * 2, are not looked at; equal names are."""
    monkeypatch.setattr(suspecting, "MOST_COMPARED", 3)
    for name in ("Limfjord Køl", "Limfjord Køl ApS", "Limfjords Køl", "!!!", "!!! ApS"):
        world.register(company=NewCompany(name=name, municipality="0851"))
    Suspicion.objects.all().delete()
    find()
    pairs = Suspicion.objects.values_list("earlier__company__name", "later__company__name").order_by("pk")
    assert list(pairs) == [("Limfjord Køl", "Limfjord Køl ApS"), ("!!!", "!!! ApS")]


@wider
def test_thousands_of_nearly_the_same_name_are_not_compared_with_each_other(world: World) -> None:
    """They share every run of letters but some of the last; an equal name is found among them still."""
    number = 20_000 if LONG else 2_000
    like = world.register(company=NewCompany(name="Zz", municipality="0840")).match
    # Of letters of which no legal form is made.
    letters = ("".join("bcdfghjklm"[turn // 10**power % 10] for power in range(5)) for turn in range(number))
    names = [f"Virksomheden {each}" for each in letters]
    companies = Company.objects.bulk_create(
        Company(name=name, municipality_id="0851", fictional=True) for name in [*names, f"{names[1234]} ApS"]
    )
    a_match_each(companies, like)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '5min'")  # each with each took longer than anybody waited
        find()
    pairs: Any = Suspicion.objects.filter(reasons__contains=["same_name"])
    [pair] = pairs.select_related("earlier__company", "later__company")
    assert {pair.earlier.company.name, pair.later.company.name} == {names[1234], f"{names[1234]} ApS"}
    assert Suspicion.objects.count() <= MOST_PAIRS * len(companies)
