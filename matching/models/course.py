"""What has happened with a match, one row for each: never changed, only more is said."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matching.models.matches import Match
from matching.models.reference import BreakReason
from portal.identity.models import Organisation, User


class MatchTransition(models.Model):
    class Kind(models.TextChoices):
        AGREED = "agreed", _("agreed")
        STARTED = "started", _("started")
        ENDED = "ended", _("ended")
        BROKEN_OFF = "broken_off", _("broken off")
        WITHDRAWN = "withdrawn", _("undone")
        CORRECTED = "corrected", _("corrected")
        RESTORED = "restored", _("stands again")

    match = models.ForeignKey(Match, models.PROTECT, related_name="transitions", verbose_name=_("match"))
    kind = models.CharField(_("what happened"), max_length=12, choices=Kind)
    day = models.DateField(_("day"))
    break_reason = models.ForeignKey(
        BreakReason, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("why it was broken off")
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="")
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("registered by"))
    # Frozen, as on the match: people move.
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    registered_at = models.DateTimeField(_("registered"), default=timezone.now)

    class Meta:
        verbose_name = _("what happened with a match")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=["agreed", "started", "ended", "broken_off", "withdrawn", "corrected", "restored"]
                ),
                name="match_transition_known",
                violation_error_message=_("Choose what has happened."),
            ),
            models.CheckConstraint(
                condition=Q(kind="broken_off", break_reason__isnull=False)
                | (~Q(kind="broken_off") & Q(break_reason=None)),
                name="match_transition_break_says_why",
                violation_error_message=_("Choose why the match was broken off."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="corrected") | Q(reason__regex=r"\S"),
                name="match_transition_correction_says_why",
                violation_error_message=_("Write why the match is corrected."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.match_id} {self.kind} {self.day}"
