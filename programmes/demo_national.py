"""The national strategy's tree: guiding marks, drivers, appointed areas and regional chapters.

Source: "Strategi for decentral erhvervsfremme 2020-2023", Danmarks Erhvervsfremmebestyrelse, as it was sent in hearing.
It has no targets of its own; its background facts are in demo_data/strategy_facts.csv, as far as they are one number
or an interval. Scores by the criteria are not in the source.
"""

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from portal import ledger
from portal.identity import demo as people
from portal.identity.models import Organisation
from programmes.clusters import make_cluster
from programmes.focus_areas import Known, Link, make_area, set_background, set_links
from programmes.models import Criterion, FocusArea, Programme
from programmes.plans import make_plan

NATIONAL = "strategi-for-decentral-erhvervsfremme-2020-2023"
KNOWN = date(2019, 10, 11)
"""The day it was sent in hearing."""
FACTS = Path(__file__).parent / "demo_data" / "strategy_facts.csv"
NORDJYLLAND = "Nordjylland"

MISSION = (
    "Danmarks Erhvervsfremmebestyrelse vil styrke virksomhedernes produktivitet, konkurrenceevne og "
    "internationalisering "
    "gennem en effektiv, sammenhængende og lokalt forankret erhvervs- og turismeindsats med udgangspunkt i "
    "virksomhedernes behov, muligheder og udfordringer i alle dele af Danmark."
)
MARKS = (
    ("Lokal og regional forankring",
     "Lokale og regionale udfordringer, muligheder, vilkår og erhvervsstyrker er grundlaget for den decentrale "
     "erhvervsfremme, der skal række ud til alle typer af virksomheder."),
    ("Forenkling",
     "Et mere enkelt, digitaliseret og overskueligt erhvervsfremmesystem med færre og stærkere aktører og nemt "
     "tilgængelige ydelser."),
    ("Virksomhedernes behov",
     "Decentral erhvervsfremme skal levere relevante og kompetente tilbud, der er tilrettelagt med virksomhedernes "
     "behov "
     "i centrum."),
    ("Partnerskab og samarbejde",
     "Via partnerskaber og løsninger leveret i fællesskab med andre tilbydes virksomhederne de bedste muligheder for "
     "at "
     "udvikle sig."),
    ("Arbejdskraft og social inklusion",
     "Virksomhedernes adgang til kvalificeret arbejdskraft skal styrkes ved at flere uddannes og efteruddannes, ved at "
     "tiltrække og fastholde højtkvalificeret udenlandsk arbejdskraft og ved øget social inklusion."),
    ("Innovation og styrkepositioner",
     "Flere virksomheder skal introducere og sælge nye produkter og services, og vækstpotentialet i dansk turisme skal "
     "indfries."),
    ("Grøn omstilling og cirkulær økonomi",
     "Flere virksomheder skal omstille sig til at drive deres forretning på grønnere og mere bæredygtige måder, og "
     "udvikling og eksport af grønne og cirkulære løsninger skal styrkes."),
    ("Iværksætteri",
     "Flere iværksættere skal lykkes, og de nye virksomheders vækst og skalering skal øges."),
    ("Digitalisering og automatisering",
     "Virksomhedernes digitale niveau og sikkerhed samt brug af automatiserede løsninger og robotter skal styrkes."),
    ("Internationalisering",
     "Virksomhedernes internationalisering skal øges gennem øget internationalt samarbejde, evne til at håndtere "
     "global "
     "usikkerhed og styrket parathed til omstilling og eksport."),
)  # fmt: skip
DRIVERS = (
    ("Kvalificeret arbejdskraft og social inklusion", (
        "Målrettet uddannelse til virksomhedernes behov gennem stærke partnerskaber",
        "Tiltrækning og fastholdelse af international arbejdskraft",
        "Udvidelse af arbejdsudbuddet gennem social inklusion",
    )),
    ("Iværksætteri", (
        "Flere iværksættere skal lykkes", "Styrkelse af iværksættermiljøer", "Vækst og skalering",
    )),
    ("Grøn omstilling", (
        "Grøn omstilling og cirkulær økonomi bredt i erhvervslivet",
        "Udvikling af innovative grønne og cirkulære løsninger",
        "Verdensmålene som løftestang for styrket eksport af grønne og cirkulære løsninger",
    )),
    ("Innovation", (
        "Styrke dansk innovationskultur og -kapacitet", "Øget innovationssamarbejde gennem stærke klynger",
    )),
    ("Digitalisering", (
        "Digital parathed og kapacitet", "Automatisering og robotter", "Digitale frontløbere",
        "Sikkerhed og dataetik",
    )),
    ("Internationalisering", (
        "Eksportparathed og internationalt samarbejde", "Verdensmålene som løftestang for internationalisering",
        "Global usikkerhed og omstillingsparathed",
    )),
)  # fmt: skip
FIRST_APPOINTED = 7
STRENGTHS = (
    "Miljøteknologi", "Energiteknologi", "Fødevarer og bioressourcer", "Maritime erhverv og logistik",
    "Life science og velfærdsteknologi", "Byggeri og anlæg", "Design, mode og møbler", "Avanceret produktion",
    "Digitale teknologier", "Finans og fintech", "Turisme",
)  # fmt: skip
EMERGING = ("Robot- og droneteknologi", "Animation, spil og film")
TOURISM = (
    "Grøn og bæredygtig turisme", "Strategisk sammenhæng og tværgående samarbejder",
    "Stedbunden, lokal oplevelsesudvikling", "Viden- og databaseret udvikling samt innovativ brug af teknologi",
    "Investeringer i et attraktivt turismeprodukt", "International markedsføring",
)  # fmt: skip
NO_CLUSTER = "Turisme er udpeget, men undtaget fra klyngeindsatsen: der er midler øremærket til turisme."
CRITERIA = {
    FocusArea.Appointed.STRENGTH: (
        "Indtjeningsevne og værdiskabelse", "International konkurrencekraft", "Vækst- og udviklingspotentiale",
        "Forsknings- og videnmiljøer", "Andre fremtrædende forhold",
    ),
    FocusArea.Appointed.EMERGING: (
        "Dynamik og skalerbarhed", "Makrotendenser og nye teknologier", "Forsknings- og videnmiljøer",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Local:
    """A driver of a regional chapter and the national ones that it supports (1 to 6)."""

    name: str
    supports: tuple[int, ...] = ()
    starred: bool = False
    note: str = ""


FIRST_CHAPTER = 20
CHAPTERS: tuple[tuple[str, tuple[Local, ...], tuple[str, ...]], ...] = (
    (NORDJYLLAND, (
        Local("Kvalificeret arbejdskraft", (1,), starred=True), Local("Iværksætteri", (2,)),
        Local("Grøn omstilling", (3,), starred=True), Local("Innovation og ny teknologi", (4,)),
        Local("Digitalisering og automatisering", (5,), starred=True), Local("Internationalisering", (6,)),
        Local("Virksomhedsløft til bredden af virksomheder"),
    ), (
        "Det smarte – IKT og digitalisering", "Det grønne – energi og grøn omstilling",
        "Det blå – maritim og fiskeri", "Det attraktive – turisme",
    )),
    ("Midtjylland", (
        Local("Kvalificeret arbejdskraft og social inklusion", (1,)), Local("Iværksætteri og vækstvirksomheder", (2,)),
        Local("Grøn omstilling", (3,)), Local("Innovation og ny teknologi", (4,)),
        Local("Digitalisering og automatisering", (5,)), Local("Globalisering og internationalisering", (6,)),
    ), (
        "Fødevarer – med synergi til den brede midtjyske industribase",
        "Energi, klima og miljøteknologi – herunder vandteknologi", "Digitalisering/teknologi/automatisering",
        "Turisme/erhvervsturisme", "Sundhedsinnovation (supplerende)", "IKT og kreative erhverv (supplerende)",
    )),
    ("Sydjylland", (
        Local("Kompetent arbejdskraft", (1,)), Local("Cirkulær økonomi og bæredygtighed", (3,)),
        Local("Digitalisering", (5,)), Local("Eksport og internationalisering", (6,)), Local("Design"),
    ), (
        "Fødevarer", "Fremstillingsindustri", "Transport og logistik", "Energi og cleantech – herunder offshore",
        "Turisme",
    )),
    ("Fyn", (
        Local("Kvalificeret arbejdskraft", (1,)), Local("Vækstiværksætteri", (2,)),
        Local("Cirkulær økonomi og bæredygtighed", (3,)),
        Local("Brobygning fra videnmiljøer til SMV'er (forskningsbaseret innovation)", (4,)),
        Local("Digitalisering og automatisering", (5,)), Local("Internationalisering/globalisering (eksport)", (6,)),
    ), (
        "Robot- og droneindustrien", "Det maritime", "Fødevarer",
        "En unik destinationsfortælling (Destination Fyn)", "Bæredygtigt byggeri", "Velfærdsteknologi på fynsk",
    )),
    ("Sjælland", (
        Local("Professionalisering", (1, 2), note="Indgår i professionalisering"),
        Local("Grøn omstilling og cirkulær økonomi", (3,)), Local("Serviceinnovation", (4,)),
        Local("Digitalisering", (5,)), Local("Internationalisering", (6,)),
        Local("Gennemgribende forandringsskabende initiativer"),
    ), ()),
    ("Hovedstaden", (
        Local("Kvalificeret arbejdskraft og kompetenceudvikling", (1,)), Local("Iværksætteri og skalering", (2,)),
        Local("FN's verdensmål for bæredygtig udvikling", (3,)), Local("Forskning og styrket adgang til viden", (4,)),
        Local("Testmiljøer", (4,)), Local("Digitalisering", (5,)), Local("Udenlandske investeringer", (6,)),
        Local("Turisme, events og kongresser"),
    ), ()),
    ("Bornholm", (
        Local("Kvalificeret arbejdskraft og uddannelse", (1,)), Local("Iværksætteri", (2,)),
        Local("Grøn og cirkulær omstilling", (3,)), Local("Innovation og nye teknologier", (4,)),
        Local("Digitalisering og automatisering", (5,)), Local("Internationalisering", (6,)),
        Local("Bornholm som test-ø"),
    ), ("Turisme", "Fødevarer")),
)  # fmt: skip
BORDER = "Grænseoverskridende erhvervsfremme"
BORDER_AREAS = (
    "Sammenhængende arbejdsmarked på tværs af grænser", "Uddannelsessamarbejder",
    "Forsknings- og innovationssamarbejder", "Femern Bælt-forbindelsen",
)  # fmt: skip


def load() -> str:
    """Make what is missing; returns a line for the log."""
    if not Programme.objects.filter(slug=NATIONAL).exists():
        people.load_national()
        with ledger.entry(history=ledger.History("Demo: den nationale strategi, opbygning", origin="Høringsudgaven")):
            _national()
    return str(Programme.objects.get(slug=NATIONAL))


def _national() -> None:
    plan = make_plan(
        Organisation.objects.get(name=people.NATIONAL_BOARD),
        slug=NATIONAL,
        name="Strategi for decentral erhvervsfremme 2020-2023",
        short_name="Den nationale strategi",
        kind=Programme.Kind.STRATEGY,
        status=Programme.Status.HEARING,
        starts_on=date(2020, 1, 1),
        ends_on=date(2023, 12, 31),
        source="Strategi for decentral erhvervsfremme 2020-2023, høringsudgave, Danmarks Erhvervsfremmebestyrelse",
        description=(
            "Udkastet, som det blev sendt i høring. Strategien har ingen talmål og ingen indikatorer; den siger, i "
            "hvilken "
            "retning noget skal gå."
        ),
        vision=MISSION,
        known=KNOWN,
    )
    areas = _Areas(plan)
    for number, (name, text) in enumerate(MARKS, 1):
        areas.make("pejlemærke", f"P{number}", name, text=text)
    drivers = {}
    for number, (name, below) in enumerate(DRIVERS, 1):
        drivers[number] = areas.make("drivkraft", str(number), name)
        areas.below(drivers[number], "strategisk fokusområde", below)
    _appointed(plan, areas)
    for number, (name, local, strengths) in enumerate(CHAPTERS, FIRST_CHAPTER):
        chapter = areas.make("regionalt kapitel", str(number), name)
        made = areas.below(chapter, "regional drivkraft", [each.name for each in local])
        areas.below(chapter, "regional erhvervsstyrke", strengths, after=len(local))
        for each, area in zip(local, made, strict=True):
            if each.supports:
                set_links(area, [Link(drivers[to], each.starred, each.note) for to in each.supports])
    border = areas.make("grænseoverskridende kapitel", str(FIRST_CHAPTER + len(CHAPTERS)), BORDER)
    areas.below(border, "strategisk fokusområde", BORDER_AREAS)
    _facts(plan)


class _Areas:
    def __init__(self, plan: Programme) -> None:
        self.plan, self.order = plan, 0

    def make(self, kind: str, number: str, name: str, **said: object) -> FocusArea:
        self.order += 1
        return make_area(self.plan, kind=kind, number=number, name=name, order=self.order, known=KNOWN, **said)  # type: ignore[arg-type]

    def below(
        self, parent: FocusArea, kind: str, names: list[str] | tuple[str, ...], after: int = 0
    ) -> list[FocusArea]:
        return [
            self.make(kind, f"{parent.number}.{place}", name, parent=parent)
            for place, name in enumerate(names, after + 1)
        ]


def _appointed(plan: Programme, areas: _Areas) -> None:
    for appointed, names in CRITERIA.items():
        for order, name in enumerate(names, 1):
            Criterion.objects.create(programme=plan, appointed=appointed, name=name, order=order)
    for number, name in enumerate((*STRENGTHS, *EMERGING), FIRST_APPOINTED):
        tourism = name == "Turisme"
        area = areas.make(
            "erhvervs- og teknologiområde", str(number), name, cluster_eligible=not tourism,
            appointed=FocusArea.Appointed.EMERGING if name in EMERGING else FocusArea.Appointed.STRENGTH,
            cluster_note=NO_CLUSTER if tourism else "",
        )  # fmt: skip
        if tourism:
            areas.below(area, "strategisk fokusområde", TOURISM)
        if name == EMERGING[0]:
            # The source appoints areas and names no cluster.
            make_cluster(
                None, area, name=f"{name} (fiktiv klynge)", publicly_financed=True, valid_from=plan.starts_on,
                valid_to=plan.ends_on,
            )  # fmt: skip


def _facts(plan: Programme) -> None:
    by_area: dict[str, list[Known]] = {}
    with FACTS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            value, up_to = (Decimal(row[name].replace(",", ".")) if row[name] else None for name in ("value", "up_to"))
            assert value is not None
            by_area.setdefault(row["area"], []).append(
                Known(
                    row["what"], value, row["unit"], row["qualifier"], up_to, row["where"], row["year"], row["source"]
                )
            )
    areas = {each.number: each for each in plan.focus_areas.all()}
    for number, facts in by_area.items():
        set_background(plan, areas[number] if number else None, facts)
