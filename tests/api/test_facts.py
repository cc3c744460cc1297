"""Facts: those whose record the caller may open, at one place of the ledger however many pages."""

from datetime import date, timedelta

from django.utils import timezone

from portal.identity import demo as people
from portal.ledger.models import FactRecord
from tests.api.conftest import Answer, World
from tests.api.test_figures import import_history


def facts(world: World, who: str = "partner", query: str = "") -> Answer:
    return world.get(f"facts/?programme={world.programme.slug}&{query}".rstrip("&"), who)


def sources(answer: Answer) -> set[str]:
    places = [fact["place"] for fact in answer.body["results"]]
    return set(FactRecord.objects.filter(fact__in=places).values_list("source_id", flat=True))


def test_a_politician_sees_numbers_and_is_told_why(world: World) -> None:
    world.register()
    answer = facts(world, "kkr")
    assert answer.status == 403
    assert "tal" in answer.body["detail"]
    english = world.get(f"facts/?programme={world.programme.slug}", "kkr", Accept_Language="en")
    assert english.body["detail"].startswith("Your role sees numbers, not single registrations.")


def test_only_facts_whose_record_the_caller_may_open(world: World) -> None:
    own = world.register("partner")
    shared = world.register("raadgiver", assisted_by=(world.organisation(people.UCN).pk,))
    jobcentre = world.register("jobcenter", creator="Jobcenter Aalborg")
    everything = {str(match.pk) for match in (own, shared, jobcentre)}
    assert sources(facts(world, "partner")) == {str(own.pk), str(shared.pk)}
    assert sources(facts(world, "ucn")) == sources(facts(world, "raadgiver")) == {str(shared.pk)}
    assert sources(facts(world, "kommune")) == sources(facts(world, "jobcenter")) == {str(jobcentre.pk)}
    assert sources(facts(world, "datasteward")) == everything
    assert sources(facts(world, "akasse")) == sources(facts(world, "leder")) == set()


def test_a_fact(world: World) -> None:
    match = world.register(match_type="internship", work_area="other", municipality="0860")
    [fact] = facts(world).body["results"]
    today = timezone.localdate()
    assert fact["measure"] == "match_registered"
    assert fact["occurred_on"] == f"{today:%Y-%m}-01"  # of a measure about persons, never the day
    assert (fact["month"], fact["learnt_on"]) == (f"{today:%Y-%m}", today.isoformat())
    assert (fact["municipality"], fact["category"], fact["subcategory"]) == ("0860", "internship", "other")
    assert fact["quantity"] == "1"
    assert fact["reverses"] is fact["batch"] is None
    assert fact["record"]["url"].endswith(f"/{match.pk}/")
    assert "subject" not in fact


def test_a_reversal_stands_beside_its_original(world: World) -> None:
    match = world.register()
    world.post(f"matches/{match.pk}/undo/", "partner", If_Match="*")
    first, second = facts(world).body["results"]
    assert (first["quantity"], second["quantity"]) == ("1", "-1")
    assert second["reverses"] == first["place"]


def test_the_pages_of_a_walk_are_read_at_one_place(world: World) -> None:
    matches = [world.register() for _ in range(5)]
    first = facts(world, query="page_size=2")
    world.register()
    world.post(f"matches/{matches[4].pk}/undo/", "partner", If_Match="*")
    seen, answer = sources(first), first
    while answer.body["next"]:
        answer = world.get(answer.body["next"])
        assert answer.body["place"] == first.body["place"]
        seen |= sources(answer)
    assert seen == {str(match.pk) for match in matches}
    assert len(facts(world).body["results"]) == 7


def test_as_known_on_a_day(world: World, yesterday: date) -> None:
    import_history(world, 2, yesterday, "Historik")
    world.register()
    known = facts(world, query=f"as_of={yesterday}").body["results"]
    assert [fact["batch"] for fact in known] == ["Historik", "Historik"]
    assert facts(world, query=f"as_of={yesterday - timedelta(days=1)}").body["results"] == []
    assert facts(world, query="place=0").body["results"] == []


def test_filters(world: World) -> None:
    first = world.register(municipality="0860", match_type="internship")
    second = world.register(work_area="other")
    aau = world.organisation(people.AAU).pk
    month = f"{timezone.localdate():%Y-%m}"
    assert sources(facts(world, query="municipality=0860")) == {str(first.pk)}
    assert sources(facts(world, query="category=internship")) == {str(first.pk)}
    assert sources(facts(world, query="subcategory=other")) == {str(second.pk)}
    assert len(sources(facts(world, query=f"organisation={aau}&month={month}"))) == 2
    assert sources(facts(world, query=f"heading={world.programme.heading_id + 99999}")) == set()
    assert sources(facts(world, query="measure=match_registered&month=2020-09")) == set()
    assert list(facts(world, query="measure=findes_ikke").errors) == ["measure"]


def test_another_programmes_facts_are_not_here(world: World) -> None:
    world.register()
    assert world.get("facts/?programme=vaekst-via-viden-2").status == 200
    assert world.get("facts/?programme=vaekst-via-viden-2").body["results"] == []


def test_the_facts_of_a_figure_add_up_to_it(world: World) -> None:
    for municipality in ("0851", "0851", "0860"):
        world.register(municipality=municipality)
    match = world.register()
    world.post(f"matches/{match.pk}/undo/", "partner", If_Match="*")
    slug = world.programme.slug
    figure = world.get(f"figure/?programme={slug}&municipality=0851", "datasteward").body
    behind = facts(world, "datasteward", f"municipality=0851&place={figure['place']}").body["results"]
    assert sum(int(fact["quantity"]) for fact in behind) == int(figure["value"]) == 2
