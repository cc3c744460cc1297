"""People who read and seal contracts, and a contract of nine goals: made once for a module."""

from copy import deepcopy

import pytest

from portal.identity.actor import Actor, actor_for
from portal.identity.roles import Role
from tests.once import Once
from tests.reporting.conftest import make_user
from tests.reporting.contracts.world import World, nine_goals


@pytest.fixture
def kkr_actor(db: None) -> Actor:
    """The KKR secretariat: it may seal."""
    return actor_for(make_user(Role.KKR_SECRETARIAT))


def signed_contract() -> World:
    made = nine_goals()
    made.sign()
    return made


@pytest.fixture(scope="module")
def signed_built(once: Once) -> World:
    made: World = once(signed_contract)
    return made


@pytest.fixture
def signed(signed_built: World, db: None) -> World:
    return deepcopy(signed_built)
