"""An officer shares out a target: proposed, moved by hand and approved, without any JavaScript."""

import pytest

from portal.identity.roles import Role
from portal.jobs.sweep import run_sweep
from programmes import demo as programmes
from reporting import keys
from reporting.demo_keys import KEY, LAESOE
from reporting.models import DistributionKey
from tests.e2e.conftest import Visit
from tests.e2e.world import AALBORG, HJOERRING, Area

OFFICER, SECOND, MUNICIPALITY = "sekretariat@demo.example", "controller@demo.example", "kommune@demo.example"
PAGE = f"/programmer/{programmes.CONTINUATION}/noegler/{KEY}/"


@pytest.mark.parametrize("width", [360, 1280])
def test_proposed_moved_and_approved_without_javascript(visit: Visit, area: Area, width: int) -> None:
    key = DistributionKey.objects.get(key=KEY)
    before = keys.state_of(key).approved
    assert before is not None
    officer = visit(OFFICER, width=width, script=False, language="en")
    officer.go("/")
    officer.go(f"/programmer/{programmes.CONTINUATION}/")
    officer.follow(officer.link("Distribution keys").first)
    officer.follow(officer.link(key.name))
    officer.follow(officer.link("Make a proposal"))
    # Ten municipalities alike: 140 each. Læsø stays outside, as in the version before.
    for place in before.units:
        if not place["excluded"]:
            officer.page.locator(f"#id_value_{place['code']}").fill("1,000")
    officer.page.get_by_label("Vintage", exact=True).fill(f"test {width}")
    officer.press("Save the proposal")
    assert officer.heading == key.name
    assert "Nothing changes before it is approved." in officer.text
    assert keys.state_of(key).approved == before

    officer.follow(officer.link("Move by hand"))
    officer.page.get_by_label("From", exact=True).select_option(AALBORG)
    officer.page.get_by_label("To", exact=True).select_option(HJOERRING)
    officer.page.get_by_label("How many").fill("15")
    officer.page.get_by_label("Why").fill("Agreed between the two")
    officer.page.get_by_label("The parties have agreed to it").check()
    officer.press("Move")
    assert "It is moved in the proposal." in officer.text

    # The officer's own proposal: somebody else must approve it.
    assert officer.link("Approve", exact=True).count() == 0
    assert "somebody else must approve it" in officer.text
    officer = visit(SECOND, width=width, script=False, language="en")
    officer.go(PAGE)
    officer.follow(officer.link("Approve", exact=True))
    officer.press("Approve")
    assert officer.page.title().startswith("Error: "), "the decision must be named"
    officer.page.get_by_label("Decision").fill("KKR, item 4")
    officer.page.get_by_label("Decided by KKR, a board or a council").check()
    officer.press("Approve")
    assert "The distribution is approved, and every unit has its target." in officer.text
    assert "Agreed between the two" in officer.text
    approved = keys.state_of(key).approved
    assert approved is not None
    amounts = {code: int(amount) for code, amount in keys.amounts_of(approved).items()}
    assert (amounts[AALBORG], amounts[HJOERRING], amounts[LAESOE], sum(amounts.values())) == (125, 155, 0, 1400)

    run_sweep()  # what the worker does every few seconds: the page stands at the place to which it has counted
    officer.go(f"/programmer/{programmes.CONTINUATION}/")
    assert "125" in officer.page.locator("tr", has_text="Aalborg").first.inner_text()


def test_a_municipality_splits_its_own_number_and_nobody_else_sees_it(visit: Visit, area: Area) -> None:
    own = visit(MUNICIPALITY, script=False, language="en")
    own.go(PAGE)
    own.follow(own.link("Split your own target inside"))
    own.page.get_by_label("Jobcenter Aalborg").fill("70")
    own.page.get_by_label("BusinessAalborg").fill("40")
    own.press("Save the split")
    assert "The split is saved. Only you can see it." in own.text
    assert "Common remainder" in own.text
    officer = visit(OFFICER, script=False)
    assert officer.go(f"{PAGE}deling/{AALBORG}/") == 404
    neighbour = area.access.own[Role.KKR_VIEWER]
    assert visit(neighbour.email, script=False).go(f"{PAGE}deling/{AALBORG}/") == 404
