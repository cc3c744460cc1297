"""Drafts: kept, used, thrown away, forgotten; and seen by their writer alone."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from portal.drafts import keeping, nightly
from portal.drafts.models import Edit, FormDraft
from portal.identity.actor import actor_for
from portal.identity.models import Membership, Organisation, User
from portal.identity.roles import OrganisationKind, Role
from reporting import measures
from reporting.models import Target
from reporting.observations import make_series
from tests.forms import reads, sends
from tests.ledger.test_concurrency import started, wait_until, waits_for_a_lock
from tests.reporting.conftest import World, make_user

pytestmark = pytest.mark.django_db
KEEP, AWAY, LIST = "/kladder/gem/", "/kladder/kasser/", "/kladder/"


@pytest.fixture
def officer() -> User:
    return make_user(Role.KKR_SECRETARIAT)


@pytest.fixture
def browser(officer: User, world: World) -> Client:
    client = Client()
    client.force_login(officer)
    return client


def form(world: World) -> str:
    return reverse("reporting:target_new", args=[world.programme.slug])


def test_kept_by_the_button_offered_used_and_gone_when_sent(browser: Client, world: World) -> None:
    address = form(world)
    begun = {**sends(browser.get(address)), "name": "Halvt skrevet", "note": "Mere i morgen", "amount": "tolv"}
    answer = browser.post(KEEP, begun)
    assert answer["Location"] == f"{address}?kladde=1"
    draft = FormDraft.objects.get()
    assert draft.form == address
    assert not {"csrfmiddlewaretoken", "token", "draft_page", "draft_form"} & set(draft.fields)
    offered = browser.get(address)
    assert "Du har en kladde fra" in reads(offered)
    assert sends(offered)["name"] == [""], "only who wants it uses it"
    used = browser.get(f"{address}?kladde=1")
    filled = sends(used)
    assert (filled["name"], filled["note"], filled["amount"]) == (["Halvt skrevet"], ["Mere i morgen"], ["tolv"])
    assert used.status_code == 200, "what is wrong is said when it is sent"
    wrong = browser.post(f"{address}?kladde=1", filled)
    assert wrong.status_code == 400
    assert FormDraft.objects.exists(), "not sent yet"
    assert browser.post(address, {**filled, "amount": "12", "form": "maximum", "basis": "whole"}).status_code == 302
    assert not FormDraft.objects.exists()


def test_the_script_is_answered_in_json_and_a_late_copy_makes_no_draft(browser: Client, world: World) -> None:
    address = form(world)
    begun = {**sends(browser.get(address)), "name": "Nyt måltal", "amount": "12"}
    script = {"headers": {"Accept": "application/json"}}
    answer = browser.post(KEEP, begun, **script)  # type: ignore[arg-type]
    assert answer.json()["state"] == "saved"
    assert answer.json()["clock"] == timezone.localtime(FormDraft.objects.get().updated_at).strftime("%H.%M")
    assert browser.post(address, begun).status_code == 302
    assert not FormDraft.objects.exists()
    assert browser.post(KEEP, begun, **script).json() == {"state": "sent"}  # type: ignore[arg-type]
    assert not FormDraft.objects.exists()
    assert browser.post(KEEP, {"draft_form": "/log-ind/"}, **script).status_code == 400  # type: ignore[arg-type]


def test_what_looks_like_a_cpr_number_is_not_kept_and_that_is_said(browser: Client, world: World) -> None:
    """Nobody has been asked yet what the number is. What else was typed is kept."""
    begun = {**sends(browser.get(form(world))), "name": "Nyt måltal", "note": "Se sagen om 010190-1234 i dag"}
    script = {"headers": {"Accept": "application/json"}}
    told = browser.post(KEEP, begun, **script).json()  # type: ignore[arg-type]
    assert (told["state"], told["without"]) == (
        "saved", "Det, der ligner et CPR-nummer, gemmes ikke i en kladde."
    )  # fmt: skip
    fields = FormDraft.objects.get().fields
    assert (fields["name"], fields["note"]) == (["Nyt måltal"], ["Se sagen om xxxxxx-xxxx i dag"])
    page = reads(browser.post(KEEP, begun, follow=True))
    assert "Det, der ligner et CPR-nummer, gemmes ikke i en kladde." in page
    assert browser.post(KEEP, {**begun, "note": "Intet"}, **script).json()["without"] == ""  # type: ignore[arg-type]
    browser.post(KEEP, {**begun, "p_number": "1003123456"})
    assert FormDraft.objects.get().fields["p_number"] == ["1003123456"]


def test_a_draft_brings_the_version_it_was_begun_on(browser: Client, world: World) -> None:
    address = reverse("reporting:target_change", args=[world.programme.slug, "matches"])
    why = {"reason": "Aftalt", "reason_code": "agreement"}
    browser.post(KEEP, {**sends(browser.get(address)), **why, "amount": "2.200"})
    assert browser.post(address, {**sends(browser.get(address)), **why, "amount": "2.100"}).status_code == 302
    assert not FormDraft.objects.exists(), "sending the form ends its draft"
    FormDraft.objects.all().delete()
    opened = sends(browser.get(address))
    browser.post(KEEP, {**opened, **why, "amount": "2.300"})
    other = Client()
    other.force_login(make_user(Role.HUB_CONTROLLER))
    assert other.post(address, {**sends(other.get(address)), **why, "amount": "2.150"}).status_code == 302
    used = sends(browser.get(f"{address}?kladde=1"))
    assert used["amount"] == ["2.300"]
    answer = browser.post(address, used)
    assert answer.status_code == 409
    assert "Mit: 2.300 Sådan står det nu: 2.150" in reads(answer)


def test_nobody_else_has_it(browser: Client, officer: User, world: World) -> None:
    address = form(world)
    browser.post(KEEP, {**sends(browser.get(address)), "name": "Kun mit"})
    for role in (Role.KKR_SECRETARIAT, Role.ADMINISTRATOR, Role.HUB_CONTROLLER):
        organisation = Organisation.objects.create(
            name=f"Anden {role}", kind=OrganisationKind.KKR, area=world.programme.area
        )
        other = Client()
        other.force_login(make_user(role, organisation))
        assert "Kun mit" not in other.get(LIST).content.decode()
        assert "Du har ingen kladder" in reads(other.get(LIST))
        if role != Role.ADMINISTRATOR:
            assert "Kun mit" not in other.get(f"{address}?kladde=1").content.decode()
        other.post(AWAY, {"draft_form": address})
    assert FormDraft.objects.count() == 1, "nor can they throw it away"
    # Nor the same person, acting for another organisation.
    Membership.objects.filter(user=officer).update(valid_to=date(2020, 1, 2))
    elsewhere = Organisation.objects.create(name="KKR B", kind=OrganisationKind.KKR, area=world.programme.area)
    Membership.objects.create(
        user=officer, organisation=elsewhere, role=Role.KKR_SECRETARIAT, valid_from=date(2020, 1, 1)
    )
    assert "Kun mit" not in browser.get(f"{address}?kladde=1").content.decode()


def test_who_may_not_use_the_form_keeps_no_draft_of_it(world: World) -> None:
    reader = Client()
    reader.force_login(make_user(Role.KKR_VIEWER))
    assert reader.post(KEEP, {"draft_form": form(world), "name": "x"}).status_code == 403
    assert not FormDraft.objects.exists()


def test_what_is_never_kept(browser: Client, officer: User) -> None:
    owner = officer.memberships.get().organisation
    series = make_series("volumen", "Volumen", measures.VOLUME, owner)
    address = reverse("reporting:observation_register", args=[series.key])
    opened = sends(browser.get(address))
    assert "company" in opened
    browser.post(KEEP, {**opened, "company": "99000031", "new_password": "hemmelig", "source": "Mødet"})
    kept = FormDraft.objects.get().fields
    assert kept["source"] == ["Mødet"]
    assert not {"company", "new_password", "token", "csrfmiddlewaretoken"} & set(kept)


def test_listed_and_thrown_away(browser: Client, world: World) -> None:
    address = form(world)
    browser.post(KEEP, {**sends(browser.get(address)), "name": "x"})
    text = reads(browser.get(LIST))
    assert "Nyt måltal" in text
    assert browser.post(AWAY, {"draft_form": address, "next": "form"})["Location"] == address
    assert not FormDraft.objects.exists()
    assert browser.post(AWAY, {"draft_form": "https://elsewhere.example/", "next": "form"})["Location"] == LIST


def test_too_long_and_too_many_are_refused(browser: Client, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    address = form(world)
    opened = sends(browser.get(address))
    assert browser.post(KEEP, {**opened, "note": "x" * keeping.LARGEST}).status_code == 400
    monkeypatch.setattr(keeping, "MOST", 0)
    assert browser.post(KEEP, opened).status_code == 400
    assert not FormDraft.objects.exists()


def test_old_ones_go_every_night_and_a_person_is_forgotten(browser: Client, officer: User, world: World) -> None:
    address = form(world)
    for age, left in ((29, 1), (31, 0)):
        browser.post(KEEP, {**sends(browser.get(address)), "name": "x"})
        Edit.objects.create(thing="target:1", user=officer)
        FormDraft.objects.update(updated_at=timezone.now() - timedelta(days=age))
        Edit.objects.update(at=timezone.now() - timedelta(days=age))
        outcome = nightly.drafts_expire(None)  # type: ignore[arg-type]  # a run has nothing it needs
        assert outcome is not None
        assert (FormDraft.objects.count(), min(Edit.objects.count(), 1)) == (left, left)
    browser.post(KEEP, {**sends(browser.get(address)), "name": "x"})
    Edit.objects.create(thing="target:1", user=officer)
    assert keeping.forget(officer) == 2
    assert not FormDraft.objects.exists()
    assert Target.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_copy_that_comes_while_the_form_is_accepted_makes_no_draft(
    browser: Client, officer: User, world: World
) -> None:
    """On a connection of its own it waits for the acceptance and then sees it."""
    address = form(world)
    begun = {**sends(browser.get(address)), "name": "Nyt måltal"}
    copy = Client()
    copy.cookies = browser.cookies
    request = RequestFactory().post(address, begun)
    request.session = browser.session  # type: ignore[assignment]
    with transaction.atomic():
        keeping.sent(request, actor_for(officer), address)
        late = started(lambda: copy.post(KEEP, begun))
        wait_until(waits_for_a_lock(late))
    late.done()
    assert not FormDraft.objects.exists()
