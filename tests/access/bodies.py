"""A steering group of the KKR's with all that hangs on a body, for every address of bodies and meetings."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from portal.identity import demo as people
from portal.identity.actor import Actor, actor_for
from portal.identity.models import Organisation, User
from portal.identity.roles import OrganisationKind, Role
from programmes.bodies import appoint, make_person, make_seats, set_body
from programmes.decisions import register_decision
from programmes.mandates import Line, make_mandate, make_recommendation
from programmes.meetings import Item, follow_up, make_meeting
from programmes.models import (
    Appointment,
    Body,
    Decision,
    FollowUp,
    FundingSource,
    Initiative,
    Mandate,
    Meeting,
    Person,
    Programme,
    Recommendation,
    Seat,
)

PERSON = "Adgangsborgmester"
"""Where the person's name stands, a record of a person may be shown."""
STATE_BODY = "Adgangsteamet"
BODY = frozenset({"body", "body_change", "body_remove", "seat_new", "mandate_new", "recommendation_new", "meeting_new"})


@dataclass(frozen=True)
class Bodies:
    body: Body
    seat: Seat
    person: Person
    appointment: Appointment
    mandate: Mandate
    recommendation: Recommendation
    meeting: Meeting
    decision: Decision
    follow_up: FollowUp
    source: FundingSource

    def kwargs(self, name: str) -> dict[str, Any] | None:
        """The arguments of the addresses of bodies; None for any other."""
        short = name.removeprefix("programmes:").removeprefix("api_")
        if short in BODY:
            return {"pk": self.body.pk}
        for start, row in (
            ("follow_up", self.follow_up), ("seat_", self.seat), ("appoint_", self.seat),
            ("appointment_", self.appointment), ("person", self.person), ("mandate_", self.mandate),
            ("recommendation", self.recommendation), ("meeting", self.meeting), ("decision_follow", self.decision),
        ):  # fmt: skip
            if f"{short}_".startswith(start) and short not in ("follow_ups", "people", "meetings", "recommendations"):
                return {"pk": row.pk}
        return None


def build(own: dict[Role, User], source: FundingSource) -> Bodies:
    actor = actor_for(own[Role.KKR_SECRETARIAT])
    owner = Organisation.objects.get(name=people.KKR)
    plan = Programme.objects.get(slug="vaekst-via-viden-fortsaettelse")
    body = set_body(
        actor, owner, {}, name="Adgangsgruppen", kind="steering", asks_agenda_item=False, programme=plan, source="Prøve"
    )
    state = Organisation.objects.create(name="Adgangsministeriet", kind=OrganisationKind.STATE_AGENCY)
    set_body(None, state, None, name=STATE_BODY, kind="growth_team", asks_agenda_item=False)
    seat = make_seats(actor, body, role="chair", appointing_organisation=owner)[0]
    person = make_person(actor, owner, name=PERSON, background="Borgmester")
    appointment = appoint(actor, seat, person)
    mandate = make_mandate(
        actor, body, [Line("task", "Styre"), Line("theme", "Se på det", "Tema")], title="Opgave",
        deadline="medio 2030", funding_source=source,
    )  # fmt: skip
    meeting, decision, recommendation, row = _lines(actor, body, 0)
    return Bodies(body, seat, person, appointment, mandate, recommendation, meeting, decision, row, source)


def _lines(actor: Actor, body: Body, turn: int) -> tuple[Meeting, Decision, Recommendation, FollowUp]:
    today = timezone.localdate()
    day = today - timedelta(days=turn + 1)
    meeting = make_meeting(actor, body, [Item("1", "Status")], day=day, status="held", place="Aalborg")
    decision = register_decision(
        actor, body, outcome="as_recommended", meeting=meeting, agenda_item="1", title=f"Punkt {turn}"
    )
    initiative = Initiative.objects.get(programme__slug="adgangsplan", number="1")
    recommendation = make_recommendation(
        actor, body, text=f"Gør noget {turn}", decision=decision, initiative=initiative
    )
    hub = Organisation.objects.get(name=people.HUB)
    row = follow_up(actor, meeting, what=f"Opgave {turn}", responsible=hub, due=day)
    follow_up(actor, decision, what=f"Opgave b {turn}", responsible_words="Alle", due=today)
    follow_up(actor, recommendation, what=f"Opgave c {turn}", responsible=hub, due=day)
    return meeting, decision, recommendation, row


def grow(bodies: Bodies, own: dict[Role, User], made: int, number: int) -> None:
    """More bodies, and of the one more seats with people in several, meetings, decisions and follow-up."""
    actor = actor_for(own[Role.KKR_SECRETARIAT])
    owner = bodies.body.organisation
    for turn in range(made + 1, made + number + 1):
        other = set_body(
            actor, owner, {}, name=f"Gruppe {turn}", kind="activity", asks_agenda_item=False, covers="Nordjylland"
        )
        person = make_person(actor, owner, name=f"Medlem {turn}", background="Direktør")
        for body in (bodies.body, other):
            seat = make_seats(actor, body, appointing_body=other if body != other else bodies.body)[0]
            appoint(actor, seat, person)
        appoint(actor, make_seats(actor, other)[0], bodies.person)
        make_mandate(actor, bodies.body, [Line("theme", "Mere")], title=f"Mere {turn}", funding_source=bodies.source)
        _lines(actor, bodies.body, turn)
        for origin in (bodies.meeting, bodies.decision, bodies.recommendation):
            follow_up(actor, origin, what=f"Mere {turn}", responsible=owner)
