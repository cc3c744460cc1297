"""Where each kind of change is read: one question to the database each. See programmes.since."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.ledger.asof import COPENHAGEN
from portal.ledger.models import Fact
from portal.ui import formats
from programmes import budget, commitments, dated_words, spending
from programmes.models import (
    Amount,
    BudgetChange,
    BudgetLine,
    Decision,
    FocusArea,
    FollowUp,
    FundingSource,
    Initiative,
    InitiativeStatus,
    Milestone,
    Programme,
)
from programmes.since_window import Change, Window, placed, with_known

ZERO = Decimal(0)
YEAR = timedelta(days=366)
OVER = (Initiative.Status.FINISHED, Initiative.Status.LAPSED)
DECIDED = gettext_lazy("decided on")


def found(window: Window) -> Iterator[Change]:
    """All changes, in no order."""
    facts = list(_facts(window))
    initiatives = _initiatives(window, {row["heading"] for row in facts})
    new = {row.pk for row in initiatives.values() if row.programme_id in window.plans and window.has(row.known)}
    yield from plans(window)
    yield from areas(window)
    yield from (_new_initiative(row) for row in initiatives.values() if row.pk in new)
    yield from statuses(window, new)
    yield from milestones(window)
    yield from decisions(window)
    yield from follow_ups(window)
    yield from amounts(window)
    yield from budget_changes(window)
    yield from sums(window, facts, initiatives)


# ------------------------------------------------------------------------------------------------ plans and their parts
def plans(window: Window) -> Iterator[Change]:
    for row in window.plans.values():
        known, url = vars(row)["known"], reverse("programmes:plan", args=[row.slug])
        if window.has(known):
            text = _("New plan: %(status)s") % {"status": row.get_status_display()}
            if row.replaces is not None:
                said = {"version": row.version, "old": row.replaces.name}
                text = _("Version %(version)s, which replaces %(old)s") % said
            yield Change("plan", text, url, known, plans=frozenset({row.pk}))
        elif row.status_on is not None and window.has(row.status_on):
            text = _("The plan is now: %(status)s") % {"status": row.get_status_display()}
            yield Change("plan", text, url, row.status_on, plans=frozenset({row.pk}))


def areas(window: Window) -> Iterator[Change]:
    rows = FocusArea.objects.filter(programme__in=list(window.plans), heading__in=placed(window)).defer("text")
    for row in with_known(rows):
        if not window.has(row.known):
            continue
        url = reverse("programmes:area", args=[row.pk])
        yield Change("area", str(row), url, row.known, about=row.kind, plans=frozenset({row.programme_id}))


def _initiatives(window: Window, headings: Iterable[int]) -> dict[int, Any]:
    """By heading: those that became known in the time, and those under which facts were found."""
    rows = with_known(Initiative.objects.defer("text", "target_group", "precondition"))
    new = Q(programme__in=list(window.plans), heading__in=placed(window))
    return {row.heading_id: row for row in rows.filter(new | Q(heading__in=list(headings)))}


def _new_initiative(row: Any) -> Change:
    about = _("Status: %(status)s") % {"status": row.get_status_display()}
    return Change("initiative", str(row), _url(row), row.known, about=about, plans=frozenset({row.programme_id}))


def _url(initiative: Initiative) -> str:
    return reverse("programmes:initiative", args=[initiative.pk])


def _moments(window: Window) -> tuple[datetime, datetime]:
    """The window in moments, half-open: from the first day's beginning to the last one's end, in Copenhagen."""
    first, last = window.since, window.until + timedelta(days=1)
    return datetime.combine(first, time(), COPENHAGEN), datetime.combine(last, time(), COPENHAGEN)


def _registered(window: Window, prefix: str, by: str, at: str, happened: str) -> Q:
    """Registered in the time by somebody, or brought in by a loader, which knew it on the day it happened."""
    begin, end = _moments(window)
    by_person = Q(**{f"{prefix}{by}__isnull": False, f"{prefix}{at}__gte": begin, f"{prefix}{at}__lt": end})
    return by_person | Q(**{f"{prefix}{by}__isnull": True, f"{prefix}{happened}__range": window.days})


def _known(by: int | None, at: datetime, happened: date) -> date:
    return happened if by is None else timezone.localdate(at, COPENHAGEN)


def statuses(window: Window, new: set[int]) -> Iterator[Change]:
    """Changed ones: the status with which an initiative was made stands with the new initiative."""
    before = InitiativeStatus.objects.filter(initiative=OuterRef("initiative"), pk__lt=OuterRef("pk")).order_by("-pk")
    rows = (
        InitiativeStatus.objects.filter(initiative__programme__in=list(window.plans))
        .filter(_registered(window, "", "by", "said_at", "on"))
        .annotate(before=Subquery(before.values("status")[:1]))
        .select_related("initiative")
        .order_by("pk")
    )
    for row in rows:
        initiative = row.initiative
        was = vars(row)["before"]
        if was is None and initiative.pk in new:
            continue
        said = {
            "now": row.get_status_display(),
            "before": Initiative.Status(was).label if was else "",
            "why": row.reason,
        }
        text = _("%(now)s, before: %(before)s") % said if was else _("Now: %(now)s") % said
        text = f"{text}. {row.reason}" if row.reason else text
        known = _known(row.by_id, row.said_at, row.on)
        yield Change(
            "status", text, _url(initiative), known, row.on, _("from"), str(initiative),
            plans=frozenset({initiative.programme_id}),
        )  # fmt: skip


def milestones(window: Window) -> Iterator[Change]:
    """Those noted as reached, and those whose last possible day went by without it."""
    reached = Q(noted_on__range=window.days) | Q(noted_on=None, reached_on__range=window.days)
    missed = Q(reached_on=None, day__gte=window.since - YEAR, day__lt=window.until)
    rows = Milestone.objects.filter(reached | (missed & ~Q(initiative__status__in=OVER)))
    for row in rows.filter(initiative__programme__in=list(window.plans)).select_related("initiative"):
        initiative, day = row.initiative, row.day
        name = row.name or str(row.get_kind_display()).capitalize()
        plan = window.plans[initiative.programme_id]
        at: dict[str, Any] = {"url": _url(initiative), "about": str(initiative), "plans": frozenset({plan.pk})}
        if row.reached_on is not None:
            known = row.noted_on or row.reached_on
            yield Change("reached", name, known=known, happened=row.reached_on, verb=_("reached"), **at)
        elif day is not None and plan.status != Programme.Status.FINISHED:
            late = dated_words.last_day(day, row.precision, row.words) + timedelta(days=1)
            if window.has(late) and late <= plan.ends_on:
                text = _("%(name)s should have been reached %(words)s") % {"name": name, "words": row.words}
                yield Change("missed", text, known=late, **at)


# -------------------------------------------------------------------------------------------------- decisions and money
def decisions(window: Window) -> Iterator[Change]:
    budgeted = BudgetLine.objects.filter(change__decision=OuterRef("pk"), cell__initiative__isnull=False)
    stated = Amount.objects.filter(decision=OuterRef("pk"), initiative__isnull=False)
    rows = (
        Decision.objects.visible_to(window.actor)
        .filter(Q(noted_on__range=window.days) | Q(noted_on=None, decided_on__range=window.days))
        .annotate(
            budgeted=ArraySubquery(budgeted.order_by().values("cell__initiative__programme").distinct()),
            stated=ArraySubquery(stated.order_by().values("initiative__programme").distinct()),
        )
        .select_related("body__organisation")
    )
    for row in rows:
        known = row.noted_on or row.decided_on
        if known is None:
            continue
        text = f"{row.title}: {row.get_outcome_display()}"
        about = f"{row.body}, {row.body.organisation}"
        if row.agenda_item:
            about = _("%(body)s, item %(item)s") % {"body": about, "item": row.agenda_item}
        about_plans = {*vars(row)["budgeted"], *vars(row)["stated"], row.body.programme_id}
        touched = frozenset(about_plans & set(window.plans))
        url = reverse("programmes:decision", args=[row.pk])
        yield Change("decision", text, url, known, row.decided_on, DECIDED, about, plans=touched)


def follow_ups(window: Window) -> Iterator[Change]:
    """Settled in the time; and open ones whose day passed in it, known the day after."""
    since, until = window.days
    passed = (since - timedelta(days=1), until - timedelta(days=1))
    late = Q(state=FollowUp.State.OPEN, due__range=passed)
    rows = FollowUp.objects.visible_to(window.actor).filter(late | Q(settled_on__range=window.days))
    for row in rows.select_related("body", "responsible"):
        about = f"{row.body}, {row.who}"
        plan = window.plans.get(row.body.programme_id or 0)
        plans = frozenset({plan.pk} if plan is not None else ())
        url = reverse("programmes:follow_up", args=[row.pk])
        if row.settled_on is not None:
            text = f"{row.what}: {row.get_state_display()}"
            yield Change("settled", text, url, row.settled_on, about=about, plans=plans)
        elif row.due is not None:
            text = _("%(what)s: due %(day)s") % {"what": row.what, "day": formats.date_da(row.due)}
            yield Change("late", text, url, row.due + timedelta(days=1), about=about, plans=plans)


def amounts(window: Window) -> Iterator[Change]:
    """Summed by initiative and step: registered, and withdrawn. A sum over steps would count a krone twice."""
    registered = _registered(window, "", "registered_by", "registered_at", "stated_on")
    begin, end = _moments(window)
    rows = (
        Amount.objects.visible_to(window.actor)
        .filter(registered | Q(withdrawn_at__gte=begin, withdrawn_at__lt=end))
        .annotate(total=Sum("lines__quantity"))
        .select_related("initiative", "funding_source")
        .order_by("pk")
    )
    groups: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        place = (row.initiative_id, row.funding_source_id if row.initiative_id is None else 0, row.step)
        if window.has(_known(row.registered_by_id, row.registered_at, row.stated_on)):
            groups[("amount", *place)].append(row)
        if row.withdrawn_at is not None and window.has(timezone.localdate(row.withdrawn_at, COPENHAGEN)):
            groups[("withdrawn", *place)].append(row)
    for (kind, *_place), same in groups.items():
        yield _amounts(kind, same)


def _amounts(kind: str, rows: list[Any]) -> Change:
    first = rows[0]
    # What comes from another of the same step is the same krone.
    inside = {row.pk for row in rows}
    counted = [row for row in rows if row.comes_from_id not in inside]
    stated = [row.total for row in counted if row.total is not None]
    step = str(first.get_step_display()).capitalize()
    text = step if stated else f"{step}: {first.get_form_display()}"
    if len(rows) > 1:
        text = _("%(text)s, %(number)s amounts") % {"text": step, "number": len(rows)}
    known = [_known(row.registered_by_id, row.registered_at, row.stated_on) for row in rows]
    if kind == "withdrawn":
        known = [timezone.localdate(row.withdrawn_at, COPENHAGEN) for row in rows]
        text = f"{text}. {first.withdrawn_reason}" if len(rows) == 1 else text
    one = len(rows) == 1
    return Change(
        kind, text, reverse("programmes:amount", args=[first.pk]) if one else _money_url(first),
        max(known), first.stated_on if one and kind == "amount" else None, _("stated"), _place(first),
        sum(stated, ZERO) if stated else None, _plans(first.initiative), frozenset(inside),
    )  # fmt: skip


def _place(row: Any) -> str:
    """The initiative, else the funding source."""
    return str(row.initiative or row.funding_source)


def _plans(initiative: Initiative | None) -> frozenset[int]:
    return frozenset({initiative.programme_id} if initiative is not None else ())


def _money_url(row: Any) -> str:
    if row.initiative is not None:
        return reverse("programmes:initiative_money", args=[row.initiative.pk])
    return reverse("programmes:source", args=[row.funding_source.key])


def budget_changes(window: Window) -> Iterator[Change]:
    """Summed by initiative and kind: what came, or below zero went."""
    registered = _registered(window, "change__", "registered_by", "registered_at", "decision__decided_on")
    changes = BudgetChange.objects.visible_to(window.actor).order_by().values("pk")
    rows = (
        BudgetLine.objects.filter(registered, change__in=changes)
        .select_related("change__decision", "cell__initiative", "cell__funding_source")
        .order_by("pk")
    )
    groups: dict[Any, list[BudgetLine]] = defaultdict(list)
    for row in rows:
        cell = row.cell
        groups[
            (cell.initiative_id, cell.funding_source_id if cell.initiative_id is None else 0, row.change.kind)
        ].append(row)
    for same in groups.values():
        yield _budget(same)


def _budget(rows: list[BudgetLine]) -> Change:
    first = rows[0]
    decided = {row.change_id: row.change for row in rows}
    total: Decimal = sum((row.quantity for row in rows), ZERO)
    years = sorted({row.cell.year for row in rows})
    span = str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
    text = f"{str(first.change.get_kind_display()).capitalize()}, {span}"
    if len(decided) > 1:
        text = _("%(text)s, %(number)s changes") % {"text": text, "number": len(decided)}
    if first.change.kind in (BudgetChange.Kind.TRANSFER, BudgetChange.Kind.CARRY_OVER):
        way = _("to here") if total > 0 else _("from here") if total < 0 else _("moved, nothing in all")
        text = f"{text}: {way}"
    known = [
        _known(each.registered_by_id, each.registered_at, each.decision.decided_on or each.registered_at.date())
        for each in decided.values()
    ]
    one = len(decided) == 1
    url = reverse("programmes:budget_change", args=[first.change_id]) if one else _money_url(first.cell)
    return Change(
        "budget", text, url, max(known), first.change.decision.decided_on if one else None, DECIDED,
        _place(first.cell), total, _plans(first.cell.initiative), frozenset(decided),
    )  # fmt: skip


def _facts(window: Window) -> "QuerySet[Any, Any]":
    """By source, heading and year: budget and spending before and now, and what was committed in the time."""
    before, during = Q(learnt_on__lt=window.since), Q(learnt_on__gte=window.since)
    budgeted, spent, bound = (Q(measure=each) for each in (budget.MEASURE, spending.MEASURE, commitments.MEASURE))
    keys = FundingSource.objects.visible_to(window.actor).order_by().values("key")
    rows = Fact.objects.filter(
        measure__in=[budget.MEASURE, spending.MEASURE, commitments.MEASURE],
        subcategory__in=keys,
        learnt_on__lte=window.until,
    )
    found: QuerySet[Any, Any] = (
        rows.order_by()
        .values("subcategory", "heading", "period")
        .annotate(
            budget_before=Sum("quantity", filter=budgeted & before),
            budget_now=Sum("quantity", filter=budgeted),
            spent_before=Sum("quantity", filter=spent & before),
            spent_now=Sum("quantity", filter=spent),
            committed=Sum("quantity", filter=bound & during),
            committed_on=Max("learnt_on", filter=bound & during),
            moved_on=Max("learnt_on", filter=(budgeted | spent) & during),
        )
        .filter(Q(committed_on__isnull=False) | Q(moved_on__isnull=False))
    )
    return found


def sums(window: Window, facts: Iterable[Any], initiatives: dict[int, Any]) -> Iterator[Change]:
    """Commitments as sums, for who was paid is the keeper's to see; and spending that came above its budget."""
    for row in facts:
        initiative = initiatives.get(row["heading"])
        year, key = row["period"].lower.year, row["subcategory"]
        url = reverse("programmes:source", args=[key])
        if initiative is not None and initiative.programme_id in window.plans:
            url = reverse("programmes:initiative_money", args=[initiative.pk])
        at: dict[str, Any] = {
            "about": str(initiative) if initiative is not None else _("not released"),
            "plans": _plans(initiative),
        }
        if row["committed"]:
            text = _("Committed in %(year)s") if row["committed"] > 0 else _("Let go of in %(year)s")
            yield Change("commitment", text % {"year": year}, url, row["committed_on"], quantity=row["committed"], **at)
        before = _over(row["spent_before"], row["budget_before"])
        now = _over(row["spent_now"], row["budget_now"])
        if now > before:
            said = {"year": year, "before": formats.money(before)}
            text = _("More is spent in %(year)s than there is budget for") % said
            if before > 0:
                text = _("The overspending in %(year)s has grown from %(before)s") % said
            yield Change("overspent", text, url, row["moved_on"], quantity=now, **at)


def _over(spent: Decimal | None, budgeted: Decimal | None) -> Decimal:
    return max((spent or ZERO) - (budgeted or ZERO), ZERO)
