"""Addresses that no page of ours gives: refused with a reason, never an error of ours."""

import base64
import json
from typing import Any

import pytest
from django.core.exceptions import BadRequest
from django.http import QueryDict

from portal.drafts.keeping import is_form
from portal.identity.models import User
from portal.ui.dates import day_of_iso
from portal.ui.pagination import keyset
from reporting.engine.query import Unanswerable, month_of


def after(content: str) -> QueryDict:
    query = QueryDict(mutable=True)
    query["after"] = base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")
    return query


@pytest.mark.parametrize("content", ["[Infinity]", "[" * 3000, "[1, 2]", "{}", "[null]", "x", json.dumps([[1]])])
def test_a_place_in_a_list_that_is_none(content: str) -> None:
    with pytest.raises(BadRequest):
        keyset(User.objects.all(), after(content), ("id",))


def test_a_place_in_a_list_with_a_null_character() -> None:
    with pytest.raises(BadRequest):
        keyset(User.objects.all(), after(json.dumps(["\x00"])), ("email",))


@pytest.mark.django_db
def test_the_key_of_an_order_may_be_called_pk() -> None:
    users = [User.objects.create_user(f"{name}@demo.example", name) for name in "abc"]
    first = keyset(User.objects.all(), QueryDict(), ("-pk",), 2)
    second = keyset(User.objects.all(), QueryDict(f"after={first.next}"), ("-pk",), 2)
    assert [row.pk for row in [*first, *second]] == [user.pk for user in reversed(users)]


@pytest.mark.parametrize("text", ["9999-12", "1899-12", "2021-13", "2021"])
def test_a_month_that_is_none(text: str) -> None:
    with pytest.raises(Unanswerable):
        month_of(text)


@pytest.mark.parametrize("text", ["9999-12-31", "1899-12-31", "2021-02-29"])
def test_a_day_that_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=f"{text}|out of range"):
        day_of_iso(text)


@pytest.mark.parametrize("form", ["/kladder/\x00", "\x00", "//x", "/findes-ikke/"])
def test_a_form_that_is_none(form: Any) -> None:
    assert not is_form(form)
