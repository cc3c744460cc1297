"""Once is enough: the key of a submission gives its first receipt, for the same person and content."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from portal.audit.models import Submission
from portal.audit.submissions import OtherContent, fingerprint, once
from portal.identity.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return User.objects.create_user("ida@demo.example", "Ida")


def making(number: int) -> Callable[[Callable[[int], None]], int]:
    def act(written: Callable[[int], None]) -> int:
        with transaction.atomic():
            written(number)
        return number

    return act


def test_the_second_gets_the_first_receipt(user: User) -> None:
    assert once(user, "match", "k", {"a": 1, "b": 2}, making(7)) == (7, True)
    assert once(user, "match", "k", {"b": 2, "a": 1}, making(8)) == (7, False)
    assert Submission.objects.count() == 1


def test_a_key_is_one_persons_and_one_kinds(user: User) -> None:
    other = User.objects.create_user("ib@demo.example", "Ib")
    assert once(user, "match", "k", {}, making(1)) == (1, True)
    assert once(other, "match", "k", {}, making(2)) == (2, True)
    assert once(user, "grant", "k", {}, making(3)) == (3, True)


def test_other_content_under_the_same_key_is_refused(user: User) -> None:
    once(user, "match", "k", {"a": 1}, making(1))
    with pytest.raises(OtherContent):
        once(user, "match", "k", {"a": 2}, making(2))


def test_one_that_lost_the_race_gets_the_winners_receipt(user: User) -> None:
    """Both looked, neither found; the other wrote while this one was on its way."""

    def act(written: Callable[[int], None]) -> int:
        Submission.objects.create(user=user, kind="match", key="k", fingerprint=fingerprint({"a": 1}), object_id=5)
        with transaction.atomic():
            written(6)
        return 6

    assert once(user, "match", "k", {"a": 1}, act) == (5, False)


def test_another_integrity_error_is_not_swallowed(user: User) -> None:
    def act(written: Callable[[int], None]) -> int:
        raise IntegrityError("something else")

    with pytest.raises(IntegrityError, match="something else"):
        once(user, "match", "k", {}, act)
