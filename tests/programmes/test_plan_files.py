"""A plan out as a spreadsheet and in again: the same plan."""

from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from django.test import Client

from portal import ledger
from portal.identity import demo as people
from portal.identity.actor import actor_for
from portal.identity.models import User
from portal.tabular.reading import Unreadable
from portal.ui.upload import Kind, Upload
from programmes import demo_aarhus, demo_strategies
from programmes.focus_areas import make_area
from programmes.models import Initiative, Programme
from programmes.plan_files import PlanFileError, Row, effect_columns, read_plan, rows_of
from programmes.plan_forms import read_number
from programmes.plan_lists import set_effects
from programmes.plans import make_plan

pytestmark = pytest.mark.usefixtures("plans")


def exported(slug: str, kind: str) -> Upload:
    client = Client()
    client.force_login(User.objects.get(email=people.AARHUS_OFFICER[0]))
    answer: Any = client.get(f"/planer/{slug}/skabelon/?export={kind}")
    return Upload(b"".join(answer.streaming_content), f"plan.{kind}", Kind(kind))


def copy_of(slug: str) -> Programme:
    plan = Programme.objects.get(slug=slug)
    copied = make_plan(
        plan.owner, name=f"{plan.name} (kopi)", kind=plan.kind, area=plan.area, starts_on=plan.starts_on,
        ends_on=plan.ends_on,
    )  # fmt: skip
    with ledger.entry():
        set_effects(copied, [(each.name, each.unit) for each in plan.effect_indicators.order_by("order")])
    return copied


def rows(plan: Programme) -> list[dict[str, Any]]:
    return rows_of(plan, effect_columns(plan))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("slug", [demo_aarhus.AARHUS, demo_strategies.MIDTJYLLAND])
def test_round_trip(slug: str, kind: str) -> None:
    plan, copied = Programme.objects.get(slug=slug), copy_of(slug)
    file = exported(slug, kind)
    made = read_plan(None, copied, file)
    assert rows(copied) == rows(plan)
    assert made == {"made": len(rows(plan))}
    assert read_plan(None, copied, file) == {"same": len(rows(plan))}


def test_a_row_that_is_there_is_changed_and_the_others_stay() -> None:
    plan = Programme.objects.get(slug=demo_aarhus.AARHUS)
    officer = actor_for(User.objects.get(email=people.AARHUS_OFFICER[0]))
    name = plan.initiatives.get(number="2").name
    before = {row["nummer"] + row["navn"]: row for row in rows(plan)}
    file = Upload(
        f"type;nummer;navn;målgruppe;status;status fordi\ninitiativ;2;{name};Startups;besluttet;Byrådet\n".encode(),
        "x.csv", Kind.CSV,
    )  # fmt: skip
    assert read_plan(officer, plan, file, check=True) == {"changed": 1}
    assert plan.initiatives.get(number="2").target_group == ""
    assert read_plan(officer, plan, file) == {"changed": 1}
    changed = plan.initiatives.get(number="2")
    assert (changed.target_group, changed.status) == ("Startups", "decided")
    assert plan.initiatives.count() == 17
    # What the file does not name is left: the text, the lead, the areas, the lists and the milestones.
    said = {"målgruppe", "status", "status fra", "status fordi"}
    for row in rows(plan):
        stood = before[row["nummer"] + row["navn"]]
        changes = {column for column in row if row[column] != stood[column]}
        assert changes == (said if row["navn"] == name else set())
    assert before[f"2{name}"]["tekst"]


def test_a_file_with_few_columns_leaves_the_rest_of_areas_and_lists() -> None:
    plan = Programme.objects.get(slug=demo_aarhus.AARHUS)
    area = make_area(plan, number="1", name="Byen", kind="fokusområde", text="Om byen", starred=True)
    whole = plan.initiatives.get(number="6")
    assert whole.milestones.count() == 2
    before = rows(plan)
    text = (
        "type;nummer;navn;prioriteret fordi;fakta\n"
        f"område;{area.number};{area.name};Fordi;\n"
        f"initiativ;{whole.number};{whole.name};;Et nyt faktum\n"
    )
    read_plan(None, plan, Upload(text.encode(), "x.csv", Kind.CSV))
    after = rows(plan)
    changes = {
        (new["navn"], column) for old, new in zip(before, after, strict=True) for column in new
        if new[column] != old[column]
    }  # fmt: skip
    assert changes == {(area.name, "prioriteret fordi"), (whole.name, "fakta")}


def test_everything_that_is_wrong_is_said_and_nothing_is_written() -> None:
    plan = Programme.objects.get(slug=demo_aarhus.AARHUS)
    text = (
        "type;nummer;navn;under;områder;status\n"
        "initiativ;30;Godt;;;\n"
        "initiativ;31;Uden område;;Findes ikke;\n"
        "initiativ;32;Under intet;99 Findes ikke;;\n"
        "initiativ;33;Forkert status;;;måske\n"
    )
    with pytest.raises(PlanFileError) as told:
        read_plan(None, plan, Upload(text.encode(), "x.csv", Kind.CSV))
    assert [(each.row, each.column) for each in told.value.faults] == [(3, "områder"), (4, "under"), (5, "status")]
    assert not Initiative.objects.filter(number__startswith="3", programme=plan).exclude(number="3").exists()


def test_csv_that_cannot_be_read_is_said() -> None:
    plan = Programme.objects.get(slug=demo_aarhus.AARHUS)
    for cell in ('"no end', "x" * 200_000, "nul \x00"):
        with pytest.raises(Unreadable):
            read_plan(None, plan, Upload(f"type;nummer;navn\ninitiativ;40;{cell}\n".encode(), "x.csv", Kind.CSV))


def test_csv_as_programs_write_it() -> None:
    plan = Programme.objects.get(slug=demo_aarhus.AARHUS)
    for encoding, separator in product(("utf-8", "utf-8-sig", "utf-16", "cp1252"), ";\t,"):
        read_with_a_fault_in_row_5(plan, encoding, separator)


def read_with_a_fault_in_row_5(plan: Programme, encoding: str, separator: str) -> None:
    text = "type;nummer;navn;tekst\ninitiativ;40;Blåbær;'x, y, z\na, b\nc, d'\n;;;\ninitiativ;41;Mere;måske\nx;;;\n"
    text = text.replace(";", separator).replace("'", '"')
    with pytest.raises(PlanFileError) as told:
        read_plan(None, plan, Upload(text.encode(encoding), "x.csv", Kind.CSV))
    assert [(each.row, each.column) for each in told.value.faults] == [(5, "type")]


def test_a_number_of_a_spreadsheet_is_read_as_the_same_number() -> None:
    said = {0.125: "0,125", 1400.0: "1400", 1.5: "1,5", 0.1 + 0.2: "0,3", 1e-7: "0,0000001", -2.25: "-2,25"}
    for cell, text in said.items():
        row = Row(2, {"effekt": cell, "nummer": 1.1})
        assert (row.text("effekt"), row.text("nummer")) == (text, "1.1")
        assert read_number(row.text("effekt")) == Decimal(text.replace(",", "."))


def test_a_thousand_does_not_begin_with_nought() -> None:
    assert [read_number(text) for text in ("0.125", "1.125", "0,125")] == [Decimal("0.125"), 1125, Decimal("0.125")]


def test_a_column_nobody_knows_is_refused() -> None:
    plan = Programme.objects.get(slug=demo_aarhus.AARHUS)
    with pytest.raises(Unreadable, match="beløb"):
        read_plan(None, plan, Upload("type;nummer;navn;beløb\n".encode(), "x.csv", Kind.CSV))
