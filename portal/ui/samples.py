"""Sample data for the page of all parts (/ui/). Invented; also what the tests of the parts look at."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest

from portal.tabular.cells import read_day, read_kroner
from portal.tabular.forms import MappingForm
from portal.tabular.mapping import Chosen, Field, guess, open_table, read_table
from portal.tabular.tables import fault_table
from portal.ui import charts
from portal.ui.charts import Bar, Chart, LegendEntry, Series
from portal.ui.empty import EmptyValue
from portal.ui.fields import CvrField, DateField, MoneyField, SmartDateField
from portal.ui.formats import month_short
from portal.ui.forms import PortalForm
from portal.ui.tables import Cell, Column, GroupRow, Table

MUNICIPALITIES = [
    ("Aalborg", 131, 529, 78), ("Hjørring", 27, 149, 22), ("Frederikshavn", 24, 135, 20), ("Thisted", 21, 130, 19),
    ("Mariagerfjord", 25, 106, 16), ("Vesthimmerlands", 17, 91, 13), ("Morsø", 5, 53, 8),
]  # fmt: skip
MONTHS = [date(2020 + (8 + step) // 12, (8 + step) % 12 + 1, 1) for step in range(10)]
COUNTS = [48, 61, 72, 55, 82, 40, 66, 71, 58, 90]
FILE = """Posteringsdato;Bilagsnr.;Beløb i DKK;Tekst;Artskonto
31.01.2024;4711;12.500,00;Konsulent;22900000
05.02.2024;4712;32.850.0000;Annoncer;22900000
07.02.2024;4713;-250,50;Kreditnota;22900000
"""
FILE_FIELDS = (
    Field("day", "Dato", read_day, synonyms=("posteringsdato", "bilagsdato")),
    Field("voucher", "Bilag", synonyms=("bilagsnr.", "bilagsnummer")),
    Field("amount", "Beløb", read_kroner, synonyms=("beløb i dkk",), number=True),
    Field("text", "Tekst", required=False),
)


class SampleForm(PortalForm):
    company = forms.CharField(label="Virksomhed", help_text="Navn eller CVR-nummer", max_length=120)
    cvr = CvrField(label="CVR-nummer")
    kind = forms.ChoiceField(
        label="Matchtype",
        widget=forms.RadioSelect,
        choices=[("studiejob", "Studiejob"), ("job", "Ordinært job"), ("projekt", "Projekt")],
    )
    agreed = DateField(label="Aftalt den", help_text="For eksempel: 31 1 2021", max_date=date(2030, 12, 31))
    creator = forms.ChoiceField(
        label="Skabt af",
        choices=[("", "Vælg"), ("1", "BusinessAalborg"), ("2", "Jobcenter Hjørring")],
        help_text="Erhvervshus Nordjylland står som medvirkende",
    )
    areas = forms.MultipleChoiceField(
        label="Arbejdsområder",
        widget=forms.CheckboxSelectMultiple,
        choices=[("salg", "Salg og markedsføring"), ("it", "It og data")],
        required=False,
    )
    amount = MoneyField(label="Beløb", required=False)
    note = forms.CharField(label="Bemærkning", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    sure = forms.BooleanField(label="Det er et andet match end det, der ligner")


class SampleFilter(PortalForm):
    municipality = forms.ChoiceField(
        label="Kommune", choices=[("", "Alle"), *((name, name) for name, *_rest in MUNICIPALITIES)], required=False
    )
    kind = forms.ChoiceField(label="Matchtype", choices=[("", "Alle"), ("studiejob", "Studiejob")], required=False)
    from_day = SmartDateField(label="Fra", required=False)
    to_day = SmartDateField(label="Til", required=False)


def status_of(value: int, expected: int) -> Any:
    from portal.ui.templatetags.ui import status

    if value >= expected:
        return status("good", "følger planen")
    return status("behind", f"bagud, {expected - value} færre")


def sample_table(sort: str = "") -> Table:
    rows: list[Any] = [
        {
            "name": name,
            "bar": charts.target_bar(value, target, expected, title=f"{name}: {value} af {target}"),
            "value": Cell(value, url=f"#{name}"),
            "target": target,
            "share": Fraction(value, target),
            "status": status_of(value, expected),
        }
        for name, value, target, expected in MUNICIPALITIES
    ]
    rows.append(
        {"name": "Læsø", "bar": "", "value": Cell(0, url="#laesoe"), "target": EmptyValue.NOT_RELEVANT,
         "share": EmptyValue.NOT_RELEVANT, "status": "uden for fordelingen"}
    )  # fmt: skip
    return Table(
        caption="Match efter arbejdssted",
        columns=[
            Column("name", "Kommune", sort="name", url=lambda row: f"#{row['name']}"),
            Column("bar", "Udvikling", kind="chart"),
            Column("value", "Match", kind="number", sort="value"),
            Column("target", "Måltal", kind="number"),
            Column("share", "Opfyldt", kind="percent"),
            Column("status", "Status"),
        ],
        rows=rows,
        total={"name": "I alt", "bar": "", "value": 250, "target": 1193, "share": Fraction(250, 1193), "status": ""},
        sort=sort,
        tone=lambda row: "own" if row["name"] == "Hjørring" else "",
    )


def sample_file() -> dict[str, Any]:
    """A file of spending between upload and import."""
    table = open_table(FILE.encode(), FILE_FIELDS)
    rows = read_table(table, FILE_FIELDS, Chosen(guess(FILE_FIELDS, table)))
    faults = [fault for row in rows for fault in row.faults]
    return {"mapping_form": MappingForm(table, FILE_FIELDS), "faults": fault_table(faults)}


def sample_context(request: HttpRequest) -> dict[str, Any]:
    typed = {"cvr": "12345678", "agreed_day": "31", "agreed_month": "x", "agreed_year": "2021", "kind": "studiejob",
             "amount": "32.850.0000"}  # fmt: skip
    wrong = SampleForm({f"wrong-{name}": value for name, value in typed.items()}, prefix="wrong")
    months = [month_short(month) for month in MONTHS]
    running = [sum(COUNTS[: place + 1]) for place in range(len(COUNTS))]
    expected = [59 * (place + 1) for place in range(len(COUNTS))]
    month_table = Table(
        caption="Match pr. måned, samlet og efter planen",
        columns=[
            Column("month", "Måned", kind="month"),
            Column("count", "Match", kind="number"),
            Column("running", "Samlet", kind="number"),
            Column("expected", "Efter planen", kind="number"),
        ],
        rows=[
            {"month": month, "count": count, "running": so_far, "expected": plan}
            for month, count, so_far, plan in zip(MONTHS, COUNTS, running, expected, strict=True)
        ],
        compact=True,
    )
    bars = [Bar(name, value, expected=plan, url=f"#{name}") for name, value, _target, plan in MUNICIPALITIES]
    return {
        **sample_file(),
        "wrong_form": wrong,
        "fresh_form": SampleForm(initial={"agreed": date(2021, 1, 31), "amount": Decimal(250_000)}, prefix="fresh"),
        "filter_form": SampleFilter(request.GET or None),
        "table": sample_table(request.GET.get("sort", "")),
        "account": Table(
            caption="Måltalsregnskab",
            columns=[Column("part", "Del"), Column("count", "Match", kind="number")],
            rows=[
                {"part": "I kommunernes del (måltal 1.400)", "count": Cell(301, url="#a")},
                {"part": "I de øvrige parters del (måltal 600)", "count": Cell(97, url="#b")},
                {"part": "Tæller i begge dele", "count": Cell(-80, url="#c")},
            ],
            total={"part": "Forskellige match", "count": Cell(318, url="#d")},
        ),
        "contract": Table(
            caption="Mål i kontrakten",
            columns=[
                Column("number", "Mål", kind="id"),
                Column("name", "Navn", url=lambda row: "#maal"),
                Column("result", "Resultat"),
                Column("score", "Målopfyldelse, pct.", kind="number"),
                Column("paid", "Udbetalt", kind="money"),
                Column("day", "Opgjort", kind="date"),
            ],
            rows=[
                GroupRow("Nationale mål"),
                {
                    "number": "1",
                    "name": "Virksomhedernes tilfredshed",
                    "result": Cell("NPS 72", note="mindst 60"),
                    "score": Cell(100, url="#x"),
                    "paid": Decimal("1234567.5"),
                    "day": date(2021, 1, 31),
                },
                GroupRow("Regionale mål"),
                {
                    "number": "8",
                    "name": "Regional strategi",
                    "result": "vurderet",
                    "score": EmptyValue.SETTLED_LATER,
                    "paid": EmptyValue.NOT_IN_SOURCE,
                    "day": None,
                },
            ],
        ),
        "nothing": Table(caption="Match i dag", columns=[Column("a", "Virksomhed"), Column("b", "Type")], rows=[]),
        "charts": [
            Chart(
                heading="Match efter kommune",
                svg=charts.bars("Match efter kommune", bars),
                table=Table(
                    caption="Match efter kommune",
                    columns=[
                        Column("name", "Kommune"),
                        Column("value", "Match", kind="number"),
                        Column("plan", "Efter planen", kind="number"),
                    ],
                    rows=[{"name": bar.label, "value": bar.value, "plan": bar.expected} for bar in bars],
                ),
                source="Vækstbro, opdigtede tal",
                conclusion="Aalborg har over halvdelen; kun Morsø er bagud.",
                legend=[
                    LegendEntry("match", charts.swatch("bar")),
                    LegendEntry("streg: efter planen", charts.swatch("tick")),
                ],
            ),
            Chart(
                heading="Match pr. måned",
                svg=charts.columns(
                    "Match pr. måned",
                    [Bar(name, count) for name, count in zip(months, COUNTS, strict=True)],
                    pattern="stripes",
                ),
                table=month_table,
                source="Vækstbro, opdigtede tal",
                conclusion="Flest i juni 2021; færrest i februar 2021.",
            ),
            Chart(
                heading="Samlet antal mod planen",
                svg=charts.line(
                    "Samlet antal match mod planen",
                    months,
                    [Series("match", running), Series("efter planen", expected, dashed=True)],
                ),
                table=month_table,
                source="Vækstbro, opdigtede tal",
                conclusion="Efter ti måneder er der 53 flere end planen siger.",
                legend=[
                    LegendEntry("match", charts.swatch("line")),
                    LegendEntry("efter planen", charts.swatch("expected")),
                ],
            ),
        ],
        "page": Paginator(range(120), 25).get_page(request.GET.get("page")),
        "number": 1234567,
        "money": Decimal("1234567.5"),
        "share": Fraction(783, 1000),
        "day": date(2021, 1, 31),
        "kinds": list(EmptyValue),
        "names": ["UCN", "AAU", "Akademikernes A-kasse"],
    }
