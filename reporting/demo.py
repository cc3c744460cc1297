"""The match targets of Vækst Via Viden 2.0, and the same for the fictional continuation.

Source: the project description "Vækst Via Viden 2.0" (KKR Nordjylland, November 2019). The table that split the
1,400 between the municipalities is lost, so there is no target per municipality ("ikke oplyst i kilden"); Læsø's part
was undecided and stands outside the distribution.
"""

from dataclasses import dataclass
from decimal import Decimal

from portal import ledger
from portal.identity import demo as people
from portal.identity.models import Organisation
from programmes import demo as programmes
from programmes.models import Initiative, Programme
from reporting import demo_keys
from reporting.models import Target, TargetVersion

ALSO = (
    "reporting.demo_definitions",
    "reporting.demo_contract",
    "reporting.demo_statistics",
    "reporting.demo_protected",
)
"""Loaded by load_demo after this module."""

LAESOE = "0825"
SOURCE = "Projektbeskrivelsen Vækst Via Viden 2.0, KKR Nordjylland, november 2019"

Basis = TargetVersion.Basis


@dataclass(frozen=True)
class Wanted:
    key: str
    name: str
    amount: int
    basis: TargetVersion.Basis
    parent: str | None = "matches"
    organisations: tuple[str, ...] = ()
    activity: str = ""
    excluded: tuple[str, ...] = ()
    note: str = ""


# The activity targets lie inside the 2,000 and the distribution; they are never added on top.
TARGETS = [
    Wanted("matches", "Match i alt", 2000, Basis.WHOLE, parent=None),
    Wanted("municipal-part", "Kommunernes del", 1400, Basis.PLACE_OF_WORK, excluded=(LAESOE,),
           note="Fordelt efter arbejdspladser; tabellen med fordelingen er ikke oplyst i kilden."),
    Wanted("partner-part", "De øvrige parters del", 600, Basis.CREATOR,
           organisations=(people.AAU, people.UCN, people.AKADEMIKERNE),
           note="Fordelingen mellem parterne er ikke oplyst i kilden."),
    Wanted("aau-fairs", "AAU: børser", 450, Basis.ACTIVITY, activity="5.2.2 a"),
    Wanted("ucn-fairs", "UCN: børser", 375, Basis.ACTIVITY, activity="5.2.2 b"),
    Wanted("ucn-local-events", "UCN: lokale samarbejdsarrangementer", 45, Basis.ACTIVITY, activity="5.2.2 c"),
    Wanted("ucn-meet-and-greet", "UCN: Meet & Greet og morgen- og fyraftensmøder", 150, Basis.ACTIVITY,
           activity="5.2.2 d"),
    Wanted("akademikerne-talent", "Akademikernes A-kasse: Talent Attraction", 90, Basis.ACTIVITY, activity="5.2.3 a"),
]  # fmt: skip


def load() -> str:
    for programme in Programme.objects.filter(slug__in=[programmes.VVV2, programmes.CONTINUATION]):
        if not Target.objects.filter(programme=programme).exists():
            _targets(programme)
    return f"{demo_keys.load()}, {Target.objects.count()} targets"


def _targets(programme: Programme) -> None:
    known = min(programmes.DESCRIBED_ON, programme.starts_on) if not programme.fictional else programme.starts_on
    organisations = dict(Organisation.objects.values_list("name", "pk"))
    headings = dict(Initiative.objects.filter(programme=programme).values_list("number", "heading_id"))
    made: dict[str, Target] = {}
    with ledger.entry(history=ledger.History(f"Demo: {programme.name}, måltal", origin=SOURCE)):
        for order, wanted in enumerate(TARGETS):
            made[wanted.key] = Target.objects.create(
                programme=programme,
                key=wanted.key,
                name=wanted.name,
                order=order,
                measure_id="match_registered",
                parent=made[wanted.parent] if wanted.parent else None,
            )
            ledger.define(
                TargetVersion(
                    target=made[wanted.key],
                    amount=Decimal(wanted.amount),
                    form=TargetVersion.Form.CUMULATIVE,
                    basis=wanted.basis,
                    # "Retningsgivende" in one place of the source; activities bind the partner who runs them.
                    commitment=(
                        TargetVersion.Commitment.BINDING
                        if wanted.basis == Basis.ACTIVITY
                        else TargetVersion.Commitment.INDICATIVE
                    ),
                    path=TargetVersion.Path.LINEAR,
                    counted_from=programme.counted_from,
                    counted_to=programme.ends_on,
                    organisations=[organisations[name] for name in wanted.organisations],
                    headings=[headings[wanted.activity]] if wanted.activity else [],
                    excluded_municipalities=list(wanted.excluded),
                    note=wanted.note,
                    source="Opdigtet fortsættelse" if programme.fictional else SOURCE,
                ),
                learnt_on=known,
            )
