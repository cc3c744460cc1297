"""A secretary registers a meeting, what it decided and what is to be done; a politician asks what came of it.

The politician has a telephone and a minute: from the menu it is three pages to the answer.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from programmes.models import Decision, FollowUp, Meeting
from tests.e2e.conftest import Visit
from tests.e2e.world import Area

SECRETARY, POLITICIAN, CONTROLLER = "sekretariat@demo.example", "kkr@demo.example", "controller@demo.example"
LEAST_SHIFT = 0.05


@pytest.mark.parametrize("script", [False, True])
def test_what_was_decided_and_what_came_of_it(visit: Visit, area: Area, script: bool) -> None:
    body = area.access.bodies.body
    day = timezone.localdate() - timedelta(days=60 if script else 61)
    secretary = visit(SECRETARY, width=360, script=script)
    page = secretary.page
    assert secretary.go(f"/organer/{body.pk}/") == 200
    secretary.follow(secretary.link("Registrér et møde"))
    page.locator("#id_day").fill(f"{day:%d.%m.%Y}")
    page.locator("input[name=status][value=held]").check(force=True)
    page.locator("#id_items").fill("Vækstpiloter")
    secretary.press("Registrér")
    assert page.title().startswith("Fejl: ")
    assert page.locator("#id_items").input_value() == "Vækstpiloter"  # nothing typed is lost
    page.locator("#id_items").fill("1. Vækstpiloter")
    secretary.press("Registrér")
    meeting = Meeting.objects.get(day=day)

    secretary.follow(secretary.link("Registrér en beslutning"))
    page.locator("#id_title").fill(f"Der søges om 150 {script}")
    page.locator("#id_agenda_item").fill("1")
    secretary.press("Registrér")
    decision = Decision.objects.get(meeting=meeting)
    assert decision.decided_on == day  # nobody typed it

    secretary.follow(secretary.link("Følg op"))
    page.locator("#id_what").fill(f"Send ansøgningen {script}")
    page.locator("#id_responsible").select_option(label="Erhvervshus Nordjylland")
    page.locator("#id_due").fill(f"{day + timedelta(days=7):%d.%m.%Y}")
    secretary.press("Gem")
    row = FollowUp.objects.get(decision=decision)

    politician = visit(POLITICIAN, width=360, script=script)
    assert politician.go("/organer/moeder/") == 200
    politician.follow(politician.page.locator(f"a[href='/organer/moeder/{meeting.pk}/']"))
    for said in (f"Der søges om 150 {script}", f"Send ansøgningen {script}", "1 opfølgning er over fristen."):
        assert said in politician.text
    if script:
        assert politician.violations() == []
        assert politician.shift() < LEAST_SHIFT, politician.moved

    controller = visit(CONTROLLER, width=360, script=script)
    assert controller.go(f"/organer/opfoelgning/{row.pk}/status/") == 200
    controller.page.locator("input[name=state][value=done]").check(force=True)
    controller.page.locator("#id_note").fill("Ansøgningen er sendt.")
    controller.press("Gem")
    assert politician.go(f"/organer/moeder/{meeting.pk}/") == 200
    assert "Intet af det venter på opfølgning." in politician.text
