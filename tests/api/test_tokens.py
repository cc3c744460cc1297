"""Tokens: made by a command that prints nothing else, kept as a hash, valid as long as the membership."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from django.utils import timezone

from portal import api_urls
from portal.identity import rights, token_rate
from portal.identity.models import ApiToken, Membership, User
from portal.identity.scopes import Scope
from portal.identity.tokens import digest, issue, issue_token
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


# ----------------------------------------------------------------------------------------------------------- scopes
def scoped(world: World, who: str, *scopes: Scope) -> dict[str, str]:
    """The header of a token of the person with these scopes alone."""
    membership = world.actor(who).membership
    assert membership is not None
    return {"Authorization": f"Bearer {issue(membership, scopes)}"}


def test_a_token_does_what_it_was_made_for_and_no_more(world: World) -> None:
    match = world.register()
    paths: dict[str, Scope] = {
        "programmes/": Scope.READ,
        f"figures/?programme={world.programme.slug}": Scope.READ,
        "contracts/": Scope.READ,
        "series/": Scope.READ,
        "companies/": Scope.RECORDS_READ,
        "matches/": Scope.RECORDS_READ,
        f"matches/{match.pk}/": Scope.RECORDS_READ,
        f"facts/?programme={world.programme.slug}": Scope.RECORDS_READ,
    }
    for scope in Scope:
        bearer = scoped(world, "partner", scope)
        for path, needed in paths.items():
            answer = world.get(path, None, **bearer)
            assert answer.status == (200 if scope == needed else 403), (scope, path)
        registered = world.post("matches/", None, world.entry(), **bearer)
        assert registered.status == (201 if scope == Scope.MATCHES_WRITE else 403), scope


def test_the_scope_that_is_missing_is_named(world: World) -> None:
    bearer = scoped(world, "partner", Scope.READ)
    said = []
    for language in ("da", "en"):
        answer = world.post("matches/", None, world.entry(), Accept_Language=language, **bearer)
        assert answer.status == 403
        assert answer.body["type"] == "/api/v1/problems/insufficient-scope"
        assert answer.body["scope"] == "matches:write"
        assert "matches:write" in answer.body["detail"]
        # RFC 6750, section 3: the error and the scope that is needed.
        assert answer.headers["WWW-Authenticate"] == (
            'Bearer realm="Vaekstbro", error="insufficient_scope", scope="matches:write"'
        )
        said.append(answer.body["detail"])
    assert said[0] != said[1]


def test_a_scope_gives_no_right_that_the_role_lacks(world: World) -> None:
    """The role is asked first: nobody is sent for a scope that would not help."""
    answer = world.get("matches/", "kkr")
    assert (answer.status, answer.body["type"]) == (403, "/api/v1/problems/refused")
    assert "WWW-Authenticate" not in answer.headers


def every_pattern(resolver: Any) -> Iterator[Any]:
    """The addresses, however deep they are included."""
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from every_pattern(pattern)
        else:
            yield pattern


def test_every_right_of_the_api_has_a_scope() -> None:
    """An action without one is closed to tokens, so a view that asks for it would be closed to everybody."""
    asked = {
        action
        for pattern in every_pattern(get_resolver(api_urls))
        for action in getattr(
            getattr(pattern.callback, "view_class", None) or pattern.callback.cls, "rights", {}
        ).values()
    }
    assert len(asked) > 8
    assert [action for action in sorted(asked) if rights.actions()[action].scope is None] == []


def test_what_has_no_scope_is_not_open_to_tokens(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    action = rights.actions()["programmes.view_programmes"]
    closed = rights.Action(action.key, action.roles, action.refusal, None)
    monkeypatch.setitem(rights._actions, action.key, closed)
    assert world.get("programmes/").body["type"] == "/api/v1/problems/insufficient-scope"


# ----------------------------------------------------------------------------------------- expiry, revocation, use
def test_an_expired_token_says_so(world: World) -> None:
    world.token("partner")
    ApiToken.objects.update(created_at=timezone.now() - timedelta(days=90), expires_at=timezone.now())
    day = timezone.localdate().isoformat()
    for language, word in (("da", "udløb"), ("en", "expired")):
        answer = world.get("programmes/", Accept_Language=language)
        assert answer.status == 401
        assert word in answer.body["detail"]
        assert day in answer.body["detail"]
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_it_lasts_90_days_when_nobody_says_otherwise(world: World) -> None:
    made = timezone.now()
    world.token("partner")
    for days, status in ((89, 200), (91, 401)):
        with time_machine.travel(made + timedelta(days=days)):
            assert world.get("programmes/").status == status, days


def test_a_revoked_token_opens_nothing_from_then_on(world: World) -> None:
    world.token("partner")
    assert world.get("programmes/").status == 200
    ApiToken.objects.update(revoked_at=timezone.now())
    answer = world.get("programmes/", Accept_Language="en")
    assert (answer.status, "revoked" in answer.body["detail"]) == (401, True)


def used(world: World) -> Any:
    return ApiToken.objects.get(digest=digest(world.token("partner"))).last_used_at


def test_when_it_was_last_used_is_noted_at_most_once_a_minute(world: World) -> None:
    start = timezone.now()
    world.token("partner")
    assert used(world) is None
    with time_machine.travel(start + timedelta(seconds=1), tick=False):
        world.get("programmes/")
    first = used(world)
    assert first == start + timedelta(seconds=1)
    with (
        time_machine.travel(start + timedelta(seconds=60), tick=False),
        CaptureQueriesContext(connection) as asked,
    ):
        world.get("programmes/")
    assert used(world) == first
    assert not any(query["sql"].startswith("UPDATE") for query in asked.captured_queries)
    with time_machine.travel(start + timedelta(seconds=62), tick=False):
        world.post("matches/", "partner", {})  # refused, and used all the same
    assert used(world) == start + timedelta(seconds=62)


def test_a_refused_token_is_not_used(world: World) -> None:
    world.token("partner")
    ApiToken.objects.update(revoked_at=timezone.now())
    world.get("programmes/")
    assert used(world) is None


@pytest.mark.django_db(transaction=True)
def test_the_use_is_written_after_the_reading(committed_world: World) -> None:
    """The transaction of a GET is READ ONLY: written inside it, this would be an error and not a row."""
    assert committed_world.get("programmes/").status == 200
    assert used(committed_world) is not None


# ------------------------------------------------------------------------------------------- what the database holds
def changed(**given: Any) -> Callable[[ApiToken], None]:
    def change(token: ApiToken) -> None:
        ApiToken.objects.filter(pk=token.pk).update(**given)

    return change


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("api_token_expires_within_a_year", changed(expires_at=timezone.now() + timedelta(days=368))),
        ("api_token_expires_within_a_year", changed(expires_at=timezone.now() - timedelta(days=1))),
        ("api_token_scopes_known", changed(scopes=[])),
        ("api_token_scopes_known", changed(scopes=["read", "everything"])),
        ("api_token_has_a_name", changed(name="  ")),
    ],
)
def test_the_database_refuses(world: World, constraint: str, change: Callable[[ApiToken], None]) -> None:
    world.token("partner")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        change(ApiToken.objects.get())


def test_a_name_is_given_once_until_it_is_revoked(world: World) -> None:
    user = world.actor("partner").user
    issue_token(user, "Natlig kopi")
    with pytest.raises(ValidationError):
        issue_token(user, "Natlig kopi")
    ApiToken.objects.update(revoked_at=timezone.now())
    issue_token(user, "Natlig kopi")
    with pytest.raises(CommandError, match="navn"):
        call_command("api_token", "partner@demo.example", "--name", "Natlig kopi", stdout=StringIO())


# -------------------------------------------------------------------------------------------------------- how often
def test_a_token_is_used_so_many_times_a_minute(world: World, settings: Any) -> None:
    settings.API_REQUESTS_A_MINUTE = 3
    with time_machine.travel(timezone.now().replace(second=20, microsecond=0), tick=False):
        assert [world.get("programmes/").status for _ in range(5)] == [200, 200, 200, 429, 429]
        answer = world.get("programmes/", Accept_Language="en")
        assert answer.headers["Retry-After"] == "40"  # the next minute begins 40 seconds later
        assert answer.body["type"] == "/api/v1/problems/too-many-requests"
        assert world.get("programmes/", "kkr").status == 200  # each token is counted by itself
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        assert world.get("programmes/").status == 200


def test_without_the_counter_everything_is_let_through(
    world: World, settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    settings.API_REQUESTS_A_MINUTE = 1
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(token_rate, "counter", token_rate.Counter())
    assert [world.get("programmes/").status for _ in range(3)] == [200, 200, 200]
    assert caplog.text.count("are not counted") == 1  # and it is not asked again for a while
