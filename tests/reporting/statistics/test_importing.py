"""Importing a vintage: facts, series and what is missing; the same file again; a newer vintage changes nothing old."""

from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import Q
from django.utils import translation

from portal import ledger
from portal.geography.models import Area
from portal.identity.models import Organisation
from portal.identity.rights import Refused
from portal.identity.roles import OrganisationKind, Role
from portal.ledger.audit import differences
from portal.ledger.models import Fact
from reporting.absences import absences
from reporting.models import Absence, Observation, Series, Vintage
from reporting.statistics import importing
from reporting.statistics.choosing import Choice
from reporting.statistics.cube import StatisticsError
from reporting.statistics.importing import Source, import_statistics
from tests.reporting.conftest import make_user

WORKPLACES = """OMRÅDE;BRANCHE;TID;INDHOLD
000 Hele landet;TOT;2018;300.000
851;TOT;2018;10.000
851;IND;2018;1.500
825;TOT;2018;..
825;IND;2018;-
084 Region Nordjylland;TOT;2018;30.000
851;TOT;2019;10.500,5
"""
SOURCE = Source("ERHV2", "2019-11", date(2019, 11, 20), title="Arbejdssteder", unit="arbejdssteder")


@pytest.fixture
def hub(db: None) -> Organisation:
    area = Area.objects.get(kind=Area.Kind.HUB, name="Erhvervshus Nordjylland")
    return Organisation.objects.create(name="Erhvervshus Nordjylland", kind=OrganisationKind.HUB, area=area)


def load(hub: Organisation, text: str = WORKPLACES, source: Source = SOURCE, **choice: Any) -> importing.Imported:
    return import_statistics(text.encode(), source, Choice(**choice), name="erhv2.csv", owner=hub)


def test_each_combination_is_a_series_and_each_cell_a_fact(hub: Organisation) -> None:
    imported = load(hub)
    assert sorted(each.key for each in imported.series) == ["erhv2-branche-ind", "erhv2-branche-tot"]
    assert (imported.values, imported.missing) == (5, 2)
    total = Series.objects.get(key="erhv2-branche-tot")
    assert (total.selection, total.unit, total.measure_id) == ({"BRANCHE": "TOT"}, "arbejdssteder", "statistic")
    said = [
        (fact.category, fact.municipality_id, fact.subcategory, fact.occurred_on, fact.quantity)
        for fact in Fact.objects.filter(heading=total.heading).order_by("place")
    ]
    assert sorted(said) == [
        ("000", None, "2019-11", date(2018, 12, 31), 300000),
        ("084", None, "2019-11", date(2018, 12, 31), 30000),
        ("0851", "0851", "2019-11", date(2018, 12, 31), 10000),
        ("0851", "0851", "2019-11", date(2019, 12, 31), Decimal("10500.5")),
    ]
    whys = {(row.series.key, row.category): row.why for row in Absence.objects.select_related("series")}
    assert whys == {("erhv2-branche-tot", "0825"): "not_in_source", ("erhv2-branche-ind", "0825"): "not_reported"}
    assert [row.why for row in absences(total, ledger.AsOf.now())] == ["not_in_source"]
    assert (imported.vintage.values_imported, imported.vintage.file_name) == (5, "erhv2.csv")
    assert differences() == []


def test_the_same_file_again_changes_nothing(hub: Organisation) -> None:
    load(hub)
    head = ledger.head()
    again = load(hub)
    assert again.already
    assert ledger.head() == head
    assert Vintage.objects.count() == 1


def test_the_same_file_with_a_further_choice_adds_to_the_vintage(hub: Organisation) -> None:
    first = load(hub, values={"BRANCHE": ["TOT"]})
    assert (first.values, len(first.series)) == (4, 1)
    second = load(hub, values={"BRANCHE": ["TOT", "IND"]})
    assert (second.values, second.missing, len(second.series)) == (1, 1, 2)
    assert Vintage.objects.get().values_imported == 5


def test_the_same_vintage_from_another_file_is_refused(hub: Organisation) -> None:
    load(hub)
    with pytest.raises(ValidationError) as error:
        load(hub, WORKPLACES.replace("1.500", "1.501"))
    assert "2019-11" in str(error.value)
    assert Observation.objects.count() == 5


def test_a_newer_vintage_changes_no_older_figure(hub: Organisation) -> None:
    load(hub)

    def figure(vintage: str) -> list[Any]:
        where = Q(subcategory=vintage, category="0851", heading__series__key="erhv2-branche-tot")
        return list(ledger.latest("statistic", ledger.AsOf.now(), ("category",), where).values_list("quantity"))

    before = figure("2019-11")
    newer = Source("ERHV2", "2020-11", date(2020, 11, 20))
    load(hub, WORKPLACES.replace("10.500,5", "11.000,5").replace("10.000", "9.999"), newer)
    assert figure("2019-11") == before == [(Decimal("10500.5"),)]
    assert figure("2020-11") == [(Decimal("11000.5"),)]
    assert Series.objects.count() == 2
    assert differences() == []


def test_an_interrupted_import_goes_on(hub: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = importing._absent

    def breaks(*_args: Any) -> int:
        raise RuntimeError("the plug was pulled")

    monkeypatch.setattr(importing, "_absent", breaks)
    with pytest.raises(RuntimeError):
        load(hub)
    assert 0 < Observation.objects.count() < 5
    monkeypatch.setattr(importing, "_absent", whole)
    load(hub)
    assert (Observation.objects.count(), Absence.objects.count()) == (5, 2)
    assert differences() == []


def test_only_those_with_the_right_and_their_own_series(hub: Organisation) -> None:
    from portal.identity.actor import actor_for

    content = WORKPLACES.encode()
    officer = actor_for(make_user(Role.MUNICIPAL_OFFICER, municipality="0851"))
    with pytest.raises(Refused):
        import_statistics(content, SOURCE, Choice(), actor=officer)
    controller = actor_for(make_user(Role.HUB_CONTROLLER, hub))
    imported = import_statistics(content, SOURCE, Choice(), actor=controller)
    assert imported.vintage.imported_by == controller.user
    assert set(Observation.objects.values_list("registered_by", flat=True)) == {controller.user.pk}
    secretariat = actor_for(make_user(Role.KKR_SECRETARIAT))
    with pytest.raises(ValidationError, match="Erhvervshus Nordjylland"):
        import_statistics(
            content.replace(b"1.500", b"1.600"), Source("ERHV2", "2020-11", date(2020, 11, 20)), Choice(),
            actor=secretariat,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "choice", "code"),
    [
        ("A;B;C\nx;y;1", {}, "no_time"),
        ("A;TID;C\nx;2020U1;1", {}, "period"),
        ("OMRÅDE;TID;C\n851;2020;1\n0851;2020;2", {}, "twice"),
        (WORKPLACES, {"values": {"BRANCHE": ["FISK"]}}, "unknown"),
        (WORKPLACES, {"values": {"FISK": ["TOT"]}}, "unknown"),
        (WORKPLACES, {"time": "FISK"}, "unknown"),
        (WORKPLACES, {"area": "TID"}, "shape"),
        ("", {}, "empty"),
        ("PK\x03\x04", {}, "excel"),
    ],
)
def test_what_cannot_be_imported_is_said(hub: Organisation, text: str, choice: dict[str, Any], code: str) -> None:
    with pytest.raises(StatisticsError) as error:
        load(hub, text, **choice)
    assert error.value.code == code
    assert not Vintage.objects.exists()


def test_areas_by_name_and_without_areas(hub: Organisation) -> None:
    load(hub, "KOMMUNE;TID;TAL\nÅlborg;2020;1\nHele landet;2020;2\nFærøerne;2020;3\n")
    assert set(Fact.objects.values_list("category", flat=True)) == {"0851", "000", "Færøerne"}
    load(
        hub,
        "KOMMUNE;TID;TAL\nAalborg Kommune;2020;1\nVesthimmerlands Kommune;2020;2\nKøbenhavns Kommune;2020;3\n"
        "DK;2020;4\n",
        Source("KOMMUNER", "k", date(2021, 1, 1)),
    )
    said = Fact.objects.filter(subcategory="k").order_by("quantity").values_list("category", flat=True)
    assert list(said) == ["0851", "0820", "0101", "000"]
    load(hub, "TID;TAL\n2020;7\n", Source("ALENE", "1", date(2021, 1, 1)))
    assert Fact.objects.get(subcategory="1").category == "000"


def test_the_command(hub: Organisation, tmp_path: Path) -> None:
    file = tmp_path / "erhv2.csv"
    file.write_text(WORKPLACES, encoding="utf-8-sig")
    out = StringIO()
    given = ["import_statistics", str(file), "--table", "ERHV2", "--vintage", "2019-11", "--published", "2019-11-20",
             "--owner", hub.name, "--take", "BRANCHE=TOT"]  # fmt: skip
    call_command(*given, stdout=out)
    assert "4 values and 1 missing ones in 1 series" in out.getvalue()
    call_command(*given, stdout=out)
    assert "nothing was changed" in out.getvalue()
    for wrong in (
        [*given, "--take", "FISK"],
        [*given, "--take", "FISK=1"],
        [*given[:-4], "--owner", "Ingen"],
        [*given[:6], "--published", "i går", "--owner", hub.name],
        ["import_statistics", str(tmp_path / "findes-ikke"), *given[2:]],
    ):
        with pytest.raises(CommandError):
            call_command(*wrong, stdout=out)


def test_the_demo_has_two_vintages_of_one_table_and_loads_once(db: None) -> None:
    from portal.identity import demo as people
    from portal.ledger.models import Installation
    from reporting import demo_statistics

    Installation.objects.create()
    people.load()
    demo_statistics.load()
    head = ledger.head()
    assert demo_statistics.load() == "3 vintages of statistics"
    assert ledger.head() == head
    aalborg = Observation.objects.filter(series__key="konstr1-branche-tot", category="0851")
    said = {(row.vintage, row.period_from): row.quantity for row in aalborg}
    assert said[("2019", date(2018, 1, 1))] == 9480
    assert said[("2020", date(2018, 1, 1))] == 9512
    assert not Observation.objects.filter(constructed=False).exists()
    # As known before the newer vintage was published there is only the older one.
    known = Fact.objects.known(ledger.AsOf.at(date(2020, 1, 1)))
    assert set(known.values_list("subcategory", flat=True)) == {"2019"}
    assert differences() == []


def test_where_it_is_wrong_is_said_in_danish(hub: Organisation, tmp_path: Path) -> None:
    path = tmp_path / "tabel.csv"
    path.write_text("OMR;TID;ANTAL\n851;2020;tolv\n", encoding="utf-8")
    with translation.override("da"), pytest.raises(CommandError) as refused:
        call_command("import_statistics", path, table="T", vintage="1", published="2021-01-01", owner=hub.name)
    assert str(refused.value).startswith("linje 2, ANTAL: tolv: ")
    assert not Vintage.objects.exists()
