"""A planner registers what the municipalities try together, on a phone, with and without a script."""

import pytest

from programmes.models import Experiment, ExperimentScheme
from tests.e2e.conftest import Visit

SECRETARIAT, READER = "sekretariat@demo.example", "kkr@demo.example"


@pytest.mark.parametrize("script", [True, False])
def test_a_scheme_an_experiment_and_what_came_of_it(visit: Visit, script: bool) -> None:
    name, title = f"Forsøgsordning {script}", f"Lægeattester {script}"
    planner = visit(SECRETARIAT, width=360, script=script)
    page = planner.page
    assert planner.go("/forsoeg/") == 200
    planner.follow(planner.link("Opret en forsøgsordning"))
    page.get_by_label("Navn", exact=True).fill(name)
    page.get_by_label("Start").fill("2016")
    page.get_by_label("Slut").fill("2020")
    page.get_by_label("Antal forsøg ifølge kilden").fill("19")
    municipalities = page.get_by_label("Kommuner, der deltager")
    assert len(municipalities.input_value().splitlines()) == 11
    municipalities.fill(f"{municipalities.input_value()}\nAtlantis")
    planner.press("Gem")
    # What is wrong stands at its field, and nothing typed is lost.
    assert "Atlantis: Der er ingen kommune, der hedder sådan." in planner.text
    assert page.get_by_label("Antal forsøg ifølge kilden").input_value() == "19"
    municipalities = page.get_by_label("Kommuner, der deltager")
    municipalities.fill(municipalities.input_value().replace("Atlantis", ""))
    planner.press("Gem")
    assert planner.heading == name
    assert "0 registreret af 19 ifølge kilden" in planner.text

    planner.follow(planner.link("Registrér et forsøg"))
    page.get_by_label("Titel", exact=True).fill(title)
    page.get_by_label("Status", exact=True).select_option("running")
    planner.press("Gem")
    planner.follow(planner.link("Tilføj en oplyst effekt"))
    page.get_by_label("Hvad", exact=True).fill("Sparet tid")
    page.get_by_label("Tal og enhed").fill("noget nær 2 fuldtidsstillinger")
    page.get_by_text("oplyst uden måling", exact=True).click()
    page.get_by_label("Hvem siger det").fill("KKR Nordjylland")
    planner.press("Gem")
    assert "noget nær 2 fuldtidsstillinger" in planner.text
    if script:
        assert planner.violations() == []

    experiment = Experiment.objects.get(title=title)
    reader = visit(READER, width=360, script=script)
    assert reader.go(f"/forsoeg/ordning/{ExperimentScheme.objects.get(name=name).pk}/") == 200
    assert "1 registreret af 19 ifølge kilden. 18 er ikke registreret her." in reader.text
    reader.follow(reader.link(title))
    assert reader.page.url.endswith(f"/forsoeg/{experiment.pk}/")
    assert "lægges aldrig sammen" in reader.text
    assert not reader.link("Ret forsøget").count()
    if script:
        assert reader.violations() == []
