"""What has been published of a protected measure: the numbers as they were shown on a day, for ever."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.ledger.models import Measure


class Publication(models.Model):
    """The numbers of a protected measure below a heading, as known at the end of a day: what may be shown, no more.

    Readers who may not open the records see these and nothing else of the measure. Never changed: what later
    publications hide depends on it. The payload's shape: `reporting.engine.protected.payload`.
    """

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="+", verbose_name=_("measure"))
    heading = models.ForeignKey("ledger.Heading", models.PROTECT, related_name="+")
    as_of = models.DateField(_("as registered on"))
    place = models.BigIntegerField(_("place in the ledger"))
    disclosure = models.CharField(_("class"), max_length=10, choices=Measure.Disclosure)
    payload = models.JSONField()
    made_by = models.ForeignKey("identity.User", models.PROTECT, null=True, related_name="+")
    """None: by the scheduled job, or the demo."""
    made_at = models.DateTimeField(_("published"), auto_now_add=True)

    class Meta:
        ordering = ["measure_id", "heading_id", "as_of", "pk"]
        verbose_name = _("publication")
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "heading", "as_of", "disclosure"],
                name="publication_once",
                violation_error_message=_("The numbers of that day are published already."),
            ),
            models.CheckConstraint(
                condition=Q(disclosure__in=["companies", "people"]),
                name="publication_of_protected",
                violation_error_message=_("Open numbers are shown as they are and need no publication."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.heading_id} {self.as_of}"
