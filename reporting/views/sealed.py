"""Sealed figures: those of a contract, sealing one, and each under its short permanent address."""

from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.forms import CharField
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import ledger
from portal.identity import rights as permissions
from portal.identity.views import ActionMixin
from portal.ui import formats
from portal.ui.forms import PortalForm, SmartDateField
from portal.ui.qr import qr_svg
from portal.ui.tables import Cell, Column, Table
from reporting import goal_words, rights
from reporting.engine.contracts import check_sealed, seal
from reporting.models import Contract, SealedFigure
from reporting.scope import visible_contracts
from reporting.views.contract_asking import ContractPage
from reporting.views.contracts import ContractLinks, goals_table, tone


class SealForm(PortalForm):
    as_of = SmartDateField(
        label=gettext_lazy("As registered on"),
        required=False,
        help_text=gettext_lazy("A date such as 31.01.2021. Empty seals the figures as they are now."),
    )
    reason = CharField(
        label=gettext_lazy("Occasion"),
        max_length=300,
        help_text=gettext_lazy("What the figure is for, such as a meeting and its item."),
        error_messages={"required": gettext_lazy("Say what the figure is sealed for.")},
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self.known: ledger.AsOf | None = None
        if cleaned.get("as_of") is not None:
            try:
                self.known = ledger.AsOf.at(cleaned["as_of"])
            except ledger.FutureDate:
                self.add_error("as_of", _("That day has not come yet. Choose today or an earlier day."))
        return cleaned


class SealedList(ContractPage):
    """/kontrakter/<slug>/forseglede/: what has been sealed, and the form that seals."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self._page(SealForm(), 200)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        permissions.require(self.actor, rights.SEAL_FIGURES)
        form = SealForm(request.POST)
        if not form.is_valid():
            return self._page(form, 400)
        try:
            sealed = seal(self.contract, self.actor, form.known, form.cleaned_data["reason"])
        except permissions.Refused as refused:
            raise BadRequest(str(refused)) from refused
        messages.success(request, _("The figures are sealed. They keep their address for ever."))
        return HttpResponseRedirect(reverse("sealed_figure", args=[sealed.pk]))

    def _page(self, form: SealForm, status: int) -> HttpResponseBase:
        may = permissions.may(self.actor, rights.SEAL_FIGURES)
        rows = SealedFigure.objects.filter(contract=self.contract).select_related("sealed_by").order_by("-sealed_at")
        context = {
            "contract": self.contract,
            "contract_url": f"/kontrakter/{self.contract.slug}/",
            "title": _("Sealed figures"),
            "form": form,
            "may": bool(may) and self.contract.state != Contract.State.DRAFT,
            "refused": "" if may else may.reason,
            "table": _list(list(rows[:100])),
        }
        return render(self.request, "reporting/sealed_list.html", context, status=status)


def _list(rows: list[SealedFigure]) -> Table:
    return Table(
        caption=_("Sealed figures"),
        caption_hidden=True,
        columns=[
            Column("code", _("Address")),
            Column("as_of", _("As registered on"), kind="date"),
            Column("total", _("Total, per cent")),
            Column("reason", _("Occasion")),
            Column("sealed_at", _("Sealed"), kind="moment"),
            Column("by", _("By")),
        ],
        rows=[
            {
                "code": Cell(f"/f/{row.pk}/", reverse("sealed_figure", args=[row.pk])),
                "as_of": row.as_of,
                "total": _total(row.payload),
                "reason": row.reason,
                "sealed_at": row.sealed_at,
                "by": row.sealed_by.name,
            }
            for row in rows
        ],
    )


def _total(payload: dict[str, Any]) -> str:
    total = payload["total"]
    return str(total["shown"]) if total is not None else _("none: no goal counts")


class SealedPage(ActionMixin):
    """/f/<code>/: the figure as it was sealed. `?again=1` computes it anew beside it."""

    action = rights.VIEW_CONTRACTS

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        rows = SealedFigure.objects.select_related("contract", "sealed_by")
        sealed = get_object_or_404(rows.filter(contract__in=visible_contracts(self.actor).values("pk")), pk=code)
        again = request.GET.get("again", "")
        if again not in ("", "1"):
            raise Http404
        payload = {**sealed.payload, "names": sealed.names}
        links = ContractLinks(sealed.contract.slug, {"as_of": payload["as_of"], "place": str(payload["place"])})
        deciders = sealed.contract.parties.filter(decides=True).order_by("order", "pk")
        address = request.build_absolute_uri(reverse("sealed_figure", args=[sealed.pk]))
        total = payload["total"]
        context = {
            "sealed": sealed,
            "title": sealed.title,
            "contract_url": links.plain("contract"),
            "list_url": links.plain("contract_sealed"),
            "payload": payload,
            "total": f"{total['shown']}{formats.NBSP}%" if total else "",
            "exact": formats.decimal(Fraction(total["exact"]), 10) if total else "",
            "tone": tone(payload),
            "costs": goal_words.costs(payload, links.goal),
            "rounding": goal_words.rounding(payload),
            "recommended": goal_words.recommended(payload["recommended"]),
            "decided": goal_words.decided(payload["decided"], formats.join_and([each.name for each in deciders])),
            "left_out": goal_words.left_out(payload),
            "goals": goals_table(payload, links),
            "address": address,
            "qr": qr_svg(address, _("QR code of the permanent address")),
            "again": _again(sealed) if again else None,
        }
        return render(request, "reporting/sealed.html", context)


def _again(sealed: SealedFigure) -> dict[str, Any]:
    found = check_sealed(sealed)
    return {
        "same": found["same"],
        "intact": found["intact"],
        "sha256": found["sha256"],
        "total": _total(found["payload"]),
        "differences": found["differences"],
        "engine": found["payload"]["engine"],
    }
