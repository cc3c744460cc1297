"""Switching role; a form is sent as whom it was opened for; an auditor sends none; the map is what the portal asks."""

from datetime import date, timedelta

import pytest
from django.test import Client

from portal.identity import rights
from portal.identity.acting import ACTING_AS, SWITCH_BACK
from portal.identity.members import tasks
from portal.identity.models import Deputy, Invitation, Membership, Organisation
from portal.identity.roles import READ_ONLY_ROLES, Role
from tests.identity.members.conftest import Make, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def both(make: Make, hub: Organisation, kkr: Organisation) -> tuple[Membership, Membership]:
    """One person: administrator at the hub, and administrator of the KKR."""
    return make(hub, Role.ADMINISTRATOR, "anne"), make(kkr, Role.ADMINISTRATOR, "anne")


def test_switching_and_back_to_where_one_was(both: tuple[Membership, Membership]) -> None:
    first, second = both
    client = client_of(first.user)
    assert client.get("/medlemmer/").wsgi_request.actor.membership == first
    there = client.post("/skift-rolle/", {"choice": second.pk, "next": "/medlemmer/"}, follow=True)
    assert there.redirect_chain == [("/medlemmer/", 302)]
    assert there.wsgi_request.actor.membership == second
    assert "Du handler nu som administrator for KKR." in there.content.decode()
    # The operation is the hub's: it is not for the KKR's administrator, so the way leads home.
    client.post("/skift-rolle/", {"choice": first.pk})
    home = client.post("/skift-rolle/", {"choice": second.pk, "next": "/drift/"}, follow=True)
    assert [path for path, _status in home.redirect_chain][:2] == ["/drift/", "/"]
    assert "ikke for denne rolle" in home.content.decode()
    # Once only: a page that one asks for oneself is refused as ever.
    assert client.get("/drift/").status_code == 403
    out = client.post("/skift-rolle/", {"choice": first.pk, "next": "https://ondt.example/"})
    assert out["Location"] == "/"


def test_nobody_elses_membership(both: tuple[Membership, Membership], make: Make, kkr: Organisation) -> None:
    first, _second = both
    other = make(kkr, Role.KKR_SECRETARIAT)
    client = client_of(first.user)
    answer = client.post("/skift-rolle/", {"choice": other.pk}, follow=True)
    assert answer.wsgi_request.actor.membership == first
    assert "Du har ikke længere den rolle" in answer.content.decode()


def form(today: date, organisation: Organisation, **more: object) -> dict[str, object]:
    return {"name": "Ny & <b>", "email": "ny@demo.example", "organisation": organisation.pk,
            "roles": ["auditor", "administrator"], "valid_from": today.isoformat(),
            "valid_to": (today + timedelta(days=9)).isoformat(), **more}  # fmt: skip


def test_a_form_of_another_window_is_not_saved(
    both: tuple[Membership, Membership], hub: Organisation, today: date
) -> None:
    first, second = both
    client = client_of(first.user)
    page = client.get("/medlemmer/inviter/").content.decode()
    assert f'<input type="hidden" name="{ACTING_AS}" value="{first.pk}">' in page
    client.post("/skift-rolle/", {"choice": second.pk})
    answer = client.post("/medlemmer/inviter/", form(today, hub, **{ACTING_AS: first.pk}))
    text = answer.content.decode()
    assert answer.status_code == 409
    assert not Invitation.objects.exists()
    assert "Du skiftede rolle i et andet vindue" in text
    assert 'name="name" value="Ny &amp; &lt;b&gt;"' in text, "what was typed is carried along"
    assert text.count('name="roles"') == 2
    # Sent again from that page: first back to the role it was opened in.
    done = client.post("/medlemmer/inviter/", form(today, hub, **{ACTING_AS: second.pk, SWITCH_BACK: first.pk}))
    assert done.status_code == 302
    assert Invitation.objects.get().organisation == hub
    assert client.get("/medlemmer/").wsgi_request.actor.membership == first


def test_a_role_that_is_no_more_cannot_be_switched_back_to(
    both: tuple[Membership, Membership], hub: Organisation, today: date
) -> None:
    first, second = both
    client = client_of(first.user)
    Membership.objects.filter(pk=first.pk).update(valid_from=today - timedelta(days=9), valid_to=today - timedelta(1))
    for more in ({ACTING_AS: first.pk}, {ACTING_AS: first.pk, SWITCH_BACK: first.pk}):
        answer = client.post("/medlemmer/inviter/", form(today, hub, **more))
        assert answer.status_code == 409
        assert "ikke længere har" in answer.content.decode()
    assert client.get("/medlemmer/").wsgi_request.actor.membership == second


def test_signing_out_and_language_go_in_any_role(both: tuple[Membership, Membership]) -> None:
    client = client_of(both[0].user)
    assert client.post("/sprog/", {"language": "en", ACTING_AS: "0"}).status_code == 302
    assert client.post("/log-af/", {ACTING_AS: "0"}).status_code == 302


def test_an_auditor_reads_and_sends_nothing(make: Make, hub: Organisation, today: date) -> None:
    make(hub, Role.ADMINISTRATOR)
    auditor = make(hub, Role.AUDITOR)
    client = client_of(auditor.user)
    assert client.get("/medlemmer/").status_code == 200
    refused = client.post("/medlemmer/inviter/", form(today, hub))
    assert refused.status_code == 403
    assert "Din rolle kan læse, men ikke ændre noget." in refused.content.decode()
    assert client.post("/sprog/", {"language": "en"}).status_code == 302
    assert client.post("/log-af/").status_code == 302


def test_no_action_lets_a_reading_role_write() -> None:
    wrong = [
        action.key
        for action in rights.actions().values()
        if not action.reads and rights.roles_of(action) & READ_ONLY_ROLES
    ]
    assert wrong == []
    assert any(Role.AUDITOR in rights.roles_of(action) for action in rights.actions().values())


def test_every_action_says_what_it_is() -> None:
    assert [key for key, action in rights.actions().items() if len(str(action.title)) < 8] == []
    assert [key for key, action in rights.actions().items() if action.deputisable and action.reads] == []


def test_the_map_is_read_by_everybody_and_taken_along_by_few(make: Make, hub: Organisation) -> None:
    adviser, dpo = client_of(make(hub, Role.HUB_ADVISER).user), client_of(make(hub, Role.DATA_PROTECTION_OFFICER).user)
    page = adviser.get("/roller-og-rettigheder/").content.decode()
    assert "registrere match" in page
    assert "export=csv" not in page
    assert adviser.get("/roller-og-rettigheder/?export=csv").status_code == 403
    file = b"".join(dpo.get("/roller-og-rettigheder/?export=csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    lines = file.splitlines()
    assert len(lines) == 1 + len(rights.actions())
    register = next(line for line in lines if line.endswith("matching.register_match"))
    yes = [role for role, said in zip(Role, register.split(";")[4:-1], strict=True) if said == "ja"]
    assert yes == [Role.ADVISER, Role.HUB_ADVISER, Role.EDUCATION_PARTNER, Role.UNEMPLOYMENT_FUND_PARTNER]


def test_a_refusal_names_who_can_give_the_role(make: Make, hub: Organisation) -> None:
    make(hub, Role.ADMINISTRATOR, "anne")
    page = client_of(make(hub, Role.HUB_ADVISER).user).get("/drift/").content.decode()
    assert "anne@demo.example" in page


def test_the_operation_is_the_operators(make: Make, hub: Organisation, kkr: Organisation) -> None:
    assert client_of(make(hub, Role.ADMINISTRATOR, "anne").user).get("/drift/").status_code == 200
    refused = client_of(make(kkr, Role.ADMINISTRATOR, "karen").user).get("/drift/")
    assert refused.status_code == 403
    assert "Erhvervshus Nordjylland driver portalen" in refused.content.decode()


def test_the_list_and_its_file_are_the_same(
    make: Make, municipality: Organisation, jobcentre: Organisation, kkr: Organisation
) -> None:
    admin = client_of(make(municipality, Role.ADMINISTRATOR, "kim").user)
    make(jobcentre, Role.ADVISER, "jette")
    make(kkr, Role.KKR_VIEWER, "fremmed")
    page = admin.get("/medlemmer/").content.decode()
    assert "jette@demo.example" in page, "a municipality's administrator sees its parts"
    assert "fremmed@demo.example" not in page
    file = b"".join(admin.get("/medlemmer/?role=adviser&export=csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert [line.split(";")[0] for line in file.splitlines()[1:]] == ["Jette"]
    assert "jette@" not in admin.get("/medlemmer/?state=over").content.decode()
    assert admin.get("/medlemmer/?state=findes-ikke").status_code == 200


def test_sources_of_open_work_are_registered() -> None:
    assert {source.key for source in tasks.sources()} >= {
        "reporting.uploads", "reporting.proposals", "reporting.assessments", "reporting.drafts",
    }  # fmt: skip
    assert [source.key for source in tasks.sources() if source.hand_over is None and not source.stays] == []


def test_nobody_signed_in_meets_the_sign_in_page() -> None:
    assert Client().post("/skift-rolle/", {"choice": "1"}).status_code == 302
    assert Deputy.objects.count() == 0
