"""What is dated ahead: how it stands, who sees it, as page, as file and at a secret address."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar
from unittest import mock

import pytest
from django.core import mail
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from portal.audit.models import Export
from portal.identity import token_rate
from portal.identity.actor import Actor, actor_for
from portal.identity.models import ApiToken, User
from portal.identity.scopes import Scope
from portal.identity.token_jobs import token_warnings
from portal.identity.tokens import digest, issue
from programmes import dates_ahead
from programmes.calendar_feeds import make_address
from programmes.calendar_files import calendar_of
from programmes.closing import close_year
from programmes.dated_words import last_day, read
from programmes.dates_ahead import Asked, Chosen, Dated, State, dates, everything
from programmes.focus_areas import make_area
from programmes.initiatives import Item, Moment, Sheet, make_initiative, set_milestones, set_status
from programmes.models import (
    Cluster,
    FollowUp,
    FundingSource,
    Initiative,
    InitiativePartner,
    Mandate,
    Meeting,
    Programme,
)
from programmes.sources import make_source
from tests.identity.helpers import signed_in
from tests.programmes.money import Money, build, stranger

TODAY = date(2026, 6, 15)
"""A Monday in the middle of the budget year that the world is about."""


@pytest.mark.parametrize(
    ("words", "last"),
    [
        ("15.03.2026", date(2026, 3, 15)),
        ("juni 2026", date(2026, 6, 30)),
        ("februar 2028", date(2028, 2, 29)),
        ("2026", date(2026, 12, 31)),
        # Thirds of the year, and of the month.
        ("primo 2026", date(2026, 4, 30)),
        ("medio 2026", date(2026, 8, 31)),
        ("ultimo 2026", date(2026, 12, 31)),
        ("primo juni 2026", date(2026, 6, 10)),
        ("Medio juni 2026", date(2026, 6, 20)),
        ("ultimo juni 2026", date(2026, 6, 30)),
    ],
)
def test_the_last_day_that_words_can_mean(words: str, last: date) -> None:
    when = read(words)
    assert when.day is not None
    assert last_day(when.day, when.precision, when.words) == last


class World(TestCase):
    money: ClassVar[Money]
    plan: ClassVar[Programme]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.money = build()
        cls.plan = Programme.objects.get(slug="erhvervsplan")

    @property
    def actor(self) -> Actor:
        return self.money.officer

    def says(self, *moments: Moment, of: Initiative | None = None) -> None:
        set_milestones(None, of or self.money.first, moments)

    def found(self, kind: str = "milestone", actor: Actor | None = None, **asked: Any) -> list[Dated]:
        given: dict[str, Any] = {"since": TODAY - timedelta(days=31), "today": TODAY, **asked}
        rows = everything(Asked(actor or self.actor, **given))
        return [row for row in rows if row.kind == kind]

    def states(self, **asked: Any) -> dict[str, State]:
        return {row.title: row.state for row in self.found(**asked)}


class TestDates(World):
    def test_how_a_milestone_stands(self) -> None:
        self.says(
            Moment("14.06.2026", "I går"),
            Moment("15.06.2026", "I dag"),
            Moment("medio 2026", "Medio"),  # until the end of August
            Moment("2026", "I år"),
            Moment("primo 2026", "Primo"),  # over on 30 April
            Moment("01.06.2026", "Nået", reached_on=date(2026, 6, 2)),
            Moment("når midlerne er fundet", "Uvist"),
            Moment("2020", "Længe siden"),
            Moment("2020", "Nået længe siden", reached_on=date(2020, 5, 1)),
        )
        assert self.states() == {
            "I går": State.OVERDUE,
            "I dag": State.AHEAD,
            "Medio": State.AHEAD,  # its sorted day, 1 July, has not come
            "I år": State.RUNNING,
            "Primo": State.OVERDUE,
            "Nået": State.DONE,
            "Længe siden": State.OVERDUE,
        }
        assert self.states(undated=True)["Uvist"] == State.AHEAD
        said = {row.title: (row.when, row.says(TODAY)) for row in self.found()}
        assert said["I går"] == ("14.06.2026", "1 dag over tiden")
        assert said["I dag"] == ("15.06.2026", "i dag")
        assert said["Medio"] == ("medio 2026", "kommer")
        assert said["Primo"] == ("primo 2026", "46 dage over tiden")  # 30 April to 15 June: 31 days of May and 15
        assert said["Nået"] == ("01.06.2026", "nået 02.06.2026")

    def test_a_period_is_the_period(self) -> None:
        self.says(Moment("01.01.2026", "Før"), Moment("01.07.2026", "I"), Moment("01.08.2026", "Efter"))
        period = {"since": date(2026, 7, 1), "until": date(2026, 7, 31)}
        assert self.states(**period) == {"Før": State.OVERDUE, "I": State.AHEAD}
        assert self.states(**period, late=False) == {"I": State.AHEAD}

    def test_nothing_of_what_is_over_is_overdue(self) -> None:
        self.says(Moment("01.06.2026", "Første"))
        self.says(Moment("01.06.2026", "Anden"), of=self.money.second)
        set_status(None, self.money.first, "lapsed", reason="Bortfaldet")
        assert self.states() == {"Første": State.PASSED, "Anden": State.OVERDUE}
        assert self.found()[1].says(TODAY) == "initiativet er bortfaldet"
        Programme.objects.filter(pk=self.plan.pk).update(status="finished")
        assert self.states() == {"Første": State.PASSED, "Anden": State.PASSED}
        self.says(Moment("når det kan", "Engang"), of=self.money.second)
        assert "Engang" not in self.states(undated=True)

    def test_every_kind(self) -> None:
        owner = self.money.owner
        sheet = Sheet(
            "3", "Nyt", lead_deadline=date(2026, 6, 1), items=(Item("deliverable", "Rapport", settled_on=TODAY),)
        )
        made = make_initiative(self.plan, sheet)
        make_source(None, owner, name="Fonden", kind="grant", status="idea", deadline=date(2026, 7, 1),
                    starts_on=date(2026, 9, 1), ends_on=date(2027, 8, 31))  # fmt: skip
        area = make_area(self.plan, name="Energi", kind="styrkeposition", appointed="strength")
        Cluster.objects.create(focus_area=area, name="Energiklyngen", valid_from=TODAY, valid_to=date(2028, 1, 1))
        self.money.adopt(1000, self.money.first)
        assert [(row.title, row.day, row.state) for row in self.found("lead")] == [
            ("Det skal afklares, hvem der er ansvarlig", date(2026, 6, 1), State.OVERDUE)
        ]
        assert [(row.title, row.state) for row in self.found("deliverable")] == [("Rapport", State.DONE)]
        assert [(row.about, row.day, row.state) for row in self.found("application")] == [
            ("Fonden", date(2026, 7, 1), State.AHEAD)
        ]
        assert [row.day for row in self.found("source")] == [date(2026, 9, 1), date(2027, 8, 31)]
        assert [row.day for row in self.found("cluster")] == [TODAY, date(2028, 1, 1)]
        assert [(row.title, row.day) for row in self.found("plan")] == [("Planen slutter", date(2029, 12, 31))]
        assert [(row.title, row.state) for row in self.found("budget_year")] == [
            ("Budgetåret 2026 slutter", State.AHEAD)
        ]
        # Decided, applied for, closed: done, and nobody is reminded.
        Initiative.objects.filter(pk=made.pk).update(lead_status="fixed")
        FundingSource.objects.filter(name="Fonden").update(status="sought")
        close_year(None, owner, 2026)
        assert [(row.state, row.says(TODAY)) for row in self.found("lead")] == [
            (State.DONE, "den ansvarlige er afklaret")
        ]
        assert [row.state for row in self.found("application")] == [State.DONE]
        assert [row.state for row in self.found("budget_year")] == [State.DONE]

    def test_what_bodies_have_dated(self) -> None:
        body, owner = self.money.council, self.money.owner
        held = Meeting.objects.create(body=body, day=date(2026, 6, 1), status="held")
        Meeting.objects.create(body=body, day=date(2026, 6, 22), title="Budgetmøde", starts_at=time(16, 30))
        Meeting.objects.create(body=body, day=date(2026, 6, 8), status="cancelled")
        given = {"body": body, "meeting": held, "responsible": owner}
        FollowUp.objects.create(what="For sent", due=date(2026, 6, 14), **given)
        FollowUp.objects.create(what="I dag", due=TODAY, **given)
        FollowUp.objects.create(what="Gjort", state="done", settled_on=date(2026, 6, 10), **given)
        Mandate.objects.create(
            body=body, title="Kommissorium", deadline_words="medio 2026", deadline_precision="part",
            deadline=date(2026, 7, 1),
        )  # fmt: skip
        assert [(row.title, row.state, row.says(TODAY)) for row in self.found("meeting")] == [
            ("Møde", State.DONE, "afholdt"),
            ("Møde", State.PASSED, "aflyst"),
            ("Budgetmøde", State.AHEAD, "begynder kl. 16.30"),
        ]
        assert [(row.title, row.state, row.says(TODAY)) for row in self.found("follow_up")] == [
            ("Gjort", State.DONE, "færdig 10.06.2026"),
            ("For sent", State.OVERDUE, "1 dag over tiden"),
            ("I dag", State.AHEAD, "i dag"),
        ]
        assert [(row.title, row.when, row.state) for row in self.found("mandate")] == [
            ("Kommissorium", "medio 2026", State.AHEAD)
        ]
        foreign = stranger()
        assert [row for kind in ("meeting", "follow_up", "mandate") for row in self.found(kind, actor=foreign)] == []

    def test_who_sees_it_and_what_is_mine(self) -> None:
        self.says(Moment("01.07.2026", "Vores"))
        kkr, hub = (actor_for(User.objects.get(email=f"{name}@demo.example")) for name in ("kkr", "raadgiver"))
        far = stranger()
        assert [row.mine for row in self.found()] == [True]
        assert [row.mine for row in self.found(actor=kkr)] == [False]
        assert self.found(actor=far) == []
        assert [row.mine for row in self.found(actor=hub)] == [False]
        assert hub.organisation is not None
        InitiativePartner.objects.create(initiative=self.money.first, organisation=hub.organisation)
        assert [row.mine for row in self.found(actor=hub)] == [True]

    def test_narrowed(self) -> None:
        self.says(Moment("01.07.2026", "Ene"))
        asked = Asked(self.actor, TODAY, today=TODAY)
        assert [row.title for row in dates(asked, Chosen(kind="milestone", plan="erhvervsplan"))] == ["Ene"]
        assert dates(asked, Chosen(kind="milestone", plan="en-anden")) == []
        assert {row.kind for row in dates(asked, Chosen(lead=str(self.money.owner.pk)))} == {"plan"}
        assert "Ene" in {row.title for row in dates(asked, Chosen(mine=True))}

    def test_a_thing_keeps_its_key_whatever_its_date(self) -> None:
        self.says(Moment("01.07.2026", "Rapport"), Moment("02.07.2026", "Rapport"), Moment("03.07.2026", "Andet"))
        before = {row.key for row in self.found()}
        assert len(before) == 3
        self.says(Moment("09.09.2026", "Rapport"), Moment("02.07.2026", "Rapport"), Moment("03.07.2026", "Andet"))
        assert {row.key for row in self.found()} == before

    def test_a_further_kind_is_one_function(self) -> None:
        def visits(asked: Asked) -> Iterable[Dated]:
            yield Dated("visit", "visit-1", "Besøg", "/besoeg/1/", asked.today, State.AHEAD)

        with mock.patch.dict(dates_ahead.KINDS):
            dates_ahead.dated("visit", "Besøg")(visits)
            assert [row.title for row in self.found("visit")] == ["Besøg"]

    def test_as_many_questions_whatever_there_is(self) -> None:
        self.says(*(Moment("01.07.2026", f"Nummer {turn}") for turn in range(20)))
        actor = actor_for(self.actor.user)
        # Plans, own organisations, milestones, leads, deliverables, sources, clusters, budget years; of bodies their
        # meetings, follow-up, mandates.
        with self.assertNumQueries(10):
            assert len(self.found(actor=actor)) == 20


class TestFiles(World):
    def file(self, rows: list[Dated]) -> Any:
        raw = b"".join(calendar_of(rows, "https://portal.example", TODAY))
        assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
        assert b"\n" not in raw.replace(b"\r\n", b"")
        return raw, Calendar.from_ical(raw)

    def test_an_exact_day_and_one_in_words(self) -> None:
        self.says(Moment("14.06.2026", "Besøg, og æøå; fest"), Moment("medio 2027", "Rapport"))
        raw, calendar = self.file(self.found())
        first, second = calendar.walk("VEVENT")
        assert b"DTSTART;VALUE=DATE:20260614\r\n" in raw
        assert (first.decoded("dtstart"), first.decoded("dtend")) == (date(2026, 6, 14), date(2026, 6, 15))
        assert str(first["summary"]) == "Over tiden: Besøg, og æøå; fest (1 Iværksætteri)"
        assert str(first["url"]) == f"https://portal.example/initiativer/{self.money.first.pk}/"
        assert second.decoded("dtstart") == date(2027, 7, 1)
        assert str(second["summary"]) == "medio 2027: Rapport (1 Iværksætteri)"
        assert "Kilden siger »medio 2027«" in str(second["description"])
        assert second["transp"] == "TRANSPARENT"
        assert str(second["uid"]).endswith("@portal.example")
        changed = Initiative.objects.get(pk=self.money.first.pk).updated_at.replace(microsecond=0)
        assert first.decoded("last-modified") == changed == first.decoded("dtstamp")
        assert isinstance(first.decoded("dtstamp"), datetime)
        assert str(calendar["x-wr-timezone"]) == "Europe/Copenhagen"
        # The same things give the same file: a calendar program sees that nothing has changed.
        assert self.file(self.found())[0] == raw

    def test_every_kind_is_a_valid_file(self) -> None:
        make_source(None, self.money.owner, name="Fonden", kind="grant", status="idea", deadline=date(2026, 7, 1))
        self.money.adopt(1000, self.money.first)
        self.says(Moment("når det kan"))
        rows = everything(Asked(self.actor, TODAY, today=TODAY, undated=True))
        events = self.file(rows)[1].walk("VEVENT")
        assert len(events) == len([row for row in rows if row.day is not None]) == len(rows) - 1
        assert len({str(event["uid"]) for event in events}) == len(events)


class TestPages(World):
    def setUp(self) -> None:
        self.client = signed_in(Client(), self.actor.user)
        self.today = timezone.localdate()

    def ahead(self, days: int, name: str = "Rapport") -> Moment:
        return Moment(f"{self.today + timedelta(days=days):%d.%m.%Y}", name)

    def test_the_page(self) -> None:
        self.says(self.ahead(-3, "For sent"), self.ahead(9, "Snart"), Moment("når det kan", "Engang"))
        page = self.client.get("/kalender/").content.decode()
        assert "1 ting er over tiden. Det næste er: Snart (1 Iværksætteri)" in page
        assert page.index("3 dage over tiden") < page.index("om 9 dage") < page.index("når det kan")
        nothing = self.client.get("/kalender/?kind=cluster").content.decode()
        assert "Der er intet med en dato i den tid og med de filtre, du har valgt." in nothing
        mine = self.client.get(f"/kalender/?mine=on&plan=erhvervsplan&lead={self.money.owner.pk}")
        assert "For sent" not in mine.content.decode()

    def test_what_is_typed_wrong_is_said_and_kept(self) -> None:
        wrong = self.client.get("/kalender/?since=31.02.2026&until=1.1.2026&plan=findes-ikke")
        page = wrong.content.decode()
        assert wrong.status_code == 400
        assert 'value="31.02.2026"' in page
        assert "Februar 2026 har kun 28 dage" in page
        turned = self.client.get("/kalender/?since=01.02.2026&until=01.01.2026")
        assert turned.status_code == 400
        assert self.client.get("/kalender/kalender.ics?since=x").status_code == 400
        assert self.client.get("/kalender/?since=x&export=csv").status_code == 400

    def test_files(self) -> None:
        self.says(self.ahead(9, "Snart"), Moment("medio 2028", "Senere"))
        answer = self.client.get("/kalender/?export=csv&kind=milestone")
        lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
        assert lines[0] == "Hvad;Hvornår;Sådan står det;Type;Ansvarlig;Plan;Om;Sorteret som;Senest"
        assert lines[2] == "Senere;medio 2028;kommer;Milepæl;;Erhvervsplan;1 Iværksætteri;01.07.2028;31.08.2028"
        answer = self.client.get("/kalender/kalender.ics?kind=milestone")
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        assert "kalender.ics" in answer["Content-Disposition"]
        events = Calendar.from_ical(b"".join(answer.streaming_content)).walk("VEVENT")
        assert [str(event["summary"]) for event in events] == [
            "Snart (1 Iværksætteri)", "medio 2028: Senere (1 Iværksætteri)"
        ]  # fmt: skip
        assert Export.objects.filter(name="kalender.ics", rows=2).exists()

    def test_over_the_api(self) -> None:
        self.says(self.ahead(9, "Snart"), Moment("medio 2028", "Senere"))
        assert self.actor.membership is not None
        bearer = {"Authorization": f"Bearer {issue(self.actor.membership)}"}
        said = Client().get("/api/v1/calendar/?kind=milestone&programme=erhvervsplan", headers=bearer).json()
        assert [(row["title"], row["words"], row["state"]) for row in said["results"]] == [
            ("Snart", "", "ahead"), ("Senere", "medio 2028", "ahead")
        ]  # fmt: skip
        assert said["results"][1]["last"] == "2028-08-31"
        refused = Client().get("/api/v1/calendar/?kind=fest&since=2026-13-01", headers=bearer)
        assert refused.status_code == 400
        assert set(refused.json()["errors"]) == {"kind", "since"}
        turned = Client().get("/api/v1/calendar/?since=2026-02-01&until=2026-01-01", headers=bearer)
        assert set(turned.json()["errors"]) == {"until"}


class TestFeed(World):
    def setUp(self) -> None:
        today = timezone.localdate()
        self.says(Moment(f"{today + timedelta(days=9):%d.%m.%Y}", "Snart"))
        self.client = signed_in(Client(), self.actor.user)
        assert self.actor.membership is not None
        self.membership = self.actor.membership

    def titles(self, path: str) -> list[str]:
        answer = Client().get(path)
        assert answer.status_code == 200, path
        events = Calendar.from_ical(answer.content).walk("VEVENT")
        return [str(event["summary"]) for event in events]

    def path(self, token: str) -> str:
        return reverse("programmes:calendar_feed", args=[token])

    def test_made_once_used_and_revoked(self) -> None:
        answer = self.client.post("/kalender/adresser/ny/?plan=erhvervsplan&since=01.01.2026", {"name": "Outlook"})
        address = answer.context["address"]
        assert address.startswith("http://testserver/kalender/abonnement/vb_")
        assert address.endswith(".ics?plan=erhvervsplan")  # the period is left out: a calendar goes on
        token = address.partition("abonnement/")[2].partition(".ics")[0]
        row = ApiToken.objects.get(digest=digest(token))
        assert (row.name, row.scopes, row.last_used_at) == ("Outlook", [Scope.CALENDAR], None)
        assert not ApiToken.objects.filter(digest__contains=token).exists()
        path = address.removeprefix("http://testserver")
        assert self.titles(path) == ["Snart (1 Iværksætteri)", "Planen slutter (Erhvervsplan)"]
        row.refresh_from_db()
        assert row.last_used_at is not None
        listed = self.client.get("/kalender/adresser/").content.decode()
        assert "Outlook" in listed
        assert token not in listed
        self.client.post(f"/kalender/adresser/{row.pk}/tilbagekald/")
        assert Client().get(path).status_code == 404
        assert self.client.get(f"/kalender/adresser/{row.pk}/tilbagekald/").status_code == 404

    def test_what_opens_nothing_is_answered_as_what_is_not_there(self) -> None:
        known = make_address(self.actor, self.membership, "Kendt")
        api = issue(self.membership, [Scope.READ], "En nøgle")
        both = issue(self.membership, [Scope.READ, Scope.CALENDAR], "Begge")
        old = make_address(self.actor, self.membership, "Gammel")
        now = timezone.now()
        ApiToken.objects.filter(name="Gammel").update(created_at=now - timedelta(days=9), expires_at=now)
        answers = [Client().get(self.path(token)) for token in ("vb_findes-ikke", api, both, old, "x")]
        assert {answer.status_code for answer in answers} == {404}
        assert Client().get(self.path(known)).status_code == 200
        # The membership ends, and with it the address: the same answer.
        self.membership.valid_to = timezone.localdate() - timedelta(days=1)
        self.membership.save()
        assert Client().get(self.path(known)).status_code == 404

    def test_it_opens_the_calendar_and_nothing_else(self) -> None:
        token = make_address(self.actor, self.membership, "Kalender")
        for path in ("programmes/", "calendar/", "companies/"):
            answer = Client().get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == 403, path

    def test_it_shows_what_the_person_sees_at_that_moment(self) -> None:
        far = stranger()
        assert far.membership is not None
        token = make_address(far, far.membership, "Aarhus")
        assert self.titles(self.path(token)) == []
        Programme.objects.filter(pk=self.plan.pk).update(area=None)  # of the whole country now
        assert "Snart (1 Iværksætteri)" in self.titles(self.path(token))

    def test_nothing_is_kept_on_the_way(self) -> None:
        answer = Client().get(self.path(make_address(self.actor, self.membership, "Kalender")))
        assert answer["Cache-Control"] == "private, no-store"
        assert "noindex" in answer["X-Robots-Tag"]
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        assert answer.cookies == {}

    def test_not_asked_for_too_often(self) -> None:
        path = self.path(make_address(self.actor, self.membership, "Ivrig"))
        with mock.patch.object(token_rate.counter, "count", return_value=10**6):
            answer = Client().get(path)
        assert answer.status_code == 429
        assert 1 <= int(answer["Retry-After"]) <= 60

    def test_names(self) -> None:
        wrong = self.client.post("/kalender/adresser/ny/", {"name": " "})
        assert wrong.status_code == 400
        assert "Giv adressen et navn, der siger, hvor du bruger den." in wrong.content.decode()
        self.client.post("/kalender/adresser/ny/", {"name": "Telefonen"})
        twice = self.client.post("/kalender/adresser/ny/", {"name": "Telefonen"})
        assert twice.status_code == 400
        assert ApiToken.objects.filter(name="Telefonen").count() == 1

    def test_a_letter_comes_before_it_ends(self) -> None:
        make_address(self.actor, self.membership, "Outlook")
        now = timezone.now()
        ApiToken.objects.filter(name="Outlook").update(created_at=now, expires_at=now + timedelta(days=13))
        token_warnings(mock.Mock())
        (letter,) = mail.outbox
        assert letter.subject.startswith("Kalenderadressen »Outlook« udløber den ")
        assert "Lav en ny adresse under »Abonnér i din kalender«" in letter.body

    def test_others_addresses_are_not_there(self) -> None:
        other = actor_for(User.objects.get(email="kkr@demo.example"))
        assert other.membership is not None
        make_address(other, other.membership, "En andens")
        row = ApiToken.objects.get(name="En andens")
        assert self.client.get(f"/kalender/adresser/{row.pk}/tilbagekald/").status_code == 404
        assert "En andens" not in self.client.get("/kalender/adresser/").content.decode()
