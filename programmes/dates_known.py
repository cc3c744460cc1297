"""The kinds of dated things that plans and money have. One query each. See programmes.dates_ahead."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.ui import formats
from programmes import dated_words
from programmes.dates_ahead import INEXACT, Asked, Dated, State, dated, key_of
from programmes.models import (
    BudgetCell,
    Cluster,
    FundingSource,
    Initiative,
    InitiativeItem,
    InitiativePartner,
    Milestone,
    Programme,
    YearClosing,
)

Status, LeadStatus = Initiative.Status, Initiative.LeadStatus
OVER = (Status.FINISHED, Status.LAPSED)
SETTLED = (LeadStatus.FIXED, LeadStatus.SHARED)
HEAVY = ("text", "target_group", "precondition")


def _taking_part(asked: Asked, initiative: str) -> Exists:
    """Has the reader's own organisation a part in the initiative?"""
    rows = InitiativePartner.objects.filter(
        initiative=OuterRef(initiative), organisation__in=asked.actor.organisation_ids
    )
    return Exists(rows.order_by())


def _mine(asked: Asked, initiative: Initiative, plan: Programme, part: bool) -> bool:
    own = asked.actor.organisation_ids
    return part or plan.owner_id in own or initiative.lead_organisation_id in own


def _lead(initiative: Initiative) -> tuple[int | None, str]:
    who = initiative.lead_organisation
    return (who.pk, who.name) if who is not None else (None, initiative.lead)


def _waits(asked: Asked, initiative: Initiative, plan: Programme) -> bool:
    return initiative.status not in OVER and asked.runs(plan)


@dated("milestone", gettext_lazy("Milestone"))
def milestones(asked: Asked) -> Iterator[Dated]:
    waiting = Q(reached_on=None) & ~Q(initiative__status__in=OVER)
    rows = Milestone.objects.filter(initiative__programme__in=list(asked.plans))
    inside = asked.within("day", waiting, INEXACT) | asked.within("reached_on")
    if asked.undated:
        inside |= waiting & Q(day=None)
    found = (
        rows.filter(inside)
        .annotate(part=_taking_part(asked, "initiative"))
        .select_related("initiative__lead_organisation")
        .defer(*(f"initiative__{name}" for name in HEAVY))
        .order_by("initiative", "pk")
    )
    said: Counter[tuple[int, str, str]] = Counter()
    for row in found:
        same = (row.initiative_id, row.kind, row.name)
        said[same] += 1  # two that agree in all of that are told apart by their order
        yield _milestone(asked, row, f"milestone-{row.initiative_id}-{key_of(*same, said[same])}")


def _milestone(asked: Asked, row: Any, key: str) -> Dated:
    initiative, plan = row.initiative, asked.plans[row.initiative.programme_id]
    exact = row.precision == Milestone.Precision.DAY
    last = dated_words.last_day(row.day, row.precision, row.words) if row.day is not None else None
    done = row.reached_on is not None
    state = asked.state(last, row.day, done=done, waits=_waits(asked, initiative, plan))
    remark = _("reached %(day)s") % {"day": formats.date_da(row.reached_on)} if done else ""
    if row.day is None and not asked.runs(plan) and not done:
        state = State.PASSED  # nobody waits for it any more
    if state in (State.PASSED, State.AHEAD, State.RUNNING) and initiative.status in OVER:
        state = State.PASSED
        remark = _("the initiative is %(status)s") % {"status": initiative.get_status_display()}
    return Dated(
        "milestone", key, row.name or str(row.get_kind_display()).capitalize(), _url(initiative), row.day, state,
        about=str(initiative), words="" if exact else row.words, last=last, done_on=row.reached_on, remark=remark,
        plan=plan, lead=_lead(initiative), mine=_mine(asked, initiative, plan, row.part), changed=initiative.updated_at,
    )  # fmt: skip


def _url(initiative: Initiative) -> str:
    return reverse("programmes:initiative", args=[initiative.pk])


@dated("lead", gettext_lazy("Lead to be decided"))
def leads(asked: Asked) -> Iterator[Dated]:
    waiting = ~Q(lead_status__in=SETTLED) & ~Q(status__in=OVER)
    rows = Initiative.objects.filter(asked.within("lead_deadline", waiting), programme__in=list(asked.plans))
    for row in rows.annotate(part=_taking_part(asked, "pk")).select_related("lead_organisation").defer(*HEAVY):
        plan, day = asked.plans[row.programme_id], row.lead_deadline
        done = row.lead_status in SETTLED
        state = asked.state(day, day, done=done, waits=_waits(asked, row, plan))
        yield Dated(
            "lead", f"lead-{row.pk}", _("Who leads it is to be decided"), _url(row), day, state, about=str(row),
            last=day, remark=_("the lead is decided") if done else "", plan=plan, lead=_lead(row),
            mine=_mine(asked, row, plan, vars(row)["part"]), changed=row.updated_at,
        )  # fmt: skip


@dated("deliverable", gettext_lazy("Deliverable"))
def deliverables(asked: Asked) -> Iterator[Dated]:
    """What was delivered: a deliverable has no deadline, only the day on which it came."""
    rows = InitiativeItem.objects.filter(
        asked.within("settled_on"), kind="deliverable", initiative__programme__in=list(asked.plans)
    )
    rows = rows.annotate(part=_taking_part(asked, "initiative")).select_related("initiative__lead_organisation")
    for row in rows.defer(*(f"initiative__{name}" for name in HEAVY)):
        initiative = row.initiative
        plan = asked.plans[initiative.programme_id]
        yield Dated(
            "deliverable", f"deliverable-{initiative.pk}-{key_of(row.text)}", row.text, _url(initiative),
            row.settled_on, State.DONE, about=str(initiative), last=row.settled_on, done_on=row.settled_on,
            remark=_("delivered"), plan=plan, lead=_lead(initiative),
            mine=_mine(asked, initiative, plan, vars(row)["part"]), changed=initiative.updated_at,
        )  # fmt: skip


@dated("application", gettext_lazy("Deadline for applying"))
def applications(asked: Asked) -> Iterator[Dated]:
    for row in asked.sources:
        if row.deadline is None:
            continue
        done = row.status != FundingSource.Status.IDEA
        state = asked.state(row.deadline, row.deadline, done=done, waits=True)
        yield _of_source(asked, row, "application", _("Deadline for applying"), row.deadline, state, (
            str(row.get_status_display()) if done else ""
        ))  # fmt: skip


@dated("source", gettext_lazy("Period of a funding source"))
def source_periods(asked: Asked) -> Iterator[Dated]:
    for row in asked.sources:
        for name, title in (("starts_on", _("The money can be used from")), ("ends_on", _("The money ends"))):
            if (day := getattr(row, name)) is not None:
                state = asked.state(day, day, done=False, waits=False)
                yield _of_source(asked, row, f"source-{name}", title, day, state, "", kind="source")


def _of_source(
    asked: Asked, row: FundingSource, key: str, title: str, day: date, state: State, remark: str, kind: str = ""
) -> Dated:
    return Dated(
        kind or key, f"{key}-{row.pk}", title, reverse("programmes:source", args=[row.key]), day, state,
        about=row.name, last=day, remark=remark, lead=(row.owner_id, row.owner.name),
        mine=row.owner_id in asked.actor.organisation_ids, changed=row.updated_at,
    )  # fmt: skip


@dated("plan", gettext_lazy("Period of a plan"))
def plan_periods(asked: Asked) -> Iterator[Dated]:
    for plan in asked.plans.values():
        for name, title in (("starts_on", _("The plan begins")), ("ends_on", _("The plan ends"))):
            day = getattr(plan, name)
            yield Dated(
                "plan", f"plan-{name}-{plan.pk}", title, reverse("programmes:plan", args=[plan.slug]), day,
                asked.state(day, day, done=False, waits=False), about=plan.name, last=day, plan=plan,
                lead=(plan.owner_id, plan.owner.name), mine=plan.owner_id in asked.actor.organisation_ids,
                changed=plan.updated_at,
            )  # fmt: skip


@dated("cluster", gettext_lazy("Cluster"))
def clusters(asked: Asked) -> Iterator[Dated]:
    inside = asked.within("valid_from") | asked.within("valid_to")
    rows = Cluster.objects.filter(inside, focus_area__programme__in=list(asked.plans))
    for row in rows.select_related("focus_area", "organisation"):
        plan = asked.plans[row.focus_area.programme_id]
        who = row.organisation
        for name, title in (("valid_from", _("The cluster begins")), ("valid_to", _("The cluster ends"))):
            if (day := getattr(row, name)) is not None:
                yield Dated(
                    "cluster", f"cluster-{name}-{row.pk}", title, reverse("programmes:area", args=[row.focus_area_id]),
                    day, asked.state(day, day, done=False, waits=False), about=row.name, last=day, plan=plan,
                    lead=(who.pk, who.name) if who is not None else (None, ""),
                    mine=bool(who is not None and who.pk in asked.actor.organisation_ids),
                )  # fmt: skip


@dated("budget_year", gettext_lazy("Budget year"))
def budget_years(asked: Asked) -> Iterator[Dated]:
    """The end of each organisation's budget years, and whether the year is closed."""
    last = asked.until.year if asked.until is not None else asked.today.year + 1
    closed = YearClosing.objects.filter(owner=OuterRef("funding_source__owner"), year=OuterRef("year"))
    sources = FundingSource.objects.visible_to(asked.actor).order_by().values("pk")
    rows = (
        BudgetCell.objects.filter(funding_source__in=sources, year__gte=asked.since.year, year__lte=last)
        .annotate(closed_at=Subquery(closed.values("closed_at")[:1]))
        .values_list("funding_source__owner", "funding_source__owner__name", "year", "closed_at")
        .order_by("funding_source__owner__sort_key", "year")
        .distinct()
    )
    for owner, name, year, closed_at in rows:
        day = date(year, 12, 31)
        state = asked.state(day, day, done=closed_at is not None, waits=False)
        remark = _("closed %(day)s") % {"day": formats.date_da(closed_at)} if closed_at is not None else ""
        if state == State.PASSED:
            remark = _("not closed yet")
        yield Dated(
            "budget_year", f"budget-year-{owner}-{year}", _("The budget year %(year)s ends") % {"year": year},
            f"{reverse('programmes:budget_year', args=[year])}?owner={owner}", day, state, about=name, last=day,
            remark=remark, lead=(owner, name), mine=owner in asked.actor.organisation_ids, changed=closed_at,
        )  # fmt: skip
