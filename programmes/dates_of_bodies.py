"""The kinds of dated things that bodies have: meetings, follow-up and mandates. One query each. See dates_ahead."""

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.ui import formats
from programmes import dated_words
from programmes.dates_ahead import INEXACT, Asked, Dated, State, dated
from programmes.models import Body, FollowUp, Mandate, Meeting, Milestone, Programme


def _plan(asked: Asked, body: Body) -> Programme | None:
    """The plan that the body steers, where the reader sees it."""
    return asked.plans.get(body.programme_id) if body.programme_id is not None else None


@dated("meeting", gettext_lazy("Meeting"))
def meetings(asked: Asked) -> Iterator[Dated]:
    rows = Meeting.objects.visible_to(asked.actor).filter(asked.within("day")).select_related("body__organisation")
    for row in rows:
        owner = row.body.organisation
        off = row.status == Meeting.Status.CANCELLED
        held = row.status == Meeting.Status.HELD
        state = State.PASSED if off else asked.state(row.day, row.day, done=held, waits=False)
        begins = _("begins at %(time)s") % {"time": f"{row.starts_at:%H.%M}"} if row.starts_at is not None else ""
        yield Dated(
            "meeting", f"meeting-{row.pk}", row.title or _("Meeting"), reverse("programmes:meeting", args=[row.pk]),
            row.day, state, about=str(row.body), last=row.day,
            remark=_("cancelled") if off else _("held") if held else begins,
            plan=_plan(asked, row.body), lead=(owner.pk, owner.name),
            mine=owner.pk in asked.actor.organisation_ids, changed=row.updated_at,
        )  # fmt: skip


@dated("follow_up", gettext_lazy("Follow-up"))
def follow_ups(asked: Asked) -> Iterator[Dated]:
    open_ = Q(state=FollowUp.State.OPEN)
    inside = asked.within("due", open_) | asked.within("settled_on")
    if asked.undated:
        inside |= open_ & Q(due=None)
    rows = FollowUp.objects.visible_to(asked.actor).filter(inside).select_related("body", "responsible")
    for row in rows:
        settled = row.state != FollowUp.State.OPEN
        day = row.due or row.settled_on
        remark = ""
        if settled and row.settled_on is not None:
            said = {"state": row.get_state_display(), "day": formats.date_da(row.settled_on)}
            remark = _("%(state)s %(day)s") % said
        who = row.responsible
        yield Dated(
            "follow_up", f"follow-up-{row.pk}", row.what, reverse("programmes:follow_up", args=[row.pk]), day,
            asked.state(day, day, done=settled, waits=True), about=str(row.body), last=day, done_on=row.settled_on,
            remark=remark, plan=_plan(asked, row.body),
            lead=(who.pk, who.name) if who is not None else (None, row.responsible_words),
            mine=bool(who is not None and who.pk in asked.actor.organisation_ids), changed=row.updated_at,
        )  # fmt: skip


@dated("mandate", gettext_lazy("Deadline of a mandate"))
def mandates(asked: Asked) -> Iterator[Dated]:
    rows = Mandate.objects.visible_to(asked.actor).filter(asked.within("deadline", back=INEXACT))
    for row in rows.select_related("body__organisation"):
        day, owner = row.deadline, row.body.organisation
        last = dated_words.last_day(day, row.deadline_precision, row.deadline_words) if day is not None else None
        exact = row.deadline_precision == Milestone.Precision.DAY
        yield Dated(
            "mandate", f"mandate-{row.pk}", row.title, reverse("programmes:body", args=[row.body_id]), day,
            asked.state(last, day, done=False, waits=False), about=str(row.body),
            words="" if exact else row.deadline_words, last=last, plan=_plan(asked, row.body),
            lead=(owner.pk, owner.name), mine=owner.pk in asked.actor.organisation_ids, changed=row.updated_at,
        )  # fmt: skip
