"""The mid-term revision of Aarhus' business plan: 13 recommended initiatives, one of them with four parts.

Source: "Bilag 3: Beskrivelse af anbefalede nye initiativer i relation til midtvejsrevision af erhvervsplanen", Aarhus
Kommune. Texts are shortened. The money is told of by `programmes.demo_money`, not here.
"""

from dataclasses import dataclass
from datetime import date

from portal import ledger
from portal.identity import demo as people
from portal.identity.models import Organisation
from programmes.initiatives import Item, Moment, Partner, Sheet, make_initiative
from programmes.models import Initiative, InitiativeItem, Milestone, Programme
from programmes.plans import make_plan

AARHUS = "aarhus-erhvervsplan-2020-2023-midtvejs"
KNOWN = date(2022, 11, 1)
"""The annex bears no date. It speaks of November 2022 as of what is to come."""

_Kind, _Lead, _Status = InitiativeItem.Kind, Initiative.LeadStatus, Initiative.Status


@dataclass(frozen=True)
class Told:
    """An initiative as the annex tells of it."""

    number: str
    name: str
    text: str
    partners: tuple[str, ...] = ()
    lead: str = ""
    lead_status: Initiative.LeadStatus = _Lead.NOT_STATED
    target_group: str = ""
    precondition: str = ""
    deliverables: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    moments: tuple[Moment, ...] = ()
    status: Initiative.Status = _Status.RECOMMENDED

    def items(self) -> tuple[Item, ...]:
        return tuple(
            Item(kind, text)
            for kind, texts in (
                (_Kind.DELIVERABLE, self.deliverables),
                (_Kind.QUESTION, self.questions),
                (_Kind.TARGET, self.targets),
                (_Kind.FACT, self.facts),
            )
            for text in texts
        )


TOLD = (
    Told(
        "1", "Rekrutteringsudfordringen",
        "Virksomheder i Aarhus har en stor udfordring med at rekruttere den nødvendige arbejdskraft på stort set alle "
        "uddannelsesniveauer. Samarbejdet om international arbejdskraft fortsættes og styrkes, og der foreslås fire "
        "delinitiativer.",
        ("Business Region Aarhus", "Destination Aarhus", "Erhverv Aarhus/International Community", "Aarhus Kommune"),
    ),
    Told(
        "1.1", "Flere på erhvervsuddannelserne",
        "Den tværmagistratslige indsats for, at flere vælger og gennemfører en erhvervsuddannelse, fortsættes og "
        "styrkes.",
        ("erhvervsskolerne", "arbejdsmarkedets parter", "Aarhus Kommune"),
        target_group="De unge (15-18 år) og de unge voksne (19-25 år)",
        questions=(
            "Skal der igangsættes konkrete initiativer for de unge voksne (19-25 år)?",
            "Er der basis for en praktikpladsgaranti på udvalgte erhvervsuddannelser?",
            "Kan der formuleres lokale versioner af de 40 organisationers forslag fra september 2022?",
        ),
    ),
    Told(
        "1.2", "Styrket anvendelse af efter- og videreuddannelse",
        "Erhverv Aarhus og Aarhus Kommune formulerer og prioriterer initiativer, der øger brugen af efter- og "
        "videreuddannelse.",
        ("Erhverv Aarhus", "Aarhus Kommune"),
        lead="Erhverv Aarhus i samarbejde med Aarhus Kommune", lead_status=_Lead.SHARED,
        precondition="Resultaterne af Erhverv Aarhus' afdækning blandt virksomheder foreligger.",
    ),
    Told(
        "1.3", "Det Grønne Akademi",
        "Muligheden afsøges for at udvide Det Grønne Akademi fra ledige akademikere til også at omfatte faglært "
        "arbejdskraft.",
        ("Industri og Landbrug (delprogram)",),
        lead="Magistratsafdelingen for Teknik og Miljø (varetager den nuværende indsats)", lead_status=_Lead.EXPECTED,
        target_group="Ledige akademikere; faglært arbejdskraft undersøges",
    ),
    Told(
        "1.4", "Faglært udenlandsk arbejdskraft",
        "Et partnerskab med Erhverv Aarhus skal finde finansiering og løsninger, som gør det attraktivt for faglært "
        "udenlandsk arbejdskraft at søge til Aarhus.",
        ("Erhverv Aarhus", "arbejdsmarkedets parter"),
        deliverables=("Kortlægning af barrierer", "Konkrete initiativer, der følger op på kortlægningen"),
    ),
    Told(
        "2", "Styrkelse af iværksættermiljøet",
        "Videns- og innovationsmiljøerne styrkes, og det gøres nemmere for startups at blive leverandører til Aarhus "
        "Kommune. På baggrund af en systematisk dialog med aktørerne tages der stilling til nye tiltag.",
        precondition="Systematisk dialog med relevante aktører først.",
    ),
    Told(
        "3", "Cyber- og informationssikkerhedskonsortium",
        "Konsortiet skal skabe en hub for cyber- og informationssikkerhed i Aarhus og flere arbejdspladser på området.",
        lead="Aarhus Kommune (facilitator)", lead_status=_Lead.FIXED,
        moments=(Moment("31. august, år ikke oplyst i kilden (2022 udledt)", "Søsat i It-byen Katrinebjerg",
                        Milestone.Kind.START),),
        status=_Status.RUNNING,
    ),
    Told(
        "4", "Tech City Aarhus",
        "Private virksomheder, DI Digital, Destination Aarhus og Aarhus Kommune styrker, udvikler og synliggør "
        "tech-miljøet.",
        ("DI Digital", "Destination Aarhus", "Aarhus Kommune"),
        facts=("6 faglige events i 2022", "Mere end 25.000 arbejdspladser", "12,5 % af arbejdsstyrken",
               "41 % flere arbejdspladser i it-branchen fra 2014 til 2021"),
    ),
    Told(
        "5", "Gov Tech - Aarhus som test- og udviklingspartner",
        "Startups og små og mellemstore virksomheder løser konkrete udfordringer i Aarhus Kommune.",
        moments=(Moment("følger efterfølgende", "Særskilt indstilling til Aarhus Byråd via Erhvervskontaktudvalget"),),
    ),
    Told(
        "6", "Kortlægning af arbejdspladser og kompetencer med tilknytning til energimarkedet",
        "Kortlægning og forundersøgelse af de erhvervspolitiske potentialer og af virksomhedernes ønsker og behov.",
        precondition="Sker i partnerskab med og stor involvering af virksomheder og uddannelsesinstitutioner.",
        deliverables=("Afrapportering af kortlægning og forundersøgelse",),
        moments=(Moment("uprimo 2023 (sic)", "Kortlægning og forundersøgelse sættes i gang", Milestone.Kind.START),
                 Moment("medio 2023", "Afrapportering")),
    ),
    Told(
        "7", "Pilotprojekt om innovations- og omstillingsevne i detailhandlen",
        "Butikker fremtidssikres ved udvikling af stærke forretningsmodeller.",
        ("Aarhus Cityforening",),
        target_group="Detailhandel med fysiske butikker",
        targets=("Individuelle forretningsplaner for 25 butikker (2023)",),
        moments=(Moment("2023", "Pilotprojekt"),),
    ),
    Told(
        "8", "Klimaalliancen Aarhus udvides med SMV'er",
        "Det strategiske niveau i Klimaalliancen udvides med deltagere fra SMV-segmentet.",
        target_group="Små og mellemstore virksomheder",
        targets=("Op til 10 nye deltagere fra SMV-segmentet",),
        facts=("16 af de største virksomheder og arbejdspladser er med", "I gang siden marts 2021",
               "Evalueret i foråret 2022"),
    ),
    Told(
        "9", "100 klimaneutrale og smarte byer",
        "Indsatsen for synergi mellem byens klima- og smart by-initiativer intensiveres.",
        deliverables=("Climate City Contract", "Mission Label"),
        facts=("Kilden siger, at Aarhus blev udvalgt 28. april 2022, før byrådets beslutning 22. juni 2022",),
        moments=(Moment("28.04.2022", "Meldt ud, at Aarhus er udvalgt"),
                 Moment("22.06.2022", "Byrådet vedtager at gå efter udvælgelsen"),
                 Moment("november 2022", "Processen om Climate City Contract sættes i gang")),
    ),
    Told(
        "10", "Erhverv og kultursamarbejde med fokus på vækstlaget",
        "Samarbejde og udveksling af viden mellem vækstlaget og de etablerede kulturaktører.",
        ("Erhvervs- og Kulturforum Aarhus",),
        moments=(Moment("2022", "Gennemføres"),),
    ),
    Told(
        "11", "Foranalyse af life science og sundhedsinnovation",
        "Foranalysen afdækker uudnyttede potentialer og muligheder og barrierer for at udløse dem. Forslaget om et "
        "Velfærdsteknologiens Hus i Skejby indgår.",
        deliverables=("Foranalyse",),
    ),
    Told(
        "12", "Temperaturmåling i erhvervslivet",
        "En hurtig måling blandt virksomheder i Aarhus udpeger de brancher og områder, hvor krisen risikerer at "
        "ramme i "
        "særlig grad.",
        status=_Status.RUNNING,
    ),
    Told(
        "13", "Særlig indsats for små og mellemstore virksomheder",
        "Konkrete initiativer udvikles i samarbejde med Erhverv Aarhus, eventuelt med flere.",
        ("Erhverv Aarhus",),
        target_group="Små og mellemstore virksomheder",
    ),
)  # fmt: skip


def load() -> str:
    """Make what is missing; returns a line for the log."""
    if not Programme.objects.filter(slug=AARHUS).exists():
        people.load_aarhus()
        with ledger.entry(history=ledger.History("Demo: Aarhus' erhvervsplan, midtvejsrevision", origin="Bilag 3")):
            _aarhus()
    return str(Programme.objects.get(slug=AARHUS))


def _aarhus() -> None:
    owner = Organisation.objects.get(name=people.AARHUS)
    plan = make_plan(
        owner,
        slug=AARHUS,
        name="Erhvervsplan 2020-23, midtvejsrevision",
        short_name="Aarhus Erhvervsplan",
        kind=Programme.Kind.BUSINESS_PLAN,
        status=Programme.Status.DRAFT,
        starts_on=date(2020, 1, 1),
        ends_on=date(2023, 12, 31),
        source="Bilag 3: anbefalede nye initiativer, midtvejsrevision af Erhvervsplan 2020-23, Aarhus Kommune",
        description="Indstillet til Aarhus Byråd, beslutningspunkt At 2. Beslutningen er ikke oplyst i kilden.",
        known=KNOWN,
    )
    made: dict[str, Initiative] = {}
    for told in TOLD:
        whole, _dot, part = told.number.partition(".")
        sheet = Sheet(
            number=told.number,
            name=told.name,
            text=told.text,
            parent=made[whole] if part else None,
            lead=told.lead,
            lead_status=told.lead_status,
            lead_organisation=owner if told.lead.startswith(people.AARHUS) else None,
            target_group=told.target_group,
            precondition=told.precondition,
            partners=tuple(Partner(name) for name in told.partners),
            items=told.items(),
        )
        reason = "I gang ifølge bilaget" if told.status == _Status.RUNNING else "Anbefalet i bilaget"
        made[told.number] = make_initiative(
            plan, sheet, status=told.status, status_on=KNOWN, status_reason=reason, moments=told.moments, known=KNOWN
        )
