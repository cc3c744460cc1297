"""A programme's targets for indicators: the first page of a programme that is not about matches."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import ledger
from portal.ui import formats
from portal.ui.export import export_response, requested
from portal.ui.tables import Cell, Column, GroupRow, Table
from portal.ui.templatetags.ui import status as light
from programmes.models import Programme
from reporting import indicator_words, target_words
from reporting.engine.indicator_targets import Expected, Judged, expectations, indicator_targets
from reporting.explanation import value_text
from reporting.indicator_values import Period
from reporting.rules.values import Number
from reporting.views.asking import ReportingPage
from reporting.views.target_parts import says

Row = dict[str, Any]

COLUMNS = [
    Column("group", gettext_lazy("Group"), export_only=True),
    Column("key", gettext_lazy("Key"), kind="id", export_only=True),
    Column("name", gettext_lazy("Target")),
    Column("says", gettext_lazy("It says")),
    Column("commitment", gettext_lazy("Commitment")),
    Column("value", gettext_lazy("Latest value"), kind="number", lead=True),
    Column("unit", gettext_lazy("Unit"), export_only=True),
    Column("period", gettext_lazy("Period"), export_only=True),
    Column("verdict", gettext_lazy("Status")),
]


class ProgrammeTargets(ReportingPage):
    """/programmer/<slug>/indikatorer/"""

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        return show(self, self.programme())


def show(page: ReportingPage, programme: Programme) -> HttpResponseBase:
    """The page, also where it stands as the programme's first."""
    kind = requested(page.request)
    judged = indicator_targets(programme, page.as_of)
    if kind is not None:
        page.require_a_readable_date()
        return export_response(kind, f"{programme.slug}-indikatorer", COLUMNS, exported(judged))
    as_of = page.as_of
    kept = {} if as_of is None else {"as_of": (as_of.day or ledger.today()).isoformat(), "place": str(as_of.place)}
    here = reverse("reporting:programme_targets", args=[programme.slug])
    context = {
        "programme": programme,
        "form": page.form,
        "form_action": here,
        "now_url": here,
        "kept": {},
        "day": (as_of.day if as_of else None) or ledger.today(),
        "in_the_past": as_of is not None,
        "computed_at": timezone.now(),
        "stale": False,
        "summary": target_words.summary(judged),
        "table": table(programme, judged, kept),
        "expected": expected_table(expectations(judged)),
        "constructed": any(each.constructed for each in judged),
        "targets_url": reverse("reporting:targets", args=[programme.slug]),
        "indicators_url": f"{reverse('reporting:indicators')}?{urlencode({'programme': programme.slug})}",
        "matches_url": reverse("reporting:dashboard", args=[programme.slug]) if page.counts_matches(programme) else "",
        "others": [other for other in page.programmes if other.pk != programme.pk],
    }
    return render(page.request, "reporting/programme_targets.html", context, status=page.status)


def table(programme: Programme, judged: list[Judged], kept: dict[str, str]) -> Table | None:
    """One table with a heading for each group, in the order of the targets."""
    if not judged:
        return None
    groups: dict[str, list[Judged]] = {}
    for each in judged:
        groups.setdefault(each.group, []).append(each)
    rows: list[Any] = []
    for name, members in groups.items():
        if name:
            rows.append(GroupRow(name))
        rows += [_row(programme, each, kept) for each in members]
    return Table(caption=_("Targets for indicators"), caption_hidden=True, columns=COLUMNS, rows=rows)


def _row(programme: Programme, judged: Judged, kept: dict[str, str]) -> Row:
    version, target = judged.version, judged.version.target
    said = target_words.verdict(judged)
    stated = says(version)
    part_of = _("Part of: %(name)s") % {"name": target.parent.name} if target.parent else ""
    return {
        "name": Cell(target.name, reverse("reporting:target", args=[programme.slug, target.key]), part_of),
        "says": Cell(stated, note="" if version.stated in stated else version.stated),
        "commitment": version.get_commitment_display(),
        "value": _value(judged, kept),
        "verdict": Cell(light(said.tone, said.text), note=said.why),
    }


def _value(judged: Judged, kept: dict[str, str]) -> Cell:
    """The figure with its unit, its day, and a way to the registrations behind it."""
    reading, period = judged.reading, Period(judged.start, judged.end)
    text = value_text(reading.value)
    if not isinstance(reading.value, Number):
        # "ikke indberettet" and the like are no figures to be opened.
        return Cell(text)
    note = [period.text if judged.version.per else _until(reading.days[1])]
    if judged.constructed:
        note.append(_("constructed"))
    unit = f"{formats.NBSP}{reading.unit}" if len(reading.unit) < 24 else ""
    url = indicator_words.facts_url(judged.indicator, period, kept)
    return Cell(f"{text}{unit}", url, ", ".join(each for each in note if each))


def _until(day: date | None) -> str:
    return formats.date_da(day) if day else ""


def expected_table(sums: list[Expected]) -> Table | None:
    """What is expected of the groups together: sums of expectations, and labelled so."""
    if not sums:
        return None
    rows = [
        {
            "name": each.name,
            "total": f"{formats.number(each.total)}{formats.NBSP}{each.unit}".strip(),
            "parts": _("%(stated)s of %(parts)s") % {"stated": each.stated, "parts": each.parts},
        }
        for each in sums
    ]
    caption = _("Sum of expectations, not different companies")
    columns = [
        Column("name", _("Indicator")),
        Column("total", _("Sum of expectations"), kind="number", lead=True),
        Column("parts", _("Parts with a number")),
    ]
    return Table(caption=caption, caption_hidden=True, columns=columns, rows=rows)


def exported(judged: list[Judged]) -> Iterator[Row]:
    """The page's rows for a file, figures as numbers."""
    for each in judged:
        version, reading = each.version, each.reading
        said = target_words.verdict(each)
        value: Any = value_text(reading.value)
        if isinstance(reading.value, Number) and not reading.value.qualifier:
            value = formats.rounded(reading.value.value, 10).normalize() + Decimal(0)
        stated = version.stated or says(version)
        yield {
            "group": each.group,
            "key": version.target.key,
            "name": version.target.name,
            "says": stated,
            "commitment": version.get_commitment_display(),
            "value": value,
            "unit": reading.unit,
            "period": Period(each.start, each.end).text,
            "verdict": "; ".join(part for part in (str(said.text), said.why) if part),
        }
