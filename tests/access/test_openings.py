"""What shows a record of a person, and that one which forgets to note it would be seen.

That every address × every role notes it is asked where every address is asked as everybody: test_access.py.
"""

from typing import ClassVar
from unittest.mock import patch

from django.test import TestCase

from portal.audit.models import Opening
from portal.identity.roles import Role
from tests.access.bodies import PERSON
from tests.access.matrix import RULES
from tests.access.openings import COMPANY, PAID, content_of, not_noted, openings
from tests.access.world import World, build_world


class TestOpenings(TestCase):
    world: ClassVar[World]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = build_world()
        cls.world.sign_everybody_in()

    def setUp(self) -> None:
        self.world.clients.clear()

    def showing(self, sentinel: str, role: Role, *names: str) -> None:
        for name in names:
            answer = self.world.ask(name, "get", self.world.own[role], RULES[name].query)
            assert answer.status_code == 200
            assert sentinel in content_of(answer), name

    def test_the_sentinels_stand_where_records_are_shown(self) -> None:
        """So what is asked of every address (noted, below) is asked of something."""
        matching = ("list", "detail", "receipt", "undo")
        self.showing(COMPANY, Role.ADVISER, *(f"matching:{name}" for name in matching))
        self.showing(COMPANY, Role.ADVISER, "api_company", "api_companies", "api_match", "api_matches")
        self.showing(PAID, Role.BUDGET_OFFICER, "programmes:commitments", "programmes:vouchers")
        people = ("people", "person", "person_change", "person_remove")
        self.showing(PERSON, Role.KKR_SECRETARIAT, *(f"programmes:{name}" for name in people))
        self.showing(PERSON, Role.KKR_SECRETARIAT, "api_people", "api_person")

    def test_one_that_forgets_would_be_seen(self) -> None:
        user = self.world.own[Role.ADVISER]
        before = openings()
        with patch("matching.views.shown.opened"):
            answer = self.world.ask("matching:detail", "get", user)
        assert not_noted("matching:detail", answer, before) == [COMPANY]
        assert COMPANY in content_of(self.world.ask("matching:detail", "get", user))
        line = Opening.objects.latest("id")
        assert (line.kind, line.keys) == ("match", [str(self.world.match.pk)])
        assert (line.user, line.organisation, line.role) == (
            user,
            user.memberships.get().organisation,
            Role.ADVISER,
        )
        assert (line.purpose, line.source) == ("own_work", "matching:detail")
