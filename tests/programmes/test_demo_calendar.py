"""The demo's current dates: made up, marked, and loaded once."""

import pytest

from portal.identity import demo as people
from portal.identity.actor import actor_for
from portal.identity.models import User
from portal.ledger import today
from portal.ledger.models import Installation
from programmes import demo, demo_calendar
from programmes.dates_ahead import Asked, State, everything
from programmes.models import Milestone
from programmes.since import changes_since, usual_since


@pytest.mark.django_db
def test_the_demo_shows_both_pages_alive() -> None:
    Installation.objects.create()
    people.load()
    demo.load()
    demo_calendar.load()
    said = demo_calendar.load()
    assert said == "8 current milestones"
    assert all(row.name.startswith("Opdigtet: ") for row in Milestone.objects.all())
    actor = actor_for(User.objects.get(email="kkr@demo.example"))
    states = {row.state for row in everything(Asked.usual(actor))}
    assert states >= {State.OVERDUE, State.AHEAD, State.DONE, State.RUNNING}
    found = changes_since(actor, usual_since(actor, today()), today())
    assert found.count("missed") == 2
    assert found.count("reached") == 1
    assert found.count("status") == 2
