"""People who read and seal contracts."""

import pytest

from portal.identity.actor import Actor, actor_for
from portal.identity.roles import Role
from tests.reporting.conftest import make_user


@pytest.fixture
def kkr_actor(db: None) -> Actor:
    """The KKR secretariat: it may seal."""
    return actor_for(make_user(Role.KKR_SECRETARIAT))
