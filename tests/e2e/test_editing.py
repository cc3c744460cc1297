"""Two people edit one target; a draft outlives the browser; what is typed without a connection is kept and sent."""

import re

import pytest
from playwright.sync_api import expect

from portal.drafts.models import FormDraft
from reporting.models import TargetVersion
from tests.e2e.conftest import Visit
from tests.e2e.world import Area

MINE, THEIRS = "sekretariat@demo.example", "controller@demo.example"


def change(area: Area) -> str:
    return f"/programmer/{area.past.slug}/maaltal/aau-fairs/ret/"


@pytest.mark.parametrize(
    ("width", "script", "ours", "others"), [(360, True, "472", "461"), (1280, False, "494", "483")]
)
def test_two_people_edit_one_target(visit: Visit, area: Area, width: int, script: bool, ours: str, others: str) -> None:
    address = change(area)
    mine, theirs = visit(MINE, width=width, script=script), visit(THEIRS, width=1280)
    mine.go(address)
    theirs.go(address)
    for visitor, number, note in ((theirs, others, f"Note {others}"), (mine, ours, "")):
        page = visitor.page
        page.locator("#id_amount").fill(number)
        if note:
            page.locator("#id_note").fill(note)
        page.get_by_label("Parterne har aftalt det").check()
        page.locator("#id_reason").fill(f"Aftalt {number}")
    theirs.press("Gem rettelsen")
    mine.page.locator("#id_source").fill(f"Kilde {ours}")
    mine.press("Gem rettelsen")
    assert mine.heading == "Ændret, siden du åbnede siden"
    if script:
        assert mine.violations() == []
    for said in ("I har begge ændret det", f"Mit: {ours}", f"Sådan står det nu: {others}", f"Note {others}"):
        assert said in mine.text, said
    # By keyboard: the choice that is missing is said, and the link leads to it.
    mine.press("Gem med disse valg")
    assert "Vælg, hvad der skal stå i Tal" in mine.text
    if script:
        assert mine.violations() == []
    mine.page.locator("#id_choose__amount_mine").focus()
    mine.page.keyboard.press("Space")
    mine.press("Gem med disse valg")
    newest = TargetVersion.objects.order_by("place").last()
    assert newest is not None
    assert (newest.amount, newest.note, newest.source) == (int(ours), f"Note {others}", f"Kilde {ours}")


def test_a_draft_outlives_the_browser(visit: Visit, area: Area) -> None:
    address = f"/programmer/{area.running.slug}/maaltal/nyt/"
    first = visit(MINE)
    first.go(address)
    first.page.locator("#id_name").fill("Skrevet på vejen")
    expect(first.page.locator(".vb-draft-state")).to_have_text(
        re.compile(r"Kladde gemt kl\. \d\d\.\d\d"), timeout=15_000
    )
    first.page.locator("#id_note").fill("Og lidt til")
    first.context.close()  # less than the pause after typing: leaving saves too
    second = visit(MINE)
    second.go(address)
    assert "Du har en kladde fra" in second.text
    assert second.violations() == []
    second.follow(second.link("Brug den"))
    expect(second.page.locator("#id_name")).to_have_value("Skrevet på vejen")
    assert second.violations() == []
    second.press("Kassér den")
    assert second.page.locator("#id_name").input_value() == ""
    assert not FormDraft.objects.filter(form=address).exists()


def test_what_is_typed_without_a_connection_is_kept_and_sent(visit: Visit, area: Area) -> None:
    visitor = visit(MINE)
    address = f"/programmer/{area.running.slug}/maaltal/nyt/"
    visitor.go(address)
    page = visitor.page
    visitor.context.set_offline(True)
    page.locator("#id_name").fill("I en kælder")
    state = page.locator(".vb-draft-state")
    expect(state).to_have_text("Ingen forbindelse – gemt på denne enhed", timeout=15_000)
    page.get_by_role("button", name="Sæt måltallet").click()
    expect(state).to_contain_text("Send det, når forbindelsen er tilbage")
    assert page.locator("#id_name").input_value() == "I en kælder"
    stored = page.evaluate("Object.entries(localStorage).filter(([name]) => name.startsWith('vb-draft:'))")
    assert len(stored) == 1
    assert "I en kælder" in stored[0][1]
    assert "csrfmiddlewaretoken" not in stored[0][1]
    assert not FormDraft.objects.filter(form=address).exists()
    visitor.complaints.clear()  # that it could not reach the portal
    visitor.context.set_offline(False)
    expect(state).to_contain_text("Kladde gemt kl.", timeout=15_000)
    assert FormDraft.objects.get(form=address).fields["name"] == ["I en kælder"]
    assert page.evaluate("Object.keys(localStorage).filter(name => name.startsWith('vb-draft:'))") == []
    FormDraft.objects.filter(form=address).delete()
    page.locator("#id_name").fill("")
    visitor.complaints.clear()


def test_a_weeks_old_copy_goes(visit: Visit, area: Area) -> None:
    visitor = visit(MINE)
    visitor.go("/")
    visitor.page.evaluate(
        "localStorage.setItem('vb-draft:1-1:/x/', JSON.stringify({at: Date.now() - 8 * 86400000, fields: []}))"
    )
    visitor.go("/")
    assert visitor.page.evaluate("Object.keys(localStorage)") == []
