"""/henvisninger/tal/: referrals in figures, by partner and both ways."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from matching import referrals
from matching.choices import programmes_for
from matching.referral_figures import Counted, Party, figures, limits
from matching.referral_forms import FigureForm
from matching.views.referral_tables import nav
from portal.identity import rights
from portal.identity.views import ActionMixin
from portal.ui import export, formats
from portal.ui.tables import Cell, Column, Table


def columns() -> list[Column]:
    soon, late = limits()
    return [
        Column("name", _("Partner")),
        Column("sent", _("Sent"), kind="number"),
        Column("sent_answered", _("Of these answered"), kind="number"),
        Column("received", _("Received"), kind="number", lead=True),
        Column("answered", _("Of these answered"), kind="number"),
        Column("soon", _("Within %(days)s days") % {"days": soon}, kind="number"),
        Column("late", _("Within %(days)s days") % {"days": late}, kind="number"),
        Column("median", _("Median, days"), kind="number", decimals=1),
        Column("passed_on", _("Passed on"), kind="number"),
        Column("waiting", _("Waiting"), kind="number"),
    ]


def row_of(party: Party, behind: Callable[[Party, str], str]) -> dict[str, Any]:
    """`behind`: the address of the list behind a number; empty where the reader may not open it."""
    return {
        "organisation": party.organisation,
        "name": party.name,
        "sent": Cell(party.sent.number, behind(party, "from_us")),
        "sent_answered": party.sent.answered,
        "received": Cell(party.received.number, behind(party, "to_us")),
        **counts_of(party.received),
    }


def counts_of(counted: Counted) -> dict[str, Any]:
    return {
        "answered": counted.answered,
        "soon": counted.soon,
        "late": counted.late,
        "median": "" if counted.median is None else counted.median,
        "passed_on": counted.passed_on,
        "waiting": counted.waiting,
    }


class ReferralFigures(ActionMixin):
    """/henvisninger/tal/?programme=&kind=&asked_from=&asked_to="""

    action = "matching.view_referral_figures"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        programmes = programmes_for(self.actor, self.actor.on)
        form = FigureForm(programmes, request.GET)
        form.is_valid()
        chosen = form.cleaned_data
        counted = [each for each in programmes if chosen.get("programme") in ("", None, each.slug)]
        found = figures(
            self.actor,
            counted,
            kind=chosen.get("kind") or "",
            first=chosen.get("asked_from"),
            last=chosen.get("asked_to"),
        )
        own = self.actor.organisation.pk if self.actor.organisation else None
        rows = [row_of(party, self.behind) for party in found.parties]
        kind = export.requested(request)
        if kind is not None:
            return export.export_response(kind, _("referrals in figures"), columns(), rows)
        _soon, late = limits()
        context = {
            "filter_form": form,
            "filtering": any(chosen.values()) or bool(form.errors),
            "whole": found.whole,
            "internal": found.internal,
            "late": late,
            "median": "" if found.whole.median is None else formats.decimal(found.whole.median, 1),
            "table": Table(
                caption=_("Referrals by partner"),
                columns=columns(),
                rows=rows,
                caption_hidden=True,
                tone=lambda row: "own" if row["organisation"] == own else "",
                empty=_("Nobody has been referred in that time."),
            ),
            "referral_nav": nav(self.actor, "referral_figures"),
        }
        return render(request, "matching/referral_figures.html", context)

    def behind(self, party: Party, side: str) -> str:
        """The list of what is counted, of the own organisation or a unit of it, with the same filters."""
        if party.organisation not in self.actor.organisation_ids or not rights.may(self.actor, referrals.VIEW):
            return ""
        asked = self.request.GET
        kept = {name: asked[name] for name in ("programme", "kind", "asked_from", "asked_to") if asked.get(name)}
        query = urlencode({"side": side, "state": "counted", "unit": str(party.organisation), **kept})
        return f"{reverse('matching:referrals')}?{query}"
