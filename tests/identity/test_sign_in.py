"""Signing in and off by e-mail address and password."""

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from portal.identity.demo_password import DEMO_PASSWORD
from portal.identity.models import SignInEvent, User

pytestmark = pytest.mark.django_db
ADDRESS = "/log-ind/"


@pytest.fixture
def user() -> User:
    return User.objects.create_user("ida@demo.example", "Ida", "en-lang-adgangskode")


def sign_in(client: Client, email: str, password: str, **more: str) -> object:
    return client.post(ADDRESS, {"username": email, "password": password, **more})


def test_the_address_may_be_written_in_any_case(client: Client, user: User) -> None:
    response = sign_in(client, "IDA@demo.example", "en-lang-adgangskode", next="/privatliv/")
    assert response.status_code == 302  # type: ignore[attr-defined]
    assert response["Location"] == "/privatliv/"  # type: ignore[index]
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_next_elsewhere_is_not_followed(client: Client, user: User) -> None:
    response = sign_in(client, "ida@demo.example", "en-lang-adgangskode", next="https://evil.example/")
    assert response["Location"] == "/"  # type: ignore[index]


@pytest.mark.parametrize(
    ("email", "password"), [("ida@demo.example", "forkert"), ("ukendt@demo.example", "en-lang-adgangskode")]
)
def test_a_wrong_password_and_an_unknown_address_are_answered_alike(
    client: Client, user: User, email: str, password: str
) -> None:
    content = sign_in(client, email, password).content.decode()  # type: ignore[attr-defined]
    assert "hører ikke sammen" in content
    assert f'value="{email}"' in content
    assert "_auth_user_id" not in client.session


def test_a_closed_user_cannot_sign_in(client: Client, user: User) -> None:
    User.objects.update(is_active=False)
    sign_in(client, "ida@demo.example", "en-lang-adgangskode")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(("demo", "inside"), [(True, True), (False, False)])
def test_the_demo_password_opens_nothing_outside_the_demo_area(client: Client, demo: bool, inside: bool) -> None:
    User.objects.create_user("demo@demo.example", "Demo", DEMO_PASSWORD)
    with override_settings(DEMO_AREA=demo):
        sign_in(client, "demo@demo.example", DEMO_PASSWORD)
    assert ("_auth_user_id" in client.session) is inside


def test_signing_off_is_a_post_and_says_so(client: Client, user: User) -> None:
    client.force_login(user)
    assert client.get(reverse("sign_off")).status_code == 405
    response = client.post(reverse("sign_off"), follow=True)
    assert "Du er logget af" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_page_asks_for_sign_in_and_comes_back(client: Client) -> None:
    response = client.get("/match/")
    assert response["Location"] == "/log-ind/?next=/match/"


def test_what_happened_names_its_request(client: Client, user: User) -> None:
    """So that the log of the server, the trail and the person's own list tell of the same thing."""
    answer = client.post("/log-ind/", {"username": user.email, "password": "forkert-adgangskode"})
    assert SignInEvent.objects.latest("pk").request == answer.headers["X-Request-ID"]
