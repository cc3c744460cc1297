"""Series and their observations: the list, one series, one observation with its history."""

from typing import Any

from django.db.models import Count, Max, Q, Sum
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.identity import rights as identity_rights
from portal.identity.actor import Actor
from portal.identity.members.words import deputised
from portal.identity.rights import Refused
from portal.identity.views import ActionMixin
from portal.ledger import registry
from portal.ui import export, formats
from portal.ui.empty import EmptyValue
from portal.ui.pagination import keyset
from portal.ui.tables import Cell, Column, Table
from programmes.scope import owned_in_area
from reporting import measures, reasons, rights
from reporting.absences import absences
from reporting.contract_evidence import invited_key
from reporting.engine.protected import closed_measures, is_protected
from reporting.models import Absence, Observation, ObservationChange, Series
from reporting.observation_files import FOR_FILES
from reporting.observations import is_assessment, may_confirm, may_write
from reporting.views.observation_forms import SeriesFilterForm

PAGE = 50
MOST_ABSENT = 100
MOST_ANSWERS = 30


def visible_series(actor: Actor, key: str) -> Series:
    """The series if the actor may see it; else 404, without a reason."""
    rows = Series.objects.select_related("owner", "measure", "table")
    return get_object_or_404(owned_in_area(rows, actor), key=key)


def visible_observation(actor: Actor, key: str, pk: int) -> Observation:
    series = visible_series(actor, key)
    rows = measures.visible_observations(actor).select_related(
        "municipality", "organisation", "registered_by", "confirmed_by"
    )
    observation = get_object_or_404(rows, series=series, pk=pk)
    observation.series = series
    return observation


def kind_name(series: Series) -> Any:
    return registry.get(series.measure_id).name


class SeriesList(ActionMixin):
    action = rights.VIEW_SERIES

    def get(self, request: HttpRequest) -> HttpResponseBase:
        form = SeriesFilterForm(request.GET)
        form.is_valid()
        rows = owned_in_area(Series.objects.select_related("owner"), self.actor)
        if text := form.cleaned_data.get("text", "").strip():
            rows = rows.filter(Q(name__icontains=text) | Q(key__icontains=text) | Q(question__icontains=text))
        if kind := form.cleaned_data.get("kind"):
            rows = rows.filter(measure=kind)
        page = keyset(rows, request.GET, ("key",), size=PAGE)
        standing = Observation.objects.filter(series__in=[each.pk for each in page.rows], withdrawn_at=None)
        closed = set(closed_measures())
        numbers: dict[int, Any] = {
            row["series"]: row
            for row in standing.order_by().values("series").annotate(number=Count("pk"), newest=Max("occurred_on"))
        }
        lines = [
            {
                "name": Cell(each.name, reverse("reporting:series", args=[each.key])),
                "kind": kind_name(each),
                "owner": each.owner.name,
                **(
                    {"number": EmptyValue.HIDDEN, "newest": ""}
                    if each.measure_id in closed and not measures.may_open_observations(self.actor, each)
                    else {
                        "number": numbers.get(each.pk, {}).get("number", 0),
                        "newest": numbers.get(each.pk, {}).get("newest") or "",
                    }
                ),
            }
            for each in page.rows
        ]
        table = Table(
            caption=_("Series"),
            columns=[
                Column("name", _("Series")),
                Column("kind", _("Kind")),
                Column("number", _("Observations"), kind="number"),
                Column("newest", _("Newest"), kind="date"),
                Column("owner", _("Responsible")),
            ],
            rows=lines,
            caption_hidden=True,
            empty=_("No series fits. Remove a filter, or make the first one."),
        )
        context = {
            "filter_form": form,
            "table": table,
            "page": page,
            "may_make": identity_rights.may(self.actor, rights.REGISTER_OBSERVATION),
        }
        return render(request, "reporting/series_list.html", context)


COLUMNS = [
    Column("day", gettext_lazy("Day"), kind="date"),
    Column("said", gettext_lazy("Answer or area")),
    Column("number", gettext_lazy("Number"), kind="number", lead=True),
    Column("qualifier", gettext_lazy("Qualifier"), export_only=True),
    Column("period", gettext_lazy("About the period")),
    Column("vintage", gettext_lazy("Vintage")),
    Column("state", gettext_lazy("Status")),
    Column("source", gettext_lazy("Source"), export_only=True),
]


def state_of(observation: Observation) -> str:
    """Whether it counts, in words; that it is constructed, and how many times it was corrected."""
    said = []
    if observation.withdrawn_at:
        said.append(_("Withdrawn"))
    elif is_assessment(observation.series) and observation.confirmed_at is None:
        said.append(_("Awaits confirmation"))
    else:
        said.append(_("Counts"))
    if observation.constructed:
        said.append(_("constructed"))
    if observation.revision > 1:
        said.append(_("revision %(number)s") % {"number": observation.revision})
    return ", ".join(said)


def about(observation: Observation) -> str:
    """The answer, the area or the place."""
    if observation.municipality_id:
        place = str(observation.municipality)
        own = observation.category in ("", observation.municipality_id)
        return place if own else f"{observation.category}, {place}"
    if observation.series.measure_id == measures.STATISTIC and observation.category == "000":
        return _("The whole country")
    return observation.category or (observation.organisation.name if observation.organisation else "")


def period_of(row: Any) -> str:
    if not (row.period_from and row.period_to):
        return ""
    return f"{formats.date_da(row.period_from)}–{formats.date_da(row.period_to)}"


def shown_quantity(observation: Observation) -> str:
    number = formats.number(observation.quantity, 10)
    return f"{observation.qualifier} {number}" if observation.qualifier else number


def line_of(observation: Observation) -> dict[str, Any]:
    day = formats.date_da(observation.occurred_on)
    return {
        "day": Cell(day, reverse("reporting:observation", args=[observation.series.key, observation.pk])),
        "said": about(observation),
        "number": Cell(observation.quantity, note=observation.qualifier) if observation.qualifier
        else observation.quantity,
        "qualifier": observation.qualifier,
        "period": period_of(observation),
        "vintage": observation.vintage,
        "state": state_of(observation),
        "source": observation.source,
    }  # fmt: skip


class SeriesPage(ActionMixin):
    action = rights.VIEW_SERIES

    def get(self, request: HttpRequest, key: str) -> HttpResponseBase:
        series = visible_series(self.actor, key)
        opens = measures.may_open_observations(self.actor, series)
        protected = is_protected(series.measure_id)
        if protected and not opens:
            return render(request, "reporting/series_protected.html", {"series": series, "kind": kind_name(series)})
        rows = Observation.objects.filter(series=series).select_related("municipality", "organisation")
        if kind := export.requested(request):
            if not opens:
                raise Refused(opens.reason)
            ordered = rows.order_by("-occurred_on", "-id").iterator(chunk_size=2000)
            return export.export_response(kind, series.key, COLUMNS, (_line(each, series) for each in ordered))
        page = keyset(rows if opens else rows.none(), request.GET, ("-occurred_on", "-id"), size=PAGE)
        # Columns nothing stands in only make the list longer.
        lines = [_line(each, series) for each in page.rows]
        columns = [
            each for each in COLUMNS if each.key in ("day", "number", "state") or any(line[each.key] for line in lines)
        ]
        missing = absences(series, None)[-MOST_ABSENT:]
        writing = may_write(self.actor, series)
        context = {
            "series": series,
            "kind": kind_name(series),
            "summary": summary_of(series),
            "opens": opens,
            "table": Table(
                caption=_("Observations"), columns=columns, rows=lines, empty=_("Nothing has been registered yet.")
            ),
            "page": page,
            "absent": absent_table(missing, taking_back=bool(writing)) if missing else None,
            "may_write": writing,
            "imported": series.measure_id == measures.STATISTIC,
            "may_upload": writing and series.measure_id in FOR_FILES,
            "protected": protected,
        }
        return render(request, "reporting/series.html", context)


def _line(observation: Observation, series: Series) -> dict[str, Any]:
    observation.series = series
    return line_of(observation)


def absent_table(missing: list[Absence], *, taking_back: bool) -> Table:
    """Zero is a number and stands among the observations; these are the values that are not there."""
    columns = [
        Column("day", _("Period or day")),
        Column("said", _("Answer or area")),
        Column("why", _("Why")),
        Column("vintage", _("Vintage")),
        Column("who", _("Who said it")),
    ]
    if taking_back:
        columns.append(Column("back", _("Change")))
    return Table(
        caption=_("Values that are not there"),
        columns=columns,
        rows=[
            {
                "day": period_of(row) or formats.date_da(row.occurred_on),
                "said": str(row.municipality) if row.municipality_id else row.category,
                "why": Cell(row.get_why_display(), note=row.note),
                "vintage": row.vintage,
                "who": row.by.name if row.by else "",
                "back": Cell(_("Take back"), reverse("reporting:absence_take_back", args=[row.series.key, row.place])),
            }
            for row in missing
        ],
    )


def summary_of(series: Series) -> Table:
    """How many, and what can be said of them all: of answers the share of each, and how many of the invited."""
    standing = Observation.objects.filter(series=series, withdrawn_at=None).order_by()
    counted = standing.aggregate(
        number=Count("pk"),
        total=Sum("quantity"),
        constructed=Count("pk", filter=Q(constructed=True)),
        waiting=Count("pk", filter=Q(confirmed_at=None)),
    )
    lines: list[tuple[str, Any]] = [(_("Observations"), formats.number(counted["number"]))]
    kind = series.measure_id
    if kind in (measures.INVITED, measures.DELIVERY, measures.VOLUME, measures.PERSONS):
        lines.append((_("In all"), formats.number(counted["total"] or 0)))
    if kind == measures.ANSWER:
        lines += _answers(series, standing, counted["total"] or 0)
    if kind == measures.ASSESSMENT:
        lines.append((_("Awaiting confirmation"), formats.number(counted["waiting"])))
    if counted["constructed"]:
        lines.append((_("Constructed"), formats.number(counted["constructed"])))
    return Table(
        caption=_("In short"),
        columns=[Column("what", _("What")), Column("how", _("Number"), kind="text")],
        rows=[{"what": what, "how": how} for what, how in lines],
    )


def _answers(series: Series, standing: Any, answered: Any) -> list[tuple[str, Any]]:
    lines: list[tuple[str, Any]] = []
    asked = Observation.objects.filter(series__key=invited_key(series.key), withdrawn_at=None).order_by()
    # How many were asked is a measure of its own, and may be protected where the answers are not.
    invited = None if is_protected(measures.INVITED) else asked.aggregate(total=Sum("quantity"))["total"]
    if invited:
        share = formats.share(answered, invited)
        rate = formats.percent(share) if share is not None else ""
        said = _("%(answered)s of %(invited)s invited (%(rate)s)") % {
            "answered": formats.number(answered),
            "invited": formats.number(invited),
            "rate": rate,
        }
        lines.append((_("Answers"), said))
    else:
        lines.append((_("Answers"), formats.number(answered)))
    by_answer = standing.values("category").annotate(total=Sum("quantity")).order_by("-total", "category")
    for row in by_answer[:MOST_ANSWERS]:
        share = formats.share(row["total"], answered)
        rate = formats.percent(share) if share is not None else ""
        lines.append((row["category"], f"{formats.number(row['total'])} ({rate})"))
    return lines


class ObservationPage(ActionMixin):
    action = rights.VIEW_SERIES

    def get(self, request: HttpRequest, key: str, pk: int) -> HttpResponseBase:
        observation = visible_observation(self.actor, key, pk)
        confirming = may_confirm(self.actor, observation)
        writing = may_write(self.actor, observation.series)
        context = {
            "series": observation.series,
            "observation": observation,
            "state": state_of(observation),
            "details": details_of(observation),
            "history": history_of(observation),
            "may_write": writing,
            "may_change": writing and observation.withdrawn_at is None,
            "may_correct": observation.series.measure_id != measures.STATISTIC,
            "waiting": is_assessment(observation.series)
            and observation.confirmed_at is None
            and observation.withdrawn_at is None,
            "may_confirm": confirming,
        }
        return render(request, "reporting/observation.html", context)


CATEGORY = {measures.ANSWER: gettext_lazy("Answer"), measures.PERSONS: gettext_lazy("Group of persons")}


def details_of(observation: Observation) -> Table:
    series = observation.series
    lines: list[tuple[str, Any]] = [
        (_("Day"), formats.date_da(observation.occurred_on)),
        (_("Number"), f"{shown_quantity(observation)} {series.unit}".strip()),
    ]
    for label, value in (
        (CATEGORY.get(series.measure_id, _("Area")), observation.category),
        (_("Municipality"), str(observation.municipality) if observation.municipality_id else ""),
        (_("Organisation"), observation.organisation.name if observation.organisation else ""),
        (_("About the period"), period_of(observation)),
        (_("Vintage"), observation.vintage),
        (_("Company"), _("a company, kept as a random key") if observation.subject else ""),
        (_("Source"), observation.source),
        (_("Note"), observation.note),
        (_("Constructed"), _("yes") if observation.constructed else ""),
        (_("Registered"), _by(observation.registered_at, observation.registered_by)),
        (_("Confirmed"), _confirmed(observation)),
        (_("Why it was withdrawn"), observation.withdrawn_reason),
    ):
        if value:
            lines.append((str(label), value))
    return Table(
        caption=_("What was registered"),
        columns=[Column("label", _("Field")), Column("value", _("Content"))],
        rows=[{"label": label, "value": value} for label, value in lines],
        caption_hidden=True,
    )


def _confirmed(observation: Observation) -> str:
    if not observation.confirmed_at:
        return ""
    by = _by(observation.confirmed_at, observation.confirmed_by)
    return deputised(by, observation.confirmed_as_deputy_for)


def _by(moment: Any, user: Any) -> str:
    said = formats.moment_da(moment)
    return _("%(moment)s by %(name)s") % {"moment": said, "name": user.name} if user else said


def history_of(observation: Observation) -> Table | None:
    changes = list(ObservationChange.objects.filter(observation=observation).select_related("changed_by"))
    if not changes:
        return None
    rows = []
    for change in changes:
        before = change.before
        said = [before.get("category") or "", formats.number(before["quantity"], 10)]
        rows.append(
            {
                "revision": change.revision,
                "what": change.get_what_display(),
                "before": ", ".join(part for part in (before["occurred_on"], *said) if part),
                "reason": reasons.told(change.reason_code, change.reason),
                "when": _by(change.changed_at, change.changed_by),
            }
        )
    return Table(
        caption=_("History"),
        columns=[
            Column("revision", _("Revision"), kind="number"),
            Column("what", _("What happened")),
            Column("before", _("What it said")),
            Column("reason", _("Reason")),
            Column("when", _("When")),
        ],
        rows=rows,
    )
