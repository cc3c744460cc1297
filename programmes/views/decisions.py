"""Decisions: the list, and one with the money that rests on it."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import ledger
from portal.audit.openings import opened
from portal.identity import rights as permissions
from portal.identity.views import ActionMixin
from portal.ui import formats
from portal.ui.export import export_response, requested
from portal.ui.forms import PortalForm
from portal.ui.pagination import keyset
from portal.ui.tables import Cell, Column, Table
from programmes.body_rows import may_keep
from programmes.cells import work_name
from programmes.decisions import may_register
from programmes.models import Amount, Body, Commitment, Decision
from programmes.rights import DECIDE, VIEW_MONEY
from programmes.views import budget_changes
from programmes.views.body_tables import (
    follow_up_words,
    follow_ups,
    follow_ups_table,
    in_time,
    meeting_name,
    with_counts,
)
from programmes.views.budget import decimals_of
from programmes.views.decision_words import said_by

PAGE = 50
MOST = 100
"""So much money of each kind is listed under a decision."""


class ListForm(PortalForm):
    body = forms.ChoiceField(label=gettext_lazy("Deciding body"), required=False)
    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome"), required=False, choices=[("", gettext_lazy("All")), *Decision.Outcome.choices]
    )
    text = forms.CharField(label=gettext_lazy("About"), required=False, max_length=100)


COLUMNS = [
    Column("title", gettext_lazy("About")),
    Column("body", gettext_lazy("Deciding body")),
    Column("owner", gettext_lazy("Organisation")),
    Column("decided_on", gettext_lazy("Decided"), kind="date"),
    Column("agenda_item", gettext_lazy("Agenda item"), kind="id"),
    Column("outcome", gettext_lazy("Outcome")),
    Column("came", gettext_lazy("What came of it")),
    Column("recommended", gettext_lazy("Recommended"), export_only=True),
    Column("decided", gettext_lazy("Text of the decision"), export_only=True),
    Column("document", gettext_lazy("Link to the minutes"), export_only=True),
]


class DecisionList(ActionMixin):
    """/oekonomi/beslutninger/?body=&outcome=&text="""

    action = VIEW_MONEY

    def get(self, request: HttpRequest) -> HttpResponseBase:
        form = ListForm(request.GET)
        bodies = Body.objects.visible_to(self.actor).order_by("name", "pk")
        field: Any = form.fields["body"]
        named = bodies.values_list("pk", "name", "organisation__name")
        field.choices = [("", _("All")), *((str(pk), f"{name}, {owner}") for pk, name, owner in named)]
        form.is_valid()
        rows = self.filtered(form.cleaned_data)
        kind = requested(request)
        if kind is not None:
            return export_response(kind, _("decisions"), COLUMNS, map(row_of, rows.iterator(chunk_size=1000)))
        page = keyset(rows, request.GET, ("-id",), PAGE)
        context = {
            "filter_form": form,
            "page": page,
            "table": Table(
                caption=_("Decisions"),
                caption_hidden=True,
                columns=COLUMNS,
                rows=[row_of(row) for row in page.rows],
                empty=_("No decision fits. Remove a filter."),
            ),
            "may_decide": permissions.may(self.actor, DECIDE),
        }
        return render(request, "programmes/budget/decisions.html", context)

    def filtered(self, chosen: dict[str, Any]) -> "QuerySet[Decision]":
        rows = Decision.objects.visible_to(self.actor).select_related("body__organisation")
        for name in ("body", "outcome"):
            if chosen.get(name):
                rows = rows.filter(**{name: chosen[name]})
        if chosen.get("text"):
            rows = rows.filter(Q(title__icontains=chosen["text"]) | Q(agenda_item__icontains=chosen["text"]))
        return with_counts(rows, ledger.today()).order_by("-pk")


def row_of(decision: Decision) -> dict[str, Any]:
    return {
        "title": Cell(decision.title, reverse("programmes:decision", args=[decision.pk])),
        "body": decision.body.name,
        "owner": decision.body.organisation.name,
        "decided_on": decision.decided_on,
        "agenda_item": decision.agenda_item,
        "outcome": decision.get_outcome_display(),
        "came": follow_up_words(decision),
        "recommended": decision.recommended,
        "decided": decision.decided,
        "document": decision.document,
    }


class DecisionPage(ActionMixin):
    """/oekonomi/beslutninger/<pk>/"""

    action = VIEW_MONEY

    @cached_property
    def decision(self) -> Decision:
        related = ("body__organisation", "registered_by", "meeting")
        rows = Decision.objects.visible_to(self.actor).select_related(*related)
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        decision = self.decision
        changes = list(budget_changes.of_decision(pk)[:MOST])
        amounts = list(
            Amount.objects.visible_to(self.actor)
            .filter(decision=pk)
            .select_related("funding_source", "initiative")
            .prefetch_related("lines")
            .order_by("pk")[:MOST]
        )
        today = ledger.today()
        followed = list(in_time(follow_ups().filter(decision=decision)))
        context = {
            "decision": decision,
            "meeting_name": meeting_name(decision.meeting) if decision.meeting is not None else "",
            "followed": follow_ups_table(followed, today, without=("body", "about")) if followed else None,
            "late": sum(each.is_overdue(today) for each in followed),
            "keeps": may_keep(self.actor, decision.body.organisation),
            "said": said_by(decision),
            "changes": changes_table(changes) if changes else None,
            "amounts": amounts_table(amounts) if amounts else None,
            "commitments": self.commitments(),
            "may_change": may_register(self.actor, decision.body),
        }
        return render(request, "programmes/budget/decision.html", context)

    def commitments(self) -> dict[str, Any] | None:
        """What is committed by the decision: in all for everybody, one by one for those who keep the money."""
        rows = Commitment.objects.filter(decision=self.decision.pk)
        listed = list(Commitment.objects.visible_to(self.actor).filter(pk__in=rows.order_by().values("pk"))[:MOST])
        sums = [(row.quantity, row.pk) for row in rows.only("quantity")]
        if not sums:
            return None
        for row in listed:
            opened("commitment", row.pk)
        return {
            "total": sum((kroner for kroner, _pk in sums), Decimal(0)),
            "number": len(sums),
            "table": commitments_table(listed) if listed else None,
        }


def changes_table(changes: list[Any]) -> Table:
    wanted = {"title", "kind", "added", "taken"}
    return Table(
        caption=_("Budget changes"),
        columns=[column for column in budget_changes.COLUMNS if column.key in wanted],
        rows=list(budget_changes.shown(changes)),
    )


def amounts_table(amounts: list[Amount]) -> Table:
    sums = {each.pk: sum((line.quantity for line in each.lines.all()), Decimal(0)) for each in amounts}
    return Table(
        caption=_("Amounts"),
        columns=[
            Column("name", _("Amount")),
            Column("step", _("Step")),
            Column("form", _("How the amount is stated")),
            Column("quantity", _("Kroner"), kind="number", decimals=decimals_of(sums.values()), lead=True),
        ],
        rows=[
            {
                "name": Cell(
                    f"{each.funding_source} · {work_name(each.initiative)}",
                    reverse("programmes:amount", args=[each.pk]),
                    _("withdrawn") if each.withdrawn_at else "",
                ),
                "step": each.get_step_display(),
                "form": each.get_form_display(),
                # An amount that the source gives no number has no 0.
                "quantity": "–" if each.form in Amount.WITHOUT_NUMBER else sums[each.pk],
            }
            for each in amounts
        ],
    )


def commitments_table(rows: list[Commitment]) -> Table:
    return Table(
        caption=_("Commitments"),
        columns=[
            Column("name", _("To whom")),
            Column("day", _("Committed"), kind="date"),
            Column("quantity", _("Kroner"), kind="number", decimals=decimals_of(row.quantity for row in rows)),
        ],
        rows=[
            {
                "name": Cell(row.counterpart, reverse("programmes:commitment", args=[row.pk])),
                "day": row.committed_on,
                "quantity": row.quantity,
            }
            for row in rows
        ],
    )


class DeciderList(ActionMixin):
    """/oekonomi/besluttere/: who decides about money, and what and how far each may decide."""

    action = VIEW_MONEY

    def get(self, request: HttpRequest) -> HttpResponseBase:
        bodies = (
            Body.objects.visible_to(self.actor)
            .filter(delegations__isnull=False)
            .distinct()
            .select_related("organisation")
            .prefetch_related("delegations")
            .order_by("organisation__sort_key", F("valid_to").desc(nulls_first=True), "kind", "name", "pk")
        )
        context = {
            "table": Table(
                caption=_("Who may decide about money"),
                caption_hidden=True,
                columns=[
                    Column("name", _("Deciding body")),
                    Column("owner", _("Organisation")),
                    Column("level", _("Level")),
                    Column("may", _("May decide")),
                    Column("period", _("Period")),
                ],
                rows=[body_row(body) for body in bodies],
                empty=_("No body has been named yet. Until one is, nobody can decide about a budget here."),
            ),
            "may_decide": permissions.may(self.actor, DECIDE),
        }
        return render(request, "programmes/budget/bodies.html", context)


def body_row(body: Body) -> dict[str, Any]:
    return {
        "name": Cell(body.name, reverse("programmes:body", args=[body.pk])),
        "owner": body.organisation.name,
        "level": body.get_kind_display(),
        "may": formats.join_and(delegation_words(body)) or _("nothing"),
        "period": period_words(body),
    }


def delegation_words(body: Body) -> list[str]:
    """Each thing it may decide with its limit. Ask with `delegations`."""
    found = []
    for each in body.delegations.all():
        limit = "" if each.up_to is None else _("up to %(limit)s") % {"limit": formats.money(each.up_to, 0)}
        found.append(f"{each.get_what_display()} ({limit})" if limit else each.get_what_display())
    return found


def period_words(body: Any) -> str:
    """From when to when a body is, or an appointment; empty where neither is stated."""
    if body.valid_from is None and body.valid_to is None:
        return ""
    start = formats.date_da(body.valid_from) if body.valid_from else ""
    end = formats.date_da(body.valid_to) if body.valid_to else ""
    return f"{start}–{end}"
