"""How many questions each page and API list asks the database: at most 15, and as many at 3N rows as at N.

Counted is what reads (SELECT, WITH), warm: the same address has been asked once before. Session, user and membership
are among it. The frame of the transaction is not: SET TRANSACTION READ ONLY, and the savepoints that inside a test
stand for BEGIN and ROLLBACK. A streamed file is read to its end. All statements together are as many at 3N as at N.

Generated from the URL map by way of the access matrix: a new GET address without an entry here fails.
"""

import re
import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from html import unescape
from typing import ClassVar
from unittest.mock import patch

import pytest
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
from tests.access import (
    bodies,
    calendar,
    course,
    evidence,
    match_files,
    money,
    planning,
    plans,
    pools,
    quality,
    register,
    rooms,
    shared,
    staff,
)
from tests.access.matrix import RULES
from tests.access.rules import EVERYBODY, READING_ANSWERS
from tests.access.world import World, build_world, gather_statistics, indicators
from tests.budgets.asked import ASKED, BODY_FORMS, BUDGET_FORMS, NOT_COUNTED, PLAN_PAGES, POOL_PAGES, SHARED_FORMS
from tests.ring import LONG, wider

MOST = 15
READS = re.compile(r"\s*\(?(SELECT|WITH)\b")
APPS = {"portal", "programmes", "matching", "reporting"}
ON = re.compile(r'href="\?([^"]*\b(?:after=|page=2\b)[^"]*)"')
BACK = re.compile(r'href="\?([^"]*\b(?:before=|page=1\b)[^"]*)"')
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
SHORT = 1
"""In the short ring each address is asked by so many of them that may, in turn; in the long ring by all."""


# Which kinds of rows are the newest decides which guards are asked: at most MOST, but not always as many.
# So does which companies are on the first page: whether one of them has a name like another's.
MIXED = {("audit:changes", ""), ("matching:company_queue", "")}
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
    **{f"programmes:{name}": Role.KKR_SECRETARIAT for name in (*PLAN_PAGES, *SHARED_FORMS, *BODY_FORMS)},
    **{f"programmes:{name}": Role.BUDGET_OFFICER for name in (*POOL_PAGES, *BUDGET_FORMS)},
    "matching:undo": Role.ADVISER,
    "matching:course": Role.ADVISER,
    "matching:correct": Role.ADVISER,
    "matching:counting_new": Role.KKR_SECRETARIAT,
    "matching:counting_lock": Role.KKR_SECRETARIAT,
    "reporting:indicator_change": Role.KKR_SECRETARIAT,
    "reporting:indicator_withdraw": Role.KKR_SECRETARIAT,
    "reporting:statistics_preview": Role.KKR_SECRETARIAT,
    "token_revoke": Role.ADVISER,
    "programmes:calendar_address_stop": Role.ADVISER,
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
    **rooms.gathered("OWNERS"),
}


def rows_of(page: str) -> list[str]:
    """What is read on the page."""
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"<[^>]*>", " ", main).split()


def test_every_get_address_has_an_entry() -> None:
    assert sorted(GET - set(ASKED) - set(NOT_COUNTED)) == [], "GET addresses without a budget"
    assert sorted((set(ASKED) | set(NOT_COUNTED)) - GET) == [], "entries without an address"


@pytest.fixture(scope="module", autouse=True)
def chosen(request: pytest.FixtureRequest) -> None:
    """Which addresses are going to be asked: what they cost at N is seen before the world grows."""
    tests = {item.name for item in request.session.items if item.path == request.path}
    TestQueries.chosen = [name for name in ASKED if _title(name) in tests]


@wider
class TestQueries(TestCase):
    """One world for all addresses, asked at N rows and then grown, once; a method an address, added below."""

    chosen: ClassVar[list[str]]
    world: ClassVar[World]
    made: ClassVar[int]
    few: ClassVar[dict[str, dict[str, list[str]]]]
    """Address → what it asked at N rows."""
    listed: ClassVar[tuple[int, int]]
    """Lines in the file of matches, and matches, at N rows."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world, cls.made = build_world(), 0
        targets.load()
        cls.grow(N)
        cls.few = {name: cls.counts(name) for name in cls.chosen}
        cls.listed = cls.lines_in_file(), Match.objects.count()
        cls.grow(2 * N)

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
        calendar.grow(cls.world.feeds, cls.world.own, cls.made, number)
        pools.grow(cls.world.pools, cls.made, number)
        shared.grow(cls.world.shared, cls.world.own, cls.made, number)
        bodies.grow(cls.world.bodies, cls.world.own, cls.made, number)
        match_files.grow(cls.world.match_files, cls.made, number)
        course.grow(cls.world.match, cls.made, number)
        register.grow(cls.world.register, cls.world.own, cls.made, number)
        cls.made += number
        import_matches(programme, rows, ledger.History(f"Rækker til {cls.made}", origin="test"))
        quality.grow(cls.world.quality, cls.world.own, number)
        for room in rooms.ROOMS:
            room.grow(cls.world.rooms[room.__name__], cls.world, cls.made - number, number)
        buckets.fold()
        cache.refresh()
        gather_statistics()

    @classmethod
    def query(cls, text: str) -> str:
        today = timezone.localdate()
        place = cls.world.match.municipality_id
        return text.format(municipality=place, today=today.isoformat(), year=today.year)

    @classmethod
    def ask(cls, name: str, role: Role, text: str) -> bytes:
        answer = cls.world.ask(name, "get", cls.world.own[role], cls.query(text))
        assert answer.status_code == (302 if name == "sign_in" else 200), f"{name}?{text} as {role}"
        return b"".join(answer.streaming_content) if answer.streaming else answer.content

    @staticmethod
    def asking(name: str) -> tuple[Role, ...]:
        return (OWNER[name],) if name in OWNER else ROLES

    @classmethod
    def counts(cls, name: str) -> dict[str, list[str]]:
        """Way and role → the statements asked. Sessions and tokens are new: that an old one is used is one more."""
        cls.world.clients.clear()
        cls.world.tokens.clear()
        found = {}
        rule = RULES[name]
        for text in ASKED[name]:
            left_out = rule.no_part | rule.told | NO_FILE.get((name, text), frozenset())
            may = [role for role in cls.asking(name) if role in rule.roles - left_out]
            turn = list(ASKED).index(name) + len(found)
            for role in may if LONG else [*may[turn % len(may) :], *may][:SHORT] if may else []:
                cls.ask(name, role, text)
                with CaptureQueriesContext(connection) as asked:
                    cls.ask(name, role, text)
                found[f"?{text} as {role}"] = [each["sql"] for each in asked.captured_queries]
        return found

    def look(self, name: str) -> None:
        few = type(self).few[name]  # of the class: a test would be given a copy of all of it
        assert few, "nobody in ROLES may ask it"
        wrong = []
        for way, statements in self.counts(name).items():
            listed = "\n    ".join(" ".join(each.split())[:160] for each in statements)
            reading = [each for each in statements if READS.match(each)]
            if len(reading) > MOST:
                wrong.append(f"{way}: {len(reading)} read, of at most {MOST}\n    {listed}")
            if len(statements) != len(few[way]) and (name, way[1 : way.index(" as ")]) not in MIXED:
                wrong.append(f"{way}: {len(few[way])} at {N} rows, {len(statements)} at {3 * N}\n    {listed}")
        assert wrong == [], "\n".join(wrong)

    def test_every_list_turns_its_pages(self) -> None:
        """With five rows on a page: on to the next, which has others, and back to the same."""
        type(self).world.clients.clear()
        turned = set()
        with ExitStack() as small:
            for module in [each for name, each in sys.modules.items() if name.partition(".")[0] in APPS]:
                if isinstance(getattr(module, "PAGE", None), int):
                    small.enter_context(patch.object(module, "PAGE", 5))
            for name in [name for name, ways in ASKED.items() if "" in ways and "api_" not in name]:
                may = RULES[name].roles - RULES[name].told - RULES[name].no_part
                role = next((role for role in self.asking(name) if role in may), None)
                first = self.ask(name, role, "").decode() if role else ""
                if role is None or name == "components" or not (on := ON.search(first)):
                    continue
                following = self.ask(name, role, unescape(on[1])).decode()
                assert rows_of(following) != rows_of(first), name
                back = BACK.search(following)
                assert back, name
                assert rows_of(self.ask(name, role, unescape(back[1])).decode()) == rows_of(first), name
                turned.add(name)
        assert {"matching:list", "programmes:vouchers", "programmes:people", "members"} <= turned
        assert len(turned) > 12, turned

    @classmethod
    def lines_in_file(cls) -> int:
        return cls.ask("matching:list", Role.DATA_STEWARD, "export=csv").count(b"\n")

    def test_a_question_for_every_row_would_be_seen(self) -> None:
        """The rows did grow, on the list and in the file."""
        lines, matches = self.listed
        # So many of the list's own, and as many of a chain with the world's company (tests.access.course).
        assert self.lines_in_file() - lines == 2 * 2 * N
        assert (matches, Match.objects.count()) == (2 * N + 2, 2 * 3 * N + 2)
        page = self.ask("matching:list", Role.DATA_STEWARD, "").decode()
        assert page.count("Limfjord Række") == 3 * N


def _method(name: str) -> Callable[[TestQueries], None]:
    return lambda self: self.look(name)


def _title(name: str) -> str:
    return f"test_{name.replace(':', '_')}"


for _name in ASKED:
    setattr(TestQueries, _title(_name), _method(_name))
