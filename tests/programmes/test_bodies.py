"""Bodies, seats, people, mandates, meetings and follow-up: the rules, and what the database holds by itself."""

from datetime import date, timedelta
from typing import Any
from unittest.mock import DEFAULT, Mock, patch

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone, translation

from portal.audit.models import Change
from portal.drafts.versions import Changed
from portal.identity import demo as people
from portal.identity.actor import Actor, actor_for
from portal.identity.models import Organisation, User
from portal.identity.rights import Refused
from portal.identity.roles import OrganisationKind
from programmes import bodies, mandates, meetings, rows
from programmes.decisions import change_decision, register_decision
from programmes.mandates import Line
from programmes.meetings import Item
from programmes.models import (
    Appointment,
    Body,
    Decision,
    FollowUp,
    FundingSource,
    Mandate,
    Meeting,
    Person,
    Recommendation,
    Seat,
)
from programmes.sources import make_source

DAY = date(2026, 3, 4)


@pytest.fixture(autouse=True)
def danish(db: None) -> Any:
    people.load()
    with translation.override("da"):
        yield


def who(email: str) -> Actor:
    return actor_for(User.objects.get(email=f"{email}@demo.example"))


@pytest.fixture
def officer() -> Actor:
    return who("budget")


@pytest.fixture
def owner() -> Organisation:
    return Organisation.objects.get(name="Aalborg Kommune")


@pytest.fixture
def board(officer: Actor, owner: Organisation) -> Body:
    return bodies.set_body(officer, owner, {}, name="Bestyrelsen", kind="board", asks_agenda_item=False)


def refused(call: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as found:
        call()
    return dict(found.value.message_dict)


def held(actor: Actor, body: Body, **said: Any) -> Meeting:
    return meetings.make_meeting(actor, body, [Item("1", "Status")], **{"day": DAY, "status": "held", **said})


# ------------------------------------------------------------------------------------------------------- seats
def test_a_vacant_seat_is_there_and_one_person_may_hold_several(officer: Actor, board: Body) -> None:
    chair = bodies.make_seats(officer, board, role="chair")[0]
    first, second = bodies.make_seats(officer, board, number=2)
    person = bodies.make_person(officer, board.organisation, name="Hanne Kvist", background="Direktør")
    bodies.appoint(officer, first, person)
    bodies.appoint(officer, second, person, valid_from=DAY)
    assert [seat.appointments.count() for seat in (chair, first, second)] == [0, 1, 1]
    assert Person.objects.count() == 1
    assert [seat.order for seat in board.seats.all()] == [1, 2, 3]


def test_a_seat_has_one_holder_at_a_time(officer: Actor, board: Body) -> None:
    seat = bodies.make_seats(officer, board, holder_not_stated=True)[0]
    one, two = (bodies.make_person(officer, board.organisation, name=name) for name in ("A", "B"))
    first = bodies.appoint(officer, seat, one, valid_from=DAY)
    assert Seat.objects.get().holder_not_stated is False  # now it is stated
    wrong = refused(lambda: bodies.appoint(officer, seat, two, valid_from=DAY + timedelta(days=10)))
    assert wrong == {"__all__": ["Nogen har pladsen i den periode. Afslut den udpegning først."]}
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.create(seat=seat, person=two)
    bodies.change_appointment(officer, first, valid_to=DAY + timedelta(days=9))
    bodies.appoint(officer, seat, two, valid_from=DAY + timedelta(days=10))
    assert set(refused(lambda: bodies.change_appointment(officer, first, valid_to=DAY - timedelta(days=1)))) == {
        "valid_to"
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.filter(pk=first.pk).update(valid_to=DAY - timedelta(days=1))


def test_an_appointment_lies_within_its_seat(officer: Actor, board: Body) -> None:
    seat = bodies.make_seats(officer, board, valid_from=DAY, valid_to=DAY + timedelta(days=99))[0]
    person = bodies.make_person(officer, board.organisation, name="A")
    assert set(refused(lambda: bodies.appoint(officer, seat, person))) == {"valid_from", "valid_to"}


def test_many_seats_alike_and_one_chair(officer: Actor, board: Body) -> None:
    assert len(bodies.make_seats(officer, board, number=17, holder_not_stated=True)) == 17
    assert set(refused(lambda: bodies.make_seats(officer, board, number=0))) == {"number"}
    assert set(refused(lambda: bodies.make_seats(officer, board, number=2, role="chair"))) == {"number"}
    said = {"appointed_by": "Rådet", "appointing_organisation": board.organisation}
    assert set(refused(lambda: bodies.make_seats(officer, board, **said))) == {"appointed_by"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Seat.objects.filter(pk=board.seats.earliest("pk").pk).update(appointing_body=board)
    with pytest.raises(IntegrityError), transaction.atomic():
        Seat.objects.create(body=board, role="kejser")


# ------------------------------------------------------------------------------------------------------ people
def test_one_chair_at_a_time(officer: Actor, board: Body) -> None:
    first = bodies.make_seats(officer, board, role="chair")[0]
    wrong = refused(lambda: bodies.make_seats(officer, board, role="chair"))
    assert wrong == {"role": ["Organet har en formandsplads i den periode. Afslut den plads først."]}
    with pytest.raises(IntegrityError, match="body_one_chair_at_a_time"), transaction.atomic():
        Seat.objects.create(body=board, role="chair")
    bodies.change_seat(officer, first, valid_to=date(2026, 6, 30))
    bodies.make_seats(officer, board, role="chair", valid_from=date(2026, 7, 1))
    bodies.make_seats(officer, board, role="member", number=2)
    assert [seat.role for seat in board.seats.order_by("pk")] == ["chair", "chair", "member", "member"]


def test_who_is_second_in_the_same_moment_is_told_by_the_rule(officer: Actor, board: Body) -> None:
    """The look before finds nothing, as if the other had not committed yet; then the database refuses."""
    mandates.make_mandate(officer, board, title="Kommissorium")
    with patch.object(rows, "checked", Mock(side_effect=[None, *[DEFAULT] * 9], wraps=rows.checked)):
        wrong = refused(lambda: mandates.make_mandate(officer, board, title="Kommissorium"))
    assert wrong == {"__all__": ["Organet har et kommissorium med denne titel."]}
    assert board.mandates.count() == 1


def test_a_person_is_corrected_and_erased_with_the_trail(officer: Actor, board: Body) -> None:
    person = bodies.make_person(officer, board.organisation, name="Mogens Gade", background="Borgmester")
    seat = bodies.make_seats(officer, board)[0]
    bodies.appoint(officer, seat, person, background="Som trykt")
    mark = person.updated_at.isoformat()
    bodies.change_person(officer, person, seen=mark, name="Mogens Christen Gade")
    with pytest.raises(Changed):
        bodies.change_person(officer, person, seen=mark, name="En anden")
    with pytest.raises(Refused, match="Aalborg Kommune har registreret personen"):
        bodies.change_person(who("controller"), person, name="X")
    pk = str(person.pk)
    assert Change.objects.filter(table="programmes_person", row=pk).exclude(new=None).exists()
    bodies.remove_person(officer, Person.objects.get())
    assert (Person.objects.count(), Appointment.objects.count(), Seat.objects.count()) == (0, 0, 1)
    for table in ("programmes_person", "programmes_appointment"):
        kept = [value for each in Change.objects.filter(table=table) for value in (each.old, each.new)]
        assert "Gade" not in str(kept)
        assert "Som trykt" not in str(kept)


def test_no_private_numbers(officer: Actor, owner: Organisation) -> None:
    private = "Intet CPR-nummer, telefonnummer eller adresse: kun det offentlige hverv."
    for field, said in (
        ("name", {"name": "Jens 010190-1234"}),
        ("background", {"name": "Jens", "background": "tlf. 0101901234"}),
    ):
        wrong = refused(lambda said=said: bodies.make_person(officer, owner, **said))  # type: ignore[misc]
        assert wrong == {field: [private]}
        with pytest.raises(IntegrityError, match="person_without_cpr"), transaction.atomic():
            Person.objects.create(owner=owner, **said)
    bodies.make_person(officer, owner, name="Jens", background="Borgmester")
    wrong = refused(lambda: bodies.make_person(officer, owner, name="Jens ", background="Borgmester"))
    assert wrong == {"name": ["Personen er registreret i forvejen. Vælg personen på listen."]}


def test_who_sees_and_who_keeps(officer: Actor, board: Body) -> None:
    state = Organisation.objects.create(name="Regeringen", kind=OrganisationKind.STATE_AGENCY)
    team = bodies.set_body(None, state, None, name="Vækstteam Fyn", kind="growth_team", asks_agenda_item=False)
    seat = bodies.make_seats(None, team)[0]
    bodies.appoint(None, seat, bodies.make_person(None, state, name="Claus Jensen"))
    people.load_aarhus()
    neighbour, far = who("kommune"), who("aarhus")
    assert set(Body.objects.visible_to(neighbour)) == {board, team}
    assert set(Body.objects.visible_to(far)) == {team}  # the state's are everybody's, Aalborg's are the area's
    assert [str(each) for each in Person.objects.visible_to(far)] == ["Claus Jensen"]
    for call in (
        lambda: bodies.make_seats(officer, team),
        lambda: bodies.make_seats(who("kkr"), board),
        lambda: bodies.remove_body(who("controller"), board),
        lambda: meetings.make_meeting(who("controller"), board, day=DAY),
        lambda: mandates.make_mandate(who("controller"), board, title="X"),
    ):
        with pytest.raises(Refused):
            call()


# ---------------------------------------------------------------------------------------------------- mandates
def test_a_mandate_in_the_words_of_its_source(officer: Actor, board: Body) -> None:
    lines = [Line("task", "Kom med anbefalinger"), Line("theme", "Der kan være stort potentiale", "Grøn energi")]
    mandate = mandates.make_mandate(officer, board, lines, title="Kommissorium", deadline="maj 2021")
    assert (mandate.deadline_words, mandate.deadline_precision) == ("maj 2021", "month")
    assert mandate.deadline == date(2021, 5, 1)
    mandates.change_mandate(officer, mandate, lines[:1], deadline="når det passer", title="Kommissorium")
    mandate.refresh_from_db()
    assert (mandate.deadline, mandate.deadline_precision) == (None, "not_stated")
    assert [item.text for item in mandate.items.all()] == ["Kom med anbefalinger"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Mandate.objects.filter(pk=mandate.pk).update(deadline=DAY)
    assert set(refused(lambda: mandates.make_mandate(officer, board, title="Kommissorium"))) == {"__all__"}


def test_money_shared_by_seven_counts_once(officer: Actor, board: Body) -> None:
    pool = make_source(None, board.organisation, name="REACT-EU", kind="pool", granted=500_000_000)
    other = make_source(None, board.organisation, name="Anden pulje", kind="pool", granted=1_000)
    for turn in range(7):
        team = bodies.set_body(
            officer, board.organisation, None, name=f"Vækstteam {turn}", kind="growth_team", asks_agenda_item=False
        )
        mandates.make_mandate(officer, team, title="Kommissorium", funding_source=pool)
    mandates.make_mandate(officer, board, title="Andet", funding_source=other)
    rows = Mandate.objects.select_related("funding_source")
    found = mandates.money_of(rows)
    assert sum(each.granted or 0 for each in found) == 500_000_000 + 1_000
    assert mandates.shared_by([pool.pk, other.pk]) == {pool.pk: (7, 7), other.pk: (1, 0)}
    with pytest.raises(ProtectedError):
        FundingSource.objects.filter(pk=pool.pk).delete()


def test_a_recommendation_says_what_came_of_it(officer: Actor, board: Body) -> None:
    row = mandates.make_recommendation(officer, board, number="1", text="Udvid bestyrelsen", addressed_to="Ministeriet")
    assert row.status == "pending"
    change = mandates.change_recommendation
    assert set(refused(lambda: change(officer, row, status="followed"))) == {"outcome"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Recommendation.objects.filter(pk=row.pk).update(status="followed")
    decision = register_decision(officer, board, title="Ja", outcome="as_recommended", decided_on=DAY)
    assert change(officer, row, status="followed", decision=decision).status == "followed"
    assert set(refused(lambda: mandates.make_recommendation(officer, board, text=" "))) == {"text"}
    same = refused(lambda: mandates.make_recommendation(officer, board, number="1", text="Igen"))
    assert same == {"__all__": ["Organet har en anbefaling med dette nummer."]}


# ---------------------------------------------------------------------------------------------------- meetings
def test_what_a_meeting_decides_has_its_body_and_its_day(officer: Actor, board: Body) -> None:
    meeting = held(officer, board)
    decision = register_decision(officer, board, title="Budget", outcome="as_recommended", meeting=meeting)
    assert decision.decided_on == DAY
    wrong = refused(
        lambda: register_decision(
            officer, board, title="X", outcome="refused", meeting=meeting, decided_on=DAY - timedelta(days=1)
        )
    )
    assert wrong == {"decided_on": ["Mødet var den 04.03.2026. Skriv den dag, eller lad feltet være tomt."]}
    other = bodies.set_body(officer, board.organisation, {}, name="Udvalget", kind="board", asks_agenda_item=False)
    assert set(refused(lambda: register_decision(officer, other, title="X", meeting=meeting))) == {"meeting"}
    change = meetings.change_meeting
    assert set(refused(lambda: change(officer, meeting, day=DAY + timedelta(days=1)))) == {"day"}
    assert set(refused(lambda: change(officer, meeting, status="cancelled"))) == {"status"}
    assert change(officer, meeting, place="Hjørring").place == "Hjørring"
    for update in ({"day": DAY + timedelta(days=1)}, {"status": "planned"}, {"body": other}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Meeting.objects.filter(pk=meeting.pk).update(**update)
    for update in ({"decided_on": DAY + timedelta(days=1)}, {"body": other}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.filter(pk=decision.pk).update(**update)
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(body=other, meeting=meeting, title="X")
    assert "beslutning" in refused_text(lambda: meetings.remove_meeting(officer, meeting))


def refused_text(call: Any) -> str:
    with pytest.raises(ValidationError) as found:
        call()
    return " ".join(found.value.messages)


def test_a_meeting_to_come(officer: Actor, board: Body) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert set(refused(lambda: held(officer, board, day=tomorrow))) == {"status"}
    meeting = held(officer, board, day=tomorrow, status="planned")
    pending = register_decision(officer, board, title="Venter", meeting=meeting)
    assert pending.decided_on is None
    assert set(refused(lambda: change_decision(officer, pending, outcome="as_recommended"))) == {"meeting"}
    twice = refused(lambda: held(officer, board, day=tomorrow, status="planned"))
    assert twice == {"__all__": ["Organet har allerede et møde den dag. Skriv, hvornår hvert begynder."]}
    items = [Item("1", "Status"), Item("1", "Budget")]
    assert set(refused(lambda: meetings.change_meeting(officer, meeting, items))) == {"items"}


def test_who_advises_does_not_decide(officer: Actor, owner: Organisation) -> None:
    council = bodies.set_body(officer, owner, {}, name="Erhvervsrådet", kind="advisory", asks_agenda_item=False)
    with pytest.raises(Refused, match="anbefaler og beslutter ikke"):
        register_decision(officer, council, title="X")
    given = {"transfer": None}
    wrong = refused(lambda: bodies.set_body(officer, owner, given, name="R", kind="advisory", asks_agenda_item=False))
    assert set(wrong) == {"kind"}
    assert list(Body.objects.deciding()) == []


# ---------------------------------------------------------------------------------------------------- follow-up
def test_follow_up_from_open_to_done(officer: Actor, board: Body) -> None:
    hub = Organisation.objects.get(name=people.HUB)
    meeting = held(officer, board)
    row = meetings.follow_up(officer, meeting, what="Send brevet", responsible=hub, due=DAY)
    today = timezone.localdate()
    assert list(FollowUp.objects.overdue(today)) == ([row] if today > DAY else [])
    controller = who("controller")
    with pytest.raises(Refused):
        meetings.change_follow_up(controller, row, what="Noget andet")
    with pytest.raises(Refused, match="siger, hvor langt det er"):
        meetings.report(who("partner"), row, state="done")
    done = meetings.report(controller, row, state="done", note="Sendt")  # the responsible organisation's own people
    assert (done.state, done.settled_on, done.note) == ("done", today, "Sendt")
    again = meetings.report(officer, row, state="open")
    assert (again.state, again.settled_on) == ("open", None)
    assert set(refused(lambda: meetings.report(officer, row, state="dropped", note=""))) == {"note"}
    assert set(refused(lambda: meetings.report(officer, row, state="done", settled_on=today + timedelta(days=1)))) == {
        "settled_on"
    }
    assert "opfølgning" in refused_text(lambda: meetings.remove_meeting(officer, meeting))


def test_follow_up_is_of_one_thing_and_one_responsible(officer: Actor, board: Body) -> None:
    meeting = held(officer, board)
    wrong = refused(lambda: meetings.follow_up(officer, meeting, what="X"))
    assert set(wrong) == {"responsible"}
    both = {"responsible": board.organisation, "responsible_words": "Alle"}
    assert set(refused(lambda: meetings.follow_up(officer, meeting, what="X", **both))) == {"responsible"}
    row = meetings.follow_up(officer, meeting, what="X", responsible_words="Alle")
    recommendation = mandates.make_recommendation(officer, board, text="Gør det")
    other = bodies.set_body(officer, board.organisation, {}, name="Udvalget", kind="board", asks_agenda_item=False)
    for update in (
        {"recommendation": recommendation},
        {"meeting": None},
        {"body": other},
        {"state": "done"},
        {"responsible_words": ""},
        {"what": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            FollowUp.objects.filter(pk=row.pk).update(**update)
    with pytest.raises(IntegrityError), transaction.atomic():
        Recommendation.objects.filter(pk=recommendation.pk).update(body=other)


def test_a_body_goes_only_when_nothing_rests_on_it(officer: Actor, board: Body) -> None:
    bodies.make_seats(officer, board)
    meeting = held(officer, board)
    assert "møde" in refused_text(lambda: bodies.remove_body(officer, board))
    meetings.remove_meeting(officer, meeting)
    bodies.remove_body(officer, board)
    assert not Body.objects.exists()


def test_the_table_and_its_column_kept_their_names() -> None:
    """Only the words of the code changed: a table in use is not renamed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM programmes_decidingbody WHERE level = 'council'")
        assert cursor.fetchone() == (0,)
