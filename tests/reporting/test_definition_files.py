"""The three definition files of the demo against what their sources print, and the page that shows them."""

import re
from collections import Counter
from datetime import date
from decimal import Decimal
from fractions import Fraction
from io import StringIO
from typing import Any, ClassVar

import time_machine
from django.core.management import call_command
from django.db import connection
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext

from portal import ledger
from portal.identity import demo as people
from portal.identity.models import User
from portal.ledger.audit import differences
from portal.ledger.models import Installation
from programmes import demo as programmes
from programmes.demo_strategies import AALBORG, MIDTJYLLAND
from programmes.models import FocusArea, Programme
from reporting import demo as vvv_targets
from reporting import demo_definitions, target_words
from reporting.definition_loading import load, read
from reporting.engine.indicator_targets import Judged, expectations, indicator_targets
from reporting.models import Indicator, IndicatorVersion, Observation, Series, Target, TargetVersion
from reporting.rules.values import Absent, Empty, Number

NOW = date(2026, 11, 23)
READS = re.compile(r"\s*(SELECT|WITH)\b", re.IGNORECASE)


class TestDemoDefinitions(TestCase):
    """One world for all: it takes a while to load."""

    programme: ClassVar[dict[str, Programme]]

    @classmethod
    def setUpTestData(cls) -> None:
        Installation.objects.create()
        people.load()
        programmes.load()
        vvv_targets.load()
        demo_definitions.load()
        cls.programme = {each.slug: each for each in Programme.objects.all()}

    def judged(self, slug: str, as_of: ledger.AsOf | None = None) -> dict[str, Judged]:
        return {each.version.target.key: each for each in indicator_targets(self.programme[slug], as_of)}

    def versions(self, slug: str) -> dict[str, TargetVersion]:
        rows = TargetVersion.objects.filter(target__programme=self.programme[slug]).select_related("target__indicator")
        return {each.target.key: each for each in rows}

    def client_of(self, email: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(email=email))
        return client

    def test_seven_priorities_22_goals_33_indicators_37_parts(self) -> None:
        areas = FocusArea.objects.filter(programme=self.programme[AALBORG])
        by_priority = Counter(each.number.split(".")[0] for each in areas if "." in each.number)
        assert [by_priority[str(number)] for number in range(1, 8)] == [1, 3, 3, 2, 4, 3, 6]
        assert sum(by_priority.values()) == 22
        parts = [
            target
            for target in Target.objects.filter(programme=self.programme[AALBORG]).select_related("indicator")
            if target.indicator and target.indicator.group != "Vision 2030"
        ]
        assert len(parts) == 37
        # The four that hold two measures: the second lies under the first.
        document = [target for target in parts if target.parent_id is None]
        by_group = Counter(target.indicator.group[0] for target in document if target.indicator)
        assert [by_group[str(number)] for number in range(1, 8)] == [4, 3, 8, 4, 4, 2, 8]
        assert len(document) == 33
        split = {target.parent.key: target.key for target in parts if target.parent}
        assert split == {
            "aalborg-invest-sager": "aalborg-invest-strategiske",
            "aalborg-nye-cvr": "aalborg-overlevelse",
            "aalborg-klima-industri": "aalborg-reduktion-industri",
            "aalborg-klima-landbrug": "aalborg-reduktion-landbrug",
        }

    def test_what_the_source_says_number_for_number(self) -> None:
        said = self.versions(AALBORG)
        amounts = {
            "aalborg-tilfreds-en-indgang": 80, "aalborg-invest-sager": 50, "aalborg-invest-strategiske": 20,
            "aalborg-markedsfoering": 2, "aalborg-jobvaekst-andel": 70, "aalborg-eksport-fuldtid": 10,
            "aalborg-eksport-betingelser": 10, "aalborg-vejledte-virksomheder": 500,
            "aalborg-vejledte-ivaerksaettere": 500, "aalborg-nye-cvr": 900, "aalborg-overlevelse": 50,
            "aalborg-tilfredse-vejledte": 90, "aalborg-klima-industri": 20, "aalborg-reduktion-industri": 100000,
            "aalborg-klima-landbrug": 20, "aalborg-reduktion-landbrug": 103000,
            "aalborg-internationale-partnerskaber": 2, "aalborg-ekstern-finansiering": 50000000,
            "aalborg-folkeskoleelever": 9000, "aalborg-turisme": 30, "aalborg-konferencer": 15, "aalborg-gsi": 20,
            "aalborg-internationale-arbejdstagere": 1000, "aalborg-ics": 1000, "aalborg-international-house": 200,
            "aalborg-beskaeftigede": 128000, "aalborg-virksomheder": 12000,
        }  # fmt: skip
        assert {key: version.amount for key, version in said.items() if version.amount is not None} == amounts
        per_year = {key for key, version in said.items() if version.per == "year"}
        assert {key.removeprefix("aalborg-") for key in per_year} == {
            "forhaandsdialoger", "invest-sager", "invest-strategiske", "markedsfoering", "nye-cvr", "klima-industri",
            "klima-landbrug", "internationale-partnerskaber", "ekstern-finansiering", "udbud",
            "internationale-arbejdstagere", "ics", "international-house",
        }  # fmt: skip
        square_metres = said["aalborg-planlagte-kvadratmeter"]
        assert (square_metres.form, square_metres.amount_to, square_metres.counted_to.year) == ("milestone", None, 2040)
        farms = said["aalborg-klima-landbrug"]
        assert (farms.stated, farms.rule, farms.params) == ("20-30 pr. år", "at_least", {"threshold": "20"})
        rank = said["aalborg-gsi"]
        assert (rank.form, rank.rule, rank.counted_to.year) == ("maximum", "at_most", 2030)

    def test_undecided_denominators_cannot_be_computed_and_say_who_decides(self) -> None:
        judged = self.judged(AALBORG)
        for key in ("aalborg-laerepladser", "aalborg-stem"):
            version = IndicatorVersion.objects.get(indicator__key=key.replace("-", "_"))
            assert version.kind == "open"
            assert "nævner" in version.open_question
            assert judged[key].reading.value == Absent(Empty.UNDECIDED)
            said = target_words.verdict(judged[key])
            assert said.what == "unresolved"
            assert "Aalborg Erhvervsråd" in said.why

    @time_machine.travel(NOW)
    def test_verdicts_from_the_constructed_figures(self) -> None:
        judged = self.judged(AALBORG)
        verdicts = {key.removeprefix("aalborg-"): target_words.verdict(each).what for key, each in judged.items()}
        expected = {
            "invest-sager": "reached",  # 57 in 2025, of 50
            "invest-strategiske": "not_reached",  # 19 of 20
            "forhaandsdialoger": "not_reached",  # 128 after 131: not increasing
            "klima-landbrug": "reached",  # 31 is no failure
            "konferencer": "not_yet",  # 3 + 5 + 4 = 12 of 15, and the year is not over
            "reduktion-industri": "not_yet",  # 85,700 of 100,000 tons, until 2030
            "omsaetningsvaekst": "not_yet",  # 4.0 is not above 4.2
            "unge-erhvervsuddannelse": "reached",  # 23.0 against 22.2
            "tilfredse-vejledte": "not_yet",  # 83 of 93 = 89.2 %
            "tilfreds-en-indgang": "not_yet",  # 71 of 100 fulfil both conditions
            "vejledte-virksomheder": "unresolved",  # whether 500 a year or in all
            "jobvaekst-andel": "missing",  # no job growth in 2025: not relevant
            "gsi": "missing",
            "udbud": "reached",  # one of each in 2025
            "beskaeftigede": "not_judged",  # a vision is an expectation
        }
        assert {key: verdicts[key] for key in expected} == expected
        assert judged["aalborg-konferencer"].reading.value == Number(Fraction(12))
        assert judged["aalborg-reduktion-industri"].reading.value == Number(Fraction(85700))
        assert judged["aalborg-jobvaekst-andel"].reading.value == Absent(Empty.NOT_RELEVANT)
        satisfied = judged["aalborg-tilfredse-vejledte"].reading.value
        assert isinstance(satisfied, Number)
        assert satisfied.value == Fraction(8300, 93)

    @time_machine.travel(NOW)
    def test_the_share_of_job_growth_where_there_was_growth(self) -> None:
        """2023: 1,080 of 1,450 jobs; 2025, without growth: no share. As known in March 2024."""
        then = self.judged(AALBORG, ledger.AsOf.at(date(2024, 3, 1)))["aalborg-jobvaekst-andel"]
        assert isinstance(then.reading.value, Number)
        assert then.reading.value.value == Fraction(108000, 1450)
        assert then.reached

    def test_every_constructed_figure_is_marked_and_the_ledger_agrees(self) -> None:
        assert Observation.objects.exists()
        assert not Observation.objects.filter(series__key__startswith="aalborg-", constructed=False).exists()
        assert differences() == []
        judged = self.judged(AALBORG)
        assert judged["aalborg-ics"].constructed
        # A published value, a sum and a formula over others.
        assert judged["aalborg-nye-cvr"].constructed
        assert judged["aalborg-udbud"].constructed
        assert not judged["aalborg-gsi"].constructed

    def test_the_six_sums(self) -> None:
        sums = expectations(list(self.judged(MIDTJYLLAND).values()))
        assert [(each.name, int(each.total), each.stated, each.parts) for each in sums] == [
            ("Støttede virksomheder", 4280, 8, 9),
            ("Nye vækstvirksomheder", 488, 8, 9),
            ("Nye innovative virksomheder", 915, 7, 9),
            ("Vækst i antal medarbejdere", 2850, 8, 9),
            ("Vækst i omsætning", 5215000 * 1000, 8, 9),
            ("Vækst i eksport", 1585000 * 1000, 8, 9),
        ]

    def test_nothing_stated_and_a_dash_are_two_things(self) -> None:
        said = self.versions(MIDTJYLLAND)
        assert len(said) == 9 * 6
        silent = {key for key, version in said.items() if version.stated == "ikke oplyst i kilden"}
        dashed = {key for key, version in said.items() if version.stated == "streg i kilden"}
        assert {key.rsplit("-", 1)[1] for key in silent} == {"f4"}
        assert len(silent) == 6
        assert dashed == {"midt-innovative-v3"}
        assert {version.form for key, version in said.items() if key in silent | dashed} == {"not_stated"}
        assert {version.commitment for version in said.values()} == {"expectation"}
        turnover = said["midt-omsaetning-f1"]
        assert (turnover.amount, turnover.unit, turnover.stated) == (Decimal(800_000_000), "kr.", "t.kr. 800.000")

    def test_no_default_view_crosses_areas(self) -> None:
        north, mid = self.client_of("kkr@demo.example"), self.client_of(people.NEIGHBOUR[0])
        assert north.get(f"/programmer/{MIDTJYLLAND}/").status_code == 404
        assert north.get("/indikatorer/midt_omsaetning/").status_code == 404
        assert MIDTJYLLAND not in north.get("/").content.decode()
        assert mid.get(f"/programmer/{AALBORG}/").status_code == 404
        assert mid.get("/indikatorer/aalborg_ics/").status_code == 404
        page = mid.get("/")
        text = page.content.decode()
        assert page.status_code == 200
        assert "Vækstplan 2016-2020" in text
        assert "800.000.000" in text
        assert "t.kr. 800.000" in text
        assert programmes.VVV2 not in text

    def test_every_target_line(self) -> None:
        said = self.versions(programmes.VVV2)
        matches = {key: version.amount for key, version in said.items() if version.target.measure_id}
        assert matches == {
            "matches": 2000, "municipal-part": 1400, "partner-part": 600, "aau-fairs": 450, "ucn-fairs": 375,
            "ucn-local-events": 45, "ucn-meet-and-greet": 150, "akademikerne-talent": 90,
        }  # fmt: skip
        others = {key.removeprefix("vvv2-"): version for key, version in said.items() if version.target.indicator_id}
        assert {key: version.amount for key, version in others.items()} == {
            "ucn-boerser": 8, "ucn-lokale": 2, "aau-ny-viden": 90, "talent-arrangementer": 30,
            "talent-deltagere": 600, "inviterede": 850, "brobygning": 30, "brobygning-deltagere": 1500,
            "tilbudt-forloeb": 700, "i-job-efter-4-maaneder": 50, "temadage": 1, "temadag-deltagere": 70,
            "vaekstpiloter": 150, "vaekstpiloter-fortsat": 88, "aau-boerser": None, "ucn-moeder": None,
        }  # fmt: skip
        assert {key for key, version in others.items() if version.stated.startswith("ca.")} == {
            "talent-deltagere", "brobygning", "brobygning-deltagere", "temadag-deltagere",
        }  # fmt: skip
        assert {key for key, version in others.items() if version.per == "year"} == {
            "ucn-lokale", "temadage", "temadag-deltagere",
        }  # fmt: skip
        assert others["vaekstpiloter"].amount_to == 225

    def test_the_match_page_stays_as_it_is_and_leads_to_the_others(self) -> None:
        client = self.client_of("kkr@demo.example")
        page = client.get(f"/programmer/{programmes.VVV2}/")
        text = page.content.decode()
        assert page.context["payload"]["whole"]["target"] == "matches"
        assert {each["key"] for each in page.context["payload"]["targets"]} == {
            target.key for target in Target.objects.filter(programme__slug=programmes.VVV2, measure__isnull=False)
        }
        assert f"/programmer/{programmes.VVV2}/indikatorer/" in text
        own = client.get(f"/programmer/{programmes.VVV2}/indikatorer/").content.decode()
        assert "ca. 1500" in own
        assert "UCN: børser" in own
        assert "vækstpiloter" in own

    def test_the_same_files_change_nothing(self) -> None:
        models: tuple[Any, ...] = (Series, Indicator, IndicatorVersion, Target, TargetVersion, Observation)
        counts = [model.objects.count() for model in models]
        head = ledger.head()
        for name in demo_definitions.FILES:
            assert not sum(load(read(demo_definitions.FOLDER / name)).values()), name
            call_command("load_definitions", str(demo_definitions.FOLDER / name), stdout=StringIO())
        demo_definitions.load()
        assert [model.objects.count() for model in models] == counts
        assert ledger.head() == head

    @time_machine.travel(NOW)
    def test_a_programme_without_matches_shows_its_targets(self) -> None:
        client = self.client_of("kommune@demo.example")
        page = client.get(f"/programmer/{AALBORG}/")
        text = page.content.decode()
        assert page.status_code == 200
        for said in (
            "2. Proaktiv planlægning",
            "50 årlige sager",
            "retningsgivende",
            "ikke indberettet",
            "konstrueret",
        ):
            assert said in text, said
        # The figure leads to the registrations it is made of.
        assert "/indikatorer/aalborg_invest_sager/tal/?from=2025-01-01&amp;to=2025-12-31" in text
        facts = client.get("/indikatorer/aalborg_invest_sager/tal/?from=2025-01-01&to=2025-12-31").content.decode()
        assert "57" in facts

    @time_machine.travel(NOW)
    def test_as_it_was_and_as_a_file(self) -> None:
        client = self.client_of("kommune@demo.example")
        then = client.get(f"/programmer/{AALBORG}/indikatorer/?as_of=01.03.2024").content.decode()
        assert "44" in then
        assert ">57" not in then
        exported = b"".join(client.get(f"/programmer/{AALBORG}/indikatorer/?export=csv").streaming_content).decode()  # type: ignore[attr-defined]
        assert exported.count("\n") == 1 + 39
        assert client.get(f"/programmer/{AALBORG}/indikatorer/?as_of=01.03.2099").status_code == 400

    def test_at_most_15_queries_and_as_many_for_54_targets_as_for_one(self) -> None:
        client = self.client_of(people.NEIGHBOUR[0])
        address = f"/programmer/{MIDTJYLLAND}/"
        client.get(address)
        with CaptureQueriesContext(connection) as many:
            client.get(address)
        kept = TargetVersion.objects.filter(target__programme=self.programme[MIDTJYLLAND]).first()
        assert kept is not None
        with ledger.entry():
            for version in TargetVersion.objects.filter(target__programme=self.programme[MIDTJYLLAND]):
                if version.pk != kept.pk:
                    values = {
                        field.attname: getattr(version, field.attname)
                        for field in TargetVersion._meta.concrete_fields
                        if field.name not in ("place", "recorded_at", "learnt_on", "batch")
                    }
                    ledger.define(
                        TargetVersion(**{**values, "withdrawn": True, "reason": "Prøve", "reason_code": "other"})
                    )
        assert len(indicator_targets(self.programme[MIDTJYLLAND], None)) == 1
        with CaptureQueriesContext(connection) as one:
            client.get(address)
        reading = [each["sql"] for each in many.captured_queries if READS.match(each["sql"])]
        assert len(reading) <= 15, "\n".join(reading)
        assert len(many) == len(one)
