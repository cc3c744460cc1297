"""Bodies: the list, and one with its seats, mandate, meetings, decisions, recommendations and follow-up."""

from typing import Any

from django import forms
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal import ledger
from portal.geography.danish import Fold, fold
from portal.identity import rights as permissions
from portal.identity.actor import Actor
from portal.identity.views import ActionMixin
from portal.ui import formats
from portal.ui.export import export_response, requested
from portal.ui.forms import PortalForm
from portal.ui.tables import Cell, Column, Table
from programmes.body_rows import may_keep
from programmes.mandates import shared_by
from programmes.models import Body, FundingSource, Mandate, MandateItem, Seat
from programmes.models.bodies import holds_on
from programmes.rights import KEEP_BODIES, VIEW_PROGRAMMES
from programmes.views.body_pages import body_url
from programmes.views.body_tables import (
    decisions_table,
    follow_ups,
    follow_ups_table,
    in_time,
    is_vacant,
    meetings_table,
    recommendations_table,
    seats_of,
    seats_table,
    shown_day,
    with_counts,
)
from programmes.views.decisions import delegation_words, period_words
from programmes.views.shown import plan_url

NEWEST = 10
"""So many meetings, decisions and follow-ups stand on the body's own page; the lists have all."""

COLUMNS = [
    Column("name", gettext_lazy("Body")),
    Column("kind", gettext_lazy("Kind")),
    Column("owner", gettext_lazy("Organisation")),
    Column("seats", gettext_lazy("Seats"), kind="number", lead=True),
    Column("vacant", gettext_lazy("Vacant"), kind="number"),
    Column("late", gettext_lazy("Overdue follow-ups"), kind="number"),
    Column("period", gettext_lazy("Period")),
]


class ListForm(PortalForm):
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), required=False, choices=[("", gettext_lazy("All")), *Body.Kind.choices]
    )
    text = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=100)


def counted(rows: "QuerySet[Body]", today: Any) -> "QuerySet[Any]":
    """With how many seats each has, how many of them nobody holds, and how many follow-ups are late."""
    held = Q(seats__appointments__isnull=False)
    held &= Q(seats__appointments__valid_from=None) | Q(seats__appointments__valid_from__lte=today)
    held &= Q(seats__appointments__valid_to=None) | Q(seats__appointments__valid_to__gte=today)
    there = Q(seats__in=Seat.objects.filter(holds_on(today)).order_by().values("pk"))
    late = Q(follow_ups__state="open", follow_ups__due__lt=today)
    return rows.annotate(
        seats_there=Count("seats", filter=there, distinct=True),
        seats_held=Count("seats", filter=there & (held | Q(seats__holder_not_stated=True)), distinct=True),
        late=Count("follow_ups", filter=late, distinct=True),
    )


def row_of(body: Any) -> dict[str, Any]:
    said = vars(body)
    return {
        "name": Cell(body.name, body_url(body), body.covers),
        "kind": body.get_kind_display(),
        "owner": body.organisation.name,
        "seats": said["seats_there"],
        "vacant": said["seats_there"] - said["seats_held"],
        "late": said["late"],
        "period": period_words(body),
    }


class BodyList(ActionMixin):
    """/organer/?kind=&text="""

    action = VIEW_PROGRAMMES

    def get(self, request: HttpRequest) -> HttpResponseBase:
        form = ListForm(request.GET)
        form.is_valid()
        rows = Body.objects.visible_to(self.actor).select_related("organisation")
        if form.cleaned_data.get("kind"):
            rows = rows.filter(kind=form.cleaned_data["kind"])
        if text := form.cleaned_data.get("text", "").strip():
            words = Concat("name", Value(" "), "covers", output_field=TextField())
            rows = rows.annotate(folded_words=Fold(words)).filter(folded_words__contains=fold(text))
        found = counted(rows, ledger.today()).order_by(
            "organisation__sort_key", F("valid_to").desc(nulls_first=True), "kind", "name", "pk"
        )
        kind = requested(request)
        if kind is not None:
            return export_response(kind, _("bodies"), COLUMNS, (row_of(each) for each in found))
        context = {
            "filter_form": form,
            "table": Table(
                caption=_("Bodies"), caption_hidden=True, columns=COLUMNS, rows=[row_of(each) for each in found],
                empty=_("No body fits. Remove a filter."),
            ),
            "may_make": permissions.may(self.actor, KEEP_BODIES),
        }  # fmt: skip
        return render(request, "programmes/bodies/list.html", context)


class BodyPage(ActionMixin):
    """/organer/<pk>/"""

    action = VIEW_PROGRAMMES

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        rows = Body.objects.visible_to(self.actor).select_related("organisation", "programme")
        body = get_object_or_404(rows.prefetch_related("delegations"), pk=pk)
        today, keeps = ledger.today(), may_keep(self.actor, body.organisation)
        seats = seats_of(body, shown_day(body))
        ours = follow_ups().filter(body=body, state="open")
        open_ = list(in_time(ours))
        late = [each for each in open_ if each.is_overdue(today)]
        decisions = list(with_counts(body.decisions.all(), today).order_by("-pk")[:NEWEST])
        meetings = body.meetings.select_related("body").annotate(decided=Count("decisions"))
        context = {
            "body": body,
            "period": period_words(body),
            "plan_url": plan_url(body.programme) if body.programme is not None else "",
            "keeps": keeps,
            "seats": seats_table(seats, bool(keeps)),
            "vacant": vacant_words(seats),
            "mandates": mandates_of(body, self.actor),
            "meetings": meetings_table(list(meetings.order_by("-day", "-pk")[:NEWEST])),
            "decisions": decisions_table(decisions, _("Newest decisions"), _("No decision is registered yet.")),
            "recommendations": recommendations_table(
                list(with_counts(body.recommendations.all(), today).order_by("pk"))
            ),
            "late": len(late),
            "open": len(open_),
            "follow_ups": follow_ups_table(open_[: NEWEST * 2], today, without=("body",)),
            "may_decide_words": delegation_words(body) if body.decides else [],
        }
        return render(request, "programmes/bodies/body.html", context)


def vacant_words(seats: list[Seat]) -> str:
    """How many seats nobody holds, and which; empty when there is none."""
    vacant = [seat for seat in seats if is_vacant(seat)]
    if not vacant:
        return ""
    said = ngettext("%(shown)s seat of %(all)s is vacant", "%(shown)s seats of %(all)s are vacant", len(vacant))
    which = formats.join_and(dict.fromkeys(str(seat.get_role_display()) for seat in vacant))
    return f"{said % {'shown': formats.number(len(vacant)), 'all': formats.number(len(seats))}}: {which}."


def money_words(source: FundingSource | None, shared: str) -> str:
    granted = formats.money(source.granted, 0) if source is not None and source.granted is not None else ""
    return " ".join(part for part in (f"{granted.rstrip('.')}." if granted else "", shared) if part)


def shared_words(bodies: int, teams: int) -> str:
    """Empty where nobody shares it."""
    if bodies < 2:
        return ""
    if teams == bodies:
        said = _("Shared by %(number)s growth teams: it is the same money, and counts once.")
    else:
        said = _("Shared by %(number)s bodies: it is the same money, and counts once.")
    return said % {"number": formats.number(bodies)}


def mandates_of(body: Body, actor: Actor) -> list[dict[str, Any]]:
    """Each mandate with its lines by kind, and in words who shares the money that follows it up."""
    visible = FundingSource.objects.visible_to(actor).filter(pk=OuterRef("funding_source")).order_by()
    rows = Mandate.objects.filter(body=body).annotate(seen=Exists(visible)).select_related("funding_source__owner")
    mandates = list(rows.prefetch_related(Prefetch("items", MandateItem.objects.order_by("order", "pk"))))
    sources = {each.funding_source_id for each in mandates if each.funding_source_id is not None}
    shared = shared_by(sources) if sources else {}
    found = []
    for each in mandates:
        by_kind: dict[str, list[MandateItem]] = {}
        for item in each.items.all():
            by_kind.setdefault(item.kind, []).append(item)
        found.append({
            "mandate": each,
            "tasks": by_kind.get(MandateItem.Kind.TASK, []),
            "themes": by_kind.get(MandateItem.Kind.THEME, []),
            "conditions": by_kind.get(MandateItem.Kind.CONDITION, []),
            "money": money_words(
                each.funding_source, shared_words(*shared.get(each.funding_source_id or 0, (0, 0)))
            ),
            "sees_source": vars(each)["seen"],
        })  # fmt: skip
    return found
