"""How many questions each page and API list asks the database: at most 15, and as many at 3N rows as at N.

Counted is what reads (SELECT, WITH), warm: the same address has been asked once before. Session, user and membership
are among it. The frame of the transaction is not: SET TRANSACTION READ ONLY, and the savepoints that inside a test
stand for BEGIN and ROLLBACK. A streamed file is read to its end. All statements together are as many at 3N as at N.

Generated from the URL map by way of the access matrix: a new GET address without an entry here fails.
"""

import os
import re
from collections.abc import Callable
from datetime import timedelta
from typing import ClassVar

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from matching.history import HistoricMatch, import_matches
from matching.models import Company, Match, MatchType
from portal import ledger
from portal.geography.areas import municipalities_in
from portal.identity.models import Organisation
from portal.identity.roles import OrganisationKind, Role
from programmes.models import Initiative
from reporting import demo as targets
from reporting.engine import buckets
from reporting.engine.contracts import cache
from tests.access import bodies, evidence, money, planning, plans, pools, staff
from tests.access.matrix import EVERYBODY, READING_ANSWERS, RULES
from tests.access.world import World, build_world, indicators
from tests.budgets.asked import ASKED, BODY_FORMS, BUDGET_FORMS, NOT_COUNTED, PLAN_PAGES, POOL_PAGES

MOST = 15
READS = re.compile(r"\s*\(?(SELECT|WITH)\b")
N = 7
"""Few enough that 3 N rows stand on one page of any list: more rows shown must not mean more questions."""

GET = {name for name, rule in RULES.items() if rule.method == "get"}
# Who sees most, who sees least, and whose own comes first.
ROLES = (
    Role.AUDITOR,
    Role.ADVISER,
    Role.DATA_STEWARD,
    Role.MUNICIPAL_OFFICER,
    Role.KKR_VIEWER,
    Role.KKR_SECRETARIAT,
    Role.HUB_CONTROLLER,
    Role.ADMINISTRATOR,
    Role.BUDGET_OFFICER,
)
SHORT = 3
"""In the short ring each address is asked by the first so many of them that may; in the long ring by all."""


# A page that everybody sees and a file that not everybody gets.
NO_FILE = {
    ("reporting:series", "export=csv"): EVERYBODY - READING_ANSWERS,
    # Of the partner (the jobcentre) and of the plan (the KKR), those whose work it is.
    ("programmes:contribution", "export=csv"): EVERYBODY
    - {Role.ADVISER, Role.MUNICIPAL_OFFICER, Role.KKR_SECRETARIAT, Role.AUDITOR},
}

# Addresses that have the right but belong to one: only the person who registered a match may undo it, only its owner
# changes an indicator.
OWNER = {
    **{f"programmes:{name}": Role.KKR_SECRETARIAT for name in PLAN_PAGES},
    **{f"programmes:{name}": Role.KKR_SECRETARIAT for name in BODY_FORMS},
    **{f"programmes:{name}": Role.BUDGET_OFFICER for name in (*POOL_PAGES, *BUDGET_FORMS)},
    "matching:undo": Role.ADVISER,
    "reporting:indicator_change": Role.KKR_SECRETARIAT,
    "reporting:indicator_withdraw": Role.KKR_SECRETARIAT,
    "reporting:statistics_preview": Role.KKR_SECRETARIAT,
    "token_revoke": Role.ADVISER,
    "programmes:scenarios_change": Role.KKR_SECRETARIAT,
    "programmes:scenarios_remove": Role.KKR_SECRETARIAT,
    "programmes:contribution_change": Role.KKR_SECRETARIAT,
    "programmes:contribution_withdraw": Role.KKR_SECRETARIAT,
    "programmes:contribution_register": Role.ADVISER,
    "reporting:observation_register": Role.KKR_SECRETARIAT,
    "reporting:observation_correct": Role.KKR_SECRETARIAT,
    "reporting:observation_withdraw": Role.KKR_SECRETARIAT,
    "reporting:absence_say": Role.KKR_SECRETARIAT,
    "reporting:absence_take_back": Role.KKR_SECRETARIAT,
    "reporting:upload": Role.KKR_SECRETARIAT,
    "reporting:upload_preview": Role.KKR_SECRETARIAT,
}


def test_every_get_address_has_an_entry() -> None:
    assert sorted(GET - set(ASKED) - set(NOT_COUNTED)) == [], "GET addresses without a budget"
    assert sorted((set(ASKED) | set(NOT_COUNTED)) - GET) == [], "entries without an address"


class TestQueries(TestCase):
    """One world for all addresses; a method an address, added below."""

    world: ClassVar[World]
    made: ClassVar[int]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world, cls.made = build_world(), 0
        targets.load()
        cls.grow(N)

    def setUp(self) -> None:
        self.world.clients.clear()

    @classmethod
    def grow(cls, number: int) -> None:
        """More matches, each of a company, creator, type and activity of its own as far as there are such."""
        programme, user = cls.world.programme, cls.world.own[Role.ADVISER]
        assert programme.area is not None
        places = list(municipalities_in(programme.area, timezone.localdate()))
        offices = {
            office.municipality_id: office
            for office in Organisation.objects.filter(kind=OrganisationKind.BUSINESS_OFFICE)
        }
        jobcentre = Organisation.objects.get(name="Jobcenter Aalborg")
        types = list(MatchType.objects.order_by("order"))
        activities = list(Initiative.objects.filter(programme=programme))
        rows = []
        for turn in range(cls.made, cls.made + number):
            place = places[turn % len(places)]
            company = Company.objects.create(name=f"Limfjord Række {turn}", municipality=place, fictional=True)
            rows.append(
                HistoricMatch(
                    company=company,
                    match_type=types[turn % len(types)].code,
                    municipality=place.code,
                    agreed_on=programme.counted_from + timedelta(days=turn * 11),
                    learnt_on=programme.counted_from + timedelta(days=turn * 11 + 2),
                    created_by=offices[place.code] if turn % 2 else jobcentre,
                    registered_by=jobcentre,
                    registered_by_user=user,
                    assisted_by=(jobcentre,) if turn % 2 else (offices[place.code],),
                    work_area="other",
                    activity=activities[turn % len(activities)],
                    fictional=True,
                )
            )
            indicators(programme, turn)
        evidence.grow(cls.world.evidence, cls.made, number)
        staff.grow(cls.world.own, cls.made, number)
        planning.grow(cls.world.own, cls.world.planning, cls.made, number)
        money.grow(cls.world.money, cls.world.own, cls.made, number)
        plans.grow(cls.world.plans, cls.world.own, cls.made, number)
        pools.grow(cls.world.pools, cls.made, number)
        bodies.grow(cls.world.bodies, cls.world.own, cls.made, number)
        cls.made += number
        import_matches(programme, rows, ledger.History(f"Rækker til {cls.made}", origin="test"))
        buckets.fold()
        cache.refresh()

    def query(self, text: str) -> str:
        today = timezone.localdate()
        place = self.world.match.municipality_id
        return text.format(municipality=place, today=today.isoformat(), year=today.year)

    def ask(self, name: str, role: Role, text: str) -> bytes:
        answer = self.world.ask(name, "get", self.world.own[role], self.query(text))
        assert answer.status_code == (302 if name == "sign_in" else 200), f"{name}?{text} as {role}"
        return b"".join(answer.streaming_content) if answer.streaming else answer.content

    @staticmethod
    def asking(name: str) -> tuple[Role, ...]:
        return (OWNER[name],) if name in OWNER else ROLES

    def counts(self, name: str) -> dict[str, list[str]]:
        """Way and role → the statements asked."""
        found = {}
        rule = RULES[name]
        for text in ASKED[name]:
            left_out = rule.no_part | rule.told | NO_FILE.get((name, text), frozenset())
            may = [role for role in self.asking(name) if role in rule.roles - left_out]
            for role in may if os.environ.get("VAEKSTBRO_RING") == "long" else may[:SHORT]:
                self.ask(name, role, text)
                with CaptureQueriesContext(connection) as asked:
                    self.ask(name, role, text)
                found[f"?{text} as {role}"] = [each["sql"] for each in asked.captured_queries]
        return found

    def look(self, name: str) -> None:
        few = self.counts(name)
        assert few, "nobody in ROLES may ask it"
        self.grow(2 * N)
        wrong = []
        for way, statements in self.counts(name).items():
            listed = "\n    ".join(" ".join(each.split())[:160] for each in statements)
            reading = [each for each in statements if READS.match(each)]
            if len(reading) > MOST:
                wrong.append(f"{way}: {len(reading)} read, of at most {MOST}\n    {listed}")
            if len(statements) != len(few[way]):
                wrong.append(f"{way}: {len(few[way])} at {N} rows, {len(statements)} at {3 * N}\n    {listed}")
        assert wrong == [], "\n".join(wrong)

    def tearDown(self) -> None:
        type(self).made = N  # the rows of this test went with its transaction

    def test_a_question_for_every_row_would_be_seen(self) -> None:
        """The rows do grow, on the list and in the file."""
        before = self.ask("matching:list", Role.DATA_STEWARD, "export=csv").count(b"\n")
        self.grow(2 * N)
        after = self.ask("matching:list", Role.DATA_STEWARD, "export=csv").count(b"\n")
        assert after - before == 2 * N
        assert Match.objects.count() == 3 * N + 1
        page = self.ask("matching:list", Role.DATA_STEWARD, "").decode()
        assert page.count("Limfjord Række") == 3 * N


def _method(name: str) -> Callable[[TestQueries], None]:
    return lambda self: self.look(name)


for _name in ASKED:
    setattr(TestQueries, f"test_{_name.replace(':', '_')}", _method(_name))
