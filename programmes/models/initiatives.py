"""Initiatives: the work that a programme consists of."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes.models.programmes import Programme


class Initiative(models.Model):
    """A piece of work under a programme, with a lead, money and targets of its own: what plans call an initiative and
    joint projects an activity. Matches made by it count in the programme and are shown under it."""

    class LeadStatus(models.TextChoices):
        FIXED = "fixed", _("fixed")
        SHARED = "shared", _("shared")
        EXPECTED = "expected", _("expected")
        UNDECIDED = "undecided", _("to be decided")

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="initiatives")
    heading = models.OneToOneField("ledger.Heading", models.PROTECT, related_name="initiative")
    number = models.CharField(_("number"), max_length=20)
    name = models.CharField(_("name"), max_length=160)
    lead = models.CharField(_("lead"), max_length=300, blank=True, default="")
    lead_status = models.CharField(max_length=20, choices=LeadStatus, default=LeadStatus.UNDECIDED)

    class Meta:
        ordering = ["programme_id", "number", "pk"]
        # Its name until part 4; kept so that the trail of a row is one trail, and a table in use is not renamed.
        db_table = "programmes_activity"
        verbose_name = _("initiative")
        constraints = [
            # Printed numbers repeat in the sources, so number and name together name an activity.
            models.UniqueConstraint(fields=["programme", "number", "name"], name="activity_named_once")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"
