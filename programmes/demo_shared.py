"""Frikommuneforsøg II with its letters, and the catalogue of measures for SOSU staff. Nothing here is made up.

Sources: two letters of KKR Nordjylland, to the minister for employment and to the members of the Folketing's employment
committee, among the annexes of KKR Nordjylland (2019; the letters print no day); and "Indledende opsamling - kommunale
tiltag - SOSU", annex 3.1 of a theme meeting of KKR Nordjylland, which prints no day and names no municipality.
"""

from dataclasses import dataclass
from decimal import Decimal

from portal import ledger
from portal.geography.areas import municipalities_in
from portal.geography.models import Area
from portal.identity import demo as people
from portal.identity.models import Organisation
from programmes.catalogue import make_catalogue, make_measure
from programmes.experiments import Effect, Letter, Taking, make_experiment, make_scheme
from programmes.models import CatalogueMeasure, ExperimentScheme, MeasureCatalogue

SCHEME = "Frikommuneforsøg II"
CATALOGUE = "SOSU: kommunale tiltag"
TO_MINISTER = "Brev til beskæftigelsesministeren, bilag til KKR Nordjylland"
TO_COMMITTEE = "Brev til Beskæftigelsesudvalgets medlemmer, bilag til KKR Nordjylland"
ANNEX = "Bilag 3.1, Temamøde – SOSU rekruttering og fastholdelse: Indledende opsamling - kommunale tiltag - SOSU"
KKR = "KKR Nordjylland"
SENDER = "KKR Nordjylland, formand og næstformand"

LETTERS = (
    Letter(
        "letter", "Beskæftigelsesministeren",
        "Ministeren inviteres til Nordjylland for at få et indblik i forsøgene, gode cases og erfaringer. Alternativt "
        "vil KKR mødes med ministeren på Christiansborg.",
        sent_by=SENDER, source=TO_MINISTER,
    ),
    Letter(
        "audience", "Folketingets Beskæftigelsesudvalg",
        "KKR beder om foretræde for at orientere om forsøgene, gode cases og erfaringer, og hvor der med fordel kan "
        "forenkles endnu mere.",
        sent_by=SENDER, source=TO_COMMITTEE,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Tried:
    title: str
    text: str
    rule: str
    effects: tuple[Effect, ...] = ()


EXPERIMENTS = (
    Tried(
        "Mikrolånsforsøg",
        "Gør det muligt at understøtte, at kontanthjælpsmodtagere starter egen virksomhed.",
        "Beskæftigelseslovgivningen",
    ),
    Tried(
        "Samtaleforsøget",
        "Har fjernet de alt for mange proceskrav omkring jobsamtalen med borgerne.",
        "Beskæftigelseslovgivningen: proceskrav om jobsamtalen",
    ),
    Tried(
        "Lægeattestforsøgene",
        "Gør det muligt at undlade at indhente lægeattester, hvis anden lægefaglig dokumentation vurderes at give mere "
        "viden om borgers helbred.",
        "Beskæftigelseslovgivningen: indhentning af lægeattester",
        (
            Effect(
                "Tid, som de nordjyske læger indtil nu har sparet på lægeattester, som ingen reelt kan bruge", KKR,
                "claimed", Decimal(2), "fuldtidsstillinger", "noget nær", document=TO_MINISTER,
            ),
            Effect(
                "Kommunernes udgifter til lægeattester, der ikke understøtter sagerne, er sparet", KKR, "claimed",
                document=TO_MINISTER,
            ),
        ),
    ),
)  # fmt: skip

RUNNING, EXAMPLE = CatalogueMeasure.Status.RUNNING, CatalogueMeasure.Status.EXAMPLE
Measure = tuple[str, str, CatalogueMeasure.Status]
"""What, with whom in the source's words, and whether the source says that it runs or gives it as an example."""
MEASURES: dict[str, tuple[Measure, ...]] = {
    "Indsatser internt i kommunerne": (
        ("Regelmæssige samarbejdsmøder om rekruttering til SOSU og andre sundhedsfaglige uddannelser", "Jobcentre",
         RUNNING),
        ("Særlige forløb for ledige, ’SOSU-klar’", "", RUNNING),
        ("Erhvervspraktik og præsentation af sundhedsfaglige uddannelser for udskolingsklasserne i grundskolen",
         "Skoleområdet", RUNNING),
        ("Sundhedsuddannelserne præsenteres for studerende på ungdomsuddannelser via sundhedsfaglige praktikker",
         "", RUNNING),
        ("Ekstra koordinatorer, der arbejder målrettet med fastholdelse og rekruttering/markedsføring, bl.a. via besøg "
         "på grundskoler/ungdomsuddannelser og brug af sociale medier", "", EXAMPLE),
        ("Muligheder for at ansætte afløsere som SOSU-elever med voksenelevløn eller voksenlærlingeløn", "", RUNNING),
        ("Mulighed for dagpenge under grundforløb", "", RUNNING),
        ("Ansættelse af IGU-elever i lønnet praktik", "", EXAMPLE),
        ("Ekstra indsatser for tosprogede elever, med fokus på dansk arbejdskultur og sprog", "", EXAMPLE),
        ("Tæt samarbejde med de praktikansvarlige og praktikvejlederne på ældreområdet",
         "De praktikansvarlige og praktikvejlederne", RUNNING),
        ("Individuelle praktikforløb, som styrker elevernes udviklings- og læringsmuligheder", "", EXAMPLE),
        ("Bedre overblik over elevernes uddannelsesforløb: deres faglige standpunkter visualiseres i enkle skemaer, så "
         "der hurtigt kan sættes ind", "", EXAMPLE),
        ("Elever med personlige problemstillinger, såsom psykiatriske diagnoser, sikres den støtte de har brug for, "
         "for at kunne uddanne sig på lige fod med andre", "", RUNNING),
        ("Elever med ekstra behov og udfordringer sikres mulighed for øget vejledning, med henblik på øget trivsel og "
         "fastholdelse", "", RUNNING),
    ),
    "Indsatser/tiltag med uddannelsesinstitutioner, Region Nordjylland, mv.": (
        ("’Projekt Nye veje til rekruttering’: at finde nye rekrutteringsveje, der kan supplere de eksisterende",
         "SOSU Nord og Region Nordjylland", EXAMPLE),
        ("’SOSUKlar’, med fokus på rekruttering til afløserjob og SOSU-uddannelserne", "SOSU Nord", EXAMPLE),
        ("Dialoger om frafald på sygeplejerskeuddannelsen og muligheder for overgang til SOSU-området", "UCN", EXAMPLE),
        ("Lokale samarbejder om de nye lokalafdelinger", "SOSU Nord", EXAMPLE),
        ("Samarbejder om optag på sammenhængende ansættelser på grundforløb 2 og hovedforløb til SSH og SSA", "",
         EXAMPLE),
        ("Besøg fra kommunale uddannelseskonsulenter for at klæde eleverne på til ansøgninger", "SOSU Nord/STV",
         EXAMPLE),
        ("Håndholdte forløb via overgangssamtaler mellem skole og praktikforløb for at styrke fastholdelse",
         "Region Nordjylland", EXAMPLE),
        ("Indsatser for ledige, der ikke er uddannet inden for social- og sundhedsområdet, både ufaglærte og ledige, "
         "der ønsker et brancheskifte", "Fagorganisationer", EXAMPLE),
        ("Faste samarbejder via de formelle samarbejdsforum/lokale uddannelsesudvalg på skolerne",
         "Uddannelsesinstitutionerne", RUNNING),
    ),
    "Fremadrettede indsatser til styrkelse af fastholdelse og rekruttering": (
        ("Voksne elever over 25 år ansættes på SSA-uddannelsen allerede fra starten af GF 2 (trepartsaftalen om "
         "AUB-midler, fra 1. juli 2021)", "", RUNNING),
        ("Ledige i dagpengeperioden kan uddanne sig til SSH og SSA på 110 pct. dagpenge (finansloven)", "", RUNNING),
        ("Kvalitetsstandard for praktikvejledning", "", EXAMPLE),
        ("Funktionsbeskrivelser for praktikvejledere og -ansvarlige", "", EXAMPLE),
        ("Opkvalificeringskurser for praktikvejledere, bl.a. med fokus på pædagogik og kommunikation", "", EXAMPLE),
        ("Tilkøb af elevportaler, der understøtter samarbejdet mellem vejledere og elever", "", EXAMPLE),
        ("Projekter om ansættelse af mentorer til fastholdelse og understøttelse af allerede ansatte elever, og til "
         "understøttelse af praktikvejledere", "", EXAMPLE),
        ("Nytænkning af stillingsopslag og rekrutteringsmetoder, f.eks. ved brug af videomaterialer", "", EXAMPLE),
        ("Øget fokus på rekruttering via særlige hjemmesider og øget indsats på sociale medier", "", RUNNING),
        ("Arbejdsgrupper om finanslovspuljen ’Flere hænder og højere faglighed i ældreplejen’: flere ansættes i "
         "ældreplejen, og flere ufaglærte får mulighed for en social- og sundhedsfaglig uddannelse", "", RUNNING),
        ("Videreuddannelse fra SSH til SSA, hvor eleverne fastholder deres ordinære løn i hele uddannelsesperioden", "",
         EXAMPLE),
    ),
}  # fmt: skip


def load() -> str:
    """Make what is missing; returns a line for the log."""
    owner = Organisation.objects.get(name=people.KKR)
    if not ExperimentScheme.objects.filter(owner=owner, name=SCHEME).exists():
        _scheme(owner)
    if not MeasureCatalogue.objects.filter(owner=owner, name=CATALOGUE).exists():
        _catalogue(owner)
    return f"{ExperimentScheme.objects.count()} schemes, {CatalogueMeasure.objects.count()} measures"


def _scheme(owner: Organisation) -> None:
    area = Area.objects.get(kind=Area.Kind.KKR, name=people.KKR)
    scheme = make_scheme(
        None, owner, name=SCHEME, ministry="Social- og Indenrigsministeriet", starts="2016", ends="2020",
        theme="En mere effektiv og fleksibel beskæftigelsesindsats, herunder nytænkning af integrationsområdet",
        purpose="At gå nye veje i beskæftigelsesindsatsen, der i mange år har været kendetegnet ved detailstyring og "
        "mange proceskrav, så ledige og syge hurtigst muligt kommer i beskæftigelse.",
        stated_experiments=19, stated_municipalities=11,
        municipalities=[Taking(each) for each in municipalities_in(area, ledger.today())], letters=LETTERS,
        note="Kilden skriver »de 11 nordjyske kommuner« uden at nævne dem; det er kommunerne i Nordjylland. Brevene "
        "har ingen dato. De nævner tre af de 19 forsøg som eksempler, og mange gode cases uden at fortælle dem.",
        source=f"{TO_MINISTER}. {TO_COMMITTEE}.",
    )  # fmt: skip
    for each in EXPERIMENTS:
        make_experiment(
            None, scheme, title=each.title, text=each.text, rule=each.rule, status="running",
            status_when="i brevet til ministeren", effects=each.effects, source=TO_MINISTER,
        )  # fmt: skip


def _catalogue(owner: Organisation) -> None:
    catalogue = make_catalogue(
        None, owner, name=CATALOGUE, theme_area="SOSU, rekruttering og fastholdelse", themes=list(MEASURES),
        note="Kilden samler op på tværs og nævner ingen kommune ved det enkelte tiltag. Den har ingen dato; status er, "
        "som den står i kilden.",
        source=ANNEX,
    )  # fmt: skip
    themes = {theme.name: theme for theme in catalogue.themes.all()}
    for name, measures in MEASURES.items():
        for title, partners, status in measures:
            make_measure(None, themes[name], title=title, partners=partners, status=status)
