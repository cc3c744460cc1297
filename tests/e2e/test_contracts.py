"""A result contract made from nothing in the browser, without a script: draft, goals, signature, recommendation.

In English, so that the words here are those of the code.
"""

import re
from datetime import date

from playwright.sync_api import Page

from reporting.models import Contract
from tests.e2e.conftest import Visit
from tests.e2e.visitor import Visitor
from tests.e2e.world import Area

SECRETARIAT, CONTROLLER = "sekretariat@demo.example", "controller@demo.example"
NAME = "Prøvekontrakt"


def fill(page: Page, **values: str) -> None:
    for name, value in values.items():
        field = page.locator(f"[name={name}]")
        if field.evaluate("element => element.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def fill_day(page: Page, name: str, day: date) -> None:
    for part in ("day", "month", "year"):
        page.locator(f"[name={name}_{part}]").fill(str(getattr(day, part)))


def add_goal(visitor: Visitor, address: str, rule: str, **values: str) -> None:
    """The two steps: the kind of rule, then its fields."""
    visitor.go(f"{address}maal/nyt/")
    visitor.page.locator(f"[name=rule][value={rule}]").check()
    visitor.press("Go on")
    fill(visitor.page, **values)
    visitor.press("Save")
    assert f"Goal {values['number']}: {values['name']}" in visitor.heading, visitor.text


def test_a_second_contract_is_made_through_the_screens(visit: Visit, area: Area) -> None:
    maker = visit(SECRETARIAT, language="en", script=False)
    maker.go("/kontrakter/")
    maker.follow(maker.link("New contract"))
    page = maker.page
    fill(page, name=NAME, groups="Vækst\nKvalitet", party_0="Kommunerne", party_1="Erhvervshuset")
    fill_day(page, "starts_on", date(2025, 1, 1))
    fill_day(page, "ends_on", date(2025, 12, 31))
    page.locator("[name=party_organisation_0]").select_option(label="KKR Nordjylland")
    page.locator("[name=party_organisation_1]").select_option(label="Erhvervshus Nordjylland")
    fill(page, party_part_0="decides", party_part_1="reports")
    maker.press("Save")
    assert maker.heading == NAME
    address = re.sub(r"^https?://[^/]+", "", page.url)

    # 520 of at least 500: 100. Weight 1.
    add_goal(maker, address, "at_least", number="1", group="Vækst", name="Vejledte", weight="1", threshold="500",
             input_value="number", number_value="520")  # fmt: skip
    # The fewer the better, from 12 (0) down to 5 (100): at 8.5, half of the way, it is 50. Weight 2.
    add_goal(maker, address, "linear", number="2", group="Kvalitet", name="Frafald", weight="2", from_value="12",
             from_score="0", to_value="5", to_score="100", input_value="number", number_value="8,5")  # fmt: skip
    # 71.2 against the national 71.2: equal is at least, 100. Weight 3.
    add_goal(maker, address, "benchmark", number="3", group="Kvalitet", name="Effekt", weight="3", compare=">=",
             input_value="number", number_value="71.2", input_benchmark="number", number_benchmark="71.2")  # fmt: skip
    add_goal(maker, address, "tiers", number="4", group="Vækst", name="Udgår", weight="9", limit_0="60", score_0="100",
             limit_1="50", score_1="50", input_value="number", number_value="10")  # fmt: skip

    # (1*100 + 2*50 + 3*100 + 9*0) / 15 = 500/15 = 33.3 until the fourth is excluded.
    maker.go(address)
    assert "33 %" in maker.text.replace("\xa0", " ")
    maker.go(f"{address}maal/4/undtag/")
    fill(page, reason="Udskudt til næste år")
    page.get_by_label("The parties have agreed to it").check()
    maker.press("Exclude it")
    # (100 + 100 + 300) / 6 = 83.33; goal 2 costs 2 * 50 / 6 = 16.67, shown as 17.
    maker.go(address)
    said = maker.text.replace("\xa0", " ")
    assert "83 % = 100 − 17 for goal 2" in said
    assert "Goal 4, Udgår, does not count: Udskudt til næste år" in said
    assert "83.3333" in said

    maker.go(f"{address}underskriv/")
    maker.press("Signed")
    assert "The contract is signed." in maker.text
    maker.go(f"{address}maal/1/ret/")
    maker.press("Save")
    assert "it is changed by an amendment only" in maker.text

    controller = visit(CONTROLLER, language="en", script=False)
    assert controller.go(f"{address}beslut/") == 403
    controller.go(f"{address}indstil/")
    fill(controller.page, amount="83")
    controller.press("Recommend")
    assert "Recommended by Erhvervshus Nordjylland: 83 %." in controller.text.replace("\xa0", " ")

    maker.go(f"{address}beslut/")
    fill(page, amount="80", text="Fradrag")
    maker.press("Register the decision")
    said = maker.text.replace("\xa0", " ")
    assert "Decision of KKR Nordjylland: 80 %." in said
    assert "83 % = 100" in said, "what is decided changes no computed figure"
    contract = Contract.objects.get(name=NAME)
    assert (contract.state, contract.goals.count()) == ("signed", 4)


def test_a_rule_that_leaves_a_gap_is_said_at_its_field_and_can_be_tried_first(visit: Visit, area: Area) -> None:
    maker = visit(SECRETARIAT, language="en")
    maker.go(f"/kontrakter/{area.access.contract.slug}/maal/nyt/?rule=tiers")
    fill(maker.page, number="77", name="Prøve", limit_0="60", score_0="100", limit_1="70", score_1="50",
         input_value="number", number_value="65")  # fmt: skip
    maker.press("Try it on last year's data")
    assert "Nothing reaches this step" in maker.text
    fill(maker.page, limit_1="50")
    maker.press("Try it on last year's data")
    assert "100 per cent" in maker.text
    assert "Nothing is saved." in maker.text
    assert maker.violations() == []
    assert not area.access.contract.goals.filter(number=77).exists()


def test_two_versions_of_a_goal_are_compared_without_a_script(visit: Visit, area: Area) -> None:
    """The constructed contract: 400 of 500 is 80, 400 of 420 is 95.24; the totals are 85 and 96.83."""
    reader = visit("kkr@demo.example", language="en", script=False, width=360)
    reader.go("/kontrakter/konstrueret-kontrakt-2021/maal/1/")
    reader.follow(reader.link("Compare what the versions give"))
    reader.press("Compare")
    said = reader.text
    for text in ("80 per cent", "95.24 per cent", "The total goes from 85 to 96.83: +11.83 points.", "at least 420"):
        assert text in said, said
    reader.page.locator("[name=second]").select_option(index=0)
    reader.press("Compare")
    assert "Choose another version than the first." in reader.text
