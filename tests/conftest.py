"""The database of the tests: made by its owner, worked in as the runtime role, exactly as in production."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis

from tests.once import Held, Once, stands_alone

# No test asserts a time: on a slow machine an example may take long and be right.
hypothesis.register_profile("portal", deadline=None)
hypothesis.load_profile("portal")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Builds on pytest-django's own fixture, which has created and migrated the database as its owner.

    `-c role=` and not SET ROLE, so that every later connection, also of another thread, is the runtime role's and
    RESET ROLE comes back to it.
    """
    # pytest-django makes a database only for tests it sees ask for one (the mark `django_db`). Without, these tests
    # would work in, and their flush would empty, the database of DATABASE_URL.
    name, wanted = connection.settings_dict["NAME"], connection.creation._get_test_db_name()
    if name != wanted:
        pytest.exit(f"The tests stand in the database {name}, not in {wanted}: mark them django_db.", returncode=3)
    options = connections["default"].settings_dict["OPTIONS"]
    flush = TransactionTestCase._fixture_teardown

    def flush_as_owner(self: TransactionTestCase) -> None:
        # The runtime role may not TRUNCATE; what is put back after the flush (rights, the head row) is the owner's.
        with connection.cursor() as cursor:
            cursor.execute("SELECT session_user")
            cursor.execute(f'SET ROLE "{cursor.fetchone()[0]}"')
            try:
                flush(self)
            finally:
                cursor.execute("RESET ROLE")

    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        connections.close_all()
        options["options"] = f"-c role={settings.RUNTIME_ROLE}"
        patch.setattr(TransactionTestCase, "_fixture_teardown", flush_as_owner)
        yield
        connections.close_all()
        del options["options"]


@pytest.fixture(scope="module")
def once(django_db_setup: None, django_db_blocker: Any) -> Iterator[Once]:
    """Builds a world for all tests of the module: tests/once.py."""
    held = Held(django_db_blocker)
    yield held.build
    held.close()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if Held.current is not None and stands_alone(item):
        Held.current.close()
