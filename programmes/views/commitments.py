"""Commitments: the list of the own organisation's, one with its vouchers, making, changing and closing one."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.forms import BaseForm
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
from programmes import commitments, rights
from programmes.cells import may_keep, name_of
from programmes.models import Commitment, Decision, FundingSource, Initiative, Voucher
from programmes.models.amounts import FIRST_YEAR, LAST_YEAR
from programmes.views.money_forms import ReasonForm, visible_initiatives
from programmes.views.money_pages import AlterPage, MakePage, Steps, require_keeper, trail, two_columns
from programmes.views.spending_forms import CommitmentChangeForm, CommitmentFilter, CommitmentForm, place_named
from programmes.views.spending_lists import SELECTED, found_by, left_table, place_of

PAGE = 50
ORDER = ("-committed_on", "-id")
COLUMNS = [
    Column("counterpart", gettext_lazy("To whom")),
    Column("place", gettext_lazy("Where the money stands")),
    Column("initiative", gettext_lazy("Initiative"), export_only=True),
    Column("year", gettext_lazy("Budget year"), kind="id", export_only=True),
    Column("kind", gettext_lazy("Kind")),
    Column("committed_on", gettext_lazy("Committed"), kind="date"),
    Column("quantity", gettext_lazy("Kroner"), kind="money"),
    Column("drawn", gettext_lazy("Spent of it"), kind="money"),
    Column("bound", gettext_lazy("Still bound"), kind="money", lead=True),
    Column("reference", gettext_lazy("Reference"), export_only=True),
    Column("text", gettext_lazy("About"), export_only=True),
    Column("state", gettext_lazy("Open or closed")),
]


def with_drawn(rows: QuerySet[Commitment]) -> QuerySet[Commitment]:
    """Each with how much of it is spent, in the same question."""
    booked = Voucher.objects.filter(commitment=OuterRef("pk"), withdrawn_at=None).order_by().values("commitment")
    total = booked.annotate(total=Sum("drawn")).values("total")
    money = DecimalField(max_digits=14, decimal_places=2)
    return rows.annotate(drawn_sum=Coalesce(Subquery(total), Value(Decimal(0)), output_field=money))


def line_of(row: Any) -> dict[str, Any]:
    """A row of the list, read `with_drawn`."""
    opened("commitment", row.pk)
    cell = row.cell
    return {
        "counterpart": Cell(row.counterpart, reverse("programmes:commitment", args=[row.pk]), note=row.reference),
        "place": place_of(cell),
        "initiative": str(cell.initiative) if cell.initiative is not None else "",
        "year": str(cell.year),
        "kind": str(row.get_kind_display()),
        "committed_on": row.committed_on,
        "quantity": row.quantity,
        "drawn": row.drawn_sum,
        "bound": row.quantity - row.drawn_sum,
        "reference": row.reference,
        "text": row.text,
        "state": state_of(row),
    }


def lines(rows: Iterable[Any]) -> Iterator[dict[str, Any]]:
    return (line_of(row) for row in rows)


def state_of(row: Commitment) -> str:
    if row.closed_at is None:
        return _("open")
    return _("closed %(day)s") % {"day": formats.date_da(row.closed_at)}


class CommitmentList(ActionMixin):
    """/oekonomi/dispositioner/"""

    action = rights.VIEW_VOUCHERS

    def get(self, request: HttpRequest) -> HttpResponseBase:
        form = CommitmentFilter(request.GET)
        form.is_valid()
        chosen = form.cleaned_data
        rows: Any = Commitment.objects.visible_to(self.actor).filter(**form.where())
        if chosen.get("kind"):
            rows = rows.filter(kind=chosen["kind"])
        if chosen.get("state"):
            rows = rows.filter(closed_at__isnull=chosen["state"] == "open")
        rows = found_by(rows, chosen.get("text") or "", "counterpart", "reference", "text")
        rows = with_drawn(rows).select_related(*SELECTED)
        kind = export.requested(request)
        if kind is not None:
            return export.export_response(
                kind, _("commitments"), COLUMNS, lines(rows.order_by(*ORDER).iterator(chunk_size=2000))
            )
        form.offer(self.actor)
        page = keyset(rows, request.GET, ORDER, size=PAGE)
        context = {
            "filter_form": form,
            "page": page,
            "table": Table(
                caption=_("Commitments"),
                caption_hidden=True,
                columns=COLUMNS,
                rows=list(lines(page.rows)),
                empty=_("No commitment fits. Remove a filter, or commit money."),
            ),
            "may_commit": permissions.may(self.actor, rights.COMMIT),
        }
        return render(request, "programmes/commitments.html", context)


class CommitmentBase(ActionMixin):
    """A page of one; one of another organisation's money does not exist."""

    @cached_property
    def commitment(self) -> Commitment:
        rows = Commitment.objects.visible_to(self.actor).select_related(
            *SELECTED, "decision__body", "registered_by", "closed_by"
        )
        row: Commitment = get_object_or_404(rows, pk=self.kwargs["pk"])
        opened("commitment", row.pk)
        return row

    def above(self) -> Steps:
        return [(_("Commitments"), reverse("programmes:commitments"))]

    def steps(self) -> Steps:
        return [
            *self.above(),
            (self.commitment.counterpart, reverse("programmes:commitment", args=[self.commitment.pk])),
        ]


class CommitmentPage(CommitmentBase):
    """/oekonomi/dispositioner/<pk>/"""

    action = rights.VIEW_VOUCHERS

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.commitment
        booked = list(row.vouchers.order_by("booked_on", "pk"))
        drawn = sum((each.drawn for each in booked if each.withdrawn_at is None), Decimal(0))
        over = sum((each.quantity for each in booked if each.withdrawn_at is None), Decimal(0)) - drawn
        context = {
            "commitment": row,
            "trail": trail(*self.above(), (row.counterpart, "")),
            "details": details(row, drawn),
            "over": over,
            "vouchers": vouchers_table(booked),
            "may": may_keep(self.actor, row.cell.funding_source, rights.COMMIT),
            "may_book": may_keep(self.actor, row.cell.funding_source, rights.BOOK_SPENDING),
        }
        return render(request, "programmes/commitment.html", context)


def details(row: Commitment, drawn: Decimal) -> Table:
    cell = row.cell
    source = Cell(
        name_of(cell.funding_source, cell.initiative, cell.year),
        reverse("programmes:source", args=[cell.funding_source.key]),
    )
    lines: list[tuple[str, Any]] = [
        (_("To whom"), row.counterpart),
        (_("Where the money stands"), source),
        (_("Kind"), str(row.get_kind_display())),
        (_("Kroner"), formats.money(row.quantity)),
        (_("Spent of it"), formats.money(drawn)),
        (_("Still bound"), formats.money(row.quantity - drawn)),
        (_("Committed"), formats.date_da(row.committed_on)),
        (_("Reference"), row.reference),
        (_("About"), row.text),
        (_("Decision"), decision_words(row.decision)),
        (_("Registered"), registered(row.registered_at, row.registered_by)),
        (_("Open or closed"), state_of(row)),
        (_("Why it was closed"), row.closed_reason),
    ]
    return two_columns(_("The commitment"), lines, _("Field"), _("Content"))


def decision_words(decision: Decision | None) -> str:
    """Day, body, agenda item and title, as far as there are."""
    if decision is None:
        return ""
    day = formats.date_da(decision.decided_on) if decision.decided_on else ""
    return ", ".join(part for part in (day, decision.body.name, decision.agenda_item, decision.title) if part)


def registered(moment: Any, by: Any) -> str:
    """When, and by whom where somebody did."""
    if by is None:
        return formats.moment_da(moment)
    return _("%(moment)s by %(name)s") % {"moment": formats.moment_da(moment), "name": by.name}


def vouchers_table(rows: Iterable[Voucher]) -> Table:
    rows = list(rows)
    for row in rows:
        opened("voucher", row.pk)
    return Table(
        caption=_("Vouchers booked on it"),
        caption_hidden=True,
        columns=[
            Column("number", _("Voucher"), kind="id"),
            Column("booked_on", _("Booking day"), kind="date"),
            Column("supplier", _("Supplier")),
            Column("quantity", _("Kroner"), kind="money", lead=True),
            Column("drawn", _("Of the commitment"), kind="money"),
        ],
        rows=[
            {
                "number": Cell(
                    row.number,
                    reverse("programmes:voucher", args=[row.pk]),
                    note=_("withdrawn") if row.withdrawn_at is not None else "",
                ),
                "booked_on": row.booked_on,
                "supplier": row.supplier,
                "quantity": row.quantity,
                "drawn": row.drawn,
            }
            for row in rows
        ],
        empty=_("No voucher is booked on it yet."),
    )


class NewCommitment(MakePage):
    """/oekonomi/dispositioner/ny/?source=<key>&initiative=<pk>&year=2026"""

    action = rights.COMMIT
    kind = "commitment"
    title = gettext_lazy("Commit money")
    lead = gettext_lazy("An order, an agreement or a grant binds money. More than is left cannot be committed.")
    button = gettext_lazy("Commit")
    draft_title = gettext_lazy("Commit money")
    draft_asks = ("source", "initiative", "year")
    done = gettext_lazy("The money is committed.")

    @cached_property
    def source(self) -> FundingSource | None:
        key = self.request.GET.get("source", "")
        rows = FundingSource.objects.visible_to(self.actor).select_related("owner")
        return get_object_or_404(rows, key=key) if key else None

    @cached_property
    def initiative(self) -> Initiative | None:
        text = self.request.GET.get("initiative", "")
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            return None
        return visible_initiatives(self.actor).filter(pk=int(text)).first()

    @property
    def year(self) -> int:
        text = self.request.POST.get("year") or self.request.GET.get("year", "")
        good = text.isascii() and text.isdigit() and len(text) == 4 and FIRST_YEAR <= int(text) <= LAST_YEAR
        return int(text) if good else ledger.today().year

    def allow(self) -> None:
        if self.source is not None:
            require_keeper(self, self.source)

    def form(self, data: Any = None) -> CommitmentForm:
        initial = {**place_named(self.source, self.initiative, self.year), "committed_on": ledger.today()}
        return CommitmentForm(self.actor, data, initial=initial)

    def make(self, form: Any, written: Written) -> int:
        said = form.said()
        return commitments.commit(self.actor, written=written, **said).pk

    def address(self, pk: int) -> str:
        return reverse("programmes:commitment", args=[pk])

    def steps(self) -> Steps:
        return [(_("Commitments"), reverse("programmes:commitments"))]

    def more(self, form: Any) -> dict[str, Any]:
        before = left_table(self.actor, self.year, source=self.source.key if self.source is not None else "")
        before.caption_hidden = False
        return {"before": before}


class ChangeCommitment(CommitmentBase, AlterPage):
    """/oekonomi/dispositioner/<pk>/ret/"""

    action = rights.COMMIT
    title = gettext_lazy("Change the commitment")
    done = gettext_lazy("The commitment is changed.")

    def thing(self) -> str:
        return commitments.thing(self.commitment)

    def mark(self) -> str:
        return commitments.mark(self.commitment)

    def thing_name(self) -> str:
        return self.commitment.counterpart

    def fresh(self) -> BaseForm:
        row = self.commitment
        fields = ("quantity", "counterpart", "reference", "text")
        return CommitmentChangeForm(initial={name: getattr(row, name) for name in fields})

    def form(self, data: Any) -> BaseForm:
        return CommitmentChangeForm(data)

    def allow(self) -> None:
        require_keeper(self, self.commitment.cell.funding_source)

    def save(self, form: Any) -> None:
        commitments.change_commitment(self.actor, self.commitment, seen=self.seen, **form.cleaned_data)

    def more(self, form: Any) -> dict[str, Any]:
        return {"before": details(self.commitment, commitments.drawn_of(self.commitment))}


class CloseCommitment(ChangeCommitment):
    """/oekonomi/dispositioner/<pk>/luk/"""

    title = gettext_lazy("Close")
    button = gettext_lazy("Yes, close it")
    done = gettext_lazy("The commitment is closed. What was not spent of it is free again.")

    def fresh(self) -> BaseForm:
        return ReasonForm()

    def form(self, data: Any) -> BaseForm:
        return ReasonForm(data)

    def save(self, form: Any) -> None:
        commitments.close_commitment(self.actor, self.commitment, form.cleaned_data["reason"], seen=self.seen)

    def more(self, form: Any) -> dict[str, Any]:
        row = self.commitment
        drawn = commitments.drawn_of(row)
        rest = formats.money(row.quantity - drawn)
        return {
            "title": _("Close the commitment?"),
            "lead": _("%(rest)s is not spent of it, and becomes free again.") % {"rest": rest},
            "before": details(row, drawn),
        }
