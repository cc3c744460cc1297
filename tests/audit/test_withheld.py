"""What is protected on every other page is so in the trail: in the list, on a change's own page and in the file."""

from datetime import date
from typing import ClassVar
from unittest.mock import patch

from django.db import connection
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.audit import recording
from portal.audit.models import Change
from portal.audit.recording import WITHHELD
from portal.audit.withheld import withhold
from portal.identity.actor import Actor, actor_for
from portal.identity.roles import Role
from portal.ledger.disclosure import set_class
from reporting import demo_protected
from reporting.absences import say_absent
from reporting.models import Absence, Observation, ObservationChange, Series
from reporting.observations import correct, observe
from tests.access.world import World, build_world
from tests.identity.helpers import signed_in

READERS = (Role.AUDITOR, Role.DATA_PROTECTION_OFFICER)
FIRST, THEN = "791967", "610143"
"""Numbers of persons that nothing else has."""


class TestWithheld(TestCase):
    world: ClassVar[World]
    counted: ClassVar[Observation]
    answered: ClassVar[Observation]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = build_world()
        owner = actor_for(cls.world.own[Role.KKR_SECRETARIAT])
        protected = Series.objects.get(key=demo_protected.KEY)
        cls.counted = cls.written(protected, owner, "Teknik")
        cls.answered = cls.written(cls.world.evidence.series, owner, "Ja")

    @classmethod
    def written(cls, series: Series, owner: Actor, category: str) -> Observation:
        made = observe(series, date(2021, 6, 1), int(FIRST), category=category, actor=owner)
        return correct(made, owner, "Prøve", reason_code="error", quantity=int(THEN))

    def setUp(self) -> None:
        self.world.clients.clear()

    def told(self, role: Role, observation: Observation) -> str:
        """Everything that the trail tells a reader of an observation."""
        client = signed_in(Client(), self.world.own[role])
        history = reverse("audit:changes")
        texts = []
        changes = ObservationChange.objects.filter(observation=observation).values_list("pk", flat=True)
        rows = [("reporting_observation", observation.pk), *(("reporting_observationchange", pk) for pk in changes)]
        for table, row in rows:
            of_row = f"{history}?table={table}&row={row}"
            texts.append(client.get(of_row).content.decode())
            file = client.get(f"{of_row}&export=csv")
            texts.append(b"".join(file.streaming_content).decode())  # type: ignore[attr-defined]
            for change in Change.objects.filter(table=table, row=str(row)):
                answer = client.get(reverse("audit:change", args=[change.pk]))
                assert answer.status_code == 200
                texts.append(answer.content.decode())
        assert len(texts) >= 6
        return "\n".join(texts).replace(".", "")

    def test_that_it_was_written_is_told_and_what_is_not(self) -> None:
        for role in READERS:
            told = self.told(role, self.counted)
            assert FIRST not in told
            assert THEN not in told
            assert "Teknik" not in told
            assert "(beskyttet)" in told
            assert "Ledige højtuddannede i forløb" in told, "what it belongs to"

    def test_an_answer_is_told_to_who_reads_answers(self) -> None:
        told = self.told(Role.AUDITOR, self.answered)
        assert FIRST in told
        assert THEN in told
        assert "(beskyttet)" not in told
        told = self.told(Role.DATA_PROTECTION_OFFICER, self.answered)
        assert FIRST not in told
        assert THEN not in told
        assert "(beskyttet)" in told

    def test_what_tells_of_protected_observations_is_withheld_too(self) -> None:
        owner = actor_for(self.world.own[Role.KKR_SECRETARIAT])
        month = (date(2021, 5, 1), date(2021, 5, 31))
        for series in (self.counted.series, self.answered.series):
            say_absent(owner, series, Absence.Why.NOT_REPORTED, month, "Kun to personer")
        told = {}
        for change in Change.objects.filter(table="reporting_absence", new__note="Kun to personer"):
            series_id = (change.new or {})["series_id"]
            withhold([change], actor_for(self.world.own[Role.AUDITOR]))
            told[series_id] = (change.new or {})["note"]
        assert told == {self.counted.series_id: WITHHELD, self.answered.series_id: "Kun to personer"}

    def test_a_match_is_told_until_its_numbers_are_protected(self) -> None:
        """Counting the trail's lines by municipality would give every hidden number."""
        changes = list(Change.objects.filter(table__in=("matching_match", "matching_matchassist")))
        assert {change.table for change in changes} == {"matching_match", "matching_matchassist"}
        auditor = actor_for(self.world.own[Role.AUDITOR])
        withhold(changes, auditor)
        assert all(WITHHELD not in (change.new or {}).values() for change in changes)
        officer = actor_for(self.world.own[Role.DATA_PROTECTION_OFFICER])
        set_class(officer, "match_registered", "people", "Få pr. kommune")
        withhold(changes, auditor)
        for change in changes:
            told = {column for column, value in (change.new or {}).items() if value != WITHHELD}
            assert told <= {"match_id"}, "neither the company nor the municipality"

    def test_all_guarded_tables_are_asked_in_one_question(self) -> None:
        """A page with every kind of row on it costs as much as one with a single kind: the union, the classes of the
        measures and the reader's organisations.
        """
        changes = list(Change.objects.filter(table__in=recording.guards()))
        tables = {change.table for change in changes}
        assert len(tables) > 3, tables
        auditor = actor_for(self.world.own[Role.AUDITOR])
        with CaptureQueriesContext(connection) as asked:
            withhold(changes, auditor)
        assert len(asked) <= 3

    def test_without_the_guard_it_would_be_seen(self) -> None:
        with patch.object(recording, "guards", return_value={}):
            assert THEN in self.told(Role.AUDITOR, self.counted)
