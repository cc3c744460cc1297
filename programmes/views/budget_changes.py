"""The changes of a budget: the list, and one with its lines, its decision and what it is financed by."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import DecimalField, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.identity import rights as permissions
from portal.identity.views import ActionMixin
from portal.ui.export import export_response, requested
from portal.ui.forms import PortalForm
from portal.ui.pagination import keyset
from portal.ui.tables import Cell, Column, Table
from programmes.cells import work_name
from programmes.models import BudgetChange, BudgetLine, FundingSource, Initiative
from programmes.rights import CHANGE_BUDGET, VIEW_MONEY
from programmes.views.budget import decimals_of
from programmes.views.decision_words import said_by

PAGE = 50


class ListForm(PortalForm):
    owner = forms.ChoiceField(label=gettext_lazy("Organisation"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), required=False, choices=[("", gettext_lazy("All")), *BudgetChange.Kind.choices]
    )
    year = forms.IntegerField(label=gettext_lazy("Budget year"), required=False, min_value=1990, max_value=2099)
    source = forms.ChoiceField(label=gettext_lazy("Funding source"), required=False)
    initiative = forms.ChoiceField(label=gettext_lazy("Initiative"), required=False)
    text = forms.CharField(label=gettext_lazy("About"), required=False, max_length=100)


COLUMNS = [
    Column("title", gettext_lazy("About")),
    Column("kind", gettext_lazy("Kind")),
    Column("decided", gettext_lazy("Decided"), kind="date"),
    Column("decision", gettext_lazy("Decision")),
    Column("owner", gettext_lazy("Organisation")),
    Column("added", gettext_lazy("Kroner in"), kind="money", lead=True),
    Column("taken", gettext_lazy("Kroner out"), kind="money"),
    Column("financing", gettext_lazy("Financed by"), export_only=True),
    Column("registered", gettext_lazy("Registered"), kind="moment"),
]


class ChangeList(ActionMixin):
    """/oekonomi/aendringer/?owner=&kind=&year=&source=&initiative=&text="""

    action = VIEW_MONEY

    def get(self, request: HttpRequest) -> HttpResponseBase:
        form = self.offered(ListForm(request.GET))
        form.is_valid()
        rows = self.filtered(form.cleaned_data)
        kind = requested(request)
        if kind is not None:
            return export_response(kind, _("budget-changes"), COLUMNS, shown(rows.iterator(chunk_size=1000)))
        page = keyset(rows, request.GET, ("-id",), PAGE)
        context = {
            "filter_form": form,
            "page": page,
            "table": Table(
                caption=_("Budget changes"),
                caption_hidden=True,
                columns=COLUMNS,
                rows=list(shown(page.rows)),
                empty=_("No budget change fits. Remove a filter."),
            ),
            "may_change": permissions.may(self.actor, CHANGE_BUDGET),
        }
        return render(request, "programmes/budget/changes.html", context)

    def offered(self, form: ListForm) -> ListForm:
        """Organisations, sources and initiatives that there are changes of. Two questions."""
        visible = FundingSource.objects.visible_to(self.actor)
        sources = list(visible.order_by("sort_key", "pk").values_list("key", "name", "owner", "owner__name"))
        owners = sorted({(str(owner), name) for _key, _name, owner, name in sources}, key=lambda each: each[1])
        held = Initiative.objects.filter(cells__funding_source__in=visible.order_by().values("pk")).distinct()
        initiatives = [(str(each.pk), str(each)) for each in held.order_by("number", "pk")]
        offers: dict[str, list[Any]] = {
            "owner": owners,
            "source": [(key, name) for key, name, _owner, _of in sources],
            "initiative": initiatives,
        }
        for name, choices in offers.items():
            field: Any = form.fields[name]
            field.choices = [("", _("All")), *choices]
        return form

    def filtered(self, chosen: dict[str, Any]) -> "QuerySet[BudgetChange]":
        rows = BudgetChange.objects.visible_to(self.actor)
        lines = BudgetLine.objects.filter(change=OuterRef("pk"))
        of_lines = {"year": "cell__year", "source": "cell__funding_source__key", "initiative": "cell__initiative"}
        asked = {field: chosen[name] for name, field in of_lines.items() if chosen.get(name)}
        if asked:
            rows = rows.filter(Exists(lines.filter(**asked)))
        for name in ("owner", "kind"):
            if chosen.get(name):
                rows = rows.filter(**{name: chosen[name]})
        if chosen.get("text"):
            rows = rows.filter(Q(title__icontains=chosen["text"]) | Q(decision__title__icontains=chosen["text"]))
        return with_sums(rows).select_related("decision__body", "owner", "reversed_by").order_by("-pk")


def with_sums(rows: "QuerySet[BudgetChange]") -> "QuerySet[BudgetChange]":
    """With `added` and `taken`: the sums of the lines above and below zero."""
    zero, kroner = Decimal(0), DecimalField(max_digits=16, decimal_places=2)
    added = Coalesce(Sum("lines__quantity", filter=Q(lines__quantity__gt=0)), zero, output_field=kroner)
    taken = Coalesce(Sum("lines__quantity", filter=Q(lines__quantity__lt=0)), zero, output_field=kroner)
    return rows.annotate(added=added, taken=taken)


def shown(rows: Any) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield {
            "title": Cell(row.title, reverse("programmes:budget_change", args=[row.pk]), standing(row)),
            "kind": row.get_kind_display(),
            "decided": row.decision.decided_on,
            "decision": Cell(said_by(row.decision), reverse("programmes:decision", args=[row.decision_id])),
            "owner": row.owner.name,
            "added": row.added,
            "taken": row.taken,
            "financing": row.financing,
            "registered": row.registered_at,
        }


def standing(change: BudgetChange) -> str:
    """Words for one that takes another back or is taken back; ask with `reversed_by`."""
    if change.reverses_id is not None:
        return _("takes another change back")
    return _("taken back") if hasattr(change, "reversed_by") else ""


class ChangePage(ActionMixin):
    """/oekonomi/aendringer/<pk>/"""

    action = VIEW_MONEY

    @cached_property
    def change(self) -> BudgetChange:
        rows = BudgetChange.objects.visible_to(self.actor).select_related(
            "decision__body", "owner", "reverses", "reversed_by", "registered_by"
        )
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        change = self.change
        verdict = permissions.may(self.actor, CHANGE_BUDGET)
        own = change.owner_id in self.actor.organisation_ids
        taken_back = getattr(change, "reversed_by", None)
        context = {
            "change": change,
            "decision": said_by(change.decision),
            "taken_back_by": taken_back,
            "table": lines_table(change),
            "may_take_back": bool(verdict) and own and change.reverses_id is None and taken_back is None,
        }
        return render(request, "programmes/budget/change.html", context)


def lines_table(change: BudgetChange) -> Table:
    rows = list(
        change.lines.select_related(
            "cell__funding_source", "cell__initiative", "comes_from__funding_source", "comes_from__initiative"
        ).order_by("cell__year", "pk")
    )
    return Table(
        caption=_("The places that are changed"),
        columns=[
            Column("source", _("Funding source")),
            Column("initiative", _("Initiative")),
            Column("year", _("Budget year"), kind="id"),
            Column("comes_from", _("Comes from the amount")),
            Column(
                "quantity", _("Kroner"), kind="number", decimals=decimals_of(row.quantity for row in rows), lead=True
            ),
        ],
        rows=[
            {
                "source": Cell(
                    row.cell.funding_source.name, reverse("programmes:source", args=[row.cell.funding_source.key])
                ),
                "initiative": work_name(row.cell.initiative),
                "year": str(row.cell.year),
                "comes_from": _amount(row),
                "quantity": row.quantity,
            }
            for row in rows
        ],
        total={
            "source": _("In all"),
            "initiative": "",
            "year": "",
            "comes_from": "",
            "quantity": sum((row.quantity for row in rows), Decimal(0)),
        },
    )


def _amount(row: BudgetLine) -> Any:
    amount = row.comes_from
    if amount is None:
        return ""
    name = f"{amount.funding_source}, {work_name(amount.initiative)}, {amount.get_step_display()}"
    return Cell(name, reverse("programmes:amount", args=[amount.pk]))


def of_decision(pk: int) -> "QuerySet[BudgetChange]":
    """The changes that rest on a decision."""
    rows = with_sums(BudgetChange.objects.filter(decision=pk))
    return rows.select_related("decision__body", "owner", "reversed_by").order_by(F("pk").desc())
