"""Contacts with companies and the people there: who sees what, what is refused, and what waits on whom."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from matching import contact_people, contacts, contacts_waiting, needs
from matching.api.contacts import contact_now
from matching.contact_forms import ContactForm
from matching.merging import merge, undo_merge
from matching.models import BreakReason, Company, CompanyContact, ContactPerson, Need
from portal.audit.models import Opening
from portal.drafts.versions import Changed
from portal.identity.members import tasks
from portal.identity.models import Membership
from portal.identity.rights import Refused
from portal.privacy import registry
from portal.ui.fields import DateParts
from tests.matching.conftest import TODAY, World
from tests.matching.guidance import guided
from tests.matching.referral_world import refer
from tests.waits import waits

pytestmark = pytest.mark.django_db
LIMFJORD, KATTEGAT = "Limfjord Køleteknik A/S", "Kattegat Ærøkål ApS"
SECRET = "Overvejer at flytte produktionen"


STEPS = "matching.contact_steps"


def register(world: World, who: str = "office", company: str = LIMFJORD, **said: Any) -> CompanyContact:
    given: dict[str, Any] = {"contacted_on": TODAY, "kind": "visit", "themes": ["sales"], "text": SECRET}
    return contacts.register_contact(world.actor(who), world.companies[company], **{**given, **said})


def wrong(world: World, **said: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused:
        register(world, **said)
    return refused.value.message_dict


def test_partners_see_that_there_was_a_contact_and_not_what_was_said(world: World) -> None:
    person = contact_people.add_person(world.actor("office"), world.companies[LIMFJORD], name="Bente Bager")
    contact = register(world, contact_person=person.pk, next_step="Ring igen", next_step_on=TODAY)
    page = f"/virksomhedskontakter/{contact.pk}/"
    own = world.client("office").get(page).content.decode()
    assert SECRET in own
    assert "Bente Bager" in own

    for partner in ("AAU", "hub", "municipality", "steward"):
        shown = world.client(partner).get(page).content.decode()
        told = {"BusinessAalborg", "Salg/markedsføring", "Ring igen", LIMFJORD}
        assert {text for text in told if text in shown} == told, partner
        if partner != "municipality":  # the business office is the municipality's own
            assert [text for text in (SECRET, "Bente Bager") if text in shown] == [], partner
            file = b"".join(world.client(partner).get("/virksomhedskontakter/?export=csv").streaming_content).decode()
            assert [text for text in (LIMFJORD, SECRET, "Bente Bager") if text in file] == [LIMFJORD], partner

    contacts.correct_contact(world.actor("office"), contact, shared_text=True)
    shown = world.client("AAU").get(page).content.decode()
    assert SECRET in shown
    assert "Bente Bager" in shown


def test_whoever_takes_part_in_no_programme_with_us_sees_nothing(world: World) -> None:
    contact = register(world, shared_text=True)
    odense = world.client("odense")
    assert odense.get(f"/virksomhedskontakter/{contact.pk}/").status_code == 404
    assert LIMFJORD not in odense.get("/virksomhedskontakter/").content.decode()
    assert "BusinessAalborg" not in odense.get(f"/virksomheder/{contact.company_id}/").content.decode()
    politician = world.client("kkr")
    assert politician.get(f"/virksomhedskontakter/{contact.pk}/").status_code == 403
    assert politician.get("/virksomhedskontakter/").status_code == 403


def test_the_first_contact_is_the_earliest_that_stands(world: World) -> None:
    later, first = register(world), register(world, "AAU", contacted_on=TODAY - timedelta(days=3))
    rows = CompanyContact.objects.visible_to(world.actor("office")).with_first(world.actor("office"))
    assert {row.pk: row.first for row in rows} == {later.pk: False, first.pk: True}
    contacts.undo_contact(world.actor("AAU"), first)
    assert {row.pk: row.first for row in rows.all() if not row.withdrawn} == {later.pk: True}


def test_what_is_wrong_is_said_all_at_once_at_its_field(world: World) -> None:
    tomorrow = TODAY + timedelta(days=1)
    found = wrong(world, contacted_on=tomorrow, kind="smoke", themes=["nothing"], next_step_on=TODAY, text="x" * 4001)
    assert set(found) == {"contacted_on", "kind", "themes", "next_step", "text"}
    assert found["contacted_on"] == ["Dagen er ikke kommet endnu. Det, der er planlagt, er et næste skridt."]
    found = wrong(world, next_step="Ring", next_step_by=world.actor("AAU").user.pk)
    assert set(found) == {"next_step_on", "next_step_by"}
    other = contact_people.add_person(world.actor("hub"), world.companies[KATTEGAT], name="Kaj Kål")
    assert set(wrong(world, contact_person=other.pk)) == {"contact_person"}
    assert not CompanyContact.objects.exists()


def test_a_protected_company_must_have_asked(world: World) -> None:
    Company.objects.filter(name=LIMFJORD).update(advertising_protected=True)
    world.companies[LIMFJORD].refresh_from_db()
    assert set(wrong(world)) == {"unasked"}
    assert register(world, unasked=False).unasked is False
    client, address = world.client("office"), f"/virksomheder/{world.companies[LIMFJORD].pk}/kontakter/ny/"
    assert "reklamebeskyttet" in client.get(address).content.decode()
    sent = {"kind": "phone", "contacted_on_day": "31", "contacted_on_month": "1", "contacted_on_year": "2021"}
    refused = client.post(address, {**sent, "text": "Solgte lidt"})
    assert refused.status_code == 400
    assert "Vælg, om den havde bedt om kontakten." in refused.content.decode()
    assert "Solgte lidt" in refused.content.decode(), "nothing typed is lost"
    answer = client.post(address, {**sent, "unasked": "yes"}, follow=True)
    assert "Det er noteret, at du gjorde det." in answer.content.decode()
    assert CompanyContact.objects.latest("pk").unasked is True


def test_somebody_new_is_added_by_name_and_known_ones_are_found(world: World) -> None:
    first = register(world, person_name="Bente  Bager")
    again = register(world, person_name="bente bager")
    assert first.contact_person_id == again.contact_person_id is not None
    assert ContactPerson.objects.get().name == "Bente Bager"
    assert set(wrong(world, person_name="Bente 010203-1234")) == {"person_name"}
    wrong(world, person_name="Ny Person", contacted_on=None)
    assert ContactPerson.objects.count() == 1, "nobody is added where the rest is wrong"


def test_only_the_one_who_registered_corrects_and_undoes(world: World) -> None:
    contact = register(world, "hub")
    assert world.client("hub2").get(f"/virksomhedskontakter/{contact.pk}/ret/").status_code == 403
    with pytest.raises(Refused):
        contacts.undo_contact(world.actor("hub2"), contact)
    with pytest.raises(Changed):
        contacts.correct_contact(world.actor("hub"), contact, seen="2020-01-01", text="Andet")
    assert contacts.correct_contact(world.actor("hub"), contact, text="Andet").themes == ["sales"]
    contacts.undo_contact(world.actor("hub"), contact)
    assert LIMFJORD not in world.client("hub").get("/virksomhedskontakter/").content.decode()
    assert world.client("AAU").get(f"/virksomhedskontakter/{contact.pk}/").status_code == 404
    assert set(wrong(world, kind="")) == {"kind"}


def test_what_was_undone_is_no_partners_to_read(world: World) -> None:
    """Over the API others are told that it is gone, so that they can delete it; the own organisation reads it still."""
    said = {"themes": ["sales"], "next_step": "Ring", "next_step_on": TODAY, "person_name": "Bente Bager"}
    contact = contacts.undo_contact(world.actor("office"), register(world, shared_text=True, **said))
    told = {name: contact_now(world.actor(name), contact.pk) for name in ("office", "AAU")}
    assert (told["office"]["text"], told["office"]["next_step"]) == (SECRET, "Ring")
    partner = told["AAU"]
    assert partner["withdrawn_at"] is not None
    nothing = {
        "readable": False, "text": None, "contact_person": None, "themes": [], "next_step": "", "next_step_on": None,
    }  # fmt: skip
    assert {name: partner[name] for name in nothing} == nothing


def test_a_next_step_waits_is_taken_and_is_handed_over(world: World) -> None:
    actor = world.actor("hub")
    late = register(world, "hub", next_step="Send tilbud", next_step_on=TODAY, contacted_on=TODAY - timedelta(days=9))
    register(world, "hub", next_step="Om et år", next_step_on=date(2022, 1, 31))
    (line,) = waits(actor, STEPS)
    assert (line.title, line.detail, line.due) == (LIMFJORD, "Send tilbud", TODAY)
    assert waits(world.actor("hub2"), STEPS) == [] == waits(world.actor("kkr"), STEPS)

    leaving, colleague = (Membership.objects.get(user=world.actor(name).user) for name in ("hub", "hub2"))
    assert {task.source.key: task.number for task in tasks.open_tasks(leaving)}["matching.contact_steps"] == 2
    assert tasks.hand_over(leaving, colleague, actor.user) == 2
    assert len(waits(world.actor("hub2"), STEPS)) == 1
    # The next visit settles it by a tick.
    register(world, "hub2", settles=[late.pk])
    late.refresh_from_db()
    assert late.next_step_done_on == TODAY
    assert waits(world.actor("hub2"), STEPS) == []


def test_a_step_waits_again_when_the_contact_that_it_was_is_undone(world: World) -> None:
    actor, earlier = world.actor("office"), TODAY - timedelta(days=1)
    step = register(world, next_step="Ring", next_step_on=TODAY, contacted_on=TODAY - timedelta(days=9))
    by_hand = register(world, next_step="Send tilbud", next_step_on=TODAY)
    contacts.take_step(actor, by_hand, TODAY)
    was = register(world, settles=[step.pk])
    contacts.correct_contact(actor, was, contacted_on=earlier)
    step.refresh_from_db()
    assert step.next_step_done_on == earlier
    contacts.undo_contact(actor, was)
    step.refresh_from_db()
    by_hand.refresh_from_db()
    assert (step.next_step_done_on, step.settled_by, by_hand.next_step_done_on) == (None, None, TODAY)


def test_a_step_is_not_taken_before_the_contact(world: World) -> None:
    contact = register(world, next_step="Ring", next_step_on=TODAY)
    for day in (None, TODAY - timedelta(days=1), TODAY + timedelta(days=1)):
        with pytest.raises(ValidationError):
            contacts.take_step(world.actor("office"), contact, day)
    assert contacts.take_step(world.actor("office"), contact, TODAY).next_step_done_on == TODAY
    with pytest.raises(Refused):
        contacts.take_step(world.actor("office"), contact, TODAY)


def test_contacts_and_people_go_along_when_companies_merge_and_come_back(world: World) -> None:
    contact = register(world, company=KATTEGAT, person_name="Kaj Kål")
    kept, absorbed = world.companies[LIMFJORD], world.companies[KATTEGAT]
    row = merge(world.actor("steward"), kept, absorbed)
    contact.refresh_from_db()
    assert (contact.company_id, ContactPerson.objects.get().company_id) == (kept.pk, kept.pk)
    assert register(world, company=KATTEGAT).company_id == kept.pk, "what is registered on the old one goes there"
    undo_merge(world.actor("steward"), row)
    contact.refresh_from_db()
    assert (contact.company_id, ContactPerson.objects.get().company_id) == (absorbed.pk, absorbed.pk)


def test_people_are_changed_leave_and_come_back(world: World) -> None:
    office, company = world.actor("office"), world.companies[LIMFJORD]
    person = contact_people.add_person(office, company, name="Bente Bager", phone="98 12 34 56", email="b@b.example")
    with pytest.raises(ValidationError) as refused:
        contact_people.add_person(office, company, name="BENTE bager", phone="nul", email="b")
    assert set(refused.value.message_dict) == {"phone", "email"}
    with pytest.raises(ValidationError) as refused:
        contact_people.add_person(office, company, name="BENTE bager")
    assert set(refused.value.message_dict) == {"name"}
    assert contact_people.change_person(office, person, title="Direktør").phone == "98 12 34 56"
    contact_people.say_left(office, person, TODAY)
    form = world.client("office").get(f"/virksomheder/{company.pk}/kontakter/ny/").content.decode()
    assert "Bente Bager" not in form, "is not offered"
    page = world.client("municipality").get(f"/virksomheder/{company.pk}/").content.decode()
    assert "Bente Bager" in page
    assert "fratrådt 31.01.2021" in page
    with pytest.raises(Refused):
        contact_people.change_person(world.actor("municipality"), person, title="Ingen")
    contact_people.say_left(office, person, None)
    assert "Bente Bager" in world.client("office").get(f"/virksomheder/{company.pk}/kontakter/ny/").content.decode()


def test_whoever_is_still_worked_with_is_kept(world: World) -> None:
    """Asked a year later, of a person with whom there was a contact and then nothing but the need."""
    register(world, person_name="Bente Bager")
    person = ContactPerson.objects.get()
    held = next(each for each in registry.holdings("contact_person") if each.model is ContactPerson)
    assert isinstance(held.retention, registry.Retention)
    last_day = TODAY + timedelta(days=365)
    assert list(held.retention.due(last_day)) == [person]
    need = needs.register_need(
        world.actor("office"), person.company, found_on=TODAY, kind="job_profile", wish="En ingeniør",
        contact_person=person.pk,
    )  # fmt: skip
    assert list(held.retention.due(last_day)) == []
    Need.objects.filter(pk=need.pk).update(
        status="closed", closed_on=TODAY, close_reason=BreakReason.objects.first(), stepped_on=TODAY
    )
    assert list(held.retention.due(last_day)) == [person]
    Need.objects.filter(pk=need.pk).update(stepped_on=last_day + timedelta(days=1))
    assert list(held.retention.due(last_day)) == []


def test_a_person_is_told_of_erased_and_due_in_time(world: World) -> None:
    contact = register(world, person_name="Bente Bager", next_step="Ring til Bente", next_step_on=TODAY)
    person = ContactPerson.objects.get()
    held = {holding.model: holding for holding in registry.holdings("contact_person")}
    assert list(held[CompanyContact].rows(person.pk)) == [contact]
    retention = held[ContactPerson].retention
    assert isinstance(retention, registry.Retention)
    assert (list(retention.due(TODAY)), list(retention.due(TODAY - timedelta(days=1)))) == ([person], [])
    for model in (ContactPerson, CompanyContact):
        blank = held[model].erasure
        assert isinstance(blank, registry.Blank)
        held[model].rows(person.pk).update(**blank.columns)
    person.refresh_from_db()
    contact.refresh_from_db()
    assert (person.name, person.erased, contact.text) == ("", True, "")
    assert (contact.next_step, contact.next_step_on) == ("–", TODAY), "there is a step, and no word of the person"
    client = world.client("office")
    assert client.get(f"/virksomheder/{person.company_id}/kontaktpersoner/{person.pk}/ret/").status_code == 404
    assert "slettet" in client.get(f"/virksomhedskontakter/{contact.pk}/").content.decode()


def test_a_contact_and_a_need_are_corrected_though_their_person_is_erased_and_the_colleague_has_left(
    world: World,
) -> None:
    actor, colleague = world.actor("hub"), world.actor("hub2").user
    contact = register(
        world, "hub", person_name="Bente Bager", next_step="Ring", next_step_on=TODAY, next_step_by=colleague.pk
    )
    person, company = ContactPerson.objects.get(), contact.company
    need = needs.register_need(
        actor, company, found_on=TODAY, kind="job_profile", wish="En ingeniør", contact_person=person.pk
    )
    ContactPerson.objects.update(name="", erased=True)
    Membership.objects.filter(user=colleague).delete()

    choices = {
        name: dict(field.widget.choices) for name, field in ContactForm(actor, company, contact=contact).fields.items()
        if name in ("contact_person", "next_step_by")
    }  # fmt: skip
    assert choices["contact_person"][person.pk] == "slettet"
    assert choices["next_step_by"][colleague.pk] == colleague.name
    assert colleague.pk not in dict(ContactForm(actor, company).fields["next_step_by"].widget.choices)
    contact = contacts.correct_contact(actor, contact, text="Andet")
    assert (contact.contact_person_id, contact.next_step_by_id) == (person.pk, colleague.pk)
    assert needs.change_need(actor, need, wish="To ingeniører").contact_person_id == person.pk
    assert set(wrong(world, contact_person=person.pk)) == {"contact_person"}, "nobody new is said to be one erased"


def test_whose_name_and_telephone_a_page_shows_is_noted(world: World) -> None:
    person = contact_people.add_person(world.actor("office"), world.companies[LIMFJORD], name="Bente Bager")
    referral = refer(world, contact_person=person)
    course = guided(world, contact=person.pk)
    company = f"/virksomheder/{person.company_id}"
    for who, address in (
        ("AAU", f"/henvisninger/{referral.pk}/"), ("rebild", f"{company}/henvis/"),
        ("hub", f"/vejledning/{course.pk}/"), ("hub", f"/vejledning/ny/?company={person.company_id}"),
        ("office", f"{company}/kontakter/ny/"),
    ):  # fmt: skip
        before = Opening.objects.count()
        assert "Bente Bager" in world.client(who).get(address).content.decode(), address
        noted = {line.kind: line.keys for line in Opening.objects.order_by("pk")[before:]}
        assert noted.get("contact_person") == [str(person.pk)], address


def test_the_database_holds_what_must_hold(world: World) -> None:
    contact = register(world)
    for change in ({"next_step": "Ring"}, {"next_step_done_on": TODAY}, {"kind": "smoke"}, {"themes": ["nothing"]}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CompanyContact.objects.filter(pk=contact.pk).update(**change)
    # The list is held by a trigger: without it anything goes in.
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname = 'matching_guard_codes' AND tgenabled = 'O'")
        assert cursor.fetchone() == (2,)


def test_the_form_is_short_and_filled_in(world: World) -> None:
    from matching.contact_forms import NewContactForm

    form = NewContactForm(world.actor("office"), world.companies[LIMFJORD])
    typed = [
        name for name, field in form.fields.items() if field.widget.__class__.__name__ in ("TextInput", "Textarea")
    ]
    assert typed == ["person_name", "text", "next_step", "next_step_on"]
    assert (form["kind"].value(), DateParts.of(form["contacted_on"].value())) == ("visit", DateParts("31", "1", "2021"))
    assert not form["shared_text"].value()
    assert "partnere læser det også" in form.fields["next_step"].help_text, "as the page of a partner does"


def test_the_list_filters_and_its_file_is_the_list(world: World) -> None:
    register(world, themes=["green"])
    register(world, "AAU", company=KATTEGAT, kind="event", next_step="Ring", next_step_on=TODAY)
    client = world.client("hub")
    for query, there, gone in (
        ("text=kattegat", KATTEGAT, LIMFJORD), ("theme=green", LIMFJORD, KATTEGAT), ("kind=event", KATTEGAT, LIMFJORD),
        ("step=open", KATTEGAT, LIMFJORD), (f"organisation={world['AAU'].pk}", KATTEGAT, LIMFJORD),
        ("municipality=0851", LIMFJORD, KATTEGAT),
    ):  # fmt: skip
        page = client.get(f"/virksomhedskontakter/?{query}").content.decode()
        table = page[page.index("</form>", page.index("<main")) :]
        file = b"".join(client.get(f"/virksomhedskontakter/?{query}&export=csv").streaming_content).decode()
        assert [there in table, gone in table] == [True, False], query
        assert [there in file, gone in file] == [True, False], query


def test_what_waits_asks_the_same_number_of_questions(world: World) -> None:
    from django.test.utils import CaptureQueriesContext

    actor = world.actor("hub")
    counts = []
    for _turn in range(2):
        register(world, "hub", next_step="Ring", next_step_on=TODAY)
        with CaptureQueriesContext(connection) as asked:
            waits(actor, STEPS)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert contacts_waiting.AHEAD_DAYS == 7
