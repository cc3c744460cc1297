"""Catalogues of measures: the SOSU annex, themes, finding, and a spreadsheet out and in again."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.drafts.versions import Changed
from portal.geography.models import Municipality
from portal.identity import demo as people
from portal.identity.actor import Actor, actor_for
from portal.identity.models import User
from portal.identity.rights import Refused
from portal.ledger.models import Installation
from portal.tabular.reading import Unreadable
from programmes import catalogue as rules
from programmes import demo, demo_shared
from programmes.catalogue import measures
from programmes.catalogue_files import CatalogueFileError, read_file
from programmes.models import CatalogueMeasure, CatalogueTheme, MeasureCatalogue
from tests.forms import reads, send
from tests.identity.helpers import signed_in
from tests.programmes.test_planning import refused_by

SECRETARIAT, READER, OFFICER = "sekretariat@demo.example", "kkr@demo.example", "kommune@demo.example"
NUMBERS = [14, 9, 11]
"""Measures that the annex has under each of its three headings."""


@pytest.fixture
def catalogue(db: None) -> MeasureCatalogue:
    Installation.objects.create()
    people.load()
    demo.load()
    demo_shared.load()
    return MeasureCatalogue.objects.select_related("owner").get(name=demo_shared.CATALOGUE)


def actor(email: str) -> Actor:
    return actor_for(User.objects.get(email=email))


def client(email: str) -> Client:
    browser = Client()
    signed_in(browser, User.objects.get(email=email))
    return browser


def first_theme(catalogue: MeasureCatalogue) -> CatalogueTheme:
    return catalogue.themes.select_related("catalogue__owner").earliest("order")


def found(**chosen: Any) -> list[str]:
    return [each.title for each in measures(actor(READER), chosen)]


def wrong(act: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as problem:
        act()
    return problem.value.message_dict


def test_the_annex_by_its_three_headings_and_no_municipality(catalogue: MeasureCatalogue) -> None:
    assert [theme.measures.count() for theme in catalogue.themes.all()] == NUMBERS
    assert not CatalogueMeasure.objects.exclude(municipality=None).exists()
    text = reads(client(READER).get(f"/tiltag/kataloger/{catalogue.pk}/"))
    assert "34 tiltag" in text  # 14 + 9 + 11
    for heading in demo_shared.MEASURES:
        assert heading in text
    # Each measure's municipality, and what the annex leaves open besides.
    assert text.count("ikke oplyst i kilden") >= 34


def test_measures_are_found_the_danish_way(catalogue: MeasureCatalogue) -> None:
    assert len(found(text="SOSUKLAR")) == 1
    assert len(found(text="region  nordjylland")) == 2  # two name the region as the partner
    assert found(text="Loen") == found(text="løn")
    assert len(found(theme=first_theme(catalogue).pk)) == 14
    assert len(found(municipality="none")) == 34
    aalborg = Municipality.objects.get(name="Aalborg")
    rules.make_measure(None, first_theme(catalogue), title="Et lokalt", status="idea", municipality=aalborg)
    assert found(municipality=aalborg.pk) == found(status="idea") == ["Et lokalt"]
    assert len(found(municipality="none")) == 34
    assert found()[14] == "Et lokalt"  # last in its theme
    listed = reads(client(READER).get(f"/tiltag/?municipality={aalborg.pk}"))
    assert "1 tiltag" in listed


def test_the_area_reads_and_the_owners_planners_write(catalogue: MeasureCatalogue) -> None:
    people.load_midtjylland()
    assert catalogue in MeasureCatalogue.objects.visible_to(actor(OFFICER))
    assert catalogue not in MeasureCatalogue.objects.visible_to(actor(people.NEIGHBOUR[0]))
    assert not CatalogueMeasure.objects.visible_to(actor(people.NEIGHBOUR[0])).exists()
    theme = first_theme(catalogue)
    measure = theme.measures.earliest("order")
    for who in (actor(OFFICER), actor(READER)):
        for act in (
            lambda who: rules.make_catalogue(who, catalogue.owner, name="x", themes=["x"]),
            lambda who: rules.change_catalogue(who, catalogue, name="x"),
            lambda who: rules.remove_catalogue(who, catalogue),
            lambda who: rules.make_measure(who, theme, title="x", status="idea"),
            lambda who: rules.change_measure(who, measure, title="x"),
            lambda who: rules.remove_measure(who, measure),
            lambda who: read_file(who, catalogue, b"Tema;Tiltag\nA;B\n"),
        ):
            with pytest.raises(Refused):
                act(who)
    rules.change_measure(actor(SECRETARIAT), measure, title="Rettet")


def test_themes_are_renamed_moved_and_kept_while_they_have_measures(catalogue: MeasureCatalogue) -> None:
    first, second, third = catalogue.themes.values_list("name", flat=True)
    seen = CatalogueMeasure.objects.latest("updated_at").updated_at
    rules.change_catalogue(None, catalogue, themes=[first, "Nyt navn", third])
    assert [theme.measures.count() for theme in catalogue.themes.all()] == NUMBERS
    renamed = CatalogueMeasure.objects.filter(updated_at__gt=seen).values_list("theme__name", flat=True)
    assert list(renamed) == ["Nyt navn"] * 9  # whoever follows measures over the API is told
    rules.change_catalogue(None, catalogue, themes=[third, first, "Nyt navn", "Flere"])
    assert list(catalogue.themes.values_list("name", flat=True)) == [third, first, "Nyt navn", "Flere"]
    assert second not in list(catalogue.themes.values_list("name", flat=True))
    refused = wrong(lambda: rules.change_catalogue(None, catalogue, themes=[first]))
    assert third in refused["themes"][0]
    assert "Flere" not in refused["themes"][0]  # it has no measures
    assert set(wrong(lambda: rules.change_catalogue(None, catalogue, themes=["A", "A"]))) == {"themes"}
    assert set(wrong(lambda: rules.change_catalogue(None, catalogue, themes=[]))) == {"themes"}


def test_who_was_second_is_told_and_a_measure_stays_in_its_catalogue(catalogue: MeasureCatalogue) -> None:
    theme = first_theme(catalogue)
    measure = theme.measures.earliest("order")
    seen = rules.mark(measure)
    other = catalogue.themes.latest("order")
    moved = rules.change_measure(None, measure, theme=other, seen=seen)
    assert moved.order == 12  # after the eleven there
    with pytest.raises(Changed):
        rules.change_measure(None, measure, title="x", seen=seen)
    elsewhere = rules.make_catalogue(None, catalogue.owner, name="Et andet", themes=["Tema"])
    away = elsewhere.themes.get()
    assert set(wrong(lambda: rules.change_measure(None, measure, theme=away))) == {"theme"}
    same = other.measures.earliest("order").title
    assert set(wrong(lambda: rules.change_measure(None, measure, title=same))) == {"title"}
    rules.remove_catalogue(None, catalogue)
    assert not CatalogueMeasure.objects.exists()


def test_the_database_holds_it(catalogue: MeasureCatalogue) -> None:
    theme = first_theme(catalogue)
    title = theme.measures.earliest("order").title
    for name, row in (
        ("measure_catalogue_named_once", MeasureCatalogue(owner=catalogue.owner, name=catalogue.name)),
        ("measure_catalogue_has_a_name", MeasureCatalogue(owner=catalogue.owner, name="")),
        ("catalogue_theme_named_once", CatalogueTheme(catalogue=catalogue, name=theme.name)),
        ("catalogue_theme_has_a_name", CatalogueTheme(catalogue=catalogue, name="")),
        ("catalogue_measure_once", CatalogueMeasure(theme=theme, title=title, status="idea")),
        ("catalogue_measure_has_a_title", CatalogueMeasure(theme=theme, title="", status="idea")),
        ("catalogue_measure_status_known", CatalogueMeasure(theme=theme, title="x", status="x")),
    ):
        with refused_by(name):
            row.save()


# -------------------------------------------------------------------------------------------------- a spreadsheet
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_round_trip(catalogue: MeasureCatalogue, kind: str) -> None:
    aalborg = Municipality.objects.get(name="Aalborg")
    rules.make_measure(None, first_theme(catalogue), title="-5 pct. spild", status="idea", municipality=aalborg)
    answer = client(READER).get(f"/tiltag/kataloger/{catalogue.pk}/?export={kind}")
    file = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert read_file(actor(SECRETARIAT), catalogue, file) == {"made": 0, "changed": 0, "same": 35}
    empty = rules.make_catalogue(None, catalogue.owner, name="Tomt", themes=["Andet"])
    assert read_file(actor(SECRETARIAT), empty, file)["made"] == 35
    assert [theme.measures.count() for theme in empty.themes.order_by("order")] == [0, 15, 9, 11]
    copied = CatalogueMeasure.objects.get(theme__catalogue=empty, title="-5 pct. spild")
    assert (copied.municipality, copied.status) == (aalborg, "idea")


def test_a_file_changes_what_it_names_and_a_look_changes_nothing(catalogue: MeasureCatalogue) -> None:
    theme = first_theme(catalogue)
    measure = theme.measures.earliest("order")
    file = f"Tema;Tiltag;Status\n{theme.name};{measure.title};idé\n{theme.name};Et nyt;eksempel\n".encode()
    who = actor(SECRETARIAT)
    assert read_file(who, catalogue, file, check=True) == {"made": 1, "changed": 1, "same": 0}
    assert theme.measures.count() == 14
    read_file(who, catalogue, file)
    measure.refresh_from_db()
    assert (measure.status, measure.partners) == ("idea", "Jobcentre")  # the partners are not named by the file
    assert theme.measures.count() == 15


def test_everything_that_is_wrong_is_said_and_nothing_is_written(catalogue: MeasureCatalogue) -> None:
    who = actor(SECRETARIAT)
    text = "Tema;Tiltag;Kommune;Status\nNyt;A;Atlantis;idé\nNyt;;;idé\nNyt;B;Aalborg;måske\n"
    with pytest.raises(CatalogueFileError) as problem:
        read_file(who, catalogue, text.encode())
    assert [(fault.row, fault.column) for fault in problem.value.faults] == [
        (2, "Kommune"), (3, "Tiltag"), (4, "Status"),
    ]  # fmt: skip
    with pytest.raises(CatalogueFileError):
        read_file(who, catalogue, b"Tema;Tiltag\nNyt;A\nNyt;A\n")
    assert not catalogue.themes.filter(name="Nyt").exists()
    with pytest.raises(Unreadable):
        read_file(who, catalogue, b"Navn;Tekst\nA;B\n")


def test_the_pages_of_a_catalogue(catalogue: MeasureCatalogue) -> None:
    browser = client(SECRETARIAT)
    made = send(browser, "/tiltag/kataloger/opret/", {"name": "Nyt katalog", "themes": "Første\r\nAndet"})
    assert made.status_code == 302, reads(made)
    new = MeasureCatalogue.objects.get(name="Nyt katalog")
    address = f"/tiltag/kataloger/{new.pk}/"
    theme = new.themes.earliest("order")
    said = {"theme": theme.pk, "title": "Et tiltag", "status": "idea", "municipality": "0851"}
    assert send(browser, f"{address}opret/", said).status_code == 302
    again = send(browser, f"{address}opret/", said)
    assert again.status_code == 400
    assert "Temaet har allerede dette tiltag" in reads(again)
    measure = CatalogueMeasure.objects.get(theme=theme)
    assert send(browser, f"/tiltag/{measure.pk}/ret/", {**said, "municipality": ""}).status_code == 302
    assert "ikke oplyst i kilden" in reads(browser.get(f"/tiltag/{measure.pk}/"))
    upload = SimpleUploadedFile("tiltag.csv", b"Tema;Tiltag\nTredje;Fra fil\n", "text/csv")
    read = browser.post(f"{address}indlaes/", {"file": upload})
    assert read.status_code == 302, reads(read)
    assert [each.name for each in new.themes.order_by("order")] == ["Første", "Andet", "Tredje"]
    bad = SimpleUploadedFile("tiltag.csv", b"Tema;Tiltag;Kommune\nTredje;Fra fil;Atlantis\n", "text/csv")
    refused = browser.post(f"{address}indlaes/", {"file": bad})
    assert refused.status_code == 400
    assert "Der er ingen kommune, der hedder sådan." in reads(refused)
    assert "med 2 tiltag" in reads(browser.get(f"{address}fjern/"))
    assert send(browser, f"/tiltag/{measure.pk}/fjern/").headers["Location"] == address
    assert send(browser, f"{address}fjern/").headers["Location"] == "/tiltag/"
    assert not MeasureCatalogue.objects.filter(pk=new.pk).exists()
