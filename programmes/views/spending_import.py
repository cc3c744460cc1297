"""Spending from a file: upload, which column is which, a look at every row, and booking what is right."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.tabular import uploads
from portal.tabular.forms import MappingForm
from portal.tabular.mapping import leftovers
from portal.tabular.models import ColumnMapping
from portal.tabular.pages import ColumnsPage, Importing, UploadPage
from portal.tabular.tables import fault_table
from portal.ui import export, formats
from portal.ui.forms import PortalForm
from portal.ui.tables import Cell, Column, Table
from programmes import rights, spending_files
from programmes.balance import ZERO, Balance, Key
from programmes.cells import name_of
from programmes.models import FundingSource, Initiative
from programmes.spending import Entry
from programmes.spending_files import FIELDS, PURPOSE, Fixed, Line, Reading
from programmes.views.money_forms import InitiativeField, SourceField, kept_sources, visible_initiatives
from programmes.views.spending_lists import own_balances

MOST_SHOWN = 100
SAMPLE = 10


class ColumnsForm(MappingForm):
    """Which column is which, and a place for the whole file where no account tells it."""

    def __init__(self, actor: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["funding_source"] = SourceField(
            label=_("Funding source of the whole file"),
            required=False,
            empty_label=_("as the accounts tell"),
            help_text=_("Choose one when the file has no accounts, or when they are not added to a funding source."),
        )
        self.fields["initiative"] = InitiativeField(
            label=_("Initiative of the whole file"), empty_label=_("as the accounts tell")
        )
        self.fields["funding_source"].queryset = kept_sources(actor)  # type: ignore[attr-defined]
        self.fields["initiative"].queryset = visible_initiatives(actor)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        amount, sides = said.get("column_quantity"), [said.get("column_debit"), said.get("column_credit")]
        if not self.errors and not amount and not any(sides):
            self.add_error("column_quantity", _("Choose the column with the amount, or those with debit and credit."))
        if amount and any(sides):
            self.add_error("column_quantity", _("Choose either one column with the amount, or debit and credit."))
        if not said.get("column_account") and not said.get("funding_source"):
            self.add_error(
                "column_account", _("Choose the column with the account, or a funding source for the whole file.")
            )
        if said.get("initiative") and not said.get("funding_source"):
            self.add_error("funding_source", _("Choose the funding source too."))
        return said


class ImportBase(Importing):
    action = rights.BOOK_SPENDING
    purpose, wanted, address = PURPOSE, FIELDS, "programmes:spending"
    after, after_title = "programmes:vouchers", gettext_lazy("Vouchers")
    title = gettext_lazy("Read spending from a file")
    lead = gettext_lazy("You see every row before anything is booked. What is booked already is not booked again.")


class SpendingUpload(ImportBase, UploadPage):
    """/oekonomi/bilag/fra-fil/"""

    def enough(self, known: ColumnMapping) -> bool:
        return "account" in known.columns


class SpendingColumns(ImportBase, ColumnsPage):
    """/oekonomi/bilag/fra-fil/<pk>/kolonner/"""

    def make_form(self, data: Any, known: ColumnMapping | None) -> ColumnsForm:
        return ColumnsForm(self.actor, self.opened_table, self.wanted, data, known=known)

    def more(self, form: MappingForm) -> dict[str, Any]:
        said = {name: form.cleaned_data[name] for name in ("funding_source", "initiative")}
        return {name: row.pk if row is not None else None for name, row in said.items()}


class AskedForm(PortalForm):
    """Vouchers that are booked already with something else in them: those ticked are other lines of theirs."""

    accepted = forms.MultipleChoiceField(
        label=gettext_lazy("Which of them are other lines of the same voucher?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("What you tick is booked too. The rest is left out, and you can download it."),
    )

    def __init__(self, reading: Reading, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, str] = {}
        for line in reading.asked:
            if line.entry is not None:
                said = {
                    "number": line.entry.number,
                    "new": formats.money(line.entry.quantity),
                    "booked": spending_files.told(line.asked),
                }
                text = _("%(number)s: %(new)s in the file; booked already: %(booked)s") % said
                choices[line.entry.number] = f"{choices[said['number']]}; {text}" if said["number"] in choices else text
        self.fields["accepted"].choices = list(choices.items())  # type: ignore[attr-defined]


class SpendingPreview(ImportBase):
    """/oekonomi/bilag/fra-fil/<pk>/"""

    def reading(self, accepted: list[str] | None = None) -> Reading:
        state = self.file.state
        source = initiative = None
        if state.get("funding_source"):
            kept = FundingSource.objects.kept_by(self.actor).select_related("owner")
            source = kept.filter(pk=state["funding_source"]).first()
        if source is not None and state.get("initiative"):
            initiative = Initiative.objects.filter(pk=state["initiative"]).first()
        told = [*state.get("accepted", ()), *(accepted or ())]
        return spending_files.read(self.actor, self.opened_table, self.chosen, Fixed(source, initiative), told)

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        if self.file.imported_at is not None:
            return redirect("programmes:vouchers")
        if "columns" not in self.file.state:
            return redirect("programmes:spending_columns", pk=pk)
        reading = self.reading()
        kind = export.requested(request)
        if kind is not None:
            return export.export_response(kind, _("rows-to-mend"), *leftovers(reading.table, reading.left()))
        return self.page(reading)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if self.file.imported_at is not None:
            messages.info(request, _("The file is booked already. Nothing was booked twice."))
            return redirect("programmes:vouchers")
        if "columns" not in self.file.state:
            return redirect("programmes:spending_columns", pk=pk)
        form = AskedForm(self.reading(), request.POST)
        if not form.is_valid():
            return self.page(self.reading(), form, 400)
        reading = self.reading(form.cleaned_data["accepted"])
        try:
            number, rest = spending_files.import_file(self.actor, self.file, reading)
        except ValidationError as problem:
            messages.error(request, " ".join(problem.messages))
            return redirect("programmes:spending_preview", pk=pk)
        messages.success(request, _("%(number)s rows are booked.") % {"number": formats.number(number)})
        if rest is not None:
            messages.info(
                request, _("The rest was not booked. It waits here; download it, mend it and bring it again.")
            )
            return redirect("programmes:spending_preview", pk=rest.pk)
        return redirect("programmes:vouchers")

    def page(self, reading: Reading, form: AskedForm | None = None, status: int = 200) -> HttpResponse:
        new, asked = reading.new, reading.asked
        faults = [fault for line in reading.wrong for fault in line.read.faults]
        over = self.overspending([*new, *asked])
        context = {
            "form": (form or AskedForm(reading)) if asked else None,
            "file": self.file,
            "before": uploads.imported_before(self.file),
            "sums": sums_table(reading),
            "new": len(new),
            "asked": len(asked),
            "wrong": len(reading.wrong),
            "left": len(reading.wrong) + len(asked),
            "notes": reading.notes,
            "faults": fault_table(faults[:MOST_SHOWN], headed=True) if faults else None,
            "more": max(len(faults) - MOST_SHOWN, 0),
            "over": over,
            "sample": sample_table(new[:SAMPLE]) if new else None,
            "trail": self.above(
                (_("Read from a file"), reverse("programmes:spending_upload")), (_("Rows of the file"), "")
            ),
        }
        return render(self.request, "programmes/spending_preview.html", context, status=status)

    def overspending(self, lines: list[Line]) -> list[str]:
        """In words: the places that are overspent after, and how much."""
        if not lines:
            return []
        found = own_balances(self.actor)

        def spent(entry: Entry) -> tuple[Decimal, Decimal]:
            heading = (entry.initiative or entry.funding_source).heading_id
            balance = found.get(Key(entry.funding_source.key, heading, entry.year), Balance())
            return balance.corrected, balance.spent

        return [
            _("%(place)s is overspent by %(over)s after this.")
            % {
                "place": name_of(entry.funding_source, entry.initiative, entry.year),
                "over": formats.money(over),
            }
            for entry, over in spending_files.overspending(lines, spent)
        ]


def sums_table(reading: Reading) -> Table:
    """How many rows of each kind, and their kroner."""
    groups: list[tuple[str, list[Line]]] = [
        (_("To be booked"), reading.new),
        (_("Booked already"), reading.there),
        (_("Voucher known with something else in it"), reading.asked),
        (_("Something is wrong"), reading.wrong),
    ]
    return Table(
        caption=_("Totals"),
        columns=[
            Column("what", _("Rows")),
            Column("number", _("How many"), kind="number", decimals=0),
            Column("total", _("Kroner"), kind="money", lead=True),
        ],
        rows=[
            {
                "what": title,
                "number": len(lines),
                "total": Cell(
                    spending_files.total(lines),
                    note=_("those whose amount can be read") if any(line.entry is None for line in lines) else "",
                ),
            }
            for title, lines in groups
        ],
        total={
            "what": _("The whole file"),
            "number": len(reading.lines),
            "total": spending_files.total(reading.lines) if reading.lines else ZERO,
        },
    )


def sample_table(lines: list[Line]) -> Table:
    return Table(
        caption_hidden=True,  # a heading above says it
        caption=_("The first rows as they are booked"),
        columns=[
            Column("number", _("Voucher"), kind="id"),
            Column("booked_on", _("Booking day"), kind="date"),
            Column("place", _("Where the money stands")),
            Column("supplier", _("Supplier")),
            Column("quantity", _("Kroner"), kind="money", lead=True),
        ],
        rows=[
            {
                "number": Cell(entry.number, note=entry.account),
                "booked_on": entry.booked_on,
                "place": name_of(entry.funding_source, entry.initiative, entry.year),
                "supplier": entry.supplier or entry.text,
                "quantity": entry.quantity,
            }
            for line in lines
            if (entry := line.entry) is not None
        ],
    )
