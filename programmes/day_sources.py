"""What waits on a person of plans and money: follow-ups of the own organisation, co-financing to approve, files."""

from django.db.models import Q
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.day_sources import expiring, told_of
from portal.identity.scopes import Scope
from portal.identity.token_rights import MAKE_API_KEYS
from portal.identity.waiting import Question, Row, Waiting, WaitingSource, question, register
from portal.tabular.uploads import waiting_source
from portal.ui import formats
from programmes.models import ContributionEntry, FollowUp
from programmes.rights import APPROVE_COFINANCING, BOOK_SPENDING, REPORT_FOLLOW_UP
from programmes.spending_files import PURPOSE


def _follow_ups(actor: Actor) -> Question | None:
    """Open ones that the own organisation is responsible for; since the day of what they follow up."""
    if not rights.may(actor, REPORT_FOLLOW_UP):
        return None
    rows = FollowUp.objects.visible_to(actor)
    rows = rows.filter(state=FollowUp.State.OPEN, responsible__in=actor.organisation_ids)
    since = Coalesce("meeting__day", "decision__decided_on", "recommendation__given_on", TruncDate("updated_at"))
    return question(rows, since=since, due="due", what="what", body="body__name")


def _follow_up_line(row: Row) -> Waiting:
    url = reverse("programmes:follow_up_report", args=[row.pk])
    return Waiting(row.said["what"], url, _("Say how far it is"), row.since, row.due, row.said["body"])


def _entries(actor: Actor) -> Question | None:
    """Registered co-financing that the person may approve: not their own."""
    if not rights.may(actor, APPROVE_COFINANCING):
        return None
    own = actor.organisation_ids
    kept = Q(contribution__funding_source__owner__in=own) | Q(contribution__initiative__programme__owner__in=own)
    rows = ContributionEntry.objects.filter(kept, status=ContributionEntry.Status.WAITING)
    rows = rows.exclude(registered_by__in=actor.person_ids)
    return question(
        rows,
        since="registered_at",
        quantity="quantity",
        initiative="contribution__initiative__name",
        partner=Coalesce("contribution__partner__name", "contribution__partner_name"),
    )


def _entry_line(row: Row) -> Waiting:
    url = reverse("programmes:contribution_entry", args=[row.pk])
    title = f"{row.said['partner']}, {formats.money(row.said['quantity'])}"
    return Waiting(title, url, _("Approve or reject"), row.since, detail=row.said["initiative"])


def _calendars(actor: Actor) -> Question | None:
    if not rights.may(actor, MAKE_API_KEYS):
        return None
    return told_of(expiring(actor).filter(scopes=[Scope.CALENDAR]))


def _calendar_line(row: Row) -> Waiting:
    title = gettext("The calendar address “%(name)s” expires.") % {"name": row.said["name"]}
    return Waiting(title, reverse("programmes:calendar_addresses"), _("Make a new one"), row.since, row.due)


def register_waiting() -> None:
    register(
        WaitingSource(
            "programmes.calendars", _("Calendar addresses that expire"), asked=_calendars, line=_calendar_line, order=72
        )
    )
    register(
        WaitingSource(
            "programmes.follow_ups",
            _("Follow-up"),
            asked=_follow_ups,
            line=_follow_up_line,
            order=20,
            all_url=lambda actor: (
                f"{reverse('programmes:follow_ups')}?state=open&responsible={actor.organisation.pk}"
                if actor.organisation
                else ""
            ),
        )
    )
    register(
        WaitingSource(
            "programmes.cofinancing",
            _("Co-financing to approve"),
            asked=_entries,
            line=_entry_line,
            order=32,
            all_url=lambda _actor: reverse("programmes:cofinancing"),
        )
    )
    register(
        waiting_source(
            "programmes.uploads",
            _("Files of vouchers that are not imported"),
            PURPOSE,
            action=BOOK_SPENDING,
            page="programmes:spending_preview",
            order=52,
        )
    )
