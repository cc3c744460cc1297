"""A protected series for the demo area: unemployed graduates in courses by education, published twice. Made up."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from portal import ledger
from portal.identity import demo as people
from portal.identity.models import Organisation
from reporting import measures
from reporting.engine.protected import publish
from reporting.models import Observation, Series
from reporting.observations import make_series, observe

KEY = "hoejtuddannede-i-forloeb"
EDUCATIONS = ("Humaniora", "Samfundsvidenskab", "Teknik", "Naturvidenskab", "Sundhed")
FIRST, SECOND = date(2021, 3, 31), date(2021, 6, 30)
STARTED = {
    # Municipality: started in the first quarter of 2021, and in the second, in the order of EDUCATIONS.
    "0851": ((46, 61, 52, 18, 23), (12, 17, 11, 5, 8)),
    "0860": ((14, 19, 12, 3, 9), (6, 7, 5, 0, 0)),
    "0813": ((12, 16, 11, 2, 7), (5, 0, 6, 0, 5)),
    "0787": ((9, 13, 8, 1, 6), (0, 5, 0, 0, 0)),
    "0846": ((8, 11, 7, 4, 2), (1, 2, 0, 0, 6)),
    "0820": ((7, 9, 8, 0, 5), (0, 0, 5, 0, 0)),
    "0810": ((6, 8, 5, 2, 4), (0, 0, 0, 0, 0)),
    "0840": ((5, 9, 6, 1, 3), (5, 0, 0, 0, 0)),
    "0849": ((4, 6, 5, 0, 2), (0, 0, 0, 0, 0)),
    "0773": ((3, 5, 2, 1, 1), (0, 0, 0, 0, 0)),
    "0825": ((1, 0, 1, 0, 0), (0, 0, 0, 0, 0)),
}


def load() -> str:
    """Make what is missing; returns a line for the log."""
    owner = Organisation.objects.get(name=people.KKR)
    if not Series.objects.filter(key=KEY).exists():
        with ledger.entry(history=ledger.History("Demo: højtuddannede i forløb, serien", origin="Opdigtet")):
            make_series(
                KEY, "Ledige højtuddannede i forløb", measures.PERSONS, owner, unit="personer",
                question="Hvor mange ledige højtuddannede er begyndt i et forløb, efter uddannelsens område og bopæl?",
                source="Konstrueret til demoen", learnt_on=date(2021, 1, 1),
            )  # fmt: skip
    series = Series.objects.get(key=KEY)
    if not Observation.objects.filter(series=series).exists():
        with ledger.entry(history=ledger.History("Demo: højtuddannede i forløb", origin="Opdigtet")):
            for day, education, municipality, number in _rows():
                observe(
                    series, day, Decimal(number), category=education, municipality=municipality, constructed=True,
                    source="Konstrueret", learnt_on=day,
                )  # fmt: skip
    for day in (FIRST, SECOND):
        publish(series, day)
    return "1 protected series"


def _rows() -> Iterator[tuple[date, str, str, int]]:
    for municipality, quarters in STARTED.items():
        for day, numbers in zip((FIRST, SECOND), quarters, strict=True):
            for education, number in zip(EDUCATIONS, numbers, strict=True):
                if number:
                    yield day, education, municipality, number
