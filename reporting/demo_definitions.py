"""Indicators and targets of the demo's programmes, from the files that `manage.py load_definitions` reads, and some
observations of the Aalborg strategy. The observations are constructed and marked so; what is not here is not reported.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

from portal import ledger
from programmes import demo_strategies
from reporting import definition_loading
from reporting.models import Observation, Series
from reporting.observations import observe

FOLDER = Path(__file__).parent / "definitions"
FILES = (
    "vaekst-via-viden-2.yaml",
    "aalborg-erhvervsstrategi-2023-2026.yaml",
    "midtjylland-vaekstplan-2016-2020.yaml",
)
COUNTRY, AALBORG = "000", "0851"

YEARLY = {
    # Volumes and yearly values: 2023, 2024, 2025.
    "aalborg-forhaandsdialoger": (112, 131, 128),
    "aalborg-invest-sager": (44, 53, 57),
    "aalborg-invest-strategiske": (15, 21, 19),
    "aalborg-markedsfoering": (2, 3, 2),
    "aalborg-vejledte-virksomheder": (188, 204, 231),
    "aalborg-nye-cvr": (874, 921, 903),
    "aalborg-klima-industri": (14, 22, 20),
    "aalborg-reduktion-industri": (21000, 34500, 30200),
    "aalborg-klima-landbrug": (19, 27, 31),
    "aalborg-internationale-partnerskaber": (1, 2, 2),
    "aalborg-ekstern-finansiering": (38_400_000, 61_250_000, 52_900_000),
    "aalborg-konferencer": (3, 5, 4),
    "aalborg-internationale-arbejdstagere": (1104, 987, 1036),
    "aalborg-ics": (912, 1045, 1180),
    "aalborg-jobvaekst": (1450, 820, -310),
    "aalborg-jobvaekst-privat": (1080, 540, -120),
    "aalborg-temamoeder": (1, 1, 1),
    "aalborg-branchedialog": (0, 1, 1),
}
STATISTICS = {
    # (year, Aalborg, whole country), published the year after.
    "aalborg-omsaetningsvaekst": ((2023, "3.1", "2.4"), (2024, "4.0", "4.2")),
    "aalborg-unge-erhvervsuddannelse": ((2023, "22.6", "21.9"), (2024, "23.0", "22.2")),
}
ANSWERS = {
    "aalborg-tilfredse-vejledte": (2025, {"tilfreds": 83, "hverken_eller": 6, "utilfreds": 4}),
    "aalborg-tilfreds-en-indgang": (2025, {"begge": 71, "kun_tilfreds": 17, "kun_en_indgang": 5, "ingen": 7}),
}


def load() -> str:
    """Make what is missing; returns a line for the log."""
    programmes = demo_strategies.load()
    for name in FILES:
        definition_loading.load(definition_loading.read(FOLDER / name))
    if not Observation.objects.filter(series__key__in=YEARLY).exists():
        _observe()
    return programmes


def _observe() -> None:
    series = {each.key: each for each in Series.objects.filter(key__startswith="aalborg-")}
    history = ledger.History("Demo: Aalborg Erhvervsstrategi, konstruerede tal", origin="Opdigtet")
    with ledger.entry(history=history):
        for key, day, value, category, vintage, period in _rows():
            # The figures of a year are known in the February after; what is of this year was known on its day.
            known = min(date(day.year + 1, 2, 15), ledger.today())
            observe(
                series[key], day, Decimal(value), category=category, vintage=vintage, period=period, constructed=True,
                source="Konstrueret", learnt_on=known,
            )  # fmt: skip


def _rows() -> Iterator[tuple[str, date, str, str, str, tuple[date, date]]]:
    for key, values in YEARLY.items():
        for year, value in zip((2023, 2024, 2025), values, strict=True):
            # A delivery that was not made is no observation.
            if value:
                yield key, date(year, 12, 31), str(value), "", "", _year(year)
    for key, published in STATISTICS.items():
        for year, own, country in published:
            for area, published_value in ((AALBORG, own), (COUNTRY, country)):
                yield key, date(year, 12, 31), published_value, area, f"{year + 1}K2", _year(year)
    for key, (asked_in, answers) in ANSWERS.items():
        for answer, number in answers.items():
            for _turn in range(number):
                yield key, date(asked_in, 11, 15), "1", answer, "", _year(asked_in)


def _year(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)
