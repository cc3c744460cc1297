"""What a body has been asked to do, and what it recommended."""

from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.identity.actor import Actor
from programmes.models.bodies import Body
from programmes.models.funding import FundingSource
from programmes.models.initiatives import Initiative, Milestone


class MandateQuerySet(models.QuerySet["Mandate"]):
    def visible_to(self, actor: Actor) -> "MandateQuerySet":
        return self.filter(body__in=Body.objects.visible_to(actor).order_by().values("pk"))


class Mandate(models.Model):
    """A body's terms of reference (kommissorium): what for, until when, to whom, and what follows it up."""

    body = models.ForeignKey(Body, models.CASCADE, related_name="mandates", verbose_name=_("body"))
    title = models.CharField(_("title"), max_length=200)
    purpose = models.TextField(_("purpose"), blank=True, default="")
    answers_to = models.CharField(_("answers to"), max_length=200, blank=True, default="")
    deadline_words = models.CharField(_("deadline, as the source says it"), max_length=120, blank=True, default="")
    deadline_precision = models.CharField(
        _("precision"), max_length=20, choices=Milestone.Precision, default=Milestone.Precision.NOT_STATED
    )
    deadline = models.DateField(_("sorted as"), null=True, blank=True)
    """The first day it can be, as milestones have it."""
    funding_source = models.ForeignKey(
        FundingSource, models.PROTECT, related_name="mandates", verbose_name=_("followed up from"), null=True,
        blank=True,
    )  # fmt: skip
    """Several mandates may share one source: it is one sum of money, however many share it."""
    funding_note = models.TextField(_("about the money"), blank=True, default="")
    source = models.CharField(_("source"), max_length=300, blank=True, default="")
    document = models.CharField(
        _("link to the document"), max_length=400, blank=True, default="",
        validators=[URLValidator(schemes=["http", "https"])],
    )  # fmt: skip
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    objects = MandateQuerySet.as_manager()

    class Meta:
        ordering = ["body_id", F("deadline").desc(nulls_first=True), "-pk"]
        verbose_name = _("mandate")
        constraints = [
            models.UniqueConstraint(
                fields=["body", "title"],
                name="mandate_titled_once",
                violation_error_message=_("The body has a mandate with this title."),
            ),
            models.CheckConstraint(
                condition=Q(deadline_precision="not_stated", deadline=None)
                | (Q(deadline_precision__in=["day", "month", "part", "year"]) & Q(deadline__isnull=False)),
                name="mandate_deadline_has_a_day_or_none",
                violation_error_message=_("Say when it is, or that it is not stated."),
            ),
        ]
        indexes = [models.Index(fields=["deadline"], name="mandate_deadline")]

    def __str__(self) -> str:
        return self.title


class MandateItem(models.Model):
    """A line of a mandate: a task, a theme to look at, a condition."""

    class Kind(models.TextChoices):
        TASK = "task", _("task")
        THEME = "theme", _("theme to look at")
        CONDITION = "condition", _("condition")

    mandate = models.ForeignKey(Mandate, models.CASCADE, related_name="items", verbose_name=_("mandate"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    title = models.CharField(_("title"), max_length=120, blank=True, default="")
    text = models.TextField(_("text"), max_length=4000)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["mandate_id", "kind", "order", "pk"]
        verbose_name = _("line of a mandate")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["task", "theme", "condition"]) & ~Q(text=""),
                name="mandate_item_says_something",
                violation_error_message=_("Write what it is."),
            )
        ]

    def __str__(self) -> str:
        return self.title or self.text


class RecommendationQuerySet(models.QuerySet["Recommendation"]):
    def visible_to(self, actor: Actor) -> "RecommendationQuerySet":
        return self.filter(body__in=Body.objects.visible_to(actor).order_by().values("pk"))


class Recommendation(models.Model):
    """What a body recommended, and what came of it."""

    class Status(models.TextChoices):
        PENDING = "pending", _("waits for an answer")
        FOLLOWED = "followed", _("followed")
        PARTLY = "partly", _("partly followed")
        REFUSED = "refused", _("not followed")

    body = models.ForeignKey(Body, models.PROTECT, related_name="recommendations", verbose_name=_("body"))
    number = models.CharField(_("number"), max_length=20, blank=True, default="")
    text = models.TextField(_("recommendation"))
    addressed_to = models.CharField(_("to whom"), max_length=200, blank=True, default="")
    given_on = models.DateField(_("given"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PENDING)
    outcome = models.TextField(_("what came of it"), blank=True, default="")
    initiative = models.ForeignKey(
        Initiative, models.PROTECT, related_name="recommendations", verbose_name=_("initiative"), null=True, blank=True
    )
    decision = models.ForeignKey(
        "programmes.Decision", models.PROTECT, related_name="recommendations", verbose_name=_("decision"), null=True,
        blank=True,
    )  # fmt: skip
    source = models.CharField(_("source"), max_length=300, blank=True, default="")
    fictional = models.BooleanField(_("fictional"), default=False)
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        ordering = ["body_id", "number", "pk"]
        verbose_name = _("recommendation")
        constraints = [
            models.UniqueConstraint(
                fields=["body", "number"],
                condition=~Q(number=""),
                name="recommendation_numbered_once",
                violation_error_message=_("The body has a recommendation with this number."),
            ),
            models.CheckConstraint(
                condition=Q(status="pending")
                | (
                    Q(status__in=["followed", "partly", "refused"])
                    & (~Q(outcome="") | Q(initiative__isnull=False) | Q(decision__isnull=False))
                ),
                name="recommendation_says_what_came_of_it",
                violation_error_message=_("Say what came of it: in words, or by an initiative or a decision."),
            ),
            models.CheckConstraint(
                condition=~Q(text=""),
                name="recommendation_says_something",
                violation_error_message=_("Write what is recommended."),
            ),
        ]
        indexes = [models.Index(fields=["updated_at", "id"], name="recommendation_changed")]

    def __str__(self) -> str:
        short = self.text if len(self.text) <= 100 else f"{self.text[:99].rstrip()}…"
        return f"{self.number} {short}".strip()
