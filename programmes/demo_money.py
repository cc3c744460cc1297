"""Money of the demo area: Aarhus' recommended amounts as its document states them, and a fictional budget in Aalborg.

Source of Aarhus' amounts: "Bilag 3: Beskrivelse af anbefalede nye initiativer i relation til midtvejsrevision af
erhvervsplanen", Aarhus Kommune. The document says no day; it tells of November 2022 as what is to come.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from portal import ledger
from portal.identity import demo as people
from portal.identity.models import Organisation
from programmes import demo, demo_aarhus
from programmes.amounts import state_amount
from programmes.budget import Line, change_budget
from programmes.closing import expect
from programmes.commitments import commit
from programmes.decisions import register_decision
from programmes.models import (
    Amount,
    BudgetChange,
    Commitment,
    DecidingBody,
    Decision,
    Delegation,
    FundingSource,
    Initiative,
    Programme,
    YearClosing,
)
from programmes.sources import add_account, make_source
from programmes.spending import Entry, book

Step, Form, Kind = Amount.Step, Amount.Form, BudgetChange.Kind
STATED_ON = date(2022, 10, 31)
DOCUMENT = "Bilag 3, midtvejsrevision af Erhvervsplan 2020-23, Aarhus Kommune (efterår 2022, dag ikke oplyst i kilden)"
POOL, PACKAGE, AGREEMENT, EARLIER = (
    "Erhvervspuljen",
    "Erhvervspakken",
    "Budgetforlig 2023-26",
    "Tidligere afsat 2021-24 (kilden nævner ingen pulje)",
)
SOURCES = {
    POOL: FundingSource.Kind.POOL,
    PACKAGE: FundingSource.Kind.POOL,
    AGREEMENT: FundingSource.Kind.AGREEMENT,
    EARLIER: FundingSource.Kind.EARLIER,
}


@dataclass(frozen=True)
class Stated:
    """An amount of the document. `of` is the source of the same initiative's amount that it comes from."""

    number: str
    source: str | None
    step: Step
    form: Form
    kroner: int = 0
    years: Sequence[int | None] = ()
    note: str = ""
    of: str = ""
    frame: tuple[int, int] | None = None

    @property
    def lines(self) -> Mapping[int | None, Decimal]:
        return {year: Decimal(self.kroner) for year in self.years}


FOUR = (2023, 2024, 2025, 2026)
NO_YEAR = (None,)
AARHUS = (
    Stated("1.1", EARLIER, Step.SET_ASIDE, Form.FRAME, 40_000_000, NO_YEAR, frame=(2021, 2024),
           note="Rammebeløb for hele perioden; ikke fordelt på år i kilden"),
    Stated("1.2", POOL, Step.RECOMMENDED, Form.YEARLY, 250_000, FOUR),
    Stated("1.3", None, Step.RECOMMENDED, Form.NONE, note="Der afsættes som udgangspunkt ikke midler til indsatsen"),
    Stated("1.4", AGREEMENT, Step.SET_ASIDE, Form.YEARLY, 500_000, FOUR,
           note="Ramme til partnerskabsaftale med Erhverv Aarhus"),
    Stated("1.4", PACKAGE, Step.RECOMMENDED, Form.YEARLY, 500_000, FOUR, of=AGREEMENT,
           note="Budgetforligets ramme anbefales udmøntet fra Erhvervspakken: ét beløb, ikke to"),
    Stated("2", None, Step.RECOMMENDED, Form.NONE, note="Ikke behov for finansiering p.t.; systematisk dialog først"),
    Stated("3", AGREEMENT, Step.RECOMMENDED, Form.SETTLED_ELSEWHERE, note="Der henvises til budgetforlig 2023-2026"),
    Stated("4", None, Step.RECOMMENDED, Form.NONE, note="Forventes ikke at kræve yderligere ressourcer"),
    Stated("5", PACKAGE, Step.SET_ASIDE, Form.NOT_STATED, note="Midler afsat; særskilt indstilling følger"),
    Stated("6", PACKAGE, Step.RECOMMENDED, Form.YEAR_NOT_STATED, 250_000, NO_YEAR),
    Stated("7", PACKAGE, Step.RECOMMENDED, Form.ONE_OFF, 300_000, (2023,)),
    Stated("8", None, Step.RECOMMENDED, Form.NONE, note="Forventes ikke at kræve yderligere ressourcer"),
    Stated("9", None, Step.RECOMMENDED, Form.NONE, note="Forventes ikke at kræve yderligere ressourcer"),
    Stated("10", POOL, Step.RECOMMENDED, Form.ONE_OFF, 250_000, (2022,)),
    Stated("11", PACKAGE, Step.RECOMMENDED, Form.YEAR_NOT_STATED, 250_000, NO_YEAR),
    Stated("11", AGREEMENT, Step.RECOMMENDED, Form.SETTLED_ELSEWHERE, note="Velfærdsteknologiens Hus i Skejby"),
    Stated("13", POOL, Step.RECOMMENDED, Form.YEAR_NOT_STATED, 250_000, NO_YEAR, note="Ramme til konkrete initiativer"),
)  # fmt: skip
"""Initiative 12 says nothing of money."""


def load() -> str:
    if not FundingSource.objects.filter(owner__name=people.AARHUS).exists():
        _aarhus()
    if not FundingSource.objects.filter(name=FICTIONAL_POOL).exists():
        _aalborg()
    return f"{FundingSource.objects.count()} funding sources, {BudgetChange.objects.count()} budget changes"


def _aarhus() -> None:
    owner = Organisation.objects.get(name=people.AARHUS)
    programme = Programme.objects.get(slug=demo_aarhus.AARHUS)
    initiatives = {each.number: each for each in Initiative.objects.filter(programme=programme)}
    with ledger.entry(history=ledger.History("Demo: beløb i Aarhus' midtvejsrevision", origin=DOCUMENT)):
        sources = {
            name: make_source(None, owner, name=name, kind=kind, source=DOCUMENT, learnt_on=STATED_ON)
            for name, kind in SOURCES.items()
        }
        made: dict[tuple[str, str | None], Amount] = {}
        for each in AARHUS:
            first, last = each.frame or (None, None)
            made[each.number, each.source] = state_amount(
                None,
                funding_source=sources[each.source] if each.source else None,
                initiative=initiatives[each.number],
                step=each.step,
                form=each.form,
                lines=each.lines,
                stated_on=STATED_ON,
                comes_from=made[each.number, each.of] if each.of else None,
                first_year=first,
                last_year=last,
                note=each.note,
                source=DOCUMENT,
                learnt_on=STATED_ON,
            )


# ------------------------------------------------------------------------------- a fictional budget, from last year on
FICTIONAL_POOL = "Vækstpuljen (fiktiv)"
FICTIONAL = "Opdigtet budget til demoområdet"
PARTS = ("5.2.1", "5.2.3", "5.3.2")
"""The activities of the fictional continuation that Aalborg pays for in the demo; matches are counted on them."""


@dataclass
class _Budget:
    """What the fictional history needs at hand. Everything is learnt on the day it happened."""

    owner: Organisation
    pool: FundingSource
    parts: list[Initiative]
    council: DecidingBody
    committee: DecidingBody
    vouchers: int = field(default=1000)

    def change(self, kind: Kind, day: date, item: str, title: str, lines: Sequence[Line], financing: str = "") -> None:
        body = self.council if kind != Kind.TRANSFER else self.committee
        decision = register_decision(
            None, body, outcome=Decision.Outcome.AS_RECOMMENDED, decided_on=day, agenda_item=item, title=title,
            recommended=f"Det indstilles, at {title[:1].lower()}{title[1:]} godkendes.", decided="Godkendt.",
        )  # fmt: skip
        change_budget(
            None, kind, owner=self.owner, decision=decision, title=title, lines=lines, financing=financing,
            price_year=day.year, learnt_on=day,
        )  # fmt: skip

    def line(self, part: int | None, year: int, kroner: int) -> Line:
        return Line(self.pool, None if part is None else self.parts[part], year, Decimal(kroner))

    def commit(self, part: int, day: date, kroner: int, counterpart: str, text: str) -> Commitment:
        return commit(
            None, funding_source=self.pool, initiative=self.parts[part], year=day.year, quantity=Decimal(kroner),
            committed_on=day, counterpart=counterpart, text=text, reference=f"F-{day:%Y%m%d}", learnt_on=day,
        )  # fmt: skip

    def pay(
        self, part: int, day: date, kroner: int, supplier: str, text: str, of: Commitment | None = None,
        year: int | None = None,
    ) -> None:  # fmt: skip
        self.vouchers += 1
        entry = Entry(
            self.pool, self.parts[part], year or day.year, str(self.vouchers), day, Decimal(kroner),
            account=f"06486710{part + 1:03}", text=text, supplier=supplier, commitment=of,
        )  # fmt: skip
        book(None, self.owner, [entry], file_name="Økonomisystemet (fiktiv)", learnt_on=day)


def _aalborg() -> None:
    """Adopted in October of the year before last; last year is closed and carried over; this year is under way."""
    made_on = demo.loaded_on()
    this, last = made_on.year, made_on.year - 1
    owner = Organisation.objects.get(name="Aalborg Kommune")
    programme = Programme.objects.get(slug=demo.CONTINUATION)
    parts = [Initiative.objects.get(programme=programme, number=number) for number in PARTS]
    council = _body(owner, "Byrådet", DecidingBody.Level.COUNCIL, dict.fromkeys(Delegation.What.values))
    committee = _body(
        owner, "Erhvervsudvalget", DecidingBody.Level.COMMITTEE,
        {"transfer": Decimal(500_000), "commitment": Decimal(1_000_000)},
    )  # fmt: skip
    _body(owner, "Erhvervschefen", DecidingBody.Level.MANAGEMENT, {"commitment": Decimal(100_000)}, agenda=False)
    with ledger.entry(history=ledger.History("Demo: fiktivt budget i Aalborg", origin=FICTIONAL)):
        begun = date(last - 1, 10, 9)
        pool = make_source(
            None, owner, name=FICTIONAL_POOL, kind=FundingSource.Kind.POOL, price_year=this, fictional=True,
            source=FICTIONAL, eligibility="Indsatser, der skaffer virksomheder højtuddannet arbejdskraft.",
            learnt_on=begun,
        )  # fmt: skip
        for number, part in enumerate(parts, 1):
            add_account(None, pool, f"06.48.67.1.0.{number:03}", initiative=part, name=part.name[:120])
        budget = _Budget(owner, pool, parts, council, committee)
        _last_year(budget, last, begun)
        _this_year(budget, this, made_on)


def _body(
    owner: Organisation, name: str, level: str, may: Mapping[str, Decimal | None], *, agenda: bool = True
) -> DecidingBody:
    body = DecidingBody.objects.create(organisation=owner, name=name, level=level, asks_agenda_item=agenda)
    for what, up_to in may.items():
        Delegation.objects.create(body=body, what=what, up_to=up_to)
    return body


def _last_year(budget: _Budget, year: int, adopted: date) -> None:
    yearly = ((0, 400_000), (1, 300_000), (None, 300_000))
    lines = [budget.line(part, each, kroner) for each in range(year, year + 4) for part, kroner in yearly]
    budget.change(Kind.ORIGINAL, adopted, "4", f"Budget {year} og overslagsår", lines)
    fair = budget.commit(0, date(year, 2, 3), 250_000, "Messekompagniet ApS (fiktiv)", "Rekrutteringsmesse")
    budget.pay(0, date(year, 4, 12), 240_000, "Messekompagniet ApS (fiktiv)", "Rekrutteringsmesse", fair)
    for month in (3, 6, 9):
        budget.pay(1, date(year, month, 20), 80_000, "Kursushuset (fiktivt)", "Kursus for ledige højtuddannede")


def _this_year(budget: _Budget, year: int, today: date) -> None:
    """What has happened by today; the rest of the fictional year has not come yet."""
    for happens in (_decided, _committed, _expected):
        happens(budget, year, today)


def _decided(budget: _Budget, year: int, today: date) -> None:
    last = year - 1
    if (day := date(year, 3, 17)) <= today:
        left = [budget.line(1, last, -60_000), budget.line(1, year, 60_000)]
        budget.change(Kind.CARRY_OVER, day, "12", f"Uforbrugte midler overføres fra {last} til {year}", left)
        YearClosing.objects.create(owner=budget.owner, year=last, place=ledger.head(), note="Afsluttet (fiktivt)")
    if (day := date(year, 4, 21)) <= today:
        themes = [budget.line(2, year, 150_000)]
        budget.change(Kind.SUPPLEMENTARY, day, "7", "Tillægsbevilling til temadage", themes, "Kassebeholdningen")
    if (day := date(year, 5, 6)) <= today:
        moved = [budget.line(None, year, -250_000), budget.line(0, year, 250_000)]
        budget.change(Kind.TRANSFER, day, "3", "250.000 kr. udmøntes til rekrutteringsservices", moved)


def _committed(budget: _Budget, year: int, today: date) -> None:
    if (day := date(year, 2, 2)) <= today:
        fair = budget.commit(0, day, 300_000, "Messekompagniet ApS (fiktiv)", "Rekrutteringsmesse")
        if (paid := date(year, 4, 30)) <= today:
            budget.pay(0, paid, 310_000, "Messekompagniet ApS (fiktiv)", "Rekrutteringsmesse, dyrere end aftalt", fair)
    if (day := date(year, 2, 20)) <= today:
        course = budget.commit(1, day, 200_000, "Kursushuset (fiktivt)", "Kursusrække for ledige højtuddannede")
        for month in range(3, 11):
            if (paid := date(year, month, 20)) <= today and month != 7:
                budget.pay(1, paid, 25_000, "Kursushuset (fiktivt)", "Kursus", course)
    if (day := date(year, 9, 15)) <= today:
        # More than was appropriated: the page says so.
        budget.pay(2, day, 165_500, "Konferencecentret (fiktivt)", "Temadag om vækst og højtuddannet arbejdskraft")


def _expected(budget: _Budget, year: int, today: date) -> None:
    if (day := date(year, 6, 30)) <= today:
        for part, kroner in ((0, 600_000), (1, 340_000), (2, 165_500)):
            expect(
                None, funding_source=budget.pool, initiative=budget.parts[part], year=year, quantity=Decimal(kroner),
                stated_on=day, note="Halvårsregnskab (fiktivt)", learnt_on=day,
            )  # fmt: skip
