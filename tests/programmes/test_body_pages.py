"""The pages of bodies and meetings, as an officer keeps them and a politician reads them."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.audit.models import Opening
from portal.identity import demo as people
from portal.identity.models import Organisation, User
from programmes import bodies, mandates, meetings
from programmes.mandates import Line
from programmes.models import Appointment, Body, Decision, FollowUp, Meeting, Person, Recommendation, Seat
from programmes.sources import make_source
from programmes.views.meeting_forms import read_agenda, show_agenda
from tests.forms import hidden, reads, send
from tests.identity.helpers import signed_in

DAY = date(2026, 3, 4)


@pytest.fixture(autouse=True)
def world(db: None) -> None:
    people.load()


def client(email: str = "budget") -> Client:
    found = Client()
    signed_in(found, User.objects.get(email=f"{email}@demo.example"))
    return found


def url(name: str, *args: Any) -> str:
    return reverse(f"programmes:{name}", args=args)


def board(name: str = "Bestyrelsen", kind: str = "board") -> Body:
    owner = Organisation.objects.get(name="Aalborg Kommune")
    return bodies.set_body(None, owner, None, name=name, kind=kind, asks_agenda_item=False)


def read(path: str, who: str = "kkr") -> str:
    return reads(client(who).get(path))


def test_an_officer_makes_a_body_with_seats_and_people() -> None:
    officer = client()
    owner = Organisation.objects.get(name="Aalborg Kommune")
    said = {"token": "a", "organisation": owner.pk, "name": "Bestyrelsen", "kind": "board", "covers": "Nordjylland"}
    answer = send(officer, url("body_new"), {**said, "valid_from": "1.1.2026", "valid_to": "1.1.2025"})
    assert answer.status_code == 400
    assert "før" in reads(answer)
    assert 'value="Bestyrelsen"' in answer.content.decode()  # nothing typed is lost
    assert send(officer, url("body_new"), said).status_code == 302
    body = Body.objects.get()
    seats = {"token": "b", "role": "member", "number": "9", "appointed_by": "Repræsentantskabet"}
    send(officer, url("seat_new", body.pk), seats)
    send(officer, url("seat_new", body.pk), seats)  # sent twice is sent once
    assert body.seats.count() == 9
    seat = body.seats.earliest("pk")
    answer = send(officer, url("appoint", seat.pk), {"token": "c"})
    assert "Vælg, hvem det er, eller skriv navnet på en ny person: én af delene." in reads(answer)
    new = {"token": "d", "new_name": "Hanne Kvist", "new_background": "Direktør", "printed_name": "H. Kvist"}
    assert send(officer, url("appoint", seat.pk), new).status_code == 302
    person = Person.objects.get()
    assert (person.owner.name, person.background) == ("Aalborg Kommune", "Direktør")
    shown = read(url("body", body.pk))
    assert "8 pladser af 9 er ubesatte: medlem." in shown
    assert "Hanne Kvist Direktør" in shown
    assert shown.count("ubesat") == 1 + 8  # the sentence, and a line a seat


def test_a_vacant_chair_is_not_a_holder_that_is_not_stated() -> None:
    body = board("Vækstteam Sydjylland", "growth_team")
    bodies.make_seats(None, body, role="chair")
    bodies.make_seats(None, body, number=2, holder_not_stated=True)
    shown = read(url("body", body.pk))
    assert "1 plads af 3 er ubesat: formand." in shown
    assert shown.count("ikke oplyst i kilden") == 2
    row = client("kkr").get(f"{url('bodies')}?export=csv&kind=growth_team")
    text = b"".join(row.streaming_content).decode("utf-8-sig") if row.streaming else row.content.decode("utf-8-sig")
    assert text.splitlines()[1].split(";")[:5] == ["Vækstteam Sydjylland", "vækstteam", "Aalborg Kommune", "3", "1"]


def test_the_mandate_says_that_its_money_is_shared() -> None:
    teams = [board(f"Vækstteam {turn}", "growth_team") for turn in range(7)]
    pool = make_source(None, teams[0].organisation, name="REACT-EU", kind="pool", granted=500_000_000)
    for team in teams:
        mandates.make_mandate(
            None, team, [Line("theme", "Der kan ses på energiøen", "Grøn energi")], title="Kommissorium",
            deadline="maj 2021", answers_to="Regeringen", funding_source=pool,
        )  # fmt: skip
    shown = read(url("body", teams[0].pk))
    assert "Frist: maj 2021" in shown
    assert "Grøn energi: Der kan ses på energiøen" in shown
    said = "REACT-EU : 500.000.000 kr. Deles af 7 vækstteams: det er de samme penge, og de tæller én gang."
    assert said in shown.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("line", "number", "title"),
    [
        ("3. Budget 2027", "3", "Budget 2027"),
        ("3.1 Budget", "3.1", "Budget"),
        ("3b) Budget", "3b", "Budget"),
        ("3 | Budget", "3", "Budget"),
        ("3 i dag", "3", "i dag"),
        ("A | Budget", "A", "Budget"),
    ],
)
def test_an_agenda_is_read_as_agendas_are_written(line: str, number: str, title: str) -> None:
    item = read_agenda(line)
    assert (item.number, item.title) == (number, title)
    assert read_agenda(show_agenda(item)) == item


@pytest.mark.parametrize("line", ["Budget", "3.", "| Budget", "3 | "])
def test_an_item_without_number_or_title(line: str) -> None:
    with pytest.raises(ValidationError):
        read_agenda(line)


def test_bodies_are_found_as_danish_is_searched() -> None:
    board("Aalborg Erhvervsråd", "advisory")
    assert "Aalborg Erhvervsråd" in read(f"{url('bodies')}?text=erhvervsraad")
    assert "Aalborg Erhvervsråd" not in read(f"{url('bodies')}?text=teknik")


def test_a_person_in_several_bodies_is_one_page_and_is_noted() -> None:
    person = bodies.make_person(None, Organisation.objects.get(name=people.KKR), name="Mogens Gade")
    for name in ("Bestyrelsen", "Vækstteamet"):
        bodies.appoint(None, bodies.make_seats(None, board(name))[0], person)
    shown = read(url("person", person.pk))
    assert "Bestyrelsen" in shown
    assert "Vækstteamet" in shown
    assert "KKR Nordjylland" in shown  # who can correct it
    line = Opening.objects.latest("id")
    assert (line.kind, line.keys, line.source) == ("person", [str(person.pk)], "programmes:person")
    assert "Mogens Gade" in read(f"{url('people')}?several=on&text=gade")
    assert "Ingen passer" in read(f"{url('people')}?text=findes-ikke")


def test_correcting_and_removing_a_person() -> None:
    body = board()
    person = bodies.make_person(None, body.organisation, name="Mogens Gade")
    bodies.appoint(None, bodies.make_seats(None, body)[0], person)
    officer = client()
    assert "CPR" in reads(officer.get(url("person_change", person.pk)))  # what may be registered, and what for
    send(officer, url("person_change", person.pk), {"name": "Mogens Christen Gade"})
    person.refresh_from_db()
    assert person.name == "Mogens Christen Gade"
    assert client("controller").get(url("person_change", person.pk)).status_code == 403
    answer = send(officer, url("person_remove", person.pk))
    assert answer.url == url("people")
    assert (Person.objects.count(), Appointment.objects.count(), Seat.objects.count()) == (0, 0, 1)


def test_from_a_meeting_to_what_came_of_it() -> None:
    """Journey: what was decided, and what came of it?"""
    body, officer = board(), client()
    said = {"token": "m", "day": "4.3.2026", "starts_at": "9.30", "status": "held", "items": "Status"}
    wrong = send(officer, url("meeting_new", body.pk), said)
    assert "Skriv punktets nummer, og hvad det handler om" in reads(wrong)
    assert send(officer, url("meeting_new", body.pk), {**said, "items": "1 | Status\n2 | Budget"}).status_code == 302
    meeting = Meeting.objects.get()
    address = f"{url('decision_new')}?meeting={meeting.pk}"
    assert f'<option value="{meeting.pk}" selected>' in officer.get(address).content.decode()
    decision = {"token": "d", "title": "Ansøgningen sendes", "body": body.pk, "meeting": meeting.pk,
                "outcome": "as_recommended", "agenda_item": "2"}  # fmt: skip
    assert send(officer, address, decision).status_code == 302
    decided = Decision.objects.get()
    assert decided.decided_on == DAY
    hub = Organisation.objects.get(name=people.HUB)
    yesterday = timezone.localdate() - timedelta(days=1)
    todo = {"token": "f", "what": "Send ansøgningen", "responsible": hub.pk, "due": f"{yesterday:%d.%m.%Y}"}
    send(officer, url("decision_follow_up", decided.pk), todo)
    row = FollowUp.objects.get()
    assert (row.body, row.decision) == (body, decided)
    for path in (url("meeting", meeting.pk), url("decision", decided.pk), url("body", body.pk)):
        shown = read(path)
        assert "1 opfølgning er over fristen." in shown, path
        assert "Send ansøgningen" in shown, path
    assert "1 opfølgning, 1 over fristen" in read(url("decisions"))
    assert "Send ansøgningen" in read(f"{url('follow_ups')}?state=overdue&body={body.pk}&responsible={hub.pk}")
    # The responsible organisation's own people say how far it is.
    controller = client("controller")
    assert controller.get(url("follow_up_change", row.pk)).status_code == 403
    answer = send(controller, url("follow_up_report", row.pk), {"state": "dropped"})
    assert "Sig, hvorfor det er opgivet." in reads(answer)
    send(controller, url("follow_up_report", row.pk), {"state": "done", "note": "Sendt"})
    assert "Intet af det venter på opfølgning." in read(url("meeting", meeting.pk))
    shown = client("kkr").get(f"{url('follow_ups')}?export=csv")
    text = b"".join(shown.streaming_content).decode("utf-8-sig") if shown.streaming else shown.content.decode()
    assert "Send ansøgningen;Erhvervshus Nordjylland" in text


def test_a_recommendation_and_what_came_of_it() -> None:
    body, officer = board("Vækstteam Nordjylland", "growth_team"), client()
    new = {"token": "r", "number": "1", "text": "Udvid bestyrelsen", "addressed_to": "Ministeriet", "status": "pending"}
    send(officer, url("recommendation_new", body.pk), new)
    row = Recommendation.objects.get()
    answer = send(officer, url("recommendation_change", row.pk), {**new, "status": "followed"})
    assert "Sig, hvad der kom ud af det" in reads(answer)
    send(officer, url("recommendation_change", row.pk), {**new, "status": "followed", "outcome": "Loven er ændret"})
    assert "Loven er ændret" in read(url("recommendation", row.pk))
    assert "fulgt" in read(url("body", body.pk))
    assert officer.get(f"{url('decision_new')}?body={body.pk}").content.decode().count(body.name) == 0  # it advises


def test_two_officers_at_once_are_told() -> None:
    body, one, two = board(), client(), client()
    meeting = meetings.make_meeting(None, body, day=DAY, status="held")
    address = url("meeting_change", meeting.pk)

    first, second = hidden(one.get(address)), hidden(two.get(address))
    said = {"day": "4.3.2026", "status": "held", "place": "Aalborg"}
    assert one.post(address, {**first, **said}).status_code == 302
    assert two.post(address, {**second, **said, "place": "Hjørring"}).status_code == 409
    meeting.refresh_from_db()
    assert meeting.place == "Aalborg"


def test_seats_mandate_and_appointments_are_changed_and_removed() -> None:
    body, officer = board(), client()
    seat = bodies.make_seats(None, body)[0]
    held = bodies.appoint(None, seat, bodies.make_person(None, body.organisation, name="A"))
    assert "Ret eller afslut" in reads(officer.get(url("seat_change", seat.pk)))
    answer = send(officer, url("appointment_change", held.pk), {"valid_from": "1.2.2026", "valid_to": "1.1.2026"})
    assert answer.status_code == 400
    send(officer, url("appointment_change", held.pk), {"valid_to": "31.1.2026"})
    assert "ubesat" in read(url("body", body.pk))
    send(officer, url("appointment_remove", held.pk))
    send(officer, url("seat_change", seat.pk), {"role": "chair", "in_right_of": "Regionsrådet", "order": ""})
    seat.refresh_from_db()
    assert (seat.role, seat.in_right_of, seat.order) == ("chair", "Regionsrådet", 0)
    send(officer, url("seat_remove", seat.pk))
    mandate = {"token": "k", "title": "Kommissorium", "themes": "Energi | Se på energiøen\nSe på robotter",
               "deadline": "medio 2023"}  # fmt: skip
    send(officer, url("mandate_new", body.pk), mandate)
    row = body.mandates.get()
    assert [(each.title, each.text) for each in row.items.all()] == [
        ("Energi", "Se på energiøen"),
        ("", "Se på robotter"),
    ]
    assert row.deadline == date(2023, 7, 1)
    assert "Energi | Se på energiøen" in officer.get(url("mandate_change", row.pk)).content.decode()
    send(officer, url("mandate_remove", row.pk))
    assert send(officer, url("body_remove", body.pk)).url == url("bodies")
    assert not Body.objects.exists()


def test_a_body_that_has_met_is_not_removed() -> None:
    body = board()
    meetings.make_meeting(None, body, day=DAY, status="held")
    answer = send(client(), url("body_remove", body.pk))
    assert answer.status_code == 400
    assert "Det kan ikke fjernes, så længe noget hviler på det: møde." in reads(answer)
