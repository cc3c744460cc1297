"""Said in time: a key that is about to expire stops an integration that nobody thinks of."""

from datetime import timedelta
from smtplib import SMTPException

from django.core.mail import send_mail
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.identity.models import ApiToken, Membership
from portal.identity.scopes import Scope
from portal.jobs.registry import Outcome, Run, scheduled
from portal.ui import formats

AHEAD = timedelta(days=14)


@scheduled("token_warnings", period="day", at="06:00", title=gettext_lazy("Say which API keys are about to expire"))
def token_warnings(run: Run) -> Outcome:
    """A mail to the person of each live key that expires within 14 days, once for each key.

    A mail that cannot be sent is tried again the next day, and alerts.
    """
    now = timezone.now()
    due = (
        ApiToken.objects.live(now)
        .filter(warned_at=None, expires_at__lte=now + AHEAD, membership__user__is_active=True)
        .filter(membership__in=Membership.objects.on(timezone.localdate(now)))
        .select_related("membership__user")
        .order_by("pk")
    )
    said, failed = 0, 0
    for token in due:
        try:
            _say(token)
        except (SMTPException, OSError):
            failed += 1
            continue
        ApiToken.objects.filter(pk=token.pk).update(warned_at=now)
        said += 1
    return Outcome({"said": said, "failed": failed}, alert=bool(failed))


def _say(token: ApiToken) -> None:
    """In the language of the person. Raises SMTPException or OSError."""
    user = token.membership.user
    with translation.override(user.language):
        words = {"name": token.name, "day": formats.date_da(timezone.localdate(token.expires_at))}
        if token.scopes == [Scope.CALENDAR]:
            subject = _("The calendar address “%(name)s” expires on %(day)s") % words
            text = _(
                "Your calendar gets nothing new after that. Make a new address under Subscribe in your calendar in "
                "Vækstbro, and put it in your calendar program in place of the old one. If you do not use it any more, "
                "there is nothing to do."
            )
            send_mail(subject, f"{subject}.\n\n{text}\n", None, [user.email])
            return
        subject = _("The API key “%(name)s” expires on %(day)s") % words
        text = _(
            "What uses the key stops working then. Make a new key under API keys in Vækstbro, put it in place of the "
            "old one, and revoke the old one. If nothing uses it any more, there is nothing to do."
        )
        send_mail(subject, f"{subject}.\n\n{text}\n", None, [user.email])
