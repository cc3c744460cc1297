"""Whoever is shown a record of a person, it is noted: asked of every address and every role."""

from typing import ClassVar
from unittest.mock import patch

from django.test import TestCase

from portal.audit.models import Opening
from portal.identity.models import User
from portal.identity.roles import Role
from tests.access.bodies import PERSON
from tests.access.matrix import RULES
from tests.access.test_access import NAMES
from tests.access.world import World, build_world

SENTINEL = "Limfjord Prøve ApS"
"""The company of the world's one match; where its name stands, a record is shown."""
PAID = "Adgang ApS"
"""To whom the world's one commitment is, and who its voucher paid."""
OWN_FILE = {"programmes:spending_preview", "programmes:spending_columns"}
"""A file that waits to be booked is no record yet."""

SUGGESTIONS = {"matching:company_search"}
"""Names out of the public register while one types; the company that is chosen is noted."""


class TestOpenings(TestCase):
    world: ClassVar[World]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = build_world()
        cls.world.sign_everybody_in()

    def setUp(self) -> None:
        self.world.clients.clear()

    def shows(self, name: str, user: User, sentinel: str = SENTINEL) -> bool:
        rule = RULES[name]
        answer = self.world.ask(name, rule.method, user, rule.query)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return answer.status_code == 200 and sentinel in content.decode(errors="replace")

    def not_noted(self, sentinel: str = SENTINEL) -> tuple[set[str], set[str]]:
        """(addresses that showed the record, those of them that left no line)."""
        showing, silent = set(), set()
        for name in NAMES:
            if RULES[name].method != "get" or name in SUGGESTIONS:
                continue
            for user in self.world.own.values():
                before = Opening.objects.count()
                if self.shows(name, user, sentinel):
                    showing.add(name)
                    if Opening.objects.count() == before:
                        silent.add(name)
        return showing, silent

    def test_every_address_that_shows_a_record_notes_it(self) -> None:
        showing, silent = self.not_noted()
        # The list, the record, its receipt, its undoing, and the API's companies and matches, at the least.
        assert len(showing) >= 7, showing
        assert silent == set()

    def test_who_was_paid_is_noted_too(self) -> None:
        showing, silent = self.not_noted(PAID)
        # The lists and the pages of commitments and vouchers, and the forms that change them.
        assert len(showing - OWN_FILE) >= 6, showing
        assert silent - OWN_FILE == set()

    def test_who_looks_a_person_up_is_noted(self) -> None:
        """The body's own page says who sits there, which is public; a person's record is looked up."""
        showing, silent = self.not_noted(PERSON)
        looked_up = {name for name in showing if "person" in name or "people" in name or "appoint" in name}
        # The list, the page, correcting and removing, changing and removing the appointment, the API.
        assert len(looked_up) >= 8, looked_up
        # The body's page and the form of a seat name its holder; who is appointed is chosen from a list.
        public = {"programmes:body", "programmes:seat_change", "programmes:appoint", "api_bodies", "api_body"}
        assert silent <= public, silent - public

    def test_one_that_forgets_would_be_seen(self) -> None:
        user = self.world.own[Role.ADVISER]
        with patch("matching.views.shown.opened"):
            before = Opening.objects.count()
            assert self.shows("matching:detail", user)
            assert Opening.objects.count() == before
        assert self.shows("matching:detail", user)
        line = Opening.objects.latest("id")
        assert (line.kind, line.keys) == ("match", [str(self.world.match.pk)])
        assert (line.user, line.organisation, line.role) == (
            user,
            user.memberships.get().organisation,
            Role.ADVISER,
        )
        assert (line.purpose, line.source) == ("own_work", "matching:detail")
