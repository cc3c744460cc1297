"""Tokens: made by a command that prints nothing else, kept as a hash, valid as long as the membership."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from portal.identity.models import ApiToken, Membership, User
from portal.identity.tokens import digest, issue
from tests.api.conftest import World


def test_the_command_prints_one_token_and_nothing_else(world: World) -> None:
    printed, said = StringIO(), StringIO()
    call_command("api_token", "Raadgiver@demo.example", stdout=printed, stderr=said)
    token = printed.getvalue().removesuffix("\n")
    assert token.startswith("vb_")
    assert len(token) == 3 + 43  # 32 bytes
    assert "\n" not in token
    assert said.getvalue() == ""
    assert world.get("programmes/", None, Authorization=f"Bearer {token}").status == 200


def test_only_the_hash_is_kept(world: World) -> None:
    token = world.token("partner")
    assert token not in "".join(map(str, ApiToken.objects.values_list()))
    assert ApiToken.objects.get().digest == digest(token)


def test_every_token_is_another(world: World) -> None:
    membership = world.actor("partner").membership
    assert membership is not None
    assert len({issue(membership) for _ in range(50)}) == 50


def test_the_command_says_why_not(world: World) -> None:
    User.objects.create_user("rolleloes@demo.example", "Uden rolle")
    for email in ("nobody@demo.example", "rolleloes@demo.example"):
        printed = StringIO()
        with pytest.raises(CommandError, match=email):
            call_command("api_token", email, stdout=printed)
        assert printed.getvalue() == ""


def test_a_closed_user_gets_no_token(world: World) -> None:
    User.objects.filter(email="partner@demo.example").update(is_active=False)
    with pytest.raises(CommandError):
        call_command("api_token", "partner@demo.example", stdout=StringIO())


def test_a_token_that_does_not_hold(world: World) -> None:
    for header in ("Bearer vb_wrong", "Bearer", "Bearer a b", "Token vb_x", "Basic dXNlcjpwYXNz", "vb_x", "Bearer æ"):
        answer = world.get("programmes/", None, Authorization=header)
        assert answer.status == 401, header
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Vaekstbro", error="invalid_token"'


def test_no_token(world: World) -> None:
    answer = world.get("programmes/", None)
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Vaekstbro"'


def test_the_token_ends_with_the_membership(world: World) -> None:
    world.token("partner")
    Membership.objects.filter(user__email="partner@demo.example").update(
        valid_to=timezone.localdate() - timedelta(days=1)
    )
    assert world.get("programmes/").status == 401


def test_the_token_does_not_move_to_another_role(world: World) -> None:
    """Made for one membership, it must not open what a later one may."""
    membership = Membership.objects.get(user__email="kkr@demo.example")
    world.token("kkr")
    Membership.objects.create(
        user=membership.user,
        organisation=world.organisation("Jobcenter Aalborg"),
        role="adviser",
        valid_from=membership.valid_from,
    )
    membership.valid_to = timezone.localdate() - timedelta(days=1)
    membership.save()
    assert world.get("matches/", "kkr").status == 401


def test_a_closed_user_is_shut_out_at_once(world: World) -> None:
    world.token("partner")
    User.objects.filter(email="partner@demo.example").update(is_active=False)
    assert world.get("programmes/").status == 401


def test_the_pages_session_opens_nothing_here(world: World) -> None:
    client = Client()
    client.force_login(User.objects.get(email="partner@demo.example"))
    assert client.get("/api/v1/programmes/").status_code == 401
