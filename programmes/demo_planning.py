"""The scenarios of Nordjysk Vækstpilot and of the case platform, what was granted, and the partners' own frames.

Sources: the project description "Vækst Via Viden 2.0" (KKR Nordjylland, November 2019), sections 5.1.4, 5.2.6 and 8,
and the report of Erhvervshus Nordjylland for 2020, goal 8: "Vækst Via Viden, regional ansøgning (bevilget 5 mio. kr.)".
"""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from portal import ledger
from portal.identity import demo as people
from portal.identity.actor import actor_for
from portal.identity.models import Organisation, User
from programmes import demo as programmes
from programmes.cofinancing import Planned, decide_entry, plan_contribution, register_entry, thursday_of
from programmes.eligibility import say_eligibility
from programmes.models import Contribution, Eligibility, FundingSource, Initiative, ScenarioSet
from programmes.scenario_sets import Said, Tried, Wanted, make_set
from programmes.sources import make_source

DESCRIPTION = "Projektbeskrivelsen Vækst Via Viden 2.0, KKR Nordjylland, november 2019"
REPORT = (
    "Erhvervshus Nordjylland, afrapportering for 2020, mål 8: "
    "»Vækst Via Viden, regional ansøgning (bevilget 5 mio. kr.)«"
)
GRANT = "DEB: Vækst Via Viden, regional ansøgning"
OWN_FRAMES = "Parternes egne rammer"
FICTIONAL = "Fiktivt tilskud til Vækst Via Viden"
REST = "Resterende finansieringsbehov"


def load() -> str:
    grant = FundingSource.objects.filter(name=GRANT, owner__name=people.HUB).first() or _grant()
    if not ScenarioSet.objects.filter(initiative__programme__slug=programmes.VVV2).exists():
        _scenarios(grant)
    if not Eligibility.objects.exists():
        _eligibility(grant)
    if not Contribution.objects.exists():
        _own_frames()
        _fictional_hours()
    return f"{ScenarioSet.objects.count()} sets of scenarios, {Contribution.objects.count()} contributions"


def _grant() -> FundingSource:
    known = date(2020, 12, 31)
    with ledger.entry(history=ledger.History("Demo: Vækstpilot, bevilling", origin=REPORT)):
        return make_source(
            None,
            Organisation.objects.get(name=people.HUB),
            name=GRANT,
            kind=FundingSource.Kind.GRANT,
            status=FundingSource.Status.GRANTED,
            way=FundingSource.Way.APPLICATION,
            funder="Danmarks Erhvervsfremmebestyrelse (DEB)",
            granted=Decimal(5_000_000),
            rate_of=50,
            rate_in=100,
            co_financing="Tilskud på højst 50 % af de samlede udgifter. Resten betales af virksomhederne og lokalt "
            "eller regionalt.",
            source=f"{REPORT}. Støtteprocenten: {DESCRIPTION}, afsnit 5.1.4.1.",
            learnt_on=known,
        )


def _scenarios(grant: FundingSource) -> None:
    initiatives = Initiative.objects.filter(programme__slug=programmes.VVV2).select_related("programme__owner")
    pilots, platform = (initiatives.get(number=number) for number in ("5.1.3", "5.2.6"))
    each = [
        Wanted("Vækstpilotforløb", "per_unit", Decimal(100_000)),
        Wanted("Projektledelse, administration, evaluering og revision", "per_unit", Decimal(46_000)),
    ]
    make_set(None, pilots, Said(
        name="Nordjysk Vækstpilot 2020-2023",
        unit="vækstpiloter",
        years=3,
        grant=grant,
        costs=each,
        financing=[
            Wanted("DEB", "rate", rate=Fraction(1, 2), who="Danmarks Erhvervsfremmebestyrelse", funding_source=grant),
            Wanted("Virksomhedernes egenbetaling", "per_unit", Decimal(50_000), who="Virksomhederne"),
            Wanted(REST, "remainder"),
        ],
        tried=[Tried("150 vækstpiloter", 150), Tried("225 vækstpiloter", 225)],
        note="Virksomheden betaler 4 × 12.500 kr. = 50.000 kr. Kilden skriver 46.000 kr. som »ca.«, og skriver ved 225 "
        "vækstpiloter »32.850.0000«; 225 × 146.000 kr. er 32.850.000 kr. Den øvrige finansiering kan være lokal eller "
        "regional, »såsom BRN«; hvem der betaler, er åbent.",
        source=f"{DESCRIPTION}, afsnit 5.1.4.1",
    ))  # fmt: skip
    make_set(None, pilots, Said(
        name="Det tidligere Vækst Via Viden",
        unit="vækstpiloter",
        costs=each,
        financing=[
            Wanted("BRN", "fixed", Decimal(1_050_000), who=people.BRN, group=REST),
            Wanted("STAY", "fixed", Decimal(1_006_556), who="STAY/Aalborg Kommune", group=REST),
            Wanted("Væksthus", "fixed", Decimal(280_011), who="Væksthus Nordjylland", group=REST),
            Wanted("Øvrig finansiering, ikke delt op i kilden", "remainder"),
        ],
        tried=[Tried("98 vækstpiloter", 98)],
        note="Kilden skriver et samlet budget på »ca. 14.3 mio.« for 98 vækstpiloter; 98 × 146.000 kr. er 14.308.000 "
        "kr. Prisen pr. vækstpilot er den fra 2020-2023: den tidligere er ikke oplyst i kilden.",
        source=f"{DESCRIPTION}, fodnote 16",
    ))  # fmt: skip
    make_set(None, platform, Said(
        name="CASE-platform",
        unit="år med drift",
        costs=[
            Wanted("Teknisk udvikling og implementering", "fixed", Decimal(100_000)),
            Wanted("Løbende teknisk vedligeholdelse", "per_unit", Decimal(15_000)),
        ],
        financing=[Wanted("Finansiering, der skal findes", "remainder")],
        tried=[Tried("Projektperioden", 3)],
        note="Kilden skriver »ca. 150.000 kr. i projektperioden«; 100.000 kr. + 3 × 15.000 kr. er 145.000 kr. Efter "
        "perioden er der fortsat ca. 15.000 kr. om året. Indhold og cases betaler parterne selv.",
        source=f"{DESCRIPTION}, afsnit 5.2.6.2",
    ))  # fmt: skip


def _eligibility(grant: FundingSource) -> None:
    initiatives = {row.number: row for row in _initiatives(programmes.VVV2)}
    said_by, known = "KKR Nordjylland, i projektbeskrivelsen", programmes.DESCRIBED_ON
    for number, verdict, note, section in (
        ("5.1.3", "eligible", "Der kan søges om ekstern finansiering, eksempelvis hos DEB, med højst 50 %.", "5.1.4.1"),
        ("5.2.6", "not", "»Ikke umiddelbart … støtteberettiget ved decentrale erhvervsfremmemidler og EU's "
         "regional- og socialfondsmidler.«", "5.2.6.2"),
        ("5.3.1", "unclear", "»Det er ikke alle aktiviteter, der kan indgå (er støtteberettigede) i en ansøgning til "
         "eksempelvis DEB.« Hvilke det er, siger kilden ikke.", "8"),
    ):  # fmt: skip
        say_eligibility(
            None, initiatives[number], grant, verdict, note=note, said_by=said_by, said_on=known,
            source=f"{DESCRIPTION}, afsnit {section}",
        )  # fmt: skip


def _initiatives(slug: str) -> list[Initiative]:
    return list(Initiative.objects.filter(programme__slug=slug).select_related("programme__owner"))


def _own_frames() -> None:
    """Activities that the partners pay within what they have: no cash, no timesheet, no number in the source."""
    with ledger.entry(history=ledger.History("Demo: egne rammer", origin=DESCRIPTION)):
        source = make_source(
            None, Organisation.objects.get(name=people.KKR), name=OWN_FRAMES, kind=FundingSource.Kind.OWN_FRAME,
            source=f"{DESCRIPTION}, afsnit 5.1.4 og 8", learnt_on=programmes.DESCRIBED_ON,
        )  # fmt: skip
    partners = {row.name: row for row in Organisation.objects.filter(
        name__in=[people.AAU, people.UCN, people.HUB, people.AKADEMIKERNE, people.MAGISTRENE]
    )}  # fmt: skip
    initiatives = {row.number: row for row in _initiatives(programmes.VVV2)}
    for number in ("5.1.1", "5.1.2"):
        for name in (*partners, "De nordjyske jobcentre", "De nordjyske erhvervskontorer"):
            organisation = partners.get(name)
            plan_contribution(
                None, initiatives[number], source, form=Contribution.Form.OWN_FRAME, partner=organisation,
                partner_name="" if organisation else name,
                note="Afholdes inden for de eksisterende rammer. Beløb og timer er ikke oplyst i kilden.",
                source=f"{DESCRIPTION}, afsnit 5.1.4",
            )  # fmt: skip
    plan_contribution(
        None, initiatives["5.2.6"], source, form=Contribution.Form.OWN_FRAME, partner_name="Parterne selv",
        note="Indholdsmæssig vedligeholdelse, koordinering og indsamling af cases. Beløb er ikke oplyst i kilden.",
        source=f"{DESCRIPTION}, afsnit 5.2.6.2",
    )  # fmt: skip


def _fictional_hours() -> None:
    """The continuation, which is made up: a grant that asks for timesheets, and weeks in every state."""
    today = programmes.loaded_on()
    with ledger.entry():
        source = make_source(
            None, Organisation.objects.get(name=people.HUB), name=FICTIONAL, kind=FundingSource.Kind.GRANT,
            status=FundingSource.Status.GRANTED, granted=Decimal(1_000_000), rate_of=50, rate_in=100,
            asks_timesheets=True, funder="En opdigtet fond", source="Opdigtet fortsættelse", fictional=True,
        )  # fmt: skip
    pilots = next(row for row in _initiatives(programmes.CONTINUATION) if row.number == "5.1.3")
    hours = plan_contribution(
        None, pilots, source, form=Contribution.Form.HOURS, partner=Organisation.objects.get(name=people.AAU),
        years=[Planned(year, hours=Decimal(300), hourly_rate=Decimal(450)) for year in (today.year, today.year + 1)],
        source="Opdigtet fortsættelse",
    )  # fmt: skip
    plan_contribution(
        None, pilots, source, form=Contribution.Form.CASH, partner_name="Virksomhederne",
        years=[Planned(today.year, quantity=Decimal(400_000)), Planned(today.year + 1, quantity=Decimal(350_000))],
        source="Opdigtet fortsættelse",
    )  # fmt: skip
    partner = actor_for(User.objects.get(email="partner@demo.example"))
    controller = actor_for(User.objects.get(email="controller@demo.example"))
    for weeks, monday, decided in ((4, "7.5", True), (3, "6.25", False), (2, "7", None)):
        day = thursday_of(today) - timedelta(weeks=weeks)
        days = [Decimal(monday), *[Decimal("3.5")] * 3, *[Decimal(0)] * 3]
        entry = register_entry(
            partner, hours, occurred_on=day, days=days, hourly_rate=Decimal(450), text="Forløb med virksomheder"
        )
        if decided is not None:
            reason = "" if decided else "Ugen er også registreret på et andet projekt."
            decide_entry(controller, entry, decided, reason)
