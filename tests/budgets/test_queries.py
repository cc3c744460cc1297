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
from tests.access import evidence, money, planning, plans, pools, staff
from tests.access.matrix import EVERYBODY, READING_ANSWERS, RULES
from tests.access.world import World, build_world, indicators
from tests.budgets import budget_pages

MOST = 15
READS = re.compile(r"\s*\(?(SELECT|WITH)\b")
N = 7
"""Few enough that 3 N rows stand on one page of any list: more rows shown must not mean more questions."""

PLAN_PAGES = (
    "plan_change", "plan_read", "area_new", "area_change", "area_effects", "area_links", "area_scores",
    "area_background", "initiative_new", "initiative_change", "initiative_milestones", "initiative_status",
)  # fmt: skip
"""Forms that the plan's owner fills in."""
POOL_PAGES = (
    "sources",
    "source",
    "source_new",
    "source_change",
    "account_new",
    "account_remove",
    "amount",
    "amount_new",
    "amount_withdraw",
    "commitments",
    "commitment",
    "commitment_new",
    "commitment_change",
    "commitment_close",
    "vouchers",
    "voucher",
    "voucher_new",
    "voucher_withdraw",
    "spending_upload",
    "spending_preview",
    "spending_columns",
    "reconciliations",
    "reconciliation",
    "reconciliation_new",
)

# The ways in which each GET address is asked. {municipality}, {today}: see `query`.
ASKED: dict[str, list[str]] = {
    **{f"programmes:{name}": [""] for name in POOL_PAGES},
    **budget_pages.ASKED,
    "programmes:sources": ["", "text=pulje&kind=pool&status=active", "export=csv", "export=xlsx"],
    "programmes:commitments": ["", "text=leverandør&state=open&kind=own&initiative=none&year=2026", "export=csv"],
    "programmes:vouchers": ["", "text=adgang&state=overspent", "state=late", "export=csv", "export=xlsx"],
    "programmes:spending_preview": ["", "export=csv", "export=xlsx"],
    "programmes:reconciliations": ["", "export=csv"],
    "sign_in": [""],
    "signed_in_again": [""],
    "session_state": [""],
    "forgotten_password": [""],
    "link_sent": [""],
    "account": [""],
    "change_password": [""],
    "second_factor": [""],
    "signed_off": [""],
    "accessibility_statement": [""],
    "privacy": [""],
    "security_txt": [""],
    "robots_txt": [""],
    "components": [""],
    "operations": [""],
    "audit:changes": [
        "",
        "table=reporting_target&row=1&operation=update&person=a&since=01.01.2020&until={today}",
        "export=csv",
        "export=xlsx",
    ],
    "audit:change": [""],
    "audit:openings": [
        "",
        "kind=match&key=1&purpose=audit&person=a",
        "export=csv",
        "kind=match&key=1&to=subject&export=csv",
    ],
    "audit:exports": ["", "name=match", "export=csv"],
    "audit:purpose": [""],
    "members": ["", "text=medlem&state=all", "state=over", "export=csv"],
    "member": [""],
    "member_invite": [""],
    "member_change": [""],
    "member_end": [""],
    "member_reset_app": [""],
    "invitation": [""],
    "my_account": [""],
    "roles": [""],
    "deputies": [""],
    "deputy_new": [""],
    "support_begin": ["", "email=raadgiver@demo.example"],
    "support_views": ["", "export=xlsx"],
    "tokens": [""],
    "token_new": [""],
    "token_revoke": [""],
    "drafts": [""],
    "programmes:plans": ["", "export=csv"],
    "programmes:plan": [""],
    "programmes:plan_matrix": ["", "rows=drivkraft&columns=styrkeposition", "export=csv"],
    "programmes:plan_file": ["export=csv", "export=xlsx"],
    "programmes:plan_new": [""],
    **{f"programmes:{name}": [""] for name in PLAN_PAGES},
    "programmes:area": [""],
    "programmes:initiative": [""],
    "programmes:initiative_money": [""],
    "programmes:initiatives": ["", "text=initiativ&plan=adgangsplan&status=idea&sort=-status", "export=csv"],
    "api_focus_areas": ["", "programme=adgangsplan", "updated_since=2020-01-01"],
    "api_initiatives": ["", "status=idea&name=initiativ", "updated_since=2020-01-01"],
    "api_initiative": [""],
    "matching:list": ["", "text=lim", "match_type=internship&municipality={municipality}", "export=csv", "export=xlsx"],
    "matching:log": [""],
    "matching:company_search": ["company_text=lim", "company=new&company_text=lim"],
    "matching:detail": [""],
    "matching:receipt": [""],
    "matching:undo": [""],
    "home": [""],
    "reporting:dashboard": ["", "as_of={today}", "export=csv"],
    "reporting:figure": [
        "",
        "municipality={municipality}",
        "category=internship&by=organisation",
        "as_of={today}",
        "figure=attainment&target=matches",
        "figure=expected&target=matches",
        "figure=target&target=matches",
        "part=both",
        "export=csv",
    ],
    "reporting:programme_targets": ["", "as_of={today}", "export=csv"],
    "reporting:targets": ["", "export=csv"],
    "reporting:target": [""],
    "reporting:target_new": [""],
    "reporting:target_change": [""],
    "reporting:target_withdraw": [""],
    "reporting:keys": [""],
    "reporting:key": ["", "export=xlsx"],
    "reporting:key_new": [""],
    "reporting:key_propose": [""],
    "reporting:key_move": [""],
    "reporting:key_approve": [""],
    "reporting:key_reject": [""],
    "reporting:key_split": [""],
    "reporting:contracts": [""],
    "reporting:contract": ["", "goal=4", "as_of={today}", "export=csv", "export=xlsx"],
    "reporting:goal": ["", "as_of={today}"],
    "reporting:goal_versions": [""],
    **{
        f"reporting:{name}": [""]
        for name in (
            "contract_new",
            "contract_edit",
            "contract_sign",
            "contract_close",
            "contract_copy",
            "contract_decide",
            "contract_recommend",
            "goal_edit",
            "goal_amend",
            "goal_exclude",
            "goal_decide",
            "goal_recommend",
            "goal_evidence",
            "goal_to_library",
            "library",
            "library_goal",
            "library_take_out",
        )
    },
    "reporting:contract_new_goal": ["", "rule=tiers", "library=adgangsproeve"],
    "reporting:indicators": ["", "kind=measure&text=i", "export=csv"],
    "reporting:indicator": ["", "as_of={today}"],
    "reporting:indicator_facts": ["", "leaf=0", "municipality={municipality}"],
    "reporting:indicator_new": ["", "count=match_registered", "count=survey_answer", "count=formula", "count=open"],
    "reporting:indicator_change": [""],
    "reporting:indicator_withdraw": [""],
    "reporting:contract_facts": ["", "as_of={today}", "goal=6&leaf=0"],
    "reporting:contract_sealed": [""],
    "sealed_figure": [""],
    "reporting:series_list": ["", "text=adgang&kind=survey_answer"],
    "reporting:series": ["", "export=csv"],
    "reporting:series_numbers": ["", "across=municipality", "by=month&across=category&as_of=2021-03-31", "export=csv"],
    "reporting:disclosure": [""],
    "reporting:disclosure_measure": [""],
    "reporting:series_make": [""],
    "reporting:observation": [""],
    "reporting:observation_register": [""],
    "reporting:observation_correct": [""],
    "reporting:observation_withdraw": [""],
    "reporting:observation_confirm": [""],
    "reporting:absence_say": [""],
    "reporting:absence_take_back": [""],
    "reporting:upload": [""],
    "reporting:upload_preview": [""],
    "reporting:statistics": [""],
    "reporting:statistics_import": [""],
    "reporting:statistics_preview": [""],
    "programmes:scenario_list": ["", "text=pr", "export=csv"],
    "programmes:scenarios_new": [""],
    "programmes:scenarios": ["", "rate=40&units=100", "export=xlsx"],
    "programmes:scenarios_change": [""],
    "programmes:scenarios_remove": [""],
    "programmes:cofinancing": ["", "export=csv"],
    "programmes:cofinancing_source": ["", "text=v", "export=csv"],
    "programmes:contribution_new": [""],
    "programmes:contribution": ["", "export=csv"],
    "programmes:contribution_change": [""],
    "programmes:contribution_withdraw": [""],
    "programmes:contribution_register": [""],
    "programmes:contribution_entry": [""],
    "programmes:eligibility": ["", "text=p&verdict=eligible&history=on", "export=csv"],
    "programmes:eligibility_say": [""],
    "api_series": ["", "kind=statistic", "updated_since=2020-01-01"],
    "api_series_numbers": ["", "by=category&across=municipality"],
    "api_observations": ["", "category=Nej", "updated_since=2020-01-01"],
    "api_observation": [""],
    "api_programmes": ["", "updated_since=2020-01-01"],
    "api_programme": [""],
    "api_companies": ["", "name=lim", "updated_since=2020-01-01"],
    "api_company": [""],
    "api_match_types": [""],
    "api_work_areas": [""],
    "api_matches": ["", "updated_since=2020-01-01"],
    "api_match": [""],
    "api_figures": ["", "as_of={today}"],
    "api_figure": ["", "as_of={today}"],
    "api_facts": ["", "updated_since=2020-01-01&after=3"],
    "api_indicators": ["", "updated_since=2020-01-01"],
    "api_indicator": ["", "as_of={today}"],
    "api_contracts": ["", "updated_since=2020-01-01"],
    "api_contract_attainment": ["", "as_of={today}"],
    "api_contract_facts": ["", "as_of={today}"],
    "api_funding_sources": ["", "text=pulje&kind=pool&status=active", "updated_since=2020-01-01"],
    "api_funding_source": [""],
    "api_funding_source_balance": ["", "as_of={today}"],
    "api_amounts": ["", "step=recommended&form=one_off&withdrawn=false", "updated_since=2020-01-01"],
    "api_amount": [""],
    "api_decisions": ["", "outcome=as_recommended&decided_to={today}", "updated_since=2020-01-01"],
    "api_decision": [""],
    "api_deciding_bodies": ["", "level=committee"],
    "api_budget": ["", "as_of={today}", "source=adgangspuljen"],
    "api_budget_changes": ["", "kind=original&funding_source=adgangspuljen", "after=1"],
    "api_budget_change": [""],
    "api_commitments": ["", "closed=false&funding_source=adgangspuljen", "updated_since=2020-01-01"],
    "api_commitment": [""],
    "api_vouchers": ["", "late=false&withdrawn=false&supplier=adgang", "updated_since=2020-01-01"],
    "api_voucher": [""],
    "api_expected_outturns": ["", "updated_since=2020-01-01"],
    "api_reconciliations": [""],
    "api_year_closings": [""],
    "api_scenario_sets": ["", "updated_since=2020-01-01"],
    "api_scenario_set": [""],
    "api_contributions": ["", "form=hours", "updated_since=2020-01-01"],
    "api_contribution": [""],
    "api_contribution_entries": ["", "updated_since=2020-01-01"],
    "api_eligibility": ["", "verdict=eligible"],
    "api_schema": [""],
    "api_docs": [""],
    "api_problem": [""],
}
NOT_COUNTED = {
    "healthz": "asks over connections of its own, once a second however often it is asked",
    "second_step": "leads on: the tests' people have signed in",
    "recovery_step": "leads on, as the code does",
    "recovery_codes": "leads to the app where there is none; with one, two questions more than the account",
    "new_password": "410 without a link",
    "set_password": "keeps a link and leads on, without a question",
    "api_unknown": "404, without a question",
    # tests/reporting/contracts/test_compare.py holds that it does not grow with goals or facts.
    "api_contract_comparison": "the same over the API",
    "reporting:contract_compare": "computes the contract once for every cause, each time with all its questions",
}
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
    **{f"programmes:{name}": Role.BUDGET_OFFICER for name in (*POOL_PAGES, *budget_pages.FORMS)},
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
