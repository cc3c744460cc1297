"""A distribution key in the fictional continuation: invented numbers of workplaces, one approved, one that waits.

Everything here is constructed and says so. Of Vækst Via Viden 2.0 the table with the split is lost, so it has no key:
its municipalities' targets stay "ikke oplyst i kilden".
"""

from datetime import date
from decimal import Decimal

from portal import ledger
from portal.identity.actor import Actor, actor_for
from portal.identity.models import User
from programmes import demo as programmes
from programmes.models import Programme
from reporting import keys
from reporting.keys import KeyUnit
from reporting.models import DistributionKey, KeyVersion, Target
from reporting.reasons import Reason

KEY = "arbejdspladser"
SOURCE = "Konstrueret: opdigtede tal for arbejdspladser"
STATISTIC = "Arbejdspladser i kommunen (konstrueret)"
# Approved by two: the one proposes, the other decides.
PROPOSER, DECIDER = "controller@demo.example", "sekretariat@demo.example"
LAESOE = "0825"
EXCLUDED = "Læsøs del er ikke afgjort (uafklaret)"

# Municipality → workplaces of the first and of the newer vintage. Invented, so no figure of it is anybody's.
WORKPLACES: dict[str, tuple[int, int]] = {
    "0810": (16400, 16100),  # Brønderslev
    "0813": (28300, 28700),  # Frederikshavn
    "0860": (30900, 30600),  # Hjørring
    "0849": (17200, 17300),  # Jammerbugt
    "0825": (900, 900),  # Læsø, outside the distribution
    "0846": (19800, 20200),  # Mariagerfjord
    "0773": (9700, 9500),  # Morsø
    "0840": (13100, 13200),  # Rebild
    "0787": (21500, 21100),  # Thisted
    "0820": (18200, 18400),  # Vesthimmerland
    "0851": (119400, 122800),  # Aalborg
}


def load() -> str:
    """Make the key if it is not there, and put it where a demo needs it: approved, with a newer proposal waiting."""
    programme = Programme.objects.filter(slug=programmes.CONTINUATION).first()
    target = Target.objects.filter(programme=programme, key="municipal-part").first()
    if programme is None or target is None or DistributionKey.objects.filter(programme=programme).exists():
        return f"{DistributionKey.objects.count()} distribution keys"
    key = keys.make_key(programme, KEY, name="Arbejdspladser (konstrueret)", target=target)
    year = programme.starts_on.year
    known = programme.starts_on
    with ledger.entry(history=_history(programme, "forslag")):
        first = _propose(key, programme, str(year - 1), 0, learnt_on=known, counted_on=date(year - 1, 12, 31))
    with ledger.entry(history=_history(programme, "godkendelse")):
        decision = {"decision": "Konstrueret: KKR, dagsordenspunkt 4", "reason_code": Reason.DECISION.value}
        keys.approve(first, **decision, actor=_person(DECIDER), learnt_on=known)
    # The newer vintage waits: it was proposed on the day the demo area was made, and nobody has decided.
    with ledger.entry():
        _propose(key, programme, str(year), 1, counted_on=date(year, 12, 31) if year < ledger.today().year else None)
    return "1 distribution key, approved, with a proposal that waits"


def _history(programme: Programme, what: str) -> ledger.History:
    return ledger.History(f"Demo: {programme.name}, fordelingsnøgle, {what}", origin=SOURCE)


def _propose(
    key: DistributionKey,
    programme: Programme,
    vintage: str,
    column: int,
    *,
    counted_on: date | None,
    learnt_on: date | None = None,
) -> KeyVersion:
    return keys.propose(
        key,
        units(programme, column),
        total=1400,
        method=keys.Method.LARGEST_REMAINDER,
        statistic=STATISTIC,
        vintage=vintage,
        counted_on=counted_on,
        source=SOURCE,
        actor=_person(PROPOSER),
        learnt_on=learnt_on,
    )


def _person(email: str) -> Actor | None:
    user = User.objects.filter(email=email).first()
    return None if user is None else actor_for(user)


def units(programme: Programme, column: int) -> list[KeyUnit]:
    """The eleven municipalities in Danish order; Læsø outside the distribution."""
    places = programme.municipalities(programme.starts_on)
    return [
        KeyUnit(
            code=place.code,
            name=place.name,
            value=Decimal(WORKPLACES[place.code][column]),
            municipalities=(place.code,),
            excluded=EXCLUDED if place.code == LAESOE else "",
        )
        for place in places
    ]
