"""Bodies of the sources: who sits in them, what they were asked to do, and what came of it.

Sources: the terms of reference of seven regional growth teams ("Kommissorium for regionale vækstteams", 2021; members
in demo_data/growth_teams.json as printed), the project description "Vækst Via Viden 2.0" (KKR Nordjylland, November
2019, section 6), KKR Nordjylland's letter to Transportministeriet and "Siden sidst" of 2019-10-23, the list of the
board of Erhvervshus Nordjylland in "Strategi for decentral erhvervsfremme 2020-2023", and "Erhvervsstrategi - Aalborg
griber fremtiden". The steering group of the fictional continuation, its meetings and what it decided are constructed.
"""

import json
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from portal import ledger
from portal.geography.models import Area
from portal.identity import demo as people
from portal.identity.models import Organisation
from portal.identity.roles import OrganisationKind
from programmes import demo as programmes
from programmes.bodies import appoint, make_person, make_seats, set_body
from programmes.decisions import register_decision
from programmes.demo_strategies import AALBORG
from programmes.mandates import Line, make_mandate, make_recommendation
from programmes.meetings import Item, Origin, follow_up, make_meeting
from programmes.models import Body, FundingSource, Initiative, Person, Programme, Seat
from programmes.sources import make_source

GOVERNMENT = "Regeringen"
TRANSPORT = "Nordjyllands Trafikselskab"
REACT = "REACT-EU: opfølgning på vækstteamenes anbefalinger"
TERMS = "Kommissorium for regionale vækstteams"
DESCRIPTION = "Projektbeskrivelsen Vækst Via Viden 2.0, KKR Nordjylland, november 2019, afsnit 6"
LETTER = "KKR Nordjyllands brev til Transportministeriet om udvidelse af Nordjyllands Trafikselskabs bestyrelse"
SINCE_LAST = "KKR Nordjylland, bilag 2.1 »Siden sidst«, 23. oktober 2019"
STRATEGY = "Strategi for decentral erhvervsfremme 2020-2023, høringsudgave: det regionale kapitel for Nordjylland"
AALBORG_SOURCE = "Erhvervsstrategi - Aalborg griber fremtiden, Aalborg Kommune"
TEAMS = Path(__file__).parent / "demo_data" / "growth_teams.json"
ALSO_PRINTED = {
    "Mogens Gade": "Mogens Christen Gade",
    "Jan. O Gregersen": "Jan O. Gregersen",
    "Dorte Maarberg Stigaard": "Dorte Maarbjerg Stigaard",
}
"""One person under two spellings: as printed → as registered."""
BOARD = (
    ("chair", "Mogens Christen Gade", "Borgmester, Jammerbugt Kommune"),
    ("deputy", "Hanne Kvist", "Direktør, Royal Greenland"),
    ("member", "Mogens Jespersen", "Borgmester, Mariagerfjord Kommune"),
    ("member", "Ulla Vestergaard", "Borgmester, Thisted Kommune"),
    ("member", "Thomas Kastrup", "Borgmester, Aalborg Kommune"),
    ("member", "Carsten Hedeman", "Adm. direktør, NetIP A/S"),
    ("member", "Peter Berg-Mortensen", "Adm. direktør, Frede D. Nielsen A/S"),
    ("member", "Rikke Gandrup", "Adm. direktør, Colorhotel Skagen"),
    ("member", "Jan O. Gregersen", "Formand, Metal Aalborg"),
    ("member", "Dorte Maarberg Stigaard", "Innovationsdirektør, Aalborg Universitet"),
    ("member", "Ulla Astman", "Regionrådsformand, Region Nordjylland"),
)
FRAME = (
    "»Der er afsat 500 mio. kr. til at følge op på anbefalingerne fra de regionale vækstteams under årets finanslov "
    "fra REACT-EU-programmet. Midlerne skal anvendes inden medio 2023.«"
)


def load() -> str:
    if not Body.objects.filter(kind=Body.Kind.GROWTH_TEAM).exists():
        _Bodies().load()
    return f"{Body.objects.count()} bodies, {Person.objects.count()} people"


class _Bodies:
    def __init__(self) -> None:
        people.load_national()
        area = Area.objects.get(kind=Area.Kind.KKR, name=people.KKR)
        state, association = OrganisationKind.STATE_AGENCY, OrganisationKind.ASSOCIATION
        self.government = Organisation.objects.get_or_create(name=GOVERNMENT, defaults={"kind": state})[0]
        transport = {"kind": association, "short_name": "NT", "area": area}
        self.transport = Organisation.objects.get_or_create(name=TRANSPORT, defaults=transport)[0]
        self.kkr = Organisation.objects.get(name=people.KKR)
        self.hub = Organisation.objects.get(name=people.HUB)
        self.aalborg = Organisation.objects.get(name="Aalborg Kommune")
        self.persons: dict[str, Person] = {}

    def load(self) -> None:
        council = self.kkr_nordjylland()
        self.board()
        self.transport_board(council)
        self.project()
        self.business_council()
        self.growth_teams()
        self.steering()

    def body(self, owner: Organisation, name: str, kind: Body.Kind, **said: Any) -> Body:
        return set_body(None, owner, None, name=name, kind=kind, asks_agenda_item=False, **said)

    def seat(self, body: Body, role: str, printed: str, background: str, source: str, **said: Any) -> Seat:
        """A seat with its holder, who is one person however often and however spelt they are printed."""
        name = ALSO_PRINTED.get(printed, printed)
        if name not in self.persons:
            self.persons[name] = make_person(None, body.organisation, name=name, background=background, source=source)
        seat = make_seats(None, body, role=role, **said)[0]
        appoint(
            None, seat, self.persons[name], background=background, source=source,
            printed_name="" if printed == name else printed,
        )  # fmt: skip
        return seat

    def kkr_nordjylland(self) -> Body:
        body = self.body(
            self.kkr, people.KKR, Body.Kind.KKR, covers="De 11 nordjyske kommuner", source=SINCE_LAST,
            purpose="Kommunekontaktrådet (KKR) i Nordjylland. Kilden nævner formand og næstformand, ikke de øvrige "
            "medlemmer.",
        )  # fmt: skip
        self.seat(body, "chair", "Arne Boelt", "Borgmester/KKR-formand", LETTER)
        self.seat(body, "deputy", "Mogens Christen Gade", "Borgmester/KKR-næstformand", LETTER)
        meeting = make_meeting(
            None, body, day=date(2019, 6, 21), status="held", source=SINCE_LAST,
            title="Årsrapport for Socialtilsyn Nord for 2018",
        )  # fmt: skip
        follow_up(
            None, meeting,
            what="Oplæg om, hvordan plejefamilier og tilbud i Nordjylland arbejder med de krav, som Socialtilsyn Nord "
            "stiller",
            responsible_words="Den Administrative Styregruppe på socialområdet (DAS Social)",
            state="done", settled_on=date(2019, 10, 23), source=SINCE_LAST,
            note="Forelagt KKR som bilag 2.1. Tilsynets krav besvares med en redegørelse og dokumentation, og "
            "årsrapporten samler generelle anbefalinger på tværs.",
        )  # fmt: skip
        return body

    def board(self) -> None:
        body = self.body(
            self.hub, "Bestyrelsen for Erhvervshus Nordjylland", Body.Kind.BOARD, covers="Nordjylland", source=STRATEGY
        )
        for role, name, background in BOARD:
            self.seat(body, role, name, background, STRATEGY, appointed_by="KKR Nordjylland og Region Nordjylland")

    def transport_board(self, council: Body) -> None:
        """Nine members today: 2 + 1 + 6. Who they are the letter does not say."""
        body = self.body(
            self.transport, "Bestyrelsen for Nordjyllands Trafikselskab", Body.Kind.BOARD, covers="Nordjylland",
            source=f"{LETTER} (»jævnfør Lov om Trafikselskaber«)",
        )  # fmt: skip
        open_: dict[str, Any] = {"role": "member", "holder_not_stated": True}
        make_seats(None, body, number=2, in_right_of="Regionsrådet", appointed_by="Regionsrådet", **open_)
        make_seats(
            None, body, in_right_of="Den kommune, der yder det største årlige tilskud (Aalborg Kommune)",
            appointing_organisation=self.aalborg, **open_,
        )  # fmt: skip
        make_seats(None, body, number=6, in_right_of="Kommunale medlemmer", appointed_by="Repræsentantskabet", **open_)
        make_recommendation(
            None, council, addressed_to="Transportministeriet", source=LETTER,
            text="Nordjyllands Trafikselskabs bestyrelse udvides, så alle betalerkommuner (11) er repræsenteret med "
            "stemmeret.",
        )  # fmt: skip

    def project(self) -> None:
        plan = Programme.objects.get(slug=programmes.VVV2)
        for name, kind, who, task in (
            ("Politiske partnere, Vækst Via Viden 2.0", Body.Kind.POLITICAL,
             "KKR Nordjylland og BRN (kommunerne og Region Nordjylland).",
             "At sikre politisk opbakning til projektet gennem hele projektperioden. De modtager en gang årligt status "
             "på projektet."),
            ("Styregruppen, Vækst Via Viden 2.0", Body.Kind.STEERING,
             "Ledelsesrepræsentanter fra projektparterne samt samarbejdspartnere eller andre interessenter, der "
             "bidrager med særlig indsigt eller viden om målgrupperne.",
             "At fungere som overordnet styringsorgan og tilse, at projektet gennemføres i overensstemmelse med "
             "projektbeskrivelsen."),
            ("Koordinationsgruppen, Vækst Via Viden 2.0", Body.Kind.COORDINATION,
             "Nøglemedarbejdere fra projektparterne samt samarbejdspartnere eller andre interessenter.",
             "At sikre fælles viden og koordinering mellem de mange forskellige aktiviteter, samt at afrapportere til "
             "styregruppen og de politiske partnere."),
            ("Aktivitetsgrupperne, Vækst Via Viden 2.0", Body.Kind.ACTIVITY,
             "Medarbejdere og evt. ledere fra projektparterne og samarbejdspartnerne, samt øvrige interessenter.",
             "At udvikle og implementere aktiviteterne, samt bidrage med fremdrift i de enkelte aktiviteter i "
             "projektperioden."),
        ):  # fmt: skip
            body = self.body(
                self.kkr, name, kind, programme=plan, purpose=who, source=DESCRIPTION, valid_from=plan.starts_on,
                valid_to=plan.ends_on,
            )  # fmt: skip
            make_mandate(None, body, title="Opgave", purpose=task, source=DESCRIPTION)
            if kind == Body.Kind.POLITICAL:
                for partner in (people.KKR, people.BRN):
                    make_seats(None, body, in_right_of=partner, holder_not_stated=True)

    def business_council(self) -> None:
        body = self.body(
            self.aalborg, "Aalborg Erhvervsråd", Body.Kind.ADVISORY, covers="Aalborg Kommune", source=AALBORG_SOURCE,
            programme=Programme.objects.get(slug=AALBORG),
            purpose="Rådet arbejder for at skabe de bedste vilkår for at starte, drive og udvikle virksomhed i Aalborg "
            "Kommune. De 17 medlemmer er repræsentanter fra erhvervslivet, arbejdstagerorganisationer, "
            "uddannelsesinstitutioner samt Aalborg Kommune.",
        )  # fmt: skip
        make_seats(None, body, number=17, holder_not_stated=True)
        lines = [
            Line("task", "Inddrages og orienteres halvårligt om status på indikatorerne."),
            Line("task", "Drøfter årligt behov for justeringer samt yderligere handlinger for at nå i mål."),
        ]
        make_mandate(None, body, lines, title="Opfølgning på erhvervsstrategien", source=AALBORG_SOURCE)

    def growth_teams(self) -> None:
        with ledger.entry(history=ledger.History("Demo: REACT-EU", origin=TERMS)):
            money = make_source(
                None, self.government, name=REACT, kind=FundingSource.Kind.POOL, status=FundingSource.Status.ACTIVE,
                granted=Decimal(500_000_000), funder="REACT-EU, årets finanslov", ends_on=date(2023, 6, 30),
                eligibility=f"{FRAME} Medio 2023 er læst som 30. juni 2023.", source=TERMS, learnt_on=date(2021, 5, 1),
            )  # fmt: skip
        for team in json.loads(TEAMS.read_text(encoding="utf-8")):
            self.growth_team(team, money)

    def growth_team(self, team: dict[str, Any], money: FundingSource) -> None:
        name = team["name"]
        body = self.body(self.government, f"Vækstteam {name}", Body.Kind.GROWTH_TEAM, covers=name, source=TERMS)
        if team["chair"] is None:
            make_seats(None, body, role="chair")  # "Udestår": the chair is still to come
        else:
            printed, background = team["chair"]
            self.seat(body, "chair", printed, background, TERMS)
        for printed, background in team["members"]:
            self.seat(body, "member", printed, background, TERMS)
        title, text = team["theme"]
        lines = [
            *(Line("task", each) for each in TASKS),
            Line("theme", text, title),
            *(Line("condition", each) for each in CONDITIONS),
        ]
        make_mandate(
            None, body, lines, title="Kommissorium", purpose=PURPOSE % {"name": name}, answers_to="Regeringen",
            deadline="maj 2021", funding_source=money, funding_note=FRAME, source=TERMS,
        )  # fmt: skip

    def steering(self) -> None:
        """Constructed, as the continuation itself is: one meeting held, one to come, and follow-up in every state."""
        today = programmes.loaded_on()
        plan = Programme.objects.get(slug=programmes.CONTINUATION)
        body = self.body(
            self.kkr, "Styregruppen (fiktiv fortsættelse)", Body.Kind.STEERING, programme=plan, source="Konstrueret",
            purpose="Konstrueret efter styregruppen i Vækst Via Viden 2.0.", valid_from=plan.starts_on,
        )  # fmt: skip
        for partner in (people.HUB, people.AAU, people.UCN, "Jobcenter Aalborg"):
            organisation = Organisation.objects.get(name=partner)
            make_seats(None, body, in_right_of=partner, appointing_organisation=organisation, holder_not_stated=True)
        held = make_meeting(
            None, body, [Item("1", "Status på match"), Item("2", "Vækstpiloter"), Item("3", "Eventuelt")],
            day=today - timedelta(days=45), starts_at=time(9, 30), place="Aalborg", status="held", fictional=True,
            source="Konstrueret",
        )  # fmt: skip
        make_meeting(
            None, body, [Item("1", "Opfølgning fra sidst"), Item("2", "Status på match")],
            day=today + timedelta(days=30), starts_at=time(9, 30), place="Hjørring", fictional=True,
            source="Konstrueret",
        )  # fmt: skip
        status = register_decision(
            None, body, outcome="as_recommended", meeting=held, agenda_item="1",
            title="Status på match (konstrueret)",
            recommended="Konstrueret: Styregruppen tager status til efterretning.",
            decided="Konstrueret: Taget til efterretning. Jobcentrene ser på, hvorfor match registreres sent.",
        )  # fmt: skip
        pilots = register_decision(
            None, body, outcome="changed", meeting=held, agenda_item="2", title="Flere vækstpiloter (konstrueret)",
            recommended="Konstrueret: Der søges om 225 vækstpiloter.",
            decided="Konstrueret: Der søges først om 150 vækstpiloter; resten afventer svaret.",
        )  # fmt: skip
        waits: tuple[tuple[Origin, str, str, int | None, dict[str, Any]], ...] = (
            (status, "Find ud af, hvorfor match registreres sent", "Jobcenter Aalborg", -10, {}),
            (pilots, "Send ansøgningen om 150 vækstpiloter", people.HUB, -20,
             {"state": "done", "settled_on": today - timedelta(days=22), "note": "Konstrueret: Ansøgningen er sendt."}),
            (pilots, "Regn budgettet igennem for 225 vækstpiloter", people.HUB, 25, {}),
            (held, "Find en dag til fælles temadag", people.UCN, None,
             {"state": "dropped", "settled_on": today - timedelta(days=5),
              "note": "Konstrueret: Temadagen er lagt sammen med efterårets."}),
        )  # fmt: skip
        for origin, what, who, due, more in waits:
            follow_up(
                None, origin, what=what, responsible=Organisation.objects.get(name=who), fictional=True,
                due=today + timedelta(days=due) if due is not None else None, source="Konstrueret", **more,
            )  # fmt: skip
        initiative = Initiative.objects.get(programme=plan, number="5.1.3")
        make_recommendation(
            None, body, number="1", text="Vækstpiloter prioriteres i virksomheder uden højtuddannede (konstrueret).",
            addressed_to="Projektparterne", given_on=held.day, status="followed", initiative=initiative,
            outcome="Konstrueret: Skrevet ind i aktiviteten.", fictional=True, source="Konstrueret",
        )  # fmt: skip


PURPOSE = (
    "Vækstteam %(name)s skal komme med anbefalinger til, hvordan der bedst kan investeres i lokale erhvervsstyrker, "
    "som særligt har potentiale til at få %(name)s styrket ud af COVID-19-krisen, herunder så de kan udvikle sig til "
    "lokale erhvervsfyrtårne og styrke vækst og beskæftigelse i hele landsdelen."
)
TASKS = (
    "Tilvejebringe et analysegrundlag for at identificere konkrete, lokale udfordringer og potentialer, som kan danne "
    "baggrund for vækstteamets anbefalinger.",
    "Komme med anbefalinger til, hvordan der bedst kan investeres i lokale erhvervsstyrker og potentialer, så de kan "
    "udvikle sig til ét eller to lokale erhvervsfyrtårne og styrke vækst og beskæftigelse i en hel landsdel. Det er "
    "ambitionen, at der tiltrækkes private investeringer til hvert erhvervsfyrtårn.",
    "Komme med anbefalinger til, hvordan der bedst kan investeres i særlige lokale erhvervsstyrker og potentialer, som "
    "kan løfte en særlig lokal indsats. Det skal bidrage til at vækstteamene, som dækker en stor geografi, kan udnytte "
    "det fulde potentiale i de særlige lokale erhvervsstyrker med betydning for et geografisk område internt i "
    "landsdelen.",
    "Komme med anbefalinger til yderligere tiltag, som kan genstarte vækst i deres landsdel.",
)
CONDITIONS = (
    "Vækstteamet kan bl.a. vurdere behovet for kompetenceudvikling og opkvalificering, og komme med forslag til "
    "målretning af eksisterende tiltag, ændret regulering, eller andet som ikke kræver særskilt finansiering eller har "
    "statsfinansielle konsekvenser.",
    "Anbefalingerne må ikke påvirke andre landsdele negativt.",
    "Erhvervshusets tidligere indspil til Danmarks Erhvervsfremmebestyrelse skal sammen med kommissoriet lægges til "
    "grund for arbejdet.",
    "Det påhviler vækstteamet at inddrage øvrige relevante lokale aktører i relevant omfang, herunder lokale "
    "virksomheder, regionerne, De Regionale Arbejdsmarkedsråd (RAR), videninstitutioner, business regions og "
    "destinationsselskaber mv.",
)
