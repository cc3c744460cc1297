"""Reconciliation: the finance system's total beside ours, month by month."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import ledger
from portal.audit.submissions import Written
from portal.identity import rights as permissions
from portal.identity.models import Organisation
from portal.identity.rights import Refused
from portal.identity.views import ActionMixin
from portal.ui import export, formats
from portal.ui.pagination import keyset
from portal.ui.tables import Cell, Column, Table
from programmes import closing, rights
from programmes.models import Reconciliation
from programmes.views.commitments import registered
from programmes.views.money_pages import MakePage, Steps, trail, two_columns
from programmes.views.spending_forms import ReconciliationForm

PAGE = 50
ORDER = ("-year", "-month", "-id")
COLUMNS = [
    Column("until", gettext_lazy("Until the end of")),
    Column("source", gettext_lazy("Funding source")),
    Column("system", gettext_lazy("The finance system"), kind="money"),
    Column("ours", gettext_lazy("Booked here"), kind="money"),
    Column("difference", gettext_lazy("Difference"), kind="money", lead=True),
    Column("explanation", gettext_lazy("Explanation")),
]


def until(year: int, month: int) -> str:
    """ "marts 2026"."""
    return f"{formats.MONTHS[formats.language()][month - 1]} {year}"


def source_words(row: Reconciliation) -> str:
    return row.funding_source.name if row.funding_source is not None else _("all funding sources")


def line_of(row: Reconciliation) -> dict[str, Any]:
    return {
        "until": Cell(until(row.year, row.month), reverse("programmes:reconciliation", args=[row.pk])),
        "source": source_words(row),
        "system": row.system_total,
        "ours": row.our_total,
        "difference": Cell(row.difference, note="" if row.difference else _("they agree")),
        "explanation": row.explanation,
    }


class ReconciliationList(ActionMixin):
    """/oekonomi/afstemning/"""

    action = rights.VIEW_VOUCHERS

    def get(self, request: HttpRequest) -> HttpResponseBase:
        rows = Reconciliation.objects.filter(owner__in=self.actor.organisation_ids).select_related("funding_source")
        kind = export.requested(request)
        if kind is not None:
            found = (line_of(row) for row in rows.order_by(*ORDER).iterator(chunk_size=2000))
            return export.export_response(kind, _("reconciliations"), COLUMNS, found)
        page = keyset(rows, request.GET, ORDER, size=PAGE)
        context = {
            "page": page,
            "table": Table(
                caption=_("Reconciliations"),
                caption_hidden=True,
                columns=COLUMNS,
                rows=[line_of(row) for row in page.rows],
                empty=_("Nothing is reconciled yet."),
            ),
            "may_reconcile": permissions.may(self.actor, rights.BOOK_SPENDING),
        }
        return render(request, "programmes/reconciliations.html", context)


class ReconciliationPage(ActionMixin):
    """/oekonomi/afstemning/<pk>/"""

    action = rights.VIEW_VOUCHERS

    @cached_property
    def row(self) -> Reconciliation:
        rows = Reconciliation.objects.filter(owner__in=self.actor.organisation_ids)
        return get_object_or_404(rows.select_related("owner", "funding_source", "made_by"), pk=self.kwargs["pk"])

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.row
        now = closing.spent_until(row.owner, row.funding_source, row.year, row.month, ledger.AsOf.now())
        title = _("Reconciled until the end of %(until)s") % {"until": until(row.year, row.month)}
        lines: list[tuple[str, Any]] = [
            (_("Organisation"), row.owner.name),
            (_("Funding source"), source_words(row)),
            (_("Until the end of"), until(row.year, row.month)),
            (_("The finance system"), formats.money(row.system_total)),
            (_("Booked here"), formats.money(row.our_total)),
            (_("Difference"), formats.money(row.difference)),
            (_("Explanation"), row.explanation),
            (_("Reconciled"), registered(row.made_at, row.made_by)),
        ]
        context = {
            "row": row,
            "heading": title,
            "trail": trail((_("Reconciliations"), reverse("programmes:reconciliations")), (title, "")),
            "details": two_columns(_("The reconciliation"), lines, _("Field"), _("Content")),
            "since": now - row.our_total,
            "now": now,
        }
        return render(request, "programmes/reconciliation.html", context)


class NewReconciliation(MakePage):
    """/oekonomi/afstemning/ny/"""

    action = rights.BOOK_SPENDING
    kind = "reconciliation"
    title = gettext_lazy("Reconcile a month")
    lead = gettext_lazy(
        "The finance system's total from 1 January to the end of the month, beside what is booked here."
    )
    button = gettext_lazy("Save the reconciliation")
    done = gettext_lazy("The month is reconciled.")

    def form(self, data: Any = None) -> ReconciliationForm:
        today = ledger.today()
        before = (today.year, today.month - 1) if today.month > 1 else (today.year - 1, 12)
        return ReconciliationForm(self.actor, data, initial={"year": before[0], "month": str(before[1])})

    @property
    def owner(self) -> Organisation:
        if self.actor.organisation is None:
            raise Refused(_("Choose which organisation you act for first."))
        return self.actor.organisation

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if "look" in request.POST:
            return self.look(request)
        return super().post(request, **kwargs)

    def look(self, request: HttpRequest) -> HttpResponse:
        """The form with our total beside what was typed; nothing is written."""
        asked = self.form(request.POST)
        asked.is_valid()
        said = asked.cleaned_data
        missing = [name for name in ("year", "month", "funding_source", "system_total") if name in asked.errors]
        if missing:
            return self.show(asked, 400)
        form = self.form()
        form.initial = request.POST.dict()
        before = compared(self.ours(said), said["system_total"])
        return self.show(form, before=before)

    def ours(self, said: dict[str, Any]) -> Decimal:
        source = said.get("funding_source")
        owner = source.owner if source is not None else self.owner
        return closing.spent_until(owner, source, said["year"], said["month"], ledger.AsOf.now())

    def make(self, form: Any, written: Written) -> int:
        said = form.said()
        source = said["funding_source"]
        owner = source.owner if source is not None else self.owner
        return closing.reconcile(self.actor, owner, written=written, **said).pk

    def address(self, pk: int) -> str:
        return reverse("programmes:reconciliation", args=[pk])

    def steps(self) -> Steps:
        return [(_("Reconciliations"), reverse("programmes:reconciliations"))]

    def more(self, form: Any) -> dict[str, Any]:
        said = getattr(form, "cleaned_data", {})
        known = form.is_bound and all(said.get(name) for name in ("year", "month")) and "system_total" in said
        return {
            "before": compared(self.ours(said), said["system_total"]) if known else None,
            "more_buttons": (("look", _("Show our total and the difference")),),
        }


def compared(ours: Decimal, system: Decimal) -> Table:
    return Table(
        caption=_("The two totals"),
        columns=[Column("what", _("Total")), Column("quantity", _("Kroner"), kind="money")],
        rows=[
            {"what": _("The finance system"), "quantity": system},
            {"what": _("Booked here"), "quantity": ours},
        ],
        total={"what": _("Difference"), "quantity": system - ours},
    )
