"""Money of the demo area that a document states: what Aarhus recommended.

Source of Aarhus' amounts: "Bilag 3: Beskrivelse af anbefalede nye initiativer i relation til midtvejsrevision af
erhvervsplanen", Aarhus Kommune. The document says no day; it tells of November 2022 as what is to come.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portal import ledger
from portal.identity import demo as people
from portal.identity.models import Organisation
from programmes import demo_aarhus
from programmes.amounts import state_amount
from programmes.models import (
    Amount,
    FundingSource,
    Initiative,
    Programme,
)
from programmes.sources import make_source

Step, Form = Amount.Step, Amount.Form
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
    step: Amount.Step
    form: Amount.Form
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
    return f"{Amount.objects.filter(source=DOCUMENT).count()} amounts of Aarhus"


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
