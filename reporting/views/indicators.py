"""The list of indicators, one indicator, and the registrations behind its value."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import ledger
from portal.geography.models import Municipality
from portal.identity import rights as permissions
from portal.identity.views import ActionMixin
from portal.ledger.asking import AsOfPage
from portal.ledger.models import Fact
from portal.ui import export
from portal.ui.dates import day_of_iso
from portal.ui.forms import PortalForm
from portal.ui.pagination import keyset
from portal.ui.tables import Cell, Column, Table
from programmes.scope import owned_in_area
from reporting import indicator_values as values
from reporting import indicator_words as words
from reporting import rights
from reporting.absences import absences
from reporting.engine.indicators import Ask, Reading, behind, read_indicators
from reporting.explanation import value_text
from reporting.filter_words import FilterNames, Labels
from reporting.models import Absence, Indicator, IndicatorVersion, Series, TargetVersion
from reporting.observations import may_write
from reporting.rules.values import Absent, Number
from reporting.views.series import MOST_ABSENT, absent_table

PAGE = 50
SIDE_BY_SIDE = 4
"""So many versions are shown beside each other."""
ORDER = (F("programme__name").asc(nulls_last=True), "programme_id", "order", "key")


def visible_indicators(actor: Any) -> QuerySet[Indicator]:
    return owned_in_area(Indicator.objects.all(), actor).select_related(
        "owner__area", "owner__municipality", "programme__area"
    )


class ListForm(PortalForm):
    programme = forms.CharField(label=gettext_lazy("Programme"), required=False, widget=forms.Select)
    group = forms.CharField(label=gettext_lazy("Group"), required=False, widget=forms.Select)
    text = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=100)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        required=False,
        choices=[("", gettext_lazy("All")), *IndicatorVersion.Kind.choices],
    )

    def offer(self, programmes: list[tuple[str, str]], groups: list[str]) -> None:
        for name, choices in (("programme", programmes), ("group", [(each, each) for each in groups])):
            self.fields[name].widget.choices = [("", _("All")), *choices]


class IndicatorList(ActionMixin):
    """/indikatorer/"""

    action = rights.VIEW_INDICATORS

    def get(self, request: HttpRequest) -> HttpResponseBase:
        form = ListForm(request.GET)
        form.is_valid()
        rows = self.filtered(form.cleaned_data)
        kind = export.requested(request)
        if kind is not None:
            return export.export_response(kind, _("indicators"), words.LIST_COLUMNS, self.lines(rows))
        form.offer(*self.offered())
        page = Paginator(rows.order_by(*ORDER), PAGE).get_page(request.GET.get("page"))
        context = {
            "filter_form": form,
            "filtering": any(form.cleaned_data.values()),
            "number": page.paginator.count,
            "page": page,
            "table": Table(
                caption=_("Indicators"),
                caption_hidden=True,
                columns=words.LIST_COLUMNS,
                rows=list(words.grouped(words.lines(list(page), None))),
                empty=_("No indicator fits. Remove a filter."),
            ),
            "may_edit": permissions.may(self.actor, rights.EDIT_INDICATORS),
        }
        return render(request, "reporting/indicators/list.html", context)

    def filtered(self, chosen: dict[str, Any]) -> QuerySet[Indicator]:
        rows = visible_indicators(self.actor)
        for name, field in (("programme", "programme__slug"), ("group", "group")):
            if chosen.get(name):
                rows = rows.filter(**{field: chosen[name]})
        if chosen.get("text"):
            rows = rows.filter(Q(name__icontains=chosen["text"]) | Q(key__icontains=chosen["text"]))
        if chosen.get("kind"):
            newest = IndicatorVersion.objects.order_by("indicator_id", "-learnt_on", "-place").distinct("indicator_id")
            of_kind = IndicatorVersion.objects.filter(pk__in=newest.values("pk"), kind=chosen["kind"])
            rows = rows.filter(pk__in=of_kind.order_by().values("indicator_id"))
        return rows

    def offered(self) -> tuple[list[tuple[str, str]], list[str]]:
        """The programmes and groups that the person's indicators have. One query."""
        rows = owned_in_area(Indicator.objects.all(), self.actor).order_by()
        named = rows.values_list("programme__slug", "programme__name", "group").distinct()
        found = list(named.order_by(F("programme__name").asc(nulls_last=True), "group"))
        programmes = {slug: name for slug, name, _group in found if slug}
        return list(programmes.items()), sorted({group for _slug, _name, group in found if group})

    def lines(self, rows: QuerySet[Indicator]) -> Iterator[dict[str, Any]]:
        """A thousand at a time: a file costs the same number of questions per thousand rows."""
        ordered = list(rows.order_by(*ORDER))
        for start in range(0, len(ordered), 1000):
            yield from words.lines(ordered[start : start + 1000], None)


class IndicatorPage(AsOfPage):
    """What the pages of one indicator share; one that is not the reader's does not exist."""

    action = rights.VIEW_INDICATORS

    @cached_property
    def indicator(self) -> Indicator:
        return get_object_or_404(visible_indicators(self.actor), key=self.kwargs["key"])

    @cached_property
    def kept(self) -> dict[str, str]:
        """The moment that is asked for, for links that show the same numbers."""
        if self.as_of is None or self.as_of.day is None:
            return {}
        return {"as_of": self.as_of.day.isoformat(), "place": str(self.as_of.place)}

    def may_change(self) -> permissions.Verdict:
        verdict = permissions.may(self.actor, rights.EDIT_INDICATORS)
        if verdict and self.indicator.owner_id not in self.actor.organisation_ids:
            text = _("%(owner)s is responsible for this indicator and changes it.")
            return permissions.Verdict(False, text % {"owner": self.indicator.owner.name})
        return verdict


class IndicatorDetail(IndicatorPage):
    """/indikatorer/<key>/"""

    def get(self, request: HttpRequest, key: str) -> HttpResponseBase:
        indicator = self.indicator
        known = IndicatorVersion.objects.filter(indicator=indicator).select_related("measure")
        versions = list((known if self.as_of is None else known.known(self.as_of)).order_by("-learnt_on", "-place"))
        version, chosen = versions[0] if versions else None, FilterNames(versions[:SIDE_BY_SIDE])
        context: dict[str, Any] = {
            "indicator": indicator,
            "version": version,
            "form": self.form,
            "form_action": reverse("reporting:indicator", args=[key]),
            "now_url": reverse("reporting:indicator", args=[key]),
            "kept": {},
            "in_the_past": self.as_of is not None,
            "imported": "",
            "day": (self.as_of.day if self.as_of else None) or self.actor.on,
            "may_change": self.may_change(),
            "versions": words.versions_table(versions[:SIDE_BY_SIDE], chosen) if len(versions) > 1 else None,
            "targets": self.targets(),
        }
        if version is not None:
            context |= {**self.figures(version, chosen), "missing_values": None}
            if version.kind == IndicatorVersion.Kind.MEASURE and version.filter.get("series"):
                context["missing_values"] = self.missing_values(version, context["shown"])
        return render(request, "reporting/indicators/detail.html", context, status=self.status)

    def figures(self, version: IndicatorVersion, chosen: FilterNames) -> dict[str, Any]:
        shown = values.shown(self.indicator, version, self.as_of)
        names = {self.indicator.key: self.indicator.name}
        if version.kind == IndicatorVersion.Kind.FORMULA:
            names = dict(visible_indicators(self.actor).order_by().values_list("key", "name"))
        return {
            "shown": shown,
            "value": value_text(shown.reading.value),
            "unit": version.unit if isinstance(shown.reading.value, Number) else "",
            "tone": words.tone(shown.reading.value),
            "value_url": words.facts_url(self.indicator, shown.period, self.kept)
            if behind.leaves_of(shown.reading.step) else "",
            "tree": words.tree(shown.reading.step, names, self.indicator, shown.period, self.kept),
            "survey": words.survey_note(shown.reading.counts),
            "definition": words.definition(version, names, chosen),
            "quality": words.quality_table(version),
            "missing": values.quality_labels(values.missing_quality(version)),
            "years": words.lines_table(self.indicator, shown, version, self.kept, years=True),
            "municipalities": words.lines_table(self.indicator, shown, version, self.kept, years=False)
            if shown.municipalities and version.kind != IndicatorVersion.Kind.OPEN else None,
        }  # fmt: skip

    def missing_values(self, version: IndicatorVersion, shown: values.Shown) -> dict[str, Any]:
        """Why values of its series are not there, and where one who may says it. Two queries."""
        series = list(Series.objects.filter(key__in=version.filter["series"]).select_related("owner").order_by("key"))
        found = absences(series, self.as_of)
        writable = [each for each in series if self.as_of is None and may_write(self.actor, each)]
        period = {"from": shown.period.start.isoformat(), "to": shown.period.end.isoformat()}
        query = urlencode({**period, "indicator": self.indicator.key})
        return {
            "note": next((each.note for each in reversed(found) if _about_all(each, shown.period)), "")
            if isinstance(shown.reading.value, Absent)
            else "",
            "table": absent_table(found[-MOST_ABSENT:], taking_back=bool(writable)) if found else None,
            "say": [
                {"name": each.name, "url": f"{reverse('reporting:absence_say', args=[each.key])}?{query}"}
                for each in writable
            ],
        }

    def targets(self) -> Table | None:
        """What has been set for it. One query."""
        rows = TargetVersion.objects.filter(target__indicator=self.indicator)
        rows = rows if self.as_of is None else rows.known(self.as_of)
        newest = rows.order_by("target_id", "-learnt_on", "-place").distinct("target_id")
        found = [each for each in newest.select_related("target__programme") if not each.withdrawn]
        return words.targets_table(found) if found else None


def _about_all(absence: Absence, period: values.Period) -> bool:
    """Was it said of the period, and of no municipality alone?"""
    return absence.municipality_id is None and period.start <= absence.occurred_on <= period.end


class IndicatorFacts(IndicatorPage):
    """/indikatorer/<key>/tal/?from=…&to=…&municipality=…&leaf=…"""

    def get(self, request: HttpRequest, key: str) -> HttpResponseBase:
        reading, start, end, municipality = self.asked()
        moment = self.as_of or ledger.AsOf.now()
        leaves = behind.leaves_of(reading.step)
        number = self.number()
        if number is not None and number >= len(leaves):
            raise Http404
        refs = behind.refs_of(reading.step) if number is None else [behind.ref_of(leaves[number])]
        found = behind.Behind(tuple(refs), moment, self.actor)
        verdict = permissions.may(self.actor, rights.VIEW_FACTS)
        places = dict(Municipality.objects.order_by("code").values_list("code", "name"))
        cells, labels = found.cells(), Labels()
        value = reading.value if number is None else leaves[number].value
        context: dict[str, Any] = {
            "indicator": self.indicator,
            "form": self.form,
            "form_action": reverse("reporting:indicator_facts", args=[key]),
            "now_url": reverse("reporting:indicator", args=[key]),
            "kept": {name: request.GET[name] for name in ("from", "to", "municipality", "leaf") if name in request.GET},
            "in_the_past": self.as_of is not None,
            "imported": "",
            "day": (self.as_of.day if self.as_of else None) or self.actor.on,
            "value": value_text(value),
            "where": words.where_text(start, end, places.get(municipality or "", municipality)),
            "number": sum(int(cell["facts"]) for cell in cells),
            "cells": words.cells_table(cells, places, found.measures, labels),
            "refused": "" if verdict else verdict.reason,
        }
        if verdict:
            page = keyset(found.openable().select_related("record"), request.GET, ("-place",), 25)
            context |= {"page": page, "facts": self.facts_table(found, page.rows, places, labels)}
        return render(request, "reporting/indicators/facts.html", context, status=self.status)

    def asked(self) -> tuple[Reading, date | None, date | None, str | None]:
        given = self.request.GET
        try:
            start, end = (day_of_iso(given[name]) if given.get(name) else None for name in ("from", "to"))
        except ValueError:
            raise BadRequest(_("Write the dates as YYYY-MM-DD.")) from None
        municipality = given.get("municipality") or None
        ask = Ask(self.indicator.key, start, end, municipality)
        return read_indicators([ask], self.as_of)[ask], start, end, municipality

    def number(self) -> int | None:
        text = self.request.GET.get("leaf", "")
        if text and not (text.isascii() and text.isdigit() and len(text) < 6):
            raise BadRequest(_("There is no such figure: %(what)s.") % {"what": text})
        return int(text) if text else None

    def facts_table(self, found: behind.Behind, page: list[Fact], places: dict[str, str], labels: Labels) -> Table:
        described = found.described(page)
        rows = []
        for fact in page:
            about = described.get(fact.place)
            named = Cell(about.title, about.url or "", about.reason or "") if about else Cell(_("Erased"))
            rows.append(
                {
                    "name": named,
                    "on": fact.occurred_on,
                    "category": labels.category(str(fact.measure_id), fact.category),
                    "municipality": places.get(str(fact.municipality_id), ""),
                    "learnt": fact.learnt_on,
                    "value": Cell(fact.quantity, note=fact.qualifier) if fact.qualifier else fact.quantity,
                }
            )
        columns = [
            Column("name", _("Registration")),
            Column("on", _("Day"), kind="date"),
            Column("category", _("Answer or area")),
            Column("municipality", _("Municipality")),
            Column("learnt", _("Known from"), kind="date"),
            Column("value", _("Number"), kind="number"),
        ]
        caption = _("Registrations behind the figure")
        return Table(caption=caption, caption_hidden=True, columns=columns, rows=rows)
