"""Joint experiments and catalogues of measures over the API: as on the pages, once, as they were seen."""

from typing import Any

import pytest

from portal.identity.models import Organisation
from portal.identity.roles import OrganisationKind
from programmes.models import CatalogueMeasure, Experiment, ExperimentScheme
from tests.api.conftest import Answer, World

WHO, OTHER, FAR = "sekretariat", "kommune", "fremmed"


@pytest.fixture
def scheme(world: World) -> Answer:
    made = world.post("experiment-schemes/", WHO, {
        "name": "Frikommuneforsøg II", "starts": "2016", "ends": "2020", "stated_experiments": 19,
        "programme": world.programme.slug,
        "municipalities": [{"code": "0851"}, {"code": "0825", "valid_from": "2018-01-01"}],
        "letters": [{"kind": "audience", "sent_to": "Beskæftigelsesudvalget", "asked": "Foretræde"}],
    }, Idempotency_Key="k")  # fmt: skip
    assert made.status == 201, made.body
    return made


def experiment(scheme: Answer) -> dict[str, Any]:
    return {
        "scheme": scheme.body["id"],
        "title": "Lægeattestforsøgene",
        "status": "running",
        "effects": [
            {
                "what": "Tid", "qualifier": "noget nær", "value": "2", "unit": "fuldtidsstillinger",
                "basis": "claimed", "said_by": "KKR Nordjylland",
            }
        ],
        "cases": [{"text": "En case", "link": "https://example.dk/"}],
    }  # fmt: skip


def test_a_scheme_is_made_once_read_and_changed_as_it_was_seen(world: World, scheme: Answer) -> None:
    body = scheme.body
    assert (body["stated_experiments"], body["registered_experiments"]) == (19, 0)
    assert body["programme"] == world.programme.slug
    assert [(each["name"], each["valid_from"]) for each in body["municipalities"]] == [
        ("Læsø", "2018-01-01"), ("Aalborg", None),
    ]  # fmt: skip
    path = f"experiment-schemes/{body['id']}/"
    assert world.get(path, OTHER).body == body == world.get("experiment-schemes/", WHO).body["results"][0]
    assert world.get(path, FAR).status == 404
    assert world.post(path, OTHER, {"name": "x"}, If_Match="*").status == 403
    changed = world.post(path, WHO, {"ministry": "Social- og Indenrigsministeriet"}, If_Match=scheme.headers["ETag"])
    assert changed.body["ministry"] == "Social- og Indenrigsministeriet"
    assert changed.body["letters"] == body["letters"]  # what is not named stays
    assert world.post(path, WHO, {"ministry": "x"}, If_Match=scheme.headers["ETag"]).status == 412
    assert ExperimentScheme.objects.count() == 1


def test_an_experiment_with_its_effects(world: World, scheme: Answer) -> None:
    made = world.post("experiments/", WHO, experiment(scheme), Idempotency_Key="e")
    assert made.status == 201, made.body
    (effect,) = made.body["effects"]
    assert (effect["qualifier"], effect["value"], effect["unit"]) == ("noget nær", "2", "fuldtidsstillinger")
    assert made.body["municipalities"] == []  # all of the scheme's
    again = world.post("experiments/", WHO, experiment(scheme), Idempotency_Key="e")
    assert (again.status, again.body, Experiment.objects.count()) == (200, made.body, 1)
    path = f"experiments/{made.body['id']}/"
    few = world.post(path, WHO, {"municipalities": ["0825"]}, If_Match=made.headers["ETag"])
    assert few.body["municipalities"] == ["0825"]
    assert few.body["effects"] == made.body["effects"]
    assert world.get("experiments/?municipality=0851", WHO).body["results"] == []
    assert len(world.get("experiments/?municipality=0825&text=laegeattest", WHO).body["results"]) == 1
    assert world.get(f"experiment-schemes/{scheme.body['id']}/", WHO).body["registered_experiments"] == 1


def test_what_is_wrong_stands_at_its_field(world: World, scheme: Answer) -> None:
    effect = experiment(scheme)["effects"][0]
    for more, field in (
        ({"scheme": 10**9}, "scheme"),
        ({"municipalities": ["0751"]}, "municipalities"),  # Aarhus does not take part
        ({"municipalities": ["9999"]}, "municipalities"),
        ({"effects": [effect, {**effect, "unit": ""}]}, "effects.1.unit"),
        ({"cases": [{"text": "x", "link": "ftp://x"}]}, "cases.0.link"),
        ({"status": "x"}, "status"),
    ):
        answer = world.post("experiments/", WHO, {**experiment(scheme), **more})
        assert answer.status == 400, more
        assert field in answer.errors, (more, answer.body)
    assert not Experiment.objects.exists()


def test_catalogues_and_measures(world: World) -> None:
    made = world.post("measure-catalogues/", WHO, {"name": "SOSU", "themes": ["Internt", "Med andre"]})
    assert made.status == 201, made.body
    path = f"measure-catalogues/{made.body['id']}/"
    assert world.get(path, OTHER).body == made.body
    assert world.get(path, FAR).status == 404
    renamed = world.post(path, WHO, {"themes": ["Internt i kommunerne", "Med andre"]}, If_Match=made.headers["ETag"])
    first = renamed.body["themes"][0]
    assert first == {"id": made.body["themes"][0]["id"], "name": "Internt i kommunerne"}
    said = {"theme": first["id"], "title": "SOSU-klar", "status": "running"}
    measure = world.post("catalogue-measures/", WHO, said)
    assert measure.status == 201, measure.body
    assert measure.body["municipality"] is None
    assert world.post("catalogue-measures/", OTHER, {**said, "title": "x"}).status == 403
    assert "title" in world.post("catalogue-measures/", WHO, said).errors
    assert "municipality" in world.post("catalogue-measures/", WHO, {**said, "municipality": "9999"}).errors
    assert "theme" in world.post("catalogue-measures/", WHO, {**said, "theme": 10**9}).errors
    one = f"catalogue-measures/{measure.body['id']}/"
    moved = world.post(one, WHO, {"municipality": "0851"}, If_Match=measure.headers["ETag"])
    assert moved.body["municipality"] == "0851"
    assert world.post(one, WHO, {"title": "x"}, If_Match=measure.headers["ETag"]).status == 412
    assert len(world.get("catalogue-measures/?municipality=0851&text=sosu", OTHER).body["results"]) == 1
    assert world.get("catalogue-measures/", FAR).body["results"] == []
    assert CatalogueMeasure.objects.count() == 1


def test_everybody_elses_area_is_empty(world: World, scheme: Answer) -> None:
    assert Organisation.objects.filter(kind=OrganisationKind.UNIVERSITY, name="Fremmed universitet").exists()
    assert world.get("experiment-schemes/", FAR).body["results"] == []
