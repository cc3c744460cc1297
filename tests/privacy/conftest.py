"""The world of matching, with a data protection officer, and a file of erasures of the test's own."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from portal.identity.actor import Actor, actor_for
from portal.identity.models import Membership, User
from portal.identity.roles import Role
from tests.matching.conftest import World
from tests.matching.conftest import built as built
from tests.matching.conftest import frozen as frozen
from tests.matching.conftest import world as world


@pytest.fixture(autouse=True)
def danish() -> Iterator[None]:
    """Whether a page was asked before or not."""
    with translation.override("da"):
        yield


@pytest.fixture(autouse=True)
def erasure_file(settings: Any, tmp_path: Path) -> Path:
    path = tmp_path / "erasures.jsonl"
    settings.ERASURE_FILE = str(path)
    return path


@pytest.fixture
def officer(world: World) -> Actor:
    """The data protection officer of the erhvervshus, which runs the portal."""
    return officer_of(world["hub"])


def officer_of(organisation: Any, name: str = "dpo") -> Actor:
    user = User.objects.create_user(f"dpo-{name}@test.example", "Dorte Databeskytter")
    Membership.objects.create(
        user=user, organisation=organisation, role=Role.DATA_PROTECTION_OFFICER, valid_from=date(2019, 1, 1)
    )
    return actor_for(user)
