"""A world that the tests of a module share: built once, in a transaction that is never committed.

    @pytest.fixture(scope="module")
    def built(once: Once) -> World:
        return once(build)

    @pytest.fixture
    def world(built: World, db: None) -> World:
        return deepcopy(built)

Each test works in a savepoint of its own inside it, so what one writes the next does not see; what it does to the
objects it does to a copy. Every test of the module finds it there, whether it asks or not; tests that commit, and
classes with a transaction of their own, find it closed.
"""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

import pytest
from django.db import transaction
from django.test import TransactionTestCase

T = TypeVar("T")
Once = Callable[[Callable[[], Any]], Any]


class Held:
    """The transaction in which a module's world stands. `blocker` is pytest-django's: tests ask for the database."""

    current: "ClassVar[Held | None]" = None

    def __init__(self, blocker: Any) -> None:
        self.blocker = blocker
        self.atomic: transaction.Atomic | None = None

    def build(self, build: Callable[[], T]) -> T:
        with self.blocker.unblock():
            if self.atomic is None:
                self.atomic, Held.current = transaction.atomic(), self
                # The ledger's entries are durable: refused inside any transaction but a test's.
                self.atomic._from_testcase = True
                self.atomic.__enter__()
            return build()

    def close(self) -> None:
        atomic, self.atomic, Held.current = self.atomic, None, None
        if atomic is not None:
            with self.blocker.unblock():
                transaction.set_rollback(True)
                atomic.__exit__(None, None, None)


def stands_alone(item: pytest.Item) -> bool:
    """Does the test commit, or hold a transaction of its own?"""
    names = getattr(item, "fixturenames", ())
    marker = item.get_closest_marker("django_db")
    commits = "transactional_db" in names or "live_server" in names or (marker and marker.kwargs.get("transaction"))
    of_class = getattr(item, "cls", None)
    return bool(commits or (of_class is not None and issubclass(of_class, TransactionTestCase)))
