"""Current dates for the fictional continuation of Vækst Via Viden: the sources' own plans are from 2016 to 2023, so all
that they say of time has passed. Nothing of it is from a source, and each says that it is made up ("Opdigtet").
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from portal import ledger
from portal.identity import demo as people
from portal.identity.models import Organisation
from programmes.demo import CONTINUATION, loaded_on
from programmes.initiatives import Item, Moment, change_initiative, set_milestones, set_status, sheet_of
from programmes.models import FundingSource, Initiative, Milestone
from programmes.sources import make_source

APPLICATION = "Ansøgning om en fortsættelse (fiktiv)"


def load() -> str:
    if not FundingSource.objects.filter(name=APPLICATION).exists():
        _Dates(loaded_on()).load()
    return f"{Milestone.objects.filter(initiative__programme__slug=CONTINUATION).count()} current milestones"


class _Dates:
    def __init__(self, today: date) -> None:
        self.today = today
        rows = Initiative.objects.filter(programme__slug=CONTINUATION).select_related("programme__owner", "parent")
        self.initiatives = {row.number: row for row in rows}

    def day(self, days: int) -> date:
        return self.today + timedelta(days=days)

    def at(self, days: int, name: str, reached: int | None = None) -> Moment:
        reached_on = self.day(reached) if reached is not None else None
        return Moment(f"{self.day(days):%d.%m.%Y}", f"Opdigtet: {name}", reached_on=reached_on)

    def load(self) -> None:
        following = self.today.year + 1
        self.milestones("5.1.3", [
            self.at(-40, "Halvdelen af vækstpiloterne er i gang", reached=-12),
            self.at(-16, "Midtvejsstatus til styregruppen"),
            Moment(f"ultimo {following}", "Opdigtet: Slutevaluering"),
        ])  # fmt: skip
        self.milestones("5.2.1", [self.at(18, "Fælles rekrutteringsdag"), self.at(-5, "Partnerne har delt stillinger")])
        self.milestones("5.2.6", [Moment(f"medio {following}", "Opdigtet: Platformen er i drift")])
        self.milestones("5.3.2", [
            Moment(str(self.today.year), "Opdigtet: To temadage"),
            Moment("når lokalet er fundet", "Opdigtet: Åbent hus"),
        ])  # fmt: skip
        self.lead("5.2.5", self.day(24))
        self.lead("5.2.7", self.day(-9))
        self.delivered("5.2.2", "Opdigtet: Katalog over studerendes projekter", self.day(-6))
        for number, status, days in (
            ("5.1.3", "running", -150),
            ("5.2.1", "running", -8),
            ("5.2.5", "recommended", -20),
        ):
            set_status(
                None, self.initiatives[number], status, on=self.day(days), reason="Opdigtet: meldt til styregruppen"
            )
        made = self.day(-25)
        history = ledger.History("Demo: opdigtet ansøgning om en fortsættelse", origin="Opdigtet")
        with ledger.entry(history=history):
            make_source(
                None, Organisation.objects.get(name=people.KKR), name=APPLICATION, kind="grant", status="idea",
                deadline=self.day(33), funder="Opdigtet fond", fictional=True, learnt_on=made,
            )  # fmt: skip

    def milestones(self, number: str, moments: Iterable[Moment]) -> None:
        set_milestones(None, self.initiatives[number], moments)

    def lead(self, number: str, deadline: date) -> None:
        row = self.initiatives[number]
        change_initiative(None, row, replace(sheet_of(row), lead_deadline=deadline))

    def delivered(self, number: str, text: str, day: date) -> None:
        row = self.initiatives[number]
        change_initiative(None, row, replace(sheet_of(row), items=(Item("deliverable", text, settled_on=day),)))
