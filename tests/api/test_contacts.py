"""Contacts, needs and the people at companies over the API: as on the pages, once, and of what was seen."""

from datetime import timedelta

from django.utils import timezone

from matching.models import Company, CompanyContact, ContactPerson, Need
from tests.api.conftest import World

OFFICE, PARTNER, POLITICIAN = "erhvervskontor", "partner", "kkr"


def company() -> Company:
    made: Company = Company.objects.create(name="Prøve Kontakt ApS", municipality_id="0851", fictional=True)
    return made


def test_a_contact_is_registered_once_and_partners_read_no_text(world: World) -> None:
    at, today = company(), timezone.localdate()
    person = world.post("contact-people/", OFFICE, {"company": at.pk, "name": "Bente Bager", "phone": "98 12 34 56"})
    assert person.status == 201
    body = {
        "company": at.pk, "contacted_on": today.isoformat(), "kind": "phone", "themes": ["sales"], "text": "Fortroligt",
        "contact_person": person.body["id"], "next_step": "Ring", "next_step_on": today.isoformat(),
    }  # fmt: skip
    first = world.post("company-contacts/", OFFICE, body, Idempotency_Key="k-1")
    again = world.post("company-contacts/", OFFICE, body, Idempotency_Key="k-1")
    assert (first.status, again.status, CompanyContact.objects.count()) == (201, 200, 1)
    assert (first.body["text"], first.body["first"], first.body["readable"]) == ("Fortroligt", True, True)
    path = f"company-contacts/{first.body['id']}/"
    seen = world.get(path, PARTNER).body
    assert (seen["text"], seen["contact_person"], seen["next_step"], seen["readable"]) == (None, None, "Ring", False)
    assert world.get(path, POLITICIAN).status == 403

    assert world.post(f"{path}correct/", PARTNER, {"text": "x"}, If_Match="*").status == 403
    assert world.post(f"{path}correct/", OFFICE, {"text": "x"}, If_Match='"anden"').status == 412
    changed = world.post(
        f"{path}correct/", OFFICE, {"shared_text": True}, If_Match=world.get(path, OFFICE).headers["ETag"]
    )
    assert (changed.status, changed.body["text"], changed.body["themes"]) == (200, "Fortroligt", ["sales"])
    assert world.get(path, PARTNER).body["text"] == "Fortroligt"
    assert world.post(f"{path}step/", OFFICE, {"done_on": today.isoformat()}, If_Match="*").status == 200
    assert world.post(f"{path}undo/", OFFICE, {}, If_Match="*").body["withdrawn_at"] is not None
    (row,) = world.get("company-contacts/?updated_since=2020-01-01", PARTNER).body["results"]
    assert row["withdrawn_at"] is not None


def test_what_is_wrong_is_told_at_its_name(world: World) -> None:
    at, tomorrow = company(), (timezone.localdate() + timedelta(days=1)).isoformat()
    wrong = world.post("company-contacts/", OFFICE, {"company": at.pk, "contacted_on": tomorrow, "kind": "visit"})
    assert (wrong.status, list(wrong.errors)) == (400, ["contacted_on"])
    wrong = world.post("company-contacts/", OFFICE, {"company": 10**9, "contacted_on": "2026-01-02", "kind": "visit"})
    assert (wrong.status, list(wrong.errors)) == (400, ["company"])
    wrong = world.post("needs/", OFFICE, {"company": at.pk, "found_on": "i går", "kind": "job_profile", "wish": ""})
    assert (wrong.status, set(wrong.errors)) == (400, {"found_on", "wish"})
    assert (ContactPerson.objects.count(), CompanyContact.objects.count(), Need.objects.count()) == (0, 0, 0)


def test_a_need_is_shared_worked_on_closed_and_opened_again(world: World) -> None:
    body = {
        "company": company().pk, "found_on": timezone.localdate().isoformat(), "kind": "student_case",
        "wish": "En case", "competences": ["it"], "match_types": ["student_project"], "start_month": "2027-02",
        "number_wanted": 3,
    }  # fmt: skip
    made = world.post("needs/", OFFICE, body)
    assert (made.status, made.body["start_month"], made.body["visibility"]) == (201, "2027-02", "own")
    path = f"needs/{made.body['id']}/"
    assert world.get(path, PARTNER).status == 404
    assert world.post(f"{path}change/", OFFICE, {"visibility": "partners"}, If_Match="*").status == 200
    assert world.get(path, PARTNER).body["wish"] == "En case"
    assert world.post(f"{path}step/", OFFICE, {"candidates": 2}, If_Match="*").body["status"] == "in_progress"
    assert world.post(f"{path}close/", OFFICE, {"reason": "nothing"}, If_Match="*").status == 400
    closed = world.post(f"{path}close/", OFFICE, {"reason": "mobility", "note": "Langt"}, If_Match="*")
    assert (closed.body["status"], closed.body["close_reason"]) == ("closed", "mobility")
    assert world.post(f"{path}reopen/", OFFICE, {}, If_Match="*").body["status"] == "in_progress"
    assert [row["id"] for row in world.get("needs/?competence=it&status=in_progress", PARTNER).body["results"]] == [
        made.body["id"]
    ]
