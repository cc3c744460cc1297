"""Two programmes that are not about matches: a municipality's strategy that is running, and a region's older plan.

Sources: "Erhvervsstrategi - Aalborg griber fremtiden" (Aalborg Kommune) and "Vækstplan 2016-2020" (Vækstforum, Region
Midtjylland). The strategy's goals are shortened to the room that an area's name has.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portal import ledger
from portal.geography.models import Area
from portal.identity import demo as people
from portal.identity.models import Organisation
from programmes.effects import expect
from programmes.focus_areas import make_area
from programmes.initiatives import Sheet, make_initiative
from programmes.models import EffectIndicator, ExpectedEffect, FocusArea, Initiative, Programme
from programmes.plans import make_plan

AALBORG = "aalborg-erhvervsstrategi-2023-2026"
MIDTJYLLAND = "midtjylland-vaekstplan-2016-2020"

SHARED = "Medarbejdere med fremtidens produktionskompetencer"
"""Printed under Smart industri and carried out under Viden og kompetencer: one initiative in two areas."""


@dataclass(frozen=True)
class Part:
    """A priority, focus area or growth driver, with what is printed under it."""

    number: str
    name: str
    below: tuple[str, ...] = ()


PRIORITIES = (
    Part("1", "Erhvervsbetjening", (
        "Løse udfordringer vedr. erhvervsbetjening, så det matcher erhvervslivets behov",
    )),
    Part("2", "Proaktiv planlægning for erhvervsudvikling", (
        "Fysisk helhedsplanlægning for strategisk udvikling af vigtige erhvervsarealer i Aalborg Kommune",
        "Strategisk infrastruktur som ramme om optimal og bæredygtig mobilitet og adgang til erhvervs- og byområder",
        "Proaktiv strategisk tiltrækning i forhold til udvalgte styrkepositioner og geografier",
    )),
    Part("3", "Forretningsudvikling og vækst", (
        "Målrettede indsatser for vækst og udvikling i etablerede virksomheder (SMVer)",
        "Målrettede indsatser for samarbejde mellem iværksættere, etablerede virksomheder og uddannelsesinstitutioner",
        "Gøre det tiltrækkende for investorer at investere i iværksættere og nystartede virksomheder",
    )),
    Part("4", "Grøn forsyningssikkerhed", (
        "Udvikle infrastruktur og rammevilkår, der understøtter, udvikler og sikrer forsyning",
        "Styrke, udvikle og udbrede industrielle symbioser",
    )),
    Part("5", "Tilgængelighed af rette kompetencer", (
        "Fokus på praksisfaglighed, job og uddannelse fra 1. til 10. klasse",
        "Flere der vælger og gennemfører en erhvervsuddannelse",
        "Øge de grønne kompetencer i arbejdsstyrken",
        "Kontinuerligt fokus på efter- og videreuddannelsesmuligheder",
    )),
    Part("6", "Innovative løsninger og partnerskaber", (
        "Strategisk anvendelse af offentlige indkøb som katalysator for nye teknologier og løsninger",
        "Indgå i aktive innovationspartnerskaber",
        "Facilitere synliggørelse af testmuligheder fra prototype til storskala",
    )),
    Part("7", "Attraktiv og international", (
        "Sikre liv i byen året rundt gennem viden, tilgængelighed og samarbejde",
        "Fokus på erhvervsturismen samtidig med tiltrækning af privatturismen",
        "Tiltrække internationale konferencer og bidrage til øget internationalisering af Aalborg",
        "Styrke og udvikle Aalborgs storbyprofil og brand som mangfoldig og attraktiv uddannelsesby",
        "Tiltrække og fastholde talenter og kvalificeret arbejdskraft, også de internationale",
        "Aalborg fremstår som en grøn by",
    )),
)  # fmt: skip

# The plan's "Forventet effekt af indsatsen"; turnover and export in 1.000 kr., as it prints them.
EFFECTS = (
    ("supported_companies", "Støttede virksomheder", "virksomheder"),
    ("new_growth_companies", "Nye vækstvirksomheder", "virksomheder"),
    ("new_innovative_companies", "Nye innovative virksomheder", "virksomheder"),
    ("employees_growth", "Vækst i antal medarbejdere", "medarbejdere"),
    ("turnover_growth_tkr", "Vækst i omsætning", "t.kr."),
    ("export_growth_tkr", "Vækst i eksport", "t.kr."),
)
DASH, NOT_STATED = ExpectedEffect.State.DASH, ExpectedEffect.State.NOT_STATED
EXPECTED: dict[str, tuple[int | ExpectedEffect.State, ...]] = {
    "Fødevarer": (150, 25, 70, 330, 800_000, 400_000),
    "Energi og klima": (150, 75, 150, 440, 800_000, 250_000),
    "Smart industri": (275, 20, 50, 135, 350_000, 180_000),
    "Kreative erhverv, ikt og turisme": (NOT_STATED,) * 6,
    "Iværksætteri og kapital": (1350, 108, 540, 625, 700_000, 150_000),
    "Innovation og forretningsudvikling": (900, 60, 90, 420, 840_000, 210_000),
    "Viden og kompetencer": (900, 150, DASH, 500, 900_000, 200_000),
    "Digitalisering": (30, 5, 5, 75, 175_000, 35_000),
    "Internationalisering": (525, 45, 10, 325, 650_000, 160_000),
}

FOCUS_AREAS = (
    Part("Fokusområde 1", "Fødevarer", (
        "Udvikling af den danske fødevareklynge", "Innovationsdrevet vækst i virksomheder",
        "Lokale UdviklingsPlatforme for Fødevarer", "Vækstpotentialet i primærproduktion (forprojekt)",
        "Samarbejdsaftale om akvakultur",
    )),
    Part("Fokusområde 2", "Energi og klima", (
        "Vindprogram - Udviklingsprogram for Underleverandører til Vindmølleindustrien", "Bioøkonomi",
        "Erhvervsvækstprogram i forhold til Strategisk Energiplanlægning",
        "Yderligere initiativer (CleanTEKmidt-opfølgning)",
    )),
    Part("Fokusområde 3", "Smart industri", (
        "Vækstprogram for små og mellemstore produktionsvirksomheder", "Viden og produktion",
        SHARED,
    )),
    Part("Fokusområde 4", "Kreative erhverv, ikt og turisme", (
        "More Creative", "Midtjysk ikt-klynge", "Handlingsplan for digital infrastruktur",
        "Produkt- og kvalitetsudvikling af turismen", "Kulturturisme", "Eventpuljen 2014-2017",
    )),
    Part("Vækstdriver 1", "Iværksætteri og kapital", (
        "Rådgivning til iværksættere", "Eliteprogram - Team VækstDanmark", "Inkubatormiljøer",
        "Kapital til iværksættere med vækstpotentiale", "Entreprenørskab i uddannelser",
    )),
    Part("Vækstdriver 2", "Innovation og forretningsudvikling", (
        "Virksomhedsudviklingsprogram", "Offentlig efterspørgsel og materialestrømme",
        "Cirkulær Økonomi - samarbejdsforum", "Cirkulær økonomi - produktdesign", "Byinnovation/Smart City",
        "Fremtidens cirkulære by", "Sundhedsinnovation",
    )),
    Part("Vækstdriver 3", "Viden og kompetencer", (
        "KOMPETENCEFORSYNINGmidt", "Flere i erhvervsuddannelser", "INKLUSIONmidt", "Viden til vækst",
    )),
    Part("Vækstdriver 4", "Digitalisering", (
        "Innovativ brug af Big Data", "Big Data om materialestrømme",
        "Innovationsfonden Samfundspartnerskab om Big Data", "Smart Region",
    )),
    Part("Vækstdriver 5", "Internationalisering", (
        "Internationaliseringsprogram for SMV (GLOBAL midt)", "Midtnet",
    )),
)  # fmt: skip


def load() -> str:
    """Make what is missing; returns a line for the log."""
    if not Programme.objects.filter(slug=AALBORG).exists():
        _aalborg()
    if not Programme.objects.filter(slug=MIDTJYLLAND).exists():
        people.load_midtjylland()
        _midtjylland()
    return ", ".join(str(each) for each in Programme.objects.filter(slug__in=[AALBORG, MIDTJYLLAND]))


def _aalborg() -> None:
    known = date(2023, 1, 1)
    with ledger.entry(history=ledger.History("Demo: Aalborg Erhvervsstrategi, opbygning", origin="Erhvervsstrategien")):
        programme = make_plan(
            Organisation.objects.get(name="Aalborg Kommune"),
            slug=AALBORG,
            name="Aalborg Erhvervsstrategi 2023-2026",
            short_name="Aalborg griber fremtiden",
            kind=Programme.Kind.STRATEGY,
            area=Area.objects.get(kind=Area.Kind.KKR, name=people.KKR),
            starts_on=known,
            ends_on=date(2026, 12, 31),
            source="Erhvervsstrategi - Aalborg griber fremtiden, Aalborg Kommune",
            description="Aalborg Erhvervsråds strategi. Rådet får status på indikatorerne hvert halve år.",
            vision="128.000 beskæftigede og 12.000 virksomheder i 2030.",
            known=known,
        )
        for part in PRIORITIES:
            priority = make_area(programme, kind="prioritet", number=part.number, name=part.name, known=known)
            for place, name in enumerate(part.below, 1):
                number = f"{part.number}.{place}"
                make_area(programme, kind="mål", number=number, name=name, parent=priority, known=known)


def _midtjylland() -> None:
    known = date(2016, 1, 1)
    with ledger.entry(history=ledger.History("Demo: Vækstplan 2016-2020, opbygning", origin="Vækstplan 2016-2020")):
        programme = make_plan(
            Organisation.objects.get(name=people.GROWTH_FORUM),
            slug=MIDTJYLLAND,
            name="Vækstplan 2016-2020",
            short_name="Vækstplan Midtjylland",
            kind=Programme.Kind.GROWTH_PLAN,
            status=Programme.Status.FINISHED,
            area=Area.objects.get(kind=Area.Kind.KKR, name=people.KKR_MIDTJYLLAND),
            starts_on=known,
            ends_on=date(2020, 12, 31),
            source="Vækstplan 2016-2020, Vækstforum, Region Midtjylland",
            description=(
                "Udmønter Vækst- og Udviklingsstrategi for Region Midtjylland 2015-2025. Vækstforum ophørte med "
                "2018, så midler for 2019-2020 er planlagte, ikke brugte. Evalueres i 2018."
            ),
            known=known,
        )
        effects = [
            EffectIndicator.objects.create(programme=programme, key=key, name=name, unit=unit, order=order)
            for order, (key, name, unit) in enumerate(EFFECTS, 1)
        ]
        areas: dict[str, FocusArea] = {}
        for part in FOCUS_AREAS:
            kind = part.number.rstrip(" 0123456789").lower()
            area = make_area(programme, kind=kind, number=part.number, name=part.name, known=known)
            areas[part.name] = area
            stated = [each if isinstance(each, str) else Decimal(each) for each in EXPECTED[part.name]]
            expect(area, dict(zip(effects, stated, strict=True)), known=known)
        for part in FOCUS_AREAS:
            for place, name in enumerate(part.below, 1):
                inside: tuple[FocusArea, ...] = (areas[part.name],)
                if name == SHARED:
                    inside = (areas["Viden og kompetencer"], *inside)
                sheet = Sheet(number=f"{part.number}.{place}", name=name, areas=inside)
                make_initiative(programme, sheet, status=Initiative.Status.NOT_STATED, status_on=known, known=known)
