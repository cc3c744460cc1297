"""Nobody is left waiting: the receiver of a referral is reminded after 9 and after 21 days, each once.

A reminder is claimed in a transaction of its own before the mail leaves, so that a worker that dies in between sends it
no second time; one that fails is tried again the next day. What came of it stands on the page of operations.
"""

from datetime import date, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from matching.models import Referral, ReferralReminder
from matching.rights import REGISTERING
from portal.identity.models import Membership
from portal.jobs.registry import Outcome, Run, scheduled
from portal.ui import formats

CUT_OFF = timedelta(hours=1)
"""Claimed longer ago, and neither sent nor failed: the worker died, and nobody knows whether the mail left. It is
looked at while the referral waits and no later reminder has been sent."""


@scheduled(
    "referral_reminders", period="day", at="07:00", title=gettext_lazy("Remind of referrals that wait for an answer")
)
def referral_reminders(run: Run) -> Outcome:
    result = remind(timezone.localdate())
    return Outcome(result, alert=bool(result["failed"] or result["cut_off"] or result["nobody"]))


def remind(today: date) -> dict[str, int]:
    """Of each referral that waits, the newest reminder that is due and has not been sent. An older one that was never
    sent is not sent beside it."""
    result = {"sent": 0, "failed": 0, "nobody": 0, "cut_off": 0}
    steps = sorted(settings.REFERRAL_REMINDER_DAYS, reverse=True)
    due = Referral.objects.waiting().filter(asked_on__lte=today - timedelta(days=steps[-1]))
    for row in due.with_names().select_related("service").prefetch_related("reminders").order_by("pk"):
        after = next(days for days in steps if (today - row.asked_on).days >= days)
        if all(old.after_days < after or old.failed_at is not None for old in row.reminders.all()):
            result[_one(row, after, today)] += 1
    lost = ReferralReminder.objects.filter(sent_at=None, failed_at=None, claimed_at__lt=timezone.now() - CUT_OFF)
    later = ReferralReminder.objects.filter(referral=OuterRef("referral"), after_days__gt=OuterRef("after_days"))
    waits = Referral.objects.waiting().order_by().values("pk")
    result["cut_off"] = lost.filter(~Exists(later.exclude(sent_at=None)), referral__in=waits).count()
    return result


def _one(row: Referral, after: int, today: date) -> str:
    """What came of it: sent, failed, or nobody to send it to."""
    receivers = receivers_of(row, today)
    if not receivers:
        return "nobody"
    reminder = _claim(row, after)
    if reminder is None:
        return "cut_off"  # another run has it; what is cut off is counted anew after all
    now = timezone.now()
    try:
        _message(row, receivers, today).send()
    except (SMTPException, OSError):
        ReferralReminder.objects.filter(pk=reminder.pk).update(failed_at=now)
        return "failed"
    ReferralReminder.objects.filter(pk=reminder.pk).update(sent_at=now, receivers=len(receivers))
    return "sent"


def _claim(row: Referral, after: int) -> ReferralReminder | None:
    """The reminder, for the one who may send it now; None when somebody else has claimed it."""
    now = timezone.now()
    try:
        with transaction.atomic():
            made: ReferralReminder = ReferralReminder.objects.create(referral=row, after_days=after, claimed_at=now)
            return made
    except IntegrityError:
        again = ReferralReminder.objects.filter(referral=row, after_days=after, failed_at__isnull=False)
        if not again.update(failed_at=None, claimed_at=now):
            return None
        return ReferralReminder.objects.get(referral=row, after_days=after)


def receivers_of(row: Referral, today: date) -> list[str]:
    """Whoever has it in hand: who took it on, or sent it outside, while they are there. Else the service's contacts,
    else the advisers of the organisation with which the answer lies."""
    advisers = Membership.objects.on(today).filter(
        organisation=row.to_organisation_id or row.registered_by_id, role__in=REGISTERING, user__is_active=True
    )
    there = dict(advisers.exclude(user__email="").values_list("user_id", "user__email"))
    in_hand = row.taken_on_by_id or (row.registered_by_user_id if row.to_organisation_id is None else None)
    if in_hand in there:
        return [there[in_hand]]
    contacts = row.service.contacts.exclude(email="").values_list("email", flat=True) if row.service else []
    return sorted(set(contacts or there.values()))


def _message(row: Referral, receivers: list[str], today: date) -> EmailMessage:
    """Without the company's name, which may be a person's: the portal shows it to who may see it."""
    with translation.override(settings.LANGUAGE_CODE):
        days = (today - row.asked_on).days
        subject = ngettext(
            "A referral has waited for an answer for %(days)s day",
            "A referral has waited for an answer for %(days)s days",
            days,
        ) % {"days": days}
        sender = _("a company") if row.from_company else row.sender
        lines = [
            _("Referral no. %(number)s from %(sender)s (%(kind)s) of %(day)s waits for an answer from %(receiver)s.")
            % {
                "number": row.pk,
                "sender": sender,
                "kind": row.get_kind_display(),
                "day": formats.date_da(row.asked_on),
                "receiver": row.receiver,
            },
            _("The answer is due on %(day)s.") % {"day": formats.date_da(row.due_on)},
            _("Answer it here: %(address)s")
            % {"address": f"{settings.PORTAL_ADDRESS}{reverse('matching:referral', args=[row.pk])}"},
            _("Every company that asks gets an answer, also when no match was found."),
        ]
        return EmailMessage(subject, "\n\n".join(lines) + "\n", None, receivers)
