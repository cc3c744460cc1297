"""A made-up budget officer's two years in Aalborg Kommune: last year lived to its end, this year as far as it has come.

Nothing of it is from a source: pool, amounts, decisions and suppliers are fictional and say so.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from portal import ledger
from portal.identity.models import Organisation
from programmes.amounts import state_amount
from programmes.budget import Line, change_budget
from programmes.closing import close_year, expect, reconcile, spent_until
from programmes.commitments import commit
from programmes.decisions import register_decision
from programmes.demo import CONTINUATION, loaded_on
from programmes.models import Body, Decision, Delegation, FundingSource, Initiative, PriceIndex
from programmes.sources import add_account, make_source
from programmes.spending import Entry, book

OWNER = "Aalborg Kommune"
POOL = "Erhvervspuljen (fiktiv)"
SHARE = "Medfinansiering af Vækst Via Viden (fiktiv)"
What = Delegation.What


def load() -> str:
    if not FundingSource.objects.filter(name=POOL).exists():
        _Years(Organisation.objects.get(name=OWNER)).load()
    return POOL


class _Years:
    def __init__(self, owner: Organisation) -> None:
        self.owner, self.today = owner, loaded_on()
        self.this, self.last = self.today.year, self.today.year - 1
        rows = Initiative.objects.filter(programme__slug=CONTINUATION, number__in=["5.1.3", "5.2.1", "5.2.2"])
        self.pilot, self.services, self.fairs = rows.order_by("number")

    def day(self, year: int, month: int, number: int) -> date:
        """That day, or the day the demo was made where it has not come yet."""
        return min(date(year, month, number), self.today)

    def load(self) -> None:
        self.bodies()
        history = ledger.History("Demo: opdigtet budget i Aalborg Kommune", origin="Opdigtet")
        with ledger.entry(history=history):
            made = date(self.last - 1, 10, 1)
            self.pool = make_source(
                None, self.owner, name=POOL, kind="pool", fictional=True, price_year=self.last, learnt_on=made,
                eligibility="Opdigtet: indsatser, der giver virksomheder adgang til højtuddannede.",
            )  # fmt: skip
            self.share = make_source(None, self.owner, name=SHARE, kind="own_frame", fictional=True, learnt_on=made)
            self.adopt()
            self.last_year()
            self.this_year()
        add_account(None, self.pool, "06.48.67.1.0.001", name="Erhvervsfremme (fiktiv)")
        self.reconciled()
        close_year(None, self.owner, self.last, note="Opdigtet")
        for year, factor in ((self.last, "1.027"), (self.this, "1.031"), (self.this + 1, "1.029")):
            PriceIndex.objects.get_or_create(
                year=year, kind="", valid_from=date(self.last - 1, 6, 1),
                defaults={"factor": Decimal(factor), "source": "Opdigtet p/l-skøn til demoområdet"},
            )  # fmt: skip

    def bodies(self) -> None:
        self.council = self.body("Byrådet (fiktivt)", "council", dict.fromkeys(What.values))
        committee = {What.TRANSFER.value: Decimal(500_000), What.COMMITMENT.value: Decimal(1_000_000)}
        self.committee = self.body("Erhvervsudvalget (fiktivt)", "committee", committee)
        manager = {What.TRANSFER.value: Decimal(50_000), What.COMMITMENT.value: Decimal(200_000)}
        self.manager = self.body("Erhvervschefen (fiktiv)", "management", manager)

    def body(self, name: str, level: str, may: Mapping[str, Decimal | None]) -> Body:
        row = Body.objects.create(
            organisation=self.owner, name=name, kind=level, asks_agenda_item=level != "management"
        )
        Delegation.objects.bulk_create(Delegation(body=row, what=what, up_to=limit) for what, limit in may.items())
        return row

    def decided(self, body: Body, title: str, day: date, item: str = "", **more: Any) -> Decision:
        return register_decision(
            None, body, outcome="as_recommended", decided_on=day, agenda_item=item, title=title, **more
        )

    def change(self, kind: str, decision: Decision, title: str, lines: list[Line], **more: Any) -> None:
        change_budget(
            None, kind, owner=self.owner, decision=decision, title=title, lines=lines,
            learnt_on=decision.decided_on, **more,
        )  # fmt: skip

    def adopt(self) -> None:
        """Two budgets, each for its year and the three after it; the frame is set aside before it is divided."""
        first, second = self.day(self.last - 1, 10, 8), self.day(self.last, 10, 9)
        decision = self.decided(
            self.council, f"Budget {self.last}-{self.last + 3}", first, "4",
            recommended="Opdigtet: Magistraten indstiller, at budgettet vedtages.",
            decided="Opdigtet: Godkendt.",
        )  # fmt: skip
        frame = state_amount(
            None, funding_source=self.pool, initiative=None, step="set_aside", form="yearly",
            lines={self.last + turn: Decimal(2_400_000) for turn in range(4)}, stated_on=first, decision=decision,
            price_year=self.last, source="Opdigtet budgetforlig", learnt_on=first,
        )  # fmt: skip
        lines = []
        for turn in range(4):
            year = self.last + turn
            lines += [
                Line(self.pool, self.pilot, year, Decimal(900_000), comes_from=frame),
                Line(self.pool, self.services, year, Decimal(600_000), comes_from=frame),
                Line(self.pool, None, year, Decimal(900_000), comes_from=frame),
            ]
        self.change("original", decision, f"Budget {self.last} og overslagsår", lines, price_year=self.last)
        decision = self.decided(self.council, f"Budget {self.this}-{self.this + 3}", second, "6")
        own = [Line(self.share, self.fairs, self.this + turn, Decimal(350_000)) for turn in range(4)]
        self.change("original", decision, f"Medfinansiering {self.this} og overslagsår", own, price_year=self.this)

    def last_year(self) -> None:
        year = self.last
        decision = self.decided(self.committee, "Flere vækstpiloter", self.day(year, 3, 12), "9")
        moved = [Line(self.pool, None, year, Decimal(-250_000)), Line(self.pool, self.pilot, year, Decimal(250_000))]
        self.change("transfer", decision, "250.000 kr. til vækstpiloterne", moved)
        bound = self.commit(self.pilot, year, 1_100_000, self.day(year, 4, 1), "Limfjord Rådgivning ApS (fiktiv)")
        for month, kroner in ((5, 310_000), (8, 365_000), (11, 398_500)):
            self.pay(self.pilot, year, kroner, self.day(year, month, 20), f"{year}-{month:02}01", bound)
        self.pay(self.services, year, 641_250, self.day(year, 9, 3), f"{year}-0902")
        for initiative, kroner in ((self.pilot, 1_100_000), (self.services, 640_000), (None, 0)):
            self.expect(initiative, year, kroner, self.day(year, 8, 15))
        decision = self.decided(self.council, f"Overførsler fra {year}", self.day(self.this, 3, 26), "11")
        left = Decimal(400_000)
        carried = [Line(self.pool, None, year, -left), Line(self.pool, None, self.this, left)]
        self.change("carry_over", decision, f"Overført fra {year} til {self.this}", carried)

    def this_year(self) -> None:
        year = self.this
        decision = self.decided(self.council, "Styrket indsats for dimittender", self.day(year, 4, 23), "14")
        self.change(
            "supplementary", decision, "Tillægsbevilling til rekrutteringsservices",
            [Line(self.pool, self.services, year, Decimal(300_000))], financing="Kassebeholdningen (opdigtet)",
        )  # fmt: skip
        decision = self.decided(self.manager, "Fra rammen til vækstpiloter", self.day(year, 5, 6))
        moved = [Line(self.pool, None, year, Decimal(-50_000)), Line(self.pool, self.pilot, year, Decimal(50_000))]
        self.change("transfer", decision, "50.000 kr. til vækstpiloterne", moved)
        bound = self.commit(self.pilot, year, 800_000, self.day(year, 2, 2), "Limfjord Rådgivning ApS (fiktiv)")
        self.commit(self.services, year, 250_000, self.day(year, 5, 11), "Nordjysk Formidling (fiktiv)")
        for month, kroner in ((3, 260_000), (6, 275_400)):
            if date(year, month, 20) <= self.today:
                self.pay(self.pilot, year, kroner, date(year, month, 20), f"{year}-{month:02}01", bound)
        # Booked above the budget: it is always taken, and shown.
        self.pay(self.fairs, year, 371_800, self.day(year, 6, 9), f"{year}-0609", source=self.share)
        for initiative, kroner in ((self.pilot, 940_000), (self.services, 880_000)):
            self.expect(initiative, year, kroner, self.day(year, 8, 14))

    def commit(self, initiative: Initiative, year: int, kroner: int, day: date, to: str) -> Any:
        return commit(
            None, funding_source=self.pool, initiative=initiative, year=year, quantity=Decimal(kroner),
            committed_on=day, counterpart=to, text="Opdigtet", learnt_on=day,
        )  # fmt: skip

    def pay(
        self, initiative: Initiative, year: int, kroner: int, day: date, number: str, bound: Any = None,
        source: FundingSource | None = None,
    ) -> None:  # fmt: skip
        entry = Entry(
            source or self.pool, initiative, year, number, day, Decimal(kroner), text="Opdigtet",
            supplier="Limfjord Rådgivning ApS (fiktiv)", commitment=bound,
        )  # fmt: skip
        book(None, self.owner, [entry], learnt_on=day)

    def expect(self, initiative: Initiative | None, year: int, kroner: int, day: date) -> None:
        expect(
            None, funding_source=self.pool, initiative=initiative, year=year, quantity=Decimal(kroner),
            stated_on=day, learnt_on=day,
        )  # fmt: skip

    def reconciled(self) -> None:
        """Every month of last year that had ended, as the finance system (made up as well) said it."""
        for month in range(1, 13):
            ours = spent_until(self.owner, self.pool, self.last, month, ledger.AsOf.now())
            late = Decimal(1_250) if month == 9 else Decimal(0)
            reconcile(
                None, self.owner, funding_source=self.pool, year=self.last, month=month, system_total=ours + late,
                explanation="Opdigtet: et bilag ventede på godkendelse." if late else "",
            )  # fmt: skip
