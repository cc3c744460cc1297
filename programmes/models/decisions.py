"""What a body may decide about money, how far it may go, and what was decided."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.identity.actor import Actor
from programmes.models.bodies import Body


def kroner(label: Any, **given: Any) -> Any:
    """A column of kroner with øre, up to a thousand billion."""
    return models.DecimalField(label, max_digits=14, decimal_places=2, **given)


class Delegation(models.Model):
    """What a body may decide, and up to how much in one decision (null: without limit)."""

    class What(models.TextChoices):
        ORIGINAL = "original", _("adopt a budget")
        SUPPLEMENTARY = "supplementary", _("supplementary appropriation")
        TRANSFER = "transfer", _("transfer between appropriations")
        CARRY_OVER = "carry_over", _("carry over to another year")
        COMMITMENT = "commitment", _("commit and grant")

    body = models.ForeignKey(Body, models.CASCADE, related_name="delegations", verbose_name=_("body"))
    what = models.CharField(_("may decide"), max_length=14, choices=What)
    up_to = kroner(_("up to (kroner)"), null=True, blank=True)

    class Meta:
        ordering = ["body_id", "what"]
        verbose_name = _("delegation")
        constraints = [
            models.UniqueConstraint(
                fields=["body", "what"],
                name="delegation_once",
                violation_error_message=_("What the body may decide of that kind is said already."),
            ),
            models.CheckConstraint(
                condition=Q(up_to=None) | Q(up_to__gt=0),
                name="delegation_above_zero",
                violation_error_message=_("Write an amount above zero, or leave it empty for no limit."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body_id} {self.what}"


class DecisionQuerySet(models.QuerySet["Decision"]):
    def visible_to(self, actor: Actor) -> "DecisionQuerySet":
        """Those of the bodies of the person's area."""
        return self.filter(body__in=Body.objects.visible_to(actor).order_by().values("pk"))


class Decision(models.Model):
    """What a body was recommended and what it decided. Without a day it waits for the body."""

    class Outcome(models.TextChoices):
        PENDING = "pending", _("waits for a decision")
        AS_RECOMMENDED = "as_recommended", _("decided as recommended")
        CHANGED = "changed", _("decided with changes")
        REFUSED = "refused", _("not followed")
        POSTPONED = "postponed", _("postponed")

    body = models.ForeignKey(Body, models.PROTECT, related_name="decisions", verbose_name=_("body"))
    meeting = models.ForeignKey(
        "programmes.Meeting", models.PROTECT, related_name="decisions", verbose_name=_("meeting"), null=True,
        blank=True, db_index=False,
    )  # fmt: skip
    """The meeting of the body at which it was decided, or is to be: the database holds body and day."""
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome, default=Outcome.PENDING)
    decided_on = models.DateField(_("decided"), null=True, blank=True)
    agenda_item = models.CharField(_("agenda item"), max_length=60, blank=True, default="")
    title = models.CharField(_("about"), max_length=200)
    recommended = models.TextField(_("recommended"), blank=True, default="")
    decided = models.TextField(_("text of the decision"), blank=True, default="")
    document = models.URLField(_("link to the minutes"), max_length=400, blank=True, default="")
    registered_by = models.ForeignKey("identity.User", models.PROTECT, null=True, related_name="+", editable=False)
    noted_on = models.DateField(_("noted that it was decided"), null=True, blank=True, editable=False)
    """The day the outcome was registered here; None of those from before that was kept: then the day it was decided."""
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = [F("decided_on").desc(nulls_first=True), "-pk"]
        verbose_name = _("decision")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["pending", "postponed"], decided_on=None)
                | Q(outcome__in=["as_recommended", "changed", "refused"], decided_on__isnull=False),
                name="decision_has_a_day_when_decided",
                violation_error_message=_("Write the day it was decided; what still waits has none."),
            ),
        ]
        indexes = [
            models.Index(fields=["body", "-decided_on", "-id"], name="decision_newest"),
            models.Index(fields=["updated_at", "id"], name="decision_changed"),
            models.Index(fields=["meeting"], name="decision_of_meeting"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def gives(self) -> bool:
        """Has the body said yes, so that money can follow?"""
        return self.outcome in (self.Outcome.AS_RECOMMENDED, self.Outcome.CHANGED)
