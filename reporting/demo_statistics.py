"""Two small tables of statistics for the demo area. Every number is made up and marked as constructed."""

from datetime import date
from pathlib import Path

from portal import ledger
from portal.identity import demo as people
from portal.identity.models import Organisation
from reporting.models import Vintage
from reporting.statistics.choosing import Choice
from reporting.statistics.importing import Source, import_statistics

FILES = Path(__file__).parent / "definitions"
WORKPLACES = "KONSTR1"
"""Its series: konstr1-branche-tot and konstr1-branche-ind, of vintages 2019 and 2020."""
AVERAGES = "KONSTR2"
"""Its series: konstr2-tal-eksport and konstr2-tal-anbefaling, for the whole country."""
PUBLISHER = "Opdigtet til demoen"

VINTAGES = [
    ("konstr1-2019.csv", Source(WORKPLACES, "2019", date(2019, 11, 20), "Arbejdssteder", PUBLISHER,
                                "arbejdssteder", constructed=True)),
    ("konstr1-2020.csv", Source(WORKPLACES, "2020", date(2020, 11, 20), "Arbejdssteder", PUBLISHER,
                                "arbejdssteder", constructed=True)),
    ("konstr2-2020.json", Source(AVERAGES, "2020", date(2021, 3, 1), "Landsgennemsnit", PUBLISHER,
                                 "pct.", constructed=True)),
]  # fmt: skip


def load() -> str:
    """Import what is missing; each vintage was learnt on the day it was published."""
    owner = Organisation.objects.get(name=people.KKR)
    for name, source in VINTAGES:
        if Vintage.objects.filter(table__code=source.table, key=source.vintage, values_imported__gt=0).exists():
            continue
        import_statistics(
            (FILES / name).read_bytes(),
            source,
            Choice(),
            name=name,
            owner=owner,
            mark=",",
            history=ledger.History(f"Demo: {source.table} {source.vintage}", origin=PUBLISHER),
            learnt_on=source.published_on,
        )
    return f"{Vintage.objects.count()} vintages of statistics"
