"""Made-up sources for Aalborg Kommune: a grant that was applied for, and amounts in the forms that documents have."""

from datetime import date
from decimal import Decimal

from portal import ledger
from portal.identity.models import Organisation
from programmes.amounts import state_amount
from programmes.demo import CONTINUATION, loaded_on
from programmes.demo_budget import OWNER, POOL
from programmes.models import FundingSource, Initiative
from programmes.sources import add_account, make_source

GRANT = "Regionalfondstilskud (opdigtet)"
AGREEMENT = "Budgetforlig (opdigtet)"
SAID = "Opdigtet"


def load() -> str:
    if not FundingSource.objects.filter(name=GRANT).exists():
        _load(Organisation.objects.get(name=OWNER))
    return GRANT


def _load(owner: Organisation) -> None:
    today = loaded_on()
    this, made = today.year, date(today.year - 1, 11, 2)
    rows = Initiative.objects.filter(programme__slug=CONTINUATION, number__in=["5.1.3", "5.2.1", "5.2.2"])
    pilot, services, fairs = rows.order_by("number")
    pool = FundingSource.objects.get(name=POOL)
    with ledger.entry(history=ledger.History("Demo: opdigtede kilder og beløb", origin=SAID)):
        grant = make_source(
            None, owner, name=GRANT, kind="grant", status="granted", way="application", fictional=True,
            funder="Den Europæiske Regionalfond (opdigtet sag)", deadline=date(this - 1, 9, 1),
            sought=Decimal(6_000_000), granted=Decimal(5_000_000), answered_on=date(this - 1, 12, 1),
            starts_on=date(this, 1, 1), ends_on=date(this + 3, 12, 31), rate_of=40, rate_in=100,
            eligibility="Opdigtet: vækstpiloter i små og mellemstore virksomheder.",
            co_financing="Opdigtet: mindst 60 % i kontanter, egne timer eller egen ramme.", asks_timesheets=True,
            source=SAID, learnt_on=made,
        )  # fmt: skip
        agreement = make_source(None, owner, name=AGREEMENT, kind="agreement", fictional=True, learnt_on=made)

        def state(source: FundingSource, initiative: Initiative | None, step: str, form: str,
                  lines: dict[int | None, int], **more: object) -> object:  # fmt: skip
            given = {year: Decimal(kroner) for year, kroner in lines.items()}
            return state_amount(
                None, funding_source=source, initiative=initiative, step=step, form=form, lines=given,
                stated_on=made, source=SAID, learnt_on=made, **more,  # type: ignore[arg-type]
            )  # fmt: skip

        frame = state(agreement, None, "set_aside", "yearly", {this: 500_000, this + 1: 500_000})
        state(pool, pilot, "released", "yearly", {this: 500_000, this + 1: 300_000}, comes_from=frame)
        state(pool, services, "recommended", "yearly", {this: 250_000, this + 1: 250_000})
        state(pool, fairs, "recommended", "year_not_stated", {None: 250_000})
        state(pool, fairs, "recommended", "settled_elsewhere", {})
        state(grant, pilot, "set_aside", "frame", {None: 5_000_000}, first_year=this, last_year=this + 3)
    add_account(None, grant, "06.48.67.1.0.002", initiative=pilot, name="Vækstpiloter, tilskud (fiktiv)")
