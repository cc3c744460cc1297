"""What changed since a day: each kind once, on the day it became known, for who may see it."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django.test import Client, TestCase
from django.utils import timezone

from portal import ledger
from portal.identity.actor import Actor, actor_for
from portal.identity.models import User
from portal.identity.tokens import issue
from portal.ui import formats
from programmes.amounts import state_amount, withdraw_amount
from programmes.commitments import commit
from programmes.decisions import change_decision, register_decision
from programmes.focus_areas import make_area
from programmes.initiatives import Moment, Sheet, make_initiative, set_milestones, set_status
from programmes.models import Decision, FollowUp, Meeting, Milestone, Programme
from programmes.plans import change_plan, make_plan
from programmes.since import Since, changes_since, usual_since
from programmes.since_window import Change
from programmes.spending import Entry, book
from tests.identity.helpers import signed_in
from tests.programmes.money import YEAR, Money, build, stranger

MARCH = date(2026, 3, 3)


class World(TestCase):
    money: ClassVar[Money]
    plan: ClassVar[Programme]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.money = build()
        cls.plan = Programme.objects.get(slug="erhvervsplan")

    def setUp(self) -> None:
        self.today = ledger.today()
        self.writer = actor_for(User.objects.get(email="kommune@demo.example"))

    @property
    def officer(self) -> Actor:
        return self.money.officer

    def all(self, since: date | None = None, until: date | None = None, actor: Actor | None = None) -> Since:
        return changes_since(actor or self.officer, since or self.today, until or self.today)

    def found(self, *kinds: str, **asked: Any) -> list[Change]:
        return [each for each in self.all(**asked).changes if each.kind in kinds]

    def only(self, *kinds: str, **asked: Any) -> Change:
        (one,) = self.found(*kinds, **asked)
        return one


class TestPlansAndInitiatives(World):
    def test_nothing(self) -> None:
        """The plan and its initiatives are of today; of tomorrow's window nothing is."""
        assert self.all(self.today + timedelta(days=1), self.today + timedelta(days=1)).groups == []

    def test_new_ones_with_their_status_said_once(self) -> None:
        make_initiative(self.plan, Sheet("3", "Nyt"), status="idea", actor=self.writer)
        new = [each for each in self.found("initiative") if each.text == "3 Nyt"]
        assert [(each.about, each.when) for each in new] == [("Status: idé", formats.date_da(self.today))]
        assert self.found("status") == []

    def test_a_status_says_what_it_was_and_both_days(self) -> None:
        row = make_initiative(self.plan, Sheet("3", "Nyt"), actor=self.writer)
        set_status(self.writer, row, "decided", on=MARCH, reason="Byrådet sagde ja")
        one = self.only("status")
        assert one.text == "Nu afgjort, før idé. Byrådet sagde ja"
        assert one.when == f"fra 03.03.2026, registreret {formats.date_da(self.today)}"
        # It became known today: a time that ended before does not have it, though it happened in that time.
        assert self.found("status", since=MARCH, until=self.today - timedelta(days=1)) == []

    def test_what_a_loader_brought_was_known_when_it_happened(self) -> None:
        set_status(None, self.money.first, "running", on=MARCH, reason="Kilden")
        assert self.found("status") == []
        assert self.only("status", since=MARCH, until=MARCH).when == "fra 03.03.2026"

    def test_a_milestone_is_known_when_it_is_noted_and_stays_so(self) -> None:
        reached = Moment("28.02.2026", "Rapport", reached_on=MARCH)
        set_milestones(self.writer, self.money.first, [reached])
        assert self.only("reached").when == f"nået 03.03.2026, registreret {formats.date_da(self.today)}"
        # Noted in April; the list is written again today with another milestone, and the first keeps its day.
        Milestone.objects.update(noted_on=date(2026, 4, 2))
        set_milestones(self.writer, self.money.first, [reached, Moment("2030", "Senere")])
        april = {"since": date(2026, 4, 1), "until": date(2026, 4, 30)}
        assert self.only("reached", **april).when == "nået 03.03.2026, registreret 02.04.2026"
        assert self.found("reached") == []

    def test_a_milestone_that_passed(self) -> None:
        set_milestones(None, self.money.first, [Moment("10.06.2026", "Rapport"), Moment("medio 2026", "Evaluering")])
        one = self.only("missed", since=date(2026, 6, 11), until=date(2026, 6, 11))
        assert one.text == "Rapport skulle være nået 10.06.2026"
        assert self.found("missed", since=date(2026, 6, 1), until=date(2026, 6, 10)) == []  # its day was not over
        # "medio" can be until the end of August.
        assert self.found("missed", since=date(2026, 7, 1), until=date(2026, 8, 31)) == []
        assert self.only("missed", since=date(2026, 9, 1), until=date(2026, 9, 1)).text.startswith("Evaluering")
        set_status(None, self.money.first, "lapsed", reason="Bortfaldet")
        assert self.found("missed", since=date(2026, 6, 1)) == []

    def test_plans_and_areas(self) -> None:
        make_area(self.plan, name="Energi", kind="drivkraft", actor=self.writer)
        assert [(each.text, each.about) for each in self.found("area")] == [("Energi", "drivkraft")]
        assert [each.text for each in self.found("plan")] == ["Ny plan: godkendt"]
        make_plan(
            self.money.owner, name="Erhvervsplan 2", kind="business_plan", version=2, replaces=self.plan,
            starts_on=date(2027, 1, 1), ends_on=date(2028, 12, 31), actor=self.writer,
        )  # fmt: skip
        assert "Version 2, som afløser Erhvervsplan" in [each.text for each in self.found("plan")]

    def test_a_plan_with_a_new_status(self) -> None:
        change_plan(self.writer, self.plan, status="hearing")
        self.plan.refresh_from_db()
        assert self.plan.status_on == self.today
        Programme.objects.filter(pk=self.plan.pk).update(status_on=MARCH)
        assert self.only("plan", since=MARCH, until=MARCH).text == "Planen er nu: i høring"
        change_plan(self.writer, self.plan, vision="En anden")
        self.plan.refresh_from_db()
        assert self.plan.status_on == MARCH


class TestMoney(World):
    def state(self, kroner: int, **more: Any) -> Any:
        given: dict[str, Any] = {
            "funding_source": self.money.pool, "initiative": self.money.first, "step": "recommended",
            "form": "one_off", "lines": {YEAR: Decimal(kroner)}, "stated_on": MARCH,
        }  # fmt: skip
        return state_amount(self.officer, **{**given, **more})

    def test_a_decision_says_when_it_was_taken_and_when_it_was_registered(self) -> None:
        row = register_decision(
            self.officer, self.money.council, outcome="as_recommended", decided_on=MARCH, agenda_item="7", title="Ja"
        )
        one = self.only("decision")
        assert one.text == "Ja: besluttet som indstillet"
        assert one.about == "Byrådet, Aalborg Kommune, punkt 7"
        assert one.when == f"besluttet 03.03.2026, registreret {formats.date_da(self.today)}"
        # From before it was noted when: the day of the decision.
        Decision.objects.filter(pk=row.pk).update(noted_on=None)
        assert self.only("decision", since=MARCH, until=MARCH).when == "besluttet 03.03.2026"

    def test_a_decision_is_news_when_its_outcome_is(self) -> None:
        row = register_decision(self.officer, self.money.council, outcome="pending", title="Venter")
        assert (row.noted_on, self.found("decision")) == (None, [])
        change_decision(self.officer, row, outcome="refused", decided_on=MARCH, agenda_item="8")
        assert self.only("decision").text == "Venter: ikke fulgt"
        Decision.objects.filter(pk=row.pk).update(noted_on=MARCH)
        change_decision(self.officer, row, document="https://example.dk/referat")
        assert self.found("decision") == []

    def test_amounts_are_summed_by_initiative_and_step_and_no_krone_is_two(self) -> None:
        first = self.state(100_000)
        self.state(50_000)
        self.state(80_000, step="set_aside", comes_from=first)
        self.state(1, initiative=self.money.second, form="not_stated", lines={})
        rows = [(each.about, each.text, each.quantity) for each in self.found("amount")]
        assert rows == [
            ("1 Iværksætteri", "Afsat (ramme)", Decimal(80_000)),
            ("1 Iværksætteri", "Anbefalet, 2 beløb", Decimal(150_000)),
            ("2 Detailhandel", "Anbefalet: beløb ikke oplyst i kilden", None),
        ]
        assert self.all().count("amount") == 4

    def test_withdrawn_says_why(self) -> None:
        row = self.state(100_000)
        withdraw_amount(self.officer, row, "Skrevet forkert")
        one = self.only("withdrawn")
        assert (one.text, one.quantity) == ("Anbefalet. Skrevet forkert", Decimal(100_000))

    def test_a_transfer_has_two_sides_and_is_one_change(self) -> None:
        self.money.adopt(500_000, self.money.first)
        lines = [self.money.line(-250_000, self.money.first), self.money.line(250_000, self.money.second)]
        self.money.change("transfer", lines, decision=self.money.decision(decided_on=MARCH))
        rows = [(each.about, each.text, each.quantity) for each in self.found("budget")]
        assert rows == [
            ("1 Iværksætteri", "Omplacering, 2026: herfra", Decimal(-250_000)),
            ("1 Iværksætteri", "Oprindeligt budget, 2026", Decimal(500_000)),
            ("2 Detailhandel", "Omplacering, 2026: hertil", Decimal(250_000)),
        ]
        assert self.all().count("budget") == 2
        assert f"besluttet 03.03.2026, registreret {formats.date_da(self.today)}" in {
            each.when for each in self.found("budget")
        }
        decisions = self.found("decision")
        assert decisions == []  # registered by a loader: known when it was taken
        taken = self.found("decision", since=MARCH, until=MARCH)
        assert [each.plans for each in taken] == [frozenset({self.plan.pk})]

    def test_commitments_are_sums_and_overspending_is_said_when_it_appears(self) -> None:
        self.money.adopt(100_000, self.money.first)
        where: dict[str, Any] = {"funding_source": self.money.pool, "initiative": self.money.first, "year": YEAR}
        for kroner in (20_000, 30_000):
            commit(self.officer, **where, quantity=Decimal(kroner), committed_on=MARCH, counterpart="Hemmelig ApS")
        one = self.only("commitment")
        assert (one.text, one.quantity) == ("Disponeret i 2026", Decimal(50_000))
        assert "Hemmelig" not in str(self.all())
        self.pay("1", 100_000)
        assert self.found("overspent") == []
        self.pay("2", 21_800)
        one = self.only("overspent")
        assert (one.text, one.quantity) == ("Der er brugt mere i 2026, end der er budget til", Decimal(21_800))
        assert self.found("overspent", since=self.today + timedelta(days=1), until=self.today + timedelta(days=1)) == []

    def pay(self, number: str, kroner: int) -> None:
        book(self.officer, self.money.owner, [
            Entry(self.money.pool, self.money.first, YEAR, number, MARCH, Decimal(kroner), supplier="Hemmelig ApS")
        ])  # fmt: skip

    def test_overspending_that_grows_says_from_what(self) -> None:
        before = self.today - timedelta(days=10)
        with ledger.entry(history=ledger.History("Før", origin="test")):
            book(None, self.money.owner, [
                Entry(self.money.pool, self.money.first, YEAR, "1", MARCH, Decimal(5_000))
            ], learnt_on=before)  # fmt: skip
        assert self.found("overspent") == []
        self.pay("2", 2_500)
        one = self.only("overspent")
        assert one.text == f"Merforbruget i 2026 er vokset fra {formats.money(5_000)}"
        assert one.quantity == Decimal(7_500)


class TestWhole(World):
    def fill(self, turns: int = 1) -> None:
        self.money.adopt(100_000 * turns, self.money.first)
        for turn in range(turns):
            row = make_initiative(
                self.plan, Sheet(f"9.{turn}", f"Nyt {turns}" if turns > 1 else "Nyt"), actor=self.writer
            )
            set_status(self.writer, row, "running", reason="I gang")
            set_milestones(self.writer, row, [Moment("2025", "Nået", reached_on=MARCH), Moment("2020", "Gammel")])
            state_amount(
                self.officer, funding_source=self.money.pool, initiative=row, step="recommended", form="one_off",
                lines={YEAR: Decimal(1)}, stated_on=MARCH,
            )  # fmt: skip

    def test_a_stranger_sees_nothing_of_it(self) -> None:
        self.fill()
        assert self.all(date(2020, 1, 1), actor=stranger()).groups == []

    def test_by_plan_and_narrowed_to_one(self) -> None:
        self.fill()
        self.money.change("supplementary", [self.money.line(1, None)], financing="Kassen")
        groups = self.all().groups
        assert [group.plan for group in groups] == [self.plan, None]
        assert [each.about for each in groups[1].changes] == ["Erhvervspuljen"]
        narrowed = changes_since(self.officer, self.today, self.today, self.plan)
        assert [group.plan for group in narrowed.groups] == [self.plan]
        assert changes_since(self.officer, self.today, self.today, "findes-ikke").groups == []

    def test_as_many_questions_whatever_there_is(self) -> None:
        numbers = []
        for turns in (1, 9):
            self.fill(turns)
            actor = actor_for(self.officer.user)
            with self.assertNumQueries(10):
                numbers.append(len(self.all(date(2020, 1, 1), actor=actor).changes))
        assert numbers[1] > numbers[0] + 20

    def test_the_last_meeting_is_where_it_begins(self) -> None:
        assert usual_since(self.officer, self.today) == self.today - timedelta(days=31)
        body = self.money.council
        for day, status in (
            (MARCH, "held"),
            (date(2026, 4, 1), "held"),
            (date(2026, 4, 8), "cancelled"),
            (self.today + timedelta(days=1), "planned"),
        ):
            Meeting.objects.create(body=body, day=day, status=status)
        assert usual_since(self.officer, self.today) == date(2026, 4, 1)
        assert usual_since(stranger(), self.today) == self.today - timedelta(days=31)

    def test_follow_up_is_told_when_it_is_settled_and_when_its_day_has_passed(self) -> None:
        meeting = Meeting.objects.create(body=self.money.council, day=MARCH, status="held")
        given = {"body": meeting.body, "meeting": meeting, "responsible": self.money.owner}
        FollowUp.objects.create(what="Bed om tal", due=self.today - timedelta(days=1), **given)
        FollowUp.objects.create(what="Er ikke for sent", due=self.today, **given)
        FollowUp.objects.create(
            what="Skriv til ministeren", due=self.today, state="done", settled_on=self.today, **given
        )
        found = [change for change in self.all().changes if change.kind in ("late", "settled")]
        said = {(change.kind, change.text.split(":")[0], change.known) for change in found}
        assert said == {("late", "Bed om tal", self.today), ("settled", "Skriv til ministeren", self.today)}


class TestPages(World):
    fill = TestWhole.fill

    def page(self, query: str = "", status: int = 200) -> str:
        answer = signed_in(Client(), self.officer.user).get(f"/siden-sidst/{query}")
        assert answer.status_code == status
        return answer.content.decode() if not answer.streaming else b"".join(answer.streaming_content).decode()

    def test_the_page(self) -> None:
        self.fill()
        day = formats.date_da(self.today)
        page = self.page(f"?siden={day}")
        assert "Hvad er ændret siden" in page
        assert "1 milepæl nået, 1 ændret status, 3 nye initiativer, 1 budgetændring, 1 registreret beløb" in page
        assert "Ingen ændringer." in self.page("?siden=01.01.1990&til=01.01.1991")
        assert f'value="{formats.date_da(self.today - timedelta(days=31))}"' in self.page()

    def test_what_is_typed_wrong(self) -> None:
        assert "Skriv en dato som 31.01.2021" in self.page("?siden=i går", 400)
        later = formats.date_da(self.today + timedelta(days=2))
        assert "Den dag er ikke kommet endnu." in self.page(f"?siden={later}", 400)
        self.page("?siden=02.01.2026&til=01.01.2026&export=csv", 400)

    def test_the_file(self) -> None:
        self.fill()
        lines = self.page(f"?siden={formats.date_da(self.today)}&export=csv").splitlines()
        assert lines[0].lstrip("\ufeff") == "Plan;Type;Om;Hvad;Kroner;Sket;Kendt"
        day = formats.date_da(self.today)
        assert f"Erhvervsplan;Milepæl nået;9.0 Nyt;Nået;;03.03.2026;{day}" in lines
        assert any(line.startswith("Erhvervsplan;Beløb;9.0 Nyt;Anbefalet;1,00;") for line in lines)

    def test_over_the_api(self) -> None:
        self.fill()
        assert self.officer.membership is not None
        bearer = {"Authorization": f"Bearer {issue(self.officer.membership)}"}

        def get(query: str) -> Any:
            return Client().get(f"/api/v1/changes-since/?{query}", headers=bearer)

        said = get(f"since={self.today}&programme=erhvervsplan").json()
        (group,) = said["groups"]
        assert group["programme"] == "erhvervsplan"
        (amount,) = [each for each in group["changes"] if each["kind"] == "amount"]
        assert (amount["quantity"], amount["happened_on"], amount["known_on"]) == (
            "1.00", "2026-03-03", self.today.isoformat()
        )  # fmt: skip
        tomorrow = timezone.localdate() + timedelta(days=1)
        for query, field in ((f"since={tomorrow}", "since"), ("since=2020-01-01", "since"),
                             ("since=2026-02-02&until=2026-02-01", "until"), ("kind=x", "kind")):  # fmt: skip
            answer = get(query)
            assert (answer.status_code, set(answer.json()["errors"])) == (400, {field}), query
