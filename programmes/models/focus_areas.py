"""What a plan is divided into, by any name the plan gives it, and how its parts refer to other parts and plans."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q, TextField, Value
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.geography.models import DateRange
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.ledger.fields import ExactDecimalField
from programmes.models.programmes import Programme


class FocusAreaQuerySet(models.QuerySet["FocusArea"]):
    def visible_to(self, actor: Actor) -> "FocusAreaQuerySet":
        """Those of the programmes that the actor sees."""
        return self.filter(programme__in=Programme.objects.visible_to(actor).order_by().values("pk"))


class FocusArea(models.Model):
    """A focus area, priority, driver, guiding mark or goal of a plan; what it is called is the plan's own word."""

    class Appointed(models.TextChoices):
        NO = "", _("not appointed")
        STRENGTH = "strength", _("business strength")
        EMERGING = "emerging", _("emerging business area")

    programme = models.ForeignKey(Programme, models.CASCADE, verbose_name=_("programme"), related_name="focus_areas")
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("lies under"), related_name="children", null=True, blank=True
    )
    heading = models.OneToOneField("ledger.Heading", models.PROTECT, related_name="focus_area")
    kind = models.CharField(_("kind"), max_length=60)
    number = models.CharField(_("number"), max_length=40, blank=True, default="")
    name = models.CharField(_("name"), max_length=200)
    text = models.TextField(_("text"), blank=True, default="")
    order = models.PositiveIntegerField(_("order"), default=0)
    starred = models.BooleanField(_("given priority"), default=False)
    star_text = models.CharField(_("why it is given priority"), max_length=300, blank=True, default="")
    appointed = models.CharField(_("appointed as"), max_length=20, choices=Appointed, blank=True, default="")
    cluster_eligible = models.BooleanField(_("may have a publicly financed cluster"), default=False)
    cluster_note = models.CharField(_("remark about clusters"), max_length=300, blank=True, default="")
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    objects = FocusAreaQuerySet.as_manager()

    class Meta:
        ordering = ["programme_id", "order", "pk"]
        verbose_name = _("focus area")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "number", "name"],
                name="focus_area_named_once",
                violation_error_message=_("The plan has an area with this number and name."),
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")),
                name="focus_area_not_below_itself",
                violation_error_message=_("An area does not lie below itself."),
            ),
            models.CheckConstraint(
                condition=Q(starred=True) | Q(star_text=""),
                name="focus_area_star_text_needs_a_star",
                violation_error_message=_("Only an area that is given priority says why."),
            ),
            models.CheckConstraint(
                condition=Q(appointed__in=["", "strength", "emerging"]),
                name="focus_area_appointed_known",
                violation_error_message=_("Choose what it is appointed as from the list."),
            ),
            models.CheckConstraint(
                condition=Q(cluster_eligible=False) | ~Q(appointed=""),
                name="focus_area_cluster_needs_appointment",
                violation_error_message=_("Only an appointed area may have a publicly financed cluster."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}".strip()


class FocusAreaLink(models.Model):
    """An area supports another: a region's driver a national one, or a driver an industry strength of its own plan."""

    area = models.ForeignKey(FocusArea, models.CASCADE, verbose_name=_("focus area"), related_name="links")
    to = models.ForeignKey(FocusArea, models.CASCADE, verbose_name=_("supports"), related_name="linked_from")
    starred = models.BooleanField(_("particularly promising"), default=False)
    note = models.CharField(_("note"), max_length=300, blank=True, default="")

    class Meta:
        ordering = ["area_id", "to_id"]
        verbose_name = _("link between areas")
        constraints = [
            models.UniqueConstraint(
                fields=["area", "to"],
                name="focus_area_linked_once",
                violation_error_message=_("The areas are linked already."),
            ),
            models.CheckConstraint(
                condition=~Q(area=F("to")),
                name="focus_area_not_linked_to_itself",
                violation_error_message=_("An area is not linked to itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} to {self.to_id}"


class ClusterQuerySet(models.QuerySet["Cluster"]):
    def visible_to(self, actor: Actor) -> "ClusterQuerySet":
        """Those of the areas that the actor sees."""
        return self.filter(focus_area__in=FocusArea.objects.visible_to(actor).order_by().values("pk"))


class Cluster(models.Model):
    """A cluster effort for an appointed area. One that is publicly financed is alone in its time."""

    focus_area = models.ForeignKey(FocusArea, models.PROTECT, verbose_name=_("focus area"), related_name="clusters")
    name = models.CharField(_("name"), max_length=160)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("organisation"), related_name="+", null=True, blank=True
    )
    publicly_financed = models.BooleanField(_("publicly financed"), default=True)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)

    objects = ClusterQuerySet.as_manager()

    class Meta:
        ordering = ["focus_area_id", "valid_from", "pk"]
        verbose_name = _("cluster")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="cluster_ends_after_it_begins",
                violation_error_message=_("The end must not be before the beginning."),
            ),
            ExclusionConstraint(
                name="cluster_one_publicly_financed",
                expressions=[
                    ("focus_area", RangeOperators.EQUAL),
                    (
                        DateRange("valid_from", "valid_to", Value("[]", output_field=TextField())),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(publicly_financed=True),
                violation_error_message=_("The area has a publicly financed cluster in that period."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Criterion(models.Model):
    """What a plan appoints its areas by: five criteria for a business strength, three for an emerging area."""

    programme = models.ForeignKey(Programme, models.CASCADE, verbose_name=_("programme"), related_name="criteria")
    appointed = models.CharField(_("appointed as"), max_length=20, choices=FocusArea.Appointed)
    name = models.CharField(_("name"), max_length=200)
    order = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["programme_id", "appointed", "order", "pk"]
        verbose_name = _("criterion")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "appointed", "name"],
                name="criterion_named_once",
                violation_error_message=_("The plan has this criterion."),
            ),
            models.CheckConstraint(
                condition=Q(appointed__in=["strength", "emerging"]),
                name="criterion_appoints",
                violation_error_message=_("Choose what the criterion appoints."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CriterionScore(models.Model):
    """How well an area meets a criterion, from 1 to 5, and why."""

    focus_area = models.ForeignKey(FocusArea, models.CASCADE, verbose_name=_("focus area"), related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, verbose_name=_("criterion"), related_name="scores")
    score = models.PositiveSmallIntegerField(_("score"))
    justification = models.CharField(_("justification"), max_length=1000)

    class Meta:
        ordering = ["focus_area_id", "criterion__order", "pk"]
        verbose_name = _("score by a criterion")
        constraints = [
            models.UniqueConstraint(
                fields=["focus_area", "criterion"],
                name="criterion_scored_once",
                violation_error_message=_("The area has a score by this criterion."),
            ),
            models.CheckConstraint(
                condition=Q(score__gte=1, score__lte=5),
                name="criterion_score_from_one_to_five",
                violation_error_message=_("A score is a whole number from 1 to 5."),
            ),
            models.CheckConstraint(
                condition=~Q(justification=""),
                name="criterion_score_is_justified",
                violation_error_message=_("Say why the score is given."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.score}"


class BackgroundFact(models.Model):
    """A number that a plan argues from, as its source prints it; never a result of the plan."""

    programme = models.ForeignKey(
        Programme, models.CASCADE, verbose_name=_("programme"), related_name="background_facts"
    )
    focus_area = models.ForeignKey(
        FocusArea, models.CASCADE, verbose_name=_("focus area"), related_name="background_facts", null=True, blank=True
    )
    name = models.CharField(_("what"), max_length=300)
    qualifier = models.CharField(_("qualifier"), max_length=40, blank=True, default="")
    value = ExactDecimalField(_("value"))
    value_to = ExactDecimalField(_("up to"), null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=60)
    geography = models.CharField(_("geography"), max_length=120, blank=True, default="")
    period = models.CharField(_("year"), max_length=60, blank=True, default="")
    source = models.CharField(_("source"), max_length=300, blank=True, default="")
    order = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["programme_id", "order", "pk"]
        verbose_name = _("background fact")
        constraints = [
            models.CheckConstraint(
                condition=Q(value_to=None) | Q(value_to__gt=F("value")),
                name="background_fact_interval_rises",
                violation_error_message=_("The second number of an interval is the higher one."),
            )
        ]

    def __str__(self) -> str:
        return self.name
