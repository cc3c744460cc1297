"""Vouchers: the list of the own organisation's, one, booking one by hand and withdrawing one."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import ledger
from portal.audit.openings import opened
from portal.audit.submissions import Written
from portal.identity import rights as permissions
from portal.identity.views import ActionMixin
from portal.ui import export, formats
from portal.ui.pagination import keyset
from portal.ui.tables import Cell, Column, Table
from programmes import rights, spending
from programmes.cells import may_keep, name_of
from programmes.models import Commitment, Voucher
from programmes.spending import Entry
from programmes.views.commitments import registered
from programmes.views.money_forms import ReasonForm
from programmes.views.money_pages import AlterPage, MakePage, Steps, require_keeper, trail, two_columns
from programmes.views.spending_forms import VoucherFilter, VoucherForm
from programmes.views.spending_lists import SELECTED, found_by, overspent_cells, place_of

PAGE = 50
ORDER = ("-booked_on", "-id")
COLUMNS = [
    Column("number", gettext_lazy("Voucher"), kind="id"),
    Column("booked_on", gettext_lazy("Booking day"), kind="date"),
    Column("supplier", gettext_lazy("Supplier")),
    Column("text", gettext_lazy("Text"), export_only=True),
    Column("account", gettext_lazy("Account"), kind="id", export_only=True),
    Column("place", gettext_lazy("Where the money stands")),
    Column("initiative", gettext_lazy("Initiative"), export_only=True),
    Column("year", gettext_lazy("Budget year"), kind="id", export_only=True),
    Column("quantity", gettext_lazy("Kroner"), kind="money", lead=True),
    Column("commitment", gettext_lazy("Commitment"), export_only=True),
    Column("state", gettext_lazy("To notice")),
]


def states_of(row: Voucher, overspent: set[int]) -> str:
    """What one must know of it: withdrawn, late, overspent."""
    states = [
        _("withdrawn") if row.withdrawn_at is not None else "",
        _("booked after the year was closed") if row.late else "",
        _("overspent") if row.cell_id in overspent and row.withdrawn_at is None else "",
    ]
    return ", ".join(state for state in states if state)


def lines(rows: Iterable[Voucher], overspent: set[int]) -> Iterator[dict[str, Any]]:
    for row in rows:
        opened("voucher", row.pk)
        cell = row.cell
        yield {
            "number": Cell(row.number, reverse("programmes:voucher", args=[row.pk])),
            "booked_on": row.booked_on,
            "supplier": Cell(row.supplier or row.text, note=row.text if row.supplier else ""),
            "text": row.text,
            "account": row.account,
            "place": place_of(cell),
            "initiative": str(cell.initiative) if cell.initiative is not None else "",
            "year": str(cell.year),
            "quantity": row.quantity,
            "commitment": row.commitment.reference or row.commitment.counterpart if row.commitment is not None else "",
            "state": states_of(row, overspent),
        }


class VoucherList(ActionMixin):
    """/oekonomi/bilag/"""

    action = rights.VIEW_VOUCHERS

    def get(self, request: HttpRequest) -> HttpResponseBase:
        form = VoucherFilter(request.GET)
        form.is_valid()
        chosen = form.cleaned_data
        over = overspent_cells(self.actor)
        state = chosen.get("state")
        rows: Any = Voucher.objects.visible_to(self.actor).filter(**form.where())
        if state == "overspent":
            rows = rows.filter(cell__in=over, withdrawn_at=None)
        elif state == "late":
            rows = rows.filter(late=True)
        elif state == "withdrawn":
            rows = rows.filter(withdrawn_at__isnull=False)
        rows = found_by(rows, chosen.get("text") or "", "number", "supplier", "text")
        rows = rows.select_related(*SELECTED, "commitment")
        kind = export.requested(request)
        if kind is not None:
            found = rows.order_by(*ORDER).iterator(chunk_size=2000)
            return export.export_response(kind, _("vouchers"), COLUMNS, lines(found, over))
        form.offer(self.actor)
        page = keyset(rows, request.GET, ORDER, size=PAGE)
        context = {
            "filter_form": form,
            "page": page,
            "table": Table(
                caption=_("Vouchers"),
                caption_hidden=True,
                columns=COLUMNS,
                rows=list(lines(page.rows, over)),
                empty=_("No voucher fits. Remove a filter, or read a file from the finance system."),
            ),
            "may_book": permissions.may(self.actor, rights.BOOK_SPENDING),
        }
        return render(request, "programmes/vouchers.html", context)


class VoucherBase(ActionMixin):
    @cached_property
    def voucher(self) -> Voucher:
        rows = Voucher.objects.visible_to(self.actor).select_related(
            *SELECTED, "commitment", "registered_by", "withdrawn_by"
        )
        row: Voucher = get_object_or_404(rows, pk=self.kwargs["pk"])
        opened("voucher", row.pk)
        return row

    def name(self) -> str:
        return _("Voucher %(number)s") % {"number": self.voucher.number}

    def above(self) -> Steps:
        return [(_("Vouchers"), reverse("programmes:vouchers"))]

    def steps(self) -> Steps:
        return [*self.above(), (self.name(), reverse("programmes:voucher", args=[self.voucher.pk]))]


class VoucherPage(VoucherBase):
    """/oekonomi/bilag/<pk>/"""

    action = rights.VIEW_VOUCHERS

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.voucher
        context = {
            "voucher": row,
            "heading": self.name(),
            "trail": trail(*self.above(), (self.name(), "")),
            "details": details(row),
            "may": may_keep(self.actor, row.cell.funding_source, rights.BOOK_SPENDING),
        }
        return render(request, "programmes/voucher.html", context)


def details(row: Voucher) -> Table:
    cell, bound = row.cell, row.commitment
    place = Cell(
        name_of(cell.funding_source, cell.initiative, cell.year),
        reverse("programmes:source", args=[cell.funding_source.key]),
    )
    lines: list[tuple[str, Any]] = [
        (_("Booking day"), formats.date_da(row.booked_on)),
        (_("Kroner"), formats.money(row.quantity)),
        (_("Where the money stands"), place),
        (_("Supplier"), row.supplier),
        (_("Text"), row.text),
        (_("Account"), row.account),
        (
            _("Draws on the commitment"),
            Cell(bound.counterpart, reverse("programmes:commitment", args=[bound.pk])) if bound is not None else "",
        ),
        (_("Of the commitment"), formats.money(row.drawn) if bound is not None else ""),
        (_("Booked late"), _("The year was closed when it came.") if row.late else ""),
        (_("File"), row.file_name),
        (_("Registered"), registered(row.registered_at, row.registered_by)),
    ]
    if bound is not None:
        opened("commitment", bound.pk)
    return two_columns(_("The voucher"), lines, _("Field"), _("Content"))


class NewVoucher(MakePage):
    """/oekonomi/bilag/nyt/?commitment=<pk>"""

    action = rights.BOOK_SPENDING
    kind = "voucher"
    title = gettext_lazy("Register a voucher")
    lead = gettext_lazy("Spending is always taken, also when the budget is used up. It is then shown as overspent.")
    button = gettext_lazy("Register the voucher")
    draft_title = gettext_lazy("Register a voucher")
    draft_asks = ("commitment",)
    done = gettext_lazy("The voucher is registered.")

    def form(self, data: Any = None) -> VoucherForm:
        today = ledger.today()
        initial: dict[str, Any] = {"booked_on": today, "year": today.year}
        if (bound := self.commitment) is not None:
            cell = bound.cell
            initial |= {
                "commitment": bound,
                "funding_source": cell.funding_source_id,
                "initiative": cell.initiative_id,
                "year": cell.year,
                "supplier": bound.counterpart,
            }
        return VoucherForm(self.actor, data, initial=initial)

    @property
    def commitment(self) -> Commitment | None:
        """The one that the address names, whose place and counterpart are filled in."""
        text = self.request.GET.get("commitment", "")
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            return None
        rows = Commitment.objects.visible_to(self.actor).filter(closed_at=None).select_related("cell")
        found: Commitment | None = rows.filter(pk=int(text)).first()
        return found

    def make(self, form: Any, written: Written) -> int:
        said = form.said()
        owner = said["funding_source"].owner
        entry = Entry(**said)
        there = _("The voucher is there already: the same number, day and amount.")
        if spending.known(owner, [entry]):
            raise ValidationError({"number": [there]})
        rows = spending.book(self.actor, owner, [entry], written=lambda pk: written(pk) if pk else None)
        if not rows:  # somebody was quicker, between the look and the booking
            raise ValidationError({"number": [there]})
        return rows[0].pk

    def address(self, pk: int) -> str:
        return reverse("programmes:voucher", args=[pk])

    def steps(self) -> Steps:
        return [(_("Vouchers"), reverse("programmes:vouchers"))]


class WithdrawVoucher(VoucherBase, AlterPage):
    """/oekonomi/bilag/<pk>/traek-tilbage/"""

    action = rights.BOOK_SPENDING
    title = gettext_lazy("Withdraw")
    lead = gettext_lazy(
        "For what was registered by mistake. What the finance system takes back is a voucher of its own."
    )
    button = gettext_lazy("Yes, withdraw")
    done = gettext_lazy("The voucher is withdrawn.")

    def thing(self) -> str:
        return spending.thing(self.voucher)

    def mark(self) -> str:
        return spending.mark(self.voucher)

    def thing_name(self) -> str:
        return self.name()

    def fresh(self) -> ReasonForm:
        return ReasonForm()

    def form(self, data: Any) -> ReasonForm:
        return ReasonForm(data)

    def allow(self) -> None:
        require_keeper(self, self.voucher.cell.funding_source)

    def save(self, form: Any) -> None:
        spending.withdraw_voucher(self.actor, self.voucher, form.cleaned_data["reason"], seen=self.seen)

    def more(self, form: Any) -> dict[str, Any]:
        return {"title": _("Withdraw the voucher?"), "before": details(self.voucher)}
