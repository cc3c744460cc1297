"""Pages by key, filters that refuse nonsense, and the same number of queries whatever the number of rows."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from matching.models import Company, Match
from portal.identity import demo as people
from tests.api.conftest import Answer, World, companies

BUDGET = 15


def walk(world: World, path: str, who: str = "partner", forwards: bool = True) -> Iterator[Answer]:
    address: str | None = path
    while address:
        answer = world.get(address, who)
        assert answer.status == 200, answer.body
        yield answer
        address = answer.body["next" if forwards else "previous"]


def rows(pages: Iterator[Answer] | list[Answer], key: str = "id") -> list[Any]:
    return [row[key] for page in pages for row in page.body["results"]]


def test_every_row_once_forwards_and_backwards(world: World) -> None:
    for number in (0, 1, 6, 7, 8, 14, 15):
        companies(number - Company.objects.count(), start=Company.objects.count())
        pages = list(walk(world, "companies/?page_size=7"))
        expected = list(Company.objects.order_by("pk").values_list("pk", flat=True))
        assert rows(pages) == expected
        assert pages[0].body["previous"] is None
        assert len(pages) == max(1, -(-number // 7))
        if len(pages) > 1:
            back = list(walk(world, pages[-1].body["previous"], forwards=False))
            assert [row for page in reversed(back) for row in rows([page])] == rows(pages[:-1])


def test_rows_added_meanwhile_neither_repeat_nor_push_out(world: World) -> None:
    """Newest first: what is agreed later lies before the cursor, what is agreed earlier after it."""
    today = timezone.localdate()
    for index in range(6):
        world.register(agreed_on=today - timedelta(days=index))
    before = list(Match.objects.values_list("pk", flat=True))
    first = world.get("matches/?page_size=3")
    world.register(agreed_on=today)
    late = world.register(agreed_on=today - timedelta(days=20))
    seen = rows([first]) + rows(walk(world, first.body["next"]))
    assert seen == [*before, late.pk]
    assert len(set(seen)) == len(seen)


def test_rows_taken_out_meanwhile_do_not_hide_others(world: World) -> None:
    companies(10)
    first = world.get("companies/?page_size=4")
    Company.objects.filter(pk__in=rows([first])).delete()
    assert len(rows(walk(world, first.body["next"]))) == 6


def test_equal_keys_do_not_hide_rows(world: World) -> None:
    today = timezone.localdate()
    for _ in range(7):
        world.register(agreed_on=today)
    assert len(set(rows(walk(world, "matches/?page_size=2")))) == 7


def test_the_links_keep_the_filters(world: World) -> None:
    companies(5)
    Company.objects.filter(name="Virksomhed 0002").update(municipality_id="0860")
    pages = list(walk(world, "companies/?municipality=0851&page_size=2"))
    assert len(pages) == 2
    assert len(rows(pages)) == 4


NO_CURSORS = [
    "x", "æ", "%00", "W10", "WyJuIl0", "WyJuIiwgImEiXQ", "WyJxIiwgMV0", "bnVsbA", "e30", "WyJuIixudWxsXQ",
    "WyJuIix0cnVlXQ", "WyJuIiwxLDJd", "WyJuIiw5OTk5OTk5OTk5OTk5OTk5OTk5OTk5XQ", "A" * 5000,
]  # fmt: skip


def test_a_cursor_that_is_none(world: World) -> None:
    for cursor in NO_CURSORS:
        answer = world.get(f"companies/?cursor={cursor}")
        assert (answer.status, list(answer.errors)) == (400, ["cursor"]), cursor


def test_a_page_size_that_is_none(world: World) -> None:
    for size in ["0", "201", "-1", "a", "1.5", "1000000", "²"]:
        answer = world.get(f"companies/?page_size={size}")
        assert (answer.status, list(answer.errors)) == (400, ["page_size"]), size


def test_the_greatest_page(world: World) -> None:
    companies(205)
    assert len(world.get("companies/?page_size=200").body["results"]) == 200
    assert len(world.get("companies/").body["results"]) == 50


UNKNOWN = [
    "programmes/?owner=1", "companies/?search=x", "match-types/?kind=job", "work-areas/?active=true",
    "matches/?type=student_job", "matches/?offset=3", "figures/?programme=vvv&municipality=0851",
    "figure/?programme=vvv&matchtype=x", "facts/?programme=vvv&subject=1", "companies/1/?name=x", "matches/1/?x=1",
    "companies/?name=ab&name=cd", "companies/?name=", "companies/?name=%20", "companies/?name=a%00b",
]  # fmt: skip


def test_what_nobody_knows_is_refused(world: World) -> None:
    for query in UNKNOWN:
        answer = world.get(query.replace("programme=vvv", f"programme={world.programme.slug}"))
        name = query.split("?")[1].split("&")[-1].split("=")[0]
        assert (answer.status, list(answer.errors)) == (400, [name]), query


BAD = [
    "programmes/?running_on=2021-13-01", "programmes/?running_on=01.02.2021", "companies/?cvr=123",
    "companies/?cvr=99000013", "companies/?name=a", "companies/?municipality=851",
    "companies/?municipality=Aalborg",
    "companies/?municipality=08511", "matches/?match_type=job", "matches/?work_area=x", "matches/?created_by=AAU",
    "matches/?created_by=0", "matches/?company=99999999999999999999", "matches/?created_by=1.5",
    "matches/?agreed_from=2021-02-30", "matches/?month=2021", "matches/?month=2021-1", "matches/?counts=yes",
    "matches/?withdrawn=1", "facts/?organisation=x", "facts/?month=2021-00", "facts/?municipality=1",
]  # fmt: skip


def test_a_bad_value_is_refused_at_its_name(world: World) -> None:
    for query in BAD:
        name = query.split("?")[1].split("=")[0]
        address = query + (f"&programme={world.programme.slug}" if query.startswith("facts") else "")
        said = []
        for language in ("da", "en"):
            answer = world.get(address, Accept_Language=language)
            assert (answer.status, list(answer.errors)) == (400, [name]), query
            said.append(answer.errors[name])
        assert said[0] != said[1], f"{query}: {said[0]} in both languages"


def test_companies_are_found_however_they_are_written(world: World) -> None:
    Company.objects.create(name="Ålborg Køleteknik A/S", cvr="99000007", municipality_id="0851")
    Company.objects.create(name="100% Æble", municipality_id="0860")
    for name in ("aalborg", "ÅLBORG", "koele", "Køle", "  ålborg   køle"):
        assert [row["name"] for row in world.get(f"companies/?name={name}").body["results"]] == [
            "Ålborg Køleteknik A/S"
        ]
    assert len(world.get("companies/?name=0%25").body["results"]) == 1
    assert world.get("companies/?name=a_b").body["results"] == []
    for cvr in ("99000007", "DK 99 00 00 07"):
        assert len(world.get(f"companies/?cvr={cvr}").body["results"]) == 1
    assert len(world.get("companies/?municipality=0860").body["results"]) == 1


def test_filters_of_matches(world: World) -> None:
    today = timezone.localdate()
    first = world.register(agreed_on=today - timedelta(days=40), match_type="internship", municipality="0860")
    second = world.register(agreed_on=today, work_area="other")
    withdrawn = world.register(agreed_on=today)
    world.post(f"matches/{withdrawn.pk}/undo/", "partner", If_Match="*")

    def found(query: str) -> set[int]:
        return set(rows([world.get(f"matches/?{query}")]))

    assert found("match_type=internship") == {first.pk}
    assert found("municipality=0860") == {first.pk}
    assert found("work_area=other") == {second.pk}
    assert found(f"company={second.company_id}") == {second.pk}
    assert found("withdrawn=true") == {withdrawn.pk}
    assert found("withdrawn=false") == {first.pk, second.pk}
    assert found(f"month={first.agreed_on:%Y-%m}") == {first.pk}
    assert found(f"agreed_from={today}") == {second.pk, withdrawn.pk}
    assert found(f"agreed_to={today - timedelta(days=1)}") == {first.pk}
    assert found(f"programme={world.programme.slug}&counts=true") == {first.pk, second.pk, withdrawn.pk}
    assert found("programme=vaekst-via-viden-2") == set()
    assert found(f"created_by={world.organisation(people.UCN).pk}") == set()


def test_programmes_by_day(world: World) -> None:
    slugs = {row["slug"] for row in world.get("programmes/").body["results"]}
    assert world.programme.slug in slugs
    assert len(slugs) == 2
    running = world.get(f"programmes/?running_on={timezone.localdate()}").body["results"]
    assert [row["slug"] for row in running] == [world.programme.slug]
    assert len(world.get("programmes/?running_on=2021-01-01").body["results"]) == 1


def test_a_programme_names_what_a_match_is_registered_with(world: World) -> None:
    body = world.get(f"programmes/{world.programme.slug}/").body
    assert len(body["municipalities"]) == 11
    assert {"code": "0851", "name": "Aalborg"} in body["municipalities"]
    creators = {row["organisation"]["name"] for row in body["partners"] if row["role"] == "match_creator"}
    assert people.AAU in creators
    assert people.HUB not in creators
    assert "5.2.2" in {row["number"] for row in body["activities"]}
    assert len(world.get("match-types/").body["results"]) == 7
    assert world.get("match-types/").body["results"][0]["name"] == "Studieprojektsamarbejde"
    assert world.get("match-types/", Accept_Language="en").body["results"][0]["name"] == "Student project"


def asked(world: World, path: str, who: str) -> int:
    world.token(who)
    with CaptureQueriesContext(connection) as queries:
        answer = world.get(path, who)
    assert answer.status == 200, answer.body
    return sum(query["sql"].startswith(("SELECT", "WITH")) for query in queries.captured_queries)


LISTS = [
    "programmes/", "programmes/{slug}/", "companies/?page_size=200", "companies/?name=virk&page_size=200",
    "match-types/", "work-areas/", "matches/?page_size=200", "matches/?cvr=99000007&municipality=0851",
    "figures/?programme={slug}", "figures/?programme={slug}&as_of={today}", "figure/?programme={slug}&by=category",
    "figure/?programme={slug}&by=organisation&figure=count&municipality=0851",
    "facts/?programme={slug}&page_size=200",
    "facts/?programme={slug}&municipality=0851&month={month}",
]  # fmt: skip


@pytest.mark.parametrize("who", ["partner", "datasteward", "kommune"])
def test_queries_do_not_grow_with_the_rows(world: World, who: str) -> None:
    today = timezone.localdate()
    hub, jobcentre = world.organisation(people.HUB).pk, world.organisation("Jobcenter Aalborg").pk
    paths = [path.format(slug=world.programme.slug, today=today, month=f"{today:%Y-%m}") for path in LISTS]

    def more(number: int) -> None:
        companies(number, start=Company.objects.count())
        for index in range(number):
            world.register(assisted_by=(hub, jobcentre)[: 1 + index % 2], agreed_on=today - timedelta(days=index % 3))

    more(4)
    few = {path: asked(world, path, who) for path in paths}
    more(8)
    assert {path: asked(world, path, who) for path in paths} == few
    assert max(few.values()) <= BUDGET, few


def test_a_page_in_the_middle_costs_no_more(world: World) -> None:
    companies(30)
    first = world.get("companies/?page_size=5")
    assert asked(world, first.body["next"], "partner") == asked(world, "companies/?page_size=5", "partner")


def test_dates_of_a_cursor_are_read_as_dates(world: World) -> None:
    for index in range(3):
        world.register(agreed_on=timezone.localdate() - timedelta(days=index))
    link = world.get("matches/?page_size=1").body["next"]
    assert date.fromisoformat(world.get(link).body["results"][0]["agreed_on"]) == timezone.localdate() - timedelta(
        days=1
    )
