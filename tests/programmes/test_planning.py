"""Scenarios, co-financing and eligibility as they are written: who may, what is refused, the database's last word."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

import psycopg
import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client, TestCase
from django.urls import reverse

from portal import ledger
from portal.drafts.versions import Changed
from portal.identity.actor import Actor, actor_for
from portal.identity.models import Organisation, User
from portal.identity.rights import Refused
from portal.ledger.audit import differences
from programmes import cofinancing, scenario_sets
from programmes.cofinancing import Planned
from programmes.eligibility import say_eligibility
from programmes.models import Contribution, ContributionEntry, Eligibility, ScenarioLine, ScenarioSet
from programmes.scenario_sets import Said, Tried, Wanted, make_set
from programmes.sources import change_source, make_source
from tests.forms import reads, send
from tests.identity.helpers import signed_in
from tests.programmes.money import Money, build

HALF = Fraction(1, 2)
THURSDAY = date(2026, 1, 1)
"""Of week 1, 2026, which began on Monday 29 December 2025."""


@contextmanager
def refused_by(name: str) -> Iterator[None]:
    """The database refuses it by a constraint whose name begins so."""
    with pytest.raises(IntegrityError) as problem, transaction.atomic():
        yield
    assert isinstance(problem.value.__cause__, psycopg.Error)
    assert str(problem.value.__cause__.diag.constraint_name).startswith(name)


class World(TestCase):
    money: ClassVar[Money]
    grant: ClassVar[Any]
    partner: ClassVar[Actor]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.money = build()
        cls.grant = make_source(
            None, cls.money.owner, name="Tilskuddet", kind="grant", status="granted", granted=Decimal(5_000_000),
            rate_of=50, rate_in=100, asks_timesheets=True,
        )  # fmt: skip
        cls.partner = actor_for(User.objects.get(email="partner@demo.example"))  # of the university

    def said(self, **more: Any) -> Said:
        given: dict[str, Any] = {
            "name": "Vækstpilot", "unit": "vækstpiloter", "years": 3, "grant": self.grant,
            "costs": [Wanted("Forløb", "per_unit", Decimal(100_000)), Wanted("Ledelse", "per_unit", Decimal(46_000))],
            "financing": [
                Wanted("DEB", "rate", rate=HALF, funding_source=self.grant),
                Wanted("Virksomheder", "per_unit", Decimal(50_000), who="Virksomhederne"),
                Wanted("Resten", "remainder"),
            ],
            "tried": [Tried("150", 150), Tried("225", 225)],
        }  # fmt: skip
        return Said(**{**given, **more})

    def made(self, **more: Any) -> ScenarioSet:
        return make_set(self.money.officer, self.money.first, self.said(**more))

    def wrong(self, **more: Any) -> dict[str, list[str]]:
        with pytest.raises(ValidationError) as problem:
            self.made(**more)
        return problem.value.message_dict

    def hours(self, **more: Any) -> Contribution:
        given: dict[str, Any] = {
            "form": "hours", "partner": Organisation.objects.get(name="Aalborg Universitet (AAU)"),
            "years": [Planned(2026, hours=Decimal(100), hourly_rate=Decimal("412.35"))],
        }  # fmt: skip
        return cofinancing.plan_contribution(self.money.officer, self.money.first, self.grant, **{**given, **more})

    def week(self, row: Contribution, **more: Any) -> ContributionEntry:
        given: dict[str, Any] = {
            "occurred_on": THURSDAY, "days": [Decimal("7.5"), *[Decimal("0.25")] * 2, *[Decimal(0)] * 4],
            "hourly_rate": Decimal("412.35"),
        }  # fmt: skip
        return cofinancing.register_entry(self.partner, row, **{**given, **more})

    def total(self, measure: str) -> Decimal:
        return ledger.total(measure, ledger.AsOf.now())


class TestScenarioSets(World):
    def compared(self, row: ScenarioSet, **asked: Any) -> scenario_sets.Compared:
        return scenario_sets.compare(scenario_sets.with_lines().get(pk=row.pk), **asked)

    def test_what_is_stored_computes_as_the_source_says(self) -> None:
        found = self.compared(self.made())
        totals = [each.total for _name, each in found.columns]
        parts = [[part.amount for part in each.financing] for _name, each in found.columns]
        assert totals == [21_900_000, 32_850_000]
        assert parts == [[10_950_000, 7_500_000, 3_450_000], [16_425_000, 11_250_000, 5_175_000]]
        assert found.pays is not None
        assert (found.pays.units, found.pays.left) == (68, 36_000)
        assert found.above == []

    def test_other_numbers_are_tried_and_not_saved(self) -> None:
        row = self.made()
        found = self.compared(row, rate=Fraction(6, 10), units=100)
        assert [each.units for _name, each in found.columns] == [150, 225, 100]
        assert [part.amount for part in found.columns[2][1].financing] == [8_760_000, 5_000_000, 840_000]
        assert len(found.above) == 3  # more than the grant's 50 %: marked, not refused
        line = ScenarioLine.objects.get(scenario_set=row, rule="remainder", side="financing")
        assert line.position == 3
        assert ScenarioLine.objects.get(scenario_set=row, rule="rate").rate_of == 1

    def test_faults_stand_at_their_fields(self) -> None:
        rest, odd = Wanted("Resten", "remainder"), Wanted("Andel", "rate", rate=Fraction(3, 2))
        assert set(self.wrong(financing=[rest, rest])) == {"financing.1.rule"}
        assert set(self.wrong(financing=[odd])) == {"financing.0.rate"}
        assert set(self.wrong(costs=[Wanted("Resten", "remainder")])) == {"costs.0.rule"}
        assert set(self.wrong(costs=[])) == {"costs"}
        assert set(self.wrong(costs=[Wanted("", "fixed", Decimal(10) ** 12)])) == {"costs.0.name", "costs.0.quantity"}
        assert set(self.wrong(tried=[Tried("A", 1), Tried("A", 2)])) == {"tried.1.name"}
        assert set(self.wrong(name=" ", unit="", years=31)) == {"name", "unit", "years"}
        self.made()
        assert set(self.wrong()) == {"name"}

    def test_the_database_refuses_it_too(self) -> None:
        row = self.made()
        common: dict[str, Any] = {"scenario_set": row, "side": "financing", "name": "x"}
        for said, name in (
            ({"position": 9, "rule": "remainder"}, "scenario_one_remainder"),
            ({"position": 9, "rule": "rate", "rate_of": 3, "rate_in": 2}, "scenario_line_says_what_its_rule_asks"),
            ({"position": 9, "rule": "fixed"}, "scenario_line_says_what_its_rule_asks"),
            ({"position": 9, "rule": "fixed", "quantity": -1}, "scenario_line_from_zero"),
            ({"position": 9, "rule": "remainder", "side": "cost"}, "scenario_"),
        ):
            with refused_by(name):
                ScenarioLine.objects.create(**{**common, **said})
        with refused_by("scenarios_of_a_plan"):
            ScenarioSet.objects.filter(pk=row.pk).update(programme=self.money.first.programme)

    def test_only_those_who_own_it_or_keep_the_grant(self) -> None:
        row = self.made()
        with pytest.raises(Refused):
            make_set(self.partner, self.money.first, self.said(name="Anden"))
        secretariat = actor_for(User.objects.get(email="sekretariat@demo.example"))  # may, but owns neither
        with pytest.raises(Refused, match="Aalborg Kommune"):
            scenario_sets.change_set(secretariat, row, self.said())
        scenario_sets.change_set(self.money.officer, row, self.said(name="Nyt navn"))
        assert ScenarioSet.objects.get(pk=row.pk).name == "Nyt navn"
        assert row.lines.count() == 5

    def test_somebody_else_was_first(self) -> None:
        row = self.made()
        seen = scenario_sets.mark(row)
        scenario_sets.change_set(self.money.officer, row, self.said(name="Først"), seen=seen)
        with pytest.raises(Changed):
            scenario_sets.change_set(self.money.officer, row, self.said(name="Så"), seen=seen)
        with pytest.raises(Changed):
            scenario_sets.remove_set(self.money.officer, row, seen=seen)


class TestScenarioPages(World):
    def client_of(self, actor: Actor) -> Client:
        client = Client()
        signed_in(client, actor.user)
        return client

    def test_the_page_says_the_arithmetic(self) -> None:
        row = self.made()
        client = self.client_of(self.money.officer)
        page = reads(client.get(reverse("programmes:scenarios", args=[row.pk])))
        for text in (
            "150 × 146.000\u00a0kr. = 21.900.000\u00a0kr.", "32.850.000", "34,2\u00a0%", "15,8\u00a0%",
            "bevilget i alt 5.000.000", "5.000.000\u00a0kr. / 73.000\u00a0kr. = 68,49", "7.300.000",
        ):  # fmt: skip
            assert text.replace("\u00a0", " ") in page.replace("\u00a0", " "), text
        tried = reads(client.get(reverse("programmes:scenarios", args=[row.pk]) + "?rate=40"))
        for text in ("8.760.000", "5.640.000", "13.140.000", "8.460.000"):
            assert text in tried
        above = reads(client.get(reverse("programmes:scenarios", args=[row.pk]) + "?rate=60"))
        assert "højst 50" in above
        assert client.get(reverse("programmes:scenarios", args=[row.pk]) + "?rate=x").status_code == 400
        assert client.get(reverse("programmes:scenarios", args=[row.pk]) + "?rate=x&export=csv").status_code == 400

    def test_a_form_makes_and_changes_it(self) -> None:
        client = self.client_of(self.money.officer)
        typed = {
            "about": f"i{self.money.first.pk}", "name": "Platform", "unit": "år",
            "cost_1_name": "Udvikling", "cost_1_rule": "fixed", "cost_1_quantity": "100.000",
            "cost_3_name": "Drift", "cost_3_rule": "per_unit", "cost_3_quantity": "t.kr. 15",
            "pay_2_name": "Skal findes", "pay_2_rule": "remainder",
            "try_1_name": "Perioden", "try_1_units": "3",
        }  # fmt: skip
        answer = send(client, reverse("programmes:scenarios_new"), {**typed, "cost_3_quantity": "32.850.0000"})
        assert answer.status_code == 400
        assert 'value="Platform"' in answer.content.decode()  # nothing typed is lost
        answer = send(client, reverse("programmes:scenarios_new"), typed)
        assert answer.status_code == 302
        row = ScenarioSet.objects.get(name="Platform")
        assert "145.000" in reads(client.get(answer["Location"]))  # 100.000 + 3 × 15.000
        # The rule's message stands at the line that it means, though rows between are empty.
        wrong = {**typed, "pay_5_name": "Også resten", "pay_5_rule": "remainder"}
        refused = send(client, reverse("programmes:scenarios_change", args=[row.pk]), wrong)
        assert refused.status_code == 400
        assert 'href="#id_pay_5_rule"' in refused.content.decode()
        changed = send(client, reverse("programmes:scenarios_change", args=[row.pk]), {**typed, "try_1_units": "4"})
        assert changed.status_code == 302
        assert row.scenarios.get().units == 4
        assert send(client, reverse("programmes:scenarios_remove", args=[row.pk])).status_code == 302
        assert not ScenarioSet.objects.exists()


class TestCofinancing(World):
    def test_a_week_waits_and_counts_when_somebody_else_approves(self) -> None:
        row = self.hours()
        entry = self.week(row, occurred_on=date(2025, 12, 29))
        # Monday 29 December lies in week 1 of 2026: the week counts in the year of its Thursday.
        assert entry.occurred_on == THURSDAY
        assert entry.hours == Decimal(8)  # 7,5 + 0,25 + 0,25
        assert entry.quantity == Decimal("3298.80")  # 8 × 412,35
        assert self.total("cofinancing") == 0
        with pytest.raises(Refused):
            cofinancing.decide_entry(self.partner, entry, True)
        cofinancing.decide_entry(self.money.officer, entry, True)
        assert (self.total("cofinancing"), self.total("cofinancing_hours")) == (Decimal("3298.80"), 8)
        assert differences() == []
        with pytest.raises(ValidationError):
            cofinancing.decide_entry(self.money.officer, entry, False)
        cofinancing.decide_entry(self.money.officer, entry, False, "Fejl")
        assert (self.total("cofinancing"), self.total("cofinancing_hours")) == (0, 0)
        assert differences() == []
        with pytest.raises(ValidationError):
            cofinancing.decide_entry(self.money.officer, entry, True)
        self.week(row)  # once more, since the first was rejected

    def test_who_registered_it_does_not_approve_it(self) -> None:
        row = self.hours(form="cash", partner=None, partner_name="Virksomhederne", years=[])
        entry = cofinancing.register_entry(
            self.money.officer, row, occurred_on=date(2026, 1, 5), quantity=Decimal(1000)
        )
        with pytest.raises(Refused, match="En anden"):
            cofinancing.decide_entry(self.money.officer, entry, True)
        with refused_by("contribution_entry_two_people"):
            ContributionEntry.objects.filter(pk=entry.pk).update(
                status="approved", decided_by=self.money.officer.user, decided_at="2026-01-06T12:00Z"
            )

    def test_timesheets_only_where_the_funder_asks(self) -> None:
        row = self.hours()
        with pytest.raises(ValidationError) as problem:
            self.week(row, days=None, hours=Decimal(8))
        assert set(problem.value.message_dict) == {"days"}
        change_source(None, self.grant, asks_timesheets=False)
        with pytest.raises(ValidationError) as problem:
            self.week(row)
        assert set(problem.value.message_dict) == {"days"}
        assert self.week(row, days=None, hours=Decimal("7.5")).quantity == Decimal("3092.63")  # 3092,625 half up

    def test_an_own_frame_has_nothing_registered(self) -> None:
        row = self.hours(form="own_frame", years=[])
        with pytest.raises(Refused):
            cofinancing.register_entry(self.partner, row, occurred_on=THURSDAY, quantity=Decimal(1))
        with refused_by("contribution_own_frame"):
            ContributionEntry.objects.create(contribution=row, occurred_on=THURSDAY, quantity=1)

    def test_faults_stand_at_their_fields(self) -> None:
        row = self.hours()
        self.week(row)
        for said, field in (
            ({}, "occurred_on"),
            ({"occurred_on": ledger.today() + timedelta(days=14)}, "occurred_on"),
            ({"occurred_on": date(2026, 1, 8), "days": [Decimal(25), *[Decimal(0)] * 6]}, "days"),
            ({"occurred_on": date(2026, 1, 8), "days": [Decimal(0)] * 7}, "hours"),
        ):
            with pytest.raises(ValidationError) as problem:
                self.week(row, **said)
            assert set(problem.value.message_dict) == {field}, said
        with pytest.raises(ValidationError) as problem:
            self.hours()
        assert set(problem.value.message_dict) == {"partner"}
        with pytest.raises(ValidationError) as problem:
            self.hours(form="cash", years=[Planned(2026, hours=Decimal(1)), Planned(2026, quantity=Decimal(1))])
        assert set(problem.value.message_dict) == {"years.0.hours", "years.0.quantity", "years.1.year"}

    def test_what_was_registered_is_not_changed_and_one_way(self) -> None:
        row = self.hours()
        entry = self.week(row)
        entries = ContributionEntry.objects.filter(pk=entry.pk)
        for said, name in (
            ({"hours": 9, "quantity": Decimal("3711.15")}, "contribution_"),
            ({"occurred_on": date(2026, 1, 8)}, "contribution_entry_is_not_changed"),
            ({"days": [8, 0, 0, 0, 0, 0]}, "contribution_timesheet_is_a_week"),
        ):
            with refused_by(name):
                entries.update(**said)
        cofinancing.decide_entry(self.money.officer, entry, False, "Fejl")
        with refused_by("contribution_entry_goes_one_way"):
            entries.update(status="approved")

    def test_one_that_something_stands_on_is_not_withdrawn(self) -> None:
        row = self.hours()
        entry = self.week(row)
        with pytest.raises(ValidationError):
            cofinancing.withdraw_contribution(self.money.officer, row, "Fejl")
        with refused_by("contribution_withdrawn_when_empty"):
            Contribution.objects.filter(pk=row.pk).update(withdrawn_at="2026-01-06T12:00Z", withdrawn_reason="Fejl")
        cofinancing.decide_entry(self.money.officer, entry, False, "Fejl")
        cofinancing.withdraw_contribution(self.money.officer, row, "Fejl")
        assert self.hours().pk != row.pk  # it may be planned anew

    def test_what_is_needed_beside_a_grant(self) -> None:
        assert cofinancing.needed(self.grant) == 5_000_000  # 5.000.000 × 50 / 50
        third = make_source(None, self.money.owner, name="Tredjedel", kind="grant", granted=Decimal(100), rate_of=3,
                            rate_in=7)  # fmt: skip
        assert cofinancing.needed(third) == Decimal("133.34")  # 100 × 4 / 3 = 133,333…, up
        assert cofinancing.needed(self.money.pool) is None

    def test_standing_adds_up(self) -> None:
        row = self.hours()
        cofinancing.decide_entry(self.money.officer, self.week(row), True)
        self.week(row, occurred_on=date(2026, 1, 8))
        rejected = self.week(row, occurred_on=date(2026, 1, 15))
        cofinancing.decide_entry(self.money.officer, rejected, False, "Fejl")
        found = cofinancing.standings([row])[row.pk]
        assert (found.planned, found.planned_hours) == (41_235, 100)  # 100 × 412,35
        assert (found.registered, found.approved) == (Decimal("6597.60"), Decimal("3298.80"))
        assert (found.registered_hours, found.approved_hours) == (16, 8)

    def test_single_weeks_are_for_the_partner_and_those_who_plan(self) -> None:
        row = self.hours()
        self.week(row)
        viewer = actor_for(User.objects.get(email="kkr@demo.example"))
        hub = actor_for(User.objects.get(email="controller@demo.example"))
        for actor, sees in ((self.partner, True), (self.money.officer, True), (viewer, False), (hub, False)):
            assert cofinancing.may_see_entries(actor, row) is sees
            client = Client()
            signed_in(client, actor.user)
            page = reads(client.get(reverse("programmes:contribution", args=[row.pk])))
            assert ("uge 1, 2026" in page) is sees
            assert "3.298,80" in page  # the sum is open

    def test_the_forms_register_and_decide(self) -> None:
        row = self.hours()
        partner, officer = Client(), Client()
        signed_in(partner, self.partner.user)
        signed_in(officer, self.money.officer.user)
        typed = {"occurred_on": "30.12.2025", "day_1": "7,5", "day_2": "0,5", "hourly_rate": "412,35"}
        address = reverse("programmes:contribution_register", args=[row.pk])
        assert send(partner, address, {**typed, "day_3": "25"}).status_code == 400
        assert send(partner, address, typed).status_code == 302
        entry = ContributionEntry.objects.get()
        assert (entry.occurred_on, entry.hours) == (THURSDAY, 8)
        decide = reverse("programmes:contribution_entry", args=[entry.pk])
        assert send(officer, decide, {"decision": "reject"}).status_code == 400
        assert send(officer, decide, {"decision": "approve"}).status_code == 302
        assert self.total("cofinancing_hours") == 8
        with connection.cursor() as cursor:
            cursor.execute("SELECT status FROM programmes_contributionentry")
            assert cursor.fetchall() == [("approved",)]


class TestEligibility(World):
    def say(self, verdict: str, day: date, actor: Actor | None = None, **more: Any) -> Eligibility:
        said = {"note": "Fordi", "said_by": "KKR", "said_on": day, **more}
        return say_eligibility(actor or self.money.officer, self.money.first, self.grant, verdict, **said)

    def test_what_was_said_last_holds(self) -> None:
        self.say("not", date(2020, 2, 1))
        self.say("unclear", date(2020, 1, 1))  # older, though written later
        assert [row.verdict for row in Eligibility.objects.newest()] == ["not"]
        self.say("eligible", date(2020, 2, 1))  # of the same day the one written last
        assert [row.verdict for row in Eligibility.objects.newest()] == ["eligible"]
        assert Eligibility.objects.count() == 3

    def test_faults_and_rights(self) -> None:
        with pytest.raises(ValidationError) as problem:
            self.say("maybe", ledger.today() + timedelta(days=1), note=" ", said_by="")
        assert set(problem.value.message_dict) == {"verdict", "note", "said_by", "said_on"}
        with pytest.raises(Refused):
            self.say("not", THURSDAY, self.partner)

    def test_what_was_said_is_never_changed(self) -> None:
        row = self.say("not", THURSDAY)
        with pytest.raises(DatabaseError), transaction.atomic():
            Eligibility.objects.filter(pk=row.pk).update(verdict="eligible")
        with pytest.raises(DatabaseError), transaction.atomic():
            row.delete()
