"""Whether a funding source may pay for an initiative: who has said what, and when."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.identity.actor import Actor
from programmes.models.funding import FundingSource
from programmes.models.initiatives import Initiative
from programmes.models.programmes import Programme


class EligibilityQuerySet(models.QuerySet["Eligibility"]):
    def visible_to(self, actor: Actor) -> "EligibilityQuerySet":
        """About a source of the area and an initiative of a plan that the person sees."""
        return self.filter(
            funding_source__in=FundingSource.objects.visible_to(actor).order_by().values("pk"),
            initiative__programme__in=Programme.objects.visible_to(actor).order_by().values("pk"),
        )

    def newest(self) -> "EligibilityQuerySet":
        """Of each source and initiative what was said last; what was said before stays as history."""
        later = Eligibility.objects.filter(
            Q(said_on__gt=OuterRef("said_on")) | Q(said_on=OuterRef("said_on"), pk__gt=OuterRef("pk")),
            initiative=OuterRef("initiative"),
            funding_source=OuterRef("funding_source"),
        )
        return self.filter(~Exists(later.order_by()))


class Eligibility(models.Model):
    """What was said, never changed: who thinks otherwise says it anew."""

    class Verdict(models.TextChoices):
        ELIGIBLE = "eligible", _("eligible")
        NOT = "not", _("not eligible")
        UNCLEAR = "unclear", _("unclear")

    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="eligibility", verbose_name=_("initiative"))
    funding_source = models.ForeignKey(
        FundingSource, models.PROTECT, related_name="eligible_for", verbose_name=_("funding source")
    )
    verdict = models.CharField(_("eligibility"), max_length=10, choices=Verdict)
    note = models.TextField(_("note"))
    said_by = models.CharField(_("who said it"), max_length=160)
    """The body or organisation in words, no person's name."""
    said_on = models.DateField(_("when it was said"))
    source = models.CharField(_("source"), max_length=300, blank=True, default="")
    registered_by = models.ForeignKey("identity.User", models.PROTECT, null=True, related_name="+", editable=False)
    registered_at = models.DateTimeField(_("registered"), auto_now_add=True)
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    objects = EligibilityQuerySet.as_manager()

    class Meta:
        ordering = ["funding_source_id", "initiative_id", "-said_on", "-pk"]
        verbose_name = _("eligibility")
        constraints = [
            models.CheckConstraint(
                condition=~Q(note="") & ~Q(said_by=""),
                name="eligibility_says_why_and_who",
                violation_error_message=_("Say why, and who said it."),
            ),
        ]
        indexes = [
            models.Index(fields=["initiative", "funding_source", "-said_on", "-id"], name="eligibility_newest"),
            models.Index(fields=["updated_at", "id"], name="eligibility_changed"),
        ]

    def __str__(self) -> str:
        return f"{self.initiative_id} {self.funding_source_id} {self.verdict}"
