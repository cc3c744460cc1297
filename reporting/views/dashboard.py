"""A programme's first page: are we on track, where not, and why."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.ui import formats
from portal.ui.export import export_response, requested
from portal.ui.templatetags.ui import figure as linked
from programmes.models import Programme
from reporting import words
from reporting.engine import dashboard
from reporting.engine.evaluate import Protected
from reporting.engine.moment import newer_facts
from reporting.engine.payload import Payload, fraction_of
from reporting.views import parts, programme_targets
from reporting.views.asking import Links, ReportingPage
from reporting.views.protected import programme_numbers

SHOWN_CREATORS = 7


class Dashboard(ReportingPage):
    """/programmer/<slug>/"""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.page(self.programme())

    def page(self, programme: Programme) -> HttpResponseBase:
        if not self.counts_matches(programme):
            return programme_targets.show(self, programme)
        try:
            payload = dashboard(programme, self.as_of, self.actor)
        except Protected as closed:
            return programme_numbers(self.request, programme, closed.measure)
        kind = requested(self.request)
        if kind is not None:
            self.require_a_readable_date()
            return export_response(kind, programme.slug, parts.export_columns(), parts.export_rows(payload))
        return render(self.request, "reporting/dashboard.html", self.context(programme, payload), status=self.status)

    def context(self, programme: Programme, payload: Payload) -> dict[str, Any]:
        links = self.links(programme, payload)
        targets = {each["code"]: each["target"] for each in payload["municipalities"]}
        return {
            "programme": programme,
            "payload": payload,
            "form": self.form,
            "form_action": reverse("reporting:dashboard", args=[programme.slug]),
            "now_url": reverse("reporting:dashboard", args=[programme.slug]),
            "kept": {},
            "day": date.fromisoformat(payload["as_of"]),
            "in_the_past": self.as_of is not None,
            "computed_at": datetime.fromisoformat(payload["computed_at"]),
            "stale": self.as_of is None and newer_facts(payload["measure"], payload["place"]),
            "verdict": words.verdict(payload, _verdict_figures(payload, links)),
            "imported": words.imported_history(payload),
            "municipalities": parts.municipalities(payload, links, self.actor.municipality_code),
            "account": parts.account(payload, links),
            "account_reason": words.account_reason(payload) if payload["account"] else "",
            "categories": parts.divided(
                payload,
                links,
                payload["categories"],
                names="categories",
                dimension="category",
                title=_("Match type"),
                caption=_("Matches by type"),
                total=_("In all"),
            ),
            **_creators(payload, links),
            "months": parts.months(payload, links),
            "activities": parts.activities(payload, links),
            "whole_amount": _whole_amount(payload, links),
            "divided": any(each["target"] for each in payload["municipalities"]),
            "undecided": words.undecided(payload),
            "source": words.source(payload),
            "others": [
                {"title": other.name, "url": links.dashboard(other.slug), "programme": other}
                for other in self.programmes
                if other.pk != programme.pk
            ],
            "own": self.actor.municipality_code,
            "own_target": targets.get(self.actor.municipality_code),
            "has_indicator_targets": programme.has_indicator_targets,  # type: ignore[attr-defined]
        }


class Home(Dashboard):
    """The front page: the reader's first running programme that has figures, or a friendly page when there is none."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # A plan that nothing is counted for, as the whole country's strategy, is read on its own page.
        counted = next((each for each in self.programmes if self.has_figures(each)), None)
        if counted is None:
            response: HttpResponse = render(request, "reporting/no_programme.html")
            return response
        return self.page(counted)


def _creators(payload: Payload, links: Links) -> dict[str, Any]:
    """The creators with most matches, and the others to be unfolded: two dozen rows are too many for one minute."""
    rows = payload["organisations"]
    shown = SHOWN_CREATORS if len(rows) > SHOWN_CREATORS + 1 else len(rows)
    named: dict[str, Any] = {
        "names": "organisations",
        "dimension": "organisation",
        "title": _("Created by"),
        "caption": _("Matches by creator"),
    }
    total = _("All creators together") if rows[shown:] else _("In all")
    more = parts.divided(payload, links, rows[shown:], **named) if rows[shown:] else None
    return {
        "organisations": parts.divided(payload, links, rows[:shown], **named, total=total),
        "more_organisations": more,
    }


def _verdict_figures(payload: Payload, links: Links) -> dict[str, Any]:
    value = Decimal(payload["whole"]["value"])
    figures: dict[str, Any] = {"value": linked(formats.number(value), links.count())}
    whole = words.target_of(payload, payload["whole"]["target"])
    if whole is not None and whole["amount"] is not None:
        amount = formats.number(Decimal(whole["amount"]))
        figures["target"] = linked(amount, links.count(kind="target", target=whole["key"]))
    if whole is not None and whole["expected"] is not None:
        expected = words.shown_expected(value, fraction_of(whole["expected"]))
        figures["expected"] = linked(expected, links.count(kind="expected", target=whole["key"]))
    return figures


def _whole_amount(payload: Payload, links: Links) -> Any:
    """The whole's target as a link, for the sentence about activities; an empty text where there is none."""
    whole = words.target_of(payload, payload["whole"]["target"])
    if whole is None or whole["amount"] is None:
        return ""
    return linked(formats.number(Decimal(whole["amount"])), links.count(kind="target", target=whole["key"]))
