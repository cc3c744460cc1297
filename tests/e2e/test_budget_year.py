"""A budget officer's year: adopt, supplement, transfer, commit, spend, overspend, expect, carry over, close.

In last year's budget, so that it can be closed. Every total on the screen is a sum written here, and the ledger's.
"""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from portal import ledger
from portal.ledger.audit import differences
from programmes.balance import Balance, Key, balances
from programmes.models import BudgetChange, FundingSource
from tests.e2e.conftest import Visit
from tests.e2e.visitor import Visitor
from tests.e2e.world import Area

OFFICER = "budget@demo.example"


class Year:
    """The officer at work in one pool of last year's budget."""

    def __init__(self, officer: Visitor, area: Area, width: int) -> None:
        self.officer, self.page, self.width = officer, officer.page, width
        self.today = timezone.localdate()
        self.year = self.today.year - 1
        self.initiative = area.access.money.initiative

    def open(self, path: str) -> None:
        assert self.officer.go(path) == 200

    def fill(self, **typed: Any) -> None:
        for name, text in typed.items():
            self.page.locator(f"#id_{name}").fill(str(text))

    def choose(self, **chosen: str) -> None:
        for name, value in chosen.items():
            self.page.locator(f"#id_{name}").select_option(value)

    def decided(self, item: str) -> None:
        """A new decision of the council, made in the same form."""
        self.page.locator("#id_new_body").select_option(label="Byrådet")
        day = self.today - timedelta(days=1)
        self.fill(new_decided_on_day=day.day, new_decided_on_month=day.month, new_decided_on_year=day.year)
        self.fill(new_agenda_item=item)

    @property
    def pool(self) -> FundingSource:
        return FundingSource.objects.get(name=f"Årspuljen {self.width}")

    def of(self, heading: int, year: int) -> Balance:
        return balances(ledger.AsOf.now())[Key(self.pool.key, heading, year)]

    def shows(self, *kroner: str) -> None:
        text = self.officer.text.replace("\N{NO-BREAK SPACE}", " ")
        missing = [each for each in kroner if each not in text]
        assert missing == [], text

    def grid(self) -> None:
        self.open(f"/oekonomi/?year={self.year}&source={self.pool.key}")


@pytest.mark.parametrize("width", [360, 1280])
def test_a_budget_officers_year(visit: Visit, area: Area, width: int) -> None:
    officer = visit(OFFICER, width=width, script=width > 360)
    at = Year(officer, area, width)
    year, mine = at.year, str(at.initiative.pk)

    at.open("/oekonomi/kilder/ny/")
    at.fill(name=f"Årspuljen {width}")
    at.choose(kind="pool")
    officer.press("Opret finansieringskilden")
    pool = str(at.pool.pk)

    # Adopt: a million a year; a typing error is told at its field, and nothing typed is lost.
    at.open("/oekonomi/aendringer/vedtag/")
    at.choose(first_year=str(year))
    officer.press("Vis årets kolonner")
    at.fill(title=f"Budget {year}", kroner_0_0="32.850.0000", kroner_0_1="1 mio. kr.")
    at.choose(source_0=pool)
    at.decided("4")
    officer.press("Vedtag")
    assert officer.page.title().startswith("Fejl: ")
    assert at.page.locator("#id_kroner_0_0").input_value() == "32.850.0000"
    assert at.page.locator("#id_new_agenda_item").input_value() == "4"
    at.fill(kroner_0_0="1.000.000")
    officer.press("Vedtag")
    assert at.of(at.pool.heading_id, year).original == 1_000_000
    assert at.of(at.pool.heading_id, year + 1).original == 1_000_000

    # Supplement: 200.000 more, and what it is financed by.
    at.open("/oekonomi/aendringer/tillaeg/")
    at.choose(first_year=str(year))
    officer.press("Vis årets kolonner")
    at.fill(title="Tillæg", kroner_0_0="200.000 kr.")
    at.choose(source_0=pool)
    at.decided("9")
    officer.press("Bevilg")
    assert officer.page.title().startswith("Fejl: "), "a supplementary appropriation names its financing"
    at.fill(financing="Kassebeholdningen")
    officer.press("Bevilg")

    # Transfer: more than there is, is refused with a reason; 250.000 go to the initiative.
    at.open("/oekonomi/aendringer/omplacer/")
    place = at.page.locator("#id_from_place option", has_text=at.pool.name).and_(
        at.page.locator(f"optgroup[label*='{year}'] option")
    )
    at.choose(from_place=str(place.first.get_attribute("value")), to_source=pool) if at.page.locator(
        "#id_to_source"
    ).is_visible() else at.choose(from_place=str(place.first.get_attribute("value")))
    if not at.page.locator("#id_to_initiative").is_visible():
        at.page.get_by_text("Et andet sted", exact=True).last.click()
    at.choose(to_initiative=mine)
    at.fill(quantity="2 mio. kr.", title="Til initiativet")
    at.decided("12")
    officer.press("Omplacér")
    at.shows("1.200.000,00 kr. tilbage", "800.000,00 kr. for meget")
    at.fill(quantity="250.000")
    officer.press("Omplacér")
    assert at.of(at.initiative.heading_id, year).transfer == 250_000

    # Commit: 300.000 is too much; 200.000 is bound.
    at.open(f"/oekonomi/dispositioner/ny/?source={at.pool.key}")
    at.choose(initiative=mine)
    at.fill(year=year, quantity="300.000", counterpart="Kursushuset ApS")
    officer.press("Disponér")
    at.shows("250.000,00 kr. tilbage", "50.000,00 kr. for meget")
    at.fill(quantity="200.000")
    officer.press("Disponér")
    assert at.of(at.initiative.heading_id, year).bound == 200_000

    # Spend what was bound and 20.000 on top; then 30.500 more than there is: taken, and said.
    for number, kroner, drawing in (("1001", "220.000", True), ("1002", "30.500", False)):
        at.open(f"/oekonomi/bilag/nyt/?source={at.pool.key}")
        at.choose(initiative=mine)
        at.fill(year=year, number=f"{width}-{number}", quantity=kroner)
        if drawing:
            wanted = at.page.locator("#id_commitment option", has_text=re.compile("Kursushuset")).filter(
                has_text=at.pool.name
            )
            at.choose(commitment=str(wanted.first.get_attribute("value")))
        officer.press("Registrer bilaget")
    spent = at.of(at.initiative.heading_id, year)
    assert (spent.spent, spent.drawn, spent.bound, spent.overspent) == (250_500, 200_000, 0, 500)

    # Half-year: what the year is expected to cost.
    at.open(f"/oekonomi/kilder/{at.pool.key}/forventet/{year}/")
    at.page.locator("main input[inputmode]").first.fill("250.500")
    at.page.locator("main button[type=submit]").first.click()
    at.open(f"/oekonomi/aar/{year}/halvaar/")

    # Carry over 300.000 of what is left in the pool, 950.000; the rest of the proposal is emptied.
    at.open(f"/oekonomi/aendringer/overfoer/?from={year}&to={year + 1}")
    for box in at.page.locator("input[name^=carry_]").all():
        label = at.page.locator(f"label[for='{box.get_attribute('id')}']").inner_text()
        box.fill("300.000" if at.pool.name in label and str(at.initiative) not in label else "")
    at.decided("15")
    officer.press("Overfør")
    left = at.of(at.pool.heading_id, year)
    # 1.000.000 + 200.000 - 250.000 - 300.000
    assert (left.corrected, left.left) == (650_000, 650_000)
    assert at.of(at.pool.heading_id, year + 1).corrected == 1_300_000

    # Every total on the screen is the ledger's: 650.000 + 250.000 appropriated, 250.500 spent, 649.500 left.
    at.grid()
    at.shows("900.000,00", "250.500,00", "649.500,00", "Merforbrug", "500,00")
    assert officer.violations() == [] if officer.script else True
    figure = at.page.locator("main a[href*='what=spent']").first
    officer.follow(figure)
    at.shows("250.500", f"{width}-1001", f"{width}-1002")
    at.grid()
    officer.follow(at.page.locator("main a[href*='what=corrected']").first)
    at.shows("900.000")
    assert differences() == []
    assert BudgetChange.objects.filter(lines__cell__funding_source=at.pool).distinct().count() == 4
    assert Decimal(at.of(at.initiative.heading_id, year).expected or 0) == 250_500
