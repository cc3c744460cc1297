"""The overview of services: who writes them, what is refused, who sees them; and external parties."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from matching.models import ExternalParty, Service, ServiceContact
from matching.services import Contact, ServiceSaid, change_party, change_service, end_service, make_party
from portal.audit import recording
from portal.audit.models import Change
from portal.drafts.versions import Changed
from portal.identity.rights import Refused
from portal.privacy import erasure, registry
from tests.matching.conftest import TODAY, World
from tests.matching.referral_world import offer, outside


def test_one_is_offered_with_a_named_contact(world: World) -> None:
    service = offer(world, match_types=["internship", "student_job"], municipalities=["0851"])
    assert [each.code for each in service.match_types.all()] == ["internship", "student_job"]
    (contact,) = service.contacts.all()
    assert (contact.name, contact.email) == ("Stine Studiekontakt", "stine@aau.example")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"offers": ""}, "offers"),
        ({"valid_from": None}, "valid_from"),
        ({"valid_to": date(2020, 1, 1)}, "valid_to"),
        ({"kinds": ["alt"]}, "kinds"),
        ({"match_types": ["alt"]}, "match_types"),
        ({"municipalities": ["9999"]}, "municipalities"),
        ({"contacts": [Contact("", phone="98 00 00 00")]}, "contact_1_name"),
        ({"contacts": [Contact("Stine")]}, "contact_1_phone"),
        ({"contacts": [Contact("Stine", email="stine")]}, "contact_1_email"),
        ({"contacts": [Contact("A", phone="1")] * 4}, "contacts"),
    ],
)
def test_what_is_refused_stands_at_its_field(world: World, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        offer(world, **changes)
    assert list(caught.value.error_dict) == [field]
    assert not Service.objects.exists()


def test_whose_it_is(world: World) -> None:
    service = offer(world)
    said = {"title": "Andet", "offers": "Andet", "valid_from": TODAY}
    for actor in ("hub", "UCN", "kkr", "steward"):
        with pytest.raises(Refused):
            end_service(world.actor(actor), service, TODAY)
        with pytest.raises(Refused):
            offer(world, actor, "AAU", **said)
    unit = offer(world, "municipality", "Jobcenter Aalborg", **said)
    assert end_service(world.actor("jobcentre"), unit, TODAY).valid_to == TODAY


def test_two_at_once_do_not_overwrite_each_other(world: World) -> None:
    service = offer(world)
    seen = service.updated_at.isoformat()
    end_service(world.actor("AAU"), service, TODAY, seen=seen)
    with pytest.raises(Changed):
        end_service(world.actor("AAU"), service, date(2021, 3, 1), seen=seen)


def test_a_changed_contact_is_another_row_and_the_old_one_is_gone(world: World) -> None:
    service = offer(world)
    old = service.contacts.get()
    (new,) = changed(world, service, [Contact("Ny", phone="99")])
    assert new.name == "Ny"
    assert (new.pk, new.key) != (old.pk, old.key)


def changed(world: World, service: Service, contacts: list[Contact]) -> list[ServiceContact]:
    said = ServiceSaid(title=service.title, offers=service.offers, valid_from=service.valid_from, contacts=contacts)
    change_service(world.actor("AAU"), service, said)
    return list(service.contacts.all())


def test_who_stays_a_contact_keeps_the_row_and_its_key(world: World) -> None:
    """Whatever is changed of them, and in whatever order they stand: a backup is found by the key."""
    stine, mads = Contact("Stine", email="stine@aau.example"), Contact("Mads", phone="99")
    service = offer(world, contacts=[stine, mads])
    before = {each.name: (each.pk, each.key) for each in service.contacts.all()}
    rows = changed(world, service, [Contact("MADS", "Leder", "98"), Contact("Ny", phone="97"), stine])
    connection.check_constraints()
    assert [(each.name, each.order) for each in rows] == [("MADS", 1), ("Ny", 2), ("Stine", 3)]
    assert {each.name: (each.pk, each.key) for each in rows if each.name != "Ny"} == {
        "MADS": before["Mads"],
        "Stine": before["Stine"],
    }
    assert len({each.key for each in rows}) == 3
    assert changed(world, service, [Contact("Stine Hansen", email="stine@aau.example")])[0].pk == before["Stine"][0]


def test_of_who_is_named_no_longer_the_trail_says_nothing(world: World) -> None:
    service = offer(world)
    gone = service.contacts.get().pk
    trail = Change.objects.filter(table="matching_servicecontact", row=str(gone))
    assert "Stine" in str(list(trail.values_list("old", "new")))
    changed(world, service, [Contact("Ny", phone="99")])
    assert {(row.old, row.new) for row in trail} == {(None, None)}
    assert trail.count() == 2, "that somebody was added and taken off stays"


def test_the_file_of_erasures_names_a_contact_by_its_key(world: World, settings: Any, tmp_path: Any) -> None:
    settings.ERASURE_FILE = str(tmp_path / "erasures.jsonl")
    contact = offer(world).contacts.get()
    done = erasure.erase(registry.subjects()["service_contact"], contact.pk)
    assert done.key == str(contact.key)
    assert not ServiceContact.objects.exists()


def test_contacts_in_the_trail_are_read_by_who_sees_the_service(world: World) -> None:
    contact = offer(world).contacts.get()
    readable = recording.guards()["matching_servicecontact"]
    for name, seen in (("hub", [contact]), ("odense", [])):
        found = readable(world.actor(name))
        assert found is not None
        assert list(found) == seen


def test_changing_one_thing_by_the_page_leaves_all_its_contacts(world: World) -> None:
    service = offer(world, contacts=[Contact(name, phone="99 40 00 00") for name in ("Stine", "Mads", "Pia")])
    client, address = world.client("AAU"), reverse("matching:service_change", args=[service.pk])
    form = client.get(address).context["form"]
    sent = {name: value for name, value in form.initial.items() if value is not None}
    version = client.get(address).content.decode().split('name="version" value="', 1)[1].split('"', 1)[0]
    answer = client.post(address, sent | {"title": "Nyt navn", "valid_from": "01.09.2020", "version": version})
    assert answer.status_code == 302
    service.refresh_from_db()
    assert (service.title, [each.name for each in service.contacts.all()]) == ("Nyt navn", ["Stine", "Mads", "Pia"])


def test_what_is_wrong_with_a_contact_stands_where_it_was_typed(world: World) -> None:
    sent = {
        "programme": "vvv", "title": "Studieprojekter", "offers": "Finder studerende", "contact_1_name": "Stine",
        "contact_1_phone": "99 40 00 00", "contact_3_name": "Pia", "valid_from": "01.02.2021", "token": "en",
    }  # fmt: skip
    answer = world.client("AAU").post(reverse("matching:service_new"), sent)
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == ["contact_3_phone"]


def test_offered_on_a_day(world: World) -> None:
    offer(world, valid_to=date(2021, 1, 30))
    going_on = offer(world, "UCN", "UCN", valid_from=TODAY)
    assert list(Service.objects.on(TODAY)) == [going_on]


def test_who_sees_the_overview(world: World) -> None:
    service = offer(world)
    seen = {name for name in world.actors if Service.objects.visible_to(world.actor(name)).filter(pk=service.pk)}
    # A KKR member sees figures; Odense lies in another area.
    assert seen == set(world.actors) - {"kkr", "odense"}


def test_the_page_by_partner_with_filters_and_file(world: World) -> None:
    offer(world, municipalities=["0851"], match_types=["internship"])
    offer(world, "UCN", "UCN", title="UCN's indgang")
    client = world.client("hub")
    page = client.get(reverse("matching:services")).content.decode()
    partners = [page.rindex(name) for name in ("Professionshøjskolen UCN", "Aalborg Universitet (AAU)")]
    assert partners == sorted(partners), "Aa is the last letter"
    assert "Stine Studiekontakt, Matchkonsulent, 99 40 00 00, stine@aau.example" in page
    for query, titles in (
        ("municipality=0840", ["UCN"]),  # covers the whole area
        ("municipality=0851", ["Én indgang", "UCN"]),
        ("match_type=internship", ["Én indgang"]),
        ("kind=export", []),
        ("text=ucn+indgang", ["UCN"]),
    ):
        main = client.get(f"{reverse('matching:services')}?{query}&export=csv")
        text = b"".join(main.streaming_content).decode()  # type: ignore[attr-defined]
        assert [name for name in ("Én indgang", "UCN's") if name in text] == [
            "UCN's" if title == "UCN" else title for title in titles
        ], query


def test_a_new_one_by_the_page(world: World) -> None:
    client = world.client("AAU")
    sent = {
        "programme": "vvv", "title": "Studieprojekter", "offers": "Finder studerende", "contact_1_name": "Stine",
        "contact_1_phone": "", "contact_1_email": "", "valid_from": "01.02.2021", "token": "en",
    }  # fmt: skip
    answer = client.post(reverse("matching:service_new"), sent)
    assert answer.status_code == 400
    assert "Skriv et telefonnummer eller en e-mailadresse." in answer.content.decode()
    assert "Finder studerende" in answer.content.decode(), "nothing typed is lost"
    answer = client.post(reverse("matching:service_new"), sent | {"contact_1_phone": "99 40 00 00", "token": "to"})
    service = Service.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/tilbud/{service.pk}/")
    assert client.get(answer["Location"]).status_code == 200
    client.post(reverse("matching:service_new"), sent | {"contact_1_phone": "99 40 00 00", "token": "to"})
    assert Service.objects.count() == 1, "sent twice it is one"


def test_external_parties_are_a_list_that_is_kept(world: World) -> None:
    party = make_party(world.actor("hub"), name="  Revisor  Ring ", kind="private_adviser")
    assert party.name == "Revisor Ring"
    with pytest.raises(ValidationError) as caught:
        make_party(world.actor("AAU"), name="revisor ring", kind="other")
    assert list(caught.value.error_dict) == ["name"]
    with pytest.raises(Refused):
        make_party(world.actor("kkr"), name="Andet", kind="other")
    change_party(world.actor("AAU"), party, name="Revisor Ring", kind="private_adviser", active=False)
    assert not ExternalParty.objects.get(pk=party.pk).active
    names = set(ExternalParty.objects.values_list("name", flat=True))
    assert {"Eksportrådet", "Innovationsfonden", "EIFO (tidligere Vækstfonden)"} <= names
    with pytest.raises(IntegrityError), transaction.atomic():
        ExternalParty.objects.filter(pk=outside().pk).update(kind="bank")
